"""Each fault, for each kind of method, synchronously and asynchronously."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import emulator, errors
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from . import faults
from .faults import FAULTS, METHODS, Fault, Times
from .laboratory import Laboratory, Observation, laboratory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..support.calling import Way

WAYS: tuple[Way, ...] = ("sync", "async")
CASES = [
    pytest.param(fault, times, way, id=f"{fault.name}-{times}-{way}")
    for fault in FAULTS
    for times in fault.times
    for way in WAYS
]
cases = pytest.mark.parametrize(("fault", "times", "way"), CASES)


@pytest.fixture(scope="module")
def opened() -> Iterator[Laboratory]:
    """Return a laboratory for all tests of this module."""
    with emulator.serve(job_seconds=3600) as server, laboratory(server) as made:
        yield made


def chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and those behind it."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


@cases
def test_outcome(opened: Laboratory, fault: Fault, times: Times, way: Way) -> None:
    """The call returns the right value or raises the expected error, and the platform has done what the error says."""
    for method, seen in opened.observe(fault, times, way).items():
        expected = fault.expected[times][METHODS[method]]
        assert (type(seen.error) if seen.error else None) is expected.error, (method, chain(seen.error))
        assert seen.is_right is (expected.error is None), (method, seen.value)
        assert (seen.attempts, seen.requests) == (expected.attempts, expected.requests), method
        if isinstance(seen.error, errors.EmissaryClientError):
            assert seen.error.request_may_have_been_processed is expected.may
            assert getattr(seen.error, "status_code", None) == expected.status
            assert seen.error.request_may_have_been_processed or not has_acted(seen)
        if isinstance(seen.error, (errors.NoResponseError, errors.ResponseValidationError)):
            assert isinstance(seen.error.__cause__, fault.causes), (method, chain(seen.error))
        if fault.script is faults.present_an_unknown_certificate:
            assert any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain(seen.error))
        assert len(seen.created) == expected.jobs <= 1, method
        changed = {"delete": None, "cancel": "Cancelled"}.get(method, "") if seen.requests else ""
        status = seen.target["status"] if seen.target else None
        assert status == changed or (changed == "" and status in ("Pending", "Running")), method


@cases
def test_no_second_job_with_retries_of_the_caller(opened: Laboratory, fault: Fault, times: Times, way: Way) -> None:
    """A create that is repeated after any failure has the same key, by which the platform recognizes it."""
    longest = 5000 if times == "once" else 50
    retries = RetryConfig("backoff", BackoffStrategy(1, 1, 1, longest), retry_connection_errors=True)
    seen = opened.call("create", fault, times, way, retries=retries)
    assert len(seen.created) == min(1, seen.requests)
    if isinstance(seen.error, errors.EmissaryClientError):
        is_final = fault.is_tls or fault.script in (faults.promise_too_little, faults.call_it_gzip)
        assert times == "always" or is_final, chain(seen.error)
        assert seen.error.request_may_have_been_processed or not seen.created
    else:
        assert seen.is_right, chain(seen.error)


def has_acted(seen: Observation) -> bool:
    """Return whether the call has changed anything."""
    return bool(seen.created) or seen.target is None or seen.target["status"] == "Cancelled"
