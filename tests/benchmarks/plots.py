"""The plots of the documentation's page."""

from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from .contestants import LABELS
from .measure import Result

Series = list[tuple[int, Result]]


def _axes(title: str, across: str, up: str) -> tuple[Any, Any]:
    # Imported by name: the plots are the only use of a library that the type checkers need not have.
    matplotlib = import_module("matplotlib")
    matplotlib.use("svg")
    # Text as text and fixed ids: the same figures give nearly the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 9})
    figure, axes = import_module("matplotlib.pyplot").subplots(figsize=(7, 4.4), layout="constrained")
    axes.set(title=title, xlabel=across, ylabel=up, xscale="log", yscale="log")
    axes.grid(visible=True, which="major", linewidth=0.4)
    return figure, axes


def _label(contestant: str) -> str:
    return LABELS[contestant].replace("`", "")


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def latency(series: Series, path: Path) -> None:
    """Draw latency against the number of requests in flight: the median, and the 99th percentile dotted."""
    figure, axes = _axes("Latency of retrieve_async: median, and 99th percentile dotted", "requests in flight", "ms")
    for name in series[0][1].samples:
        numbers = [number for number, _ in series]
        (line,) = axes.plot(
            numbers,
            [1e3 * median(result.values(name, "p50")) for _, result in series],
            "o-",
            label=_label(name),
        )
        highest = [1e3 * median(result.values(name, "p99")) for _, result in series]
        axes.plot(numbers, highest, ":", color=line.get_color())
    axes.set_xticks([number for number, _ in series], [str(number) for number, _ in series])
    axes.minorticks_off()
    axes.legend()
    _save(figure, path)


def length(series: Series, path: Path) -> None:
    """Draw the CPU time of a list against its length."""
    figure, axes = _axes("A list, answered from memory: CPU time against length", "jobs in the list", "ms")
    for name in series[0][1].samples:
        axes.plot(
            [number for number, _ in series],
            [1e3 * median(result.values(name, "cpu")) for _, result in series],
            "o--" if name == "validate-json" else "o-",
            label=_label(name),
        )
    axes.legend()
    _save(figure, path)
