"""Training in the background: one job after the other, in one worker.

The emulator's thread only stores a job that waits for its training. The thread of the trainer sends it to the worker
and stores what comes back: points of the loss curve, checkpoints, and the end. A job that was being trained when the
emulator ended is trained again when it starts on the same database.
"""

import dataclasses
import logging
import math
import threading
from collections.abc import Callable, Mapping
from typing import Any

from ..store import Row, Store, Transaction
from ..testfunctions import Function
from . import plan
from .process import Process

_log = logging.getLogger("emissary_client_sdk.emulator")


class _Obsolete(Exception):
    """The job was cancelled or deleted."""


class Trainer:
    """Trains the jobs of a database.

    :param clock: Returns the time in UNIX seconds.
    :param functions: The test functions that can be called.
    """

    def __init__(self, store: Store, clock: Callable[[], float], functions: Mapping[str, Function]) -> None:
        self._store = store
        self._clock = clock
        self._functions = functions
        self._wake = threading.Event()
        self._wake.set()  # jobs may be waiting since an earlier run
        self._lock = threading.Lock()  # of the next three
        self._closed = False
        self._current: tuple[str, str] | None = None
        self._process = Process()
        self._thread = threading.Thread(target=self._run, name="emissary-emulator-training", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for jobs that wait for their training."""
        self._wake.set()

    def stop(self, project: str | None = None, job_id: str | None = None) -> None:
        """Stop the training of a job, of any job in a project, or of any job, if it is the current one."""
        with self._lock:
            current = self._current
            if current is not None and project in (None, current[0]) and job_id in (None, current[1]):
                self._process.kill()

    def close(self) -> None:
        """Stop. A job that is being trained keeps waiting in the database."""
        with self._lock:
            self._closed = True
            if self._current is not None:
                self._process.kill()
        self._wake.set()
        self._thread.join()
        self._process.close()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            try:
                while (task := self._next()) is not None and self._begin(task[0]):
                    self._train(*task)
            except Exception:  # noqa: BLE001  # a full disk, for example; the job keeps waiting
                _log.exception("the training stopped")

    def _begin(self, job: Row) -> bool:
        with self._lock:
            self._current = None if self._closed else (job.project, job.id)
            return not self._closed

    def _train(self, job: Row, message: Mapping[str, Any], content: bytes) -> None:
        is_done = False
        try:
            self._process.send(message, content)
            while not is_done:
                is_done = self._take(job, *self._process.receive())
        except (EOFError, OSError):
            if not self._closed:
                self._end(job, "the process that trained it was killed")
        except _Obsolete:
            pass
        finally:
            with self._lock:
                self._current = None
                if not is_done and not self._closed:
                    self._process.kill()
                    self._process.close()
                    self._process = Process()

    def _take(self, job: Row, message: dict[str, Any], content: bytes) -> bool:
        """Store what the worker sent; return whether the training has ended."""
        if "function" in message:
            self._process.send(self._scores(**message))
            return False
        if "failed" in message or "trained" in message:
            self._end(job, message.get("failed"))
            return True
        with self._store.transaction() as db:
            row = _active(db, job)
            if row is None:
                raise _Obsolete
            learned, now = row.state["learned"], self._clock()
            if "loss" in message:
                learned["points"].append([message["share"], message["loss"], now])
            else:
                number = message["checkpoint"]
                learned["checkpoints"].append([number, now, message["results"]])
                db.insert(Row("model", row.project, f"{row.id}/{number}", now, {}, {}, None, row.id), content=content)
            db.update(row, learned=learned)
        return False

    def _scores(self, function: str, triples: list[tuple[str, str, str]]) -> dict[str, Any]:
        """Return the scores of a test function, or its error."""
        try:
            scores = [float(self._functions[function](*triple)) for triple in triples]
        except Exception as error:  # noqa: BLE001  # it is the caller's function
            return {"error": f"the test function {function} failed: {type(error).__name__}: {error}"}
        if all(map(math.isfinite, scores)):
            return {"scores": scores}
        return {"error": f"the test function {function} returned a number that is not finite"}

    def _next(self) -> tuple[Row, dict[str, Any], bytes] | None:
        """Return the oldest job that waits for its training, with the input of the worker."""
        with self._store.transaction() as db:
            for waiting in db.list("training"):
                job = _active(db, waiting)
                if job is None:
                    db.delete("training", project=waiting.project, id=waiting.id)
                    continue
                contents = [_content(db, job, field) for field in ("train_dataset", "test_dataset")]
                if contents[0] is None or ("test_dataset_id" in job.fields and contents[1] is None):
                    _finish(db, job, self._clock(), "its dataset was deleted before it was trained")
                    continue
                try:
                    wanted = plan.read(job.fields)
                except ValueError as error:  # an older version of the emulator accepted it
                    _finish(db, job, self._clock(), str(error))
                    continue
                db.delete("model", project=job.project, parent=job.id)  # of a training that was interrupted
                learned: dict[str, Any] = {**job.state["learned"], "points": [], "checkpoints": []}
                job = db.update(job, learned=learned)
                functions = [name for name in wanted.functions if name in self._functions]
                message = {
                    "plan": {**dataclasses.asdict(wanted), "functions": functions},
                    "size": len(contents[0]),
                    "has_test": contents[1] is not None,
                }
                return job, message, contents[0] + (contents[1] or b"")
        return None

    def _end(self, job: Row, reason: str | None) -> None:
        with self._store.transaction() as db:
            row = _active(db, job)
            if row is not None:
                _finish(db, row, self._clock(), reason)


def fail_waiting(store: Store, clock: Callable[[], float], reason: str) -> None:
    """Fail all jobs that wait for their training, because nothing will train them."""
    with store.transaction() as db:
        for waiting in db.list("training"):
            job = _active(db, waiting)
            if job is not None:
                _finish(db, job, clock(), reason)


def _active(db: Transaction, row: Row) -> Row | None:
    """Return the job as it is now, or None if it was cancelled or deleted."""
    job = db.find("job", project=row.project, id=row.id)
    return None if job is None or job.state.get("cancelled_at") is not None else job


def _finish(db: Transaction, job: Row, now: float, reason: str | None) -> None:
    db.delete("training", project=job.project, id=job.id)
    learned = {**job.state["learned"], "ended": now}
    if reason is None:
        db.update(job, learned=learned)
        _log.info("training job %s is trained", job.id)
    else:
        db.update(job, learned=learned, outcome="Failed")
        _log.warning("training job %s failed: %s", job.id, reason)


def _content(db: Transaction, job: Row, field: str) -> bytes | None:
    dataset = db.find("dataset", project=job.project, id=job.fields.get(f"{field}_id", ""))
    return None if dataset is None else db.content(dataset)
