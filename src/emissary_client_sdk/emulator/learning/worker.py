"""The process that trains. It reads jobs from its standard input and writes what it learns to its standard output.

It ends when its input does, so it never outlives the emulator, however that ends.
"""

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import IO, Any

from . import frames
from .plan import Plan
from .records import CannotLearn

_GRACE = 1.0  # seconds for the training to end
_NICENESS = 10  # requests to the emulator come before training

Message = tuple[dict[str, Any], bytes]


class Worker:
    """Trains one job after the other.

    :param output: Where the results go.
    """

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._inbox: queue.SimpleQueue[Message | None] = queue.SimpleQueue()

    def read(self, stream: IO[bytes]) -> None:
        """Receive messages until the stream ends; then end the process, even during a training."""
        try:
            while True:
                self._inbox.put(frames.read(stream))
        except EOFError:
            self._inbox.put(None)
            time.sleep(_GRACE)
            os._exit(1)

    def run(self) -> None:
        """Train jobs until there are no more messages."""
        import_module(f"{__package__}.train")  # takes seconds, during which the input may end

        while (message := self._inbox.get()) is not None:
            try:
                self._train(*message)
            except CannotLearn as error:
                self._write({"failed": str(error)})
            except Exception as error:  # noqa: BLE001  # whatever it is, the next job can be trained
                traceback.print_exc()
                self._write({"failed": f"{type(error).__name__}: {error}"})
            else:
                self._write({"trained": True})

    def _train(self, job: dict[str, Any], content: bytes) -> None:
        from .train import Checkpoint, train

        size = job["size"]
        test = content[size:] if job["has_test"] else None
        for event in train(Plan(**job["plan"]), content[:size], test, self._score):
            if isinstance(event, Checkpoint):
                self._write({"checkpoint": event.number, "results": event.results}, event.content)
            else:
                self._write({"share": event.share, "loss": event.loss})

    def _score(self, function: str, triples: Sequence[tuple[str, str, str]]) -> list[float]:
        """Ask the emulator to call a test function, which is part of the program that runs the emulator."""
        self._write({"function": function, "triples": triples})
        message = self._inbox.get()
        if message is None:
            sys.exit()
        answer, _ = message
        if "error" in answer:
            raise CannotLearn(answer["error"])
        scores: list[float] = answer["scores"]
        return scores

    def _write(self, message: dict[str, Any], content: bytes = b"") -> None:
        frames.write(self._output, message, content)


def main() -> None:
    """Run the worker."""
    with contextlib.suppress(AttributeError):  # not on Windows
        os.nice(_NICENESS)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the messages
    worker = Worker(output)
    threading.Thread(target=worker.read, args=(sys.stdin.buffer,), daemon=True).start()
    worker.run()
