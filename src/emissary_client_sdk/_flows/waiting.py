"""Methods that make several calls: waiting, watching, and creating something and waiting for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._call.call import Emit, EmittingFlow, Flow, call
from .._call.operation import operation_of
from .._call.options import OPTION_DEFAULTS
from ..errors import (
    DeploymentFailedError,
    EngineFailedError,
    MetricNotFoundError,
    TrainingJobCancelled,
    TrainingJobEndedError,
    TrainingJobFailed,
    TrainingJobTimedOut,
)
from .polling import Poller, poll_settings, wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..errors import EmissaryClientError
    from ..models import TrainingJobCheckpoint, TrainingJobDetail


class Awaited(NamedTuple):
    """A kind of resource that one can wait for.

    :ivar name: Its name in messages.
    :ivar id_name: The path parameter with its ID.
    :ivar is_done: Returns whether a state ends the wait.
    :ivar error_of: Returns the error of a final state that is not a success, or None.
    """

    name: str
    id_name: str
    is_done: Callable[[Any], bool]
    error_of: Callable[[Any], EmissaryClientError | None]


def _job_error(job: Any) -> TrainingJobEndedError | None:
    errors: dict[str, type[TrainingJobEndedError]] = {
        "Failed": TrainingJobFailed,
        "TimedOut": TrainingJobTimedOut,
        "Cancelled": TrainingJobCancelled,
    }
    error = errors.get(str(job.status))
    return None if error is None else error(job)


def _is_ended(state: Any) -> bool:
    return state.status is not None and state.status.is_terminal


def _is_ready_or_ended(state: Any) -> bool:
    return state.status is not None and (state.status.is_ready or state.status.is_terminal)


def _is_ready_or_at_rest(state: Any) -> bool:
    return _is_ready_or_ended(state) or str(state.status) in ("Deactivated", "Inactive", "Scheduled")


def _is_usable(dataset: Any) -> bool:
    # `is_profiled` is missing in older versions of the platform.
    return bool(dataset.is_uploaded) and dataset.is_profiled is not False


def _no_error(_: Any) -> None:
    return None


def _unless_ready(
    error: type[DeploymentFailedError | EngineFailedError],
) -> Callable[[Any], EmissaryClientError | None]:
    return lambda state: None if state.status.is_ready else error(state)


TRAINING_JOB = Awaited("training job", "training_job_id", _is_ended, _job_error)
DEPLOYMENT = Awaited("deployment", "deployment_id", _is_ready_or_at_rest, _unless_ready(DeploymentFailedError))
DATASET = Awaited("dataset", "dataset_id", _is_usable, _no_error)
ENGINE = Awaited("engine", "engine_id", _is_ready_or_at_rest, _unless_ready(EngineFailedError))


def waiting(awaited: Awaited) -> Callable[..., Flow[Any]]:
    """Return the flow of a ``wait`` method."""

    def flow(resource: Any, client: Any, **arguments: Any) -> Flow[Any]:
        is_done = _is_ready_or_ended if arguments.get("after_reactivation") else awaited.is_done
        settings = poll_settings(
            resource.sdk_configuration,
            client,
            awaited.name,
            awaited.id_name,
            operation_of(resource.retrieve),
            arguments,
        )
        state = yield from wait(settings, is_done, arguments["on_update"], progress=arguments["progress"])
        error = awaited.error_of(state)
        if error is not None and arguments.get("raise_on_failure", True):
            raise error
        return state

    return flow


def creating_and_waiting(awaited: Awaited) -> Callable[..., Flow[Any]]:
    """Return the flow of a ``create_and_wait`` method. It creates once, whatever happens afterwards."""
    then_wait = waiting(awaited)

    def flow(resource: Any, client: Any, **arguments: Any) -> Flow[Any]:
        # Checked first: an invalid interval must not be reported after the creation.
        retrieve = operation_of(resource.retrieve)
        ids = dict.fromkeys(retrieve.path_parameters, "")
        poll_settings(resource.sdk_configuration, client, awaited.name, awaited.id_name, retrieve, {**ids, **arguments})
        create = operation_of(resource.create)
        names = {*create.parameters, *OPTION_DEFAULTS}
        options = {name: value for name, value in arguments.items() if name in names}
        created = yield from call(resource.sdk_configuration, client, create, options)
        rest = {name: value for name, value in arguments.items() if name != "request_body"}
        return (yield from then_wait(resource, client, **rest, **{awaited.id_name: created.id}))

    return flow


def watching(resource: Any, client: Any, **arguments: Any) -> EmittingFlow:
    """Emit each change of a training job until it ends."""
    list_checkpoints = operation_of(resource.list_checkpoints)
    settings = poll_settings(
        resource.sdk_configuration,
        client,
        TRAINING_JOB.name,
        TRAINING_JOB.id_name,
        operation_of(resource.retrieve),
        arguments,
    )
    poller = Poller(settings)
    changes = _Changes()

    def on_change(job: TrainingJobDetail) -> EmittingFlow:
        checkpoints = yield from poller.ask(list_checkpoints)
        for change in changes.between(job, checkpoints):
            yield Emit(change)

    yield from poller.run(_is_ended, on_change)


class _Changes:
    """The part of a training job that a watch has reported."""

    def __init__(self) -> None:
        self._status: Any = None
        self._progress: int | None = None
        self._points = 0
        self._checkpoints: set[int] = set()

    def between(self, job: TrainingJobDetail, checkpoints: list[TrainingJobCheckpoint]) -> list[Any]:
        """Return the changes since the last state, in the order in which they are reported."""
        from ..models.changes import CheckpointAdded, LossAdded, ProgressChanged, StatusChanged

        losses = job.training_loss or []
        changes: list[Any] = [LossAdded(job=job, loss=loss) for loss in losses[self._points :]]
        self._points = max(self._points, len(losses))
        for checkpoint in checkpoints:
            if checkpoint.checkpoint not in self._checkpoints:
                self._checkpoints.add(checkpoint.checkpoint)
                changes.append(CheckpointAdded(job=job, checkpoint=checkpoint))
        if job.progress is not None and job.progress != self._progress:
            changes.append(ProgressChanged(job=job, previous=self._progress, progress=job.progress))
            self._progress = job.progress
        if job.status is not None and job.status != self._status:
            changes.append(StatusChanged(job=job, previous=self._status, status=job.status))
            self._status = job.status
        return changes


def choosing_checkpoint(
    resource: Any, client: Any, *, metric: str, largest: bool, **arguments: Any
) -> Flow[TrainingJobCheckpoint]:
    """Return the checkpoint with the largest or smallest value of a metric."""
    checkpoints = yield from call(
        resource.sdk_configuration, client, operation_of(resource.list_checkpoints), arguments
    )
    measured = [checkpoint for checkpoint in checkpoints if metric in checkpoint.metrics]
    if not measured:
        available = sorted({name for checkpoint in checkpoints for name in checkpoint.metrics})
        raise MetricNotFoundError(metric, arguments["training_job_id"], available)
    best = max if largest else min
    chosen: TrainingJobCheckpoint = best(measured, key=lambda checkpoint: checkpoint.metrics[metric])
    return chosen
