"""The pictures in the docs are current."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = Path(__file__).resolve().parents[3] / "docs" / "pictures"
DRAWN: Callable[[], dict[str, str]] = runpy.run_path(str(PLACE / "make.py"))["drawn"]


@pytest.mark.parametrize(("name", "text"), DRAWN().items(), ids=lambda value: value if len(value) < 30 else "")
def test_picture_is_current(name: str, text: str) -> None:
    """The picture is well-formed and equals the committed one; ``python docs/pictures/make.py`` writes it."""
    ET.fromstring(text)  # noqa: S314  # our own text
    assert (PLACE / name).read_text(encoding="utf-8") == text


def test_every_picture_has_a_source() -> None:
    """Every committed picture comes from the command, and is small."""
    pictures = {path.name: path.stat().st_size for path in PLACE.iterdir() if path.suffix in (".svg", ".png")}
    assert pictures.keys() == {*DRAWN(), "loss.png"}
    assert max(pictures.values()) < 50_000
