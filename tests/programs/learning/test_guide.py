"""The guides on evaluation and on files of texts, from first to last, on models that have learned."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from emissary_client_sdk import EmissaryClient, emulator
from emissary_client_sdk.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Platform

DOCS = Path(__file__).parents[3] / "docs"


def blocks_of(page: str) -> list[tuple[str, str]]:
    """Return the language and the text of each block of a page."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


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
    blocks = blocks_of("evaluation.md")
    for language, text in blocks:
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
                succeed(arguments, capsys)
    assert {language for language, _ in blocks} == {"python", "sh", "text", "yaml"}


def succeed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Run a command."""
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code in (None, 0), capsys.readouterr()


def test_guide_on_files_is_true(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its model answers correctly, and its commands continue what its programs have begun."""
    sleep = time.sleep

    def sleep_shortly(seconds: float) -> None:
        sleep(min(seconds, 0.02))  # not the 5 s between two polls

    monkeypatch.setattr(time, "sleep", sleep_shortly)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMISSARY_CLIENT_API_KEY", "key")
    monkeypatch.setenv("EMISSARY_CLIENT_SERVER_URL", platform.server.url)
    names, shown = dict[str, Any](), ""
    for language, text in blocks_of("bulk.md"):
        if language == "python":
            exec(compile(text, "bulk.md", "exec", dont_inherit=True), names)  # noqa: S102  # our own page
        elif language == "sh":
            shown = capsys.readouterr().out
            for arguments in commands(re.sub(r"reviews-[0-9a-f]{8}", names["made"].model, text)):
                succeed(arguments, capsys)
    assert re.search(r"^80 records: 80 succeeded, 0 failed; .*\nfirst 2 0\nsecond 2 2\n$", shown)
    assert "80 succeeded, 80 of them earlier" in capsys.readouterr().out
    answers = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert [answer["line"] for answer in answers] == list(range(2, 82))
    found = [max(probs, key=probs.get) for answer in answers for probs in [answer["result"]["data"][0]["probs"]]]
    assert found == [label for _, label in names["labelled"] * 10]


def _without_date(text: str) -> str:
    return re.sub(r"evaluated  .*SHA", "", text)
