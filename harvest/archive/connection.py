"""Opening raw.db: one writer at a time, everything or nothing per transaction, and errors that say what to do."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Self

from sqlite_utils import Database

from harvest.archive.schema import FORMAT, SCHEMA
from harvest.errors import ArchiveError


class Connection:
    """The open file. Raises `ArchiveError` when it is locked, missing (for reading), damaged or of another format."""

    def __init__(self, path: Path, *, write: bool = True) -> None:
        self.path = path
        self._lock_file: IO[str] | None = None
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = _lock(path.with_suffix(".lock"))
        elif not path.is_file():
            raise ArchiveError(f"{path} does not exist; run 'harvest fetch' or 'harvest import' first")
        try:
            self.db = _open(path, write)
        except BaseException:
            self._unlock()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock_file:
            self._lock_file.close()
            self._lock_file = None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection: sqlite3.Connection = self.db.conn
        with self._readable():
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                # A full disk has already rolled back by itself.
                if connection.in_transaction:
                    connection.execute("rollback")
                raise

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as problem:
            raise ArchiveError(f"{self.path} cannot be used: {problem}; nothing of this step was stored") from problem
        except sqlite3.DatabaseError as problem:
            raise _damaged(self.path, problem) from problem

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._readable():
            cursor = self.db.conn.cursor()
            cursor.row_factory = sqlite3.Row
            return list(cursor.execute(sql, values))


def _damaged(path: Path, problem: Exception) -> ArchiveError:
    return ArchiveError(f"{path} cannot be read as an archive: {problem}; move it away and fetch again")


def _lock(path: Path) -> IO[str]:
    # Held open for the life of the archive; the kernel lets go when the process ends, however it ends.
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        file.close()
        raise ArchiveError(f"another harvest is writing to {path.parent}; wait for it or use --data") from problem
    return file


def _open(path: Path, write: bool) -> Database:
    target = str(path) if write else f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(target, timeout=60, isolation_level=None, uri=not write)
    try:
        version = _prepare(connection, write)
        if version != FORMAT:
            raise ArchiveError(
                f"{path} has format {version}, this version reads {FORMAT}; move it away and fetch again"
            )
    except sqlite3.DatabaseError as problem:
        connection.close()
        raise _damaged(path, problem) from problem
    except ArchiveError:
        connection.close()
        raise
    return Database(connection)


def _prepare(connection: sqlite3.Connection, write: bool) -> int:
    """Settings, and the tables where there are none yet; gives the format."""
    if write:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
    connection.execute("pragma foreign_keys = on")
    version = int(connection.execute("pragma user_version").fetchone()[0])
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if write and version == 0 and empty:
        connection.executescript(f"begin immediate; {SCHEMA} pragma user_version = {FORMAT}; commit;")
        return FORMAT
    return version
