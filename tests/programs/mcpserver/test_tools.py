"""The tools: which there are, what they describe, and what they refuse."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from pydantic import ValidationError

from emissary_client_sdk import EmissaryClient, emulator
from emissary_client_sdk._call.options import CallOptions
from emissary_client_sdk.mcpserver.catalog import GROUPS, client_tools
from emissary_client_sdk.mcpserver.server import create_server
from emissary_client_sdk.mcpserver.toolbox import LIFETIME, Toolbox
from emissary_client_sdk.utils.retries import Effect

from ...calls.operations.declared import OPERATIONS
from ...support.answers import BODY, KEY
from ...support.calling import client_of
from .agent import Agent, with_tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mcp.types import Tool

PROJECT: dict[str, Any] = {"project_id": "p"}
TRAINING: dict[str, Any] = {**PROJECT, "request_body": BODY}


@pytest.fixture
def client(instant_platform: emulator.Server) -> Iterator[EmissaryClient]:
    """Return a client of an emulator on which nothing takes time."""
    instant_platform.reset()
    with EmissaryClient(KEY, server_url=instant_platform.url) as client:
        yield client


@pytest.fixture(scope="module")
def tools() -> dict[str, Tool]:
    """Return all tools by name."""
    return with_tools(EmissaryClient(KEY), Agent.tools, allow=GROUPS)


def test_groups_follow_from_the_operations() -> None:
    """A tool reads if its operation is a GET; inference is charged, and a DELETE is in the group delete."""
    groups = {tool.name: tool.group for tool in client_tools(EmissaryClient(KEY), GROUPS)}
    declared = {one.method.replace(".", "_"): one.operation for one in OPERATIONS}
    assert len(groups.keys() & declared.keys()) == len(declared) - 1, "all but datasets.create"
    for name in groups.keys() & declared.keys():
        operation = declared[name]
        assert (groups[name] == "read") == (operation.http_method == "GET")
        assert (groups[name] == "inference") == (operation.effect is Effect.CHARGED)
        assert groups[name] == "delete" or operation.http_method != "DELETE"
        assert groups[name] == "create" or operation.effect is not Effect.CREATES


@pytest.mark.parametrize("group", [None, *GROUPS])
def test_more_than_reading_must_be_allowed(group: str | None) -> None:
    """Without ``allow`` there are only tools that read; a group adds its own, and the preview that they need."""
    client = EmissaryClient(KEY)
    listed = with_tools(client, Agent.tools, allow=[group] if group else [])
    expected = {tool.name for tool in client_tools(client, GROUPS) if tool.group in ("read", group)}
    assert listed.keys() == expected | ({"preview"} if group else set())
    changing = {name for name, tool in listed.items() if tool.annotations and not tool.annotations.read_only_hint}
    assert bool(changing) == bool(group)


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("training_jobs_wait", (True, False, True)),
        ("datasets_upload", (False, False, False)),
        ("deployments_reactivate", (False, False, True)),
        ("training_jobs_cancel", (False, True, True)),
        ("classification_create", (False, False, False)),
        ("preview", (True, False, True)),
    ],
)
def test_annotations(tools: dict[str, Tool], name: str, hints: tuple[bool, ...]) -> None:
    """A tool says whether it reads only, destroys and is idempotent."""
    annotations = tools[name].annotations
    assert annotations is not None
    assert (annotations.read_only_hint, annotations.destructive_hint, annotations.idempotent_hint) == hints


def test_schemas(tools: dict[str, Tool]) -> None:
    """Descriptions are those of the docstrings and of the fields; a confirmed call requires its token."""
    tool = tools["training_jobs_create"]
    assert tool.description == "Create a training job. It costs money from its start. Returns: The created job."
    assert tool.input_schema["required"] == ["project_id", "request_body", "confirmation_token"]
    assert tool.input_schema["properties"]["project_id"]["description"] == "ID of the project."
    body = tool.input_schema["$defs"]["CreateTrainingJobRequestBody"]
    assert body["properties"]["train_dataset_id"]["description"] == "ID of the training dataset."
    assert all("description" in one for one in body["properties"].values())
    assert tools["training_jobs_compare"].input_schema["properties"]["training_job_ids"]["type"] == "array"
    assert "confirmation_token" not in tools["projects_create"].input_schema["properties"]


def test_no_tool_has_options_of_programs(tools: dict[str, Tool]) -> None:
    """An agent chooses neither the server nor headers nor callbacks."""
    arguments = {name for tool in tools.values() for name in tool.input_schema.get("properties", {})}
    assert not arguments & {*CallOptions.__annotations__, "on_update", "on_result", "extra_body"}


def test_schemas_without_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without its source lacks the descriptions of fields only."""

    def getsource(_: object) -> str:
        raise OSError("no source")

    monkeypatch.setattr("emissary_client_sdk.mcpserver.arguments.getsource", getsource)
    tool = with_tools(EmissaryClient(KEY), Agent.tools, allow=["create"])["training_jobs_create"]
    body = tool.input_schema["$defs"]["CreateTrainingJobRequestBody"]
    assert "description" not in body["properties"]["train_dataset_id"]


def test_preview_shows_what_a_call_affects(client: EmissaryClient) -> None:
    """It returns the arguments, the effect and the resource as it is, and changes nothing."""
    job = client.training_jobs.create(**TRAINING)
    ids: dict[str, Any] = {**PROJECT, "training_job_id": job.id}

    async def act(agent: Agent) -> Any:
        return await agent.call("preview", tool="training_jobs_delete", arguments=ids)

    preview = with_tools(client, act, allow=["delete"])
    assert (preview["arguments"], preview["affected"]["id"]) == (ids, job.id)
    assert preview["warning"] == "This ends or deletes something."
    assert preview["effect"] == "Delete a training job."
    assert client.training_jobs.retrieve(**ids).id == job.id


def test_a_token_confirms_one_call(client: EmissaryClient) -> None:
    """It is valid once, and neither for other arguments nor for another tool; nothing is created without one."""

    async def act(agent: Agent) -> None:
        async def token() -> str:
            preview = await agent.call("preview", tool="training_jobs_create", arguments=TRAINING)
            assert preview["warning"] == "This costs money."
            return str(preview["confirmation_token"])

        other = {**PROJECT, "request_body": {**BODY, "name": "other"}}
        grpo = {**PROJECT, "request_body": {**BODY, "test_functions": ["f"], "reward": {"f": 1}}}
        for tool, arguments in (
            ("training_jobs_create", {**TRAINING}),
            ("training_jobs_create", {**TRAINING, "confirmation_token": "invented"}),
            ("training_jobs_create", {**other, "confirmation_token": await token()}),
            ("training_jobs_create_grpo", {**grpo, "confirmation_token": await token()}),
        ):
            assert "Call preview with this tool" in await agent.error(tool, **arguments)
        used = await token()
        await agent.call("training_jobs_create", **TRAINING, confirmation_token=used)
        await agent.error("training_jobs_create", **TRAINING, confirmation_token=used)

    with_tools(client, act, allow=["create"])
    assert len(client.training_jobs.list(**PROJECT)) == 1


def test_a_token_expires(client: EmissaryClient, tmp_path: Path) -> None:
    """It is valid for some minutes."""
    now = [0.0]
    toolbox = Toolbox(client, tmp_path, ["create"], lambda: now[0])

    async def report(*_: object) -> None:
        """Take no note of the progress."""

    async def main() -> None:
        preview = {"tool": "training_jobs_create", "arguments": TRAINING}
        tokens = [(await toolbox.call("preview", preview, report))["confirmation_token"] for _ in range(2)]
        now[0] = LIFETIME
        await toolbox.call("training_jobs_create", {**TRAINING, "confirmation_token": tokens[0]}, report)
        now[0] += 1
        with pytest.raises(ValueError, match="needs a confirmation_token"):
            await toolbox.call("training_jobs_create", {**TRAINING, "confirmation_token": tokens[1]}, report)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("engines_create", {}, "there is no tool 'engines_create'"),
        ("projects_list", {"server_url": "http://127.0.0.1:9"}, "not permitted. The arguments of this tool: none"),
        ("datasets_list", {}, "project_id: Field required. The arguments of this tool: project_id"),
        ("preview", {"tool": "engines_list"}, "arguments: Field required. The arguments of this tool: tool, arguments"),
        ("datasets_wait", {**PROJECT, "dataset_id": ".."}, "dataset_id"),
        ("preview", {"tool": "projects_list", "arguments": {}}, "projects_list needs no preview"),
    ],
)
def test_invalid_calls(client: EmissaryClient, tool: str, arguments: dict[str, Any], message: str) -> None:
    """The model reads what is wrong, and nothing is sent."""

    async def act(agent: Agent) -> str:
        return await agent.error(tool, **arguments)

    assert message in with_tools(client, act)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("base_model", "Qwen3-4B-Bse", "did you mean 'Qwen3-4B-Base'"),
        ("task_type", "clasification", "did you mean 'classification'?"),
        ("hyper_parameters", {}, "did you mean 'parameters'?"),
        ("parameters", {"learning_rat": 1}, "learning_rate"),
    ],
)
def test_preview_refuses_likely_mistakes(client: EmissaryClient, field: str, value: object, message: str) -> None:
    """A misspelled field, value, hyperparameter or base model is found before it costs money."""
    arguments = {**PROJECT, "request_body": {**BODY, field: value}}

    async def act(agent: Agent) -> str:
        return await agent.error("preview", tool="training_jobs_create", arguments=arguments)

    assert message in with_tools(client, act, allow=["create"])


def test_files_below_the_root(client: EmissaryClient, tmp_path: Path) -> None:
    """A relative or absolute path of a file below the root is read; links are followed before that is checked."""
    root, secret = tmp_path / "root", tmp_path / "secret.jsonl"
    (root / "inner").mkdir(parents=True)
    for path in (root / "inner" / "data.jsonl", secret):
        path.write_text('{"prompt": "a", "completion": "b"}\n', encoding="utf-8")
    (root / "link.jsonl").symlink_to(root / "inner" / "data.jsonl")
    (root / "out.jsonl").symlink_to(secret)
    (root / "up").symlink_to(tmp_path)

    async def act(agent: Agent) -> None:
        for inside in ("inner/data.jsonl", "link.jsonl", "inner/../link.jsonl", str(root / "link.jsonl")):
            assert (await agent.call("datasets_check", file=inside))["records"] == 1
        for outside in ("out.jsonl", "up/secret.jsonl", "../secret.jsonl", str(secret), "inner/../../secret.jsonl"):
            assert (await agent.error("datasets_check", file=outside)).startswith(
                f"ValueError: file: '{outside}' is outside"
            )
        for missing in ("no.jsonl", "inner", ""):
            assert "there is no file" in await agent.error("datasets_check", file=missing)

    with_tools(client, act, root=root)


def test_every_path_is_below_the_root(tmp_path: Path) -> None:
    """No tool has another argument that names a file."""
    checked: set[str] = set()
    for tool in client_tools(EmissaryClient(KEY), GROUPS):
        for name, parameter in inspect.signature(getattr(tool.resource, tool.verb), eval_str=True).parameters.items():
            if "PathLike" in str(parameter.annotation) and name in tool.arguments.model_fields:
                with pytest.raises(ValidationError) as caught:
                    tool.arguments.model_validate({name: "../outside"}, context=tmp_path)
                assert any(
                    one["loc"] == (name,) and "outside of the root" in one["msg"] for one in caught.value.errors()
                )
                checked.add(name)
    assert {"file", "against", "output"} <= checked


def test_errors_have_the_hint_but_not_the_key() -> None:
    """The model reads the platform's message and what to do, even if the platform repeats the key."""

    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"id": "d"})
        return httpx.Response(400, json={"error": f"{request.headers['x-api-key']} is too late"})

    async def act(agent: Agent) -> str:
        ids: dict[str, Any] = {**PROJECT, "deployment_id": "d"}
        preview = await agent.call("preview", tool="deployments_reactivate", arguments=ids)
        return await agent.error("deployments_reactivate", **ids, confirmation_token=preview["confirmation_token"])

    text = with_tools(client_of(respond), act, allow=["create"])
    assert text.startswith("APIErrorInvalidInput: POST /v1/projects/p/deployments/d/reactivate failed")
    assert "retrieve it and check its status" in text
    assert KEY not in text


def test_no_text_has_the_key() -> None:
    """The platform may repeat it anywhere: it is replaced in results, previews, progress and the error of a wait."""

    def respond(request: httpx.Request) -> httpx.Response:
        key = request.headers["x-api-key"]
        return httpx.Response(200, json={"id": "x", "name": key, "status": f"Running {key}"})

    async def act(agent: Agent) -> list[str]:
        job: dict[str, Any] = {**PROJECT, "training_job_id": "x"}
        return [
            await agent.text("training_jobs_retrieve", **job),
            await agent.text("preview", tool="training_jobs_delete", arguments=job),
            await agent.error("training_jobs_wait", **job, total_timeout_ms=1),
            str(agent.progress),
        ]

    for text in with_tools(client_of(respond), act, allow=["delete"]):
        assert "[redacted]" in text
        assert KEY not in text


def test_an_uncertain_creation_is_reported() -> None:
    """The model reads that the platform may have acted; for a read that does not matter."""
    client = client_of(lambda _: httpx.Response(500), retry_config=None)

    async def act(agent: Agent) -> tuple[str, str]:
        return await agent.error("projects_create"), await agent.error("projects_list")

    creation, reading = with_tools(client, act, allow=["create"])
    assert "may have acted on it" in creation
    assert "may have acted on it" not in reading


def test_long_results_are_cut() -> None:
    """A result does not fill the context of a model."""
    client = client_of(lambda _: httpx.Response(200, json=[{"id": "x" * 120_000}]))

    async def act(agent: Agent) -> str:
        return await agent.text("projects_list")

    text = with_tools(client, act)
    assert len(text) < 101_000
    assert text.endswith("more characters)")


@pytest.mark.parametrize(
    ("tool", "states", "expected"),
    [
        (
            "training_jobs_wait",
            [("Running", 0), ("Running", 40), ("Testing", 40), ("Success", 100)],
            [0.01, 40, 40.01, 100],
        ),
        ("deployments_wait", [("Pending", None), ("Deployed", None)], [0.01, 0.02]),
    ],
)
def test_progress_grows(
    tool: str, states: list[tuple[str, int | None]], expected: list[float], waits: list[float]
) -> None:
    """Each change is a notification with a larger number, as the protocol requires; a percentage has a total."""
    left = iter(states)

    def respond(_: httpx.Request) -> httpx.Response:
        status, progress = next(left)
        return httpx.Response(200, json={"id": "x", "status": status, "progress": progress})

    async def act(agent: Agent) -> list[tuple[float, float | None, str | None]]:
        await agent.call(tool, **PROJECT, **{f"{tool.removesuffix('s_wait')}_id": "x"})
        return agent.progress

    progress = with_tools(client_of(respond), act)
    assert [round(number, 2) for number, _, _ in progress] == expected
    assert len(waits) == len(states) - 1
    status, percent = states[-1]
    assert progress[-1][1:] == (None if percent is None else 100, status if percent is None else f"{status}, 100 %")


def test_a_wait_is_short_by_default() -> None:
    """Hosts end a call after a minute; the model reads that the job is still running."""
    default = inspect.signature(EmissaryClient(KEY).training_jobs.wait).parameters["total_timeout_ms"].default
    tools = {tool.name: tool for tool in client_tools(EmissaryClient(KEY), ())}
    assert default is None
    assert tools["training_jobs_wait"].arguments.model_fields["total_timeout_ms"].default == 50_000


@pytest.mark.parametrize(
    ("options", "message"),
    [({"allow": ["create", "everything"]}, "not 'everything'"), ({"root": __file__}, "root must be a directory")],
)
def test_invalid_settings(options: dict[str, Any], message: str) -> None:
    """The server does not start with them."""
    with pytest.raises(ValueError, match=message):
        create_server(EmissaryClient(KEY), **options)
