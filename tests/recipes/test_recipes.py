"""Each recipe runs on the emulator, with the library that it is about."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from emissary_client_sdk import EmissaryClient, emulator

from ..docs.pages import environment
from ..support.serving import serving
from .programs import NEED_A_LIBRARY, RECIPES, ROOT, as_it_should_be, pages, shown
from .tunnel import Tunnels, platform_over_tls

KEY = "the-key-of-these-recipes"


@pytest.fixture
def platform() -> Iterator[emulator.Server]:
    """Give an emulator on which a job takes a second."""
    with emulator.serve(api_key=KEY, job_seconds=1) as server:
        yield server


def variables(server_url: str, **more: str) -> dict[str, str]:
    """Give the environment of a recipe's process."""
    return environment(EMISSARY_CLIENT_SERVER_URL=server_url, EMISSARY_CLIENT_API_KEY=KEY, **more)


def run(name: str, where: Path, settings: dict[str, str]) -> str:
    """Run a recipe to its end, in an empty directory; give its output."""
    ran = subprocess.run(
        [sys.executable, str(RECIPES / f"{name}.py")],
        cwd=where,
        env=settings,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert KEY not in ran.stdout + ran.stderr
    return ran.stdout


def jobs_of(server: emulator.Server, project: str) -> list[str | None]:
    """List the statuses of a project's jobs."""
    with EmissaryClient(server_url=server.url, api_key=KEY) as client:
        return [job.status for job in client.training_jobs.list(project_id=project)]


def test_fastapi(platform: emulator.Server, tmp_path: Path) -> None:
    """The service starts a job, shows it, and passes on what goes wrong; then it stops cleanly."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    with log.open("wb") as output:
        service = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "--app-dir", str(RECIPES), "--port", str(port), "fastapi_service:app"],
            cwd=tmp_path,
            env=variables(platform.url),
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + 60
        while b"startup complete" not in log.read_bytes():
            assert service.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser:
            started = browser.post("/jobs", json={"dataset": "ds-reviews"})
            assert started.status_code == 201
            found = browser.get(f"/jobs/{started.json()['id']}")
            assert found.json()["id"] == started.json()["id"]
            assert browser.get("/jobs/no-such-job").status_code == 404
            assert browser.post("/jobs", json={}).status_code == 422
            platform.faults.add(operation="create", status=500)
            failed = browser.post("/jobs", json={"dataset": "ds-reviews"})
            assert (failed.status_code, failed.json()["may_have_been_processed"]) == (502, True)
    finally:
        service.terminate()
        service.wait(timeout=30)
    assert "Application shutdown complete" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_dask(platform: emulator.Server, tmp_path: Path) -> None:
    """Two workers train with each learning rate once, and the best is shown."""
    lines = run("dask_sweep", tmp_path, variables(platform.url)).splitlines()
    losses = {found[1]: float(found[2]) for line in lines if (found := re.fullmatch(r"rate (\S+): loss (\S+)", line))}
    assert set(losses) == {"1e-05", "5e-05", "0.0001", "0.0005"}
    assert lines[-1] == f"best: {min(losses, key=losses.__getitem__)}"
    assert jobs_of(platform, "demo") == ["Success"] * 4


def test_prefect(platform: emulator.Server, tmp_path: Path) -> None:
    """The flow lists the checkpoints; the task whose answer is lost runs again and gives the job there is."""
    platform.faults.add(operation="create", drop="after")
    settings = variables(
        platform.url,
        PREFECT_HOME=str(tmp_path / "prefect"),
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
        DO_NOT_TRACK="1",
    )
    urls = run("prefect_flow", tmp_path, settings).splitlines()
    assert urls
    assert all(url.startswith("s3://") for url in urls)
    assert jobs_of(platform, "demo") == ["Success"]


def test_opentelemetry(platform: emulator.Server, tmp_path: Path) -> None:
    """Each attempt has a span within the program's own."""
    platform.faults.add(operation="create", status=503, retry_after=0.01)
    text = run("opentelemetry_tracing", tmp_path, variables(platform.url))
    spans: list[dict[str, Any]] = []
    decoder = json.JSONDecoder()
    while text:
        span, end = decoder.raw_decode(text)
        spans.append(span)
        text = text[end:].lstrip()
    *requests, whole = spans
    assert [span["name"] for span in spans] == ["POST", "POST", "GET", "fine-tune"]
    assert {span["parent_id"] for span in requests} == {whole["context"]["span_id"]}
    assert {span["context"]["trace_id"] for span in spans} == {whole["context"]["trace_id"]}
    assert [span["attributes"]["http.status_code"] for span in requests] == [503, 201, 200]
    assert requests[-1]["attributes"]["http.url"].endswith(whole["attributes"]["emissary.training_job.id"])


def test_logging(platform: emulator.Server, tmp_path: Path) -> None:
    """Each line is JSON with the order that it is for."""
    platform.faults.add(status=503, retry_after=0.01)
    lines = [json.loads(line) for line in run("json_logging", tmp_path, variables(platform.url)).splitlines()]
    assert {line["order"] for line in lines} == {"order-17"}
    words = [line["message"].split()[0] for line in lines]
    assert words == ["Request:", "Response:", "Retrying", "Request:", "Response:", "0"]


@pytest.mark.parametrize("by_environment", [False, True], ids=["its own client", "the environment"])
def test_network(by_environment: bool, tmp_path: Path) -> None:
    """The program reaches a platform whose certificate a company signed, through a proxy."""
    authority = trustme.CA()
    ca, certificate = tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(ca)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    with platform_over_tls(certificate, KEY) as url, serving(Tunnels()) as proxy:
        if by_environment:
            settings = variables(url, HTTPS_PROXY=proxy.url, SSL_CERT_FILE=str(ca))
            program = (
                "from emissary_client_sdk import EmissaryClient\n"
                "with EmissaryClient() as client: print(len(client.training_jobs.list(project_id='p')), 'jobs')"
            )
            out = subprocess.check_output([sys.executable, "-c", program], env=settings, text=True, timeout=60)
        else:
            out = run("company_network", tmp_path, variables(url, COMPANY_CA=str(ca), COMPANY_PROXY=proxy.url))
        assert out == "0 jobs\n"
        assert proxy.seen == [url.removeprefix("https://")]


def test_retries(platform: emulator.Server, tmp_path: Path) -> None:
    """The probe is not repeated; the creation is, after a lost answer too, and makes one job."""
    platform.faults.add(operation="list", status=503)
    platform.faults.add(operation="create", drop="after", times=2)
    out = run("retries_per_call", tmp_path, variables(platform.url))
    assert out.splitlines() == ["the platform is not well: SDKError", "started: True", "jobs: 1"]


def test_testing(tmp_path: Path) -> None:
    """Its tests pass, with the fixtures of the plugin."""
    (tmp_path / "test_it.py").write_text((RECIPES / "testing_your_code.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "emissary_client_sdk.testing", "--rootdir=."]
    settings = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    ran = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_page_shows_its_program_as_it_is(page: Path) -> None:
    """So that what is read is what was tested."""
    assert page.read_text(encoding="utf-8") == as_it_should_be(page)


def test_each_program_has_its_page() -> None:
    """Each is shown once, and has a test here."""
    programs = sorted(path.stem for path in RECIPES.glob("*.py"))
    assert sorted(name for page in pages() for name in shown(page)) == programs
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(name in here for name in programs if name not in NEED_A_LIBRARY or f'run("{name}"' in here)
    index = (RECIPES / "README.md").read_text(encoding="utf-8")
    assert all(f"]({page.name})" in index for page in pages())


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"], ["mypy", "--config-file="]],
    ids=["lint", "format", "types"],
)
def test_the_programs_are_clean(command: list[str], tmp_path: Path) -> None:
    """They are formatted, and a strict type checker accepts them with the libraries' own types."""
    programs = sorted(str(path) for path in RECIPES.glob("*.py"))
    # distributed has annotations for some of its functions only.
    extra = ["--strict", "--allow-untyped-calls", f"--cache-dir={tmp_path}"] if command[0] == "mypy" else []
    ran = subprocess.run(
        [sys.executable, "-m", *command, *extra, *programs],
        cwd=ROOT,
        env=environment(PATH=os.environ["PATH"]),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
