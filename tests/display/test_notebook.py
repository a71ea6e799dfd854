"""Lists of models in IPython, and that nothing of this reaches a program outside of it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import emissary_client_sdk
from emissary_client_sdk import models
from emissary_client_sdk._display import notebook
from emissary_client_sdk.models import _response  # what is tested is what its import does

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JOBS = [models.TrainingJobSummary(id="t-1"), models.TrainingJobDetail(id="t-2")]
CHECKPOINTS = [models.TrainingJobCheckpoint(checkpoint=1)]


class Formatter:
    """What IPython has for ``text/html``: formatters by type, and then the object's own method."""

    def __init__(self) -> None:
        self.by_type: dict[type, Callable[[Any], Any]] = {}

    def for_type(self, kind: type, function: Callable[[Any], Any] | None = None) -> Callable[[Any], Any] | None:
        """Give the formatter there has been for a type, and put another one there."""
        before = self.by_type.get(kind)
        if function is not None:
            self.by_type[kind] = function
        return before

    def __call__(self, value: object) -> Any:
        """Format as IPython does: a formatter for one of the classes of the value hides its own method."""
        for kind in type(value).__mro__:
            if kind in self.by_type:
                return self.by_type[kind](value)
        return None


@pytest.fixture
def html(monkeypatch: pytest.MonkeyPatch) -> Formatter:
    """Let an IPython run; gives its formatter of HTML."""
    formatter = Formatter()
    ipython: Any = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(
        display_formatter=SimpleNamespace(formatters={"text/html": formatter})
    )
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    return formatter


def test_lists(html: Formatter) -> None:
    """Lists of jobs and of checkpoints are tables; every other list is as it was."""
    notebook.register()
    assert "t-2" in html(JOBS)
    assert "checkpoint" in html(CHECKPOINTS)
    for other in ([], [1], [*JOBS, 1], [*JOBS, *CHECKPOINTS]):
        assert html(other) is None


def test_lists_that_show_themselves(html: Formatter) -> None:
    """A kind of list that has a method of its own is shown by it still."""

    class Own(list[int]):
        def _repr_html_(self) -> str:
            return "its own"

    notebook.register()
    assert html(Own()) == "its own"


def test_a_formatter_of_the_user(html: Formatter) -> None:
    """One that was there before goes on to show what is not ours."""
    html.for_type(list, len)
    notebook.register()
    assert html([1, 2]) == 2
    assert "t-2" in html(JOBS)


@pytest.mark.parametrize(
    "shell",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(display_formatter=None),
        SimpleNamespace(display_formatter=SimpleNamespace(formatters={})),
    ],
)
def test_no_notebook(html: Formatter, monkeypatch: pytest.MonkeyPatch, shell: object) -> None:
    """Where IPython is but a library, or somebody's stand-in, nothing is registered and nothing fails."""
    monkeypatch.setattr("IPython.get_ipython", lambda: shell, raising=False)
    notebook.register()
    assert html.by_type == {}


def test_ipython_that_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing fails where IPython may not be imported."""
    monkeypatch.setitem(sys.modules, "IPython", None)
    notebook.register()


def test_importing_models_registers(html: Formatter) -> None:
    """It happens when the models are imported, if IPython runs by then."""
    spec = importlib.util.spec_from_file_location("emissary_client_sdk.models._once_more", _response.__file__)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert "t-2" in html(JOBS)


def test_nothing_is_imported_before_it_is_used(tmp_path: Path) -> None:
    """Models cost a program that draws nothing no import, neither of ours nor of another library."""
    source = str(next(iter(emissary_client_sdk.__path__))).rpartition("emissary_client_sdk")[0]
    program = (
        f"import sys; sys.path.insert(0, {source!r})\n"
        "from emissary_client_sdk import models\n"
        'job = models.TrainingJobDetail.model_validate_json(\'{"training_loss": [{"loss": 1}]}\')\n'
        "models.TrainingJobCheckpoint()\n"
        "print([name for name in sys.modules if '_display' in name or name in ('matplotlib', 'IPython')])\n"
        "job._repr_html_(), str(job), job.loss_records()\n"
        "print([name for name in sys.modules if name in ('matplotlib', 'IPython', 'tqdm')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[]\n[]\n"
