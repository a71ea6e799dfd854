"""The list that operations return."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import emissary_client_sdk
from emissary_client_sdk import models
from emissary_client_sdk._display import page, terminal
from emissary_client_sdk.types.resultlist import ResultList

from .markup import html_of, words

JOBS = ResultList(
    [
        models.TrainingJobSummary(id="t-1", name="first", status=models.TrainingJobStatus.RUNNING, progress=45),
        models.TrainingJobSummary(id="t-2"),
        models.TrainingJobDetail(id="t-3", training_loss=[models.TrainingLoss(loss=0.5)]),
    ]
)
TABLE = """\
name   id   status   progress  loss
first  t-1  Running  45%
t-2
t-3                            0.5"""
SOURCE = str(Path(next(iter(emissary_client_sdk.__path__))).parent)


def test_it_is_a_list() -> None:
    """Equality, serialization, copies and ``repr`` are those of a plain list."""
    plain = list(JOBS)
    assert plain == JOBS
    assert repr(JOBS) == repr(plain)
    assert json.dumps(ResultList([1, 2])) == "[1, 2]"
    for other in (pickle.loads(pickle.dumps(JOBS)), copy.copy(JOBS), copy.deepcopy(JOBS)):  # noqa: S301  # our own
        assert other == JOBS
        assert type(other) is ResultList
    assert type(JOBS + plain) is list


def test_slice_displays_itself_too() -> None:
    """An index returns an item and a slice returns a ``ResultList``."""
    assert JOBS[0].id == "t-1"
    assert type(JOBS[1:]) is ResultList
    assert str(JOBS[1:2]) == "name\nt-2"


def test_table() -> None:
    """A table has a row per model and a column for each field with a value."""
    assert str(JOBS) == TABLE
    assert words(html_of(JOBS)) == [
        "name",
        "status",
        "progress",
        "loss",
        "first",
        "t-1",
        "●",
        "Running",
        "45%",
        "t-2",
        "t-3",
        "0.5",
    ]


@pytest.mark.parametrize("items", [[], [1], [*JOBS, 1], [models.TrainingLoss(loss=1)]])
def test_list_of_anything_else_has_no_table(items: list[Any]) -> None:
    """A list that is empty or that contains anything but displayed models is shown as a plain list."""
    assert html_of(ResultList(items)) is None
    assert str(ResultList(items)) == repr(items)


def test_checkpoints_have_a_column_per_metric() -> None:
    """The test results of all checkpoints share the columns; a metric may have the name of a field."""
    results: list[dict[str, Any]] = [{"f1": 0.7, "loss": "0.1"}, {"accuracy": 1}, {}]
    checkpoints = [
        models.TrainingJobCheckpoint.model_validate(
            {"checkpoint": number, "test_results": {"aggregated_test_result": result}}
        )
        for number, result in enumerate(results)
    ]
    assert terminal.list_text(checkpoints) == "\n".join(
        ["checkpoint  f1   loss  accuracy", "0           0.7  0.1", "1                      1", "2"]
    )


def test_classifications_show_their_best_label() -> None:
    """Results of a batch show the best label of each text, and the error of a text that failed."""
    answer = models.GetClassificationFromDeploymentResponseBody.model_validate
    scores: list[Any] = [{"probs": {"good": 0.25, "bad": 0.5}}, {"logits": 2.5}, {"probs": {}}]
    items = [*(answer({"data": [score]}) for score in scores), ValueError("too long\x1b")]
    assert terminal.list_text(items) == "\n".join(
        [
            "label  score                  error",
            "bad    0.5      ████████████",
            "       2.5",
            "",
            "                              ValueError: too long�",
        ]
    )


@pytest.mark.parametrize(
    ("stamps", "first", "note"),
    [
        (list(range(250)), "t-150", "150 older not shown"),
        (list(range(250, 0, -1)), "t-0", "150 older not shown"),
        ([None] * 250, "t-150", "150 earlier not shown"),
        ([0, *[None] * 100], "t-0", "1 older not shown"),
    ],
)
def test_long_list_shows_its_newest_items(stamps: list[int | None], first: str, note: str) -> None:
    """At most 100 items are shown, in the order of the list, and a note counts the others."""
    jobs = [models.TrainingJobSummary(id=f"t-{index}", created_at=stamp) for index, stamp in enumerate(stamps)]
    lines = str(ResultList(jobs)).splitlines()
    assert len(lines) == 102
    assert lines[1].split()[0] == first
    assert lines[-1] == note
    assert words(page.list_html(jobs))[-1] == note


def test_ipython() -> None:
    """IPython displays the table; a list of anything else and a plain list keep their own display."""
    formatters = pytest.importorskip("IPython.core.formatters")
    formatter = formatters.DisplayFormatter(active_types=["text/plain", "text/html"])
    shown, _ = formatter.format(JOBS)
    assert shown == {"text/plain": TABLE, "text/html": html_of(JOBS)}
    nested: ResultList[Any] = ResultList([1])
    nested.append(nested)
    assert formatter.format(nested)[0] == {"text/plain": "[1, [...]]"}
    assert formatter.format([nested])[0] == {"text/plain": "[[1, [...]]]"}
    assert "text/html" not in formatter.format(list(JOBS))[0]


def test_pretty_printing_without_ipython() -> None:
    """The method for IPython prints a list inside itself like ``repr``."""
    jobs: Any = JOBS
    printed: list[str] = []
    for cycle in (False, True):
        jobs._repr_pretty_(SimpleNamespace(text=printed.append), cycle)
    assert printed == [TABLE, repr(JOBS)]


def test_nothing_is_imported_before_it_is_displayed() -> None:
    """Models and lists import neither the display modules nor an optional library until they are used."""
    program = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n"
        "from emissary_client_sdk import models\n"
        "from emissary_client_sdk.types.resultlist import ResultList\n"
        'jobs = ResultList([models.TrainingJobDetail.model_validate_json(\'{"id": "t", "training_loss": [{}]}\')])\n'
        "print([name for name in sys.modules if '_display' in name or name in ('matplotlib', 'IPython')])\n"
        "jobs._repr_html_(), str(jobs), jobs[0].loss_records()\n"
        "print([name for name in sys.modules if name in ('matplotlib', 'IPython', 'tqdm')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
