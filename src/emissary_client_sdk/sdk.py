"""The client: wiring, ownership of the HTTP clients, closing, pickling."""

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

# Imported early, because the chain of imports is short here: at some depths, the boundaries of its stack of frames,
# CPython 3.11 maps and unmaps memory at each call of a function. It doubled the time that these imports take.
import httpcore as httpcore
import httpx as httpx
from pydantic import BaseModel as BaseModel
from typing_extensions import Self, Unpack

from ._auth import ApiKey
from ._call.call import Resource
from ._call.commands import Flow
from ._call.options import CallOptions, NoOptions, PollOptions
from ._call.raw import raw_call
from ._call.twins import twins
from ._datafiles.datasetfile import DatasetFile
from ._preparing.options import PrepareOptions
from ._run.events import RunEvent, RunResult
from ._run.run import Run
from ._run.state import RunState
from ._validation import require_instance, require_known
from .basemodels import BaseModels
from .chat import Chat
from .classification import Classification
from .completions import Completions
from .datasets import Datasets
from .deployments import Deployments
from .embeddings import Embeddings
from .engines import Engines
from .experiments import Experiments
from .hooks import SDKHooks
from .httpclient import AsyncHttpClient, HttpClient
from .models._literals import TaskTypeOrStr
from .models.parameters import Parameters
from .ner import Ner
from .projects import Projects
from .regression import Regression
from .sdkconfiguration import SDKConfiguration, find_profile, find_server_url
from .testingfunctions import TestingFunctions
from .toolcalling import ToolCalling
from .trainingjobs import TrainingJobs
from .types import OptionalNullable
from .types.unset import UNSET
from .utils.logger import Logger
from .utils.retries import RetryConfig

__all__ = ["EmissaryClient"]

ResourceT = TypeVar("ResourceT", bound=Resource)


class _Attached(Generic[ResourceT]):
    """A resource of the client, created at its first use.

    ``functools.cached_property`` would hold a lock that a fork can leave locked, before Python 3.12.
    """

    def __init__(self, kind: type[ResourceT]) -> None:
        self._kind = kind
        self.__doc__ = kind.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: "EmissaryClient", owner: type) -> ResourceT: ...
    def __get__(self, client: "EmissaryClient | None", owner: type) -> Self | ResourceT:
        if client is None:
            return self
        attached: ResourceT = client.__dict__.setdefault(self._name, self._kind(client.sdk_configuration))
        return attached


class EmissaryClient:
    """A client of the Emissary platform, for synchronous and asynchronous use.

    It connects at its first call. Use it with ``with`` or ``async with``, or call ``close`` or ``aclose``. A client
    can be used by several threads, in one event loop after another and after ``os.fork``. It can be pickled, without
    its connections.

    :param api_key: The API key, or a function that returns it and is called for each request. Default: the environment
        variable ``EMISSARY_CLIENT_API_KEY``, otherwise ``EMISSARY_API_KEY``.
    :param server_idx: Index of the server in ``SERVERS``.
    :param server_url: URL of the server. Default: the environment variable ``EMISSARY_CLIENT_SERVER_URL``, otherwise
        the platform's production server.
    :param url_params: Values for names in braces in ``server_url``.
    :param client: Your own HTTP client for synchronous calls: an ``httpx.Client``, or any object with ``build_request``
        and ``send``. It keeps its headers, timeout, proxies and event hooks, and is not closed with this client.
    :param async_client: Your own HTTP client for asynchronous calls, such as an ``httpx.AsyncClient``.
    :param retry_config: Retries of all calls: a RetryConfig, a number of retries, or None for no retries.
    :param timeout_ms: Timeout of each attempt, in milliseconds. Default: 60,000, and 5,000 to connect.
    :param debug_logger: Object with a ``debug`` method. Default: the logger ``emissary_client_sdk``, which
        ``EMISSARY_CLIENT_DEBUG`` sends to standard error.
    :param hooks: Code that runs on each request, response and failure.
    :param profile: Name of an account that ``emissary login`` stored (extra ``profiles``). Its key, server and project
        are used if neither an argument nor an environment variable names another. Default: ``EMISSARY_PROFILE``;
        an empty string for none.
    :raises TypeError: An argument has the wrong type.
    :raises ValueError: An argument, or an environment variable, has an invalid value.
    """

    sdk_configuration: SDKConfiguration

    base_models = _Attached(BaseModels)
    projects = _Attached(Projects)
    datasets = _Attached(Datasets)
    training_jobs = _Attached(TrainingJobs)
    engines = _Attached(Engines)
    deployments = _Attached(Deployments)
    completions = _Attached(Completions)
    chat = _Attached(Chat)
    embeddings = _Attached(Embeddings)
    classification = _Attached(Classification)
    regression = _Attached(Regression)
    ner = _Attached(Ner)
    tool_calling = _Attached(ToolCalling)
    experiments = _Attached(Experiments)
    testing_functions = _Attached(TestingFunctions)

    def __init__(
        self,
        api_key: str | Callable[[], str | None] | None = None,
        server_idx: int | None = None,
        server_url: str | None = None,
        url_params: Mapping[str, str] | None = None,
        client: HttpClient | None = None,
        async_client: AsyncHttpClient | None = None,
        retry_config: OptionalNullable[RetryConfig | int] = UNSET,
        timeout_ms: int | None = None,
        debug_logger: Logger | None = None,
        hooks: SDKHooks | None = None,
        profile: str | None = None,
        **unknown: Unpack[NoOptions],
    ) -> None:
        key: Any = ApiKey(api_key)
        api_key = None  # not in a traceback with local variables
        require_known(type(self), unknown)
        key.profile = stored = find_profile(profile)
        key.check()
        if hooks is not None:
            require_instance("hooks", hooks, SDKHooks, "an SDKHooks")
        self.sdk_configuration = SDKConfiguration(
            client=client,
            async_client=async_client,
            debug_logger=debug_logger,
            security=key,
            server_url=find_server_url(server_url, server_idx, url_params, stored),
            server_idx=server_idx,
            retry_config=retry_config,
            timeout_ms=timeout_ms,
        )
        self.sdk_configuration.profile = stored
        if hooks is not None:
            self.sdk_configuration.use_hooks(hooks)

    def _run(
        self,
        *,
        file: DatasetFile | None = None,
        base_model: str | None = None,
        task_type: TaskTypeOrStr | None = None,
        test_file: DatasetFile | None = None,
        prepare: PrepareOptions | bool | None = None,
        parameters: Mapping[str, Parameters] | None = None,
        metric: str | None = None,
        largest: bool | None = None,
        project_id: str | None = None,
        name: str | None = None,
        deployment_name: str | None = None,
        inactive_timeout: int | None = None,
        state: str | os.PathLike[str] | None = None,
        resume: bool = False,
        new: bool = False,
        create_again: bool = False,
        on_event: Callable[[RunEvent], Awaitable[None] | None] | None = None,
        **options: Unpack[PollOptions],
    ) -> Flow[RunResult]:
        """Train a model on a data file and deploy it: check, upload, train, choose the best checkpoint, deploy, wait.

        Everything that is created is recorded in a state file. A run that was interrupted continues with
        ``resume=True``, and creates nothing twice. Training and deployments cost money.

        :param file: The data to train on, as in ``datasets.upload``. Not needed to resume a run on a file.
        :param base_model: Name of the base model. Not needed to resume a run.
        :param task_type: Task to train for, such as ``"classification"``. Default: detected from the data.
        :param test_file: The data to test on.
        :param prepare: Options of ``prepare_dataset``, or False. Default: what the platform cannot read is prepared.
        :param parameters: Hyperparameters, for example ``{"num_train_epochs": 3}``.
        :param metric: Test result that selects the checkpoint. Default: accuracy, f1 or loss, else the last checkpoint.
        :param largest: Whether the largest value of the metric is the best. Default: it follows from the name: a loss
            or an error is best when it is small.
        :param project_id: ID of an existing project. Default: a new one.
        :param name: Beginning of the names of everything that is created. Default: the name of the file.
        :param deployment_name: Name of the deployment, unique in the organization. Default: the run's own unique name.
        :param inactive_timeout: Seconds without requests after which the deployment is deactivated. Default: 3600.
        :param state: The state file. Default: the path of the file with ``.emissary.json`` appended, and for other data
            ``run.emissary.json``.
        :param resume: Whether to continue the run of the state file, if there is one. Options of steps that have not
            begun may differ from the recorded ones.
        :param new: Whether to start a new run although the state file records an unfinished one.
        :param create_again: Whether to create what an interrupted request may have created, because you know that it
            has not.
        :param on_event: Called with each event, for example ``print``; may be a coroutine function in ``run_async``.
        :returns: The name of the model, and the IDs of everything behind it.
        :raises DatasetError: The data has errors; nothing was sent.
        :raises ValueError: An option is invalid, the platform does not have the base model, or the state file records
            something else; nothing was created.
        :raises TrainingJobEndedError: The training did not succeed.
        :raises MetricNotFoundError: No checkpoint has the metric; resume with another one.
        :raises DeploymentFailedError: The deployment is not ready.
        :raises NoResponseError: There is no response, or what an interrupted request may have created is not listed.
        :raises BlockingIOError: Another process continues the run.
        """
        files = {"dataset": file, "test_dataset": test_file}
        given = {
            "base_model": base_model,
            "task_type": task_type,
            "parameters": None if parameters is None else dict(parameters),
            "metric": metric,
            "largest": largest,
            "project_id": project_id,
            "name": name,
            "deployment_name": deployment_name,
            "inactive_timeout": inactive_timeout,
        }
        run = Run(
            Resource(self.sdk_configuration),
            {step: data for step, data in files.items() if data is not None},
            {option: value for option, value in given.items() if value is not None},
            Path(state or RunState.path_for(file, name)),
            options,
            on_event,
            resume=resume,
            new=new,
            create_again=create_again,
            prepare=prepare,
        )
        return (yield from run.execute())

    run, run_async = twins(_run)

    def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        files: Any = None,
        result: Any = None,
        **options: Unpack[CallOptions],
    ) -> Flow[Any]:
        """Call an endpoint that has no method of its own, with the key, hooks and errors of the client.

        GET and DELETE are retried like reads, any other method like a call that creates something.

        :param method: HTTP method.
        :param path: Path of the endpoint; it begins with one slash. Encode special characters in its segments.
        :param query: Query parameters; None leaves one out, and a list repeats it.
        :param json: Body, sent as JSON.
        :param files: Parts of a multipart body, as in httpx.
        :param result: Type to validate the response against, such as a pydantic model. None: parsed JSON.
        :returns: The response; None if it has no body.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        :raises APIErrorNotFound: The endpoint, or what it names, does not exist (404).
        """
        return (yield from raw_call(self, method, path, options, query=query, json=json, files=files, result=result))

    request, request_async = twins(_request)

    @property
    def project_id(self) -> str | None:
        """ID of the project of the environment variable ``EMISSARY_PROJECT_ID``, otherwise of the profile, or None."""
        profile = self.sdk_configuration.profile
        return os.environ.get("EMISSARY_PROJECT_ID", "").strip() or (profile.project_id if profile else None)

    def with_options(
        self,
        *,
        retries: OptionalNullable[RetryConfig | int] = UNSET,
        timeout_ms: int | None = None,
        http_headers: Mapping[str, str] | None = None,
        server_url: str | None = None,
        **unknown: Unpack[NoOptions],
    ) -> Self:
        """Return a client with other settings that shares the connections, the hooks and the key of this one.

        Closing it leaves the connections open; closing this client closes both. A pickled copy is on its own.

        :param retries: Retries of all calls: a RetryConfig, a number, or None for no retries. Default: this client's.
        :param timeout_ms: Timeout of each attempt, in milliseconds. Default: this client's.
        :param http_headers: Headers of all calls, besides those of this client; an option of a call replaces them.
        :param server_url: URL of another server. Default: this client's.
        :returns: The client.
        :raises TypeError: An argument has the wrong type.
        :raises ValueError: An argument has an invalid value.
        """
        require_known(type(self).with_options, unknown)
        derived = object.__new__(type(self))
        own = {name: value for name, value in vars(self).items() if not isinstance(value, Resource)}
        config = self.sdk_configuration.derive(
            retries=retries, timeout_ms=timeout_ms, http_headers=http_headers, server_url=server_url
        )
        vars(derived).update(own, sdk_configuration=config)
        return derived

    def close(self) -> None:
        """Close the connections of this client. Calls after that raise ``ClientClosedError``.

        In an event loop use ``aclose``, which waits until the connections of the loop are closed.
        """
        self.sdk_configuration.close()

    async def aclose(self) -> None:
        """Close the connections of this client, synchronous and asynchronous ones."""
        await self.sdk_configuration.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        config = getattr(self, "sdk_configuration", None)
        if config is None:  # a debugger may show a client whose constructor failed
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}{' closed' if config.closed else ''} {config.get_server_details()[0]}>"

    def __getstate__(self) -> dict[str, Any]:
        return {"sdk_configuration": self.sdk_configuration}
