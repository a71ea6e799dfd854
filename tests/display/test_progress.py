"""``wait(progress=True)``: a bar on a terminal and in a notebook, lines in a log."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from emissary_client_sdk import EmissaryClient, emulator, errors, models
from emissary_client_sdk._display import progress
from tests.support.answers import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

IDS: dict[str, Any] = {"project_id": "p", "training_job_id": "t"}
STATES: list[dict[str, Any]] = [
    {"status": "Pending"},
    {"status": "Running", "progress": 0},
    {"status": "Running", "progress": 40, "training_loss": [{"loss": 2.0}, {"loss": 1.25}, {}]},
    {"status": "Testing", "progress": 97, "training_loss": [{"loss": 0.00001234}]},
    {"status": "Success", "progress": 100, "training_loss": [{"loss": 0.5}]},
]
FAILED: list[dict[str, Any]] = [*STATES[:3], {"status": "Failed", "progress": 40}]


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def client(states: list[dict[str, Any]]) -> EmissaryClient:
    """Give a client of a platform whose job goes through these states and is gone then."""
    left = iter(states)

    def answer(_: httpx.Request) -> httpx.Response:
        state = next(left, None)
        return httpx.Response(404 if state is None else 200, json={"id": "t-1", "name": "support", **(state or {})})

    transport = httpx.MockTransport(answer)
    return EmissaryClient(
        api_key=KEY, client=httpx.Client(transport=transport), async_client=httpx.AsyncClient(transport=transport)
    )


def wait(stream: io.StringIO | None, states: list[dict[str, Any]], **arguments: Any) -> models.TrainingJobDetail:
    """Wait for a job with a bar on standard error."""
    settings: dict[str, Any] = {**IDS, "poll_interval_ms": 0.1, "progress": True, **arguments}
    with redirect_stderr(stream):
        return client(states).training_jobs.wait(**settings)


def drawn(stream: io.StringIO) -> list[str]:
    """Give what a terminal was shown, one after another."""
    return [part.strip() for part in stream.getvalue().replace("\n", "\r").split("\r") if part.strip()]


def test_a_terminal() -> None:
    """The bar shows name, status, percent and the latest loss, in one line that is ended in the end."""
    terminal = Terminal()
    assert wait(terminal, STATES).status == "Success"
    shown = drawn(terminal)
    assert shown[0].startswith("Waiting:   0%|")
    assert any(part.startswith("support Running:  40%|") and part.endswith(", loss 1.25") for part in shown)
    assert any(part.startswith("support Testing:  97%|") and part.endswith(", loss 1.234e-05") for part in shown)
    assert shown[-1].startswith("support Success: 100%|")
    assert shown[-1].endswith(", loss 0.5")
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().endswith("\n")


def test_a_failed_job() -> None:
    """The bar of a job that failed stays where it stood."""
    terminal = Terminal()
    with pytest.raises(errors.TrainingJobFailed):
        wait(terminal, FAILED)
    assert drawn(terminal)[-1].startswith("support Failed:  40%|")
    assert terminal.getvalue().endswith("\n")


def test_a_success_is_full() -> None:
    """A job that has succeeded is done even where its progress says less."""
    terminal = Terminal()
    wait(terminal, [{"status": "Success", "progress": 99}])
    assert drawn(terminal)[-1].startswith("support Success: 100%|")


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), RuntimeError("of the caller")])
def test_an_end_in_the_middle(trouble: BaseException) -> None:
    """Ctrl-C, and an error of the caller's own function, end the line too."""
    terminal = Terminal()

    def on_update(job: models.TrainingJobDetail) -> None:
        if job.progress == 40:
            raise trouble

    with pytest.raises(type(trouble)):
        wait(terminal, STATES, on_update=on_update)
    assert drawn(terminal)[-1].startswith("support Running:  40%|")
    assert terminal.getvalue().endswith("\n")


@pytest.mark.parametrize(("value", "percent"), [(250, "100%"), (-5, "0%"), (None, "0%")])
def test_an_odd_progress(value: int | None, percent: str) -> None:
    """A bar is never more than full, nor less than empty."""
    terminal = Terminal()
    wait(terminal, [{"status": "Cancelled", "progress": value}], raise_on_failure=False)
    assert f"support Cancelled: {percent:>4}|" in drawn(terminal)[-1]


def test_a_hostile_name() -> None:
    """A name cannot drive the terminal, nor be taken for the format of the bar."""
    terminal = Terminal()
    wait(terminal, [{"name": "\x1b[2J{bar}{0}%s\r\n" * 50, "status": "Success"}])
    assert "\x1b[2J" not in terminal.getvalue()
    assert drawn(terminal)[-1].startswith("�[2J{bar}{0}%s")


def test_no_status() -> None:
    """A job without a status has its name alone."""
    terminal = Terminal()
    wait(terminal, [{}, {"status": "Success"}])
    assert any(part.startswith("support:   0%|") for part in drawn(terminal))


def test_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook, whose standard error is no terminal, there is a bar too."""
    log = io.StringIO()
    ipython: Any = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=None)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    wait(log, STATES)
    assert drawn(log)[-1].startswith("support Success: 100%|")


def test_a_log() -> None:
    """A line for each status and none drawn over; quick progress goes without."""
    log = io.StringIO()
    wait(log, STATES)
    assert log.getvalue().splitlines() == [
        "support: Pending [0:00:00]",
        "support: Running 0% [0:00:00]",
        "support: Testing 97%, loss 1.234e-05 [0:00:00]",
        "support: Success 100%, loss 0.5 [0:00:00]",
    ]
    assert "\r" not in log.getvalue()


def test_a_log_that_is_cut_short() -> None:
    """How far the job was is told at an end that comes before the job's."""
    log = io.StringIO()
    with pytest.raises(errors.SDKError):
        wait(log, STATES[:3])
    assert log.getvalue().splitlines()[-1] == "support: Running 40%, loss 1.25 [0:00:00]"


def test_the_lines_of_hours() -> None:
    """Progress has a line every ten seconds at the most, a status at once, and a state that stays none."""
    now = 100.0
    stream = io.StringIO()
    lines = progress.Lines(stream, lambda: now)
    for moment, status, percent in [
        (100, "Running", 1),
        (105, "Running", 2),
        (109, "Running", 3),
        (111, "Running", 4),
        (112, "Testing", 4),
        (200, "Testing", 4),
        (3700, "Testing", 5),
        (3701, "Testing", 6),
    ]:
        now = moment
        lines.show(f"{status} {percent}", status, f"{status} {percent}")
    assert stream.getvalue().splitlines() == [
        *("Running 1 [0:00:00]", "Running 4 [0:00:11]", "Testing 4 [0:00:12]", "Testing 5 [1:00:00]"),
    ]
    lines.close()
    lines.close()
    assert stream.getvalue().splitlines()[4:] == ["Testing 6 [1:00:01]"]


def test_no_standard_error() -> None:
    """A program without standard error waits all the same."""
    assert wait(None, STATES).status == "Success"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_async(is_terminal: bool) -> None:
    """It works with ``wait_async`` and an ``on_update`` that is awaited."""
    stream = Terminal() if is_terminal else io.StringIO()
    seen: list[object] = []

    async def on_update(job: models.TrainingJobDetail) -> None:
        await anyio.lowlevel.checkpoint()
        seen.append(job.progress)

    async def main() -> models.TrainingJobDetail:
        async with client(STATES) as made:
            return await made.training_jobs.wait_async(**IDS, poll_interval_ms=0.1, progress=True, on_update=on_update)

    with redirect_stderr(stream):
        assert anyio.run(main).status == "Success"
    assert seen == [None, 0, 40, 97, 100]
    assert drawn(stream)[-1].replace(":", "").startswith("support Success")


@pytest.mark.parametrize("is_async", [False, True])
def test_the_bar_s_clock(monkeypatch: pytest.MonkeyPatch, is_async: bool) -> None:
    """The bar shows how the time passes, also while the job does not change."""
    now = [1000.0]

    def pass_time(seconds: float) -> None:
        now[0] += seconds

    async def pass_time_async(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("time.sleep", pass_time)
    monkeypatch.setattr("anyio.sleep", pass_time_async)
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    running = {"status": "Running", "progress": 40}
    settings: dict[str, Any] = {**IDS, "poll_interval_ms": 3_000, "progress": True}
    jobs = client([running, running, {"status": "Success"}]).training_jobs
    terminal = Terminal()
    with redirect_stderr(terminal):
        if is_async:
            anyio.run(lambda: jobs.wait_async(**settings))
        else:
            jobs.wait(**settings)
    clocks = [part.rpartition("| ")[2] for part in drawn(terminal) if part.startswith("support Running:  40%|")]
    assert clocks[:6] == ["00:00", "00:01", "00:02", "00:03", "00:04", "00:05"]


@pytest.mark.parametrize("is_async", [False, True])
def test_without_tqdm(monkeypatch: pytest.MonkeyPatch, is_async: bool) -> None:
    """It says what to install, before anything is sent, wherever its output would have gone."""
    log = io.StringIO()
    for name in ("tqdm", "tqdm.auto"):
        monkeypatch.setitem(sys.modules, name, None)
    jobs = client([]).training_jobs  # any request would be one too many

    async def main() -> None:
        await jobs.wait_async(**IDS, progress=True)

    no_tqdm = pytest.raises(ImportError, match=r'pip install "emissary-client-sdk\[progress\]"')
    with redirect_stderr(log), no_tqdm as raised:
        anyio.run(main) if is_async else jobs.wait(**IDS, progress=True)
    assert raised.value.__suppress_context__
    assert log.getvalue() == ""


def test_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ``progress=True`` nothing is shown and tqdm is not needed."""
    log = io.StringIO()
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    wait(log, STATES, progress=False)
    assert log.getvalue() == ""


@pytest.fixture
def quick_platform() -> Iterator[emulator.Server]:
    """Give a platform whose jobs take no time."""
    with emulator.serve(api_key=KEY, job_seconds=0.3) as server:
        yield server


def test_the_platform(quick_platform: emulator.Server) -> None:
    """The bar of a real job ends full."""
    terminal = Terminal()
    with redirect_stderr(terminal), EmissaryClient(api_key=KEY, server_url=quick_platform.url) as made:
        body: models.CreateTrainingJobRequestBodyTypedDict = {
            "base_model": "llama",
            "train_dataset_id": "d",
            "name": "support",
        }
        job = made.training_jobs.create(project_id="p", request_body=body)
        made.training_jobs.wait(project_id="p", training_job_id=job.id or "", poll_interval_ms=20, progress=True)
    assert drawn(terminal)[-1].startswith("support Success: 100%|")
