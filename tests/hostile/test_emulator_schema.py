"""The emulator, driven with requests that are made from the API's description, right ones and wrong ones."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from emissary_client_sdk import emulator

from ..contract.document import document

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "the-only-key"
HEADERS = {"X-API-Key": KEY}
# Its annotations are incomplete, so a type checker is better off without them.
schemathesis: Any = importlib.import_module("schemathesis")
checks: Any = importlib.import_module("schemathesis.specs.openapi.checks")
CHECKS: Any = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
]
_ALL: Any = schemathesis.openapi.from_dict(document()).get_all_operations()
_FOUND: list[Any] = [found.ok() for found in _ALL]
OPERATIONS: dict[str, Any] = {found.definition.raw["x-speakeasy-name-override"]: found for found in _FOUND}
OF_A_JOB = ("retrieve", "list_checkpoints", "cancel", "delete")

in_both_modes = pytest.mark.parametrize(
    "mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE], ids=["right", "wrong"]
)


def some(count: int) -> settings:
    """Give the settings of a property: so many examples, and no clock."""
    return settings(
        max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
    )


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the URL of an emulator that accepts one key, and whose jobs end soon."""
    with emulator.serve(job_seconds=0.05, api_key=KEY) as server:
        yield server.url


def test_the_description_is_driven_in_full() -> None:
    """There is an operation for each method."""
    assert sorted(OPERATIONS) == ["cancel", "create", "delete", "list", "list_checkpoints", "retrieve"]


@in_both_modes
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_any_request(url: str, name: str, mode: Any) -> None:
    """Whatever the request, the answer is no 5XX and what the description says of it."""
    statuses: set[int] = set()

    @some(60 if name == "create" else 25)
    @given(OPERATIONS[name].as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        answer = case.call(base_url=url, headers=HEADERS)
        statuses.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers=HEADERS)

    holds()
    if name in ("create", "list") and mode is schemathesis.GenerationMode.POSITIVE:
        assert min(statuses) < 300  # or nothing was tried


def test_any_job(url: str) -> None:
    """Of a job that was made from the description, each operation answers what the description says."""
    seen: set[tuple[str, int]] = set()

    @some(25)
    @given(OPERATIONS["create"].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def holds(case: Any) -> None:
        created = case.call(base_url=url, headers=HEADERS)
        if created.status_code != 201:
            return
        for name in OF_A_JOB:
            ids = {**case.path_parameters, "training_job_id": created.json()["id"]}
            step = OPERATIONS[name].Case(path_parameters=ids, headers=HEADERS)
            answer = step.call(base_url=url)
            seen.add((name, answer.status_code))
            step.validate_response(answer, checks=CHECKS[:5])

    holds()
    assert {("retrieve", 200), ("list_checkpoints", 200), ("delete", 204)} <= seen
    assert seen & {("cancel", 204), ("cancel", 400)}
