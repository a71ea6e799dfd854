"""What code written for the releases 0.2 to 0.4 imports and calls is still there."""

import importlib
import inspect
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient, SDKConfiguration, errors, models
from emissary_client_sdk._hooks import HookContext, Hooks, SDKHooks
from emissary_client_sdk.trainingjobs import TrainingJobs

MODELS = [
    *["APIErrorInvalidInput", "APIErrorInvalidInputData", "APIErrorNotFound", "APIErrorNotFoundData"],
    *["APIErrorUnauthorized", "APIErrorUnauthorizedData", "CancelTrainingJobByIDRequest"],
    *["CancelTrainingJobByIDRequestTypedDict", "CreateTrainingJobRequest", "CreateTrainingJobRequestBody"],
    *["CreateTrainingJobRequestBodyTypedDict", "CreateTrainingJobRequestTypedDict", "DatasetSummary"],
    *["DatasetSummaryTypedDict", "DeleteTrainingJobByIDRequest", "DeleteTrainingJobByIDRequestTypedDict"],
    *["HyperParameters", "HyperParametersTypedDict", "ListCheckpointsRequest", "ListCheckpointsRequestTypedDict"],
    *["ListTrainingJobsRequest", "ListTrainingJobsRequestTypedDict", "Parameters", "ParametersTypedDict"],
    *["RetrieveTrainingJobByIDRequest", "RetrieveTrainingJobByIDRequestTypedDict", "SDKError", "Security"],
    *["SecurityTypedDict", "Status", "TestResults", "TestResultsTypedDict", "TrainingJobCheckpoint"],
    *["TrainingJobCheckpointTypedDict", "TrainingJobDetail", "TrainingJobDetailStatus", "TrainingJobDetailTypedDict"],
    *["TrainingJobSummary", "TrainingJobSummaryTypedDict", "TrainingLoss", "TrainingLossTypedDict"],
]
HOOKS = [
    *["SDKHooks", "Hooks", "HookContext", "BeforeRequestContext", "AfterSuccessContext", "AfterErrorContext"],
    *["SDKInitHook", "BeforeRequestHook", "AfterSuccessHook", "AfterErrorHook"],
]
PATHS = [
    *[("", name) for name in ("EmissaryClient", "SDKConfiguration", "VERSION", "__version__", "models", "utils")],
    *[("", name) for name in MODELS],
    *[("models", name) for name in MODELS],
    ("sdk", "EmissaryClient"),
    ("trainingjobs", "TrainingJobs"),
    ("sdkconfiguration", "SDKConfiguration"),
    ("sdkconfiguration", "SERVERS"),
    ("httpclient", "HttpClient"),
    ("httpclient", "AsyncHttpClient"),
    *[("types", name) for name in ("BaseModel", "Nullable", "OptionalNullable", "UNSET", "UNSET_SENTINEL")],
    *[("utils", name) for name in ("BackoffStrategy", "RetryConfig", "Logger", "get_default_logger")],
    *[("utils.retries", name) for name in ("BackoffStrategy", "RetryConfig")],
    *[("_hooks", name) for name in HOOKS],
    *[("_hooks.types", name) for name in HOOKS if name != "SDKHooks"],
    ("_hooks.sdkhooks", "SDKHooks"),
]


@pytest.mark.parametrize(("module", "name"), PATHS)
def test_import_paths(module: str, name: str) -> None:
    """A name can be imported from where it was."""
    home = importlib.import_module(f"emissary_client_sdk.{module}".rstrip("."))
    assert getattr(home, name) is not None


def names(function: Any) -> list[str]:
    """Name a function's arguments in their order, without ``self``."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def test_the_arguments_of_the_client() -> None:
    """The client's arguments keep their order; ours come after them, and each has a default."""
    assert names(EmissaryClient) == [
        *["api_key", "server_idx", "server_url", "url_params", "client", "async_client", "retry_config"],
        *["timeout_ms", "debug_logger"],
        *["hooks"],
    ]
    parameters = inspect.signature(EmissaryClient).parameters.values()
    assert all(parameter.default is not parameter.empty for parameter in parameters)
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


def test_the_arguments_of_the_configuration() -> None:
    """The configuration's arguments keep their order, and none that had a default lost it."""
    assert names(SDKConfiguration) == [
        *["client", "async_client", "debug_logger", "security", "server_url", "server_idx", "language"],
        *["openapi_doc_version", "sdk_version", "gen_version", "user_agent", "retry_config", "timeout_ms"],
    ]
    assert all(p.default is not p.empty for p in inspect.signature(SDKConfiguration).parameters.values())


OPTIONS = ["retries", "server_url", "timeout_ms", "http_headers"]
METHODS = {
    "create": ["project_id", "request_body"],
    "list": ["project_id"],
    "retrieve": ["project_id", "training_job_id"],
    "get": ["project_id", "training_job_id"],
    "delete": ["project_id", "training_job_id"],
    "cancel": ["project_id", "training_job_id"],
    "list_checkpoints": ["project_id", "training_job_id"],
}


@pytest.mark.parametrize("suffix", ["", "_async"])
@pytest.mark.parametrize("name", METHODS)
def test_the_methods(name: str, suffix: str) -> None:
    """A method takes what it took, by keyword only; its options have defaults."""
    method = getattr(TrainingJobs, name + suffix)
    assert names(method) == METHODS[name] + OPTIONS
    _, *parameters = inspect.signature(method).parameters.values()
    assert {parameter.kind for parameter in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert [p.name for p in parameters if p.default is p.empty] == METHODS[name]
    assert inspect.iscoroutinefunction(method) is bool(suffix)
    assert method.__doc__


def test_each_method_has_its_twin() -> None:
    """The resource has the methods that it had, each with its asynchronous twin."""
    public = {name for name, value in vars(TrainingJobs).items() if callable(value) and not name.startswith("_")}
    assert public >= {name + suffix for name in METHODS for suffix in ("", "_async")}


@pytest.mark.parametrize(
    ("callable_", "expected"),
    [
        (errors.SDKError, ["message", "status_code", "body", "raw_response"]),
        (errors.APIErrorInvalidInput, ["data"]),
        (errors.APIErrorUnauthorized, ["data"]),
        (errors.APIErrorNotFound, ["data"]),
        (HookContext, ["operation_id", "oauth2_scopes", "security_source"]),
    ],
    ids=lambda given: getattr(given, "__name__", None),
)
def test_other_arguments(callable_: Any, expected: list[str]) -> None:
    """Errors, contexts and the security take first what they took, in that order."""
    assert names(callable_)[: len(expected)] == expected


@pytest.mark.parametrize("kind", ["sdk_init", "before_request", "after_success", "after_error"])
def test_the_registry(kind: str) -> None:
    """A registry has a method for each kind of hook, and so has its base class."""
    assert names(getattr(SDKHooks, f"register_{kind}_hook")) == ["hook"]
    assert names(getattr(Hooks, f"register_{kind}_hook")) == ["hook"]


@pytest.mark.parametrize(
    ("base", "method", "arguments"),
    [
        ("SDKInitHook", "sdk_init", ["base_url", "client"]),
        ("BeforeRequestHook", "before_request", ["hook_ctx", "request"]),
        ("AfterSuccessHook", "after_success", ["hook_ctx", "response"]),
        ("AfterErrorHook", "after_error", ["hook_ctx", "response", "error"]),
    ],
)
def test_the_hooks_bases(base: str, method: str, arguments: list[str]) -> None:
    """A hook's base class is abstract and has Speakeasy's signature."""
    kind = getattr(importlib.import_module("emissary_client_sdk._hooks"), base)
    assert inspect.isabstract(kind)
    assert names(getattr(kind, method)) == arguments


# The fields that the models of the releases before had, and the ones among them that had to be given.
FIELDS = {
    "CreateTrainingJobRequestBody": "base_model train_dataset_id test_dataset_id train_test_split_ratio name"
    " description parameters hf_model_link",
    "TrainingJobSummary": "id name base_model status progress created_by created_at updated_at",
    "TrainingJobDetail": "id name description base_model status progress train_dataset test_dataset training_loss"
    " hyper_parameters created_by created_at updated_at",
    "TrainingJobCheckpoint": "checkpoint model_download_url test_results created_at updated_at",
    "TestResults": "general_test_result aggregated_test_result",
    "TrainingLoss": "timestamp loss",
    "DatasetSummary": "id name created_at is_uploaded",
}


@pytest.mark.parametrize("name", FIELDS)
def test_the_models_fields(name: str) -> None:
    """A model has the fields that it had, and its TypedDict has the model's."""
    fields = getattr(models, name).model_fields
    assert set(FIELDS[name].split()) <= set(fields)
    assert set(getattr(models, f"{name}TypedDict").__annotations__) == set(fields)
    required = {field for field, info in fields.items() if info.is_required()}
    assert required == ({"base_model", "train_dataset_id"} if name.startswith("Create") else set())
    assert getattr(models, f"{name}TypedDict").__required_keys__ == required


def test_the_states() -> None:
    """A state has the member that it had."""
    for enumeration in (models.Status, models.TrainingJobDetailStatus):
        assert {"PENDING", "RUNNING", "SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED"} <= set(enumeration.__members__)
