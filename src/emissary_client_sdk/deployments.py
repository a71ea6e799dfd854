"""The resource ``deployments``."""

import builtins
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation, creation
from ._call.options import CallOptions, WaitOptions
from ._call.request import body_of
from ._call.twins import Lease, context_twins, twins
from ._flows.creation import find_or_create, require_same
from ._flows.interrupts import TemporaryDeployment
from ._flows.polling import poll_settings, wait
from ._flows.waiting import DEPLOYMENT, reactivated

__all__ = ["Deployments"]

_DEPLOYMENTS = "/v1/projects/{project_id}/deployments"
_DEPLOYMENT = _DEPLOYMENTS + "/{deployment_id}"
_FORMER_RESOURCES = {
    "chat": "client.chat.completions.create(model=deployment_name, messages=…)",
    "completions": "client.completions.create(model=deployment_name, prompt=…)",
    "embeddings": "client.embeddings.create(model=deployment_name, input=…)",
    "classification": "client.classification.create(model=deployment_name, input=…)",
}


CREATE = creation("createDeployment", _DEPLOYMENTS, models.CreateDeploymentRequestBody, models.DeploymentSummary)
LIST = Operation("listDeployments", "GET", _DEPLOYMENTS, result=list[models.DeploymentSummary])
RETRIEVE = Operation("retrieveDeploymentById", "GET", _DEPLOYMENT, result=models.DeploymentDetail)
DELETE = Operation[None]("deleteDeploymentById", "DELETE", _DEPLOYMENT)
REACTIVATE = Operation[None](
    "reactivateDeploymentById",
    "POST",
    _DEPLOYMENT + "/reactivate",
    hints={400: "The deployment may be running already: retrieve it and check its status"},
)


class Deployments(Resource):
    """Deployments of a project: checkpoints or base models that answer requests."""

    def _create(
        self,
        *,
        project_id: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DeploymentSummary]:
        """Deploy a checkpoint or a base model.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param project_id: ID of the project.
        :param request_body: The deployment to create: a model, or a mapping with the same fields.
        :returns: The created deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        return (yield from call(self, CREATE, options, project_id=project_id, request_body=request_body))

    create, create_async = twins(_create)

    def _list(
        self, *, project_id: str, **options: Unpack[CallOptions]
    ) -> Flow[builtins.list[models.DeploymentSummary]]:
        """List all deployments of a project.

        :param project_id: ID of the project.
        :returns: The deployments.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options, project_id=project_id))

    list, list_async = twins(_list)

    def _retrieve(
        self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]
    ) -> Flow[models.DeploymentDetail]:
        """Retrieve a deployment.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :returns: The deployment.
        :raises APIErrorNotFound: The project has no such deployment (404).
        """
        return (yield from call(self, RETRIEVE, options, project_id=project_id, deployment_id=deployment_id))

    retrieve, retrieve_async = twins(_retrieve)
    get = retrieve
    get_async = retrieve_async

    def _delete(self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Delete a deployment.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :raises APIErrorNotFound: The project has no such deployment (404).
        """
        return (yield from call(self, DELETE, options, project_id=project_id, deployment_id=deployment_id))

    delete, delete_async = twins(_delete)

    def _reactivate(self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Start a deactivated deployment again.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :raises APIErrorInvalidInput: The deployment is running or starting already (400).
        :raises APIErrorNotFound: The project has no such deployment (404).
        """
        return (yield from call(self, REACTIVATE, options, project_id=project_id, deployment_id=deployment_id))

    reactivate, reactivate_async = twins(_reactivate)

    def _wait(
        self,
        *,
        project_id: str,
        deployment_id: str,
        on_update: Callable[[models.DeploymentDetail], Awaitable[None] | None] | None = None,
        after_reactivation: bool = False,
        **options: Unpack[WaitOptions],
    ) -> Flow[models.DeploymentDetail]:
        """Poll a deployment until it is deployed and return its state.

        Errors are handled as in ``training_jobs.wait``.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :param on_update: Called with the deployment each time it has changed; may be a coroutine function in
            ``wait_async``.
        :param after_reactivation: Whether to keep waiting while the deployment is deactivated, because it was just
            reactivated.
        :returns: The state of the deployment.
        :raises DeploymentFailedError: The deployment ended or is deactivated; ``error.deployment`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        awaited = reactivated(DEPLOYMENT) if after_reactivation else DEPLOYMENT
        ids = {"project_id": project_id, "deployment_id": deployment_id}
        return (yield from wait(self, awaited, RETRIEVE, options, on_update, **ids))

    wait, wait_async = twins(_wait)

    def _create_and_wait(
        self,
        *,
        project_id: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        on_update: Callable[[models.DeploymentDetail], Awaitable[None] | None] | None = None,
        **options: Unpack[WaitOptions],
    ) -> Flow[models.DeploymentDetail]:
        """Create a deployment, wait until it is deployed and return its state.

        The deployment is created at most once. Errors of the wait have the ``deployment_id``.

        :param project_id: ID of the project.
        :param request_body: The deployment to create: a model, or a mapping with the same fields.
        :param on_update: Called with the deployment each time it has changed; may be a coroutine function in
            ``create_and_wait_async``.
        :returns: The state of the deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises DeploymentFailedError: The deployment ended or is deactivated; ``error.deployment`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        poll_settings(options)  # an invalid interval must not be reported after the creation
        created = yield from call(self, CREATE, options, project_id=project_id, request_body=request_body)
        ids = {"project_id": project_id, "deployment_id": created.id}
        return (yield from wait(self, DEPLOYMENT, RETRIEVE, options, on_update, **ids))

    create_and_wait, create_and_wait_async = twins(_create_and_wait)

    def _find_or_create(
        self,
        *,
        project_id: str,
        name: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DeploymentDetail]:
        """Return the deployment with a name, which is created if it does not exist. It does not wait until it is ready.

        If the response to the creation is lost, the deployment is looked for; it is never created twice.

        :param project_id: ID of the project.
        :param name: Name of the deployment, unique in the organization.
        :param request_body: The deployment to create: a model, or a mapping with the same fields, without its name.
        :returns: The deployment.
        :raises ValueError: The deployment with the name has another job, checkpoint or description, or has ended.
        :raises CreationUnknownError: The deployment may exist, and is not listed yet.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        body = body_of(CREATE, models.CreateDeploymentRequestBody, request_body)
        if body.name not in (None, name):
            raise ValueError(f"name {name!r} is not the one of request_body, {body.name!r}")
        body = body.model_copy(update={"name": name})
        create = partial(call, self, CREATE, options, project_id=project_id, request_body=body)
        finding = find_or_create(self, "deployment", name, LIST, create, options, project_id=project_id)
        found, existed = yield from finding
        detail = yield from call(self, RETRIEVE, options, project_id=project_id, deployment_id=found.id)
        if existed:
            if detail.status is not None and detail.status.is_terminal:
                raise ValueError(f"name {name!r} is that of deployment {detail.id}, which has ended: {detail.status}")
            is_base_model = detail.training_id is None or detail.base_model == body.training_job_id
            job = {"base_model" if is_base_model else "training_id": body.training_job_id}
            require_same("deployment", detail, {**job, "checkpoint": body.checkpoint, "description": body.description})
        return detail

    find_or_create, find_or_create_async = twins(_find_or_create)

    def _temporary(
        self,
        *,
        project_id: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        **options: Unpack[WaitOptions],
    ) -> Lease[models.DeploymentDetail]:
        """Deploy a model for a ``with`` block, and delete the deployment when the block ends.

        It is deleted after an exception, Ctrl-C and the cancellation of the task, too. ``emissary cleanup`` finds what
        a crash leaves. The block begins when the deployment is ready.

        :param project_id: ID of the project.
        :param request_body: The deployment to create: a model, or a mapping with the same fields. Its name is the
            beginning of the deployment's name, which ends in ``-temporary-`` and eight random digits.
        :returns: A context manager for ``with``, or ``async with`` for ``temporary_async``. Its value is the
            deployment; requests use its ``name`` as ``model``.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises DeploymentFailedError: The deployment ended or is deactivated; ``error.deployment`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        body = body_of(CREATE, models.CreateDeploymentRequestBody, request_body)
        return TemporaryDeployment(self, (CREATE, RETRIEVE, LIST, DELETE), project_id, body, options)

    temporary, temporary_async = context_twins(_temporary)

    if TYPE_CHECKING:
        ...  # a type checker reports the former names itself
    else:

        def __getattr__(self, name: str) -> Any:
            if name in _FORMER_RESOURCES:
                raise AttributeError(
                    f"deployments.{name} of release 0.4 no longer exists on the platform; call"
                    f" {_FORMER_RESOURCES[name]}"
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
