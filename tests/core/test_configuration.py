"""Configuring a client: arguments, environment, servers, init hooks."""

from typing import Any

import httpx
import pytest

from emissary_client_sdk import EmissaryClient, SDKConfiguration, SDKHooks, Security, __version__, errors
from emissary_client_sdk._hooks import SDKInitHook
from emissary_client_sdk.sdkconfiguration import SERVERS
from emissary_client_sdk.types import UNSET

from .support import CANARY, Call, client_of

KEY, URL = "EMISSARY_CLIENT_API_KEY", "EMISSARY_CLIENT_SERVER_URL"


def key_of(client: EmissaryClient) -> str | None:
    """Give the key that a call of the client goes with."""
    return Call(client).request().headers["X-API-Key"]


def url_of(client: EmissaryClient) -> str:
    """Give the beginning of the URL that a call of the client asks for."""
    return str(Call(client).request().url).partition("/v1/")[0]


def test_the_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's key is taken where the argument is missing or empty."""
    monkeypatch.setenv(KEY, "from-environment")
    assert key_of(EmissaryClient()) == key_of(EmissaryClient("")) == "from-environment"
    assert key_of(EmissaryClient(lambda: None)) == key_of(EmissaryClient(lambda: "")) == "from-environment"
    assert key_of(EmissaryClient("mine")) == key_of(EmissaryClient(lambda: "mine")) == "mine"


def test_a_key_that_the_environment_gets_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is set after the client was made serves too; without one nothing is sent."""
    client = EmissaryClient()
    with pytest.raises(errors.MissingAPIKeyError):
        Call(client).start()
    monkeypatch.setenv(KEY, "late")
    assert key_of(client) == "late"


def test_a_key_from_a_function() -> None:
    """A function is asked for each call, and not before."""
    keys = iter(["one", "two", "three"])
    client = EmissaryClient(lambda: next(keys))
    assert [key_of(client) for _ in range(3)] == ["one", "two", "three"]


@pytest.mark.parametrize("wrong", [3, b"key", ["key"], object()], ids=lambda wrong: type(wrong).__name__)
def test_keys_of_the_wrong_type(wrong: Any) -> None:
    """A key is a str or a function that gives one."""
    with pytest.raises(
        TypeError, match=f"api_key must be a str or a function that gives one, not {type(wrong).__name__}"
    ):
        EmissaryClient(wrong)
    with pytest.raises((TypeError, ValueError), match=f"api_key is a {type(wrong).__name__}, not a str"):
        Call(EmissaryClient(lambda: wrong)).start()


def test_the_server_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's server is taken where neither a URL nor an index is given."""
    assert url_of(EmissaryClient(CANARY)) == SERVERS[0] == "https://api.withemissary.com"
    monkeypatch.setenv(URL, "https://environment.example/")
    assert url_of(EmissaryClient(CANARY)) == "https://environment.example"
    assert url_of(EmissaryClient(CANARY, server_idx=0)) == SERVERS[0]
    assert url_of(EmissaryClient(CANARY, server_url="https://mine.example")) == "https://mine.example"
    monkeypatch.setenv(URL, "")
    assert url_of(EmissaryClient(CANARY)) == SERVERS[0]
    monkeypatch.setenv(URL, "nonsense")
    with pytest.raises(ValueError, match="server_url"):
        EmissaryClient(CANARY)


def test_url_params(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in braces are filled in, in the environment's URL as well."""
    template = "https://{region}.example/{path}"
    params = {"region": "eu", "path": "api", "unused": "x"}
    assert url_of(EmissaryClient(CANARY, server_url=template, url_params=params)) == "https://eu.example/api"
    monkeypatch.setenv(URL, template)
    assert url_of(EmissaryClient(CANARY, url_params=params)) == "https://eu.example/api"


@pytest.mark.parametrize(
    "template",
    ["https://{region}.x", "https://{0}.x", "https://{}.x", "https://{", "https://{a.b}.x", "https://{a!z}.x"],
)
def test_url_params_that_do_not_fill_in(template: str) -> None:
    """A template that the parameters do not fill in is refused by name."""
    with pytest.raises(ValueError, match="url_params does not fill in server_url"):
        EmissaryClient(CANARY, server_url=template, url_params={"a": "b"})


@pytest.mark.parametrize("wrong", ["eu", 3, [("a", "b")]], ids=repr)
def test_url_params_of_the_wrong_type(wrong: Any) -> None:
    """Parameters are a mapping."""
    with pytest.raises(TypeError, match=f"url_params must be a mapping of str to str, not {type(wrong).__name__}"):
        EmissaryClient(CANARY, server_url="https://{a}.example", url_params=wrong)


@pytest.mark.parametrize("index", [-1, 1, 99])
def test_indexes_out_of_range(index: int) -> None:
    """An index that ``SERVERS`` does not have is refused at once."""
    with pytest.raises(ValueError, match=f"server_idx must be from 0 to 0, not {index}"):
        EmissaryClient(CANARY, server_idx=index)


@pytest.mark.parametrize("index", ["0", 0.0, True, []], ids=repr)
def test_indexes_of_the_wrong_type(index: Any) -> None:
    """An index is an int."""
    with pytest.raises(TypeError, match=f"server_idx must be an int, not {type(index).__name__}"):
        EmissaryClient(CANARY, server_idx=index)


def test_more_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index chooses among the servers."""
    monkeypatch.setattr("emissary_client_sdk.sdkconfiguration.SERVERS", [*SERVERS, "https://second.example"])
    assert url_of(EmissaryClient(CANARY, server_idx=1)) == "https://second.example"


def test_server_details() -> None:
    """``get_server_details`` gives the URL without a slash at its end, and no variables."""
    assert SDKConfiguration().get_server_details() == (SERVERS[0], {})
    assert SDKConfiguration(server_url="https://mine.example/a/").get_server_details() == ("https://mine.example/a", {})
    assert SDKConfiguration(server_url=None, server_idx=None).get_server_details() == (SERVERS[0], {})


def test_a_server_that_is_set_later() -> None:
    """A URL that is set on the configuration may end with a slash, as one that is passed in."""
    client = EmissaryClient(CANARY)
    client.sdk_configuration.server_url = "https://mine.example/"
    assert url_of(client) == "https://mine.example"
    assert Call(client).request().url.path.startswith("/v1/")


def test_the_fields_of_a_configuration() -> None:
    """A configuration has Speakeasy's fields."""
    security = Security(api_key=CANARY)
    config = SDKConfiguration(security=security, timeout_ms=5, retry_config=None)
    assert (config.language, config.openapi_doc_version) == ("python", "1.0.0")
    assert config.sdk_version == __version__
    assert (config.timeout_ms, config.retry_config, config.server_idx) == (5, None, None)
    assert SDKConfiguration().retry_config is UNSET
    assert config.security is security
    assert config.user_agent.startswith(f"emissary-client-sdk/{__version__}")
    assert isinstance(config.get_hooks(), SDKHooks)
    assert repr(config).startswith(
        "SDKConfiguration(server_url='', server_idx=None, retry_config=None, timeout_ms=5, user_agent="
    )


@pytest.mark.parametrize("security", [Security(api_key=CANARY), lambda: Security(api_key=CANARY), lambda: CANARY])
def test_the_security_of_a_configuration(security: Any) -> None:
    """A configuration takes a Security, or a function that gives one, as Speakeasy's does."""
    config = SDKConfiguration(security=security)
    assert config.key.read() == CANARY


@pytest.mark.parametrize(("name", "example"), [("client", "Client"), ("async_client", "AsyncClient")])
@pytest.mark.parametrize("missing", ["build_request", "send"])
def test_clients_that_are_none(name: str, example: str, missing: str) -> None:
    """What has no ``send`` or no ``build_request`` is refused with the name of what is missing."""
    methods: dict[str, Any] = dict.fromkeys(("build_request", "send"), print)
    del methods[missing]
    given: Any = type("Mine", (), methods)()
    with pytest.raises(TypeError, match=rf"^{name} must be an HTTP client .* httpx\.{example}; Mine has no {missing}"):
        EmissaryClient(CANARY, **{name: given})


def test_clients_of_the_other_kind() -> None:
    """A client in the wrong argument is refused with the name of the right one."""
    wrong: Any = httpx.AsyncClient()
    with pytest.raises(TypeError, match="client must not be a AsyncClient: pass it as async_client"):
        EmissaryClient(CANARY, client=wrong)
    wrong = httpx.Client()
    with pytest.raises(TypeError, match="async_client must not be a Client: pass it as client"):
        EmissaryClient(CANARY, async_client=wrong)


@pytest.mark.parametrize("wrong", [3, [], lambda: None, Call], ids=lambda wrong: type(wrong).__name__)
def test_hooks_of_the_wrong_type(wrong: Any) -> None:
    """Hooks are an SDKHooks."""
    with pytest.raises(TypeError, match="hooks must be an SDKHooks"):
        EmissaryClient(CANARY, hooks=wrong)


class Replace(SDKInitHook):
    """Replaces what it is given."""

    def __init__(self, url: Any, client: Any = None) -> None:
        self.url, self.client = url, client
        self.seen: list[Any] = []

    def sdk_init(self, base_url: str, client: Any) -> Any:
        """Note what was given, and give something else."""
        self.seen.append((base_url, client))
        return self.url or base_url, self.client or client


def hooked(*hooks: Any, **options: Any) -> EmissaryClient:
    """Make a client with these hooks of its making."""
    registry = SDKHooks()
    for hook in hooks:
        registry.register_sdk_init_hook(hook)
    return EmissaryClient(CANARY, hooks=registry, **options)


def test_an_init_hook_that_changes_nothing() -> None:
    """A hook sees the URL and the client, and may leave both as they are."""
    hook = Replace(None)
    client = hooked(hook, server_url="https://mine.example/")
    assert hook.seen == [("https://mine.example", client.sdk_configuration.client)]
    assert url_of(client) == "https://mine.example"


def test_an_init_hook_that_replaces_the_url() -> None:
    """The URL that the last hook gives is the client's, with a slash at its end or without."""

    def append(url: str, http: Any) -> Any:
        return f"{url}/second/", http

    client = hooked(Replace("https://first.example"), append)
    assert url_of(client) == "https://first.example/second"
    assert client.sdk_configuration.get_server_details()[0] == "https://first.example/second"


def test_an_init_hook_that_replaces_the_client() -> None:
    """The client that a hook gives is the one that calls are made with, and stays the hook's to close."""
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])))
    with hooked(Replace(None, http)) as client:
        assert client.sdk_configuration.client is http
        assert client.training_jobs.list(project_id="p") == []
    assert not http.is_closed


@pytest.mark.parametrize("url", ["nonsense", "", 3])
def test_an_init_hook_that_gives_no_url(url: Any) -> None:
    """A URL that is none is refused, whoever gave it."""

    def give(_: str, client: Any) -> Any:
        return url, client

    with pytest.raises((TypeError, ValueError), match=r"server_url|sdk_init"):
        hooked(give)


@pytest.mark.parametrize("rubbish", [None, 3, (), ("https://mine.example",)], ids=repr)
def test_an_init_hook_that_gives_rubbish(rubbish: Any) -> None:
    """Something else than a URL and a client is a TypeError that names the hook."""

    def give(_: str, __: Any) -> Any:
        return rubbish

    with pytest.raises(TypeError, match="sdk_init"):
        hooked(give)


def test_an_init_hook_that_gives_no_client() -> None:
    """What is no client is refused, whoever gave it."""
    with pytest.raises(TypeError, match="client must be an HTTP client"):
        hooked(Replace(None, object()))


def test_set_clients() -> None:
    """The configuration's clients can be set, and are checked."""
    config = client_of(lambda _: httpx.Response(200)).sdk_configuration
    sync, asynchronous = httpx.Client(), httpx.AsyncClient()
    config.client, config.async_client = sync, asynchronous
    assert (config.client, config.async_client) == (sync, asynchronous)
    wrong: Any = object()
    with pytest.raises(TypeError, match="async_client"):
        config.async_client = wrong
