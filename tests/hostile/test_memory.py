"""A list of fifty megabytes: the memory that a call takes is a small multiple of its size."""

from __future__ import annotations

import pytest

from ..support.processes import run_program

pytest.importorskip("resource", reason="this system does not say how much memory a process had")

ITEMS = 50_000_000 // 4081 + 1


def growth(way: str, mode: str = "sync") -> tuple[float, int]:
    """Run the program; gives the growth of its memory in sizes of the list, and what it found."""
    taken, found = run_program("tests.hostile.memory", way, mode).split()
    return float(taken), int(found)


@pytest.fixture(scope="module")
def of_pydantic() -> float:
    """Give what pydantic alone takes to read the list."""
    taken, found = growth("pydantic")
    assert abs(found - ITEMS) < 100
    return taken


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_long_list(of_pydantic: float, mode: str) -> None:
    """A list takes what pydantic alone takes, and at most one and a half times its size for the bytes."""
    taken, found = growth("success", mode)
    assert abs(found - ITEMS) < 100
    assert taken <= of_pydantic + 1.5


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("way", ["defect", "failure"])
def test_a_long_body_of_an_error(way: str, mode: str) -> None:
    """An error keeps its body as bytes and as text, and a call that ends with it takes little more."""
    taken, characters = growth(way, mode)
    assert characters > 49_000_000
    assert taken <= 3.5
