"""``wait``, ``create_and_wait`` and ``best_checkpoint`` of every resource that has them."""

import json
import sys
from typing import Any

import httpx
import pytest

from emissary_client_sdk import errors, models

from .stepping import BODIES, Platform


@pytest.mark.parametrize(
    ("path", "moving", "final", "error"),
    [
        ("training_jobs.wait", ["Pending", "Running", None, "New"], "Success", None),
        ("training_jobs.wait", ["Running"], "Failed", errors.TrainingJobFailed),
        ("training_jobs.wait", ["Running"], "TimedOut", errors.TrainingJobTimedOut),
        ("training_jobs.wait", ["Running"], "Cancelled", errors.TrainingJobCancelled),
        ("deployments.wait", ["Pending", "Deploying", "Reactivating", None, "New"], "Deployed", None),
        *[
            ("deployments.wait", ["Deploying"], status, errors.DeploymentFailedError)
            for status in ("Failed", "Cancelled", "Terminated", "TimedOut", "Deactivated")
        ],
        ("engines.wait", ["Creating", None, "New"], "Active", None),
        *[
            ("engines.wait", ["Creating"], status, errors.EngineFailedError)
            for status in ("Inactive", "Scheduled", "Failed", "Deleted")
        ],
    ],
)
def test_wait_ends_at_a_final_state(
    path: str, moving: list[str | None], final: str, error: type[errors.EmissaryClientError] | None
) -> None:
    """A wait ends at a final state. One without success is an error, unless ``raise_on_failure`` is false."""
    states = [{"id": "x", "status": status} for status in (*moving, final)]
    platform = Platform(*states)
    if error is None:
        assert platform.call(path).status == final
    else:
        with pytest.raises(error, match=f"x .* {final}") as caught:
            platform.call(path)
        state: Any = next(
            value for name, value in vars(caught.value).items() if name in ("job", "deployment", "engine")
        )
        assert (state.id, state.status) == ("x", final)
    assert len(platform.pauses) == len(moving)
    lenient = Platform(*states)
    assert lenient.call(path, raise_on_failure=False).status == final


@pytest.mark.parametrize(
    ("path", "at_rest", "ready"),
    [("deployments.wait", "Deactivated", "Deployed"), ("engines.wait", "Inactive", "Active")],
)
def test_wait_after_reactivation_ignores_the_old_state(path: str, at_rest: str, ready: str) -> None:
    """Just after a reactivation the first states may still be the old one."""
    platform = Platform({"id": "x", "status": at_rest}, {"id": "x", "status": ready})
    assert platform.call(path, after_reactivation=True).status == ready


@pytest.mark.parametrize(("resource", "ready"), [("training_jobs", "Success"), ("deployments", "Deployed")])
def test_create_and_wait_polls_what_it_created(resource: str, ready: str) -> None:
    """One request creates, and the others poll what it created; the call options apply to all of them."""
    platform = Platform({"id": "new"}, 503, {"id": "new", "status": "Pending"}, {"id": "new", "status": ready})
    updates: list[Any] = []
    options: dict[str, Any] = {"on_update": updates.append, "http_headers": {"X-Team": "blue"}}
    found = platform.call(f"{resource}.create_and_wait", **options)
    assert (found.id, found.status) == ("new", ready)
    assert [request.method for request in platform.requests] == ["POST", "GET", "GET", "GET"]
    assert json.loads(platform.requests[0].content) == BODIES[resource]
    assert {request.url.path.rpartition("/")[2] for request in platform.requests[1:]} == {"new"}
    assert {request.headers["x-team"] for request in platform.requests} == {"blue"}
    assert [update.status for update in updates] == ["Pending", ready]


@pytest.mark.parametrize("failure", [500, httpx.ReadTimeout("late")], ids=repr)
def test_lost_creation_is_not_repeated(failure: Any) -> None:
    """A job that may exist is never created again, and nothing is polled."""
    platform = Platform(failure)
    with pytest.raises(errors.EmissaryClientError) as caught:
        platform.call("training_jobs.create_and_wait")
    assert len(platform.requests) == 1
    assert caught.value.request_may_have_been_processed


def test_refused_creation_is_retried_with_one_key() -> None:
    """A creation that was refused follows the rules of ``create``."""
    platform = Platform(429, {"id": "new"}, {"id": "new", "status": "Success"})
    platform.call("training_jobs.create_and_wait")
    assert len({request.headers["idempotency-key"] for request in platform.requests[:2]}) == 1


@pytest.mark.parametrize(("resource", "name"), [("training_jobs", "training_job_id"), ("deployments", "deployment_id")])
def test_error_after_the_creation_has_its_id(resource: str, name: str) -> None:
    """An error of the wait has the ID of the new resource."""
    with pytest.raises(errors.APIErrorForbidden) as caught:
        Platform({"id": "new"}, 403).call(f"{resource}.create_and_wait")
    assert getattr(caught.value, name) == "new"


@pytest.mark.parametrize("resource", BODIES)
@pytest.mark.parametrize(
    ("argument", "error", "message"),
    [
        *[({name: -1}, ValueError, name) for name in ("poll_interval_ms", "total_timeout_ms")],
        ({"progress": True}, ImportError, "tqdm"),
    ],
    ids=["poll_interval_ms", "total_timeout_ms", "progress"],
)
def test_invalid_settings_create_nothing(
    monkeypatch: pytest.MonkeyPatch, resource: str, argument: dict[str, Any], error: type[Exception], message: str
) -> None:
    """An invalid interval and a missing extra are reported before anything is created."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    platform = Platform()
    with pytest.raises(error, match=message):
        platform.call(f"{resource}.create_and_wait", **argument)
    assert platform.requests == []


def checkpoint(number: int, **results: Any) -> dict[str, Any]:
    """Return a checkpoint with test results."""
    return {"checkpoint": number, "test_results": {"aggregated_test_result": results}}


CHECKPOINTS = [
    checkpoint(1, accuracy=0.8, loss="0.5"),
    checkpoint(2, accuracy=0.9, loss=0.7, note="good"),
    {"checkpoint": 3},
    checkpoint(4, accuracy=None),
]


@pytest.mark.parametrize(
    ("metric", "largest", "number"), [("accuracy", None, 2), ("accuracy", False, 1), ("loss", None, 1)]
)
def test_best_checkpoint_has_the_largest_or_smallest_value(metric: str, largest: bool | None, number: int) -> None:
    """The checkpoint with the largest or smallest value is returned; one without a number is ignored."""
    platform = Platform(checkpoints=[CHECKPOINTS])
    best = platform.call("training_jobs.best_checkpoint", metric=metric, largest=largest)
    assert isinstance(best, models.TrainingJobCheckpoint)
    assert best.checkpoint == number


@pytest.mark.parametrize(
    ("metric", "checkpoints", "available"),
    [("f1", CHECKPOINTS, ["accuracy", "loss"]), ("note", CHECKPOINTS[:2], ["accuracy", "loss"]), ("f1", [], [])],
)
def test_unknown_metric_lists_the_known_ones(metric: str, checkpoints: list[Any], available: list[str]) -> None:
    """An unknown or non-numeric metric is an error that lists the numeric ones."""
    platform = Platform(checkpoints=[checkpoints])
    with pytest.raises(errors.MetricNotFoundError, match=f"'{metric}'") as caught:
        platform.call("training_jobs.best_checkpoint", metric=metric)
    assert (caught.value.available, caught.value.training_job_id) == (available, "t")
