"""The check of data files: formats, tasks, problems and counts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk._datafiles import builder, labels
from emissary_client_sdk._datafiles.check import check_dataset
from emissary_client_sdk.types import OpenEnum

if TYPE_CHECKING:
    from pathlib import Path

USER, ASSISTANT, SYSTEM = (f'{{"role": "{role}", "content": "x"}}' for role in ("user", "assistant", "system"))
TEXT = '{"prompt": "p", "completion": "c"}'
NUMBER = '{"prompt": "p", "completion": -2}'
PAIR = '{"itemA": {"text": "a"}, "itemB": {"text": "b"}, "similarity": 0.5}'
ENTITIES = r'{"prompt": "p", "completion": "{\"P\": [\"x\"], \"O\": []}"}'
TEXT_CSV = "input,expected_output"
PAIR_CSV = "text1,text2,score"
LENIENT = "file: warning: records for {} are only checked for having the same fields"
DIFFERENT = "line 2: error: fields differ from line 1: "
END = "; the rest of the file is not checked"


def lines(*records: str) -> bytes:
    """Return records as lines."""
    return "\n".join(records).encode()


def completion(value: str) -> bytes:
    """Return the record of a completion after one of text."""
    return lines(TEXT, f'{{"prompt": "q", "completion": {value}}}')


def messages(*conversation: str) -> bytes:
    """Return a conversation as a record, after one in order."""
    return lines(f'{{"messages": [{USER}, {ASSISTANT}]}}', f'{{"messages": [{", ".join(conversation)}]}}')


def labeled(last: str, count: int = 40) -> bytes:
    """Return records with the labels a and b in turn, and one more completion."""
    turns = (f'{{"prompt": "p{i}", "completion": {{"a": {i % 2}, "b": {1 - i % 2}}}}}' for i in range(count))
    return lines(*turns, f'{{"prompt": "last", "completion": {last}}}')


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
        pytest.param(f" [\n{NUMBER},{NUMBER.replace('-2', '1e2')}]\n".encode(), None, "json", "regression", id="array"),
        pytest.param(b'input,expected_output\r\na,"b\n"",c"\r\n', None, "csv", None, id="CSV"),
        pytest.param(lines(TEXT_CSV, "a,-1.5e3"), "regression", "csv", "regression", id="CSV of numbers"),
        pytest.param(lines(PAIR_CSV, "a,b,1"), None, "csv", "embedding", id="CSV of pairs"),
    ],
)  # fmt: skip
def test_formats_and_tasks_are_detected(content: bytes, task_type: str | None, kind: str, found: str | None) -> None:
    """Every form of the platform's guides passes without problems."""
    report = check_dataset(content, task_type)
    assert (report.format, report.task_type, report.problems) == (kind, found, [])
    assert (report.file_name, report.size, report.ok) == (f"dataset.{kind}", len(content), True)


@pytest.mark.parametrize(
    ("record", "task_type"),
    [
        ('{"messages": [{"role": "user", "content": [{"type": "image"}]}]}', "vlm-generation"),
        ('{"prompt": {"content": []}, "completion": "x"}', "vlm-generation"),
        ('{"prompt": {"content": []}, "completion": {"violation": 1}}', "clip-classification"),
        ('{"itemA": {"image": "i"}, "itemB": {"image": "i"}, "similarity": 1}', "clip-embedding"),
    ],
)
def test_images_are_not_looked_at(record: str, task_type: str) -> None:
    """Records with images are only compared with each other, and so are those of an unknown task."""
    assert problems(lines(record, '{"x": 1}'))[1:] == [LENIENT.format(task_type)]
    assert problems(lines('{"anything": 1}', '{"anything": null}'), "new") == [LENIENT.format("new")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file: error: the file is empty"),
        (b"[ ]", "file: error: the file has no records"),
        (lines(TEXT_CSV, ""), "file: error: the file has no records"),
        (b"\xff\xfe{\x00}\x00", "line 1: error: the file is encoded in UTF-16: save it as UTF-8"),
        (b"\xef\xbb\xbf" + lines(TEXT), "line 1: error: the file begins with a byte-order mark: save it as UTF-8"),
        (lines(TEXT, "", TEXT.replace("c\"}", "d\"}")), "line 2: warning: blank line"),
        (lines(TEXT) + b'\n{"prompt": "\xff"}', "line 2: error: invalid UTF-8 at byte 13 of the record"),
        (completion("NaN"), "line 2: error: invalid JSON at column 31: NaN is not JSON"),
        (completion("-Infinity"), "line 2: error: invalid JSON at column 32: Infinity is not JSON"),
        (completion("True"), "line 2: error: invalid JSON at column 31: True is not JSON"),
        (lines(TEXT, "{'prompt': 1}"), "line 2: error: invalid JSON at column 2: key must be a string"),
        (lines(TEXT, "{"), "line 2: error: invalid JSON: the record is incomplete; write each record on one line"),
        (lines(TEXT, "null"), "line 2: error: the record must be an object, not null"),
        (lines(TEXT, '"x"'), "line 2: error: the record must be an object, not a string"),
        (lines(TEXT, '{"prompt": "p"}'), DIFFERENT + 'missing "completion"'),
        (lines(TEXT, '{"prompt": "p", "c": 1}'), DIFFERENT + 'missing "completion", unexpected "c"'),
        (lines('{"promt": "p", "completion": "c"}'), 'line 1: error: fields: missing "prompt", unexpected "promt"'),
        (lines('{"prompt": "p"}'), 'line 1: error: fields: missing "completion"'),
        (lines('{"prompt": "p", "completion": true}'), "a string, a number or an object of labels, not a boolean"),
        (lines("{}"), "line 1: error: fields must be prompt and completion, messages, or itemA"),
        (lines('{"a": 1, "b": 1, "c": 1, "d": 1}'), 'itemB and similarity, not "a", "b", "c" and 1 more'),
        (completion('" "'), "line 2: error: completion is empty"),
        (completion("[1]"), "line 2: error: completion must be a string, not an array"),
        (completion(f'"{"x" * 32_000}"'), "line 2: warning: very long record: 32,001 characters, about 8,000 tokens"),
        (lines(TEXT, TEXT), "line 2: warning: same record as on line 1"),
        (messages(SYSTEM, USER, SYSTEM, ASSISTANT), "line 2: error: messages[2]: a system message must be the first"),
        (messages(USER, SYSTEM, ASSISTANT), "line 2: error: messages[1]: a system message must be the first"),
        (messages(SYSTEM, USER), "line 2: error: messages: the last message must be the assistant's, not the user's"),
        (messages(USER, USER, ASSISTANT), "line 2: warning: messages: messages of user and assistant do not alternate"),
        (messages(ASSISTANT), "line 2: warning: messages: messages of user and assistant do not alternate"),
        (messages(), "line 2: error: messages must be an array of messages, not an empty one"),
        (lines('{"messages": 1}'), "line 1: error: messages must be an array of messages, not a number"),
        (messages("null"), "line 2: error: messages[0] must be an object, not null"),
        (messages('{"role": "user"}'), 'line 2: error: messages[0]: missing "content"'),
        (messages('{"role": "bot", "content": "x"}'), '[0].role must be system, user or assistant, not "bot"'),
        (messages('{"role": {}, "content": "x"}'), "[0].role must be system, user or assistant, not an object"),
        (messages('{"role": "user", "content": null}'), "messages[0].content must be a string, not null"),
        (messages('{"role": "user", "content": ""}'), "line 2: error: messages[0].content is empty"),
        (lines(PAIR, PAIR.replace("0.5", "1.5")), "line 2: error: similarity must be -1 to 1, not 1.5"),
        (lines(PAIR, PAIR.replace("0.5", '" 0.5"')), "line 2: error: similarity is a number in quotes: write 0.5"),
        (lines(PAIR, PAIR.replace("0.5", '"1_0"')), "line 2: error: similarity must be a number, not a string"),
        (lines(PAIR, PAIR.replace("0.5", "true")), "line 2: error: similarity must be a number, not a boolean"),
        (lines(PAIR, PAIR.replace('{"text": "a"}', '"a"')), 'itemA must be an object with "text", not a string'),
        (lines(PAIR, PAIR.replace('"text": "b"', '"txt": "b"')), 'fields than text: missing "text", unexpected "txt"'),
        (lines(PAIR, PAIR.replace('"text": "b"', '"text": 1')), "itemB.text must be a string, not a number"),
        (lines('{"prompt": "p", "completion": 1e999}'), "line 1: error: completion must be finite, not inf"),
        (labeled('{"a": "1", "b": 0}'), 'line 41: error: label "a" must be 0 or 1, not "1"'),
        (labeled('{"a": 1, "b": false}'), 'line 41: error: label "b" must be 0 or 1, not false'),
        (labeled('{"a": 2, "b": 0}'), 'line 41: error: label "a" must be 0 or 1, not 2'),
        (labeled('{"a": 1, "c": 0}'), 'line 41: error: labels differ from line 1: missing "b", unexpected "c"'),
        (labeled("{}"), "line 41: error: completion must be an object of labels, not an empty one"),
        (labeled("1"), "line 41: error: completion must be an object of labels, not a number"),
        (labeled('{"a": 0, "b": 0}'), "line 41: warning: no label is 1, but exactly one in most records"),
        (labeled('{"a": 1, "b": 1}'), "line 41: warning: 2 labels are 1, but exactly one in most records"),
        (labeled('{"a": 0, "b": 1}', 39), 'file: warning: label "a" has 19 examples; 20 or more are advised'),
        (b"[1", f"line 1: error: invalid JSON: expected , and found the end of the file{END}"),
        (b"[1\n {}]", f"line 2: error: invalid JSON: expected , and found {{{END}"),
        (b"[]\n]", f"line 2: error: invalid JSON: expected the end of the file and found ]{END}"),
        (b"[\n,", f"line 2: error: invalid JSON: Expecting value{END}"),
        (b'["\xff"]', "line 1: error: invalid UTF-8 at byte 2 of the record"),
        (b"[" * 100_000, f"line 1: error: invalid JSON: nested too deeply{END}"),
        (b"input;expected_output", 'not "input;expected_output"; separate the columns by commas'),
        (b"text1,text2", f'line 1: error: the header must be {TEXT_CSV} or {PAIR_CSV}, not "text1,text2"'),
        (lines(f"id,{TEXT_CSV}", "1,a,b"), f'line 1: error: the header must be {TEXT_CSV}, not "id,{TEXT_CSV}"'),
        (lines(TEXT_CSV, "a,b", "", "c,d"), "line 3: warning: blank line"),
        (lines(TEXT_CSV, '"a\na",b', '"a\na",b'), "line 4: warning: same record as on line 2"),
        (lines(TEXT_CSV, "a"), "line 2: error: 1 cell, but 2 in the header"),
        (lines(TEXT_CSV, " ,b"), "line 2: error: input is empty"),
        (lines(TEXT_CSV, '"a"b,c', "d,e"), "line 2: error: invalid CSV: ',' expected after '\"'"),
        (lines(TEXT_CSV, "a,b", '"c,d', "e,f"), "line 3: error: a quote is not closed"),
        (lines(TEXT_CSV, f'"{"x" * 131_073}'), "a field is longer than 131,072 characters: is a clos"),
        (lines(TEXT_CSV, "a,b") + b"\n\xff,c", "line 3: error: invalid UTF-8 at byte 1 of the line"),
        (lines(PAIR_CSV, "a,b,1.01"), "line 2: error: score must be 0 to 1, not 1.01"),
        (lines(PAIR_CSV, 'a,b,"0,5"'), 'line 2: error: score must be a number, not "0,5"'),
        (lines(PAIR_CSV, "a,b,nan"), 'line 2: error: score must be a number, not "nan"'),
        (lines(PAIR_CSV, "a,b,"), "line 2: error: score is empty"),
    ],
)  # fmt: skip
def test_problem_is_reported(content: bytes, expected: str) -> None:
    """Each problem is found, and nothing else is reported with it."""
    also = "line 1: error: the record must be an object, not a number"  # in arrays that break
    [found] = [problem for problem in problems(content) if problem != also]
    assert expected in found


@pytest.mark.parametrize(
    ("content", "task_type", "expected"),
    [
        (lines(TEXT), "classification", "line 1: error: completion must be an object of labels, not a string"),
        (lines(PAIR_CSV), "regression", f'line 1: error: the header must be {TEXT_CSV}, not "{PAIR_CSV}"'),
        (lines(TEXT_CSV, "a,x"), "regression", 'line 2: error: expected_output must be a number, not "x"'),
        (lines(TEXT_CSV, "a,"), "classification", "line 2: error: expected_output is empty"),
        (lines(ENTITIES, ENTITIES.replace("O", "Q")), "ner", 'line 2: error: entity types differ from line 1: mi'),
        (lines(ENTITIES, '{"prompt": "p", "completion": {}}'), "ner", "must be a string of JSON, not an object"),
        (lines(ENTITIES, TEXT), "ner", 'must be JSON of entity types and arrays of texts, not "c"'),
        (lines(ENTITIES, ENTITIES.replace("[]", "[1]")), "ner", "completion must be JSON of entity types and arrays"),
    ],
)  # fmt: skip
def test_task_decides_what_is_expected(content: bytes, task_type: str, expected: str) -> None:
    """A record that suits one task is an error for another."""
    [found] = [problem for problem in problems(content, task_type) if "advised" not in problem]
    assert expected in found


def test_extra_fields_of_the_first_record_are_expected() -> None:
    """A field that all records have beyond the known ones is only a warning; other records must have it too."""
    record = '{"prompt": "%s", "completion": "c", "%s": 1}'
    found = problems(lines(record % (1, "id"), record % (2, "id"), record % (3, "key")))
    assert found == [
        'line 1: warning: fields: unexpected "id"',
        'line 3: error: fields differ from line 1: missing "id", unexpected "key"',
    ]


@pytest.mark.parametrize(
    ("completions", "kind", "counts", "warnings"),
    [
        (['{"spam": 1}'] * 20 + ['{"spam": 0}'] * 20, "binary", {"spam": 20}, 0),
        (['{"spam": 1}'] * 20 + ['{"spam": 0}'], "binary", {"spam": 20}, 1),
        (['{"a": 1, "b": 0}', '{"a": 0, "b": 1}'] * 20, "multiclass", {"a": 20, "b": 20}, 0),
        (['{"a": 1, "b": 1}', '{"a": 0, "b": 0}'] * 20, "multilabel", {"a": 20, "b": 20}, 0),
    ],
)
def test_labels_are_counted(completions: list[str], kind: str, counts: dict[str, int], warnings: int) -> None:
    """The kind of classification follows from the labels, and rare labels are reported."""
    records = (f'{{"prompt": "{number}", "completion": {value}}}' for number, value in enumerate(completions))
    report = check_dataset(lines(*records))
    assert (report.label_kind, report.labels, report.warning_count) == (kind, counts, warnings)


def test_classes_of_csv_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a CSV file, each text is a class, up to a limit above which they are something else."""
    rows = [f"text {number},{'yes' if number % 2 else 'no'}" for number in range(50)]
    report = check_dataset(lines(TEXT_CSV, *rows), "classification")
    assert (report.labels, report.label_kind, report.problems) == ({"no": 25, "yes": 25}, "multiclass", [])
    monkeypatch.setattr(labels, "MAX_CLASSES", 2)
    report = check_dataset(lines(TEXT_CSV, *rows, "text,other"), "classification")
    assert list(report.labels) == ["no", "yes"]
    assert str(report.problems[0]) == "file: warning: 2 or more classes: is this a classification file?"


def test_entities_are_counted() -> None:
    """The labels of entity recognition are the types, counted once for each record that has one."""
    assert check_dataset(lines(ENTITIES, ENTITIES), "ner").labels == {"P": 2, "O": 0}


def test_problems_are_limited() -> None:
    """Of a hundred thousand errors a hundred are kept, and all are counted."""
    report = check_dataset(b"{\n\n" * 100_000)
    assert (len(report.errors), report.error_count) == (builder.MAX_PROBLEMS, 100_000)
    assert (len(report.warnings), report.warning_count, report.records) == (builder.MAX_PROBLEMS, 100_000, 100_000)


def test_duplicates_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Duplicates are found among the first different records only, which bounds the memory."""
    monkeypatch.setattr(builder, "MAX_DISTINCT", 1)
    records = [TEXT.replace('c"}', f'{letter}"}}') for letter in "abab"]
    assert problems(lines(*records)) == ["line 3: warning: same record as on line 1"]


def test_extension_that_contradicts_the_content_is_reported(tmp_path: Path) -> None:
    """The platform may go by the extension."""
    path = tmp_path / "data.json"
    path.write_bytes(lines(TEXT))
    report = check_dataset(path)
    assert str(report.problems[0]) == "line 1: warning: the content is JSONL, unlike the file's extension"
    assert report.file_name == "data.json"


@pytest.mark.parametrize(("name", "content", "error"), [
    ("a.json", b"x", f"invalid JSON: expected [ and found x{END}"),
    ("a.csv", b"{}", f'the header must be {TEXT_CSV} or {PAIR_CSV}, not "{{}}"'),
    ("a.ndjson", b"x", "invalid JSON at column 1: expected value"),
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


def test_member_of_an_enumeration_is_a_task() -> None:
    """A task type of the models is reported as the plain string."""

    class Task(OpenEnum):
        REGRESSION = "regression"

    found: Any = check_dataset(b'{"prompt": "p", "completion": 1}', Task.REGRESSION).task_type
    assert (type(found), found) == (str, "regression")
