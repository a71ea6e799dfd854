"""The table of measurements and their limits."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limit:
    """The largest allowed figure of an implementation, or the smallest one of a rate.

    :ivar against: The figure is a ratio to this implementation; empty for the first one of the row.
    :ivar unit: Unit of a figure that is not a ratio.
    """

    value: float
    implementation: str = "sdk"
    against: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Row:
    """A measurement of several implementations.

    :ivar implementations: Names, separated by spaces. Ratios are computed to the first one.
    :ivar command: Driver of ``worker`` and its arguments without ``count``; empty for programs.
    :ivar unit: µs or ms of time, B, KB or MB of memory, or items per second.
    :ivar rounds: Number of measurements per process.
    :ivar processes: Number of processes per implementation, one after another: each has its own memory layout.
    :ivar least: Minimum of repetitions in a measurement. That of long lists contains a full garbage collection.
    :ivar most: Maximum of repetitions in a measurement.
    """

    name: str
    title: str
    implementations: str
    command: dict[str, Any]
    limits: tuple[Limit, ...] = ()
    unit: str = "µs"
    rounds: int = 25
    processes: int = 3
    least: int = 1
    most: int = 100_000
    note: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether a larger figure is better."""
        return self.unit.endswith("/s")

    @property
    def is_program(self) -> bool:
        """Whether each measurement runs a program."""
        return not self.command

    @property
    def is_memory(self) -> bool:
        """Whether memory is measured."""
        return self.unit in ("B", "KB", "MB")


def _loop(work: str, *arguments: int | str, per: int = 1) -> dict[str, Any]:
    return {"driver": "loop", "work": work, "arguments": arguments, "per": per}


def _concurrent(driver: str, work: str, in_flight: int) -> dict[str, Any]:
    return {"driver": driver, "work": work, "arguments": [10], "in_flight": in_flight}


_PROGRAM: dict[str, Any] = {"command": {}, "unit": "ms", "rounds": 20, "processes": 1, "most": 1}
_ONCE: dict[str, Any] = {"rounds": 2, "processes": 1, "most": 1}
_LONG: dict[str, Any] = {"unit": "ms", "rounds": 5, "least": 4}
_INFERENCE = (Limit(0.9), Limit(0.6, against="openai"))

# fmt: off
ROWS = (
    Row("import", "Import", "bare libraries sdk generated openai", limits=(Limit(1.3),), **_PROGRAM),
    Row("import-client", "`from emissary_client_sdk import EmissaryClient`", "libraries sdk generated", **_PROGRAM),
    Row("first-request", "Import, client and first request", "by-hand by-hand-insecure libraries sdk generated",
        limits=(Limit(1.35), Limit(0.85, against="generated")), **_PROGRAM),
    Row("make", "Creating a client", "by-hand sdk generated", _loop("make"), (Limit(100, unit="µs"),), least=10,
        most=1000, rounds=3, note="All clients stay alive. This SDK opens its connections at the first request."),
    Row("make-memory", "Memory of another client", "by-hand sdk generated", {"driver": "allocations", "work": "make"},
        (Limit(16, unit="KB"),), "KB", rounds=1, least=20, note="Allocations of Python, without those of OpenSSL."),
    Row("retrieve", "`retrieve`, one by one", "by-hand sdk sdk-httpx by-hand-httpx2 sdk-httpx2 generated",
        _loop("retrieve", 10), (Limit(0.82), Limit(1.05, "sdk-httpx"))),
    Row("response-info", "`retrieve` with the facts of `response_info`", "sdk-no-info sdk", _loop("retrieve", 10),
        (Limit(1.02),), processes=6, note="Directly measured, the facts take 0.3 µs."),
    Row("retrieve-async", "`retrieve_async`, one by one", "by-hand sdk by-hand-httpx2 generated",
        _concurrent("flight", "retrieve_async", 1), (Limit(0.9),)),
    Row("async-50", "`retrieve_async`, 50 requests in flight", "by-hand sdk by-hand-httpx2 generated",
        _concurrent("flight", "retrieve_async", 50), (Limit(2.5),), "requests/s", processes=1, least=100),
    Row("async-500", "`retrieve_async`, 500 requests in flight", "by-hand sdk by-hand-httpx2 generated",
        _concurrent("flight", "retrieve_async", 500), (Limit(3.0),), "requests/s", 2, 1, least=500),
    Row("threads", "`retrieve`, eight threads on one client", "by-hand sdk generated",
        _concurrent("threads", "retrieve", 8), (Limit(1.4),), "requests/s", 10, least=400),
    Row("create", "`create`", "by-hand sdk sdk-httpx generated", _loop("create"), (Limit(0.85),)),
    Row("list-parse", "Parsing a list of 10,000 jobs", "pydantic sdk-parser", _loop("list", 10_000),
        (Limit(1.35, "sdk-parser"),), **_LONG),
    Row("points-parse", "Parsing a job with 1,000 points of loss", "pydantic sdk-parser", _loop("retrieve", 1000),
        (Limit(1.2, "sdk-parser"),), rounds=10, least=60,
        note="Both processes import this SDK, because the garbage collector needs time for each imported module."),
    Row("list", "`list` of 10,000 jobs", "by-hand sdk generated", _loop("list", 10_000), **_LONG),
    Row("chat", "`chat.completions.create`", "by-hand sdk sdk-httpx openai", _loop("chat"), _INFERENCE),
    Row("embed", "`embeddings.create`, one text", "by-hand sdk openai", _loop("embed", 1), _INFERENCE,
        note="1,024 numbers."),
    Row("embed-200", "`embeddings.create`, 200 texts", "by-hand sdk openai", _loop("embed", 200),
        (Limit(1.1), Limit(0.6, against="openai")), **_LONG, note="1,024 numbers per text."),
    Row("stream", "`chat.completions.stream`, per chunk", "by-hand sdk openai", _loop("stream", 1000, per=1000),
        (Limit(0.6, against="openai"),), note="1,000 chunks per response."),
    Row("classify", "`classification.create_many`, 10,000 texts, 50 at a time", "by-hand sdk",
        _loop("classify_many", 10_000, per=10_000), unit="texts/s", **_ONCE, note="By hand in a thread pool, with 50 "
        "idle connections allowed: with httpx's default of 20, it closes connections that other threads need."),
    Row("classify-async", "`classification.create_many_async`, 10,000 texts, 50 at a time", "by-hand sdk",
        _loop("classify_many_async", 10_000, per=10_000), unit="texts/s", **_ONCE, note="By hand with a semaphore."),
    Row("process-file", "`classification.process_file_async`, 10,000 records, 50 at a time",
        "by-hand sdk sdk-in-memory", _loop("process_file_async", 10_000, per=10_000),
        (Limit(2.5), Limit(0.9, against="sdk-in-memory")), "records/s", rounds=3, processes=1, most=1,
        note="By hand with a semaphore. Both write JSON Lines; `create_many_async` keeps a list."),
    Row("process-file-memory", "`classification.process_file_async`, peak memory with 20,000 records", "by-hand sdk",
        {"driver": "peak_memory", "work": "process_file_async", "arguments": [20_000], "less": [500]},
        (Limit(30, unit="MB"),), "MB", **_ONCE, note="Growth of the process after a small file."),
    Row("adaptive", "`create_many_async` with a server that accepts 20 requests at a time", "sdk-fixed sdk",
        _loop("classify_limited", 2000, per=2000), (Limit(0.8),), "texts/s", rounds=5, processes=1, most=1,
        note='`max_concurrency="auto"` has to find the number; the server answers 429 beyond it.'),
    Row("upload", "`datasets.create` with a file of 100 MB", "by-hand sdk", _loop("upload", 100), (Limit(1.1),), "ms",
        rounds=5, most=1, note="By hand with `files=` of httpx."),
    Row("upload-memory", "`datasets.create` with a file of 100 MB, peak memory", "by-hand sdk",
        {"driver": "peak_memory", "work": "upload", "arguments": [100], "less": [1]}, (Limit(8, unit="MB"),), "MB",
        **_ONCE, note="Growth of the process in its first long upload."),
    Row("download", "`download_checkpoint` of 500 MB, CPU time", "by-hand sdk sdk-async",
        {"driver": "cpu", "work": "download", "arguments": [500]},
        (Limit(1.3), Limit(1.3, "sdk-async", against="sdk")), "ms", rounds=5, processes=1, most=1,
        note="By hand with `iter_bytes` of httpx, which cannot be resumed."),
    Row("check", "`datasets.check` of a JSONL file of 100 MB", "pandas sdk", _loop("check_dataset", 100), (Limit(0.5),),
        "ms", **_ONCE),
    Row("check-json", "`datasets.check` of a JSON array with the same records", "pandas sdk",
        _loop("check_table", 100, "json"), (Limit(1),), "ms", **_ONCE),
    Row("check-csv", "`datasets.check` of a CSV file with the same records", "pandas sdk",
        _loop("check_table", 100, "csv"), (Limit(3),), "ms", **_ONCE),
    Row("prepare", "`datasets.prepare` of a CSV file with the same records", "polars sdk",
        _loop("prepare_table", 100, "csv"), (Limit(3),), "ms", **_ONCE, note="polars reads the file and writes it as "
        "JSONL."),
    Row("prepare-memory", "`datasets.prepare`, peak memory of a record", "sdk",
        {"driver": "peak_memory", "work": "prepare_rows", "arguments": [6_000_000], "less": [2_000_000],
         "per": 4_000_000}, (Limit(40, unit="B"),), "B", rounds=1, processes=1,
        note="Growth of the process in preparing 6,000,000 records after 2,000,000."),
    Row("evaluate", "`evaluate_predictions` of 1,000,000 records", "sklearn sdk", _loop("evaluate", 1_000_000),
        (Limit(2),), "ms", **_ONCE, note="scikit-learn computes the same numbers without intervals, of arrays that are "
        "ready."),
    Row("evaluate-sets", "`evaluate_predictions` of 1,000,000 records with several labels", "sklearn sdk",
        _loop("evaluate_sets", 1_000_000), (Limit(2),), "ms", **_ONCE),
    Row("evaluate-memory", "`evaluate_predictions` of 1,000,000 records, peak memory", "sklearn sdk",
        {"driver": "peak_memory", "work": "evaluate", "arguments": [1_000_000], "less": [1000]},
        (Limit(1000, unit="MB"),), "MB", rounds=1, processes=1, note="With the lists of records that the caller has."),
    Row("cli-version", "`emissary --version`", "hf sdk", limits=(Limit(0.7),), **_PROGRAM),
    Row("cli-list", "`emissary jobs list`", "hf sdk", limits=(Limit(1.2),), **_PROGRAM, note="10 jobs."),
)
LATENCY = Row("latency", "Latency of `retrieve_async`", "by-hand by-hand-httpx2 sdk generated",
    _concurrent("flight", "retrieve_async", 1), unit="ms", rounds=2, processes=1)
# fmt: on
IN_FLIGHT = (1, 2, 5, 10, 20, 50, 100, 200, 500)
