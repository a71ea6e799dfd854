"""Each recipe runs on the emulator with its library."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from emissary_client_sdk import EmissaryClient, emulator

from ...support.serving import serving
from ..docs.pages import environment
from .programs import RECIPES, ROOT, current, pages, shown
from .tunnel import Tunnels, platform_over_tls

KEY = "the-key-of-these-recipes"


@pytest.fixture
def platform() -> Iterator[emulator.Server]:
    """Return an emulator on which a job takes a second, and a deployment no time."""
    with emulator.serve(api_key=KEY, job_seconds=1, deploy_seconds=0) as server:
        yield server


def variables(server_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a recipe's process."""
    return environment(EMISSARY_CLIENT_SERVER_URL=server_url, EMISSARY_CLIENT_API_KEY=KEY, **more)


def run(name: str, where: Path, settings: dict[str, str]) -> str:
    """Run a recipe in an empty directory and return its output."""
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


@contextmanager
def service(app: str, settings: dict[str, str], log: Path) -> Generator[httpx.Client, None, None]:
    """Run a recipe's web service; yield a client of it. It must stop cleanly."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--app-dir", str(RECIPES), "--port", str(port), f"{app}:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=log.parent, env=settings, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while b"startup complete" not in log.read_bytes():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser:
            yield browser
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert "Application shutdown complete" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_fastapi(platform: emulator.Server, tmp_path: Path) -> None:
    """The service starts a job, shows it, and returns errors as statuses."""
    with service("fastapi_service", variables(platform.url), tmp_path / "log") as browser:
        started = browser.post("/jobs", json={"dataset": "ds-reviews"})
        assert started.status_code == 201
        found = browser.get(f"/jobs/{started.json()['id']}")
        assert found.json()["id"] == started.json()["id"]
        assert browser.get("/jobs/no-such-job").status_code == 404
        assert browser.post("/jobs", json={}).status_code == 422
        platform.faults.add(operation="create", status=500)
        failed = browser.post("/jobs", json={"dataset": "ds-reviews"})
        assert (failed.status_code, failed.json()["may_have_been_processed"]) == (502, True)


def test_streaming_chat(platform: emulator.Server, tmp_path: Path) -> None:
    """The answer arrives in pieces; a refusal is a status."""
    platform.answers.set(text="Blue is a color.")
    with service("streaming_chat", variables(platform.url), tmp_path / "log") as browser:
        with browser.stream("POST", "/chat", json={"text": "Name a color."}) as response:
            pieces = [piece for piece in response.iter_text() if piece]
        assert "".join(pieces) == "Blue is a color."
        platform.faults.add(status=400)
        assert browser.post("/chat", json={"text": "Name a color."}).status_code == 502


def test_langchain(platform: emulator.Server, tmp_path: Path) -> None:
    """The schemas have the parameters of the operations, without the options of a call."""
    lines = run("langchain_tools", tmp_path, variables(platform.url)).splitlines()
    assert lines == [
        "list_projects []",
        "list_training_jobs ['project_id']",
        "retrieve_training_job ['project_id', 'training_job_id']",
        "0 jobs",
    ]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("openai_library", ["Blue is a color.", "2 vectors"]),
        ("litellm_chat", []),
        ("langchain_chat", ["Blue is a color."]),
        ("pydantic_ai_agent", []),
    ],
)
def test_clients_of_openai(platform: emulator.Server, name: str, more: list[str], tmp_path: Path) -> None:
    """Each library reaches the platform with the key in its header."""
    platform.answers.set(text="Blue is a color.")
    settings = variables(platform.url, LITELLM_LOCAL_MODEL_COST_MAP="True")
    assert run(name, tmp_path, settings).splitlines() == ["Blue is a color.", *more]


def test_data_frames(platform: emulator.Server, tmp_path: Path) -> None:
    """A DataFrame and a Dataset arrive as JSONL."""
    settings = variables(platform.url, HF_HOME=str(tmp_path), HF_HUB_OFFLINE="1")
    assert re.search(r"^Success \d+ points of loss$", run("data_frames", tmp_path, settings), re.MULTILINE)
    with EmissaryClient(server_url=platform.url, api_key=KEY) as client:
        (project,) = client.projects.list()
        datasets = client.datasets.list(project_id=project.id)
        links = [
            client.datasets.retrieve(project_id=project.id, dataset_id=each.id).dataset_download_url or ""
            for each in datasets
        ]
    records = [[json.loads(line) for line in httpx.get(link).text.splitlines()] for link in links]
    assert {each.name: len(rows) for each, rows in zip(datasets, records, strict=True)} == {"train": 40, "test": 40}
    assert {tuple(row) for rows in records for row in rows} == {("prompt", "completion")}


def test_mlflow(platform: emulator.Server, tmp_path: Path) -> None:
    """Each job is a run with its parameter, its losses and the results of its checkpoints."""
    store = f"sqlite:///{tmp_path}/runs.db"
    run("mlflow_tracking", tmp_path, variables(platform.url, MLFLOW_TRACKING_URI=store))
    program = (
        "import json, mlflow\n"
        "runs = mlflow.search_runs(experiment_names=['reviews'], output_format='list')\n"
        "print(json.dumps([[run.data.params, run.data.metrics, run.data.tags] for run in runs]))"
    )
    settings = environment(MLFLOW_TRACKING_URI=store)
    printed = subprocess.check_output([sys.executable, "-c", program], env=settings, text=True, timeout=120)
    runs = json.loads(printed.splitlines()[-1])
    assert {params["learning_rate"] for params, _, _ in runs} == {"0.0001", "0.001"}
    for _, metrics, tags in runs:
        assert {"loss", "test_accuracy", "test_loss"} <= set(metrics)
        assert tags["emissary.status"] == "Success"


def test_dask(platform: emulator.Server, tmp_path: Path) -> None:
    """Each learning rate is tried once, and the job with the best accuracy is deployed."""
    *_, last = run("dask_sweep", tmp_path, variables(platform.url)).splitlines()
    with EmissaryClient(server_url=platform.url, api_key=KEY) as client:
        jobs = client.training_jobs.list(project_id="demo")
        best = {
            job.id: client.training_jobs.best_checkpoint(
                project_id="demo", training_job_id=job.id, metric="accuracy"
            ).metrics["accuracy"]
            for job in jobs
        }
    assert [job.status for job in jobs] == ["Success"] * 4
    assert last.endswith(f"-best: Deployed, job {max(best, key=best.__getitem__)}")


def test_prefect(platform: emulator.Server, tmp_path: Path) -> None:
    """The flow lists the checkpoints; the task whose response is lost runs again and finds the job."""
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
    assert all(url.startswith(platform.url) for url in urls)
    assert jobs_of(platform, "demo") == ["Success"]


def test_opentelemetry(platform: emulator.Server, tmp_path: Path) -> None:
    """Each attempt has a span below the program's own."""
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
    """Each line is JSON with the order that it belongs to."""
    platform.faults.add(status=503, retry_after=0.01)
    lines = [json.loads(line) for line in run("json_logging", tmp_path, variables(platform.url)).splitlines()]
    assert {line["order"] for line in lines} == {"order-17"}
    words = [line["message"].split()[0] for line in lines]
    assert words == ["Request:", "Response:", "Retrying", "Request:", "Response:", "0"]


@pytest.mark.parametrize("by_environment", [False, True], ids=["its own client", "the environment"])
def test_network(by_environment: bool, tmp_path: Path) -> None:
    """The program reaches a platform with a custom certificate, through a proxy."""
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
    """The probe is not retried. The creation is, after lost responses too, and creates one job."""
    platform.faults.add(operation="list", status=503)
    platform.faults.add(operation="create", drop="after", times=2)
    out = run("retries_per_call", tmp_path, variables(platform.url))
    assert out.splitlines() == ["the platform is unavailable: APIServerError", "started: True", "jobs: 1"]


def test_testing(tmp_path: Path) -> None:
    """Its tests pass, with the fixtures of the plugin."""
    (tmp_path / "test_it.py").write_text((RECIPES / "testing_your_code.py").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "emissary_client_sdk.testing", "--rootdir=."]
    settings = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    ran = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_page_shows_its_program(page: Path) -> None:
    """A page is current: it shows the program that the tests run."""
    assert page.read_text(encoding="utf-8") == current(page)


def test_each_program_has_a_page_and_a_test() -> None:
    """Each is shown once, and the index lists its page."""
    programs = sorted(path.stem for path in RECIPES.glob("*.py"))
    assert sorted(name for page in pages() for name in shown(page)) == programs
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in programs if f'"{name}"' not in here and f"{name}.py" not in here] == []
    index = (RECIPES / "README.md").read_text(encoding="utf-8")
    assert all(f"]({page.name})" in index for page in pages())


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"], ["mypy", "--config-file="]],
    ids=["lint", "format", "types"],
)
def test_programs_are_clean(command: list[str], tmp_path: Path) -> None:
    """They are formatted, and a strict type checker accepts them as far as the libraries have types."""
    programs = sorted(str(path) for path in RECIPES.glob("*.py"))
    # Some libraries have no annotations, and distributed only some.
    lenient = ["--allow-untyped-calls", "--disable-error-code=import-untyped"]
    extra = ["--strict", *lenient, f"--cache-dir={tmp_path}"] if command[0] == "mypy" else []
    ran = subprocess.run(
        [sys.executable, "-m", *command, *extra, *programs],
        cwd=ROOT,
        env=environment(PATH=os.environ["PATH"]),
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
