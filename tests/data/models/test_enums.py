"""Open enumerations keep unknown values."""

import copy
import json
import pickle
from typing import Any

import pydantic
import pytest

from emissary_client_sdk import models
from emissary_client_sdk.models import DeploymentStatus, EngineStatus, TrainingJobStatus
from emissary_client_sdk.types import BaseModel, OpenEnum

from .known import exported

UNKNOWN = TrainingJobStatus("Paused")
ENUMS: list[type[OpenEnum]] = sorted(
    {value for value in exported(models).values() if isinstance(value, type) and issubclass(value, OpenEnum)},
    key=lambda enum: enum.__name__,
)
statuses = pytest.mark.parametrize("status", [TrainingJobStatus.RUNNING, UNKNOWN])


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_values(enum: type[OpenEnum]) -> None:
    """A known value is its member; an unknown value equals its text and does not extend the enumeration."""
    for member in enum:
        assert enum(member.value) is member
        assert member.is_known
    before = list(enum)
    unknown = enum("not known yet")
    assert isinstance(unknown, enum)
    assert unknown == enum("not known yet") == "not known yet"
    assert (unknown.value, unknown.name, unknown.is_known) == ("not known yet", "not known yet", False)
    assert list(enum) == before


@pytest.mark.parametrize("value", [3, None, b"Running", 1.5, ["Running"]])
def test_only_strings(value: object) -> None:
    """Only strings are values."""
    with pytest.raises(ValueError, match="is not a valid TrainingJobStatus"):
        TrainingJobStatus(value)


@statuses
def test_behaves_like_its_text(status: TrainingJobStatus) -> None:
    """A value prints, formats, hashes and serializes like the string."""
    plain = status.value
    assert str(status) == f"{status}" == "%s" % status == plain  # noqa: UP031  # separate code paths
    assert f"{status:>12}|" == f"{plain:>12}|"
    assert {plain: 1}[status] == 1
    assert json.dumps({"status": status}) == json.dumps({"status": plain})


def test_repr() -> None:
    """A repr distinguishes known from unknown values."""
    assert repr(TrainingJobStatus.TIMED_OUT) == "<TrainingJobStatus.TIMED_OUT: 'TimedOut'>"
    assert repr(UNKNOWN) == "<TrainingJobStatus: 'Paused'>"


@statuses
def test_copies(status: TrainingJobStatus) -> None:
    """Pickles and copies are equal and of the same class; a known value is the same object."""
    for twin in (pickle.loads(pickle.dumps(status)), copy.copy(status), copy.deepcopy(status)):  # noqa: S301
        assert twin == status
        assert type(twin) is TrainingJobStatus
        assert (twin is status) or not status.is_known


@statuses
def test_in_a_model(status: TrainingJobStatus) -> None:
    """A model reads and writes known and unknown values."""
    job = models.TrainingJobDetail.model_validate_json(f'{{"id": "tr", "status": "{status}"}}')
    assert job.status == status
    assert type(job.status) is TrainingJobStatus
    assert job.model_dump_json(exclude_unset=True) == f'{{"id":"tr","status":"{status}"}}'
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301


@pytest.mark.parametrize(
    ("enum", "success", "idle", "failure"),
    [
        (TrainingJobStatus, "Success", set[str](), {"Failed", "TimedOut", "Cancelled"}),
        (DeploymentStatus, "Deployed", {"Deactivated"}, {"Failed", "Cancelled", "Terminated", "TimedOut"}),
        (EngineStatus, "Active", {"Inactive", "Scheduled"}, {"Failed", "Deleted"}),
    ],
)
def test_states(enum: Any, success: str, idle: set[str], failure: set[str]) -> None:
    """States are as documented; unknown statuses, and those in another case, have none. A success ends only a job."""
    for status in [*enum, enum("Paused"), enum("failed"), enum("active")]:
        assert status.is_success is getattr(status, "is_ready", status.is_success) is (status == success)
        assert status.is_idle is (status in idle)
        assert status.is_terminal is (status in failure or status == "Success")


def test_use_in_other_models() -> None:
    """``OpenEnum`` works in models outside the SDK."""

    class Kind(OpenEnum):
        A = "a"

    class Mine(BaseModel):
        kind: Kind

    assert [Mine.model_validate({"kind": kind}).kind for kind in ("a", "b")] == ["a", "b"]
    with pytest.raises(pydantic.ValidationError):
        Mine.model_validate({"kind": 3})
