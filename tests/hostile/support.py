"""A client whose server is a value, and what has to be true of whatever a call ends with."""

from __future__ import annotations

import contextlib
import copy
import pickle
import traceback
import warnings
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from emissary_client_sdk import EmissaryClient, errors

from ..support.answers import KEY, METHODS

if TYPE_CHECKING:
    from ..support.calling import Call

SUCCESS = {"create": 201, "list": 200, "retrieve": 200, "delete": 204, "cancel": 204, "list_checkpoints": 200}
READ = tuple(method for method, status in SUCCESS.items() if status != 204)
"""The methods that read the content of a success."""

Answer = Callable[[httpx.Request], httpx.Response]

methods = st.sampled_from(METHODS)
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
    """Give the settings of a property: so many examples, and no clock."""
    return settings(
        max_examples=count,
        deadline=None,
        # The fixtures are an event loop and an environment: neither changes from example to example.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class Anything:
    """A client for one way of calling, whose next answer is what a test says.

    :ivar answer: what the server does with a request.
    """

    def __init__(self, call: Call, **options: Any) -> None:
        self._call = call
        self.answer: Answer = lambda _: httpx.Response(200)
        transport = httpx.MockTransport(lambda request: self.answer(request))
        self._http: Any = (httpx.AsyncClient if call.is_async else httpx.Client)(transport=transport)
        self.client = EmissaryClient(KEY, **call.using(self._http), **options)

    def outcome(self, method: str, answer: Answer | httpx.Response) -> Any:
        """Make one call; gives what it returns or the documented error that it raises, both checked."""
        self.answer = answer if callable(answer) else lambda _: answer
        return outcome(self._call, self.client, method)

    def close(self) -> None:
        """Close the HTTP client."""
        self._call.run(self._http.aclose if self._call.is_async else self._http.close)


@contextlib.contextmanager
def anything(call: Call, **options: Any) -> Generator[Anything, None, None]:
    """Give a client whose server is a value, without retries unless they are asked for."""
    made = Anything(call, **{"retry_config": None, **options})
    try:
        yield made
    finally:
        made.close()


def outcome(call: Call, client: EmissaryClient, method: str, **arguments: Any) -> Any:
    """Make one call; gives what it returns or the documented error that it raises, both checked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = call(client, method, **arguments)
    except errors.EmissaryClientError as error:
        check_error(error)
        return error
    check_value(result)
    return result


def check_error(error: errors.EmissaryClientError) -> None:
    """Hold that an error can be shown, hashed, copied, pickled and asked whatever the documentation names."""
    shown = str(error)
    assert shown
    shown.encode()  # a terminal or a log file takes it
    assert repr(error)
    assert hash(error) is not None
    assert "".join(traceback.format_exception_only(error)).strip()
    assert isinstance(error.request_may_have_been_processed, bool)
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  # made just there
        assert type(other) is type(error)
        assert str(other) == shown
        assert other.request_may_have_been_processed == error.request_may_have_been_processed
    if isinstance(error, errors.SDKError):
        assert len(shown) < 10_000 + len(error.message)
        assert error.retry_after is None or 0 <= error.retry_after < float("inf")
        assert error.request_id is None or error.request_id.encode("utf-8", "surrogateescape") is not None


def check_value(result: Any) -> None:
    """Hold that what was read can be shown, compared, pickled and written again."""
    assert repr(result)
    models: Any = [result] if result is None or isinstance(result, BaseModel) else result
    for model in models:
        if model is None:
            continue
        assert isinstance(model, BaseModel)
        model.model_dump_json().encode()
        model.model_dump()
        assert repr(pickle.loads(pickle.dumps(model))) == repr(model)  # noqa: S301  # a NaN equals nothing
        for name in ("created_at_datetime", "updated_at_datetime"):
            with contextlib.suppress(ValueError):  # documented: the number lies outside what a datetime can hold
                getattr(model, name)
