"""What a service sent, into the archive: whole batches, each in one transaction with the position after it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping

from harvest.archive.connection import Connection
from harvest.archive.runs import add_windows
from harvest.archive.schema import Fact, StoredWindow, now
from harvest.sources import Batch, Payload

NOT_SERVED = "its source does not serve it any more"


class Storing(Connection):
    """Storing batches and refused items."""

    def store(self, stored: StoredWindow, batch: Batch, facts: Mapping[str, Fact]) -> int:
        """Stores a batch and the state that follows it. Gives how many ids the window has seen so far."""
        at = now()
        with self._transaction() as connection:
            if batch.restart:
                connection.execute("delete from sightings where window_id = ?", (stored.id,))
            add_windows(connection, stored.run_id, batch.split, parent=stored.id)
            for payload in batch.payloads:
                _store_payload(connection, stored.run_id, payload, facts.get(payload.source_id, Fact()), at)
            if batch.absent:
                mark_gone(connection, stored.run_id, batch.absent, NOT_SERVED)
            seen = [*(payload.source_id for payload in batch.payloads), *batch.listed]
            connection.executemany(
                "insert or ignore into sightings values (?, ?)", [(stored.id, source_id) for source_id in seen]
            )
            return _move_on(connection, stored, batch)

    def reject(self, source: str, source_id: str, reason: str, body: bytes, run_id: int | None = None) -> None:
        """Keeps an item that could not be taken, with the reason; the same one twice is kept once."""
        with self._transaction() as connection:
            connection.execute(
                "insert or ignore into rejected (source, source_id, hash, reason, body, at, run_id) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                (source, source_id, _digest(body), reason, zlib.compress(body), now(), run_id),
            )

    def rejections(self) -> list[tuple[str, str, str, str]]:
        """(source, source_id, reason, at), in the order in which they happened."""
        return [tuple(row) for row in self._rows("select source, source_id, reason, at from rejected order by id")]


def mark_gone(connection: sqlite3.Connection, run_id: int, source_ids: Iterable[str], reason: str) -> int:
    """Marks ids as no longer served; their payloads stay. Gives how many were held until now."""
    marked = 0
    for source_id in source_ids:
        marked += connection.execute(
            "update holdings set gone_run = ?, gone_reason = ? where source_id = ? and gone_run is null "
            "and source = (select source from runs where id = ?)",
            (run_id, reason, source_id, run_id),
        ).rowcount
    connection.execute("update runs set gone = gone + ? where id = ?", (marked, run_id))
    return marked


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _move_on(connection: sqlite3.Connection, stored: StoredWindow, batch: Batch) -> int:
    """Where the window stands after the batch."""
    seen = "select count(*) from sightings where window_id = ?"
    received = int(connection.execute(seen, (stored.id,)).fetchone()[0])
    connection.execute(
        "update windows set state = ?, received = ?, expected = coalesce(?, expected), status = ?, "
        "translation = coalesce(nullif(?, ''), translation) where id = ?",
        (json.dumps(batch.state), received, batch.expected, "split" if batch.split else "open", batch.translation,
         stored.id),
    )  # fmt: skip
    return received


def _store_payload(connection: sqlite3.Connection, run_id: int, payload: Payload, fact: Fact, at: str) -> None:
    digest = _digest(payload.body)
    key = (payload.source, payload.source_id)
    held = connection.execute(
        "select hash, gone_run, last_run from holdings where source = ? and source_id = ?", key
    ).fetchone()
    if held is None or held[0] != digest:
        connection.execute(
            "insert into payloads values (?, ?, ?, ?, ?, ?, ?, ?) "
            "on conflict do update set run_id = excluded.run_id, fetched_at = excluded.fetched_at",
            (*key, digest, zlib.compress(payload.body, 6), payload.media, len(payload.body), at, run_id),
        )
        connection.execute(
            "insert into holdings values (?, ?, ?, ?, ?, ?, null, null, ?, ?, ?, ?) on conflict do update set "
            "hash = excluded.hash, fetched_at = excluded.fetched_at, last_run = excluded.last_run, gone_run = null, "
            "gone_reason = null, revised = excluded.revised, pmid = excluded.pmid, doi = excluded.doi, "
            "notice = excluded.notice",
            (*key, digest, at, run_id, run_id, fact.revised, fact.pmid, fact.doi, fact.notice),
        )
    else:
        connection.execute(
            "update holdings set last_run = ?, gone_run = null, gone_reason = null where source = ? and source_id = ?",
            (run_id, *key),
        )
    if held is None or held[2] != run_id:  # an item that a run meets twice is counted once
        outcome = "new" if held is None else "unchanged" if held[0] == digest and held[1] is None else "changed"
        connection.execute(
            f"update runs set received = received + 1, {outcome} = {outcome} + 1 where id = ?",  # noqa: S608
            (run_id,),
        )
