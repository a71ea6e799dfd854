"""Lists of models in IPython.

``list`` and ``list_checkpoints`` answer plain lists, and a plain list has no method by which it could show itself.
IPython asks a table of formatters by type before it asks the object: this module puts one for lists there, which
speaks up for lists of the SDK's models and leaves every other list as it was.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def register() -> None:
    """Let the IPython that runs, if one does, show lists of models as tables."""
    find: Callable[[], Any] = getattr(sys.modules.get("IPython"), "get_ipython", _no_shell)
    # No shell where IPython is used as a library; another program's stand-in for one may lack the rest.
    html = getattr(getattr(find(), "display_formatter", None), "formatters", {}).get("text/html")
    if html is None:
        return
    before: Callable[[Any], Any] = html.for_type(list) or _own

    def show(value: list[Any]) -> Any:
        shown = list_html(value)
        return before(value) if shown is None else shown

    html.for_type(list, show)


def list_html(value: list[Any]) -> str | None:
    """Give the table for a list of jobs or of checkpoints; None for any other list, an empty one too."""
    from ..models._trainingjob import TrainingJob
    from ..models.trainingjobcheckpoint import TrainingJobCheckpoint
    from .page import checkpoints_html, jobs_html

    if value and all(isinstance(item, TrainingJob) for item in value):
        return jobs_html(value)
    if value and all(isinstance(item, TrainingJobCheckpoint) for item in value):
        return checkpoints_html(value)
    return None


def _no_shell() -> None:
    """Be no shell."""


def _own(value: list[Any]) -> Any:
    """Give what a list shows itself as: a subclass may have a method for it, which a formatter by type hides."""
    method = getattr(value, "_repr_html_", None)
    return None if method is None else method()
