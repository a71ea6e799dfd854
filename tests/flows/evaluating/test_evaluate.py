"""``evaluate`` of each task, on a model that is a function of the text."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import __version__
from emissary_client_sdk._call.commands import Compute, Flow
from emissary_client_sdk._call.drivers import run
from emissary_client_sdk._flows.evaluating import answers_of
from emissary_client_sdk.evaluation import Failure, Mistake

from ...support.calling import Call, client_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from emissary_client_sdk import EmissaryClient

LOGITS: dict[str, tuple[Any, Any]] = {"fine": (2.0, 0.0), "broken": (0.0, 3.0), "so so": (1.0, 0.5), "odd": ("x", "y")}


class Model:
    """Answers requests with what a function makes of the body, and counts them.

    A text ``lost`` is refused.
    """

    def __init__(self, call: Call, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.requests: list[dict[str, Any]] = []
        self._answer = answer
        self.call = call
        self.client: EmissaryClient = client_of(self._respond)

    def _respond(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.requests.append(body)
        if "lost" in str(body):
            return httpx.Response(400, json={"error": "too long"})
        return httpx.Response(200, json=self._answer(body))

    def evaluate(self, resource: str, file: Any, **arguments: Any) -> Any:
        """Evaluate the model."""
        return self.call(self.client, f"{resource}.evaluate", model="m", file=file, **arguments)


@pytest.fixture
def model(call: Call) -> Iterator[Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Model]]:
    """Return a function that makes a model; its client is closed at the end."""
    made: list[Model] = []

    def make(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> Model:
        made.append(Model(call, answer))
        return made[-1]

    yield make
    for each in made:
        call.close_client(each.client)


def scores(body: dict[str, Any]) -> dict[str, Any]:
    """Return logits, or probabilities if they are asked for."""
    if body["input"] not in LOGITS:
        return {"data": []}
    good, bad = LOGITS[body["input"]]
    if body.get("data_format") != "probs":
        return {"data": [{"index": 0, "logits": {"good": good, "bad": bad, "good:len": -3.0}}]}
    chance = 1 / (1 + math.exp(float(bad) - float(good)))
    return {"data": [{"index": 0, "probs": {"good": chance, "bad": 1 - chance}}]}


def review(text: str, *, good: int) -> dict[str, Any]:
    """Return a labelled record."""
    return {"prompt": text, "completion": {"good": good, "bad": 1 - good}}


def write(path: Path, *records: Any) -> Path:
    """Write records with an empty line after the first."""
    lines = [json.dumps(record) for record in records]
    path.write_text("\n".join([lines[0], "", *lines[1:]]) + "\n")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with a right answer, a wrong one, one that fails and one without scores."""
    records = [
        review("fine", good=1),
        review("broken", good=1),
        *(review(text, good=0) for text in ("lost", "odd", "-")),
    ]
    return write(tmp_path / "reviews.jsonl", *records)


def test_classification(model: Any, file: Path) -> None:
    """The report has the origin, the lines and texts of mistakes and failures, and the logits as they are."""
    report = model(scores).evaluate("classification", file, threshold=0.4, extra_body={"x": 1})
    assert (report.records, report.failed, report.accuracy) == (5, 3, 0.2)
    chance: Any = pytest.approx(1 / (1 + math.exp(-3)))
    assert report.mistakes == [Mistake(3, "broken", "good", "bad", chance)]
    assert [(each.line, each.text) for each in report.failures] == [(4, "lost"), (5, "odd"), (6, "-")]
    assert "too long" in report.failures[0].error
    assert report.failures[1:] == [
        Failure(line, text, "bad", "the answer has no scores") for line, text in ((5, "odd"), (6, "-"))
    ]
    assert (report.model, report.file, report.sdk_version) == ("m", "reviews.jsonl", __version__)
    assert report.sha256 == sha256(file.read_bytes()).hexdigest()
    assert report.parameters == {
        "extra_body": {"x": 1},
        "data_format": "logits",
        "threshold": 0.4,
        "confidence": 0.95,
        "seed": 0,
    }
    assert report.predictions.scores[0].tolist() == [0, 2]


def test_probabilities(model: Any, file: Path) -> None:
    """They are used as they are, too."""
    report = model(scores).evaluate("classification", file.read_bytes().splitlines(True)[0], data_format="probs")
    assert (report.parameters["data_format"], report.accuracy, report.file) == ("probs", 1, "dataset.jsonl")
    assert report.log_loss == pytest.approx(-math.log(1 / (1 + math.exp(-2))))


def test_judge(model: Any) -> None:
    """The only label of a model is compared with whether records have it."""

    def judge(body: dict[str, Any]) -> dict[str, Any]:
        return {"data": [{"index": 0, "probs": {"good": 0.9 if body["input"] == "fine" else 0.2}}]}

    report = model(judge).evaluate("classification", [review("fine", good=1), review("broken", good=0)])
    assert (report.kind, report.accuracy, list(report.labels)) == ("multilabel", 1, ["good"])


def test_multilabel(model: Any) -> None:
    """Records with several labels, or none, make the task multilabel."""
    records = [{"prompt": "fine", "completion": {"good": 1, "bad": 1}}, review("broken", good=0)]
    report = model(scores).evaluate("classification", records)
    assert (report.kind, report.accuracy) == ("multilabel", 0.5)


def test_answers_are_not_paid_twice(model: Any, file: Path, tmp_path: Path) -> None:
    """A second evaluation sends only failed records, and its report compares."""
    made, output = model(scores), tmp_path / "answers.jsonl"
    first = made.evaluate("classification", file, output=output)
    assert len(made.requests) == 5
    assert [json.loads(line)["line"] for line in output.read_text().splitlines()] == [1, 3, 4, 5, 6]
    again = made.evaluate("classification", file, output=output)
    assert [body["input"] for body in made.requests[5:]] == ["lost"]
    assert again.compare(first).difference == 0
    with pytest.raises(ValueError, match="data_format"):
        made.evaluate("classification", file, output=output, data_format="probs")


def test_answers_of_process_file_count(model: Any, file: Path, tmp_path: Path, call: Call) -> None:
    """An output of ``process_file`` on the same file is evaluated without a request, except for failed records."""
    made, output = model(scores), tmp_path / "answers.jsonl"
    call(made.client, "classification.process_file", model="m", input=file, output=output)
    count = len(made.requests)
    made.evaluate("classification", file, output=output)
    assert len(made.requests) == count + 1


def test_regression(model: Any, tmp_path: Path) -> None:
    """An answer without a number is a failure."""
    file = tmp_path / "ratings.csv"
    file.write_text("input,expected_output\n1,1.5\n3,2\nnothing,3\n")

    def rate(body: dict[str, Any]) -> dict[str, Any]:
        return {"data": [{"index": 0, "logits": None if body["input"] == "nothing" else float(body["input"])}]}

    report = model(rate).evaluate("regression", file)
    assert (report.records, report.failed, report.mae, report.spearman) == (3, 1, 0.75, pytest.approx(1))
    assert [(each.line, each.error) for each in report.failures] == [(4, "the answer has no value")]


def test_embeddings(model: Any, tmp_path: Path) -> None:
    """Both texts of each pair are embedded; a pair of which one fails is left out. An output continues."""

    def embed(body: dict[str, Any]) -> dict[str, Any]:
        angle = float(body["input"])
        return {"data": [{"index": 0, "embedding": [math.cos(angle), math.sin(angle)]}]}

    def pair(first: str, second: str, similarity: float) -> dict[str, Any]:
        return {"itemA": {"text": first}, "itemB": {"text": second}, "similarity": similarity}

    file = write(
        tmp_path / "pairs.jsonl", pair("0", "0.1", 1), pair("0", "1", 0.5), pair("0", "2", 0), pair("0", "lost", 0)
    )
    made, output = model(embed), tmp_path / "answers.jsonl"
    for _ in range(2):
        report = made.evaluate("embeddings", file, output=output)
        assert (report.records, report.failed, report.spearman) == (4, 1, pytest.approx(1))
        assert [(each.line, each.text) for each in report.failures] == [(5, "0 / lost")]
        assert report.cosines[:3] == [pytest.approx(math.cos(angle)) for angle in (0.1, 1, 2)]
    assert len(made.requests) == 9


def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Return the last text in upper case, as a completion and as a chat completion."""
    text = str(body.get("prompt") or body["messages"][-1]["content"]).upper()
    return {"id": "x", "choices": [{"index": 0, "text": text, "message": {"role": "assistant", "content": text}}]}


def test_completions(model: Any) -> None:
    """Sampling options are parameters of the report; the scorer gets the record and the answer."""
    records = [
        {"prompt": "a", "completion": "A"},
        {"prompt": "b", "completion": "b"},
        {"prompt": "lost", "completion": ""},
    ]

    def score(record: Any, answer: str) -> float:
        return float(record["completion"].upper() == answer) + 1

    made = model(echo)
    options: Any = {"max_completion_tokens": 5, "temperature": 0}
    report = made.evaluate("completions", records, scorer=score, **options)
    assert (report.exact_match, report.score, report.failed) == (pytest.approx(1 / 3), 2, 1)
    assert {**report.parameters, **options} == report.parameters
    assert made.requests[0] == {"model": "m", "prompt": "a", **options}
    assert report.mistakes == [Mistake(2, "b", "b", "B")]


def test_chat(model: Any) -> None:
    """The last message of a conversation is the expected answer, and is not sent; a prompt is a user's message."""
    question = {"role": "user", "content": "a"}
    records = [{"messages": [question, {"role": "assistant", "content": "A"}]}]
    made = model(echo)
    report = made.evaluate("chat.completions", records, system="Be short.", max_tokens=5)
    assert (report.exact_match, report.score) == (1, None)
    system = {"role": "system", "content": "Be short."}
    assert made.requests == [{"model": "m", "messages": [system, question], "max_tokens": 5}]
    assert {"system": "Be short.", "max_tokens": 5}.items() <= report.parameters.items()
    assert made.evaluate("chat.completions", [{"prompt": "a", "completion": "A"}]).exact_match == 1


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        ('{"prompt": "a", "completion": {"x": 2}}', {}, "file: dataset.jsonl, line 1: label 'x' must be 0 or 1, not 2"),
        ('{"prompt": "a", "completion": {"x": 1}}\n{', {}, "file: dataset.jsonl, line 2: invalid JSON"),
        ("%PDF-1.7", {}, "file: dataset.* is a PDF"),
        ('{"prompt": "a", "completion": {"x": 1}}', {"threshold": 2}, "threshold must be between 0 and 1, not 2"),
        ('{"prompt": "a", "completion": {"x": 1}}', {"confidence": 0}, "confidence must be between 0 and 1, not 0"),
        ('{"prompt": "a", "completion": {"x": 1}}', {"seed": -1}, "seed must not be negative: -1"),
    ],
)
def test_nothing_is_sent_for_invalid_arguments(model: Any, content: str, arguments: Any, message: str) -> None:
    """The error names the argument, or the line of the file."""
    made = model(scores)
    with pytest.raises((TypeError, ValueError), match=message):
        made.evaluate("classification", content.encode(), **arguments)
    assert made.requests == []


@pytest.mark.parametrize("resource", ["completions", "chat.completions"])
def test_scorer_is_a_function(model: Any, resource: str) -> None:
    """It is checked before anything is sent."""
    made = model(echo)
    with pytest.raises(TypeError, match="scorer must be a function of a record and an answer, not str"):
        made.evaluate(resource, [{"prompt": "a", "completion": "A"}], scorer="exact")
    assert made.requests == []


def test_nothing_is_sent_without_the_extra(model: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error shows how to install it."""
    monkeypatch.setitem(__import__("sys").modules, "emissary_client_sdk.evaluation._numeric.libraries", None)
    made = model(scores)
    with pytest.raises(ImportError, match=r"evaluate needs scikit-learn and scipy"):
        made.evaluate("classification", file)
    assert made.requests == []


def test_missing_file(model: Any, tmp_path: Path) -> None:
    """It is the usual error."""
    with pytest.raises(FileNotFoundError):
        model(scores).evaluate("classification", tmp_path / "missing.jsonl")


def test_output_that_was_changed_meanwhile(tmp_path: Path) -> None:
    """Answers are not taken for those of other records."""
    path = tmp_path / "answers.jsonl"
    path.write_text('{"line": 2, "result": {}}\n')

    def process(**_: object) -> Flow[None]:
        yield Compute(list)

    with pytest.raises(ValueError, match="has line 2 where line 1 was expected"):
        run(answers_of([1], path, process, str, list), None)
