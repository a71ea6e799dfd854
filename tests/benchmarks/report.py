"""Writes what was measured: a line for each limit, a table for each row, and the page in the documentation."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from .contestants import LABELS
from .measure import Result, spread
from .rows import Must

_SCALES: dict[str, Callable[[float], float]] = {
    "µs": lambda seconds: seconds * 1e6,
    "ms": lambda seconds: seconds * 1e3,
    "requests/s": lambda seconds: 1 / seconds,
    "KB": lambda size: size / 1024,
    "MB": lambda size: size / 1024**2,
}

_PACKAGES = (
    "emissary-client-sdk",
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "pydantic",
    "pydantic-core",
    "httpx2",
)

_VERSIONS = """
import json, sys
from importlib import metadata
versions = {"python": sys.version.split()[0]}
for name in sys.argv[1:]:
    try:
        versions[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
if "emissary-client-sdk" not in versions:  # not installed, but on the path
    from emissary_client_sdk._version import __version__
    versions["emissary-client-sdk"] = __version__
print(json.dumps(versions))
"""


def versions(python: str, *, path: bool = True) -> dict[str, str]:
    """Return the versions of everything that counts in an environment."""
    environment = {name: value for name, value in os.environ.items() if path or name != "PYTHONPATH"}
    run = subprocess.run([python, "-c", _VERSIONS, *_PACKAGES], env=environment, check=True, stdout=subprocess.PIPE)
    found: dict[str, str] = json.loads(run.stdout)
    return found


def machine() -> str:
    """Return what the figures were measured on."""
    model = next(
        (
            line.split(": ", 1)[1]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {model}"


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2}f}"


def _ratio(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def _ordered(values: Iterable[float]) -> tuple[float, float, float]:
    lower, middle, upper = sorted(values)
    return lower, middle, upper


def _quartiles(values: tuple[float, float, float], show: Callable[[float], str]) -> tuple[str, str]:
    lower, middle, upper = values
    return show(middle), f"{show(lower)} … {show(upper)}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def row_table(result: Result) -> list[str]:
    """Return a row's table, in Markdown."""
    row = result.row
    baseline = row.contestants[0]
    # Beside the time that passed, the processor's: other programs on the machine hardly change it.
    has_cpu = all("cpu" in sample for samples in result.samples.values() for sample in samples)
    head = ["", row.unit, "quartiles", "ratio", "quartiles", *(("CPU µs",) if has_cpu else ())]
    lines = [_line(head), _line(["---", *["---:"] * (len(head) - 1)])]
    for name in result.samples:
        figures = _ordered(map(_SCALES[row.unit], spread(result.values(name))))
        cells = [LABELS[name], *_quartiles(figures, _number)]
        cells += ["1", ""] if name == baseline else _quartiles(spread(result.ratios(name)), _ratio)
        if has_cpu:
            cells.append(_number(spread(result.values(name, "cpu"))[1] * 1e6))
        lines.append(_line(cells))
    return lines


def _judge(result: Result, must: Must) -> str:
    row = result.row
    bound = "≥" if must.at_least else "≤"
    limit = f"{must.limit:g} {must.unit}" if must.unit else f"{must.limit:.2f} times"
    title = row.title if must.contestant in ("ours", "ours-reading") else f"{row.title}; {LABELS[must.contestant]}"
    against = LABELS[row.contestants[0]] if not must.unit else "—"
    rival = next((name for name in result.samples if name.startswith("rival")), None)

    def figure(name: str) -> float:
        if must.unit:
            return _SCALES[row.unit](spread(result.values(name))[1])
        return spread(result.ratios(name))[1]

    def shown(name: str) -> str:
        return f"{_number(figure(name))} {must.unit}" if must.unit else f"{_ratio(figure(name))} times"

    beside = shown(rival) if rival else "—"
    if must.contestant not in result.samples:
        return f"| {title} | {against} | {bound} {limit} | not measured | | {beside} |"
    measured = figure(must.contestant)
    met = measured >= must.limit if must.at_least else measured <= must.limit
    verdict = "met" if met else "**missed**"
    return f"| {title} | {against} | {bound} {limit} | {shown(must.contestant)} | {verdict} | {beside} |"


def limits_table(results: Iterable[Result]) -> list[str]:
    """Return a line for each limit, in Markdown: what must be, what was measured, and the rival's figure."""
    lines = ["| | against | must be | this SDK | | generated SDK |", "|---|---|---:|---:|---|---:|"]
    return lines + [_judge(result, must) for result in results for must in result.row.musts]


_INTRODUCTION = """\
# Performance

What this SDK costs, beside a script that a person writes by hand on httpx and pydantic, and beside the
published generated SDK of the platform (emissary-client-sdk {rival}). This page is written by

```sh
python -m tests.benchmarks
```

which anyone can run; it takes some thirteen minutes. The extra `dev` has what it needs.

## Limits

Each line is a limit that a release must keep. A ratio is the median, over all rounds, of this SDK's figure
over that of the contestant it is measured against in the same round; for requests a second, more is better.

{limits}

## What keeps a limit from being met

- **Import, client and first request.** Two thirds of it pass before either program has done anything: that is
  what importing httpx and pydantic takes, and both do. Most of the last third is common too: the parts of
  pydantic that a first model needs and its search for plugins, httpcore, and the interpreter's end. The figures
  below have a line for the libraries alone, and one for the script without certificates, which is what the
  SDK saves on plain HTTP. Its own modules take some of that back; `python -X importtime` shows each.
- **50 requests in flight**, and **the caller's own `httpx.Client`**, lie at their limits, and fall on one side or
  the other from run to run. The instructions of both calls, which do not vary, are counted below.

## How it is measured

- The server answers from memory, in a process of its own, over loopback. So the network costs next to
  nothing, and what is left is the client's own work: over a real network every ratio comes nearer to 1.
- Each contestant has a process of its own. Rounds go ABCABC, a slice of about {slice:g} s each, so that a
  change in the machine's speed meets them all. A contestant has up to three processes, one after the other,
  since each lays out its memory in its own way. Garbage collection stays on; while it parses a long answer,
  the SDK puts it off by itself.
- What is measured from a process's start to its end runs in an environment as a user has it, with what the
  contestant depends on and nothing else: httpx, httpcore and pydantic load what they find of developers' tools.
- *httpx + pydantic by hand* keeps one `httpx.Client` or `AsyncClient` open, calls `get` or `post`, then
  `raise_for_status`, and validates with plain models of the same fields (a status is a `str`). Its timeout is
  this SDK's, a minute: with httpx's five seconds, 500 requests in flight fail. One line has httpx's limits on
  connections, 100 with 20 kept alive, lifted: its pool looks at all of them for each request.
- *httpcore + `TypeAdapter.validate_json`* is what no client on this stack can undercut by much.
- The generated SDK runs on the httpx and the pydantic that it asks for, in an environment of its own.
  It drops what it does not know, such as a job's `reward`, and so has less to keep in memory.
- A retrieved job has 10 points of training loss where no other number is given.

## Figures

Medians over all rounds, the quartiles around them, and the ratio to the first line of each table. Time is what
passed on the clock where nothing else is said; the processor's time for the same is beside it.
"""


def page(results: list[Result], *, rival: dict[str, str], pace: float, plots: list[str], extra: list[str]) -> str:
    """Return the documentation's page."""
    own = versions(sys.executable)
    lines = [
        _INTRODUCTION.format(rival=rival["emissary-client-sdk"], limits="\n".join(limits_table(results)), slice=pace)
    ]
    for result in results:
        lines += [f"### {result.row.title}", ""]
        lines += [result.row.note, ""] if result.row.note else []
        lines += [*row_table(result), ""]
    lines += [*extra, *plots]
    lines += [
        "## Versions",
        "",
        f"{machine()}.",
        "",
        "| | this SDK and scripts | generated SDK |",
        "|---|---|---|",
    ]
    lines += [f"| {name} | {own.get(name, '—')} | {rival.get(name, '—')} |" for name in ("python", *_PACKAGES)]
    return "\n".join(lines) + "\n"
