"""Timestamps and their datetimes."""

import contextlib
from datetime import datetime, timezone
from typing import Any

import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emissary_client_sdk import models
from emissary_client_sdk.models._timestamps import DatetimeOf

from .known import RESPONSES, required

MOMENT = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
SECONDS = 1_772_366_400


def job(created_at: Any) -> models.TrainingJobSummary:
    """Return a job with a timestamp."""
    return models.TrainingJobSummary.model_validate({"id": "tr", "created_at": created_at})


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
def test_accepted_forms(value: Any) -> None:
    """A timestamp is an int, whether the platform sends an integer, a fraction or ISO 8601."""
    assert type(job(value).created_at) is int
    assert job(value).created_at == SECONDS
    assert job(value).created_at_datetime == MOMENT


def test_date() -> None:
    """A date without a time is midnight in UTC."""
    assert job("2026-03-01").created_at == SECONDS - 12 * 3600


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "",
        "2026-13-01",
        "March",
        "٢٠٢٦-01-01",
        "0000-01-01",
        "9999-12-31T24:00",
        float("nan"),
        float("inf"),
        [],
        {},
    ],
)
def test_invalid_timestamps(value: Any) -> None:
    """An invalid timestamp is a ValidationError that names the field."""
    with pytest.raises(pydantic.ValidationError, match="created_at"):
        job(value)


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40) | st.text(alphabet="0123456789-:TZ+.W ", max_size=30) | st.datetimes().map(str))
def test_any_text(value: str) -> None:
    """Any text is either an int or a ValidationError."""
    with contextlib.suppress(pydantic.ValidationError):
        assert type(job(value).created_at) is int


@pytest.mark.parametrize("value", [10**30, -(10**30), 10**15])
def test_out_of_range(value: int) -> None:
    """A number outside the range of datetime is kept; only its datetime raises."""
    assert job(value).created_at == value
    with pytest.raises(ValueError, match="created_at is outside the range of datetime"):
        _ = job(value).created_at_datetime


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (model, name.removesuffix("_datetime"))
        for model in RESPONSES
        for name in dir(model)
        if isinstance(getattr(model, name), DatetimeOf)
    ],
)
def test_datetimes(model: type[pydantic.BaseModel], field: str) -> None:
    """A datetime is read-only, is None without a timestamp, and is not a field."""
    given = {**required(model), field: SECONDS}
    made = model.model_validate(given)
    moment = getattr(made, f"{field}_datetime")
    assert moment == MOMENT
    assert moment.tzinfo is timezone.utc
    assert made.model_dump(exclude_unset=True) == given
    assert field in (getattr(model, f"{field}_datetime").__doc__ or "")
    assert getattr(model.model_validate({**given, field: None}), f"{field}_datetime") is None
    with pytest.raises(AttributeError, match=f"read-only: it is computed from {field}"):
        setattr(made, f"{field}_datetime", MOMENT)


def test_every_timestamp_has_a_datetime() -> None:
    """Resources have a datetime for each of their timestamps."""
    for model in RESPONSES:
        for field in {"created_at", "updated_at", "timestamp", "last_access_timestamp"} & set(model.model_fields):
            assert isinstance(getattr(model, f"{field}_datetime"), DatetimeOf)


@pytest.mark.parametrize(("value", "moment"), [("2026-03-01T12:00:00Z", MOMENT), ("soon", None)])
def test_unvalidated_models(value: str, moment: datetime | None) -> None:
    """A model created without validation still parses its timestamps."""
    made = models.TrainingJobSummary.model_construct(id="tr", created_at=value)
    if moment:
        assert made.created_at_datetime == moment
    else:
        with pytest.raises(ValueError, match="created_at"):
            _ = made.created_at_datetime


def test_loss_points() -> None:
    """A loss point keeps fractions of a second, and the NaN of a diverged training."""
    point = models.TrainingLoss.model_validate_json('{"timestamp": 1772366400.5, "loss": NaN}')
    assert (point.timestamp, point.timestamp_datetime) == (SECONDS + 0.5, MOMENT.replace(microsecond=500_000))
    assert point.loss != point.loss  # NaN
    for absurd in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="timestamp is outside the range of datetime"):
            _ = models.TrainingLoss(timestamp=absurd).timestamp_datetime
