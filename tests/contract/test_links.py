"""The links in the pages lead somewhere."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .document import ROOT
from .markdown import page_id, pages, read

METHODS = ROOT / "docs" / "sdks" / "trainingjobs" / "README.md"


@pytest.mark.parametrize("path", pages(), ids=page_id)
def test_relative_links(path: Path) -> None:
    """A relative link leads to a file of the repository, and its anchor to a heading there."""
    broken: list[str] = []
    for link in read(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        is_there = target.is_relative_to(ROOT) and target.exists()
        if not is_there or (parts.fragment and unquote(parts.fragment) not in read(target).anchors):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize(
    "link",
    [
        "#create",
        "#list",
        "#retrieve",
        "#delete",
        "#cancel",
        "#list_checkpoints",
        "../../models/createtrainingjobrequestbody.md",
        "../../models/trainingjobsummary.md",
        "../../models/trainingjobdetail.md",
        "../../models/trainingjobcheckpoint.md",
        "../../models/utils/retryconfig.md",
    ],
)
def test_links_that_users_know(link: str) -> None:
    """The page of the methods keeps the links that users know from it, and none has an empty name."""
    links = read(METHODS).links
    assert link in links
    assert not [empty for empty in links if empty.endswith("/.md")]
