"""The trainer and its worker, whose part the tests play."""

import logging
import queue
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emissary_client_sdk.emulator.learning import trainer as module
from emissary_client_sdk.emulator.learning.trainer import Trainer, fail_waiting
from emissary_client_sdk.emulator.store import Row, Store, Transaction

from .conftest import endless, failing, shortest

FUNCTIONS = {"shortest": shortest, "failing": failing, "endless": endless}
POINT = {"share": 0.0, "loss": 0.7}
CHECKPOINT = {"checkpoint": 1, "results": {"loss": 0.5}}
PATIENCE = 60


class Worker:
    """Stands for the worker's process: a test reads its jobs and sends its messages."""

    started: "queue.SimpleQueue[Worker]"

    def __init__(self) -> None:
        self.jobs: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[tuple[dict[str, Any], bytes] | None] = queue.SimpleQueue()
        self.started.put(self)

    def send(self, message: dict[str, Any], content: bytes = b"") -> None:
        """Receive a message of the trainer."""
        self.jobs.put((message, content))

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """Return the next message that the test has sent."""
        message = self._messages.get()
        if message is None:
            raise EOFError
        return message

    def say(self, message: dict[str, Any], content: bytes = b"") -> None:
        """Send a message to the trainer."""
        self._messages.put((message, content))

    def kill(self) -> None:
        """End."""
        self._messages.put(None)

    def close(self) -> int:
        """Return an exit code."""
        return 0


class Bench:
    """A trainer at work on a database with a dataset."""

    def __init__(self) -> None:
        self.store = Store()
        self.trainer: Trainer
        with self.store.transaction() as db:
            db.insert(Row("dataset", "p", "train", 0, {}, {}), content=b"train")
            db.insert(Row("dataset", "p", "test", 0, {}, {}), content=b"test")

    def create(self, job_id: str = "tr-1", **fields: Any) -> None:
        """Create a job that waits for its training."""
        fields = {"train_dataset_id": "train", "task_type": "classification", **fields}
        state: dict[str, Any] = {
            "outcome": "Success",
            "learned": {"epochs": 5, "points": [], "checkpoints": [], "ended": None},
        }
        with self.store.transaction() as db:
            db.insert(Row("job", "p", job_id, 0, fields, state))
            db.insert(Row("training", "p", job_id, 0, {}, {}))
            db.insert(Row("model", "p", f"{job_id}/1", 0, {}, {}, None, job_id), content=b"of an interrupted training")

    def cancel(self, job_id: str = "tr-1") -> None:
        """Cancel a job as the emulator does."""
        with self.store.transaction() as db:
            db.update(self.job(db, job_id), cancelled_at=1)
        self.trainer.stop("p", job_id)

    def job(self, db: Transaction, job_id: str = "tr-1") -> Row:
        """Return a job."""
        row = db.find("job", project="p", id=job_id)
        assert row is not None
        return row

    def state(self, job_id: str = "tr-1") -> dict[str, Any]:
        """Return the state of a job, once it is not waiting any more."""
        with self.store.transaction() as db:
            assert db.find("training", project="p", id=job_id) is None
            return dict(self.job(db, job_id).state)

    def follow(self, job_id: str) -> "Worker":
        """Wait until a later job is being trained, so that the earlier ones have ended; return its worker."""
        self.create(job_id)
        self.trainer.wake()
        return next_worker()


def next_worker() -> Worker:
    """Return the worker that was started last."""
    return Worker.started.get(timeout=PATIENCE)


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Yield an empty bench."""
    made = Bench()
    yield made
    made.store.close()


@pytest.fixture(autouse=True)
def _play_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    Worker.started = queue.SimpleQueue()
    monkeypatch.setattr(module, "Process", Worker)


def fail(*_: object, **__: object) -> None:
    """Fail, as no code expects it."""
    raise ZeroDivisionError


@contextmanager
def training(bench: Bench, clock: float = 42.0) -> Generator[Worker]:
    """Run a trainer; yield its first worker."""
    bench.trainer = Trainer(bench.store, lambda: clock, FUNCTIONS)
    try:
        yield next_worker()
    finally:
        bench.trainer.close()


def train(worker: Worker) -> tuple[dict[str, Any], bytes]:
    """Return the next job of the worker."""
    return worker.jobs.get(timeout=PATIENCE)


def test_waiting_job_is_trained_at_the_start(bench: Bench) -> None:
    """The progress of an interrupted training is replaced; both datasets and the settings are sent."""
    bench.create(test_dataset_id="test", parameters={"seed": 3}, test_functions=["shortest", "unknown"])
    with training(bench) as worker:
        message, content = train(worker)
        assert (message["plan"]["seed"], message["plan"]["functions"]) == (3, ["shortest"])
        assert (content[: message["size"]], content[message["size"] :]) == (b"train", b"test")
        for sent in (POINT, CHECKPOINT, {"trained": True}):
            worker.say(sent, b"arrays" if "checkpoint" in sent else b"")
        bench.create("tr-2")
        bench.trainer.wake()
        train(worker)
        assert bench.state()["learned"] == {
            "epochs": 5,
            "points": [[0.0, 0.7, 42.0]],
            "checkpoints": [[1, 42.0, {"loss": 0.5}]],
            "ended": 42.0,
        }
        with bench.store.transaction() as db:
            (model,) = db.list("model", parent="tr-1")
            assert db.content(model) == b"arrays"
    with bench.store.transaction() as db:
        assert db.find("training", project="p", id="tr-2") is not None  # it was interrupted and is trained again


def test_failed_training_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """The reason of the worker is in the log; the job is Failed."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        worker.say({"failed": "there is nothing to learn"})
        bench.create("tr-2")
        bench.trainer.wake()
        train(worker)
        assert bench.state()["outcome"] == "Failed"
    assert "training job tr-1 failed: there is nothing to learn" in caplog.text


def test_cancelled_job_is_stopped(bench: Bench) -> None:
    """The worker is killed, and another one trains the next job."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        bench.trainer.stop("p", "another job")
        bench.trainer.stop("another project")
        bench.cancel()
        train(bench.follow("tr-2"))
        assert bench.state()["learned"]["ended"] is None


def test_job_that_is_cancelled_between_two_messages(bench: Bench) -> None:
    """The next message shows that its result is not needed."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        with bench.store.transaction() as db:
            db.update(bench.job(db), cancelled_at=1)
        worker.say(POINT)
        train(bench.follow("tr-2"))
        assert bench.state()["learned"]["points"] == []


def test_job_that_ends_when_it_has_been_cancelled(bench: Bench) -> None:
    """It stays as it is."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        with bench.store.transaction() as db:
            db.update(bench.job(db), cancelled_at=1)
        worker.say({"trained": True})
        bench.create("tr-2")
        bench.trainer.wake()
        train(worker)
        assert bench.state()["learned"]["ended"] is None


def test_killed_worker_fails_its_job(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """For example by the system, when memory runs out."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        worker.kill()
        train(bench.follow("tr-2"))
        assert bench.state()["outcome"] == "Failed"
    assert "training job tr-1 failed: the process that trained it was killed" in caplog.text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"test_dataset_id": "deleted"}, "its dataset was deleted before it was trained"),
        ({"parameters": {"seed": -1}}, "parameters.seed: must be a whole number"),
    ],
    ids=["no-dataset", "of-an-older-version"],
)
def test_job_that_cannot_be_trained_any_more(
    bench: Bench, caplog: pytest.LogCaptureFixture, fields: dict[str, Any], reason: str
) -> None:
    """It fails, and the next one is trained."""
    bench.create(**fields)
    bench.create("tr-2")
    with training(bench) as worker:
        train(worker)
        assert bench.state()["outcome"] == "Failed"
    assert reason in caplog.text


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("shortest", {"scores": [0.5]}),
        ("failing", {"error": "the test function failing failed: LookupError: no score"}),
        ("endless", {"error": "the test function endless returned a number that is not finite"}),
    ],
)
def test_test_functions_are_called_here(bench: Bench, function: str, answer: dict[str, Any]) -> None:
    """The worker asks for their scores."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        worker.say({"function": function, "triples": [("prompt", "expected", "a")]})
        assert train(worker) == (answer, b"")


def test_trainer_survives_a_database_that_fails(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is logged; the job waits, and is trained when the next one is created."""
    bench.create()
    with training(bench) as worker:
        train(worker)
        with monkeypatch.context() as patch:
            patch.setattr(Transaction, "update", fail)
            worker.say(POINT)
            worker = next_worker()
        bench.trainer.wake()
        assert train(worker)[1] == b"train"
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        "the training stopped"
    ]


def test_emulator_that_does_not_learn_fails_waiting_jobs(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """They would wait forever; one that was cancelled is only forgotten."""
    bench.create()
    bench.create("tr-2")
    with bench.store.transaction() as db:
        db.update(bench.job(db, "tr-2"), cancelled_at=1)
    fail_waiting(bench.store, lambda: 42.0, "no worker trains")
    assert (bench.state()["outcome"], bench.state()["learned"]["ended"]) == ("Failed", 42.0)
    with bench.store.transaction() as db:
        assert bench.job(db, "tr-2").state["outcome"] == "Success"
    assert "training job tr-1 failed: no worker trains" in caplog.text
