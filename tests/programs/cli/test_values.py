"""Id prefixes and shell completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary


RECORDS = '{"prompt": "a", "completion": "b"}\n' * 20


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
        assert made == (2, "", f"emissary: '{given}' can be several training jobs: {shown}\n")
    emissary.respond("training_jobs.list", [{"id": "ab"}, {"id": "a"}])
    emissary.respond("training_jobs.retrieve", {"id": "a"})
    assert emissary("jobs", "show", "a", "--json").json == {"id": "a"}


def test_names_and_prefixes(emissary: Emissary) -> None:
    """A name works wherever an id does; the project's is looked up first, whatever the order of the options."""
    project = emissary("projects", "create", "my reviews", "--json").json["id"]
    dataset = emissary("datasets", "upload", "-", "-p", "my reviews", "--name", "d", "--json", stdin=RECORDS).json["id"]
    create = ("jobs", "create", BASE_MODEL, "--train-dataset", "d", "--name", "j", "--wait", "-q", "-p")
    assert emissary(*create, "my reviews").code == 0
    body = f"{{base_model: {BASE_MODEL}, train_dataset_id: d, name: k}}"
    made = emissary("jobs", "create", "--from", "-", "-p", "my reviews", "--json", stdin=body).json
    job = emissary("jobs", "show", made["id"], "-p", project, "--json").json
    assert job["train_dataset"]["id"] == dataset
    job = emissary("jobs", "show", "j", "-p", project[:9], "--json").json
    assert job["train_dataset"]["id"] == dataset
    for given in (job["id"][:8], "j"):
        assert emissary("-p", project[:9], "jobs", "show", given, "--json").json["id"] == job["id"]
    deploy = ("deployments", "create", "j", "--name", "x", "--json")
    deployment = emissary(*deploy, env={"EMISSARY_PROJECT_ID": "my reviews"}).json["id"]
    assert emissary("deployments", "show", "x", "-p", project, "--json").json["id"] == deployment
    assert emissary("deployments", "delete", "x", "-p", project, "--yes").out == f"Deleted deployment {deployment}\n"


def test_ambiguous_and_misspelled_names(emissary: Emissary) -> None:
    """They are refused; a name that nothing resembles is left to the platform."""
    jobs = [{"id": f"tr-{number}", "name": name} for number, name in enumerate(("twice", "twice", "tr-1", "sentiment"))]
    emissary.respond("training_jobs.list", jobs, times=None)
    for given, message in (
        ("twice", "'twice' can be several training jobs: tr-0, tr-1"),
        ("tr-", "'tr-' can be several training jobs: tr-0, tr-1, tr-2, …"),
        ("sentimant", "There is no training job 'sentimant'. Did you mean 'sentiment'?"),
    ):
        assert emissary("jobs", "delete", given, "--yes") == (2, "", f"emissary: {message}\n")
    assert "/training-jobs/unlike failed with status 404" in emissary("jobs", "show", "unlike").err
    assert emissary("jobs", "show", "tr-1").err.startswith("emissary: GET /v1/projects/p/training-jobs/tr-1 failed")


def test_file_instead_of_a_dataset(emissary: Emissary, tmp_path: Path) -> None:
    """The message names the command that uploads it."""
    (tmp_path / "io.csv").write_text("")
    file = str(tmp_path / "io.csv")
    made = emissary("jobs", "create", BASE_MODEL, "--train-dataset", file)
    assert (made.code, f"Upload it first: emissary datasets upload {file}\n" in made.err) == (2, True)


def test_project_prefix(emissary: Emissary) -> None:
    """An id that is not listed is used as given, and a complete one is not looked up."""
    project = emissary("projects", "create", "--json").json["id"]
    assert emissary("projects", "show", project[:10], "--json").json["id"] == project
    assert emissary("jobs", "list", "-p", project[:10], "--json").json == []
    assert emissary("jobs", "list", "-p", "demo", "--json").json == []
    emissary.respond("projects.list", "", status=403)
    assert emissary("jobs", "list", "-p", project, "--json").json == []


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
        "comp": ["complete", "compare", "completion"],
    }
    assert {line: complete(emissary, line) for line in expected} == expected
    assert complete(emissary, "chat m", EMISSARY_PROJECT_ID=None) == []
    assert complete(emissary, "jobs show ", EMISSARY_CLIENT_API_KEY=None) == []
    assert len(complete(emissary, "deployments show d")) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(emissary: Emissary, shell: str) -> None:
    """The script asks the command."""
    assert "_EMISSARY_COMPLETE" in emissary("completion", shell).out
