"""Calls whose response is any value, and what holds for every result and every error."""

from __future__ import annotations

import contextlib
import copy
import pickle
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from emissary_client_sdk import EmissaryClient, errors

from ...support.calling import client_of
from ..operations.declared import OPERATIONS, Declared

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...support.calling import Call

READING = [declared for declared in OPERATIONS if declared.result is not None]
"""The operations whose response has a body."""
BY_METHOD = {declared.method: declared for declared in OPERATIONS}
RETRIEVE = BY_METHOD["training_jobs.retrieve"]
LIST = BY_METHOD["training_jobs.list"]

operations = st.sampled_from(OPERATIONS)
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**400, 1e308, 1.5, -0.0, 253402300800]),
)
texts = st.text(st.characters(exclude_categories=())) | st.sampled_from(
    ["", "Running", "2024-01-01T00:00:00Z", "1", "1e5"]
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def examples(count: int) -> settings:
    """Return the settings of a property with this number of examples."""
    return settings(
        max_examples=count,
        # The fixtures are an event loop and an environment, which examples share without harm.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Mock:
    """A client whose next response is ``response``, or what it returns for the request."""

    def __init__(self, call: Call, **options: Any) -> None:
        self._call = call
        self.response: httpx.Response | Callable[[httpx.Request], httpx.Response] = httpx.Response(200)
        self.client = client_of(self._respond, **{"retry_config": None, **options})

    def _respond(self, request: httpx.Request) -> httpx.Response:
        return self.response if isinstance(self.response, httpx.Response) else self.response(request)

    def outcome(self, declared: Declared, response: httpx.Response | Callable[[httpx.Request], httpx.Response]) -> Any:
        """Make one call; return its result or its documented error, after checking it."""
        self.response = response
        return outcome(self._call, self.client, declared)


def outcome(call: Call, client: EmissaryClient, declared: Declared) -> Any:
    """Make one call; return its result or its documented error, after checking it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = call(client, declared.method, **declared.arguments)
    except errors.EmissaryClientError as error:
        check_error(error)
        return error
    check_result(result)
    return result


def check_error(error: errors.EmissaryClientError) -> None:
    """Check that an error can be shown, hashed, copied, pickled and asked for its attributes."""
    shown = str(error)
    shown.encode()  # for a terminal or a log file
    assert shown
    assert repr(error)
    assert hash(error) is not None
    assert "".join(traceback.format_exception_only(error)).strip()
    assert isinstance(error.request_may_have_been_processed, bool)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  # made just there
        assert (type(other), str(other)) == (type(error), shown)
        assert other.request_may_have_been_processed == error.request_may_have_been_processed
    if isinstance(error, errors.SDKError):
        assert len(shown) < 10_000
        assert error.retry_after is None or 0 <= error.retry_after < float("inf")
        assert error.request_id is None or isinstance(error.request_id, str)


def check_result(result: Any) -> None:
    """Check that a result can be shown, pickled and written as JSON."""
    assert repr(result)
    models: list[Any] = [] if result is None else [result] if isinstance(result, BaseModel) else result
    for model in models:
        assert isinstance(model, BaseModel)
        model.model_dump_json().encode()
        model.model_dump()
        assert repr(pickle.loads(pickle.dumps(model))) == repr(model)  # noqa: S301  # NaN equals nothing
        for name in ("created_at_datetime", "updated_at_datetime"):
            with contextlib.suppress(ValueError, AttributeError):  # it is outside the range of a datetime
                getattr(model, name)
