"""The contestants: each has the same pieces of work as methods, and each is made by name in its own process.

A piece of work takes the size that the server's path names. What a contestant cannot do it does not have.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

# How a plot and a table call it.
LABELS = {
    "naive": "httpx + pydantic by hand",
    "naive-raised": "the same, connection limits raised",
    "naive-no-tls": "the same with `verify=False`, so without certificates",
    "naive-memory": "httpx + pydantic by hand",
    "naive-httpx2": "httpx2 + pydantic by hand",
    "floor": "httpcore + `TypeAdapter.validate_json`",
    "validate-json": "`TypeAdapter.validate_json` alone",
    "ours": "this SDK",
    "ours-memory": "this SDK",
    "ours-httpx": "this SDK on the caller's own `httpx.Client`",
    "ours-httpx2": "this SDK on the caller's own `httpx2.Client`",
    "ours-reading": "this SDK's reading of an answer",
    "rival": "generated SDK",
    "rival-models": "generated SDK's models",
    "rival-memory": "generated SDK",
    "bare": "`python -c pass`",
    "libraries": "`import httpx; from pydantic import BaseModel`",
}


def _naive(server: str, http: str = "httpx", **options: Any) -> Any:
    from .naive import Naive

    return Naive(server, import_module(http), **options)


def _raised(server: str) -> Any:
    import httpx

    return _naive(server, limits=httpx.Limits(max_connections=None, max_keepalive_connections=None))


def _sdk(server: str, **options: Any) -> Any:
    from .sdk import Sdk

    return Sdk(server, **options)


def _reading(server: str) -> Any:
    from .reading import Reading

    return Reading(server)


def _models(server: str) -> Any:
    from .sdk import Models

    return Models(server)


def _floor(server: str) -> Any:
    from .floor import Floor

    return Floor(server)


def _validate_json(server: str) -> Any:
    from .floor import ValidateJson

    return ValidateJson(server)


def _memory() -> Any:
    """Return a transport that answers from memory what the server would answer."""
    import httpx

    from ..answers import answer

    def respond(request: httpx.Request) -> httpx.Response:
        status, body = answer(request.method, request.url.path)
        return httpx.Response(status, content=body, headers={"content-type": "application/json"})

    return httpx.MockTransport(respond)


def _sdk_on(server: str, http: str, **options: Any) -> Any:
    return _sdk(server, client=import_module(http).Client(**options))


CONTESTANTS: dict[str, Callable[[str], Any]] = {
    "naive": _naive,
    "naive-raised": _raised,
    "naive-memory": lambda server: _naive(server, transport=_memory()),
    "naive-httpx2": lambda server: _naive(server, "httpx2"),
    "floor": _floor,
    "validate-json": _validate_json,
    "ours": _sdk,
    "ours-memory": lambda server: _sdk_on(server, "httpx", transport=_memory()),
    "ours-httpx": lambda server: _sdk_on(server, "httpx"),
    "ours-httpx2": lambda server: _sdk_on(server, "httpx2"),
    "ours-reading": _reading,
    "rival-models": _models,
    "rival": _sdk,  # has the same names; its worker runs in an environment of its own
    "rival-memory": lambda server: _sdk_on(server, "httpx", transport=_memory()),
}
