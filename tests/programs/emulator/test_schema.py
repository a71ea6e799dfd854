"""The emulator, driven with valid and invalid requests that are generated from the OpenAPI document."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from emissary_client_sdk import emulator

from ...project.contract.document import document

HEADERS = {"X-API-Key": "the-only-key"}
HAS_BODY = {
    operation["operationId"]: "requestBody" in operation
    for path in document()["paths"].values()
    for operation in path.values()
    if "operationId" in operation
}
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


class Generator:
    """Schemathesis, which takes seconds to import; its annotations are incomplete, so type checkers do not see it."""

    def __init__(self) -> None:
        schemathesis: Any = importlib.import_module("schemathesis")
        checks: Any = importlib.import_module("schemathesis.specs.openapi.checks")
        self.mode: Any = schemathesis.GenerationMode
        self.checks: list[Any] = [
            schemathesis.checks.not_a_server_error,
            checks.status_code_conformance,
            checks.content_type_conformance,
            checks.response_headers_conformance,
            checks.response_schema_conformance,
            checks.negative_data_rejection,
            checks.ignored_auth,
        ]
        # Random headers such as Transfer-Encoding would test the web server.
        settings = {"generation": {"allow-extra-parameters": False}}
        config: Any = schemathesis.config.SchemathesisConfig.from_dict(settings)
        found = [
            result.ok() for result in schemathesis.openapi.from_dict(document(), config=config).get_all_operations()
        ]
        self.operations: dict[str, Any] = {each.definition.raw["operationId"]: each for each in found}


@pytest.fixture(scope="module")
def generator() -> Generator:
    """Return what generates and checks requests."""
    pytest.importorskip("schemathesis")  # it needs a newer anyio than the package
    return Generator()


@pytest.mark.parametrize(
    ("operation", "mode"),
    [
        *((operation, "positive") for operation in HAS_BODY),
        *((operation, "negative") for operation, has_body in HAS_BODY.items() if has_body),
    ],
)
def test_generated_request(url: str, generator: Generator, operation: str, mode: str) -> None:
    """Each response is described and not a 5XX, invalid bodies are refused, and created objects can be retrieved."""

    @settings(
        max_examples=5 if HAS_BODY[operation] else 2,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(generator.operations[operation].as_strategy(generation_mode=generator.mode(mode)))
    def holds(case: Any) -> None:
        response = case.call(base_url=url, headers=HEADERS)
        case.validate_response(response, checks=generator.checks, headers=HEADERS)
        if operation in RETRIEVE and response.status_code == 201:
            name, parameter = RETRIEVE[operation]
            ids: dict[str, Any] = {**(case.path_parameters or {}), parameter: response.json()["id"]}
            step = generator.operations[name].Case(path_parameters=ids)
            step.validate_response(step.call(base_url=url, headers=HEADERS), checks=generator.checks[:-1])

    holds()
