"""The platform's objects in their SQLite database: the only module that contains SQL.

Every request is one transaction, so a response is sent only after its effects are committed. One connection is
shared by the server's thread and by callers of ``reset``; a lock keeps their transactions apart. Other processes
may have the same file open: a transaction that writes takes the write lock before it reads.
"""

import builtins
import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Generator, Mapping
from typing import Any, NamedTuple

APPLICATION_ID = 0x456D6973  # "Emis"; marks our files
VERSION = 2
BUSY_SECONDS = 5.0  # maximum wait for another process's transaction

_SCHEMA = (
    """
    CREATE TABLE objects (
        sequence INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        project TEXT NOT NULL,
        id TEXT NOT NULL,
        created REAL NOT NULL,
        name TEXT,
        parent TEXT,
        fields TEXT NOT NULL,
        state TEXT NOT NULL,
        idempotency_key TEXT,
        fingerprint TEXT,
        content BLOB,
        UNIQUE (kind, project, id),
        UNIQUE (kind, project, idempotency_key)
    )
    """,
    "CREATE INDEX objects_by_name ON objects (kind, name)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)
_DELETE_ORPHANS = (
    "DELETE FROM objects WHERE kind = 'model'"
    " AND parent NOT IN (SELECT id FROM objects WHERE kind IN ('job', 'deployment'))"
)


class DatabaseError(Exception):
    """The database cannot be opened, is not an SQLite database, or was made by another program."""


class Row(NamedTuple):
    """A stored object.

    :ivar kind: Project, dataset, job, engine, deployment or experiment; training for a job that waits for it; model.
    :ivar project: The id of its project; empty for projects and engines.
    :ivar created: When it was created, in UNIX seconds.
    :ivar fields: The fields of the request that created it.
    :ivar state: Facts from which its state is computed.
    :ivar name: Its name, by which it can be found.
    :ivar parent: The id of the engine that a deployment is on, or of the job or deployment that a model is of.
    :ivar fingerprint: Identifies the request that created it.
    """

    kind: str
    project: str
    id: str
    created: float
    fields: Mapping[str, Any]
    state: Mapping[str, Any]
    name: str | None = None
    parent: str | None = None
    fingerprint: str | None = None


_SELECT = f"SELECT {', '.join(Row._fields)} FROM objects"  # noqa: S608  # names of this module


def fingerprint(request: object) -> str:
    """Return a digest that is equal for equal requests, whatever the order of their fields."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


class Transaction:
    """The objects, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, kind: str, **columns: str) -> Row | None:
        """Return the newest object with these columns, or None."""
        row = self._execute(_SELECT, kind, columns, "ORDER BY sequence DESC LIMIT 1").fetchone()
        return None if row is None else _row(row)

    def list(self, kind: str, **columns: str) -> builtins.list[Row]:
        """Return the objects with these columns in the order of their creation."""
        return [_row(row) for row in self._execute(_SELECT, kind, columns, "ORDER BY sequence")]

    def content(self, row: Row) -> bytes:
        """Return the content of a dataset or a model."""
        columns = {"project": row.project, "id": row.id}
        content: bytes = self._execute("SELECT content FROM objects", row.kind, columns).fetchone()[0]
        return content

    def insert(self, row: Row, *, key: str | None = None, content: bytes | None = None) -> None:
        """Store a new object."""
        encoded = {"fields": json.dumps(row.fields), "state": json.dumps(row.state)}
        values = row._asdict() | encoded | {"idempotency_key": key, "content": content}
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        self._connection.execute(f"INSERT INTO objects ({names}) VALUES ({marks})", [*values.values()])  # noqa: S608

    def update(self, row: Row, **state: object) -> Row:
        """Change the state of an object; return the new row."""
        changed = row._replace(state={**row.state, **state})
        self._connection.execute(
            "UPDATE objects SET state = ? WHERE kind = ? AND project = ? AND id = ?",
            (json.dumps(changed.state), row.kind, row.project, row.id),
        )
        return changed

    def delete(self, kind: str, **columns: str) -> bool:
        """Remove the objects with these columns, and the models that are theirs; return whether there were any."""
        deleted = self._execute("DELETE FROM objects", kind, columns)
        self._connection.execute(_DELETE_ORPHANS)
        return deleted.rowcount > 0

    def clear(self, project: str | None = None) -> None:
        """Remove everything, or everything in a project."""
        self._connection.execute("DELETE FROM objects WHERE project = coalesce(?, project)", (project,))

    def commit(self) -> None:
        """Keep the changes so far, even if an exception follows."""
        self._connection.commit()

    def _execute(self, statement: str, kind: str, columns: Mapping[str, str], order: str = "") -> sqlite3.Cursor:
        # The names of the columns are keywords in this package, never a client's input.
        condition = "".join(f" AND {column} = ?" for column in columns)
        return self._connection.execute(f"{statement} WHERE kind = ?{condition} {order}", [kind, *columns.values()])


class Store:
    """The database.

    :param database: The file, which is created if it is missing; None is a database in memory.
    :raises DatabaseError: The file cannot be opened, is not an SQLite database, or was made by another program.
    """

    def __init__(self, database: "str | os.PathLike[str] | None" = None) -> None:
        self._lock = threading.Lock()
        name = ":memory:" if database is None else os.fspath(database)
        try:
            # Opened by the thread that starts the server, used by the server's. Without an isolation level,
            # sqlite3 starts no transactions of its own.
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
        connection = self._connection
        with self.transaction():
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if application_id != APPLICATION_ID and (application_id or version or tables):
                raise DatabaseError(f"{name!r} is a database of another program, not of the emulator")
            if application_id == APPLICATION_ID and version != VERSION:
                raise DatabaseError(f"{name!r} was made by another version of the emulator")
            if not version:
                for statement in _SCHEMA:
                    connection.execute(statement)
        with contextlib.suppress(sqlite3.OperationalError):  # only makes writing faster
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")

    @contextlib.contextmanager
    def transaction(self, *, write: bool = True) -> Generator[Transaction]:
        """Run a block as one transaction; an exception rolls it back."""
        with self._lock, self._connection:  # which commits, or rolls back
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            yield Transaction(self._connection)

    def close(self) -> None:
        """Close the database; a database in memory is lost."""
        with self._lock:
            self._connection.close()


def _row(columns: tuple[Any, ...]) -> Row:
    kind, project, object_id, created, fields, state, *others = columns
    return Row(kind, project, object_id, created, json.loads(fields), json.loads(state), *others)
