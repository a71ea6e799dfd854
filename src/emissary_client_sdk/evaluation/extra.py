"""The extra ``evaluation``: scikit-learn and scipy."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._extras import missing_extra

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def needs_extra(name: str) -> Generator[None, None, None]:
    """Import modules that need the extra.

    :param name: Public function that needs it.
    :raises ImportError: The extra is not installed; the message shows how to install it.
    """
    try:
        yield
    except ImportError as error:
        message = missing_extra(name, "scikit-learn and scipy", "evaluation")
        raise ImportError(message, name=error.name) from error
