"""The emulator, driven with valid and invalid requests that are generated from the OpenAPI document."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from emissary_client_sdk import emulator

from ...project.contract.document import document

HEADERS = {"X-API-Key": "the-only-key"}
# Its annotations are incomplete, so type checkers do not see it.
schemathesis: Any = importlib.import_module("schemathesis")
checks: Any = importlib.import_module("schemathesis.specs.openapi.checks")
CHECKS: Any = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
]
# Random headers such as Transfer-Encoding would test the web server.
CONFIG: Any = schemathesis.config.SchemathesisConfig.from_dict({"generation": {"allow-extra-parameters": False}})
SCHEMA: Any = schemathesis.openapi.from_dict(document(), config=CONFIG)
FOUND: list[Any] = [found.ok() for found in SCHEMA.get_all_operations()]
OPERATIONS: dict[str, Any] = {found.definition.raw["operationId"]: found for found in FOUND}
RETRIEVE = {
    "createProject": ("retrieveProjectById", "project_id"),
    "createTrainingJob": ("retrieveTrainingJobById", "training_job_id"),
    "createEngine": ("getEngine", "engine_id"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Return the URL of an emulator that accepts one key, and on which nothing takes long."""
    with emulator.serve(job_seconds=0.05, deploy_seconds=0.05, api_key=HEADERS["X-API-Key"]) as server:
        yield server.url


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_generated_request(url: str, operation: str, mode: str) -> None:
    """Each response is described and not a 5XX, invalid bodies are refused, and created objects can be retrieved."""
    has_body = "requestBody" in OPERATIONS[operation].definition.raw

    @settings(
        max_examples=25 if has_body else 6,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(OPERATIONS[operation].as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    def holds(case: Any) -> None:
        response = case.call(base_url=url, headers=HEADERS)
        # Without a body, only query parameters that the document does not have are invalid; they are ignored.
        checked = [*CHECKS, checks.negative_data_rejection] if has_body else CHECKS
        case.validate_response(response, checks=checked, headers=HEADERS)
        if operation in RETRIEVE and response.status_code == 201:
            name, parameter = RETRIEVE[operation]
            ids: dict[str, Any] = {**(case.path_parameters or {}), parameter: response.json()["id"]}
            step = OPERATIONS[name].Case(path_parameters=ids)
            step.validate_response(step.call(base_url=url, headers=HEADERS), checks=CHECKS[:-1])

    holds()
