"""The emulator against the OpenAPI document. ``conftest`` compares the responses of every other test."""

import pytest

from emissary_client_sdk.emulator import routes

from ...project.contract.document import OPERATIONS, Operation
from .conftest import Api

# Its other examples name objects that do not exist.
CREATING = [one for one in OPERATIONS if one.success == 201 and one.path_parameters in ((), ("project_id",))]
EXAMPLES = [one for one in CREATING if one.id not in ("createDataset", "createDeployment")]


def test_routes_are_those_of_the_document() -> None:
    """IDs, names in the SDK, methods, paths and statuses agree."""
    described = [(f"{one.group}.{one.name}", one.http_method, one.path, one.success) for one in OPERATIONS]
    emulated = [(one.name, one.method, one.path, one.success) for one in routes.ENDPOINTS]
    assert sorted(emulated) == sorted(described)


@pytest.mark.parametrize("operation", EXAMPLES, ids=lambda operation: operation.id)
def test_examples_of_the_document_succeed(api: Api, operation: Operation) -> None:
    """A reader of the document can send them."""
    (content,) = operation.description["requestBody"]["content"].values()
    assert api.post(operation.path.format(project_id="p"), content["example"])["id"]
