"""ketamine.db: written whole into a file beside the old one, indexed, and swapped in when it has been checked."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from harvest.errors import HarvestError
from harvest.schema import SEARCH_COLUMNS, SEARCH_TABLE, SEARCH_WEIGHTS, TABLES, TOKENIZER, VIEWS, Table, table

FILE_NAME = "ketamine.db"
Rows = Iterable[Sequence[Any]]


def path_in(folder: Path) -> Path:
    return folder / FILE_NAME


@contextlib.contextmanager
def building(final: Path) -> Iterator[Database]:
    """A fresh database to be filled; it replaces ``final`` in one step when the block ends well, else it goes.

    A build that was killed leaves its unfinished file behind; the next one removes it.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    unfinished = final.with_name(f"{final.name}.building")
    remove(unfinished)
    db = _create(unfinished)
    try:
        yield db
        db.close()
        _to_disk(unfinished)
        unfinished.replace(final)
    except BaseException:
        db.close()
        remove(unfinished)
        raise


def remove(path: Path) -> None:
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _create(path: Path) -> Database:
    """All tables, empty. The file is thrown away if the build fails, so it needs no journal."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = off", "synchronous = off", "cache_size = -64000"):
        connection.execute(f"pragma {pragma}")
    db = Database(connection)
    for shape in TABLES:
        _create_table(db, shape)
    return db


def _create_table(db: Database, shape: Table) -> None:
    db.table(shape.name).create(
        {column.name: column.type for column in shape.columns},
        pk=shape.primary_key[0] if len(shape.primary_key) == 1 else shape.primary_key,
        not_null={column.name for column in shape.columns if column.required},
        foreign_keys=[
            (column.name, column.references, table(column.references).primary_key[0])
            for column in shape.columns if column.references
        ],
        strict=True,
    )  # fmt: skip


def insert(db: Database, name: str, rows: Rows) -> int:
    """Rows as sequences in the order of the table's columns; gives their number."""
    columns = table(name).column_names
    quoted = ", ".join(f'"{column}"' for column in columns)
    sql = f'insert into "{name}" ({quoted}) values ({", ".join("?" * len(columns))})'  # noqa: S608
    connection: sqlite3.Connection = db.conn
    connection.execute("begin")
    try:
        cursor = connection.executemany(sql, rows)
    except sqlite3.IntegrityError as problem:
        raise HarvestError(f"table {name}: {problem}; this is a fault of the build, please report it") from problem
    connection.execute("commit")
    return cursor.rowcount


def refill(path: Path, name: str, objects: Iterable[Mapping[str, Any]]) -> None:
    """Replaces all rows of one table of a built database, which is served from then on with these."""
    db = Database(sqlite3.connect(path, isolation_level=None))
    try:
        db.execute(f'delete from "{name}"')  # noqa: S608
        insert(db, name, rows_of(name, objects))
    finally:
        db.close()


def rows_of(name: str, objects: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Mappings as rows of the table; a missing column is null."""
    columns = table(name).column_names
    for item in objects:
        yield tuple(item.get(column) for column in columns)


def finish(db: Database) -> None:
    """Indexes, full-text search, views and statistics, after the tables were filled."""
    for shape in TABLES:
        for columns in shape.unique:
            db.table(shape.name).create_index(columns, unique=True)
        for columns in shape.indexes:
            db.table(shape.name).create_index(columns)
    enable_search(db)
    for name, sql in VIEWS.items():
        db.create_view(name, sql)
    db.execute("analyze")


def enable_search(db: Database) -> None:
    """(Re)builds the full-text index; the weights become its default rank."""
    db.table("reports").enable_fts(list(SEARCH_COLUMNS), fts_version="FTS5", tokenize=TOKENIZER, replace=True)
    weights = ", ".join(str(weight) for weight in SEARCH_WEIGHTS)
    db.execute(f"insert into {SEARCH_TABLE} ({SEARCH_TABLE}, rank) values ('rank', 'bm25({weights})')")  # noqa: S608
    db.execute(f"insert into {SEARCH_TABLE} ({SEARCH_TABLE}) values ('optimize')")  # noqa: S608


def open_read_only(path: Path) -> Database:
    """The built database. Raises `HarvestError` when there is none or it cannot be read."""
    if not path.is_file():
        raise HarvestError(f"{path} does not exist; run 'harvest build' first")
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError as problem:
        raise HarvestError(f"{path} cannot be read: {problem}; run 'harvest build' again") from problem
    return Database(connection)


def open_to_check(path: Path) -> Database:
    """As `open_read_only`, but writable where the file is: FTS5 takes its integrity check as an insert."""
    open_read_only(path).close()
    mode = "rw" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "ro"
    return Database(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True))


def search_problem(db: Database) -> str:
    """What FTS5's integrity check finds wrong between index and table, '' when nothing or on a read-only file.

    https://www.sqlite.org/fts5.html#the_integrity_check_command
    """
    try:
        db.execute(f"insert into {SEARCH_TABLE} ({SEARCH_TABLE}, rank) values ('integrity-check', 1)")  # noqa: S608
    except sqlite3.OperationalError as problem:
        return "" if "readonly" in str(problem) else str(problem)
    except sqlite3.DatabaseError as problem:
        return str(problem)
    return ""


def is_public_edition(db: Database) -> bool:
    """Whether this is a copy for publication: it holds offsets into abstracts whose text it does not carry."""
    return bool(db.execute("select 1 from about where name = 'edition' and value = 'public'").fetchone())


def has_shape(db: Database) -> bool:
    """Whether the file has this version's tables and columns; an older one is not compared with."""
    existing = set(db.table_names())
    return all(
        shape.name in existing and set(shape.column_names) <= {column.name for column in db[shape.name].columns}
        for shape in TABLES
    )
