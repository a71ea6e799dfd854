"""The resource ``engines``."""

import builtins
from collections.abc import Awaitable, Callable

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation, creation
from ._call.options import CallOptions, WaitOptions
from ._call.twins import twins
from ._flows.polling import wait
from ._flows.waiting import ENGINE, reactivated
from .models._literals import TaskTypeOrStr

__all__ = ["Engines"]

_ENGINES = "/v1/engines"
_ENGINE = _ENGINES + "/{engine_id}"


CREATE = creation("createEngine", _ENGINES, models.CreateEngineRequestBody, models.InferenceEngineSummary)
LIST = Operation("listEngines", "GET", _ENGINES, result=list[models.InferenceEngineSummary])
RETRIEVE = Operation("getEngine", "GET", _ENGINE, result=models.InferenceEngineDetail)
DELETE = Operation[None]("deleteEngineById", "DELETE", _ENGINE)
DEPLOY = creation("deployOnEngine", _ENGINE + "/deploy", models.DeployOnEngineRequestBody, models.DeploymentSummary)
UNDEPLOY = Operation[None](
    "unDeployFromEngine", "POST", _ENGINE + "/undeploy", body=models.UnDeployFromEngineRequestBody
)
REACTIVATE = Operation[None](
    "reactivateEngineById",
    "POST",
    _ENGINE + "/reactivate",
    hints={400: "The engine may be active already: retrieve it and check its status"},
)
DEACTIVATE = Operation[None](
    "deactivateEngineById",
    "POST",
    _ENGINE + "/deactivate",
    hints={400: "Only an active engine can be deactivated: retrieve it and check its status"},
)


class Engines(Resource):
    """Inference engines, which serve deployments."""

    def _create(
        self,
        *,
        request_body: models.CreateEngineRequestBody | models.CreateEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.InferenceEngineSummary]:
        """Create an inference engine. Without a ``resource_management_config`` it runs, and costs, until it is stopped.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param request_body: The engine to create: a model, or a mapping with the same fields.
        :returns: The created engine.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, CREATE, options, request_body=request_body))

    create, create_async = twins(_create)

    def _list(
        self, *, base_model: str | None = None, task_type: TaskTypeOrStr | None = None, **options: Unpack[CallOptions]
    ) -> Flow[builtins.list[models.InferenceEngineSummary]]:
        """List inference engines. Engines of the vendor may be among them.

        :param base_model: Only engines of this base model.
        :param task_type: Only engines of this task type, such as ``"classification"``.
        :returns: The engines.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options, base_model=base_model, task_type=task_type))

    list, list_async = twins(_list)

    def _retrieve(self, *, engine_id: str, **options: Unpack[CallOptions]) -> Flow[models.InferenceEngineDetail]:
        """Retrieve an inference engine with its deployments.

        :param engine_id: ID of the engine.
        :returns: The engine.
        :raises APIErrorNotFound: The engine does not exist (404).
        """
        return (yield from call(self, RETRIEVE, options, engine_id=engine_id))

    retrieve, retrieve_async = twins(_retrieve)

    def _delete(self, *, engine_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Delete an inference engine and its deployments.

        :param engine_id: ID of the engine.
        :raises APIErrorNotFound: The engine does not exist (404).
        """
        return (yield from call(self, DELETE, options, engine_id=engine_id))

    delete, delete_async = twins(_delete)

    def _deploy(
        self,
        *,
        engine_id: str,
        request_body: models.DeployOnEngineRequestBody | models.DeployOnEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[models.DeploymentSummary]:
        """Deploy a checkpoint on an inference engine.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param engine_id: ID of the engine.
        :param request_body: The checkpoint to deploy: a model, or a mapping with the same fields.
        :returns: The created deployment.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, DEPLOY, options, engine_id=engine_id, request_body=request_body))

    deploy, deploy_async = twins(_deploy)

    def _undeploy(
        self,
        *,
        engine_id: str,
        request_body: models.UnDeployFromEngineRequestBody | models.UnDeployFromEngineRequestBodyTypedDict,
        **options: Unpack[CallOptions],
    ) -> Flow[None]:
        """Remove a deployment from an inference engine. The deployment is given by its name, not its ID.

        :param engine_id: ID of the engine.
        :param request_body: The deployment to remove: a model, or a mapping with ``deployment_name``.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, UNDEPLOY, options, engine_id=engine_id, request_body=request_body))

    undeploy, undeploy_async = twins(_undeploy)

    def _reactivate(self, *, engine_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Start an inactive inference engine again.

        :param engine_id: ID of the engine.
        :raises APIErrorInvalidInput: The engine is active or starting already (400).
        :raises APIErrorNotFound: The engine does not exist (404).
        """
        return (yield from call(self, REACTIVATE, options, engine_id=engine_id))

    reactivate, reactivate_async = twins(_reactivate)

    def _deactivate(self, *, engine_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Stop an active inference engine. It keeps its deployments and loads them again when it is reactivated.

        :param engine_id: ID of the engine.
        :raises APIErrorInvalidInput: The engine is not active (400).
        :raises APIErrorNotFound: The engine does not exist (404).
        """
        return (yield from call(self, DEACTIVATE, options, engine_id=engine_id))

    deactivate, deactivate_async = twins(_deactivate)

    def _wait(
        self,
        *,
        engine_id: str,
        on_update: Callable[[models.InferenceEngineDetail], Awaitable[None] | None] | None = None,
        after_reactivation: bool = False,
        **options: Unpack[WaitOptions],
    ) -> Flow[models.InferenceEngineDetail]:
        """Poll an inference engine until it is active and return its state.

        Errors are handled as in ``training_jobs.wait``.

        :param engine_id: ID of the engine.
        :param on_update: Called with the engine each time it has changed; may be a coroutine function in
            ``wait_async``.
        :param after_reactivation: Whether to keep waiting while the engine is inactive, because it was just
            reactivated.
        :returns: The state of the engine.
        :raises EngineFailedError: The engine failed, was deleted or is inactive; ``error.engine`` is its last state.
        :raises WaitTimeoutError: The total timeout expired.
        """
        awaited = reactivated(ENGINE) if after_reactivation else ENGINE
        return (yield from wait(self, awaited, RETRIEVE, options, on_update, engine_id=engine_id))

    wait, wait_async = twins(_wait)
