"""The check of data files: formats, tasks and the problems of single records."""

from __future__ import annotations

import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import check_dataset
from emissary_client_sdk.types import OpenEnum

if TYPE_CHECKING:
    from pathlib import Path

USER, ASSISTANT, SYSTEM = (f'{{"role": "{role}", "content": "{role}"}}' for role in ("user", "assistant", "system"))
TEXT = '{"prompt": "p", "completion": "c"}'
NUMBER = '{"prompt": "p", "completion": -2}'
OTHER = '{"prompt": "q", "completion": 3}'
PAIR = '{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 0.5}'
ENTITIES = r'{"prompt": "p", "completion": "{\"P\": [\"x\"], \"O\": []}"}'
TEXT_CSV = "input,expected_output"
PAIR_CSV = "text1,text2,score"
PREPARE = "; convert it with `emissary datasets prepare` or `prepare_dataset`"
END = "; the rest of the file is not checked"
URL = '{"type": "image", "image": "https://example.com/a.png"}'
CLIP = f'{{"prompt": {{"content": [{URL}, {URL}]}}, "completion": {{"violation": 1}}}}'
SIDES = '{"itemA": {"image": "data:image/png,aa"}, "itemB": {"image": "https://a.b/c", "text": "t"}, "similarity": 1}'
WORD = '{"type": "text", "text": "t"}'
VLM = f'{{"messages": [{{"role": "user", "content": [{URL}, {WORD}]}}, {ASSISTANT}]}}'
VLM_PROMPT = f'{{"prompt": {{"content": [{URL}]}}, "completion": "c"}}'
VLM_LABELS = f'{{"messages": [{{"role": "user", "content": [{URL}]}}], "completion": {{"a": 1, "b": 0}}}}'


def lines(*records: str) -> bytes:
    """Return records as lines."""
    return "\n".join(records).encode()


def completion(value: str) -> bytes:
    """Return the record of a completion after one of text."""
    return lines(TEXT, f'{{"prompt": "q", "completion": {value}}}')


def messages(*conversation: str) -> bytes:
    """Return a conversation as a record, after one in order."""
    start = USER.replace('"user"}', '"start"}')
    return lines(f'{{"messages": [{start}, {ASSISTANT}]}}', f'{{"messages": [{", ".join(conversation)}]}}')


def labeled(last: str, count: int = 40) -> bytes:
    """Return records with the labels a and b in turn, and one more completion."""
    turns = (f'{{"prompt": "p{i}", "completion": {{"a": {i % 2}, "b": {1 - i % 2}}}}}' for i in range(count))
    return lines(*turns, f'{{"prompt": "last", "completion": {last}}}')


def pair(before: str, after: str) -> bytes:
    """Return a pair after one in order, changed in one place."""
    return lines(PAIR, PAIR.replace('"a"', '"c"').replace(before, after))


def problems(content: bytes, task_type: str | None = None) -> list[str]:
    """Return the problems of a file as a report prints them."""
    return [str(problem) for problem in check_dataset(content, task_type).problems]


@pytest.mark.parametrize(
    ("content", "task_type", "kind", "found"),
    [
        pytest.param(lines(TEXT), None, "jsonl", "text-generation", id="completion"),
        pytest.param(lines(TEXT), "text-generation", "jsonl", "text-generation", id="completion, named"),
        pytest.param(messages(SYSTEM, USER, ASSISTANT), None, "jsonl", "text-generation", id="messages"),
        pytest.param(labeled('{"b": 1.0, "a": 0.0}'), None, "jsonl", "classification", id="labels"),
        pytest.param(lines(NUMBER), None, "jsonl", "regression", id="number"),
        pytest.param(lines(PAIR), None, "jsonl", "embedding", id="pair"),
        pytest.param(lines(ENTITIES), "ner", "jsonl", "ner", id="entities"),
        pytest.param(f" [\n{NUMBER},{OTHER}]\n".encode(), None, "json", "regression", id="array"),
        pytest.param(b'input,expected_output\r\na,"b\n"",c"\r\n', None, "csv", None, id="CSV"),
        pytest.param(lines(TEXT_CSV, "a,-1.5e3"), "regression", "csv", "regression", id="CSV of numbers"),
        pytest.param(lines(PAIR_CSV, "a,b,1"), None, "csv", "embedding", id="CSV of pairs"),
        pytest.param(lines(CLIP), None, "jsonl", "clip-classification", id="two images"),
        pytest.param(lines(SIDES), None, "jsonl", "clip-embedding", id="pair of images"),
        pytest.param(lines(VLM), None, "jsonl", "vlm-generation", id="messages with images"),
        pytest.param(lines(VLM_PROMPT), None, "jsonl", "vlm-generation", id="prompt with images"),
        pytest.param(lines(VLM_LABELS), None, "jsonl", "vlm-classification", id="labels of images"),
    ],
)  # fmt: skip
def test_formats_and_tasks_are_detected(content: bytes, task_type: str | None, kind: str, found: str | None) -> None:
    """Every form of the platform's guides passes; a few labels are only worth warnings about their number."""
    report = check_dataset(content, task_type)
    assert [problem for problem in report.problems if "label" not in problem.message] == []
    assert (report.format, report.task_type) == (kind, found)
    assert (report.file_name, report.size, report.ok) == (f"dataset.{kind}", len(content), True)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file: error: the file is empty"),
        (b"[ ]", "file: error: the file has no records"),
        (lines(TEXT_CSV), "file: error: the file has no records"),
        (b"\xff\xfe{\x00}\x00", f"file: error: the file is encoded in UTF-16{PREPARE}"),
        ("input,b".encode("utf-16-be"), f"file: error: the file is encoded in UTF-16-BE{PREPARE}"),
        (gzip.compress(b"x", mtime=0), f"file: error: the file is compressed with gzip{PREPARE}"),
        (b"PK\x03\x04", f"file: error: the file is a spreadsheet (.xlsx) or another ZIP archive{PREPARE}"),
        (b"%PDF-1", "file: error: the file is a PDF file; export the records as CSV or JSONL"),
        (b" <!DOCTYPE html>", "the file is an HTML page; check the address from which it was downloaded"),
        (bytes(range(256)), "file: error: the file is a binary file; export the records as CSV or JSONL"),
        (b"\xef\xbb\xbf" + lines(TEXT), "file: warning: the file begins with a byte-order mark, which an upload"),
        (lines(TEXT, "", TEXT.replace('c"}', 'd"}')), "line 2: warning: blank line"),
        (lines(TEXT) + b'\n{"prompt": "\xff"}', "line 2: error: invalid UTF-8 at byte 13 of the record"),
        (completion("NaN"), "line 2: error: invalid JSON: NaN is not JSON at column 31"),
        (completion("-Infinity"), "line 2: error: invalid JSON: Infinity is not JSON at column 32"),
        (completion("True"), "line 2: error: invalid JSON: True is not JSON at column 31"),
        (lines(TEXT, "{'prompt': 1}"), "invalid JSON: single quotes at column 2; write strings in straight double quo"),
        (lines(TEXT, "{“prompt”: 1}"), "invalid JSON: typographic quotes at column 2; write strings in straight"),
        (lines(TEXT, "{"), "line 2: error: invalid JSON: the record is incomplete; write each record on one line"),
        (lines(TEXT, '{"a": "b'), "line 2: error: invalid JSON: a string is not closed"),
        (lines(TEXT, '{"a": "b\tc"}'), "invalid JSON: a string is not closed, or has a line break or tab that is not"),
        (lines(TEXT, '{"a": 1,}'), "line 2: error: invalid JSON: a comma too many at column 9"),
        (lines(TEXT, "{},"), "a comma after the record at column 3; separate records by line breaks only"),
        (lines(TEXT, "{}{}"), "text after the record at column 3: {}; write each record on its own line"),
        (lines(TEXT, "1 x"), "line 2: error: invalid JSON: text after the record at column 3: x"),
        (lines(TEXT, '{"a": "b" "c"}'), "a comma or the end at column 11; is a quote missing, or not escaped?"),
        (lines(TEXT, '{"a" 1}'), "line 2: error: invalid JSON: expected `:` at column 6"),
        (lines(TEXT, "null"), "line 2: error: the record must be an object, not null"),
        (lines(TEXT, '"x"'), "line 2: error: the record must be an object, not a string"),
        (lines(TEXT, '{"prompt": "p"}'), 'line 2: error: fields: missing "completion"'),
        (lines(TEXT, '{"prompt": "p", "c": 1}'), 'line 2: error: fields: missing "completion", unexpected "c"'),
        (lines(TEXT, TEXT.replace("prompt", "Prompt")), 'unexpected "Prompt"; rename `Prompt` to `prompt`'),
        (completion('" "'), "line 2: error: completion is empty"),
        (completion('"\\u200b"'), "line 2: error: completion has only invisible characters"),
        (completion("[1]"), "line 2: error: completion must be a string, not an array"),
        (completion(f'"{"ab " * 14_000}"'), "line 2: warning: very long record: about 8,400 tokens"),
        (completion('"caf\u00c3\u00a9"'), 'decoded wrongly: "caf\u00c3\u00a9"; read the original file in its own'),
        (lines(TEXT, TEXT), "line 2: warning: the record repeats an earlier one (line 1)"),
        (lines(TEXT, '{"prompt": 1, "prompt": "q", "completion": "d"}'), 'the key "prompt" occurs several times; only'),
        (messages(SYSTEM, USER, SYSTEM, ASSISTANT), "line 2: error: messages: a system message must be the first"),
        (messages(USER, SYSTEM, ASSISTANT), "line 2: error: messages: a system message must be the first"),
        (messages(SYSTEM, USER), "line 2: error: messages: the last message must be the assistant's, not the user's"),
        (messages(USER, USER, ASSISTANT), "line 2: warning: messages: messages of user and assistant do not alternate"),
        (messages(ASSISTANT), "line 2: warning: messages: messages of user and assistant do not alternate"),
        (messages(), "line 2: error: messages must be an array of messages, not an empty one"),
        (lines('{"messages": 1}'), "line 1: error: messages must be an array of messages, not a number"),
        (messages(USER, "null"), "line 2: error: a message must be an object, not null, in messages[1]"),
        (messages('{"role": "user"}'), 'a message must have role and content; missing "content", in messages[0]'),
        (messages('{"role": "bot", "content": "x"}'), 'must be system, user or assistant, not "bot", in messages[0]'),
        (messages('{"role": {}, "content": "x"}'), "a role must be system, user or assistant, not an object, in"),
        (messages('{"role": "user", "content": null}'), "the content of a message must be a string, not null, in"),
        (messages('{"role": "user", "content": ""}'), "the content of a message is empty, in messages[0]"),
        (messages(USER, ASSISTANT.replace("}", ', "weight": 0}')), 'that the platform does not document: "weight"'),
        (messages(USER, ASSISTANT.replace('"assistant"}', '"\u00c3\u00a9"}')), "messages have characters that were"),
        (pair('"b"}, "similarity": 0.5', '"c"}, "similarity": true'), "similarity must be a number, not a boolean"),
        (pair("0.5", "1.5"), "line 2: error: similarity must be -1 to 1, not 1.5"),
        (pair("0.5", '" 0.5"'), "line 2: error: similarity is a number in quotes: write 0.5"),
        (pair("0.5", '"1_0"'), "line 2: error: similarity must be a number, not a string"),
        (pair("0.5", "true"), "line 2: error: similarity must be a number, not a boolean"),
        (pair("0.5", "1e999"), "line 2: error: similarity must be -1 to 1, not inf"),
        (pair('{"text": "c"}', '"a"'), 'itemA must be an object with "text", not a string'),
        (pair('"text": "b"', '"txt": "b"'), 'fields than text: missing "text", unexpected "txt"'),
        (pair('"text": "b"', '"text": 1'), "itemB.text must be a string, not a number"),
        (pair('"b"}, "similarity": 0.5', '"c"}, "similarity": 0'), "itemA and itemB are equal, but similarity is not"),
        (lines('{"prompt": "p", "completion": 1e999}'), "line 1: error: completion must be finite, not inf"),
        (labeled('{"a": "1", "b": 0}'), 'a label must be 0 or 1: "a" is "1"; write it without quotes'),
        (labeled('{"a": 1, "b": false}'), 'line 41: error: a label must be 0 or 1: "b" is false'),
        (labeled('{"a": 2, "b": 0}'), 'line 41: error: a label must be 0 or 1: "a" is 2'),
        (labeled('{"a": 1, "c": 0}'), 'line 41: error: labels differ from most records: missing "b", unexpected "c"'),
        (labeled("{}"), "line 41: error: completion must be an object of labels, not an empty one"),
        (labeled('"a"'), f"completion must be an object of labels, not a string{PREPARE}"),
        (labeled('{"a": 0, "b": 0}'), "line 41: warning: no label is 1, but exactly one in most records"),
        (labeled('{"a": 1, "b": 1}'), "line 41: warning: 2 labels are 1, but exactly one in most records"),
        (labeled('{"a": 0, "b": 1}', 39), 'file: warning: label "a" has 19 examples; 20 or more are advised'),
        (b"[1", f"line 1: error: invalid JSON: expected , and found the end of the file{END}"),
        (b"[1\n {}]", f"line 2: error: invalid JSON: expected , and found {{{END}"),
        (b"[]\n]", f"line 2: error: invalid JSON: expected the end of the file and found ]{END}"),
        (b"[\n,", f"line 2: error: invalid JSON: Expecting value{END}"),
        (f"[{TEXT},\n]".encode(), f"line 1: error: invalid JSON: a comma after the last record{END}"),
        (b"['a']", "invalid JSON: single quotes; write strings in straight double quotes"),
        (b'["a\n"]', f"a string is not closed, or has a line break or tab that is not escaped{END}"),
        (b'["\xff"]', "line 1, record 1: error: invalid UTF-8 at byte 2 of the record"),
        (b"[" * 100_000, f"line 1: error: invalid JSON: nested too deeply{END}"),
        (b"input;expected_output", f"the rows are not checked; separate the columns by commas, or{PREPARE[1:]}"),
        (b"text1,text2", f'line 1: error: the header must be {TEXT_CSV} or {PAIR_CSV}, not "text1,text2"; the rows'),
        (b"Prompt,Label", "rename `Prompt` to `input` and `Label` to `expected_output`, or convert it"),
        (lines(f"id,{TEXT_CSV}", "1,a,b"), f'the header must be {TEXT_CSV}, not "id,{TEXT_CSV}"; remove "id"'),
        (lines(f"input,{TEXT_CSV}", "1,a,b"), f'the header must be {TEXT_CSV}, not "input,{TEXT_CSV}"'),
        (lines("", TEXT_CSV, "a,b", "c,d"), "line 1: warning: blank line"),
        (lines(TEXT_CSV, "a,b", "", "c,d"), "line 3: warning: blank line"),
        (lines(TEXT_CSV, '"a\na",b', '"a\na",b'), "line 4: warning: the record repeats an earlier one (line 2)"),
        (lines(TEXT_CSV, "a"), "line 2: error: 1 cell, but 2 in the header"),
        (lines(TEXT_CSV, "a,b", "c,d,e"), "3 cells, but 2 in the header; put texts with commas in double quotes"),
        (lines(TEXT_CSV, " ,b"), "line 2: error: input is empty"),
        (lines(TEXT_CSV, '"a"b,c', "d,e"), "line 2: error: invalid CSV: ',' expected after '\"'"),
        (lines(TEXT_CSV, "a,b", '"c,d', "e,f"), "line 3: error: a quote is not closed before the end, or within 16"),
        (b"input,expected_output\ra,b", f"line 1: error: the lines end with a carriage return only{PREPARE}"),
        (lines(TEXT_CSV, "a,b") + b"\n\xff,c", f"line 3: error: invalid UTF-8{PREPARE}"),
        (lines(PAIR_CSV, "a,b,1.01"), "line 2: error: score must be 0 to 1, not 1.01"),
        (lines(PAIR_CSV, 'a,b,"0,5"'), 'line 2: error: score must be a number, not "0,5"'),
        (lines(PAIR_CSV, "a,b,nan"), 'line 2: error: score must be a number, not "nan"'),
        (lines(PAIR_CSV, "a,b,"), "line 2: error: score is empty"),
    ],
)  # fmt: skip
def test_problem_is_reported(content: bytes, expected: str) -> None:
    """Each problem is found, and nothing else is reported with it."""
    also = "line 1, record 1: error: the record must be an object, not a number"  # in arrays that break
    [found] = [problem for problem in problems(content) if problem != also]
    assert expected in found


def test_record_that_must_be_an_object_is_reported_once_for_all() -> None:
    """Equal problems are one group."""
    assert problems(lines(TEXT, *"12345678")) == [
        "line 2: error: the record must be an object, not a number (8 records; also lines 3, 4, 5, 6, …)"
    ]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ('{"prompt": "p"}', 'records with "prompt" fit no task; the nearest format has prompt and completion; the rec'),
        ('{"promt": "p", "completion": "c"}', "rename `promt` to `prompt`"),
        ('{"prompt": "p", "completion": true}', "completion must be a string, a number or an object of labels"),
        ('{"prompt": {"a": 1}, "completion": "c"}', 'prompt must be a string, or for tasks with images {"content"'),
        ("{}", "records must have the fields prompt and completion, messages, or itemA, itemB and similarity"),
        ('{"a": 1, "b": 1, "c": 1, "d": 1}', 'records with "a", "b", "c" and 1 more fit no task'),
        ('{"text": "t", "label": "l"}', f"has prompt and completion; the records are not checked{PREPARE}"),
        ('{"conversations": []}', "the nearest format has messages;"),
        ('{"sentence1": "a", "sentence2": "b", "score": 1}', "the nearest format has itemA, itemB and similarity"),
        ('{"prompt": "p", "chosen": "a", "rejected": "b"}', "rename `chosen` to `completion` and drop `rejected`"),
        ('{"text": {"0": "a"}, "label": {"0": "b"}}', 'to_json(path, orient="records", lines=True)'),
        ('{"data": [{"text": "a"}]}', 'the records are in the field "data"; the records are not checked; write'),
        ('{"text": ["a", "b"], "label": ["x", "y"]}', 'to_json(path, orient="records", lines=True)'),
    ],
)  # fmt: skip
def test_records_of_no_task_are_an_error(record: str, expected: str) -> None:
    """The error names the nearest format and a way to it, and says that nothing else was checked."""
    report = check_dataset(lines(record))
    [problem] = report.problems
    assert expected in str(problem)
    assert "; the records are not checked" in problem.message
    assert (problem.line, problem.severity, report.task_type, report.records) == (None, "error", None, 1)


@pytest.mark.parametrize(
    ("content", "task_type", "expected"),
    [
        (lines(TEXT), "classification", "line 1: error: completion must be an object of labels, not a string"),
        (lines('{"prompt": "p", "label": 1}'), "regression", 'missing "completion", unexpected "label"'),
        (lines(PAIR_CSV), "regression", f'line 1: error: the header must be {TEXT_CSV}, not "{PAIR_CSV}"'),
        (lines(TEXT_CSV), "ner", "line 1: error: ner needs JSONL, not CSV; the rows are not checked"),
        (lines(TEXT_CSV, "a,x"), "regression", 'line 2: error: expected_output must be a number, not "x"'),
        (lines(TEXT_CSV, "a,"), "classification", "line 2: error: expected_output is empty"),
        (lines(ENTITIES, ENTITIES.replace("O", "Q")), "ner", "line 2: error: entity types differ from most records"),
        (lines(ENTITIES, '{"prompt": "q", "completion": {}}'), "ner", "must be a string of JSON, not an object"),
        (lines(ENTITIES, completion('"c"').decode()), "ner", 'JSON of entity types and arrays of texts, not "c"'),
        (lines(ENTITIES, ENTITIES.replace("[]", "[1]")), "ner", "completion must be JSON of entity types and arrays"),
    ],
)  # fmt: skip
def test_task_decides_what_is_expected(content: bytes, task_type: str, expected: str) -> None:
    """A record that suits one task is an error for another."""
    assert expected in "\n".join(problem for problem in problems(content, task_type) if "error" in problem)


@pytest.mark.parametrize(
    ("task_type", "expected"),
    [
        ("clasification", r"'clasification' is not one of .*; did you mean 'classification'\?"),
        ("Text_Generation", "did you mean 'text-generation'"),
        ("new", "vlm-classification$"),
    ],
)
def test_unknown_task_is_refused(task_type: str, expected: str) -> None:
    """A misspelled task must not switch the check off."""
    with pytest.raises(ValueError, match=f"task_type: .*{expected}"):
        check_dataset(b"", task_type)


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (CLIP, {f"{URL}, {URL}": URL, '"https://example.com/a.png"}]': '"a.png"}]', "1}": "2}"}),
        (CLIP, {f'{{"content": [{URL}, {URL}]}}': '"a"', f"[{URL}, {URL}]": "1"}),
        (SIDES, {'"data:image/png,aa"': "1", '"t"': "1", ": 1}": ": 0.5}", '{"image": "https': '{"x": "https'}),
        (SIDES, {'{"image": "https://a.b/c", "text": "t"}': "1"}),
        (VLM, {'"text", "text"': '"video", "video"', '"t"': '""', f"[{URL}, ": "[1, "}),
        (VLM, {'"image", "image"': '"image", "url"', '"t"': "1", f'[{URL}, {WORD}]': "[]"}),
        (VLM_PROMPT, {'"c"': "1"}),
        (VLM_LABELS, {'"a": 1': '"a": 3'}),
    ],
)  # fmt: skip
def test_images_are_checked(record: str, changes: dict[str, str]) -> None:
    """Each change of a record with images is an error of its line only."""
    task = check_dataset(record.encode()).task_type
    for before, after in changes.items():
        assert before in record
        report = check_dataset(lines(record, record.replace(before, after)), task)
        assert [problem.line for problem in report.errors] == [2], (before, report)


def test_most_records_are_the_reference() -> None:
    """A bad first line does not accuse the good ones, whether its fields, type, labels or entity types differ."""
    good = [f'{{"prompt": "{i}", "completion": {{"a": {i % 2}, "b": {1 - i % 2}}}}}' for i in range(40)]
    for first in (
        '{"prompt": 1',
        TEXT,
        '{"prompt": "z", "completion": {"a": 1}}',
        '{"promt": "z", "completion": "c"}',
        PAIR,
    ):
        report = check_dataset(lines(first, *good))
        assert (report.task_type, report.error_count, report.errors[0].lines) == ("classification", 1, (1,))


def test_fields_that_most_records_have_are_expected() -> None:
    """A field beyond the known ones is only a warning, but other records must have it too."""
    record = '{"prompt": "%s", "completion": "c%s", "%s": 1}'
    found = problems(lines(record % (1, 1, "id"), record % (2, 2, "id"), record % (3, 3, "key")))
    assert found == [
        'line 3: error: fields: missing "id", unexpected "key"',
        'file: warning: fields that text-generation does not have: "id"',
    ]


def test_extension_that_contradicts_the_content_is_reported(tmp_path: Path) -> None:
    """The platform may go by the extension."""
    path = tmp_path / "data.json"
    path.write_bytes(lines(TEXT))
    report = check_dataset(path)
    assert str(report.problems[0]) == "file: warning: the content is JSONL, unlike the file's extension"
    assert report.file_name == "data.json"


@pytest.mark.parametrize(("name", "content", "error"), [
    ("a.json", b"x", f"invalid JSON: expected [ and found x{END}"),
    ("a.csv", b"{}", f'the header must be {TEXT_CSV} or {PAIR_CSV}, not "{{}}"; the rows are not checked'),
    ("a.ndjson", b"x", "invalid JSON: expected value at column 1"),
])  # fmt: skip
def test_extension_decides_if_the_content_does_not(tmp_path: Path, name: str, content: bytes, error: str) -> None:
    """A file of unknown content is read as its extension says."""
    (tmp_path / name).write_bytes(content)
    assert check_dataset(str(tmp_path / name)).problems[0].message == error


def test_open_file_is_read_from_its_position() -> None:
    """The check begins at the position, which it restores; lines count from there."""
    file = io.BytesIO(b"skipped\n" + lines(TEXT, "1"))
    file.seek(8)
    report = check_dataset(file)
    assert (report.records, report.problems[0].line, file.tell()) == (2, 2, 8)


def test_record_of_an_array_has_its_number() -> None:
    """All records of an array may be on one line."""
    records = [{"prompt": str(number), "completion": "c" * (number % 7)} for number in range(20)]
    [problem] = check_dataset(json.dumps(records).encode()).errors
    assert str(problem) == "line 1, record 1: error: completion is empty (3 records)"


def test_member_of_an_enumeration_is_a_task() -> None:
    """A task type of the models is reported as the plain string."""

    class Task(OpenEnum):
        REGRESSION = "regression"

    found: Any = check_dataset(b'{"prompt": "p", "completion": 1}', Task.REGRESSION).task_type
    assert (type(found), found) == (str, "regression")
