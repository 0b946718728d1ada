"""raw.db: every payload as its source sent it, and the runs and windows that brought it.

Each batch of a service is stored in one transaction together with the position after it, so that a harvest killed
at any moment goes on where it stopped. A payload is kept once per content (source, id, hash); ``holdings`` says which
content is the current one of an id, and which ids the source does not serve any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlite_utils import Database

from harvest.errors import ArchiveError
from harvest.sources import Batch, Payload, Window

FORMAT = 1
"""``PRAGMA user_version`` of raw.db; another number is refused instead of misread."""

_SCHEMA = """
create table runs (
    id integer primary key, source text not null, mode text not null, status text not null,
    query text not null default '', translation text not null default '', started_at text not null,
    finished_at text not null default '', expected integer, received integer not null default 0,
    new integer not null default 0, changed integer not null default 0, unchanged integer not null default 0,
    gone integer not null default 0, requests integer not null default 0, message text not null default '');
create table windows (
    id integer primary key, run_id integer not null references runs(id), key text not null, kind text not null,
    query text not null, parameters text not null, state text not null default '{}', status text not null,
    expected integer, received integer not null default 0, translation text not null default '',
    message text not null default '', unique (run_id, key));
create table sightings (
    window_id integer not null references windows(id), source_id text not null,
    primary key (window_id, source_id)) without rowid;
create table payloads (
    source text not null, source_id text not null, hash text not null, body blob not null, media text not null,
    size integer not null, fetched_at text not null, run_id integer not null references runs(id),
    primary key (source, source_id, hash));
create table holdings (
    source text not null, source_id text not null, hash text not null, fetched_at text not null,
    first_run integer not null, last_run integer not null, gone_run integer, gone_reason text,
    revised text not null default '', pmid text not null default '', doi text not null default '',
    primary key (source, source_id)) without rowid;
create table rejected (
    id integer primary key, source text not null, source_id text not null default '', hash text not null,
    reason text not null, body blob not null, at text not null, run_id integer,
    unique (source, source_id, hash, reason));
create index payloads_run on payloads (source, run_id);
create index holdings_run on holdings (source, last_run);
"""


@dataclass(frozen=True)
class Run:
    """One harvest of one source. ``status``: open, complete, incomplete or failed."""

    id: int
    source: str
    mode: str
    status: str
    query: str
    translation: str
    started_at: str
    finished_at: str
    expected: int | None
    received: int
    new: int
    changed: int
    unchanged: int
    gone: int
    requests: int
    message: str


@dataclass(frozen=True)
class StoredWindow:
    id: int
    run_id: int
    status: str
    window: Window
    expected: int | None
    received: int
    translation: str
    message: str


@dataclass(frozen=True)
class Fact:
    """What is read from a payload at once: it decides what later runs ask for."""

    revised: str = ""
    pmid: str = ""
    doi: str = ""


@dataclass(frozen=True)
class Kept:
    """A current payload and the hash of its content."""

    payload: Payload
    hash: str


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Archive:
    """raw.db, opened for reading and writing. Use as a context manager; only one harvest at a time may write."""

    def __init__(self, path: Path, *, write: bool = True) -> None:
        self.path = path
        self._lock_file: IO[str] | None = None
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = self._lock(path.with_suffix(".lock"))
        elif not path.is_file():
            raise ArchiveError(f"{path} does not exist; run 'harvest fetch' or 'harvest import' first")
        self.db = self._open(path, write)

    @staticmethod
    def _lock(path: Path) -> IO[str]:
        # Held open for the life of the archive; the kernel lets go when the process ends, however it ends.
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            file.close()
            raise ArchiveError(f"another harvest is writing to {path.parent}; wait for it or use --data") from problem
        return file

    @staticmethod
    def _open(path: Path, write: bool) -> Database:
        fresh = not path.exists() or path.stat().st_size == 0
        target = str(path) if write else f"{path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(target, timeout=60, isolation_level=None, uri=not write)
        try:
            if write:
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
            connection.execute("pragma foreign_keys = on")
            version = connection.execute("pragma user_version").fetchone()[0]
            if write and (fresh or version == 0):
                connection.executescript(f"begin immediate; {_SCHEMA} pragma user_version = {FORMAT}; commit;")
                version = FORMAT
        except sqlite3.DatabaseError as problem:
            connection.close()
            raise ArchiveError(f"{path} cannot be read as an archive: {problem}; move it away and fetch again") from problem
        if version != FORMAT:
            raise ArchiveError(f"{path} has format {version}, this version reads {FORMAT}; move it away and fetch again")
        return Database(connection)

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.db.close()
        if self._lock_file:
            self._lock_file.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection: sqlite3.Connection = self.db.conn
        connection.execute("begin immediate")
        try:
            yield connection
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        cursor = self.db.conn.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, values).fetchall()

    # ------------------------------------------------------------ runs and windows

    def plan_runs(self, planned: Iterable[tuple[str, str]]) -> list[Run]:
        """Begins a harvest: one run per (source, mode), all at once, so that a restart knows what was still to come."""
        with self._transaction() as connection:
            ids = [
                connection.execute(
                    "insert into runs (source, mode, status, started_at) values (?, ?, 'planned', ?)", (*run, now())
                ).lastrowid
                for run in planned
            ]
        return [self.run(run_id or 0) for run_id in ids]

    def open_run(self, run: Run, query: str, windows: Iterable[Window]) -> Run:
        with self._transaction() as connection:
            connection.execute("update runs set status = 'open', query = ? where id = ?", (query, run.id))
            self._add_windows(connection, run.id, windows)
        return self.run(run.id)

    def unfinished(self, sources: list[str]) -> tuple[list[Run], bool]:
        """The runs of these sources to go on with, and whether the last harvest was interrupted.

        Interrupted: some run is still planned or open; what that harvest had finished is not to be begun again.
        Runs that ended short (incomplete, failed) are reopened with the windows they lack.
        """
        marks = ",".join("?" * len(sources))
        latest = f"id in (select max(id) from runs where source in ({marks}) group by source)"
        interrupted = self._runs(f"where {latest} and status in ('planned', 'open') order by id", *sources)
        short = self._runs(f"where {latest} and status in ('incomplete', 'failed') order by id", *sources)
        with self._transaction() as connection:
            for run in short:
                connection.execute(
                    "update runs set message = '', status = case when exists (select 1 from windows where run_id = runs.id) "
                    "then 'open' else 'planned' end where id = ?", (run.id,))  # fmt: skip
                connection.execute(
                    "update windows set status = 'open', state = '{}', message = '' "
                    "where run_id = ? and status = 'incomplete'", (run.id,))  # fmt: skip
        runs = [self.run(run.id) for run in sorted(interrupted + short, key=lambda run: run.id)]
        return runs, bool(interrupted)

    @staticmethod
    def _add_windows(connection: sqlite3.Connection, run_id: int, windows: Iterable[Window]) -> None:
        connection.executemany(
            "insert or ignore into windows (run_id, key, kind, query, parameters, state, status) "
            "values (?, ?, ?, ?, ?, ?, 'open')",
            [(run_id, w.key, w.kind, w.query, json.dumps(w.parameters), json.dumps(w.state)) for w in windows],
        )

    def run(self, run_id: int) -> Run:
        return self._runs("where id = ?", run_id)[0]

    def runs(self) -> list[Run]:
        return self._runs("order by id")

    def last_run(self, source: str, *, kinds: tuple[str, ...] = ()) -> Run | None:
        """The latest complete run of the source; with ``kinds`` the latest that had a window of such a kind."""
        having = f"and id in (select run_id from windows where kind in ({','.join('?' * len(kinds))}))" if kinds else ""
        found = self._runs(
            f"where source = ? and status = 'complete' {having} order by id desc limit 1", source, *kinds)  # fmt: skip
        return found[0] if found else None

    def _runs(self, tail: str, *values: Any) -> list[Run]:
        return [Run(**dict(row)) for row in self._rows(f"select * from runs {tail}", *values)]  # noqa: S608

    def windows(self, run_id: int | None = None) -> list[StoredWindow]:
        tail, values = ("where run_id = ?", (run_id,)) if run_id is not None else ("", ())
        return [
            StoredWindow(
                row["id"], row["run_id"], row["status"],
                Window(row["key"], row["kind"], row["query"], json.loads(row["parameters"]), json.loads(row["state"])),
                row["expected"], row["received"], row["translation"], row["message"],
            )  # fmt: skip
            for row in self._rows(f"select * from windows {tail} order by id", *values)  # noqa: S608
        ]

    def store(self, stored: StoredWindow, batch: Batch, facts: Mapping[str, Fact]) -> int:
        """Stores a batch with the state that follows it, in one transaction. Gives the ids seen in the window so far."""
        at = now()
        with self._transaction() as connection:
            if batch.restart:
                connection.execute("delete from sightings where window_id = ?", (stored.id,))
            if batch.split:
                self._add_windows(connection, stored.run_id, batch.split)
            for payload in batch.payloads:
                self._store_payload(connection, stored.run_id, payload, facts.get(payload.source_id, Fact()), at)
            seen = [*(p.source_id for p in batch.payloads), *batch.listed]
            connection.executemany(
                "insert or ignore into sightings values (?, ?)", [(stored.id, source_id) for source_id in seen])  # fmt: skip
            received = connection.execute(
                "select count(*) from sightings where window_id = ?", (stored.id,)).fetchone()[0]  # fmt: skip
            connection.execute(
                "update windows set state = ?, received = ?, expected = coalesce(?, expected), status = ?, "
                "translation = case ? when '' then translation else ? end where id = ?",
                (json.dumps(batch.state), received, batch.expected, "split" if batch.split else "open",
                 batch.translation, batch.translation, stored.id),
            )  # fmt: skip
        return int(received)

    @staticmethod
    def _store_payload(
        connection: sqlite3.Connection, run_id: int, payload: Payload, fact: Fact, at: str
    ) -> None:
        digest = hashlib.sha256(payload.body).hexdigest()[:32]
        key = (payload.source, payload.source_id)
        held = connection.execute(
            "select hash, gone_run, last_run from holdings where source = ? and source_id = ?", key).fetchone()  # fmt: skip
        outcome = "new" if held is None else "unchanged" if held[0] == digest and held[1] is None else "changed"
        if held is None or held[0] != digest:
            connection.execute(
                "insert into payloads values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set run_id = excluded.run_id",
                (*key, digest, zlib.compress(payload.body, 6), payload.media, len(payload.body), at, run_id),
            )
            connection.execute(
                "insert into holdings values (?, ?, ?, ?, ?, ?, null, null, ?, ?, ?) on conflict do update set "
                "hash = excluded.hash, fetched_at = excluded.fetched_at, last_run = excluded.last_run, gone_run = null, "
                "gone_reason = null, revised = excluded.revised, pmid = excluded.pmid, doi = excluded.doi",
                (*key, digest, at, run_id, run_id, fact.revised, fact.pmid, fact.doi),
            )
        else:
            connection.execute(
                "update holdings set last_run = ?, gone_run = null, gone_reason = null where source = ? and source_id = ?",
                (run_id, *key),
            )
        if held is None or held[2] != run_id:  # an item that a run meets twice is counted once
            connection.execute(
                f"update runs set received = received + 1, {outcome} = {outcome} + 1 where id = ?", (run_id,))  # noqa: S608  # fmt: skip

    def close_window(self, stored: StoredWindow, status: str, message: str = "") -> None:
        with self._transaction() as connection:
            connection.execute("update windows set status = ?, message = ? where id = ?", (status, message, stored.id))

    def finish_run(self, run: Run, status: str, message: str, requests: int) -> Run:
        """Ends the run; sightings, needed only while it lasted, go."""
        with self._transaction() as connection:
            connection.execute(
                "update runs set status = ?, message = ?, finished_at = ?, translation = coalesce((select translation "
                "from windows where run_id = runs.id and translation != '' order by id limit 1), ''), "
                "expected = (select sum(expected) from windows where run_id = runs.id and kind != 'census' "
                "and status != 'split') where id = ?",
                (status, message, now(), run.id),
            )
            if status == "complete":
                connection.execute(
                    "delete from sightings where window_id in (select id from windows where run_id = ?)", (run.id,))  # fmt: skip
        self.count_requests(run, requests)
        return self.run(run.id)

    def count_requests(self, run: Run, requests: int) -> None:
        with self._transaction() as connection:
            connection.execute("update runs set requests = requests + ? where id = ?", (requests, run.id))

    # ------------------------------------------------------------ deletions

    def unseen(self, run: Run) -> list[str]:
        """Ids held for the run's source that none of its full or census windows has seen."""
        return [row[0] for row in self._rows(
            "select source_id from holdings where source = ? and gone_run is null and source_id not in ("
            "select source_id from sightings join windows on windows.id = window_id "
            "where run_id = ? and kind in ('full', 'census')) and last_run != ? order by source_id",
            run.source, run.id, run.id)]  # fmt: skip

    def unheld(self, run: Run) -> list[str]:
        """Ids that a full or census window of the run lists and for which no payload is held."""
        return [row[0] for row in self._rows(
            "select distinct source_id from sightings join windows on windows.id = window_id where run_id = ? and "
            "source_id not in (select source_id from holdings where source = ? and gone_run is null) order by source_id",
            run.id, run.source)]  # fmt: skip

    def listed(self, run: Run) -> int:
        """Distinct ids that the full and census windows of the run have seen."""
        return int(self._rows(
            "select count(distinct source_id) from sightings join windows on windows.id = window_id "
            "where run_id = ? and kind in ('full', 'census')", run.id)[0][0])  # fmt: skip

    def mark_gone(self, run_id: int, source_ids: Iterable[str], reason: str) -> int:
        """Marks ids as no longer served; their payloads stay. Gives how many were held until now."""
        marked = 0
        with self._transaction() as connection:
            for source_id in source_ids:
                marked += connection.execute(
                    "update holdings set gone_run = ?, gone_reason = ? where source = (select source from runs where id = ?) "
                    "and source_id = ? and gone_run is null",
                    (run_id, reason, run_id, source_id)).rowcount  # fmt: skip
            connection.execute("update runs set gone = gone + ? where id = ?", (marked, run_id))
        return marked

    # ------------------------------------------------------------ what is held

    def ids(self, source: str) -> list[str]:
        """Ids held and still served."""
        return [row[0] for row in self._rows(
            "select source_id from holdings where source = ? and gone_run is null order by source_id", source)]  # fmt: skip

    def count(self, source: str) -> int:
        return int(self._rows("select count(*) from holdings where source = ? and gone_run is null", source)[0][0])

    def current(self, source: str | None = None, *, since_run: int = 0) -> Iterator[Kept]:
        """Current payloads by source and id; with ``since_run`` only those whose content came in a later run."""
        cursor = self.db.conn.execute(
            "select p.source, p.source_id, p.body, p.media, h.fetched_at, p.hash from holdings h "
            "join payloads p using (source, source_id, hash) "
            "where h.gone_run is null and (? is null or h.source = ?) and p.run_id > ? order by h.source, h.source_id",
            (source, source, since_run),
        )
        for name, source_id, body, media, fetched_at, digest in cursor:
            yield Kept(Payload(name, source_id, zlib.decompress(body), media, fetched_at), digest)

    def gone(self, source: str | None = None, *, since_run: int = 0) -> list[tuple[str, str, str]]:
        """(source, source_id, reason) of everything its source does not serve any more."""
        return [tuple(row) for row in self._rows(
            "select source, source_id, gone_reason from holdings where gone_run is not null "
            "and (? is null or source = ?) and gone_run > ? order by source, source_id",
            source, source, since_run)]  # fmt: skip

    def newest_change(self, source: str) -> str:
        """The latest date of change that any payload of the source states, '' when none does."""
        return str(self._rows("select coalesce(max(revised), '') from holdings where source = ?", source)[0][0])

    def changed_elsewhere(self, source: str, since_run: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(PMIDs of documents without DOI, DOIs) whose payloads other sources brought in runs after ``since_run``."""
        rows = self._rows(
            "select distinct h.pmid, h.doi from holdings h join payloads p using (source, source_id, hash) "
            "where h.source != ? and p.run_id > ? order by h.pmid, h.doi", source, since_run)  # fmt: skip
        named = {row["pmid"] for row in rows if row["doi"]}
        pmids = dict.fromkeys(row["pmid"] for row in rows if row["pmid"] and row["pmid"] not in named)
        return tuple(pmids), tuple(dict.fromkeys(row["doi"] for row in rows if row["doi"]))

    # ------------------------------------------------------------ refused items

    def reject(self, source: str, source_id: str, reason: str, body: bytes, run_id: int | None = None) -> None:
        """Keeps an item that could not be taken, with the reason; the same one twice is kept once."""
        digest = hashlib.sha256(body).hexdigest()[:32]
        with self._transaction() as connection:
            connection.execute(
                "insert or ignore into rejected (source, source_id, hash, reason, body, at, run_id) values (?, ?, ?, ?, ?, ?, ?)",
                (source, source_id, digest, reason, zlib.compress(body), now(), run_id),
            )

    def rejections(self) -> list[tuple[str, str, str, str]]:
        """(source, source_id, reason, at), in the order in which they happened."""
        return [tuple(row) for row in self._rows("select source, source_id, reason, at from rejected order by id")]
