"""The routes of the emulator against the OpenAPI document. ``conftest`` compares the responses of every other test."""

from emissary_client_sdk.emulator import routes

from ...project.contract.document import OPERATIONS


def test_routes_are_those_of_the_document() -> None:
    """IDs, names in the SDK, methods, paths and statuses agree."""
    described = [(one.id, f"{one.group}.{one.name}", one.http_method, one.path, one.success) for one in OPERATIONS]
    emulated = [(one.id, one.name, one.method, one.path, one.success) for one in routes.ENDPOINTS]
    assert sorted(emulated) == sorted(described)
