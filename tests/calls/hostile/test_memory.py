"""A list of sixteen megabytes: the memory of a call is a small multiple of its size."""

from __future__ import annotations

import sys

import pytest

from ...support.processes import run_program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

ITEMS = 16_000_000 // 4081


def growth(kind: str, mode: str = "sync") -> tuple[float, int]:
    """Run the program; return the growth of its memory in sizes of the response, and what it read."""
    grown, found = run_program("tests.calls.hostile.memory", kind, mode).split()
    return float(grown), int(found)


@pytest.fixture(scope="module")
def baseline() -> float:
    """Return the growth if pydantic parses the content without a call."""
    return growth("pydantic")[0]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_long_list(baseline: float, mode: str) -> None:
    """It takes the memory that pydantic takes, and at most one and a half times its size for the content."""
    grown, found = growth("success", mode)
    assert abs(found - ITEMS) < 100
    assert grown <= baseline + 1.5


@pytest.mark.parametrize(("kind", "mode"), [("defect", "sync"), ("failure", "async")])
def test_long_error(kind: str, mode: str) -> None:
    """An error keeps its body as bytes and as text, and takes little more; a defect is looked for in parsed JSON."""
    grown, characters = growth(kind, mode)
    assert characters > 15_500_000
    assert grown <= {"failure": 3.5, "defect": 7}[kind]
