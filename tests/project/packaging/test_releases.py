"""The changelog, the notes of a release, and the workflows that test and release the package."""

import itertools
import re
import runpy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from emissary_client_sdk import __version__

ROOT = Path(__file__).parents[3]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / ".github" / "workflows").iterdir()
}


def test_changelog_has_dated_releases() -> None:
    """The first section is unreleased, the others have dates in descending order, and each heading is a link."""
    first, *releases = re.findall(r"^## \[(.+)\](?: - (.+))?$", CHANGELOG, re.MULTILINE)
    assert first == ("Unreleased", "")
    dates = [date.fromisoformat(day) for _, day in releases]
    assert dates == sorted(dates, reverse=True)
    links = re.findall(r"^\[(.+)\]: https://", CHANGELOG, re.MULTILINE)
    assert links == ["Unreleased", *(version for version, _ in releases)]


@pytest.fixture
def release_notes(tmp_path: Path) -> Callable[..., str]:
    """Return a function that returns the notes of a tag, for the text of a changelog."""
    function = runpy.run_path(str(ROOT / ".ci" / "release_notes.py"))["release_notes"]
    source = tmp_path / "src" / "emissary_client_sdk" / "_version.py"
    source.parent.mkdir(parents=True)
    source.write_text(f'__version__ = "{__version__}"\n', encoding="utf-8")

    def notes(tag: str, changelog: str) -> str:
        (tmp_path / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
        return str(function(tag, tmp_path))

    return notes


@pytest.mark.parametrize("after", ["", "## [0.1.0] - 2020-01-01\n\n- Old.\n", "[Unreleased]: https://example.com\n"])
def test_release_notes_are_the_section_of_the_version(release_notes: Callable[..., str], after: str) -> None:
    """The notes end before the next release and before the links."""
    section = "### Added\n\n- [A link](b.md) and more.\n"
    changelog = f"## [Unreleased]\n\n- Later.\n\n## [{__version__}] - 2026-01-31\n\n{section}\n{after}"
    assert release_notes(f"v{__version__}", changelog) == section


@pytest.mark.parametrize(("tag", "message"), [("v0.0.1", "the tag is v0.0.1"), (f"v{__version__}", "no section")])
def test_release_needs_the_version_and_a_date(release_notes: Callable[..., str], tag: str, message: str) -> None:
    """A tag of another version, and a section without a date, end the workflow."""
    with pytest.raises(SystemExit, match=message):
        release_notes(tag, f"## [{__version__}]\n\n- Undated.\n")


def steps(workflow: str) -> list[dict[str, Any]]:
    """Return all steps of a workflow."""
    jobs = WORKFLOWS[workflow]["jobs"].values()
    return list(itertools.chain.from_iterable(job.get("steps", []) for job in jobs))


def test_workflow_tests_every_system_and_python() -> None:
    """CI runs ``.ci/run``, and the tests on three systems and on every Python of nox."""
    assert any(step.get("run") == ".ci/run" for step in steps("ci"))
    matrix = WORKFLOWS["ci"]["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["system"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (following,) = re.findall(r'^NEXT = "(.+)"$', (ROOT / "noxfile.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert matrix["python"] == [*re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project), following]


def test_release_is_tested_and_needs_no_stored_token() -> None:
    """A release follows the whole CI, and publishes with an identity token that only this job receives."""
    jobs = WORKFLOWS["release"]["jobs"]
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yml"
    assert (jobs["build"]["needs"], jobs["publish"]["needs"]) == ("checks", "build")
    assert [name for name, job in jobs.items() if "id-token" in job.get("permissions", {})] == ["publish"]
    assert "secrets." not in str(jobs)
