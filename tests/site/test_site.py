"""The documentation site is whole, and asks no other server for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from typing_extensions import override

from emissary_client_sdk import errors

from ..docs.pages import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path


class Fetched(HTMLParser):
    """Collects what a browser fetches by itself to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of a script, a style, a picture."""
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev", "alternate"):
            self.urls.append(given.get("href", ""))
        elif tag != "a" and "src" in given:
            self.urls.append(given["src"])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as strictly as mkdocs can."""
    made = tmp_path_factory.mktemp("site")
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(made)],
        cwd=ROOT,
        env=environment(DISABLE_MKDOCS_2_WARNING="true", NO_MKDOCS_2_WARNING="true"),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stderr
    assert "WARNING" not in ran.stderr
    return made


def test_each_page_of_docs_is_there(site: Path) -> None:
    """Each Markdown page is a page of the site, and so are those outside ``docs``."""
    docs = ROOT / "docs"
    for page in docs.rglob("*.md"):
        parts = page.relative_to(docs).with_suffix("")
        if parts.as_posix() == "README":
            continue
        folder = parts.parent if parts.name in ("README", "index") else parts
        assert (site / folder / "index.html").is_file(), parts
    for name in ("usage", "shortest", "changelog", "contributing"):
        assert (site / name / "index.html").is_file()


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    """Neither fonts nor scripts nor pictures."""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        reader = Fetched()
        reader.feed(page.read_text(encoding="utf-8"))
        assert reader.urls
        assert [url for url in reader.urls if re.match(r"(https?:)?//", url)] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", style.read_text(encoding="utf-8"))


def test_the_reference_has_every_method_and_error(site: Path) -> None:
    """The docstrings' pages leave none out."""
    methods = (site / "reference" / "trainingjobs" / "index.html").read_text(encoding="utf-8")
    for name in ("create", "list", "retrieve", "cancel", "delete", "list_checkpoints", "wait", "watch"):
        assert f'TrainingJobs.{name}"' in methods
        assert f'TrainingJobs.{name}_async"' in methods
    shown = (site / "reference" / "errors" / "index.html").read_text(encoding="utf-8")
    assert all(f'.{name}"' in shown for name in errors.__all__)


def test_no_link_is_broken(site: Path) -> None:
    """Each link within the site leads to a file, and to a place in it, as a browser would look for them."""
    places: dict[Path, set[str]] = {}
    for page in site.rglob("*.html"):
        places[page] = set(re.findall(r'\b(?:id|name)="?([^"\s>]+)', page.read_text(encoding="utf-8")))
    for page in places:
        if page.name == "404.html":
            continue
        for url in re.findall(r'<a\b[^>]*?\bhref="?([^"\s>]+)', page.read_text(encoding="utf-8")):
            if re.match(r"\w+:", url):
                continue
            path, _, place = url.partition("#")
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (page, url)
            if place and target.suffix == ".html":
                assert place in places[target], (page, url)


def test_nothing_is_there_that_does_not_belong(site: Path) -> None:
    """The programs are there to be downloaded; what makes the site and the pictures is not."""
    assert (site / "recipes" / "fastapi_service.py").is_file()
    assert (site / "examples" / "quickstart.py").is_file()
    unwanted = {"hooks.py", "make.py", "ruff.toml", "README.md"}
    assert not [path for path in site.rglob("*") if path.name in unwanted or path.suffix == ".pyc"]
