"""The jobs in their SQLite database: the only file that speaks SQL.

One connection is shared by the server's thread and by whoever resets the database; a lock keeps their
transactions apart. Other processes may have the same file open: whatever reads before it writes does both in
one transaction that takes the write lock first.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Generator
from dataclasses import dataclass

from ..models import TrainingJobStatus
from .state import Run, state_of

APPLICATION_ID = 0x456D6973  # "Emis"; tells our files from everybody else's
VERSION = 1
BUSY_SECONDS = 5.0  # how long another process's transaction is waited for

_SCHEMA = (
    """
    CREATE TABLE jobs (
        sequence INTEGER PRIMARY KEY,
        project TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT,
        head TEXT NOT NULL,
        body TEXT NOT NULL,
        idempotency_key TEXT,
        started REAL NOT NULL,
        seconds REAL NOT NULL,
        outcome TEXT NOT NULL,
        cancelled_at REAL,
        UNIQUE (project, id),
        UNIQUE (project, idempotency_key)
    )
    """,
    "CREATE INDEX jobs_of_project ON jobs (project)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)
_HEAD = "SELECT id, started, seconds, outcome, cancelled_at, head, '' FROM jobs"
_WHOLE = "SELECT id, started, seconds, outcome, cancelled_at, head, body FROM jobs"


class DatabaseError(Exception):
    """The database cannot be opened, is no SQLite database, or belongs to something else."""


class BaseJobMissingError(Exception):
    """The job that a new one builds on is not in the project."""


@dataclass(frozen=True)
class Job:
    """A stored job.

    :ivar run: what its state follows from.
    :ivar head: what a summary shows of the request that created it, as JSON.
    :ivar body: that request's whole body, as JSON; empty in a list, which does not need it.
    """

    run: Run
    head: str
    body: str


@dataclass(frozen=True)
class NewJob(Job):
    """A job to be stored.

    :ivar name: the job's name, or None.
    :ivar base_job: the name or id of the job that it builds on, or None.
    :ivar idempotency_key: what a repeated request is known by, or None.
    """

    name: str | None
    base_job: str | None
    idempotency_key: str | None


def _job(row: tuple[str, float, float, str, float | None, str, str]) -> Job:
    job_id, started, seconds, outcome, cancelled_at, head, body = row
    return Job(Run(job_id, started, seconds, TrainingJobStatus(outcome), cancelled_at), head, body)


def _columns(run: Run) -> tuple[float, float, str]:
    return run.started, run.seconds, run.outcome.value


class Store:
    """The jobs of all projects.

    :param database: the file, which is made where there is none; None is a database in memory.
    :raises DatabaseError: if the file cannot be opened, is no SQLite database or has something else in it.
    """

    def __init__(self, database: "str | os.PathLike[str] | None" = None) -> None:
        self._lock = threading.Lock()
        name = ":memory:" if database is None else os.fspath(database)
        try:
            # Opened by the thread that starts the server, used by the server's. Without an isolation level
            # the transactions are left to us.
            self._connection = sqlite3.connect(
                name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (sqlite3.Error, ValueError) as error:  # ValueError: a NUL in the name
            raise DatabaseError(f"cannot open the database {name!r}: {error}") from error
        try:
            self._prepare(name)
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise DatabaseError(f"cannot use {name!r} as a database: {error}") from error
            raise

    def _prepare(self, name: str) -> None:
        with self._transaction() as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if application_id != APPLICATION_ID:
                if application_id or version or objects:
                    raise DatabaseError(f"{name!r} is a database of something else, not of the emulator")
                for statement in _SCHEMA:
                    connection.execute(statement)
            elif version != VERSION:
                raise DatabaseError(f"{name!r} was made by another version of the emulator")
        with contextlib.suppress(sqlite3.OperationalError):  # it only makes writing faster
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextlib.contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection, None, None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def create(self, project: str, new: NewJob) -> Job:
        """Store a job, or give the one that its idempotency key made before, which the caller has to compare.

        :raises BaseJobMissingError: if the job that it builds on is not in the project.
        """
        with self._transaction() as connection:
            if new.idempotency_key is not None:
                seen = connection.execute(
                    f"{_WHOLE} WHERE project = ? AND idempotency_key = ?", (project, new.idempotency_key)
                ).fetchone()
                if seen is not None:
                    return _job(seen)
            if new.base_job is not None:
                base = connection.execute(
                    "SELECT 1 FROM jobs WHERE project = ? AND (id = ? OR name = ?)",
                    (project, new.base_job, new.base_job),
                ).fetchone()
                if base is None:
                    raise BaseJobMissingError
            connection.execute(
                "INSERT INTO jobs (project, id, name, head, body, idempotency_key, started, seconds, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (project, new.run.id, new.name, new.head, new.body, new.idempotency_key, *_columns(new.run)),
            )
        return new

    def list(self, project: str) -> list[Job]:
        """Give the project's jobs in the order of their creation, without their bodies."""
        with self._lock:
            rows = self._connection.execute(f"{_HEAD} WHERE project = ? ORDER BY sequence", (project,))
            return [_job(row) for row in rows]

    def get(self, project: str, job_id: str) -> Job | None:
        """Give one job, or None."""
        with self._lock:
            row = self._connection.execute(f"{_WHOLE} WHERE project = ? AND id = ?", (project, job_id)).fetchone()
        return None if row is None else _job(row)

    def delete(self, project: str, job_id: str) -> bool:
        """Remove a job; false if there is none."""
        with self._lock:
            found = self._connection.execute("DELETE FROM jobs WHERE project = ? AND id = ?", (project, job_id))
            return found.rowcount > 0

    def cancel(self, project: str, job_id: str, now: float) -> TrainingJobStatus | None:
        """Cancel a job unless it has ended.

        :param now: the moment, in UNIX seconds.
        :return: the status that the job had until now, or None if there is no such job.
        """
        with self._transaction() as connection:
            row = connection.execute(f"{_HEAD} WHERE project = ? AND id = ?", (project, job_id)).fetchone()
            if row is None:
                return None
            status = state_of(_job(row).run, now).status
            if not status.is_terminal:
                connection.execute(
                    "UPDATE jobs SET cancelled_at = ? WHERE project = ? AND id = ?", (now, project, job_id)
                )
            return status

    def clear(self) -> None:
        """Remove every job of every project."""
        with self._lock:
            self._connection.execute("DELETE FROM jobs")

    def close(self) -> None:
        """Close the database; a database in memory is gone then."""
        with self._lock:
            self._connection.close()
