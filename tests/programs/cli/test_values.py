"""Id prefixes and shell completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Emissary


def complete(emissary: Emissary, line: str, **env: str | None) -> list[str]:
    """Return the completions of the last word of a command line."""
    words = f"emissary {line}"
    asked = {"_EMISSARY_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    return [item.partition(",")[2] for item in emissary(env={**asked, **env}).out.split()]


def test_unique_prefix_is_enough(emissary: Emissary) -> None:
    """Also with the ellipsis of a table, and not if several ids have it."""
    job = emissary.create_job()
    for given in (job[:8], job[:25] + "…"):
        assert emissary("jobs", "show", given, "--json").json["id"] == job
    emissary.respond("training_jobs.list", [{"id": f"ab{number}"} for number in range(4)], times=2)
    for given, shown in (("ab", "ab0, ab1, ab2, …"), ("a", "ab0, ab1, ab2, …")):
        made = emissary("jobs", "show", given)
        assert made == (2, "", f"emissary: Several training job ids begin with '{given}': {shown}\n")
    emissary.respond("training_jobs.list", [{"id": "ab"}, {"id": "a"}])
    emissary.respond("training_jobs.retrieve", {"id": "a"})
    assert emissary("jobs", "show", "a", "--json").json == {"id": "a"}


def test_project_prefix(emissary: Emissary) -> None:
    """A project id that does not begin as the platform's ids do is used as given."""
    project = emissary("projects", "create", "--json").json["id"]
    assert emissary("projects", "show", project[:10], "--json").json["id"] == project
    assert emissary("jobs", "list", "-p", project[:10], "--json").json == []
    emissary.respond("projects.list", "", status=500)
    assert emissary("jobs", "list", "-p", "demo", "--json").json == []


def test_ids_and_names_are_completed(emissary: Emissary) -> None:
    """Each kind from its own list; without a key, nothing is completed and nothing reported."""
    job = emissary.create_job()
    project = emissary("projects", "create", "--json").json["id"]
    emissary("deployments", "create", job, "--name", "mine")
    expected = {
        "jobs show ": [job],
        f"jobs show {job[:5]}": [job],
        "jobs show x": [],
        "jobs list --project ms-": [project],
        "engines show e": [],
        "datasets show d": [],
        "models show Qwen3-4B-B": ["Qwen3-4B-Base"],
        "chat m": ["mine"],
        "chat Llama-3.2-1B-I": ["Llama-3.2-1B-Instruct"],
        "jobs list --status t": ["Testing", "TimedOut"],
        "run --task-type c": ["classification"],
        "jobs ch": ["checkpoints"],
        "comp": ["complete", "completion"],
    }
    assert {line: complete(emissary, line) for line in expected} == expected
    assert complete(emissary, "chat m", EMISSARY_PROJECT_ID=None) == []
    assert complete(emissary, "jobs show ", EMISSARY_CLIENT_API_KEY=None) == []
    assert len(complete(emissary, "deployments show d")) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(emissary: Emissary, shell: str) -> None:
    """The script asks the command."""
    assert "_EMISSARY_COMPLETE" in emissary("completion", shell).out
