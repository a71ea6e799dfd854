"""The page's table is what the tests hold."""

from __future__ import annotations

import pytest

from .expectations import FAULTS, KINDS, STRIKES
from .table import PAGE, put_into, render


def test_the_page_has_the_present_table() -> None:
    """Should this fail: ``python -m tests.reliability.table --write``."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == put_into(page)


def test_the_table_shows_every_expectation() -> None:
    """Each fault has a row for each kind of method and each way to strike, and just one."""
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in render().splitlines()[2:]]
    shown = [
        (name, strikes, kind.strip("`").replace("reads", "read"))
        for name, ways, kinds, *_ in rows
        for strikes in ways.split(" or ")
        for kind in kinds.split(", ")
    ]
    assert sorted(shown) == sorted((f.name, strikes, kind) for f in FAULTS for strikes in STRIKES for kind in KINDS)


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    """Nothing is written over by accident."""
    with pytest.raises(ValueError, match="needs the lines"):
        put_into("# A page\n")


def test_the_table_keeps_the_promises() -> None:
    """No row has more than one job, or acts on a call that says that nothing was done."""
    expectations = [fault.expected[strikes][kind] for fault in FAULTS for strikes in STRIKES for kind in KINDS]
    assert all(expected.jobs <= min(1, expected.requests) for expected in expectations)
    assert all(expected.requests == 0 for expected in expectations if expected.may is False)
    assert all((expected.may is None) == (expected.outcome is None) for expected in expectations)
    creates = [fault.expected[strikes]["create"] for fault in FAULTS for strikes in STRIKES]
    assert all(create.requests <= 1 for create in creates)
