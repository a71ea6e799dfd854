"""The soak's own judgement; the soak itself is run by hand."""

from __future__ import annotations

import pytest

from .soak import Figures, growth

FLAT = [Figures(float(second), second * 100, 60_000, 14, 50_000, 3) for second in range(100)]


def test_flat_figures_pass() -> None:
    """What goes up and down, or grows before the end of the warm-up, has not grown."""
    figures = [figure._replace(resident_kib=60_000 + 500 * (index % 2)) for index, figure in enumerate(FLAT)]
    figures[:30] = [figure._replace(resident_kib=1_000 * index) for index, figure in enumerate(figures[:30])]
    assert growth(figures) == []


@pytest.mark.parametrize(
    ("name", "each"), [("resident_kib", 100), ("descriptors", 0.1), ("objects", 20), ("threads", 0.1)]
)
def test_growth_is_told(name: str, each: float) -> None:
    """A little of one figure in each round is enough."""
    figures = [
        figure._replace(**{name: getattr(figure, name) + int(each * index)}) for index, figure in enumerate(FLAT)
    ]
    (told,) = growth(figures)
    assert name.removeprefix("resident_").lower() in told.lower()
