"""``process_file``: answers in the order of the input, kept whatever happens, and never paid twice."""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from io import FileIO
from typing import TYPE_CHECKING, Any

import polars
import pytest

from emissary_client_sdk import EmissaryClient, errors
from emissary_client_sdk._flows import outputfile

from ...support.answers import KEY
from .conftest import Processing, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from ...support.calling import Call

TEXTS = [f"text {number}" for number in range(20)]


class Policy:
    """Decides by the first label."""

    def __init__(self, name: str = "a") -> None:
        self.name = name

    def decide(self, answer: Any) -> str | None:
        """Return the best label; the scores of one text cannot be used."""
        if answer.id == "odd":
            raise ValueError
        if answer.id == "unknown":
            raise LookupError("mine")
        return str(answer.best_label)

    def to_dict(self) -> dict[str, Any]:
        """Return its name."""
        return {"name": self.name}


def test_answers_are_in_the_order_of_the_input(processing: Processing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the first one arrives last; until then the others are in the file already."""
    monkeypatch.setattr(outputfile, "_BLOCK_BITS", 3)
    monkeypatch.setattr(outputfile, "_BLOCK", 8)
    others = threading.Event()

    def before(text: str) -> None:
        if text == TEXTS[0]:
            wait_for(others)
            assert len(processing.output.read_text().splitlines()) >= len(TEXTS) - 2
        elif text == TEXTS[-1]:
            others.set()

    processing.model.before = before
    processing.write(*TEXTS)
    report = processing.run(max_concurrency=2)
    assert processing.answers == list(enumerate(TEXTS, 1))
    assert processing.lines[0]["result"]["data"][0]["probs"] == {"good": 0.9, "bad": 0.1}
    counts = (report.records, report.succeeded, report.failed, report.resumed, report.tokens, report.output)
    assert counts == (20, 20, 0, 0, 60, processing.output)
    assert str(report).startswith("20 records: 20 succeeded, 0 failed; ")
    assert not list(processing.output.parent.glob("*.tmp"))


def test_failed_records_are_tried_again_by_the_next_run(processing: Processing) -> None:
    """Of a record the output has the answer or the last error; broken records fail without a request."""
    processing.write("a", "b", "c")
    with processing.input.open("a") as file:
        file.write('\n{"prompt": 5}\n{"other": "x"}\n[]\nbroken\n')
    processing.model.statuses = {"a": 400, "c": 422}
    report = processing.run()
    kinds = ["APIErrorInvalidInput", "b", "APIErrorUnprocessable", *["ValueError"] * 4]
    assert processing.answers == list(zip([1, 2, 3, 5, 6, 7, 8], kinds, strict=True))
    assert processing.lines[0]["error"]["status_code"] == 400
    assert "refused" in processing.lines[0]["error"]["message"]
    assert [line["error"]["message"] for line in processing.lines[3:6]] == [
        "'prompt' must be a text, not a number",
        "the record has no 'prompt'",
        "the record must be an object, not an array",
    ]
    assert (report.succeeded, report.failed) == (1, 6)
    processing.model.statuses = {"c": 422}
    report = processing.run(timeout_ms=9000, retries=None, max_concurrency=3, progress=True)
    assert [kind for _, kind in processing.answers[:3]] == ["a", "b", "APIErrorUnprocessable"]
    assert (report.records, report.succeeded, report.failed, report.resumed) == (7, 2, 5, 1)
    assert "1 of them earlier" in str(report)
    assert processing.model.asked == {"a": 2, "b": 1, "c": 2}


@pytest.mark.parametrize("ending", [b"", b'{"line": 3, "resu', b"{", b'{"line": 3, "result": {"id": "c"}}'])
def test_cut_output_is_continued(processing: Processing, ending: bytes) -> None:
    """A line without its end is dropped, and its record is sent again."""
    processing.write("a", "b", "c")
    processing.run()
    processing.output.write_bytes(b"".join(processing.output.read_bytes().splitlines(keepends=True)[:2]) + ending)
    assert processing.run().resumed == 2
    assert [text for _, text in processing.answers] == ["a", "b", "c"]
    assert processing.model.asked == {"a": 1, "b": 1, "c": 2}
    processing.output.unlink()
    assert processing.run(data_format="probs", resume=False).resumed == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "other"}, "model 'm', not 'other'"),
        ({"data_format": None}, "data_format 'probs', not None"),
        ({"column": "note"}, "column 'prompt', not 'note'"),
        ({"extra_body": {"seed": 1}}, "extra_body"),
        ({"policy": Policy()}, "policy None"),
        ({"content": '{"prompt": "A", "note": "n"}\n'}, "an input of other content"),
    ],
    ids=["model", "data_format", "column", "extra_body", "policy", "content"],
)
def test_other_run_is_refused(processing: Processing, change: dict[str, Any], message: str) -> None:
    """The output of another run is not continued, and nothing is sent."""
    processing.input.write_text('{"prompt": "a", "note": "n"}\n')
    processing.run(data_format="probs")
    before = processing.output.read_bytes()
    change = {"data_format": "probs", **change}
    if content := change.pop("content", None):
        processing.input.write_text(content)
    with pytest.raises(ValueError, match=f"output: .*{message}"):
        processing.run(**change)
    assert processing.output.read_bytes() == before
    assert processing.model.asked == {"a": 1}


@pytest.mark.parametrize("method", ["completions", "chat.completions"])
def test_sampling_is_part_of_a_run(processing: Processing, method: str) -> None:
    """It is sent, and another temperature is another run."""
    processing.write("a")
    limit = {"max_completion_tokens": 7} if method == "completions" else {"max_tokens": 7, "system": "s"}
    processing.run(method, temperature=0.5, **limit)
    assert processing.model.bodies[0]["temperature"] == 0.5
    assert 7 in processing.model.bodies[0].values()
    with pytest.raises(ValueError, match=r"temperature 0\.5, not 0\.7"):
        processing.run(method, temperature=0.7, **limit)


def test_conversations(processing: Processing) -> None:
    """An answer at the end of a conversation is not sent; a text is one message."""
    question, answer = {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}
    processing.input.write_text(json.dumps([{"messages": [question, answer, question, answer]}]))
    processing.run("chat.completions", system="s")
    assert [one["content"] for one in processing.model.bodies[0]["messages"]] == ["s", "q", "a", "q"]


@pytest.mark.parametrize("method", ["embeddings", "regression", "ner", "tool_calling"])
def test_other_methods(processing: Processing, method: str) -> None:
    """They write the answers of their own operations."""
    processing.write("a")
    assert processing.run(method).succeeded == 1
    assert processing.answers == [(1, "a")] if method != "embeddings" else processing.lines[0]["result"]["data"]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (5, 0),
        (["x"], 0),
        ({"prompt_tokens": 5.0, "completion_tokens": None}, 5),
        ({"prompt_tokens": float("inf")}, 0),
    ],
    ids=range(4),
)
def test_unusual_usage(processing: Processing, usage: Any, tokens: int) -> None:
    """It does not cost an answer, whatever it is."""
    processing.write("a")
    processing.model.usage = usage
    report = processing.run("embeddings")
    assert (report.succeeded, report.tokens) == (1, tokens)


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "records", "open parquet"])
def test_inputs(processing: Processing, kind: str, tmp_path: Path) -> None:
    """The line is where a record begins: in a CSV file behind the header, in an array and in Parquet its number."""
    rows: list[dict[str, Any]] = [{"n": number, "review": text} for number, text in enumerate(["a\nb", "c"])]
    frame, path, lines = polars.DataFrame(rows), tmp_path / f"in.{kind}", [1, 2]
    source: Any = path
    if kind == "csv":
        path.write_text('n,review\n0,"a\nb"\n1,c\n2\n')
        lines = [2, 4, 5]
    elif kind == "json":
        path.write_text(json.dumps(rows, indent=2) + "x")
        lines = [1, 2, 3]
    elif kind == "records":
        source = rows
    else:
        frame.write_parquet(path)
    if kind.startswith("open"):
        source = path.read_bytes()
    processing.run(input=source, column="review" if kind == "csv" else None)
    assert [line for line, _ in processing.answers] == lines
    assert [text for _, text in processing.answers[:2]] == ["a\nb", "c"]
    assert processing.run(input=source, column="review").resumed == 2


@pytest.mark.parametrize(
    ("content", "options", "error", "message"),
    [
        ('{"a": "x", "b": "y"}', {}, ValueError, "column: pass the name of the column"),
        ('{"prompt": "x"}', {"column": "text"}, ValueError, "column: in.jsonl has no column 'text'"),
        ("\x1f\x8b", {}, ValueError, "input: in.jsonl is"),
        ('{"prompt": "x"}', {"max_concurrency": 0}, ValueError, "max_concurrency must be at least 1"),
        ('{"prompt": "x"}', {"max_concurrency": "all"}, TypeError, 'max_concurrency must be an int or "auto"'),
        ('{"prompt": "x"}', {"timeout_ms": -1}, ValueError, "timeout_ms"),
        ('{"prompt": "x"}', {"retries": -1}, ValueError, "retries"),
        ("", {"model": " "}, ValueError, "model must not be empty"),
        ("", {"input": 5}, TypeError, "input: file must be a path"),
        ("", {"output": 5}, TypeError, "output must be a path, not int"),
        ("", {"output": ""}, ValueError, "output must not be empty"),
        ("", {"column": 5}, TypeError, "column must be a str, not int"),
        ("", {"resume": "no"}, TypeError, "resume must be True or False, not str"),
    ],
    ids=range(13),
)
def test_invalid_arguments(
    processing: Processing, content: str, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    """They are refused before anything is written or sent."""
    processing.input.write_bytes(content.encode("latin-1"))
    with pytest.raises(error, match=message):
        processing.run(**options)
    assert not processing.output.exists()
    assert not processing.notes.exists()
    assert not processing.model.asked


@pytest.mark.parametrize("content", ["", "nonsense\n"])
def test_input_without_records(processing: Processing, content: str) -> None:
    """It has no column, which is fine."""
    processing.input.write_text(content)
    report = processing.run()
    assert (report.succeeded, report.failed, len(processing.lines)) == (0, len(content) > 0, len(content) > 0)


@pytest.mark.parametrize(
    ("case", "error", "message"),
    [
        ("no notes", FileExistsError, "not that of a run"),
        ("damaged notes", FileExistsError, "not that of a run"),
        ("resume=False", FileExistsError, "resume is False"),
        ("a foreign line", ValueError, "a line that is not of a run, at byte"),
        ("a foreign torn line", ValueError, "a line that is not of a run, at byte"),
        ("foreign notes", FileExistsError, "not the record of a run"),
        ("a folder", FileNotFoundError, "missing"),
    ],
)
def test_foreign_files_are_kept(processing: Processing, case: str, error: type[Exception], message: str) -> None:
    """Neither the output nor its record replaces a file of another kind."""
    processing.write("a")
    if case not in ("foreign notes", "a folder"):
        processing.run()
    options: dict[str, Any] = {}
    if case == "no notes":
        processing.notes.unlink()
    elif case == "damaged notes":
        processing.notes.write_text("[]")
    elif case == "resume=False":
        options = {"resume": False}
    elif case == "foreign notes":
        processing.notes.write_text("mine")
    elif case == "a folder":
        options = {"output": processing.output.parent / "missing" / "out"}
    else:
        with processing.output.open("a") as file:
            file.write("mine\n" if case == "a foreign line" else "mine")
    before = {path: path.read_bytes() for path in processing.output.parent.iterdir()}
    with pytest.raises(error, match=message):
        processing.run(**options)
    assert {path: path.read_bytes() for path in processing.output.parent.iterdir()} == before
    assert sum(processing.model.asked.values()) <= 1


def test_errors_of_every_record_end_the_run(processing: Processing) -> None:
    """An invalid key, or a model that does not exist, is not written a million times; finished answers are kept."""
    processing.write(*TEXTS)
    processing.model.statuses = dict.fromkeys(TEXTS[3:], 401)
    with pytest.raises(errors.APIErrorUnauthorized):
        processing.run(max_concurrency=2)
    assert sum(processing.model.asked.values()) < len(TEXTS)
    processing.model.statuses = {}
    assert processing.run().resumed == 3
    assert processing.answers == list(enumerate(TEXTS, 1))
    assert all(processing.model.asked[text] == 1 for text in TEXTS[:3])


@pytest.mark.parametrize("status", [500, 429, 400])
def test_outage_ends_the_run(processing: Processing, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """If nothing but failures of the platform has come for a while; records that it rejects are answers, too."""
    monkeypatch.setattr("emissary_client_sdk._flows.processing._PATIENCE", 0)
    monkeypatch.setattr("emissary_client_sdk._call.limiter._PATIENCE", {429: 0})
    processing.write(*TEXTS)
    processing.model.statuses = dict.fromkeys(TEXTS[2:], status)
    if status == 400:
        assert processing.run(max_concurrency=1, retries=None).failed == 18
        return
    with pytest.raises(errors.SDKError) as caught:
        processing.run(max_concurrency=1, retries=None)
    assert caught.value.status_code == status
    assert len(processing.lines) == 12
    processing.model.statuses = {}
    assert processing.run().resumed == 2
    assert processing.answers == list(enumerate(TEXTS, 1))


def test_full_disk(processing: Processing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file, a part of a line is removed, and the run can be continued."""

    def open_full(path: Path) -> FileIO:
        return Full(path, "x+")

    class Full(FileIO):
        def write(self, data: Any) -> int:
            if self.tell() > 200:
                super().write(data[:5])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data[:50])

    processing.write(*TEXTS)
    with monkeypatch.context() as patch:
        patch.setattr(outputfile, "_open_locked", open_full)
        with pytest.raises(OSError, match="the output cannot be written, but can be continued: No space") as caught:
            processing.run(max_concurrency=1)
    assert caught.value.filename == str(processing.output)
    kept = len(processing.lines)
    assert kept > 0
    assert processing.run().resumed == kept
    assert processing.answers == list(enumerate(TEXTS, 1))


def test_lines_that_cannot_be_put_into_order(processing: Processing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers stay in the output, and the next run only orders them."""
    first = threading.Event()

    def before(text: str) -> None:
        if text == "a":
            wait_for(first)
        elif text == "c":
            first.set()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    processing.model.before = before
    processing.write("a", "b", "c")
    with monkeypatch.context() as patch:
        patch.setattr(outputfile, "array", full)
        with pytest.raises(OSError, match="the output cannot be written, but can be continued: full"):
            processing.run(max_concurrency=2)
    assert {text for _, text in processing.answers} == {"a", "b", "c"}
    link = processing.output.with_name("link")
    processing.output.chmod(0o600)
    link.symlink_to(processing.output)
    processing.notes.rename(link.with_name("link.run.json"))
    assert processing.run(output=link).resumed == 3
    assert processing.answers == [(1, "a"), (2, "b"), (3, "c")]
    assert link.is_symlink()
    assert processing.output.stat().st_mode & 0o777 == 0o600


def test_two_runs_do_not_write_one_output(processing: Processing) -> None:
    """The second one is refused while the first one runs."""
    refused: list[Exception] = []

    def before(_: str) -> None:
        with EmissaryClient(KEY, server_url="http://127.0.0.1:9") as other, pytest.raises(BlockingIOError) as caught:
            other.classification.process_file(model="m", input=processing.input, output=processing.output)
        refused.append(caught.value)

    processing.write("a")
    processing.model.before = before
    processing.run()
    assert "another run is writing this output" in str(refused[0])


@pytest.mark.parametrize("change", ["written", "replaced", "begun"])
def test_another_run_is_faster(processing: Processing, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output that another run changes, just before this one locks it, is left alone."""

    def flock(*_: object) -> None:
        if change == "written":
            processing.output.write_text("mine")
        elif change == "replaced":
            processing.output.rename(processing.output.with_name("old"))
            processing.output.write_text("mine")
        else:
            processing.notes.write_text('{"sha256": "another"}')

    processing.write("a", "b")
    monkeypatch.setattr("emissary_client_sdk._flows.outputfile.fcntl.flock", flock)
    with pytest.raises(BlockingIOError, match="another run is writing"):
        processing.run()
    assert processing.output.read_text() == ("" if change == "begun" else "mine")
    assert not processing.model.asked


def test_file_system_without_locks(processing: Processing, monkeypatch: pytest.MonkeyPatch) -> None:
    """An output there is written without one."""

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("emissary_client_sdk._flows.outputfile.fcntl.flock", flock)
    processing.write("a")
    processing.output.touch()  # as a killed run may leave it
    assert processing.run().succeeded == 1


def test_answers_after_an_interrupt_are_dropped(tmp_path: Path) -> None:
    """A thread may receive an answer when the file is closed."""
    output = outputfile.OutputFile(tmp_path / "out", {"sha256": "0"}, resume=True)
    output.close()
    output.write_error(1, {})
    assert (tmp_path / "out").read_bytes() == b""


def test_input_that_changes(processing: Processing) -> None:
    """The run ends instead of sending something else than it has recorded."""
    size = 2_000_000  # of several blocks
    processing.input.write_text('{"prompt": "a"}\n' + " " * size + '\n{"prompt": "b"}\n')
    processing.model.before = lambda _: processing.input.write_text(
        '{"prompt": "a"}\n' + "\n" * size + '{"prompt": "c"}'
    )
    with pytest.raises(errors.DatasetChangedError):
        processing.run(max_concurrency=1)
    assert "c" not in processing.model.asked


def test_decisions_of_a_policy(processing: Processing) -> None:
    """They stand in each line; an answer with unusable scores is kept without one."""
    processing.write("a", "odd")
    processing.run(policy=Policy())
    assert [line["decision"] for line in processing.lines] == ["good", None]
    assert processing.run(policy=Policy()).resumed == 2
    results = processing.call(
        processing.client, "classification.create_many", model="m", inputs=["a", "odd"], policy=Policy()
    )
    assert [result.decision for result in results] == ["good", None]
    assert "decision" not in results[0].model_dump()
    for method in (
        {"method": "process_file", "input": b"", "output": "out"},
        {"method": "create_many", "inputs": ["a"]},
    ):
        arguments: dict[str, Any] = {**method, "model": "m", "policy": "policy.json"}
        with pytest.raises(TypeError, match="policy must be a Policy"):
            processing.call(processing.client, f"classification.{arguments.pop('method')}", **arguments)


def test_policy_that_fails(processing: Processing) -> None:
    """Its exception ends the run, but the answer is kept."""
    processing.write("unknown", "b")
    with pytest.raises(LookupError, match="mine"):
        processing.run(policy=Policy(), max_concurrency=1)
    assert processing.run(policy=Policy()).resumed == 1
    assert [line["decision"] for line in processing.lines] == [None, "good"]


def test_resuming_lets_an_event_loop_run(call: Call, processing: Processing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many records that are skipped are not one step."""
    del call
    monkeypatch.setattr("emissary_client_sdk._flows.processing._SKIPPED", 2)
    processing.write(*TEXTS)
    processing.run()
    assert processing.run(progress=True).resumed == len(TEXTS)


def test_parquet_without_polars(processing: Processing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The error names the extra."""
    polars.DataFrame({"prompt": ["a"]}).write_parquet(tmp_path / "in.parquet")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="data"):
        processing.run(input=tmp_path / "in.parquet")
