"""A model that answers in one call, and files of texts."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient

from ...support.answers import KEY, as_json
from ...support.rawserver import PATIENCE, RawResponse, RawServer, Request, responding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ...support.calling import Call


class TextModel:
    """Answers with the text; the tests change what happens.

    :ivar asked: How often each text was answered.
    :ivar statuses: Status of the response by text.
    :ivar usage: Usage in each answer.
    :ivar before: Called with each text before the response.
    """

    def __init__(self) -> None:
        self.asked = Counter[str]()
        self.statuses: dict[str, int] = {}
        self.bodies: list[dict[str, Any]] = []
        self.usage: Any = {"prompt_tokens": 2, "completion_tokens": 1}
        self.before: Callable[[str], Any] = str
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> RawResponse:
        """Return an answer of the endpoint."""
        body = json.loads(request.body)
        value = body.get("input") or body.get("prompt") or body["messages"]
        text = value if isinstance(value, str) else value[-1]["content"]
        self.before(text)
        with self._lock:
            self.asked[text] += 1
            self.bodies.append(body)
        if (status := self.statuses.get(text, 200)) != 200:
            return as_json({"error": "refused"}, status)
        data = [{"index": 0, "probs": {"good": 0.9, "bad": 0.1}, "embedding": [0.5], "logits": {"good": 1.0}}]
        if "regression" in request.target:
            data = [{"index": 0, "logits": 3}]
        answer = {"id": text, "usage": self.usage, "created": 5}
        return as_json({**answer, "choices": [] if "completions" in request.target else None, "data": data})


class Processing:
    """A model behind a server, a client, and the files of a run."""

    def __init__(self, call: Call, client: EmissaryClient, model: TextModel, folder: Path) -> None:
        self.call = call
        self.client = client
        self.model = model
        self.input = folder / "in.jsonl"
        self.output = folder / "out.jsonl"
        self.notes = folder / "out.jsonl.run.json"

    def write(self, *texts: str) -> None:
        """Write texts to the input."""
        self.input.write_text("".join(json.dumps({"prompt": text}) + "\n" for text in texts))

    def run(self, method: str = "classification", **options: Any) -> Any:
        """Process the input."""
        arguments = {"model": "m", "input": self.input, "output": self.output, **options}
        return self.call(self.client, f"{method}.process_file", **arguments)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the output."""
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    @property
    def answers(self) -> list[tuple[int, str]]:
        """Line and text, or type of the error, of each line of the output."""
        return [(one["line"], one["result"]["id"] if "result" in one else one["error"]["type"]) for one in self.lines]


@pytest.fixture
def processing(call: Call, tmp_path: Path) -> Iterator[Processing]:
    """Return a run that can be started."""
    model = TextModel()
    with RawServer(responding(model)) as server, EmissaryClient(KEY, server_url=server.url) as client:
        yield Processing(call, client, model, tmp_path)
        call.close_client(client)


def wait_for(event: threading.Event) -> None:
    """Wait for an event that has to come."""
    assert event.wait(PATIENCE)
