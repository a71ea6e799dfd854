"""Each fault on the wire, met by each method, synchronously and asynchronously."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import errors
from emissary_client_sdk.utils import BackoffStrategy, RetryConfig

from . import faults
from .expectations import FAULTS, KINDS, METHODS, STRIKES, Fault, Strikes
from .observe import Laboratory, Observation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..support.calling import Way

WAYS: tuple[Way, ...] = ("sync", "async")
CASES = [
    pytest.param(fault, strikes, way, id=f"{fault.name}-{strikes}-{way}", marks=pytest.mark.xdist_group(fault.name))
    for fault in FAULTS
    for strikes in STRIKES
    for way in WAYS
]

FINAL = [
    fault
    for fault in FAULTS
    if fault.expected["once"]["create"].outcome is not None and fault.expected["once"]["read"].outcome is not None
]
"""Those that no retry can help, whoever configured it."""


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    """Give one emulator to all tests of this module; each call has a project of its own."""
    with Laboratory().open() as opened:
        yield opened


def chain(error: BaseException | None) -> list[BaseException]:
    """Give an exception and those behind it."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("fault", "strikes", "way"), CASES)
def test_outcome(laboratory: Laboratory, fault: Fault, strikes: Strikes, way: Way, method: str) -> None:
    """It is the right value or the one error that is expected, after as many requests as are expected."""
    expected = fault.expected[strikes][METHODS[method]]
    seen = laboratory.observe(fault, strikes, way)[method]
    assert (type(seen.error) if seen.error else None) is expected.outcome, chain(seen.error)
    assert seen.is_right is (expected.outcome is None), seen.value
    assert (seen.attempts, seen.requests) == (expected.attempts, expected.requests)
    if isinstance(seen.error, errors.EmissaryClientError):
        assert seen.error.request_may_have_been_processed is expected.may
        assert getattr(seen.error, "status_code", None) == expected.status
        if isinstance(seen.error, (errors.NoResponseError, errors.ResponseValidationError)):
            assert isinstance(seen.error.__cause__, fault.causes), chain(seen.error)
        else:
            assert seen.error.__cause__ is None
    if fault.script is faults.present_an_unknown_certificate:
        assert any(isinstance(cause, ssl.SSLCertVerificationError) for cause in chain(seen.error))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("fault", "strikes", "way"), CASES)
def test_effect(laboratory: Laboratory, fault: Fault, strikes: Strikes, way: Way, method: str) -> None:
    """The platform has done what the error says, and never anything twice: no second job above all."""
    expected = fault.expected[strikes][METHODS[method]]
    seen = laboratory.observe(fault, strikes, way)[method]
    assert len(seen.created) == expected.jobs <= 1
    status = {"delete": None, "cancel": "Cancelled"}.get(method, "Running") if seen.requests else "Running"
    assert (seen.target["status"] if seen.target else None) == status
    if isinstance(seen.error, errors.EmissaryClientError) and not seen.error.request_may_have_been_processed:
        assert not has_acted(seen)


@pytest.mark.parametrize(("fault", "strikes", "way"), CASES)
def test_no_second_job_with_retries_of_the_caller_s(
    laboratory: Laboratory, fault: Fault, strikes: Strikes, way: Way
) -> None:
    """A create that is repeated after anything at all carries the same key, by which the platform knows it."""
    longest = 5000 if strikes == "once" else 50
    retries = RetryConfig("backoff", BackoffStrategy(1, 1, 1, longest), retry_connection_errors=True)
    seen = laboratory.create(fault, strikes, way, retries)
    assert len(seen.created) == min(1, seen.requests)
    if strikes == "once" and fault not in FINAL:
        assert seen.is_right, chain(seen.error)
    elif isinstance(seen.error, errors.EmissaryClientError):
        assert seen.error.request_may_have_been_processed or not seen.created
    else:
        assert seen.is_right, chain(seen.error)


def has_acted(seen: Observation) -> bool:
    """Whether the call has changed anything."""
    return bool(seen.created) or seen.target is None or seen.target["status"] != "Running"


def test_every_fault_has_its_row() -> None:
    """No fault is left out of the table, and no row of kinds or strikes is."""
    scripts: list[Any] = [
        value
        for name, value in vars(faults).items()
        if callable(value) and value.__module__ == faults.__name__ and not name.startswith("_")
    ]
    rows = [fault.script for fault in FAULTS]
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert sorted(script.__name__ for script in rows if script) == sorted(script.__name__ for script in scripts)
    assert rows.count(None) == 1
    for fault in FAULTS:
        assert [(strikes, *fault.expected[strikes]) for strikes in STRIKES] == [(s, *KINDS) for s in STRIKES]
