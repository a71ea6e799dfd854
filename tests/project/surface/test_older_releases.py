"""Programs written for the releases 0.2 to 0.4 find the names, import paths and arguments that they use.

``tests/data/models`` has the names of ``models``.
"""

import importlib
import inspect
from operator import attrgetter
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient, SDKConfiguration, errors, models
from emissary_client_sdk._hooks import HookContext, Hooks, SDKHooks

HOOKS = [
    "Hooks",
    "HookContext",
    "BeforeRequestContext",
    "AfterSuccessContext",
    "AfterErrorContext",
    "SDKInitHook",
    "BeforeRequestHook",
    "AfterSuccessHook",
    "AfterErrorHook",
]
PATHS = {
    "": ["EmissaryClient", "SDKConfiguration", "VERSION", "__version__", "models", "utils", "SDKError"],
    "sdk": ["EmissaryClient"],
    "sdkconfiguration": ["SDKConfiguration", "SERVERS"],
    "httpclient": ["HttpClient", "AsyncHttpClient"],
    "types": ["BaseModel", "Nullable", "OptionalNullable", "UNSET", "UNSET_SENTINEL"],
    "utils": ["BackoffStrategy", "RetryConfig", "Logger", "get_default_logger"],
    "utils.retries": ["BackoffStrategy", "RetryConfig"],
    "_hooks": ["SDKHooks", *HOOKS],
    "_hooks.types": HOOKS,
    "_hooks.sdkhooks": ["SDKHooks"],
    "basemodels": ["BaseModels"],
    "projects": ["Projects"],
    "datasets": ["Datasets"],
    "trainingjobs": ["TrainingJobs"],
    "deployments": ["Deployments"],
    "completions": ["Completions"],
    "embeddings": ["Embeddings"],
    "classification": ["Classification"],
    "chat": ["Chat"],
}


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in PATHS.items() for name in names])
def test_import_paths(module: str, name: str) -> None:
    """A name can be imported from where it was."""
    home = importlib.import_module(f"emissary_client_sdk.{module}".rstrip("."))
    assert getattr(home, name) is not None


def names(function: Any) -> list[str]:
    """Return the names of the parameters of a function, without ``self``."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


@pytest.mark.parametrize(
    ("function", "first"),
    [
        (
            EmissaryClient,
            [
                "api_key",
                "server_idx",
                "server_url",
                "url_params",
                "client",
                "async_client",
                "retry_config",
                "timeout_ms",
                "debug_logger",
            ],
        ),
        (
            SDKConfiguration,
            [
                "client",
                "async_client",
                "debug_logger",
                "security",
                "server_url",
                "server_idx",
                "language",
                "openapi_doc_version",
                "sdk_version",
                "gen_version",
                "user_agent",
                "retry_config",
                "timeout_ms",
            ],
        ),
        (errors.SDKError, ["message", "status_code", "body", "raw_response"]),
        *[(error, ["data"]) for error in (errors.APIErrorInvalidInput, errors.APIErrorUnauthorized)],
        (errors.APIErrorNotFound, ["data"]),
        (HookContext, ["operation_id", "oauth2_scopes", "security_source"]),
        *[
            (getattr(one, f"register_{kind}_hook"), ["hook"])
            for one in (Hooks, SDKHooks)
            for kind in ("sdk_init", "after_error")
        ],
    ],
    ids=lambda value: getattr(value, "__qualname__", None),
)
def test_positional_arguments(function: Any, first: list[str]) -> None:
    """The parameters keep their order; later ones have defaults."""
    assert names(function)[: len(first)] == first
    parameters = [one for name, one in inspect.signature(function).parameters.items() if name not in ("self", *first)]
    assert all(
        parameter.kind is parameter.VAR_KEYWORD or parameter.default is not parameter.empty for parameter in parameters
    )


IN_PROJECTS = ("datasets", "training_jobs", "deployments")
METHODS = {
    "base_models.list": "",
    "base_models.get": "base_model_name",
    "projects.create": "request",
    "projects.list": "",
    **dict.fromkeys(("projects.get", "projects.delete"), "project_id"),
    **dict.fromkeys(
        (f"{name}.create" for name in ("datasets", "training_jobs", "deployments")), "project_id request_body"
    ),
    **dict.fromkeys((f"{name}.list" for name in ("datasets", "training_jobs", "deployments")), "project_id"),
    **dict.fromkeys((f"datasets.{name}" for name in ("get", "delete")), "project_id dataset_id"),
    **dict.fromkeys((f"deployments.{name}" for name in ("get", "delete")), "project_id deployment_id"),
    **dict.fromkeys(
        (f"training_jobs.{name}" for name in ("get", "delete", "cancel", "list_checkpoints")),
        "project_id training_job_id",
    ),
}


@pytest.mark.parametrize("method", METHODS)
def test_methods(method: str) -> None:
    """A method and its twin take the arguments of release 0.4."""
    for suffix in ("", "_async"):
        found = names(attrgetter(method + suffix)(EmissaryClient("key")))
        assert {*METHODS[method].split(), "retries", "server_url", "timeout_ms"} <= set(found)


@pytest.mark.parametrize(
    ("base", "method", "arguments"),
    [
        ("SDKInitHook", "sdk_init", ["base_url", "client"]),
        ("BeforeRequestHook", "before_request", ["hook_ctx", "request"]),
        ("AfterSuccessHook", "after_success", ["hook_ctx", "response"]),
        ("AfterErrorHook", "after_error", ["hook_ctx", "response", "error"]),
    ],
)
def test_bases_of_hooks(base: str, method: str, arguments: list[str]) -> None:
    """The base class of a hook is abstract and has Speakeasy's signature."""
    kind = getattr(importlib.import_module("emissary_client_sdk._hooks"), base)
    assert inspect.isabstract(kind)
    assert names(getattr(kind, method)) == arguments


FIELDS = {
    "CreateTrainingJobRequestBody": "base_model train_dataset_id test_dataset_id train_test_split_ratio name"
    " description parameters hf_model_link",
    "TrainingJobSummary": "id name base_model status progress created_by created_at updated_at",
    "TrainingJobDetail": "id name description base_model status progress train_dataset test_dataset training_loss"
    " hyper_parameters created_by created_at updated_at",
    "TrainingJobCheckpoint": "checkpoint model_download_url test_results created_at updated_at",
    "TestResults": "general_test_result aggregated_test_result",
    "TrainingLoss": "timestamp loss",
    "BaseModelSummary": "name type parameter_template support_serverless",
    "ProjectDetail": "id name datasets training_jobs deployments",
    "DatasetDetail": "id name is_uploaded dataset_download_url upload_by created_at updated_at",
    "DatasetSummary": "id name created_at is_uploaded",
    "DeploymentDetail": "id name description base_model status training_id checkpoint created_at updated_at",
    "DeploymentSummary": "id name status created_at",
    "CreateDeploymentRequestBody": "training_job_id checkpoint server_type name description",
    "File": "file_name content content_type",
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    """A model has the fields that it had; a status has its members."""
    assert set(FIELDS[name].split()) <= set(getattr(models, name).model_fields)
    for enumeration in (models.Status, models.TrainingJobDetailStatus):
        assert {"PENDING", "RUNNING", "SUCCESS", "FAILED", "TIMED_OUT", "CANCELLED"} <= set(enumeration.__members__)
