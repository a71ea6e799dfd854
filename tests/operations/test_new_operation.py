"""A new operation needs a declaration and a model."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from typing_extensions import Unpack

from emissary_client_sdk import errors, models
from emissary_client_sdk._core.operation import Resource, asynchronous, operation

from ..support.calling import client_of

if TYPE_CHECKING:
    from emissary_client_sdk._core.options import CallOptions

    from ..support.calling import Call


class Things(Resource):
    """Things."""

    @operation("GET", "/v1/things/{thing_id}", id="getThing", hints={404: "Look elsewhere"})
    def retrieve(
        self, *, thing_id: str, color: str | None = None, **options: Unpack[CallOptions]
    ) -> models.ProjectSummary:
        """Retrieve a thing."""
        raise NotImplementedError  # a declaration is never run

    retrieve_async = asynchronous(retrieve)

    @operation("DELETE", "/v1/things/{thing_id}", id="deleteThing")
    def delete(self, *, thing_id: str, **options: Unpack[CallOptions]) -> None: ...  # noqa: D102  # as python -OO leaves it


def respond(request: httpx.Request) -> httpx.Response:
    """Respond with the URL as the name, unless the thing does not exist."""
    if request.url.path.endswith("/none"):
        return httpx.Response(404, json={"status": 404, "error": "no such thing"})
    return httpx.Response(200, json={"id": "x", "name": str(request.url)})


def test_call(call: Call) -> None:
    """The method and its twin send the request and return the model or raise the error."""
    things = Things(client_of(respond).sdk_configuration)
    method = things.retrieve_async if call.is_async else things.retrieve
    thing: models.ProjectSummary = call.run(lambda: method(thing_id="a/b", color="dark red"))
    assert thing.name == "https://api.withemissary.com/v1/things/a%2Fb?color=dark+red"
    with pytest.raises(errors.APIErrorNotFound, match=r"no such thing .* Look elsewhere"):
        call.run(lambda: method(thing_id="none"))


def test_signature() -> None:
    """Both have the parameters of the declaration, the call options, type hints and a docstring."""
    for method in (Things.retrieve, Things.retrieve_async):
        assert list(inspect.signature(method).parameters) == [
            *["self", "thing_id", "color", "retries", "server_url", "timeout_ms", "http_headers"]
        ]
        hints: dict[str, Any] = typing.get_type_hints(method)
        assert (hints["color"], hints["return"]) == (str | None, models.ProjectSummary)
        lines = (inspect.getdoc(method) or "").splitlines()
        assert lines[:3] == ["Retrieve a thing.", "", lines[2]]
        assert lines[2].startswith(":param retries: ")
    assert Things.delete.__doc__ is None
