"""The example of each method: a program that calls it with plausible arguments."""

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any, get_args, get_origin

from emissary_client_sdk.types.basemodel import BaseModel

from .catalog import type_hints

VALUES: dict[str, Any] = {
    "base_model": "Llama-3.2-1B-Instruct",
    "base_model_name": "Llama-3.2-1B-Instruct",
    "task_type": "classification",
    "name": "reviews-1",
    "deployment_name": "reviews-1",
    "model": "reviews-1",
    "checkpoint": 1,
    "test_functions": ["exact_match_shared"],
    "reward": {"exact_match_shared": 1.0},
    "metric": "accuracy",
    "input": "Arrived broken.",
    "inputs": ["Arrived broken.", "Works perfectly."],
    "prompt": "The quick brown fox",
    "mode": "judge",
    "classes": [{"name": "polite", "description": "Does the text say please?"}],
    "messages": [{"role": "user", "content": "Hello!"}],
    "path": "model.tar.gz",
    "output": "answers.jsonl",
    "file_name": "reviews.jsonl",
}
"""Values of required parameters and fields, by name. One that ends in ``_id`` is ``"<id>"``, in ``_ids`` a list."""

SHOWN = ("name",)
"""Optional fields of a request body that the examples set."""

FILES: dict[str, Any] = dict.fromkeys(("upload", "find_or_create", "check", "process_file"), "reviews.jsonl")

_REVIEW = {"prompt": "Arrived broken.", "completion": {"bad": 1, "good": 0}}
_ANSWERED = {"prompt": "What is the capital of France?", "completion": "Paris"}
RECORDS: dict[str, dict[str, Any]] = {
    "training_jobs": _REVIEW,
    "classification": _REVIEW,
    "regression": {"prompt": "Arrived broken.", "completion": 1.5},
    "embeddings": {"itemA": {"text": "late"}, "itemB": {"text": "delayed"}, "similarity": 1},
    "completions": _ANSWERED,
    "chat.completions": _ANSWERED,
}
"""A labelled record for each resource with a method to evaluate it."""

_OWN = {
    "download_checkpoint": """    best = client.training_jobs.best_checkpoint(
        project_id="<id>", training_job_id="<id>", metric="accuracy"
    )
    res = client.training_jobs.download_checkpoint(best, "model.tar.gz")

    print(res)
""",
    "temporary": """    with client.deployments.temporary(
        project_id="<id>",
        request_body={
            "training_job_id": "<id>",
            "checkpoint": 1,
            "name": "reviews",
        },
    ) as deployment:
        print(deployment.name)
""",
    "prepare": """    res = client.datasets.prepare("reviews.jsonl", output="prepared", overwrite=True)

    print(res.report)
""",
}
"""Methods that are not called like the others."""

_OPEN = """import os

from emissary_client_sdk import EmissaryClient

with EmissaryClient(
    api_key=os.getenv("EMISSARY_CLIENT_API_KEY", ""),
) as client:
"""


def example(attribute: str, name: str, method: Any) -> str:
    """Return a program that calls a method of a resource.

    :param attribute: The resource as an attribute of the client.
    """
    if name in _OWN:
        return _OPEN + _OWN[name]
    file = FILES.get(name) or [RECORDS.get(attribute)]
    arguments = ", ".join(_arguments(file, method))
    return _OPEN + _use(f"client.{attribute}.{name}({arguments})", type_hints(method)["return"])


def _arguments(file: Any, method: Any) -> list[str]:
    hints = type_hints(method)
    _, *parameters = inspect.signature(method).parameters.values()
    arguments: list[str] = []
    for parameter in parameters:
        if parameter.default is not parameter.empty and parameter.name != "request_body":
            continue
        is_file = parameter.name == "file" or (parameter.name == "input" and method.__name__ in FILES)
        value = file if is_file else _value(parameter.name, hints[parameter.name])
        is_positional = parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        arguments.append(repr(value) if is_positional else f"{parameter.name}={value!r}")
    return arguments


def _value(name: str, kind: Any) -> Any:
    if name in VALUES:
        return VALUES[name]
    if name.endswith("_id"):
        return "<id>"
    if name.endswith("_ids"):
        return ["<id>"]
    if name == "content":
        return b'{"prompt": "Broken.", "completion": {"bad": 1}}\n'
    for member in (kind, *get_args(kind)):
        if inspect.isclass(member) and issubclass(member, BaseModel):
            return _body(member)
    return {int: 1, float: 0.5, bool: True}.get(kind, f"<{name}>")


def _body(model: type[BaseModel]) -> dict[str, Any]:
    hints = type_hints(model)
    fields = (key for key, info in model.model_fields.items() if info.is_required() or key in SHOWN)
    return {key: _value(key, hints[key]) for key in fields}


def _use(call: str, result: Any) -> str:
    origin = get_origin(result) or result
    if result is type(None):
        return f"    {call}\n"
    if hasattr(origin, "__enter__") and hasattr(origin, "__iter__"):
        return f"    with {call} as stream:\n        for chunk in stream:\n            print(chunk.text, end='')\n"
    if origin in (Iterator, AsyncIterator):
        return f"    for change in {call}:\n        print(change)\n"
    if inspect.isclass(origin) and issubclass(origin, list):
        return f"    res = {call}\n\n    for each in res:\n        print(each)\n"
    return f"    res = {call}\n\n    print(res)\n"
