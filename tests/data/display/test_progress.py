"""Progress: a bar on a terminal, a widget or lines in a notebook, lines in a log."""

from __future__ import annotations

import fcntl
import io
import os
import struct
import sys
import termios
from contextlib import AbstractContextManager, redirect_stderr, redirect_stdout
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import tqdm.notebook

from emissary_client_sdk import models
from emissary_client_sdk._display import progress

STATES: list[dict[str, Any]] = [
    {"status": "Pending"},
    {"status": "Running", "progress": 0},
    {"status": "Running", "progress": 40, "training_loss": [{"loss": 2.0}, {"loss": 1.25}, {}]},
    {"status": "Testing", "progress": 97, "training_loss": [{"loss": 0.00001234}]},
    {"status": "Success", "progress": 99, "training_loss": [{"loss": 0.5}]},
]
LINES = [
    "support: Pending [0:00:00]",
    "support: Running 0% [0:00:00]",
    "support: Testing 97%, loss 1.234e-05 [0:00:00]",
    "support: Success 99%, loss 0.5 [0:00:00]",
]


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def job(**values: Any) -> models.TrainingJobDetail:
    """Return a validated job."""
    return models.TrainingJobDetail.model_validate({"id": "t-1", "name": "support", **values})


def show(stream: io.StringIO | None, states: list[Any]) -> None:
    """Report states with standard error on a stream."""
    with redirect_stderr(stream), progress.report_progress(True, None) as (update, _):
        assert update is not None
        for state in states:
            update(state)


def drawn(stream: io.StringIO) -> list[str]:
    """Return the states that a terminal showed, in order."""
    return [part.strip() for part in stream.getvalue().replace("\n", "\r").split("\r") if part.strip()]


def test_bar_of_a_training_job() -> None:
    """The bar shows name, status, percent and loss on one line, and is full after success."""
    terminal = Terminal()
    show(terminal, [job(**state) for state in STATES])
    shown = drawn(terminal)
    assert shown[0] == "Waiting: 00:00"
    assert "support Pending: 00:00" in shown
    assert any(part.startswith("support Running:  40%|") and part.endswith(", loss 1.25") for part in shown)
    assert any(part.startswith("support Testing:  97%|") and part.endswith(", loss 1.234e-05") for part in shown)
    assert shown[-1].startswith("support Success: 100%|")
    assert shown[-1].endswith(", loss 0.5")
    assert terminal.getvalue().count("\n") == 1
    assert terminal.getvalue().endswith("\n")


def test_resource_without_progress_has_no_bar() -> None:
    """A deployment and an engine show their status and the time."""
    terminal = Terminal()
    deployment = models.DeploymentSummary(id="dp-1", status=models.DeploymentStatus.DEPLOYING)
    engine = models.InferenceEngineSummary(id="engine-1", status=models.EngineStatus.ACTIVE)
    show(terminal, [deployment, engine, models.DeploymentSummary(id="dp-2")])
    shown = dict.fromkeys(part.removesuffix(": 00:00") for part in drawn(terminal))
    assert list(shown) == ["Waiting", "dp-1 Deploying", "engine-1 Active", "dp-2"]


def test_interrupt_ends_the_line() -> None:
    """Ctrl-C leaves the bar where it was; a name cannot control the terminal, and is not read as a format."""
    terminal = Terminal()

    def interrupted() -> None:
        with progress.report_progress(True, None) as (update, _):
            assert update is not None
            update(job(name="\x1b[2J{bar}{0}%s\r\n" * 50, status="Running", progress=40))
            raise KeyboardInterrupt

    with redirect_stderr(terminal), pytest.raises(KeyboardInterrupt):
        interrupted()
    assert drawn(terminal)[-1].startswith("�[2J{bar}{0}%s")
    assert "… Running:  40%|" in drawn(terminal)[-1]
    assert "\x1b[2J" not in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")


def test_tick_shows_the_elapsed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick redraws the bar while the job does not change."""
    now = 1000.0
    monkeypatch.setattr("tqdm.std.time", lambda: now)
    terminal = Terminal()
    with redirect_stderr(terminal), progress.report_progress(True, None) as (_, tick):
        assert tick is not None
        for _second in range(3):
            now += 1
            tick()
    assert drawn(terminal)[-2:] == ["Waiting: 00:03", "Waiting: 00:03"]


def test_log() -> None:
    """A log has a line for each status, and ends with the last state; a program may have no standard error."""
    states = [job(**state) for state in STATES]
    log = io.StringIO()
    show(log, states)
    assert log.getvalue().splitlines() == LINES
    show(log, states[:3])
    assert log.getvalue().splitlines()[-1] == "support: Running 40%, loss 1.25 [0:00:00]"
    show(None, states)


def test_log_of_hours_stays_short() -> None:
    """A new status is written at once, progress every ten seconds, an unchanged state never."""
    now = 100.0
    stream = io.StringIO()
    with redirect_stderr(stream):
        lines = progress.Lines(lambda: now)
    states = ("Running 1", "Running 2", "Running 3", "Running 4", "Testing 4", "Testing 4", "Testing 5", "Testing 6")
    for now, state in zip((100.0, 105.0, 109.0, 111.0, 112.0, 200.0, 3700.0, 3701.0), states, strict=True):  # noqa: B007
        lines.show(state, state.split()[0], state)
    expected = ["Running 1 [0:00:00]", "Running 4 [0:00:11]", "Testing 4 [0:00:12]", "Testing 5 [1:00:00]"]
    assert stream.getvalue().splitlines() == expected
    lines.close()
    lines.close()
    assert stream.getvalue().splitlines() == [*expected, "Testing 6 [1:00:01]"]


@pytest.mark.parametrize(("lines", "has_bar"), [(0, False), (24, True)])
def test_pseudo_terminal(lines: int, has_bar: bool) -> None:
    """A terminal without a size, on which tqdm would show nothing, is treated like a log."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, 80 if lines else 0, 0, 0))
    terminal = os.fdopen(slave, "w", encoding="utf-8")
    with terminal, redirect_stderr(terminal), progress.count_progress(True, "texts", 4) as meter:
        assert meter is not None
        meter.update(4)
        meter.refresh()
        shown = os.read(master, 10_000).decode()
    os.close(master)
    assert ("\rtexts: " in shown) is has_bar
    assert ("texts: 4 of 4 (100%) [" in shown) is not has_bar


@pytest.mark.parametrize("widgets", [None, object])
def test_notebook(monkeypatch: pytest.MonkeyPatch, widgets: object) -> None:
    """A notebook shows tqdm's widget; without ipywidgets, lines on standard output."""
    ipython: Any = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=None)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(tqdm.notebook, "IProgress", widgets, raising=False)
    monkeypatch.setattr(tqdm.notebook, "tqdm", tqdm.tqdm)
    output, log = io.StringIO(), io.StringIO()
    with redirect_stdout(output):
        show(log, [job(**state) for state in STATES])
    if widgets is None:
        assert (output.getvalue().splitlines(), log.getvalue()) == (LINES, "")
    else:
        assert drawn(log)[-1].startswith("support Success: 100%|")


def test_on_update_is_called_and_its_result_returned() -> None:
    """A coroutine of the caller's function reaches the caller, which awaits it."""
    with redirect_stderr(io.StringIO()), progress.report_progress(True, lambda model: model.id) as (update, tick):
        assert update is not None
        assert update(job()) == "t-1"
        assert tick is None


def entered(kind: str, enabled: bool = True, total: int | None = 4) -> AbstractContextManager[Any]:
    """Return one of the context managers."""
    if kind == "report":
        return progress.report_progress(enabled, print)
    return progress.count_progress(enabled, "a\x1bb", total, unit="B" if kind == "bytes" else "it")


@pytest.mark.parametrize(("kind", "expected"), [("report", (print, None)), ("bytes", None), ("count", None)])
def test_nothing_is_shown_or_needed_without_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str, expected: object
) -> None:
    """Without ``progress=True`` tqdm need not be installed."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with entered(kind, enabled=False) as meter:
        assert meter == expected
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("kind", ["report", "bytes", "count"])
def test_missing_tqdm(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The error shows what to install, wherever the output would go."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    message = (
        'progress=True needs tqdm; install the extra "progress": pip install ".[progress]" in a copy of the repository'
    )
    with redirect_stderr(io.StringIO()), pytest.raises(ImportError) as raised, entered(kind):
        pass
    assert str(raised.value) == message
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("kind", "total", "expected"),
    [
        ("bytes", 2_000_000, ("2.0 kB of 2.0 MB (0%)", "2.0 MB of 2.0 MB (100%)")),
        ("bytes", None, ("2.0 kB", "2.0 MB")),
        ("count", 2_000_000, ("2,000 of 2,000,000 (0%)", "2,000,000 of 2,000,000 (100%)")),
    ],
)
def test_meter_in_a_log(kind: str, total: int | None, expected: tuple[str, ...]) -> None:
    """A log shows the amount and the total."""
    log = io.StringIO()
    with redirect_stderr(log), entered(kind, total=total) as meter:
        meter.n = meter.initial = 1_000
        meter.update(1_000)
        meter.update(1_998_000)
        meter.refresh()
    assert log.getvalue().splitlines() == [f"a�b: {part} [0:00:00]" for part in expected]


@pytest.mark.parametrize(("kind", "amount"), [("bytes", "4.00/4.00 ["), ("count", "4/4 [")])
def test_meter_on_a_terminal(kind: str, amount: str) -> None:
    """A terminal shows a bar; the total may become known later."""
    terminal = Terminal()
    with redirect_stderr(terminal), entered(kind, total=None) as meter:
        meter.total = 4
        meter.refresh()
        meter.update(4)
    assert drawn(terminal)[-1].startswith("a�b: 100%|")
    assert amount in drawn(terminal)[-1]
