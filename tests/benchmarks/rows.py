"""The table of what is measured and of what the figures must be."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Must:
    """A limit on a contestant's figure: on its ratio to the baseline's or, with a unit, on itself."""

    contestant: str
    limit: float
    unit: str = ""
    at_least: bool = False


@dataclass(frozen=True)
class Row:
    """One thing measured: who takes part, what its worker is told, and what must come of it."""

    name: str
    title: str
    contestants: tuple[str, ...]
    driver: str
    musts: tuple[Must, ...] = ()
    command: dict[str, Any] = field(default_factory=dict[str, Any])
    """The driver's arguments but for ``count``."""
    unit: str = "µs"
    """µs or ms of time, KB or MB of memory, or requests/s."""
    rounds: int = 25
    processes: int = 3
    """How many processes a contestant has, one after another: each lays out its memory in its own way."""
    least: int = 1
    most: int = 100_000
    """How often a slice repeats the work; in between, so often that a slice is long enough to be timed. Long
    answers have a least, since a full garbage collection comes only now and then and belongs in every slice."""
    note: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether more is better."""
        return self.unit == "requests/s"


def _in_flight(number: int) -> Row:
    return Row(
        f"async-{number}",
        f"`retrieve_async`, {number} requests in flight",
        ("naive", *(("naive-raised",) if number <= 50 else ()), "naive-httpx2", "ours", "rival"),
        "flight",
        (Must("ours", 3.0, at_least=True),),
        {"work": "retrieve_async", "arguments": [10], "in_flight": number},
        unit="requests/s",
        rounds=25 if number < 500 else 2,
        processes=1,
        least=max(100, number),
    )


ROWS = (
    Row(
        "import",
        "Import",
        ("bare", "libraries", "ours", "rival"),
        "fresh",
        (Must("ours", 1.30),),
        unit="ms",
        rounds=20,
        processes=1,
        most=1,
        note="CPU time, user and system, of a process that does nothing else.",
    ),
    Row(
        "first-request",
        "Import, client and first request",
        ("naive", "naive-no-tls", "libraries", "ours", "rival"),
        "fresh",
        (Must("ours", 0.80),),
        unit="ms",
        rounds=25,
        processes=1,
        most=1,
        note="CPU time, user and system, of a process that imports, makes a client, retrieves a job, ends.",
    ),
    Row(
        "make",
        "Making a client",
        ("naive", "ours", "rival"),
        "make",
        (Must("ours", 100, "µs"),),
        rounds=3,
        processes=2,
        least=10,
        most=1000,
        note="After a first one; all stay alive. This SDK makes its transport at the first request.",
    ),
    Row(
        "make-memory",
        "A further client's memory",
        ("naive", "ours", "rival"),
        "make_memory",
        (Must("ours", 16, "KB"),),
        unit="KB",
        rounds=1,
        processes=2,
        least=20,
        most=1000,
        note="Python's allocations by tracemalloc; what OpenSSL allocates is not among them.",
    ),
    Row(
        "visit",
        "Client made, used once and closed",
        ("naive", "ours", "rival"),
        "loop",
        (),
        {"work": "visit", "arguments": []},
        unit="ms",
        rounds=6,
        processes=2,
        note="Nothing is put off here: the work that making a client leaves to the first request is in it.",
    ),
    Row(
        "retrieve",
        "`retrieve`, one after another",
        ("naive", "floor", "ours", "ours-httpx", "naive-httpx2", "ours-httpx2", "rival"),
        "loop",
        (Must("ours", 0.72), Must("ours-httpx", 1.0)),
        {"work": "retrieve", "arguments": [10]},
    ),
    Row(
        "retrieve-async",
        "`retrieve_async`, one after another",
        ("naive", "floor", "ours", "naive-httpx2", "rival"),
        "flight",
        (Must("ours", 0.85),),
        {"work": "retrieve_async", "arguments": [10], "in_flight": 1},
    ),
    _in_flight(50),
    _in_flight(500),
    Row(
        "list-parse",
        "Parsing a list of 10,000 jobs",
        ("validate-json", "ours-reading", "rival-models"),
        "cpu",
        (Must("ours-reading", 1.05),),
        {"work": "list", "arguments": [10_000]},
        unit="ms",
        rounds=5,
        least=4,
        note="CPU time on a body in memory: of pydantic's `validate_json` with plain models, of all that this SDK"
        " does to read an answer, and of `validate_json` with the generated SDK's models.",
    ),
    Row(
        "list",
        "`list` of 10,000 jobs",
        ("naive", "floor", "ours", "rival"),
        "loop",
        (Must("ours", 1.05),),
        {"work": "list", "arguments": [10_000]},
        unit="ms",
        rounds=5,
        least=4,
    ),
    Row(
        "list-memory",
        "Peak memory of a `list` of 10,000 jobs",
        ("naive", "ours", "rival"),
        "peak_memory",
        (),
        {"work": "list", "arguments": [10_000], "less": [10]},
        unit="MB",
        rounds=1,
        processes=3,
        most=1,
        note="How far the process grows at most, by the kernel's count, in a process's first long list.",
    ),
    Row(
        "points-parse",
        "Parsing a job with 1,000 points of loss",
        ("validate-json", "ours-reading", "rival-models"),
        "cpu",
        (Must("ours-reading", 1.10),),
        {"work": "retrieve", "arguments": [1000]},
        rounds=10,
        least=60,
        note="CPU time, as for the list.",
    ),
    Row(
        "points",
        "`retrieve` of a job with 1,000 points of loss",
        ("naive", "floor", "ours", "rival"),
        "loop",
        (Must("ours", 1.10),),
        {"work": "retrieve", "arguments": [1000]},
        rounds=10,
        least=60,
    ),
    Row(
        "create-dict",
        "`create` from a dictionary",
        ("naive", "ours", "rival"),
        "loop",
        (Must("ours", 0.80),),
        {"work": "create_from_dict", "arguments": []},
    ),
    Row(
        "create-model",
        "`create` from a model",
        ("naive", "ours", "rival"),
        "loop",
        (Must("ours", 0.80),),
        {"work": "create_from_model", "arguments": []},
    ),
    Row(
        "threads",
        "`retrieve`, eight threads on one client",
        ("naive", "floor", "ours", "rival"),
        "threads",
        (Must("ours", 1.5, at_least=True),),
        {"work": "retrieve", "arguments": [10], "in_flight": 8},
        unit="requests/s",
        rounds=10,
        least=400,  # so many that starting eight threads for them does not count
    ),
)

LATENCY = Row(
    "latency",
    "`retrieve_async`: latency against requests in flight",
    ("naive", "naive-httpx2", "ours", "rival"),
    "flight",
    command={"work": "retrieve_async", "arguments": [10]},
    rounds=2,
    processes=1,
    unit="ms",
)
IN_FLIGHT = (1, 2, 5, 10, 20, 50, 100, 200, 500)

LENGTH = Row(
    "length",
    "`list`: time against the list's length",
    ("validate-json", "naive-memory", "ours-memory", "rival-memory"),
    "loop",
    command={"work": "list"},
    rounds=3,
    processes=1,
    unit="ms",
)
LENGTHS = (1, 10, 100, 1000, 10_000, 100_000)
