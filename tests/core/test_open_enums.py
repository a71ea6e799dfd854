"""Open enumerations keep what they do not know."""

import copy
import json
import pickle

import pydantic
import pytest

from emissary_client_sdk import models
from emissary_client_sdk.models import BaseModelOption, TaskType, TrainingJobStatus, TrainingTechnique
from emissary_client_sdk.types import BaseModel, OpenEnum

UNKNOWN = TrainingJobStatus("Paused")
ENUMS: list[type[OpenEnum]] = [TrainingJobStatus, TaskType, BaseModelOption, TrainingTechnique]
values = pytest.mark.parametrize("status", [TrainingJobStatus.RUNNING, UNKNOWN])


@pytest.mark.parametrize("enum", ENUMS)
def test_unknown_values(enum: type[OpenEnum]) -> None:
    """An unknown value is a member that equals the plain text and is in no iteration."""
    unknown = enum("not known yet")
    assert isinstance(unknown, enum)
    assert unknown == "not known yet"
    assert (unknown.value, unknown.name, unknown.is_known) == ("not known yet", "not known yet", False)
    assert unknown not in list(enum)
    assert enum("not known yet") == unknown
    assert len(enum) == len(list(enum))


@pytest.mark.parametrize("enum", ENUMS)
def test_known_values(enum: type[OpenEnum]) -> None:
    """A known value is the one member of its name."""
    for member in enum:
        assert enum(member.value) is member
        assert member.is_known


def test_an_unknown_value_does_not_stay() -> None:
    """A server cannot make the enumeration grow."""
    before = list(TrainingJobStatus)
    assert {TrainingJobStatus(f"new-{n}") for n in range(100)} == {f"new-{n}" for n in range(100)}
    assert list(TrainingJobStatus) == before


@pytest.mark.parametrize("value", [3, None, b"Running", 1.5, ["Running"]])
def test_what_is_no_text(value: object) -> None:
    """Only texts are kept."""
    with pytest.raises(ValueError, match="is not a valid TrainingJobStatus"):
        TrainingJobStatus(value)


@values
def test_they_are_texts(status: TrainingJobStatus) -> None:
    """A value prints, formats, hashes and writes itself as JSON as the plain text does."""
    plain = status.value
    assert str(status) == f"{status}" == "%s" % status == plain  # noqa: UP031  # each has code of its own
    assert f"{status:>12}|" == f"{plain:>12}|"
    assert hash(status) == hash(plain)
    assert {plain: 1}[status] == 1
    assert json.dumps({"status": status}) == json.dumps({"status": plain})
    assert status.upper() == plain.upper()


def test_reprs() -> None:
    """A repr tells what is known from what is not."""
    assert repr(TrainingJobStatus.TIMED_OUT) == "<TrainingJobStatus.TIMED_OUT: 'TimedOut'>"
    assert repr(UNKNOWN) == "<TrainingJobStatus: 'Paused'>"


@values
def test_copies(status: TrainingJobStatus) -> None:
    """Pickles and copies are equal, of the same class, and a known one is the same object."""
    for twin in (pickle.loads(pickle.dumps(status)), copy.copy(status), copy.deepcopy(status)):  # noqa: S301  # made here
        assert twin == status
        assert type(twin) is TrainingJobStatus
        assert twin.is_known is status.is_known
        assert (twin is status) or not status.is_known


@values
def test_in_a_model(status: TrainingJobStatus) -> None:
    """A model reads and writes a value, known or not."""
    job = models.TrainingJobDetail.model_validate_json(f'{{"status": "{status}"}}')
    assert job.status == status
    assert type(job.status) is TrainingJobStatus
    assert job.model_dump(exclude_unset=True) == {"status": status}
    assert job.model_dump_json(exclude_unset=True) == f'{{"status":"{status}"}}'
    assert models.TrainingJobDetail(status=status) == job
    assert pickle.loads(pickle.dumps(job)) == job  # noqa: S301  # it was made here


@pytest.mark.parametrize(
    ("status", "terminal"),
    [
        ("Pending", False),
        ("Running", False),
        ("Testing", False),
        ("Success", True),
        ("Failed", True),
        ("TimedOut", True),
        ("Cancelled", True),
        ("Paused", False),
        ("success", False),
    ],
)
def test_terminal(status: str, terminal: bool) -> None:
    """A job has ended in four states; an unknown one is not taken for an end."""
    assert TrainingJobStatus(status).is_terminal is terminal


def test_aliases() -> None:
    """The older names are the same type."""
    assert models.Status is models.TrainingJobDetailStatus is TrainingJobStatus


def test_an_enumeration_of_a_callers_own() -> None:
    """``OpenEnum`` serves in a caller's own models."""

    class Kind(OpenEnum):
        A = "a"

    class Mine(BaseModel):
        kind: Kind

    assert [Mine.model_validate({"kind": kind}).kind for kind in ("a", "b")] == ["a", "b"]
    with pytest.raises(pydantic.ValidationError):
        Mine.model_validate({"kind": 3})
