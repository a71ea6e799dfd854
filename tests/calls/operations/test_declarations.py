"""The declarations agree with the OpenAPI document, and every method has its async twin."""

import inspect
import re
from typing import Any

import pytest
from typing_extensions import Unpack

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._call.call import Resource, call
from emissary_client_sdk._call.commands import Flow
from emissary_client_sdk._call.operation import Operation
from emissary_client_sdk._call.options import CallOptions
from emissary_client_sdk._call.twins import twins

from ...project.contract.document import OPERATIONS as DESCRIBED
from ...project.contract.document import document, name_of
from .declared import OPERATIONS, RESOURCES, Declared, by_method, by_operation, public_methods

OPTIONS = ["retries", "server_url", "timeout_ms", "http_headers"]
WITHOUT_OPTIONS = {"check", "prepare", "download_checkpoint"}
"""Methods that make no call of the API."""
DOCUMENTED_ERRORS = {
    "create": "InvalidInput",
    "list": "Unauthorized",
    **dict.fromkeys(("retrieve", "delete", "cancel", "list_checkpoints"), "NotFound"),
}
"""The error of each method in the platform's page of training jobs."""


def test_every_operation_is_declared() -> None:
    """The document has the declared operations and no others, each under the name of its method."""
    described = {(one.id, one.http_method, one.path, f"{one.group}.{one.name}") for one in DESCRIBED}
    declared = {(one.operation.id, one.operation.http_method, one.operation.path, one.method) for one in OPERATIONS}
    assert declared == described
    assert len(declared) == 39


@by_operation
def test_parameters_are_those_of_the_document(declared: Declared) -> None:
    """A method has the parameters of its operation; an optional one has a default."""
    described = declared.described
    required = list(described.path_parameters)
    optional = [*described.query_parameters, *OPTIONS]
    if declared.is_charged:
        assert described.body is not None
        schema = document()["components"]["schemas"][described.body]
        required += schema["required"]
        optional += [*schema["properties"].keys() - {*schema["required"], "stream"}, "extra_body", "wake_timeout_ms"]
    elif described.body is not None:
        is_required = described.description["requestBody"]["required"]
        (required if is_required else optional).append("request_body")
    parameters = inspect.signature(_method(declared.method)).parameters
    assert [name for name, one in parameters.items() if one.default is one.empty] == required
    # ``request`` is a name of release 0.4; the others split one call of embeddings.create into several.
    extra = {"request"} & parameters.keys() or {"batch_size", "max_concurrency", "on_result"} & parameters.keys()
    assert parameters.keys() == {*required, *optional, *extra}
    assert list(parameters)[-4:] == OPTIONS


def _method(path: str, suffix: str = "") -> Any:
    resource, _, name = path.rpartition(".")
    return getattr(RESOURCES[resource], name + suffix)


@by_operation
def test_models_have_the_names_of_the_schemas(declared: Declared) -> None:
    """The models of body and result have the names of the document's schemas; a list says so."""
    described = declared.described
    if described.body is not None:
        assert getattr(declared.body_model, "__name__", None) == described.body
    schema = described.result
    if schema is None:
        assert declared.result is None
    elif declared.is_list:
        assert declared.result.__args__[0].__name__ == name_of(schema["items"])
    else:
        assert declared.result.__name__ == name_of(schema)


@by_method
def test_every_method_has_a_twin(path: str, name: str) -> None:
    """A method and its twin have the same keyword-only parameters, and one of them is asynchronous."""
    resource, plain = RESOURCES[path], name.removesuffix("_async")
    method, twin = getattr(resource, plain), getattr(resource, f"{plain}_async")
    assert (method.__name__, twin.__name__) in [(plain, f"{plain}_async"), ("retrieve", "retrieve_async")]
    parameters = inspect.signature(method).parameters
    assert inspect.signature(twin).parameters == parameters
    assert not inspect.iscoroutinefunction(method)
    returns_at_once = plain in ("watch", "stream", "temporary")
    assert inspect.iscoroutinefunction(twin) is not returns_at_once
    if plain not in WITHOUT_OPTIONS:
        assert {one.kind for one in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
        assert list(parameters)[-4:] == OPTIONS


@by_method
def test_docstrings_describe_each_parameter(path: str, name: str) -> None:
    """A docstring starts with a summary of one line and describes each parameter; twins share it."""
    method = getattr(RESOURCES[path], name)
    doc = inspect.getdoc(method) or ""
    assert doc.splitlines()[0].endswith(".")
    if name == "download_checkpoint_async":
        return  # it refers to its twin
    for parameter in inspect.signature(method).parameters:
        assert f":param {parameter}:" in doc, parameter
    if name.removesuffix("_async") not in WITHOUT_OPTIONS:
        assert ":raises SDKError:" in doc
    if name != "download_checkpoint":
        assert doc == inspect.getdoc(getattr(RESOURCES[path], f"{name.removesuffix('_async')}_async"))


GET_THING = Operation[None]("getThing", "GET", "/v1/things/{thing_id}")


class Things(Resource):
    """A resource."""

    def _retrieve(self, *, thing_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Retrieve a thing."""
        return (yield from call(self, GET_THING, options, thing_id=thing_id))

    retrieve, retrieve_async = twins(_retrieve)

    def _delete(self, *, thing_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        return (yield from call(self, GET_THING, options, thing_id=thing_id))

    delete, delete_async = twins(_delete)


def test_summary_alone_is_followed_by_the_options() -> None:
    """The call options follow a summary alone; ``python -OO`` leaves nothing."""
    lines = (inspect.getdoc(Things.retrieve) or "").splitlines()
    assert lines[:2] == ["Retrieve a thing.", ""]
    assert lines[2].startswith(":param retries: ")
    assert Things.delete.__doc__ is None


@pytest.mark.parametrize("path", ["base_models", "projects", "datasets", "training_jobs", "deployments"])
@pytest.mark.parametrize("suffix", ["", "_async"])
def test_get_is_retrieve(path: str, suffix: str) -> None:
    """``get`` is the name of ``retrieve`` in release 0.4."""
    resource: Any = RESOURCES[path]
    assert getattr(resource, f"get{suffix}") == getattr(resource, f"retrieve{suffix}")


@pytest.mark.parametrize("name", RESOURCES)
def test_dir_has_methods_and_resources(name: str) -> None:
    """``dir`` of a resource has its methods, the resources below it, the configuration and nothing else."""
    resource = RESOURCES[name]
    others = {one for one in dir(resource) if not one.startswith("_")} - public_methods(resource).keys()
    assert others == {"sdk_configuration"} | ({"completions"} if name == "chat" else set())


@pytest.mark.parametrize("name", ["chat", "completions", "embeddings", "classification"])
def test_resources_of_release_0_4_show_the_new_call(name: str) -> None:
    """Resources that the platform no longer has raise an error that shows the new call."""
    deployments: Any = EmissaryClient("a key").deployments
    with pytest.raises(AttributeError, match=rf"deployments\.{name} of release 0\.4 .* client\.{name}\."):
        getattr(deployments, name)
    with pytest.raises(AttributeError, match="'Deployments' object has no attribute 'nonsense'"):
        _ = deployments.nonsense


@pytest.mark.parametrize("name", DOCUMENTED_ERRORS)
def test_documented_errors(name: str) -> None:
    """A method of training jobs names the error that the platform documents for it, and the general ones."""
    doc = inspect.getdoc(_method(f"training_jobs.{name}")) or ""
    assert re.findall(r":raises APIError(\w+):", doc) == [DOCUMENTED_ERRORS[name]]
    assert ":raises SDKError:" in doc
