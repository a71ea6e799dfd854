"""A typical session of an agent with ``emissary mcp``, over standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from mcp import StdioServerParameters

from ...support.rawserver import PATIENCE
from .agent import Agent, with_agent

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from ..cli.conftest import Emissary

COMMAND = ["-m", "emissary_client_sdk.cli", "mcp", "--emulator"]
ALLOW = ["--allow", "create", "--allow", "delete", "--allow", "inference"]
TABLE = "text,label\n" + "".join(f"{word} {number},{word}\n" for number in range(40) for word in ("good", "bad"))


def test_from_a_file_to_a_model_and_back(tmp_path: Path) -> None:
    """Prepare a file, check it, upload it, train, wait, deploy, classify, evaluate, and delete everything."""
    (tmp_path / "reviews.csv").write_text(TABLE, encoding="utf-8")

    async def act(agent: Agent) -> None:
        prepared = await agent.call("datasets_prepare", file="reviews.csv", task_type="classification")
        assert prepared["train"] == str(tmp_path / "reviews.train.jsonl")
        report = await agent.call("datasets_check", file="reviews.train.jsonl", against="reviews.test.jsonl")
        assert (report["ok"], report["records"]) == (True, 64)
        ids = {"project_id": (await agent.call("projects_create"))["id"]}
        dataset = await agent.call("datasets_upload", **ids, file="reviews.train.jsonl", name="train")
        body = {"base_model": "Qwen3-4B-Base", "train_dataset_id": dataset["id"], "task_type": report["task_type"]}
        job = {**ids, "training_job_id": await agent.created("training_jobs_create", **ids, request_body=body)}
        ended = await agent.call("training_jobs_wait", **job, poll_interval_ms=200)
        assert ended["status"] == "Success"
        numbers = [number for number, _, _ in agent.progress]
        assert numbers == sorted(set(numbers))
        assert agent.progress[-1] == (100, 100, "Success, 100 %")
        checkpoint = await agent.call("training_jobs_best_checkpoint", **job, metric="accuracy")
        body = {"training_job_id": job["training_job_id"], "checkpoint": checkpoint["checkpoint"], "name": "reviews"}
        deployment = {**ids, "deployment_id": await agent.created("deployments_create", **ids, request_body=body)}
        assert (await agent.call("deployments_wait", **deployment, poll_interval_ms=200))["status"] == "Deployed"
        answer = await agent.confirmed("classification_create", model="reviews", input="good", data_format="probs")
        assert json.loads(answer)["data"][0]["probs"].keys() == {"good", "bad"}
        evaluated = await agent.confirmed(
            "classification_evaluate", model="reviews", file="reviews.test.jsonl", output="answers"
        )
        assert json.loads(evaluated)["records"] == 16
        assert (tmp_path / "answers").is_file()
        for tool, what in (("deployments", deployment), ("training_jobs", job), ("projects", ids)):
            assert await agent.confirmed(f"{tool}_delete", **what) == "Done."
            assert "404" in await agent.error(f"{tool}_retrieve", **what)

    arguments = [*COMMAND, *ALLOW, "--root", str(tmp_path)]
    with_agent(StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ)), act)


def test_output_is_the_protocol_only(tmp_path: Path) -> None:
    """Standard output carries nothing but messages, also if the logs are on; the server ends with its input."""
    agent = {"name": "agent", "version": "1"}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": agent}
    requests: list[dict[str, Any]] = [
        {"method": "initialize", "id": 1, "params": hello},
        {"method": "notifications/initialized"},
        {"method": "tools/call", "id": 2, "params": {"name": "projects_list", "arguments": {}}},
    ]
    text = "".join(json.dumps({"jsonrpc": "2.0", **one}) + "\n" for one in requests)
    environment = {**os.environ, "EMISSARY_CLIENT_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, *COMMAND],
        input=text, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]
    assert "DEBUG Request: GET http" in done.stderr


def test_ends_with_its_input(emissary: Emissary) -> None:
    """A host that goes away closes the input."""
    assert emissary("mcp") == (0, "", "")


def test_without_the_extra(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names it, and exits as after any invalid command line."""
    monkeypatch.delitem(sys.modules, "emissary_client_sdk.mcpserver.server", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    result = emissary("mcp")
    assert (result.code, result.out) == (2, "")
    assert 'install the extra "mcp"' in result.err
