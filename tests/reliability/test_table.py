"""The page shows what the tests check."""

from __future__ import annotations

import pytest

from .faults import FAULTS, KINDS
from .table import PAGE, put_into


def test_page_is_current() -> None:
    """Otherwise run ``python -m tests.reliability.table --write``."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == put_into(page)


def test_page_without_a_place_for_a_table_is_refused() -> None:
    """The program overwrites nothing else."""
    with pytest.raises(ValueError, match="needs the lines"):
        put_into("# A page\n")


def test_expectations_keep_the_guarantees() -> None:
    """No call creates two jobs, or has an effect that its error denies; each fault has its own name."""
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        for expected in [fault.expected[times][kind] for times in fault.times for kind in KINDS]:
            assert expected.jobs <= min(1, expected.requests)
            assert expected.requests == 0 or expected.may is not False
            assert (expected.may is None) == (expected.error is None)
        assert all(fault.expected[times]["create"].requests <= 1 for times in fault.times)
