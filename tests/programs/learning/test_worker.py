"""The worker, whose messages are read and written here, without a process of its own."""

import io
import os
from typing import Any

import pytest

from emissary_client_sdk.emulator.learning import frames, worker
from emissary_client_sdk.emulator.learning.worker import Worker

from .data import lines, reviews
from .test_answers import QUESTIONS

SMALL = {"task": "classification", "epochs": 1}
GENERATION = {"task": "text-generation", "epochs": 1, "functions": ["mine"]}

Message = tuple[dict[str, Any], bytes]


def job(plan: dict[str, Any], content: bytes, test: bytes | None = None) -> Message:
    """Return the message that asks for a training."""
    message = {"plan": plan, "size": len(content), "has_test": test is not None}
    return message, content + (test or b"")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets a worker read messages, of which the last one ends; it returns what was written."""
    ended: list[int] = []
    monkeypatch.setattr(worker, "_GRACE", 0)
    monkeypatch.setattr(os, "_exit", ended.append)

    def run(*messages: Message) -> list[Message]:
        sent, written = io.BytesIO(), io.BytesIO()
        for message, content in messages:
            frames.write(sent, message, content)
        started = Worker(written)
        sent.seek(0)
        started.read(sent)
        assert ended == [1]
        try:
            started.run()
        finally:
            written.seek(0)
        found: list[Message] = []
        while written.tell() < len(written.getvalue()):
            found.append(frames.read(written))
        return found

    return run


def test_jobs_are_trained_one_after_the_other(work: Any) -> None:
    """One that fails says why, and the next one is trained."""
    content = lines(reviews(20))
    found = work(
        job({**SMALL, "unknown": 1}, content), job(SMALL, lines(QUESTIONS)), job(SMALL, content, lines(reviews(5)))
    )
    assert found[0][0]["failed"].startswith("TypeError: ")
    assert found[1][0]["failed"] == "record 1 of the dataset is not one for classification"
    point, last, (checkpoint, arrays), (trained, _) = found[2:]
    assert [message["share"] for message, _ in (point, last)] == [0, 1]
    assert (checkpoint["checkpoint"], arrays[:2], trained) == (1, b"PK", {"trained": True})


def test_scores_are_asked_for(work: Any) -> None:
    """They are results; an error fails the job."""
    content = lines(QUESTIONS)
    answer = {"scores": [0.5] * len(QUESTIONS)}
    error = {"error": "no score"}
    asked = job(GENERATION, content, content)
    found = work(asked, (answer, b""), asked, (error, b""))
    (question,) = [message for message, _ in found[:3] if "function" in message]
    assert question["function"] == "mine"
    assert question["triples"][0] == [QUESTIONS[0]["prompt"], *[QUESTIONS[0]["completion"]] * 2]
    (checkpoint,) = [message for message, _ in found if "checkpoint" in message]
    assert checkpoint["results"]["mine"] == 0.5
    assert found[-1] == ({"failed": "no score"}, b"")


def test_worker_ends_when_nobody_answers(work: Any) -> None:
    """The emulator has ended while the worker waited for scores."""
    with pytest.raises(SystemExit):
        work(job(GENERATION, lines(QUESTIONS), lines(QUESTIONS)))
