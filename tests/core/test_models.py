"""Timestamps, unknown fields and what else the models have in common."""

import contextlib
import pickle
from datetime import datetime, timezone
from typing import Any

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import models

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
SECONDS = 1_772_366_400
SUMMARY = models.TrainingJobSummary
RESPONSES: list[type[pydantic.BaseModel]] = [
    models.TrainingJobSummary,
    models.TrainingJobDetail,
    models.TrainingJobCheckpoint,
    models.TestResults,
    models.DatasetSummary,
    models.TrainingLoss,
]
each = pytest.mark.parametrize("model", RESPONSES)


def created_at(value: Any) -> Any:
    """Read a timestamp from an answer."""
    return SUMMARY.model_validate({"created_at": value}).created_at


@pytest.mark.parametrize(
    "value",
    [
        SECONDS,
        float(SECONDS),
        SECONDS + 0.75,
        str(SECONDS),
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00",
        "2026-03-01T12:00:00.750Z",
        "2026-03-01T13:30:00+01:30",
        "20260301T120000Z",
        "2026-03-01 12:00:00+00:00",
    ],
)
def test_timestamps(value: Any) -> None:
    """A timestamp is an integer of UNIX seconds, whether the platform sends that, a fraction or an ISO 8601 text."""
    seconds = created_at(value)
    assert type(seconds) is int
    assert seconds == SECONDS
    assert SUMMARY.model_validate({"created_at": value}).created_at_datetime == MOMENT


def test_a_date() -> None:
    """A date alone is its midnight in UTC."""
    assert created_at("2026-03-01") == SECONDS - 12 * 3600


@pytest.mark.parametrize(
    "value", ["soon", "", "2026-13-01", "March", "٢٠٢٦-01-01", float("nan"), float("inf"), [], {}, "0000-01-01"]
)
def test_timestamps_that_are_none(value: Any) -> None:
    """What is no moment is pydantic's ValidationError, which names the field."""
    with pytest.raises(pydantic.ValidationError, match="created_at"):
        created_at(value)


def test_a_moment_after_the_last_one() -> None:
    """A text that names a moment beyond what a datetime holds is a ValidationError like any other."""
    with pytest.raises(pydantic.ValidationError, match="created_at"):
        created_at("9999-12-31T24:00")


@given(st.text(max_size=40) | st.text(alphabet="0123456789-:TZ+.W ", max_size=30) | st.datetimes().map(str))
def test_any_text_for_a_timestamp(value: str) -> None:
    """Whatever text a timestamp is, a number or a ValidationError comes out."""
    with contextlib.suppress(pydantic.ValidationError):
        assert type(created_at(value)) is int


@pytest.mark.parametrize("value", [10**30, -(10**30), 10**15])
def test_absurd_timestamps(value: int) -> None:
    """A number beyond what a datetime holds is kept, and only its reading as a datetime is an error."""
    job = SUMMARY.model_validate({"created_at": value})
    assert job.created_at == value
    with pytest.raises(ValueError, match="created_at is no moment that a datetime can hold"):
        _ = job.created_at_datetime


@pytest.mark.parametrize("value", [None, "missing"])
def test_no_timestamp(value: str | None) -> None:
    """Where there is no timestamp there is no datetime."""
    job = SUMMARY.model_validate({} if value else {"created_at": None})
    assert (job.created_at, job.created_at_datetime) == (None, None)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (models.TrainingJobSummary, ["created_at", "updated_at"]),
        (models.TrainingJobDetail, ["created_at", "updated_at"]),
        (models.TrainingJobCheckpoint, ["created_at", "updated_at"]),
        (models.DatasetSummary, ["created_at"]),
        (models.TrainingLoss, ["timestamp"]),
    ],
)
def test_datetimes(model: type[pydantic.BaseModel], fields: list[str]) -> None:
    """Each timestamp has its datetime, which is no field of the model."""
    for field in fields:
        made = model.model_validate({field: SECONDS})
        assert getattr(made, f"{field}_datetime") == MOMENT
        assert getattr(made, f"{field}_datetime").tzinfo is timezone.utc
        assert made.model_dump(exclude_unset=True) == {field: SECONDS}
        assert field in (getattr(model, f"{field}_datetime").__doc__ or "")
        with pytest.raises(AttributeError, match=f"cannot be set: it is read from {field}"):
            setattr(made, f"{field}_datetime", MOMENT)


def test_a_text_in_a_model_made_without_checks() -> None:
    """A model that was made without checks still reads its timestamps."""
    job = SUMMARY.model_construct(created_at="2026-03-01T12:00:00Z")
    assert job.created_at_datetime == MOMENT
    job = SUMMARY.model_construct(created_at="soon")
    with pytest.raises(ValueError, match="created_at"):
        _ = job.created_at_datetime


def test_fractions_of_a_second() -> None:
    """The loss curve's timestamps keep their fractions, and a diverged training's loss is NaN."""
    point = models.TrainingLoss.model_validate_json('{"timestamp": 1772366400.5, "loss": NaN}')
    assert (point.timestamp, point.timestamp_datetime) == (SECONDS + 0.5, MOMENT.replace(microsecond=500_000))
    assert point.loss is not None
    assert point.loss != point.loss  # that is what NaN does
    for absurd in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="timestamp is no moment"):
            _ = models.TrainingLoss(timestamp=absurd).timestamp_datetime


@each
def test_every_field_may_be_missing_or_null(model: type[pydantic.BaseModel]) -> None:
    """An answer may leave out any field, or have null there."""
    empty = model.model_validate({})
    assert all(value is None for value in empty.model_dump().values())
    assert model.model_validate(dict.fromkeys(model.model_fields)).model_dump() == empty.model_dump()


@each
def test_unknown_fields_are_kept(model: type[pydantic.BaseModel]) -> None:
    """A field that the SDK does not know stays reachable, and in a dump."""
    made = model.model_validate_json('{"brand_new": {"deep": [1, null]}}')
    assert made.model_extra == {"brand_new": {"deep": [1, None]}}
    assert made.model_dump(exclude_unset=True) == {"brand_new": {"deep": [1, None]}}
    extended: Any = made
    assert extended.brand_new == {"deep": [1, None]}
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # it was made here


def test_hyperparameters_keep_their_types() -> None:
    """An int stays an int, a bool a bool, a text a text."""
    detail = models.TrainingJobDetail.model_validate_json(
        '{"hyper_parameters": {"n": 1, "lr": 1.0, "on": true, "opt": "1"}, "training_loss": [{"loss": 1}]}'
    )
    assert detail.hyper_parameters is not None
    assert [(type(value), value) for value in detail.hyper_parameters.values()] == [
        (int, 1),
        (float, 1.0),
        (bool, True),
        (str, "1"),
    ]
    assert detail.training_loss == [models.TrainingLoss(loss=1.0)]


def test_security() -> None:
    """A Security is made of a key, does not show it, and needs none."""
    assert models.Security(api_key="secret").api_key == "secret"
    assert "secret" not in repr(models.Security(api_key="secret"))
    assert models.Security().api_key is None


def test_request_models() -> None:
    """A request model is made by keyword and has its operation's fields."""
    request = models.CreateTrainingJobRequest(
        project_id="p", request_body=models.CreateTrainingJobRequestBody(base_model="a", train_dataset_id="b")
    )
    assert request.model_dump(exclude_unset=True) == {
        "project_id": "p",
        "request_body": {"base_model": "a", "train_dataset_id": "b"},
    }
    for name in ("Retrieve", "Delete", "Cancel"):
        model = getattr(models, f"{name}TrainingJobByIDRequest")
        assert model(project_id="p", training_job_id="t").model_dump() == {"project_id": "p", "training_job_id": "t"}
