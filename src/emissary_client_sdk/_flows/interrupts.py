"""Interrupted programs: their jobs are cancelled, and their temporary deployments deleted."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._call.call import call
from .._call.commands import Flow, Interruptible
from .._call.request import warn_caller
from ..errors import APIErrorNotFound, NoResponseError, SDKError
from ..types.unset import UNSET
from .polling import poll_settings, wait
from .waiting import DEPLOYMENT, TRAINING_JOB

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._call.call import Resource
    from .._call.operation import Operation
    from ..models import CreateDeploymentRequestBody, DeploymentDetail, TrainingJobDetail


def create_job_and_wait(
    resource: Resource,
    operations: tuple[Operation[Any], Operation[TrainingJobDetail], Operation[None]],
    options: Mapping[str, Any],
    on_update: Callable[[TrainingJobDetail], Any] | None,
    project_id: str,
    request_body: Any,
    *,
    cancel_on_interrupt: bool,
) -> Flow[TrainingJobDetail]:
    """Create a training job and wait until it ends.

    :param operations: Create, retrieve and cancel a job.
    :param cancel_on_interrupt: Whether an interrupt cancels the job.
    """
    poll_settings(options)  # an invalid interval must not be reported after the creation
    create, retrieve, cancel = operations
    ids: dict[str, Any] = {"project_id": project_id}

    def steps() -> Flow[TrainingJobDetail]:
        created = yield from call(resource, create, options, request_body=request_body, **ids)
        ids["training_job_id"] = created.id
        return (yield from wait(resource, TRAINING_JOB, retrieve, options, on_update, **ids))

    def cancel_job() -> Flow[None]:
        job = ids.get("training_job_id")
        if job is None:
            warn_caller("interrupted while a training job was created: it may exist and cost money")
            return
        try:
            yield from call(resource, cancel, options, **ids)
        except (SDKError, NoResponseError, GeneratorExit) as error:
            warn_caller(f"training job {job} could not be cancelled and costs money: {error!r}")

    if not cancel_on_interrupt:
        return (yield from steps())
    job: TrainingJobDetail = yield Interruptible(steps(), cancel_job)
    return job


class TemporaryDeployment:
    """A deployment that exists during a ``with`` block, or a flow.

    Its name is unique and marked, so that it is found after a lost response, and by ``emissary cleanup`` after a crash.

    :param operations: Create, retrieve, list and delete a deployment.
    :param body: The request; its name is the beginning of the deployment's.
    :param options: Options of the wait and of the calls.
    """

    def __init__(
        self,
        resource: Resource,
        operations: tuple[Operation[Any], Operation[DeploymentDetail], Operation[Any], Operation[None]],
        project_id: str,
        body: CreateDeploymentRequestBody,
        options: Mapping[str, Any],
    ) -> None:
        poll_settings(options)
        self.name = f"{body.name or body.training_job_id}-temporary-{secrets.token_hex(4)}"
        self._body = body.model_copy(update={"name": self.name})
        self._resource = resource
        self._create, self._retrieve, self._list, self._delete = operations
        self._ids: dict[str, Any] = {"project_id": project_id}
        self._options = options

    def acquire(self) -> Flow[DeploymentDetail]:
        """Create the deployment and wait until it is ready."""
        created = yield from call(self._resource, self._create, self._options, request_body=self._body, **self._ids)
        self._ids["deployment_id"] = created.id
        return (yield from wait(self._resource, DEPLOYMENT, self._retrieve, self._options, None, **self._ids))

    def release(self, *, failed: bool) -> Flow[None]:
        """Delete the deployment; after a failure, an error of that is only a warning."""
        try:
            yield from self._remove()
        except (SDKError, NoResponseError, GeneratorExit) as error:
            if not failed:
                raise
            shown = self._ids.get("deployment_id", self.name)
            warn_caller(f"temporary deployment {shown} could not be deleted: {error!r}")

    def _remove(self) -> Flow[None]:
        if "deployment_id" not in self._ids:  # the response is unknown
            listed = yield from call(self._resource, self._list, self._options, **self._ids)
            found = next((each for each in listed if each.name == self.name), None)
            if found is None:
                return
            self._ids["deployment_id"] = found.id
        options = {**self._options, "retries": UNSET}  # a deletion can be repeated, and what stays costs money
        with suppress(APIErrorNotFound):
            yield from call(self._resource, self._delete, options, **self._ids)
