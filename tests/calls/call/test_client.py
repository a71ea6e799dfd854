"""The client and its configuration: arguments, environment, servers, ``sdk_init`` hooks and threads."""

from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKConfiguration, SDKHooks, Security, __version__
from emissary_client_sdk.hooks import SDKInitHook
from emissary_client_sdk.sdkconfiguration import SERVERS
from emissary_client_sdk.types import UNSET

from .stepping import CANARY, Stepped

VARIABLE = "EMISSARY_CLIENT_SERVER_URL"


def server_of(client: EmissaryClient) -> str:
    """Return the start of the URL that a call sends."""
    return str(Stepped(client).request().url).partition("/v1/")[0]


def test_server_is_the_argument_an_index_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is the argument, an index, the environment's, or the platform's, in this order."""
    assert server_of(EmissaryClient(CANARY)) == SERVERS[0] == "https://api.withemissary.com"
    monkeypatch.setenv(VARIABLE, " https://environment.example/ ")
    assert server_of(EmissaryClient(CANARY)) == "https://environment.example"
    assert server_of(EmissaryClient(CANARY, server_idx=0)) == SERVERS[0]
    assert server_of(EmissaryClient(CANARY, server_url="https://mine.example")) == "https://mine.example"
    monkeypatch.setenv(VARIABLE, " ")
    assert server_of(EmissaryClient(CANARY)) == SERVERS[0]
    monkeypatch.setenv(VARIABLE, "nonsense")
    with pytest.raises(ValueError, match=f"^{VARIABLE} must be a URL"):
        EmissaryClient(CANARY)


def test_url_params_fill_in_the_server_url(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in braces are filled in, also in the environment's URL."""
    template = "https://{region}.example/{path}"
    params = {"region": "eu", "path": "api", "unused": "x"}
    assert server_of(EmissaryClient(CANARY, server_url=template, url_params=params)) == "https://eu.example/api"
    monkeypatch.setenv(VARIABLE, "https://plain.example")
    assert server_of(EmissaryClient(CANARY, url_params=params)) == "https://plain.example"


@pytest.mark.parametrize("name", ["{region}", "{0}", "{}", "{", "{a.b}", "{a!z}"])
def test_url_params_that_do_not_fit_are_refused(name: str) -> None:
    """A template that the parameters cannot fill in is refused."""
    with pytest.raises(ValueError, match="url_params cannot fill in server_url"):
        EmissaryClient(CANARY, server_url=f"https://{name}.x", url_params={"a": "b"})


WRONG_INDEXES: list[Any] = ["0", 0.0, True, []]
WRONG_HOOKS: list[Any] = [3, [], SDKHooks]
INVALID: list[tuple[dict[str, Any], type[Exception], str]] = [
    *[({"server_idx": index}, ValueError, f"server_idx must be from 0 to 0, not {index}") for index in (-1, 1, 99)],
    *[({"server_idx": index}, TypeError, "server_idx must be an int, not") for index in WRONG_INDEXES],
    *[({"hooks": wrong}, TypeError, "hooks must be an SDKHooks") for wrong in WRONG_HOOKS],
    ({"server_url": 3}, TypeError, "server_url must be a str, not int"),
    ({"server_url": "https://{a}.x", "url_params": "eu"}, TypeError, "url_params must be a mapping of str to str"),
]


@pytest.mark.parametrize(("options", "error", "message"), INVALID, ids=repr)
def test_invalid_options_are_refused(options: dict[str, Any], error: type[Exception], message: str) -> None:
    """An invalid argument is refused with its name when the client is created."""
    with pytest.raises(error, match=message):
        EmissaryClient(CANARY, **options)


def test_configuration_has_the_fields_of_speakeasy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration has the fields of Speakeasy's SDKs; its server can be changed later."""
    config = SDKConfiguration(security=Security(api_key=CANARY), timeout_ms=5, retry_config=None)
    assert (config.language, config.openapi_doc_version, config.sdk_version) == ("python", "1.0.0", __version__)
    assert (config.timeout_ms, config.retry_config, config.server_idx) == (5, None, None)
    assert SDKConfiguration().retry_config is UNSET
    assert config.user_agent.startswith(f"emissary-client-sdk/{__version__} python/3.")
    assert repr(config).startswith("SDKConfiguration(server_url='', server_idx=None, retry_config=None, timeout_ms=5,")
    assert config.get_server_details() == SDKConfiguration(server_url=None).get_server_details() == (SERVERS[0], {})
    config.server_url = "https://mine.example/a/"
    assert config.get_server_details() == ("https://mine.example/a", {})
    monkeypatch.setattr("emissary_client_sdk.sdkconfiguration.SERVERS", [*SERVERS, "https://second.example"])
    assert server_of(EmissaryClient(CANARY, server_idx=1)) == "https://second.example"
    assert isinstance(config.get_hooks(), SDKHooks)


def test_user_agent_can_be_changed() -> None:
    """The user agent can be changed, and must be a valid header value."""
    client = EmissaryClient(CANARY)
    client.sdk_configuration.user_agent = "mine/1"
    assert Stepped(client).request().headers["user-agent"] == "mine/1"
    with pytest.raises(ValueError, match="user_agent"):
        SDKConfiguration(user_agent="a\nb")


class Replacing(SDKInitHook):
    """Replaces the URL or the client."""

    def __init__(self, url: Any = None, client: Any = None) -> None:
        self.url, self.client = url, client
        self.seen: list[Any] = []

    def sdk_init(self, base_url: str, client: Any) -> Any:
        """Record the arguments and replace them."""
        self.seen.append((base_url, client))
        return self.url or base_url, self.client or client


def hooked(*functions: Any, **options: Any) -> EmissaryClient:
    """Return a client with ``sdk_init`` hooks."""
    hooks = SDKHooks()
    for function in functions:
        hooks.register_sdk_init_hook(function)
    return EmissaryClient(CANARY, hooks=hooks, **options)


def test_sdk_init_hooks_may_replace_url_and_client() -> None:
    """A hook sees the URL and the client of the hook before, and may replace them."""
    keeping = Replacing()
    client = hooked(keeping, server_url="https://mine.example/")
    assert keeping.seen == [("https://mine.example", client.sdk_configuration.client)]
    assert server_of(client) == "https://mine.example"
    second = Replacing("https://b.example/")
    assert server_of(hooked(Replacing("https://a.example"), second)) == "https://b.example"
    assert second.seen[0][0] == "https://a.example"
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])))
    with hooked(Replacing(client=http)) as replaced:
        assert replaced.sdk_configuration.client is http
        assert replaced.training_jobs.list(project_id="p") == []
    assert not http.is_closed


@pytest.mark.parametrize(
    ("result", "message"),
    [
        *[(wrong, "an sdk_init hook must return a URL and an HTTP client, not") for wrong in (None, 3, (), ("x",))],
        (("nonsense", httpx.Client()), "server_url must be"),
        ((3, httpx.Client()), "server_url must be a str"),
        ((SERVERS[0], object()), "client must be an HTTP client"),
    ],
    ids=["None", "int", "no-values", "one-value", "invalid-url", "url-of-another-type", "invalid-client"],
)
def test_invalid_results_of_sdk_init_hooks_are_refused(result: Any, message: str) -> None:
    """A hook must return a URL and an HTTP client."""

    def hook(*_: Any) -> Any:
        return result

    with pytest.raises((TypeError, ValueError), match=message):
        hooked(hook)


def test_resources_are_created_once() -> None:
    """A resource is created once, completion finds it, and the class has its documentation."""
    client = EmissaryClient(CANARY)
    assert client.training_jobs is client.training_jobs
    assert client.sdk_configuration.client is client.sdk_configuration.client
    assert client.sdk_configuration.async_client is client.sdk_configuration.async_client
    assert {"training_jobs", "close", "aclose", "sdk_configuration"} <= set(dir(client))
    assert EmissaryClient.training_jobs.__doc__ == "Training jobs of a project."
    assert repr(EmissaryClient.__new__(EmissaryClient)) == "<EmissaryClient>"
