"""Evaluating the checkpoints of a training job: each is deployed, evaluated and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast
from uuid import uuid4

from .._call.commands import Flow, Interruptible
from .._call.options import CallOptions, option_types
from .._validation import require_instance
from ..errors import APIErrorNotFound, EmissaryClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..models import DeploymentSummary, TrainingJobCheckpoint

T = TypeVar("T")


class TemporaryDeployments(NamedTuple):
    """Functions that return the flows to make and remove a deployment.

    :ivar create: Takes the ``request_body``.
    :ivar wait: Takes the ``deployment_id``.
    :ivar list: Takes nothing.
    :ivar delete: Takes the ``deployment_id``.
    """

    create: Callable[..., Flow[DeploymentSummary]]
    wait: Callable[..., Flow[Any]]
    list: Callable[[], Flow[list[DeploymentSummary]]]
    delete: Callable[..., Flow[None]]


def call_options(options: Mapping[str, Any]) -> CallOptions:
    """Return those options that every call has."""
    names = option_types(CallOptions)
    return cast("CallOptions", {name: value for name, value in options.items() if name in names})


def require_count(max_checkpoints: object) -> None:
    """Raise for an invalid number of checkpoints.

    :raises TypeError: It is not an int.
    :raises ValueError: It is less than 1.
    """
    require_instance("max_checkpoints", max_checkpoints, int, "an int")
    if cast("int", max_checkpoints) < 1:
        raise ValueError(f"max_checkpoints must be at least 1, not {max_checkpoints}")


def newest(checkpoints: list[TrainingJobCheckpoint], most: int, training_job_id: str) -> list[int]:
    """Return the numbers of the newest checkpoints in ascending order.

    :raises ValueError: There is no checkpoint.
    """
    if not checkpoints:
        raise ValueError(f"training_job_id: training job {training_job_id} has no checkpoints")
    return sorted(each.checkpoint for each in checkpoints)[-most:]


def evaluate_each(
    training_job_id: str,
    checkpoints: list[int],
    deployments: TemporaryDeployments,
    evaluate: Callable[[str], Flow[T]],
) -> Flow[dict[int, T]]:
    """Evaluate checkpoints one after the other. An error has the reports so far as ``completed``.

    :param evaluate: Returns the flow of the report on a model.
    """
    reports: dict[int, T] = {}
    try:
        for checkpoint in checkpoints:
            temporary = _Temporary(deployments, {"training_job_id": training_job_id, "checkpoint": checkpoint})
            try:
                reports[checkpoint] = yield Interruptible(temporary.use(evaluate), temporary.remove)
            except Exception:
                yield from temporary.remove()
                raise
            yield Interruptible(temporary.remove(), temporary.remove)
    except Exception as error:
        error.completed = reports  # type: ignore[attr-defined]
        raise
    return reports


class _Temporary:
    """A deployment of a checkpoint, found by its name if the response of its creation is lost."""

    def __init__(self, deployments: TemporaryDeployments, body: dict[str, Any]) -> None:
        self._deployments = deployments
        self._body = body
        self._name = f"evaluation-{uuid4().hex[:16]}"
        self._id: str | None = None
        self._may_exist = False

    def use(self, evaluate: Callable[[str], Flow[T]]) -> Flow[T]:
        """Deploy the checkpoint and evaluate it."""
        self._may_exist = True
        try:
            created = yield from self._deployments.create(request_body={**self._body, "name": self._name})
        except EmissaryClientError as error:
            self._may_exist = bool(getattr(error, "request_may_have_been_processed", True))
            raise
        self._id = created.id
        yield from self._deployments.wait(deployment_id=created.id)
        return (yield from evaluate(created.name or self._name))

    def remove(self) -> Flow[None]:
        """Delete the deployment, if it exists."""
        if not self._may_exist:
            return
        ids = [self._id]
        if self._id is None:
            ids = [each.id for each in (yield from self._deployments.list()) if each.name == self._name]
        for identity in ids:
            try:
                yield from self._deployments.delete(deployment_id=identity)
            except APIErrorNotFound:
                continue  # it is gone already
