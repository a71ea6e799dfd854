"""``find_or_create`` of projects, datasets and deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient, errors, models, response_info

from ...support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emissary_client_sdk import emulator

    from ...support.calling import Call

RECORDS = [{"prompt": f"text {number}", "completion": {"positive": number % 2}} for number in range(20)]
BODY: dict[str, Any] = {"training_job_id": "Llama-3.2-1B-Instruct", "checkpoint": 0}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "projects": {},
    "datasets": {"project_id": "p", "file": RECORDS},
    "deployments": {"project_id": "p", "request_body": BODY},
}
every_resource = pytest.mark.parametrize("resource", ARGUMENTS)


@pytest.fixture
def quick(instant_platform: emulator.Server, call: Call) -> Iterator[EmissaryClient]:
    """A client of an empty platform on which nothing takes time."""
    instant_platform.reset()
    client = EmissaryClient(KEY, server_url=instant_platform.url)
    yield client
    call.close_client(client)


def find(call: Call, client: EmissaryClient, resource: str, name: str = "reviews", **more: Any) -> Any:
    """Find or create something."""
    return call(client, f"{resource}.find_or_create", name=name, **{**ARGUMENTS[resource], **more})


def listed(client: EmissaryClient, resource: str) -> list[str]:
    """Return the ids of what has the name."""
    found = getattr(client, resource).list(**({} if resource == "projects" else {"project_id": "p"}))
    return [each.id for each in found if each.name == "reviews"]


@every_resource
def test_second_call_finds_what_the_first_created(quick: EmissaryClient, call: Call, resource: str) -> None:
    """The first call creates, the second one finds."""
    first = find(call, quick, resource)
    assert find(call, quick, resource).id == first.id
    assert listed(quick, resource) == [first.id]


@every_resource
def test_lost_response(quick: EmissaryClient, call: Call, instant_platform: emulator.Server, resource: str) -> None:
    """After a lost response it is looked for."""
    instant_platform.faults.add(drop="after", operation=f"{resource}.create")
    assert listed(quick, resource) == [] != [find(call, quick, resource).id]
    assert len(listed(quick, resource)) == 1


@every_resource
def test_concurrent_callers_create_once(quick: EmissaryClient, call: Call, resource: str) -> None:
    """Threads or tasks of one client get the same thing."""
    found = call.together(quick, f"{resource}.find_or_create", 3, name="reviews", **ARGUMENTS[resource])
    assert [one.id for one in found] == listed(quick, resource) * 3


def test_turn_ends_with_a_failed_creation(quick: EmissaryClient, call: Call, instant_platform: emulator.Server) -> None:
    """The next caller is not kept waiting."""
    instant_platform.faults.add(status=400, operation="projects.create")
    with pytest.raises(errors.APIErrorInvalidInput):
        find(call, quick, "projects")
    assert [find(call, quick, "projects").id] == listed(quick, "projects")


def test_results_know_their_response(quick: EmissaryClient, call: Call) -> None:
    """A found resource has the facts about the list, and a new one those about its creation."""
    assert [response_info(find(call, quick, "projects")).status_code for _ in range(2)] == [201, 200]


def test_unknown_creation(
    quick: EmissaryClient, call: Call, instant_platform: emulator.Server, waits: list[float]
) -> None:
    """A resource that is not listed within the timeout may still appear, so it is not created again."""
    instant_platform.faults.add(status=500, operation="projects.create")
    with pytest.raises(errors.CreationUnknownError, match="may exist"):
        find(call, quick, "projects", timeout_ms=150)
    assert waits
    assert listed(quick, "projects") == []


def test_several_with_the_name(quick: EmissaryClient, call: Call) -> None:
    """An ambiguous name is an error that lists the ids."""
    ids = [quick.projects.create(request_body={"name": "reviews"}).id for _ in range(2)]
    with pytest.raises(ValueError, match="several projects have it") as raised:
        find(call, quick, "projects")
    assert all(identity in str(raised.value) for identity in ids)


@pytest.mark.parametrize("change", [{"checkpoint": 1}, {"training_job_id": "tr-other"}, {"description": "other"}])
def test_other_deployment_with_the_name(quick: EmissaryClient, call: Call, change: dict[str, Any]) -> None:
    """A deployment with other properties is not returned."""
    find(call, quick, "deployments", request_body=models.CreateDeploymentRequestBody(**BODY, description="one"))
    with pytest.raises(ValueError, match="is that of another deployment"):
        find(call, quick, "deployments", request_body={**BODY, **change})


def test_ended_deployment_with_the_name(quick: EmissaryClient, call: Call, instant_platform: emulator.Server) -> None:
    """A deployment that has ended is not returned."""
    find(call, quick, "deployments")
    instant_platform.faults.add(status=200, body={"id": "dp-1", "status": "Failed"}, operation="deployments.retrieve")
    with pytest.raises(ValueError, match="has ended: Failed"):
        find(call, quick, "deployments")


def test_other_dataset_with_the_name(quick: EmissaryClient, call: Call, instant_platform: emulator.Server) -> None:
    """A dataset with another file name or task is not returned."""
    find(call, quick, "datasets")
    body: dict[str, Any] = {"id": "ds-1", "name": "reviews", "is_uploaded": True, "file_name": "a.csv"}
    body["compatible_task_types"] = ["regression"]
    instant_platform.faults.add(status=200, body=body, times=2, operation="datasets.retrieve")
    with pytest.raises(ValueError, match=r"file_name 'a\.csv', not 'b\.jsonl'"):
        find(call, quick, "datasets", file="folder/b.jsonl")
    with pytest.raises(ValueError, match="which is for regression"):
        find(call, quick, "datasets", task_type="classification")


@every_resource
def test_invalid_names_send_nothing(quick: EmissaryClient, call: Call, resource: str) -> None:
    """A blank name, or two different names, are refused."""
    with pytest.raises(ValueError, match="name must not be"):
        find(call, quick, resource, name=" ")
    with pytest.raises(ValueError, match="is not the one of request_body"):
        find(call, quick, "deployments", request_body={**BODY, "name": "other"})
