"""The guides stand in the order of the work, and everywhere in the same one."""

import re

import yaml

from .pages import ROOT

DOCS = ROOT / "docs"
GUIDE = re.compile(r"^\| \[(.+?)\]\((\w\S*\.md)\) ", re.MULTILINE)


def guides() -> dict[str, str]:
    """Return the names of the guides by their pages, as the first page lists them."""
    return {page: name for name, page in GUIDE.findall((DOCS / "index.md").read_text(encoding="utf-8"))}


def test_data_evaluation_and_cleaning_stand_in_the_order_of_the_work() -> None:
    """Reliability and performance are not guides."""
    order = list(guides())
    work = ["quickstart.md", "data-files.md", "waiting.md", "inference.md", "evaluation.md", "cleanup.md"]
    assert [page for page in order if page in work] == work
    assert not {"reliability.md", "performance.md"} & set(order)


def test_navigation_has_the_same_guides() -> None:
    """So has the list for agents, after the first page."""
    navigation = yaml.safe_load((DOCS / ".nav.yml").read_text(encoding="utf-8"))
    (listed,) = (section["Guides"] for section in navigation["nav"] if "Guides" in section)
    assert listed == list(guides())
    llms = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition(" Guides:\n")[2].partition(" Recipes:\n")[0]
    assert re.findall(r"- (\S+\.md)", llms) == ["index.md", *listed]


def test_names_begin_the_titles() -> None:
    """A reader who follows a link arrives at a page of that name."""
    for page, name in guides().items():
        assert (DOCS / page).read_text(encoding="utf-8").startswith(f"# {name}")
