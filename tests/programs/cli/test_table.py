"""Tables and times."""

from __future__ import annotations

import shutil
import sys
import time
from operator import itemgetter
from os import terminal_size

import pytest

from emissary_client_sdk import models
from emissary_client_sdk.cli.output import age, local_time
from emissary_client_sdk.cli.table import color_of, write_table

ROW: dict[str, object] = {
    "ID": "tr-" + "0" * 36,
    "STATUS": models.TrainingJobStatus.SUCCESS,
    "NAME": "a name of 22 letters..",
    "BASE MODEL": "模型" * 12,
}


def table(
    columns: int | None, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], row: dict[str, object] = ROW
) -> list[str]:
    """Return the lines of the table on a terminal of this width, or in a pipe."""
    patch.setattr(sys.stdout, "isatty", lambda: columns is not None)
    patch.setattr(shutil, "get_terminal_size", lambda: terminal_size((columns or 0, 24)))
    write_table([row], {name: itemgetter(name) for name in row}, "")
    return capsys.readouterr().out.replace("\x1b[32m", "").replace("\x1b[0m", "").splitlines()


def test_narrow_terminal_keeps_every_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id is cut; the names are folded, down to ten characters; a pipe has whole lines."""
    head, first, second, *more = table(60, monkeypatch, capsys)
    assert head.split() == ["ID", "STATUS", "NAME", "BASE", "MODEL"]
    assert first.split()[:2] == ["tr-00000000000…", "Success"]
    assert "".join([first, second, *more]).count("模型") == 12
    assert "".join(first.split()[2:-1]) + second.split()[0] == str(ROW["NAME"]).replace(" ", "")
    assert table(10, monkeypatch, capsys)[1].startswith("tr-000000…  Success  a name of")
    wide = table(200, monkeypatch, capsys)
    assert wide == table(None, monkeypatch, capsys)
    assert wide[1].split()[0] == ROW["ID"]


def test_narrow_terminal_cuts_the_project(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The name stays whole, because the ids are longer."""
    row: dict[str, object] = {"ID": ROW["ID"], "PROJECT": "ms-" + "0" * 36, "NAME": "reviews"}
    assert table(40, monkeypatch, capsys, row)[1].split() == ["tr-0000000000…", "ms-00000000000…", "reviews"]


def test_color_of_a_status() -> None:
    """It follows from the properties of the status; an unknown one has none, and neither has a text."""
    statuses = {"Success": "green", "Failed": "red", "Running": "yellow", "Paused": None}
    assert {status: color_of(models.TrainingJobStatus(status)) for status in statuses} == statuses
    assert color_of(models.EngineStatus.INACTIVE) == "magenta"
    assert color_of("Success") is None


@pytest.mark.parametrize(
    ("seconds", "shown"), [(5, "5 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d"), (-5, "0 s"), (-1e18, "")]
)
def test_age(monkeypatch: pytest.MonkeyPatch, seconds: float, shown: str) -> None:
    """An age has its largest unit; one in the far future is not shown."""
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)
    assert (age(1_800_000_000 - seconds), age(None)) == (shown, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no tzset")
def test_times_show_their_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zone is UTC or an offset."""
    with monkeypatch.context() as patch:
        for zone, shown in {"UTC0": "07:43:08 UTC", "XYZ-5:30": "13:13:08 +05:30"}.items():
            patch.setenv("TZ", zone)
            time.tzset()
            assert local_time(1795506188) == f"2026-11-24 {shown}"
    time.tzset()
