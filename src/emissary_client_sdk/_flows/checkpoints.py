"""Evaluating the checkpoints of a training job: each is deployed, evaluated and removed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from .._call.commands import Flow, Interruptible

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..models import TrainingJobCheckpoint
    from .interrupts import TemporaryDeployment

T = TypeVar("T")


def newest(checkpoints: list[TrainingJobCheckpoint], most: int, training_job_id: str) -> list[int]:
    """Return the numbers of the newest checkpoints in ascending order.

    :raises ValueError: There is no checkpoint.
    """
    if not checkpoints:
        raise ValueError(f"training_job_id: training job {training_job_id} has no checkpoints")
    return sorted(each.checkpoint for each in checkpoints)[-most:]


def evaluate_each(
    checkpoints: list[int],
    deployment_of: Callable[[int], TemporaryDeployment],
    evaluate: Callable[..., Flow[T]],
) -> Flow[dict[int, T]]:
    """Evaluate checkpoints one after the other. An error has the reports so far as ``completed``.

    :param deployment_of: Returns a temporary deployment of a checkpoint, which does not exist yet.
    :param evaluate: Returns the flow of the report on a ``model``.
    """
    reports: dict[int, T] = {}
    try:
        for checkpoint in checkpoints:
            reports[checkpoint] = yield from _with_deployment(deployment_of(checkpoint), evaluate)
    except Exception as error:
        error.completed = reports  # type: ignore[attr-defined]
        raise
    return reports


def _with_deployment(deployment: TemporaryDeployment, evaluate: Callable[..., Flow[T]]) -> Flow[T]:
    """Evaluate a deployment, and remove it."""

    def steps() -> Flow[T]:
        yield from deployment.acquire()
        return (yield from evaluate(model=deployment.name))

    remove = partial(deployment.release, failed=True)
    try:
        report: T = yield Interruptible(steps(), remove)
    except Exception:
        yield Interruptible(remove(), remove)
        raise
    yield Interruptible(deployment.release(failed=False), remove)
    return report
