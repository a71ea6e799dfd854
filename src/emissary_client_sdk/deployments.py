"""The resource ``deployments``."""

from __future__ import annotations

import builtins
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, composed, operation
from ._call.options import CallOptions
from ._flows.waiting import DEPLOYMENT, creating_and_waiting, waiting
from .utils.retries import Effect

__all__ = ["Deployments"]

_DEPLOYMENTS = "/v1/projects/{project_id}/deployments"
_DEPLOYMENT = _DEPLOYMENTS + "/{deployment_id}"
_FORMER_RESOURCES = {
    "chat": "client.chat.completions.create(model=deployment_name, messages=…)",
    "completions": "client.completions.create(model=deployment_name, prompt=…)",
    "embeddings": "client.embeddings.create(model=deployment_name, input=…)",
    "classification": "client.classification.create(model=deployment_name, input=…)",
}


class Deployments(Resource):
    """Deployments of a project: checkpoints or base models that answer requests."""

    @operation("POST", _DEPLOYMENTS, id="createDeployment", effect=Effect.CREATES)
    def create(
        self,
        *,
        project_id: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.DeploymentSummary:
        """Deploy a checkpoint or a base model.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param project_id: ID of the project.
        :param request_body: The deployment to create: a model, or a mapping with the same fields.
        :returns: The created deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        ...

    create_async = asynchronous(create)

    @operation("GET", _DEPLOYMENTS, id="listDeployments")
    def list(self, *, project_id: str, **options: Unpack[CallOptions]) -> builtins.list[models.DeploymentSummary]:
        """List all deployments of a project.

        :param project_id: ID of the project.
        :returns: The deployments.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", _DEPLOYMENT, id="retrieveDeploymentById")
    def retrieve(
        self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]
    ) -> models.DeploymentDetail:
        """Retrieve a deployment.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :returns: The deployment.
        :raises APIErrorNotFound: The project has no such deployment (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)
    get = retrieve
    get_async = retrieve_async

    @operation("DELETE", _DEPLOYMENT, id="deleteDeploymentById")
    def delete(self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a deployment.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :raises APIErrorNotFound: The project has no such deployment (404).
        """

    delete_async = asynchronous(delete)

    @operation(
        "POST",
        _DEPLOYMENT + "/reactivate",
        id="reactivateDeploymentById",
        hints={400: "The deployment may be running already: retrieve it and check its status"},
    )
    def reactivate(self, *, project_id: str, deployment_id: str, **options: Unpack[CallOptions]) -> None:
        """Start a deactivated deployment again.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :raises APIErrorInvalidInput: The deployment is running or starting already (400).
        :raises APIErrorNotFound: The project has no such deployment (404).
        """

    reactivate_async = asynchronous(reactivate)

    @composed(waiting(DEPLOYMENT))
    def wait(
        self,
        *,
        project_id: str,
        deployment_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.DeploymentDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        after_reactivation: bool = False,
        **options: Unpack[CallOptions],
    ) -> models.DeploymentDetail:
        """Poll a deployment until it is deployed and return its state.

        Errors are handled as in ``training_jobs.wait``.

        :param project_id: ID of the project.
        :param deployment_id: ID of the deployment.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :param on_update: Called with the deployment each time it has changed; may be a coroutine function in
            ``wait_async``.
        :param raise_on_failure: Whether to raise an error if the deployment fails or is deactivated.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :param after_reactivation: Whether to keep waiting while the deployment is deactivated, because it was just
            reactivated.
        :returns: The state of the deployment.
        :raises DeploymentFailedError: The deployment ended or is deactivated; ``error.deployment`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        ...

    wait_async = asynchronous(wait)

    @composed(creating_and_waiting(DEPLOYMENT))
    def create_and_wait(
        self,
        *,
        project_id: str,
        request_body: models.CreateDeploymentRequestBody | models.CreateDeploymentRequestBodyTypedDict,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.DeploymentDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        **options: Unpack[CallOptions],
    ) -> models.DeploymentDetail:
        """Create a deployment, wait until it is deployed and return its state.

        The deployment is created at most once. Errors of the wait have the ``deployment_id``.

        :param project_id: ID of the project.
        :param request_body: The deployment to create: a model, or a mapping with the same fields.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :param on_update: Called with the deployment each time it has changed; may be a coroutine function in
            ``create_and_wait_async``.
        :param raise_on_failure: Whether to raise an error if the deployment fails or is deactivated.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :returns: The state of the deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises DeploymentFailedError: The deployment ended or is deactivated; ``error.deployment`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        ...

    create_and_wait_async = asynchronous(create_and_wait)

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
