"""A parameter is one segment of the path, whatever it holds."""

from typing import Any
from urllib.parse import unquote

import httpx
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emissary_client_sdk import EmissaryClient
from emissary_client_sdk._core.request import segment

from .support import CANARY, Call, client_of


def path_of(project_id: Any) -> str:
    """Give the raw path that a call with this id asks for."""
    request = Call(arguments={"project_id": project_id}).request()
    return request.url.raw_path.decode()


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("p", "p"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("../../v1/keys", "..%2F..%2Fv1%2Fkeys"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("%2e%2e", "%252e%252e"),
        ("a%2Fb", "a%252Fb"),
        ("...", "..."),
        (". .", ".%20."),
        ("..;", "..%3B"),
        ("a\\b", "a%5Cb"),
        ("a:b@c", "a%3Ab%40c"),
        ("a+b&c", "a%2Bb%26c"),
        ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
        ("a\x00", "a%00"),
        ("{project_id}", "%7Bproject_id%7D"),
        ("ü", "%C3%BC"),
        ("任务", "%E4%BB%BB%E5%8A%A1"),
        ("\U0001f680", "%F0%9F%9A%80"),
        ("~-._", "~-._"),
        ("\uff0e\uff0e", "%EF%BC%8E%EF%BC%8E"),
    ],
)
def test_nasty_ids(value: str, encoded: str) -> None:
    """An id is percent-encoded with nothing left safe."""
    assert path_of(value) == f"/v1/projects/{encoded}/training-jobs/t"


@pytest.mark.parametrize("name", ["project_id", "training_job_id"])
@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u00a0", ".", ".."])
def test_ids_that_are_no_segment(name: str, value: str) -> None:
    """An empty, blank or dotted id is refused by name."""
    with pytest.raises(ValueError, match=f"^{name} must not be"):
        Call(arguments={name: value}).start()


@pytest.mark.parametrize("name", ["project_id", "training_job_id"])
@pytest.mark.parametrize("value", [None, 3, ["p"], {}])
def test_ids_of_the_wrong_type(name: str, value: Any) -> None:
    """An id that is no str is pydantic's ValidationError of the request model, which names the argument."""
    with pytest.raises(pydantic.ValidationError, match=rf"RetrieveTrainingJobByIDRequest\n{name}\n"):
        Call(arguments={name: value}).start()


def test_lone_surrogates() -> None:
    """A text that UTF-8 cannot encode is refused by name."""
    with pytest.raises(ValueError, match="project_id"):
        path_of("\ud800")


def test_ids_that_make_no_url() -> None:
    """An id that is longer than any URL is refused by name."""
    with pytest.raises(ValueError, match="project_id"):
        path_of("a" * 70_000)


@given(st.text(min_size=1))
def test_any_text(value: str) -> None:
    """Any text comes back from the path as it was, as one segment, or is refused."""
    try:
        encoded = segment("id", value)
    except ValueError as error:
        assert str(error).startswith("id ")  # noqa: PT017  # most texts are no error
    else:
        assert unquote(encoded, errors="strict") == value
        url = httpx.URL(f"https://api.example/v1/{encoded}/x")
        assert url.raw_path.decode() == f"/v1/{encoded}/x"


BAD_URLS = [
    *[
        "nonsense",
        "example.com",
        "//example.com",
        "/path",
        "ftp://example.com",
        "file:///etc",
        "https://",
        "https:///path",
    ],
    *[
        "https://[::1",
        "https://host:99999",
        "https://host:0",
        "https://host:port",
        "https://user:pass@host",
        "https://me@host",
    ],
    *[
        "https://host?x=1",
        "https://host/#f",
        "https://host?",
        "https://host/#",
        "https://host/a b",
        "https://host\n",
        "https://hö.st",
    ],
    *["http s://host", " https://host", "https://host\r\nX: 1", "https://host/\x7f"],
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_server_urls_that_are_none(url: str) -> None:
    """A server_url that is no URL is refused at once, by the client and by a call."""
    with pytest.raises(ValueError, match=r"^server_url must be a URL such as"):
        EmissaryClient(CANARY, server_url=url)
    with pytest.raises(ValueError, match=r"^server_url must be a URL such as"):
        Call(server_url=url).start()


@pytest.mark.parametrize("url", ["https://xn--", "https://xn--a.example"])
def test_server_urls_whose_host_is_none(url: str) -> None:
    """A server_url whose host no HTTP library takes is refused with an error that names the argument."""
    with pytest.raises(ValueError, match=r"^server_url must be a URL such as"):
        Call(server_url=url).start()


@pytest.mark.parametrize("url", [3, b"https://host", ["https://host"], httpx.URL("https://host")], ids=repr)
def test_server_urls_of_the_wrong_type(url: Any) -> None:
    """A server_url is a str."""
    expected = f"server_url must be a str, not {type(url).__name__}"
    with pytest.raises(TypeError, match=expected):
        EmissaryClient(CANARY, server_url=url)
    with pytest.raises(TypeError, match=expected):
        Call(server_url=url).start()


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://host", "https://host/v1/"),
        ("https://host/", "https://host/v1/"),
        ("https://host//", "https://host/v1/"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765/v1/"),
        ("http://[::1]:8765/api/", "http://[::1]:8765/api/v1/"),
        ("https://host/a/b%20c/", "https://host/a/b%20c/v1/"),
    ],
)
def test_server_urls(url: str, start: str) -> None:
    """A server_url may have a path, and ends with one slash or none."""
    assert str(Call(server_url=url).request().url).startswith(start)
    assert str(Call(EmissaryClient(CANARY, server_url=url)).request().url).startswith(start)


def test_a_call_overrides_the_server() -> None:
    """A call's server_url is for that call alone."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(200, json=[])

    client = client_of(answer, server_url="https://one.example")
    for server_url in (None, "https://two.example", None):
        client.training_jobs.list(project_id="p", server_url=server_url)
    assert hosts == ["one.example", "two.example", "one.example"]
