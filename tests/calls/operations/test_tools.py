"""Methods as interpreters, validators, agents and editors read them. Each is tested with the real tool."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import pydoc
import typing
from typing import TYPE_CHECKING, Any

import httpx
import pydantic
import pytest
from langchain_core.tools import StructuredTool

from emissary_client_sdk import EmissaryClient, models

from ...support.calling import client_of
from .declared import METHODS, RESOURCES, by_method, public_methods
from .languageserver import LanguageServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JEDI: Any = importlib.import_module("jedi")  # it has no annotations
OPTIONS = ["retries=", "server_url=", "timeout_ms=", "http_headers="]
PROGRAM = """\
from emissary_client_sdk import EmissaryClient, check_dataset, prepare_dataset

client = EmissaryClient()
"""
BODY = 'client.training_jobs.create(project_id="p", request_body={"task_type": "'
TASK_TYPES = (
    BODY,
    'client.datasets.check("a.csv", task_type="',
    'client.datasets.upload(project_id="p", file="a.csv", task_type="',
    'client.run(file="a.csv", base_model="m", task_type="',
    'client.engines.list(task_type="',
    'client.datasets.prepare("a.csv", task_type="',
    'check_dataset("a.csv", "',
    'prepare_dataset("a.csv", "',
)
"""Beginnings of calls with a task type."""
AWAITED = {
    "await client.training_jobs.retrieve_async(project_id='p', training_job_id='t')": "training_loss",
    "(await client.projects.list_async())[0]": "name",
    "await client.run_async()": "deployment_id",
    "await client.datasets.check_async('a.csv')": "problems",
}
"""Expressions, and an attribute of each."""


def method_of(path: str, name: str) -> Callable[..., Any]:
    """Return a method of a resource."""
    return public_methods(RESOURCES[path])[name]


@by_method
def test_help_shows_parameters_and_summary(path: str, name: str) -> None:
    """``help`` shows the name, every parameter and the summary; signature and type hints resolve, and agree."""
    method = method_of(path, name)
    signature = inspect.signature(method, eval_str=True)
    hints: dict[str, Any] = typing.get_type_hints(method, include_extras=True)
    assert list(inspect.signature(method).parameters) == list(signature.parameters)
    assert hints.keys() == {*signature.parameters, "return"}
    for parameter, hint in hints.items():
        resolved = signature.return_annotation if parameter == "return" else signature.parameters[parameter].annotation
        assert hint == (type(None) if resolved is None else resolved)
        assert not isinstance(hint, str)
    shown = pydoc.plain(pydoc.render_doc(method))
    assert f"{method.__name__}(" in shown
    assert (inspect.getdoc(method) or "").splitlines()[0] in shown
    assert all(parameter in shown for parameter in signature.parameters)


@by_method
def test_pydantic_validates_the_arguments(path: str, name: str) -> None:
    """Pydantic can validate the arguments of every method."""
    validated = pydantic.validate_call(method_of(path, name))
    with pytest.raises(pydantic.ValidationError, match="nonsense"):
        asyncio.run(_awaited(validated(nonsense=1)))


async def _awaited(value: Any) -> Any:
    return await value


@by_method
def test_langchain_makes_a_tool(path: str, name: str) -> None:
    """Langchain makes a tool of every method, with its docstring and, unless one is a callback, its parameters."""
    method = method_of(path, name)
    tool = StructuredTool.from_function(method)
    assert tool.name == method.__name__
    parameters = list(inspect.signature(method).parameters)
    assert {"on_update", "on_result", "scorer"} & {*parameters} or list(tool.args) == parameters
    assert tool.description.startswith((inspect.getdoc(method) or "").splitlines()[0])


def test_langchain_calls_the_method() -> None:
    """A tool calls the method, synchronously and asynchronously."""

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"id": request.url.path.rpartition("/")[2]})

    jobs = client_of(respond).training_jobs
    tool = StructuredTool.from_function(jobs.retrieve, jobs.retrieve_async)
    arguments = {"project_id": "p", "training_job_id": "t"}
    assert tool.invoke(arguments) == asyncio.run(tool.ainvoke(arguments)) == models.TrainingJobDetail(id="t")


def test_tool_schema_is_json() -> None:
    """The schema of a tool that a language model receives is plain JSON."""
    tool = StructuredTool.from_function(EmissaryClient("a key").chat.completions.create)
    schema: Any = tool.tool_call_schema
    assert "messages" in json.loads(json.dumps(schema.model_json_schema()))["required"]


def _jedi(line: str, namespace: dict[str, Any] | None = None) -> list[str]:
    program = PROGRAM + line
    script = JEDI.Script(program) if namespace is None else JEDI.Interpreter(line, [namespace])
    return [found.name for found in script.complete()]


@pytest.mark.parametrize("line", ["client.", *(f"client.{path}." for path in RESOURCES)])
def test_jedi_completes_attributes(line: str) -> None:
    """Jedi completes the client and its resources in a program that it only reads."""
    owner: Any = EmissaryClient("a key")
    for name in line.split(".")[1:-1]:
        owner = getattr(owner, name)
    public = [name for name in dir(owner) if not name.startswith("_")]
    assert [name for name in _jedi(line) if not name.startswith("_")] == public


def test_jedi_completes_keywords() -> None:
    """In a session, jedi completes the keywords of both twins, options included; in a program, it knows the result."""
    ids = ["project_id=", "training_job_id="]
    assert "training_loss" in _jedi("client.training_jobs.retrieve(project_id='p', training_job_id='t').")
    for method in ("retrieve", "retrieve_async"):
        names = _jedi(f"client.training_jobs.{method}(", {"client": EmissaryClient("a key")})
        assert {*ids, *OPTIONS} <= set(names)


@pytest.mark.parametrize(("expression", "attribute"), AWAITED.items())
def test_jedi_completes_after_await(expression: str, attribute: str) -> None:
    """In a program, jedi knows the result of an ``_async`` method."""
    assert attribute in _jedi(f"async def main():\n    it = {expression}\n    it.")


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """Run pyright's language server on a program."""
    directory: Path = tmp_path_factory.mktemp("programs")
    with LanguageServer(directory) as server:
        lines = [f"client.{path}.{name}()" for path, name in METHODS]
        tasks = [f'{BODY}"}})', *(f'{line}")' for line in TASK_TYPES[1:])]
        server.open("\n".join([PROGRAM, *lines, *tasks, ""]))
        yield server


@pytest.mark.xdist_group("language server")
@by_method
def test_editor_shows_docstring_and_keywords(editor: LanguageServer, path: str, name: str) -> None:
    """An editor with pyright shows the docstring of every method, and its keywords."""
    method = method_of(path, name)
    summary = (inspect.getdoc(method) or "").splitlines()[0]
    call = f"client.{path}.{name}("
    assert summary.split("`")[0] in editor.hover(call)
    label, documentation = editor.signature(call)
    assert summary in documentation
    parameters = list(inspect.signature(method).parameters)
    assert all(f"{parameter}: " in label for parameter in parameters)
    assert {f"{parameter}=" for parameter in parameters} <= set(editor.completions(call))


@pytest.mark.xdist_group("language server")
@pytest.mark.parametrize("line", TASK_TYPES)
def test_editor_suggests_named_values(editor: LanguageServer, line: str) -> None:
    """An editor offers the values that the platform names, inside the quotes of an argument and of a request body."""
    assert {f'"{task.value}"' for task in models.TaskType} == set(editor.completions(line))
