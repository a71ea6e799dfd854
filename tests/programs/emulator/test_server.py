"""Starting and stopping the server, its log, and the program ``python -m emissary_client_sdk.emulator``."""

import gc
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from emissary_client_sdk import emulator
from emissary_client_sdk.emulator.__main__ import main
from emissary_client_sdk.emulator.runner import Runner, running

from ...support.rawserver import PATIENCE
from .conftest import DATASETS, JOB, JOBS, Api, exchange

KEY = {"X-API-Key": "key"}
LOG = "emissary_client_sdk.emulator"
# The package under test, wherever the process starts.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(emulator.__file__).parents[2])}


def start(*arguments: str) -> tuple[subprocess.Popen[str], str, str]:
    """Start the program; return its process, its first lines and its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", LOG, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    banner = "".join(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
    return process, banner, re.findall(r"http://\S+", banner)[0]


def connect(server: emulator.Server, *headers: str) -> socket.socket:
    """Send a request without reading the response; return the connection."""
    plain = socket.create_connection(("127.0.0.1", server.port))
    lines = (f"GET {JOBS} HTTP/1.1", "Host: x", "X-API-Key: k", *headers, "", "")
    plain.sendall("\r\n".join(lines).encode())
    return plain


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in an interpreter of its own."""
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def threads() -> set[str]:
    """Return the names of the living threads."""
    return {thread.name for thread in threading.enumerate()}


def test_package_is_light() -> None:
    """Its public names import neither Starlette nor uvicorn; calling them does."""
    ran = run(
        "import sys\n"
        "from emissary_client_sdk import emulator\n"
        "assert all(getattr(emulator, name) for name in emulator.__all__)\n"
        "assert not {'starlette', 'uvicorn', 'emissary_client_sdk._datafiles'} & set(sys.modules)\n"
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("module", ["starlette", "uvicorn", "python_multipart"])
def test_missing_extra_is_named(module: str) -> None:
    """The message names the library and the extra."""
    ran = run(f"import sys; sys.modules[{module!r}] = None; from {LOG} import serve; serve().__enter__()")
    last = ran.stderr.splitlines()[-1]
    assert last.startswith(f'ModuleNotFoundError: the emulator needs {module}; install the extra "emulator"')


def test_server_stops_without_a_trace() -> None:
    """Even with an idle connection, no thread, listening port or resource is left."""
    before = threads()
    with httpx.Client(headers=KEY) as client:
        with emulator.serve() as server:
            assert repr(server) == f"<Server http://127.0.0.1:{server.port}>"
            assert client.get(server.url + JOBS).status_code == 200
            assert "emissary-emulator" in threads()
        assert threads() == before
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.url + JOBS)
    gc.collect()  # a ResourceWarning would fail the test


def test_server_stops_when_its_block_raises() -> None:
    """The exception propagates."""
    before = threads()
    with pytest.raises(KeyError, match="mine"), emulator.serve():
        raise KeyError("mine")
    assert threads() == before


def test_server_stops_while_responses_are_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    """It waits neither for a client that does not read nor for a late response, and logs no traceback."""
    with emulator.serve() as server:
        late = connect(server, "X-Emulator-Fault: latency=600")
        server.faults.add(status=200, body="x" * 20_000_000)
        unread = connect(server)
        assert unread.recv(12) == b"HTTP/1.1 200"
        httpx.get(server.url + JOBS, headers=KEY)
    assert late.recv(100) == b""
    late.close()
    unread.close()
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize(
    ("host", "shown"),
    [("localhost", "localhost"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")],  # noqa: S104  # intended
)
def test_url_can_be_connected_to(host: str, shown: str) -> None:
    """Whatever address the server listens on."""
    if ":" in host and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with emulator.serve(host=host, job_seconds=0) as server:
        assert server.url == f"http://{shown}:{server.port}"
        response = httpx.post(server.url + JOBS, json=JOB, headers=KEY)
    assert response.json()["status"] == "Success"


def test_port_in_use_is_an_oserror() -> None:
    """The database that was opened before is closed."""
    with emulator.serve() as server, pytest.raises(OSError, match="in use"):
        emulator.serve(port=server.port).__enter__()
    gc.collect()


def test_error_of_the_thread_is_raised() -> None:
    """In the caller's thread if the server cannot start, in its own once it has started."""

    async def unused(_scope: Any, _receive: Any, _send: Any) -> None: ...

    class Failing(Runner):
        async def main_loop(self) -> None:
            raise ZeroDivisionError

    before = threads()
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(ZeroDivisionError):
        Failing(unused).run_until_stopped(listener)
    with pytest.raises((OSError, ValueError)), running(unused, listener):
        pass
    assert threads() == before


def test_lifespan_closes_the_application() -> None:
    """A server that sends lifespan events need not call close()."""
    app = emulator.create_app()
    sent = exchange(app, [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}], type="lifespan")
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    with pytest.raises(Exception, match="closed database"):
        app.reset()


def test_reset_empties_everything(api: Api) -> None:
    """Objects of every project, faults and answers."""
    api.post(JOBS, JOB)
    api.engine()
    api.app.faults.add(status=500, times=None)
    api.app.answers.set(model="mine", text="x")
    api.app.reset()
    assert api.get("/v1/projects") == api.get(JOBS) == api.get("/v1/engines") == []
    assert "mine" in api.error(404, "POST", "/v1/completions", {"model": "mine", "prompt": "x"})


def test_bytes_that_are_not_http(platform: emulator.Server) -> None:
    """The server responds with a 400 and continues."""
    with socket.create_connection(("127.0.0.1", platform.port)) as plain:
        plain.sendall(b"hello\r\n\r\n")
        assert plain.recv(100).startswith(b"HTTP/1.1 400 ")
    assert httpx.get(platform.url + JOBS, headers=KEY).json() == []


@pytest.mark.parametrize("path", [JOBS, DATASETS])
def test_client_that_disconnects_within_a_body(api: Api, path: str) -> None:
    """Half of a body creates nothing and is not an error."""
    half = {"type": "http.request", "body": b'{"base', "more_body": True}
    headers = [(b"x-api-key", b"key"), (b"content-type", b"multipart/form-data; boundary=b")]
    sent = exchange(api.app, [half, {"type": "http.disconnect"}], method="POST", path=path, headers=headers)
    assert sent[0]["status"] == 400
    assert api.get(JOBS) == []


def test_log_has_a_line_for_each_request(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Method, path, status and time; never the key."""
    with caplog.at_level(logging.INFO, LOG):
        api.get("/v1/projects/a%2Fb/training-jobs?x=1", headers={"X-API-Key": "s3cret"})
        api.error(401, "GET", JOBS, headers={"X-API-Key": ""})
    first, second = (record.getMessage() for record in caplog.records if record.name == LOG)
    assert re.fullmatch(r"GET /v1/projects/a%2Fb/training-jobs 200 [\d.]+ ms", first)
    assert second.startswith(f"GET {JOBS} 401 ")
    assert "s3cret" not in caplog.text


def test_program_serves_until_it_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints what it is, logs each request, exits with 0, and keeps its data for the next run."""
    monkeypatch.chdir(tmp_path)
    process, banner, url = start("--job-seconds", "0", "--deploy-seconds", "0")
    assert "Nothing is trained here." in banner
    assert "a job takes 0 s, a deployment 0 s" in banner
    assert str(tmp_path / "jobs.sqlite") in banner
    job = httpx.post(url + JOBS, json=JOB, headers=KEY).json()
    assert job["status"] == "Success"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (0, "")
    assert re.fullmatch(rf"\S+ \S+ POST {JOBS} 201 [\d.]+ ms\n", err)

    process, banner, url = start("--api-key", "only-this", "--strict")
    assert "only-this" not in banner
    assert httpx.get(url + JOBS, headers=KEY).status_code == 401
    key = {"X-API-Key": "only-this"}
    assert httpx.get(url + JOBS, headers=key).json() == [job]
    assert httpx.get(url + "/v1/projects/other/training-jobs", headers=key).status_code == 404
    process.terminate()
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--job-seconds", "-1"], "job_seconds must be"),
        (["--deploy-seconds", "nan"], "deploy_seconds must be a number of seconds, zero or more, not nan"),
        (["--deploy-seconds", "inf"], "deploy_seconds must be"),
        (["--api-key", ""], "api_key must not be empty"),
        (["--port", "65536"], "port must be from 0 to 65535, not 65536"),
        (["--host", "no such host"], "cannot listen on no such host, port 0: "),
        (["--database", "notes.txt"], "cannot use 'notes.txt' as a database: "),
        ([], None),
    ],
)
def test_program_restores_signal_handlers_and_the_logger(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    reason: str | None,
) -> None:
    """Stopped by a signal, or after it refused settings with one line and the exit code 2."""

    def state() -> list[object]:
        log = logging.getLogger(LOG)
        handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        return [*handlers, log.level, log.propagate, list(log.handlers)]

    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("not a database\n" * 100)
    before = state()
    if reason is None:
        threading.Timer(0.3, signal.raise_signal, [signal.SIGTERM]).start()
    assert main(["--port", "0", *arguments]) == (2 if reason else 0)
    assert state() == before
    if reason:
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert err.startswith(f"emissary emulator: {reason}")


WORDS = "emulator.serve create_app Fault X-Emulator-Fault emulator_outcome learn answers.set"


@pytest.mark.parametrize("word", WORDS.split())
def test_documentation_names_the_settings(word: str) -> None:
    """A reader of help(emulator) finds every feature."""
    assert word in (emulator.__doc__ or "")
