"""The resource ``engines``."""

from __future__ import annotations

import builtins
from collections.abc import Awaitable, Callable

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, composed, operation
from ._call.options import CallOptions
from ._flows.waiting import ENGINE, waiting
from .utils.retries import Effect

__all__ = ["Engines"]

_ENGINES = "/v1/engines"
_ENGINE = _ENGINES + "/{engine_id}"


class Engines(Resource):
    """Inference engines, which serve deployments."""

    @operation("POST", _ENGINES, id="createEngine", effect=Effect.CREATES)
    def create(
        self,
        *,
        request_body: models.CreateEngineRequestBody | models.CreateEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.InferenceEngineSummary:
        """Create an inference engine. Without a ``resource_management_config`` it runs, and costs, until it is stopped.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param request_body: The engine to create: a model, or a mapping with the same fields.
        :returns: The created engine.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    create_async = asynchronous(create)

    @operation("GET", _ENGINES, id="listEngines")
    def list(
        self, *, base_model: str | None = None, task_type: str | None = None, **options: Unpack[CallOptions]
    ) -> builtins.list[models.InferenceEngineSummary]:
        """List inference engines. Engines of the vendor may be among them.

        :param base_model: Only engines of this base model.
        :param task_type: Only engines of this task type, such as ``"classification"``.
        :returns: The engines.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", _ENGINE, id="getEngine")
    def retrieve(self, *, engine_id: str, **options: Unpack[CallOptions]) -> models.InferenceEngineDetail:
        """Retrieve an inference engine with its deployments.

        :param engine_id: ID of the engine.
        :returns: The engine.
        :raises APIErrorNotFound: The engine does not exist (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)

    @operation("DELETE", _ENGINE, id="deleteEngineById")
    def delete(self, *, engine_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete an inference engine and its deployments.

        :param engine_id: ID of the engine.
        :raises APIErrorNotFound: The engine does not exist (404).
        """

    delete_async = asynchronous(delete)

    @operation("POST", _ENGINE + "/deploy", id="deployOnEngine", effect=Effect.CREATES)
    def deploy(
        self,
        *,
        engine_id: str,
        request_body: models.DeployOnEngineRequestBody | models.DeployOnEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> models.DeploymentSummary:
        """Deploy a checkpoint on an inference engine.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param engine_id: ID of the engine.
        :param request_body: The checkpoint to deploy: a model, or a mapping with the same fields.
        :returns: The created deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    deploy_async = asynchronous(deploy)

    @operation("POST", _ENGINE + "/undeploy", id="unDeployFromEngine")
    def undeploy(
        self,
        *,
        engine_id: str,
        request_body: models.UnDeployFromEngineRequestBody | models.UnDeployFromEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> None:
        """Remove a deployment from an inference engine. The deployment is given by its name, not its ID.

        :param engine_id: ID of the engine.
        :param request_body: The deployment to remove: a model, or a mapping with ``deployment_name``.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """

    undeploy_async = asynchronous(undeploy)

    @operation(
        "POST",
        _ENGINE + "/reactivate",
        id="reactivateEngineById",
        hints={400: "The engine may be active already: retrieve it and check its status"},
    )
    def reactivate(self, *, engine_id: str, **options: Unpack[CallOptions]) -> None:
        """Start an inactive inference engine again.

        :param engine_id: ID of the engine.
        :raises APIErrorInvalidInput: The engine is active or starting already (400).
        :raises APIErrorNotFound: The engine does not exist (404).
        """

    reactivate_async = asynchronous(reactivate)

    @operation(
        "POST",
        _ENGINE + "/deactivate",
        id="deactivateEngineById",
        hints={400: "Only an active engine can be deactivated: retrieve it and check its status"},
    )
    def deactivate(self, *, engine_id: str, **options: Unpack[CallOptions]) -> None:
        """Stop an active inference engine. It keeps its deployments and loads them again when it is reactivated.

        :param engine_id: ID of the engine.
        :raises APIErrorInvalidInput: The engine is not active (400).
        :raises APIErrorNotFound: The engine does not exist (404).
        """

    deactivate_async = asynchronous(deactivate)

    @composed(waiting(ENGINE))
    def wait(
        self,
        *,
        engine_id: str,
        poll_interval_ms: float = 5000,
        total_timeout_ms: float | None = None,
        on_update: Callable[[models.InferenceEngineDetail], Awaitable[None] | None] | None = None,
        raise_on_failure: bool = True,
        progress: bool = False,
        after_reactivation: bool = False,
        **options: Unpack[CallOptions],
    ) -> models.InferenceEngineDetail:
        """Poll an inference engine until it is active and return its state.

        Errors are handled as in ``training_jobs.wait``.

        :param engine_id: ID of the engine.
        :param poll_interval_ms: First interval between two polls, in milliseconds.
        :param total_timeout_ms: Maximum time to wait, in milliseconds; None for no limit.
        :param on_update: Called with the engine each time it has changed; may be a coroutine function in
            ``wait_async``.
        :param raise_on_failure: Whether to raise an error if the engine fails or is inactive.
        :param progress: Whether to show a progress bar (extra ``progress``).
        :param after_reactivation: Whether to keep waiting while the engine is inactive, because it was just
            reactivated.
        :returns: The state of the engine.
        :raises EngineFailedError: The engine failed, was deleted or is inactive; ``error.engine`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        ...

    wait_async = asynchronous(wait)
