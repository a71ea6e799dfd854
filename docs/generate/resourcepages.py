"""The pages of the resources: ``docs/sdks``."""

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk._call.call import Resource
from emissary_client_sdk._call.operation import Operation
from emissary_client_sdk._call.options import CallOptions, option_types

from .catalog import type_hints
from .examples import example
from .markdown import page, programs, table
from .source import docstring
from .typenames import cell

MODELS = "../../models/"
_SIGN = {True: ":heavy_check_mark:", False: ":heavy_minus_sign:"}
_COMMON = """Each method has an asynchronous twin with the same arguments, whose name ends in `_async`. A request body
is a model, a TypedDict or a mapping. Invalid arguments raise `TypeError`, `ValueError` or pydantic's `ValidationError`
before any request is sent; [Errors](../../errors.md) describes all other exceptions."""
_OPTIONS = set(option_types(CallOptions))
_STATUSES = {
    "APIErrorInvalidInput": "400",
    "APIErrorUnauthorized": "401",
    "APIErrorForbidden": "403",
    "APIErrorNotFound": "404",
    "APIErrorConflict": "409",
    "APIErrorUnprocessable": "422",
    "APIErrorTooManyRequests": "429",
    "APIServerError": "5XX",
    "SDKError": "4XX, 5XX",
    "ResponseValidationError": "2XX",
}


@dataclass(frozen=True)
class Documented:
    """A resource with its methods.

    :ivar attribute: Path of attributes from the client, such as ``chat.completions``.
    :ivar methods: The synchronous methods, in the order of the source.
    :ivar aliases: Other names of a method.
    """

    attribute: str
    cls: type[Any]
    methods: dict[str, Any]
    aliases: dict[str, list[str]]

    @property
    def page(self) -> str:
        """Path of the page below ``docs/sdks``."""
        return f"{self.attribute.replace('_', '').replace('.', '')}/README.md"


def resources() -> list[Documented]:
    """Return the resources of the client."""
    return [_documented(attribute, resource) for attribute, resource in _walk("", EmissaryClient(api_key="key"))]


def _walk(path: str, owner: object) -> Iterator[tuple[str, Resource]]:
    for name in dict.fromkeys([*vars(type(owner)), *vars(owner)]):  # in the order of the source
        value = None if name.startswith("_") else getattr(owner, name, None)
        if isinstance(value, Resource):
            yield f"{path}{name}", value
            yield from _walk(f"{path}{name}.", value)


def _documented(attribute: str, resource: Resource) -> Documented:
    cls = type(resource)
    methods: dict[str, Any] = {}
    aliases: dict[str, list[str]] = {}
    for name in (name for base in cls.__mro__ if base is not object for name in vars(base)):
        value = getattr(cls, name)
        if name.startswith("_") or name.endswith("_async") or not inspect.isfunction(value):
            continue
        if value.__name__ == name:
            methods.setdefault(name, value)
        else:
            aliases.setdefault(value.__name__, []).append(name)
    return Documented(attribute, cls, methods, aliases)


def resource_pages() -> dict[str, str]:
    """Return the pages, by their paths below ``docs/sdks``."""
    documented = [each for each in resources() if each.methods]
    calls = [(each, name, method) for each in documented for name, method in each.methods.items()]
    examples = programs([example(each.attribute, name, method) for each, name, method in calls])
    sections: dict[str, list[str]] = {}
    for (each, name, method), shown in zip(calls, examples, strict=True):
        sections.setdefault(each.page, []).extend(_method(each, name, method, shown))
    return {each.page: _page(each, sections[each.page]) for each in documented}


def _page(resource: Documented, sections: list[str]) -> str:
    doc = docstring(resource.cls)
    overview = [f"* [{name}](#{name}) - {_summary(method)}" for name, method in resource.methods.items()]
    return page(
        f"# {resource.cls.__name__}\n(*{resource.attribute}*)",
        "## Overview",
        doc.summary,
        doc.description,
        _COMMON,
        "### Available Operations",
        "\n".join(overview),
        *sections,
    )


def _summary(method: Any) -> str:
    return docstring(method).summary.rstrip(".")


def _method(resource: Documented, name: str, method: Any, shown: str) -> list[str]:
    doc = docstring(method)
    operation = getattr(sys.modules[method.__module__], name.upper(), None)
    aliases = [f"`{alias}`" for alias in resource.aliases.get(name, [])]
    return [
        f"## {name}",
        doc.summary,
        doc.description,
        f"API operation: `{operation.http_method} {operation.path}`" if isinstance(operation, Operation) else "",
        f"Alias: {', '.join(aliases)}" if aliases else "",
        "### Example Usage",
        shown,
        "### Parameters",
        _parameters(method),
        *_response(method, doc.returns),
        "### Errors",
        _errors(doc.raises, is_call="retries" in inspect.signature(method).parameters),
    ]


def _parameters(method: Any) -> str:
    hints = type_hints(method)
    descriptions = docstring(method).parameters
    _, *parameters = inspect.signature(method).parameters.values()
    rows = [
        [
            f"`{each.name}`",
            cell(hints[each.name], MODELS),
            _SIGN[each.default is each.empty],
            descriptions[each.name] + _default(each),
        ]
        for each in parameters
    ]
    return table(("Parameter", "Type", "Required", "Description"), rows) if rows else "None."


def _default(parameter: inspect.Parameter) -> str:
    default = parameter.default
    is_shown = isinstance(default, str | int | float) and parameter.name not in _OPTIONS
    return f" Default: `{default!r}`." if is_shown else ""


def _response(method: Any, returns: str) -> list[str]:
    result = type_hints(method)["return"]
    if result is type(None):
        return []
    return ["### Response", f"**{cell(result, MODELS).strip('*')}**", returns]


def _errors(raises: dict[str, str], *, is_call: bool) -> str:
    common = ("SDKError", "NoResponseError") if is_call else ()
    names = [*(name for name in raises if name not in (*common, "TypeError", "ValueError")), *common]
    rows: list[list[str]] = []
    for name in names:
        is_ours = name in dir(errors)
        has_body = is_ours and issubclass(getattr(errors, name), errors.SDKError)
        content_type = "\\*/\\*" if name == "SDKError" else "application/json" if has_body else "-"
        rows.append([f"models.{name}" if is_ours else name, _STATUSES.get(name, "-"), content_type])
    return table(("Error Type", "Status Code", "Content Type"), rows)
