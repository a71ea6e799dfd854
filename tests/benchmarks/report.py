"""The tables of a run, and the page of the documentation."""

import os
import platform
import subprocess
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from .environments import GENERATED, interpreter
from .implementations.registry import IMPLEMENTATIONS
from .measure import Bench, Result, spread
from .rows import Limit

_SCALES: dict[str, Callable[[float], float]] = {
    "µs": lambda seconds: seconds * 1e6,
    "ms": lambda seconds: seconds * 1e3,
    "requests/s": lambda seconds: 1 / seconds,
    "texts/s": lambda seconds: 1 / seconds,
    "records/s": lambda seconds: 1 / seconds,
    "B": lambda size: size,
    "KB": lambda size: size / 1024,
    "MB": lambda size: size / 1024**2,
}
_PACKAGES = (
    "emissary-client-sdk",
    "openai",
    "httpx",
    "httpcore",
    "httpx2",
    "h11",
    "anyio",
    "pydantic",
    "pydantic-core",
)
_VERSIONS = """
import sys
from importlib.metadata import distributions
found = {one.name.replace("_", "-"): one.version for one in distributions()}
print("Python", sys.version.split()[0], *(f"· {name} {found[name]}" for name in sys.argv[1:] if name in found))
"""


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"


def _ratio(value: float) -> str:
    return f"{value:.{1 if value >= 10 else 2}f} times"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def row_table(result: Result) -> list[str]:
    """Return the table of a row, in Markdown."""
    row = result.row
    scale, base = _SCALES[row.unit], row.implementations.split()[0]
    # Other programs on the machine hardly change the CPU time.
    has_cpu = not row.is_program and not row.is_memory
    head = ["", row.unit, "quartiles", *([] if row.is_memory else ["ratio"]), *(["CPU µs", "ratio"] if has_cpu else [])]
    lines = [_line(*head), _line("---", *["---:"] * (len(head) - 1))]
    for name in result.samples:
        lower, middle, upper = sorted(map(scale, spread(result.values(name))))
        is_compared = name != base and base in result.samples
        cells = [IMPLEMENTATIONS[name].label, _number(middle), f"{_number(lower)} … {_number(upper)}"]
        if not row.is_memory:
            cells.append(_ratio(median(result.ratios(name))) if is_compared else "")
        if has_cpu:
            cpu = median(result.values(name, "cpu"))
            cells += [_number(cpu * 1e6), _ratio(cpu / median(result.values(base, "cpu"))) if is_compared else ""]
        lines.append(_line(*cells))
    return lines


def _figure(result: Result, limit: Limit) -> float:
    if limit.unit:
        return _SCALES[limit.unit](median(result.values(limit.implementation)))
    return median(result.ratios(limit.implementation, limit.against))


def _show(value: float, limit: Limit) -> str:
    return f"{_number(value)} {limit.unit}" if limit.unit else _ratio(value)


def summary(results: Iterable[Result]) -> list[str]:
    """Return a line for each comparison, with its limit if it has one, in Markdown."""
    lines = [_line("", "compared with", "this SDK", "limit"), "|---|---|---:|---:|"]
    for result in results:
        row = result.row
        for limit in filter(result.is_measured, row.limits or (Limit(0),)):
            title = f"{row.title}, on the caller's own client" if limit.implementation == "sdk-httpx" else row.title
            other = "" if limit.unit else IMPLEMENTATIONS[limit.against or row.implementations.split()[0]].label
            bound = f"{'≥' if row.is_rate else '≤'} {_show(limit.value, limit)}" if row.limits else ""
            lines.append(_line(title, other, _show(_figure(result, limit), limit), bound))
    return lines


def exceeded(results: Iterable[Result]) -> list[str]:
    """Return a line for each limit that is exceeded."""
    lines: list[str] = []
    for result in results:
        for limit in filter(result.is_measured, result.row.limits):
            figure = _figure(result, limit)
            if figure < limit.value if result.row.is_rate else figure > limit.value:
                names = f"{result.row.name} {limit.implementation} {limit.against}".rstrip()
                lines.append(f"{names}: {_show(figure, limit)}, limit {_show(limit.value, limit)}")
    return lines


def plot_latency(results: dict[int, Result], path: Path) -> None:
    """Draw the latency against the number of requests in flight."""
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("svg")
    # Text as text and fixed ids: the same figures result in nearly the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 9})
    pyplot: Any = import_module("matplotlib.pyplot")
    figure, axes = pyplot.subplots(figsize=(7, 4.4), layout="constrained")
    title = "Latency of retrieve_async: median, and 99th percentile (dotted)"
    axes.set(title=title, xlabel="requests in flight", ylabel="ms", xscale="log", yscale="log")
    axes.grid(visible=True, which="major", linewidth=0.4)
    numbers = list(results)
    for name in results[numbers[0]].samples:
        p50, p99 = ([1e3 * median(result.values(name, key)) for result in results.values()] for key in ("p50", "p99"))
        (line,) = axes.plot(numbers, p50, "o-", label=IMPLEMENTATIONS[name].label)
        axes.plot(numbers, p99, ":", color=line.get_color())
    axes.set_xticks(numbers, [str(number) for number in numbers])
    axes.minorticks_off()
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


_PAGE = """\
# Performance

The cost of this SDK, compared with scripts that use httpx and pydantic directly, with the generated SDK of release
{generated}, and with the `openai` library. This command measures and writes the page in about twenty minutes; the extra
`dev` has what it needs:

```sh
python -m tests.benchmarks --docs docs
```

## Summary

A ratio is the median over all rounds of this SDK's figure divided by the other one of the same round. For requests and
texts per second, more is better.

{summary}

![Latency against requests in flight](performance/latency.svg)

## Method

- The server is a process on the same machine, with responses made in advance. The network costs nearly nothing, so the
  figures show the work of the client. Over a real network every ratio is closer to 1.
- Each implementation has its own process. Measurements of about {seconds:g} s alternate between the implementations,
  so that a change in the machine's speed affects all of them. Most rows use several processes, one after another,
  because each has its own memory layout.
- Imports, first requests and commands are measured as the CPU time of a whole process, in a virtual environment with
  the required packages only: httpx, httpcore and pydantic import developers' tools if they find them.
- *httpx + pydantic by hand* keeps one `httpx.Client` or `httpx.AsyncClient` open, calls `get` or `post` and
  `raise_for_status`, and validates the response with plain models of the same fields. Its timeout is this SDK's, 60 s:
  with httpx's default of 5 s, 500 requests in flight time out.
- The generated SDK, `openai`, `huggingface_hub` and pandas have environments of their own. The generated SDK requires
  older versions of httpx and pydantic.
- A retrieved job has 10 points of training loss if the row names no other number.

## Figures

Medians and quartiles over all rounds, and the ratio to the first line of each table. Times are elapsed times; the CPU
time is next to them.

{tables}
## Versions

{machine}

{versions}
"""


def page(results: list[Result], place: Bench) -> str:
    """Return the page of the documentation."""
    tables: list[str] = []
    for result in results:
        tables += [f"### {result.row.title}", "", *([result.row.note, ""] if result.row.note else [])]
        tables += [*row_table(result), ""]
    versions: list[str] = []
    for name, label in {"": "This SDK and scripts", "generated": "Generated SDK", "openai": "`openai`"}.items():
        command = [interpreter(name, place.folder), "-c", _VERSIONS, *_PACKAGES]
        found = subprocess.run(command, check=True, capture_output=True, text=True, cwd=place.folder)
        versions.append(f"- {label}: {found.stdout.strip()}")
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.machine())
    return _PAGE.format(
        generated=GENERATED,
        summary="\n".join(summary(results)),
        seconds=place.seconds,
        tables="\n".join(tables),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {model}",
        versions="\n".join(versions),
    )
