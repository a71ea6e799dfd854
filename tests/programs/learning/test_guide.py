"""The guide on evaluation, from its first program to its last, on models that have learned."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from emissary_client_sdk import EmissaryClient, emulator
from emissary_client_sdk.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).parents[3] / "docs"
GUIDE = (DOCS / "evaluation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Deploy an old model, trained on a part of the data, and a new one; yield the ids of the new one's job."""
    lines = (DOCS / "examples" / "reviews.jsonl").read_bytes().splitlines(keepends=True)
    shutil.copy(DOCS / "examples" / "reviews.test.jsonl", tmp_path)
    monkeypatch.chdir(tmp_path)
    with (
        emulator.serve(job_seconds=0, deploy_seconds=0, learn=True) as server,
        EmissaryClient("key", server_url=server.url) as client,
    ):
        project = client.projects.create(request_body={"name": "reviews"}).id
        job = ""
        for name, epochs, count in (("reviews-1", 1, 60), ("reviews-2", 5, len(lines))):
            job = client.training_jobs.create_and_wait(
                project_id=project,
                request_body={
                    "base_model": "Llama-3.2-1B-Instruct",
                    "train_dataset_id": client.datasets.upload(project_id=project, file=b"".join(lines[:count])).id,
                    "task_type": "classification",
                    "parameters": {"num_train_epochs": epochs},
                },
                poll_interval_ms=20,
            ).id
            body: Any = {"training_job_id": job, "checkpoint": epochs, "name": name}
            client.deployments.create_and_wait(project_id=project, request_body=body)
        monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", "key")
        monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", server.url)
        yield {"project_id": project, "training_job_id": job}


def commands(text: str) -> list[list[str]]:
    """Return the arguments of each call of the command line; its output goes to a summary."""
    lines = text.replace("\\\n", " ").splitlines()
    found = [line.partition(">>")[0] for line in lines if line.strip().startswith("emissary ")]
    return [shlex.split(line)[1:] for line in found]


def test_guide_is_true(ids: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each program runs after the one before it, each command succeeds, and shown output is theirs."""
    shown = ""
    for language, text in BLOCKS:
        if language == "python" and "def test_" not in text:
            program = re.sub(r'(\w+)="<id>"', lambda found: f'{found[1]}="{ids[found[1]]}"', text)
            capsys.readouterr()
            exec(compile(program, "evaluation.md", "exec", dont_inherit=True), {})  # noqa: S102  # our own page
            shown = capsys.readouterr().out
        elif language == "text":
            assert _without_date(text) == _without_date(shown)
        else:
            script = yaml.safe_load(text)["jobs"]["evaluate"]["steps"][-1]["run"] if language == "yaml" else text
            for arguments in commands(script):
                with pytest.raises(SystemExit) as exited:
                    main(arguments)
                assert exited.value.code in (None, 0), capsys.readouterr()
    assert {language for language, _ in BLOCKS} == {"python", "sh", "text", "yaml"}


def _without_date(text: str) -> str:
    return re.sub(r"evaluated  .*SHA", "", text)
