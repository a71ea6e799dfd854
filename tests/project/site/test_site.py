"""The documentation site is complete and loads nothing from another server."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from emissary_client_sdk import errors

from ...data.models.known import exported
from ..docs.pages import ROOT, environment


class Loaded(HTMLParser):
    """Collects the addresses that a browser loads to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev", "alternate"):
            self.urls.append(given.get("href", ""))
        elif tag != "a" and "src" in given:
            self.urls.append(given["src"])


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site in a copy of the repository; a broken link or anchor fails the build."""
    copy = tmp_path_factory.mktemp("site")
    for name in ("docs", "src"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
    for path in [*ROOT.glob("*.md"), ROOT / "mkdocs.yml"]:
        shutil.copy(path, copy)
    ran = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=copy,
        env=environment(NO_COLOR="1"),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return copy / "build" / "site"


def test_every_page_is_there(site: Path) -> None:
    """Each Markdown page of ``docs`` is a page of the site."""
    docs = ROOT / "docs"
    for page in docs.rglob("*.md"):
        parts = page.relative_to(docs).with_suffix("")
        folder = parts.parent if parts.name in ("README", "index") else parts
        assert (site / folder / "index.html").is_file(), parts
    assert "Changed" in (site / "changelog" / "index.html").read_text(encoding="utf-8")


def test_coding_agents_find_the_markdown(site: Path) -> None:
    """``llms.txt`` lists every page once, with the address of its Markdown, to which the page links as well."""
    listed = re.findall(r"\(<http://127\.0\.0\.1:8000/(.+)>\)", (site / "llms.txt").read_text(encoding="utf-8"))
    pages = [page.relative_to(site) for page in site.rglob("index.html")]
    assert sorted(listed) == sorted(page.with_suffix(".md").as_posix() for page in pages)
    shown, markdown = ((site / "quickstart" / name).read_text(encoding="utf-8") for name in ("index.html", "index.md"))
    assert '<link rel="alternate" type="text/markdown" href="./index.md">' in shown
    assert "    job = client.training_jobs.wait(" in markdown


def test_guides_resources_and_models_are_in_the_navigation(site: Path) -> None:
    """The first guide is the way from a data file to an answer."""
    links = re.findall(r'<a href="([^"]+)" class="md-nav__link">', (site / "index.html").read_text(encoding="utf-8"))
    assert {"./sdks/trainingjobs/", "./models/trainingjobdetail/"} <= set(links)
    assert links.index("./quickstart/") < links.index("./data-files/")


def test_outline_of_a_resource_lists_its_methods(site: Path) -> None:
    """Their sections, such as "Example Usage", are on the page only."""
    for page in (site / "sdks").glob("*/index.html"):
        shown = page.read_text(encoding="utf-8")
        methods = re.findall(r'<h2 id="(\w+)"', shown)
        outlines = re.findall(r'<nav class="md-nav md-nav--secondary".*?</nav>', shown, re.DOTALL)
        assert [re.findall(r'href="#([^"]+)"', outline) for outline in outlines] == [methods, methods]  # narrow, wide
        assert '<h3 id="example-usage">' in shown


def test_nothing_is_loaded_from_another_server(site: Path) -> None:
    """No font, script or picture comes from elsewhere."""
    for page in site.rglob("*.html"):
        reader = Loaded()
        reader.feed(page.read_text(encoding="utf-8"))
        assert reader.urls
        assert [url for url in reader.urls if re.match(r"(https?:)?//", url)] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", style.read_text(encoding="utf-8"))


def test_reference_has_every_error(site: Path) -> None:
    """The pages made from docstrings omit no exception."""
    shown = (site / "reference" / "errors" / "index.html").read_text(encoding="utf-8")
    assert [name for name in exported(errors) if f'.{name}"' not in shown] == []


def test_no_link_is_broken(site: Path) -> None:
    """Each link within the site leads to a file, and its anchor to a place in it."""
    anchors = {
        page: set(re.findall(r'\b(?:id|name)="?([^"\s>]+)', page.read_text(encoding="utf-8")))
        for page in site.rglob("*.html")
    }
    for page in anchors:
        if page.name == "404.html":
            continue
        for url in re.findall(r'<a\b[^>]*?\bhref="?([^"\s>]+)', page.read_text(encoding="utf-8")):
            if re.match(r"\w+:", url):
                continue
            path, _, anchor = url.partition("#")
            target = (page.parent / path).resolve() if path else page
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), (page, url)
            if anchor and target.suffix == ".html":
                assert anchor in anchors[target], (page, url)


def test_only_content_is_published(site: Path) -> None:
    """Programs can be downloaded; the tools of the docs are left out."""
    assert (site / "recipes" / "fastapi_service.py").is_file()
    assert (site / "examples" / "quickstart.py").is_file()
    unwanted = {"__init__.py", "__main__.py", "make.py", "ruff.toml", "README.md", ".nav.yml"}
    assert not [path for path in site.rglob("*") if path.name in unwanted or path.suffix == ".pyc"]
