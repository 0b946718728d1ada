"""The tables of raw.db, and the shapes in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from harvest.record import Record
from harvest.sources import Payload, Window

FORMAT = 1
"""``PRAGMA user_version`` of raw.db; another number is refused instead of misread."""

SCHEMA = """
create table runs (
    id integer primary key, source text not null, mode text not null, status text not null,
    query text not null default '', translation text not null default '', started_at text not null,
    finished_at text not null default '', expected integer, received integer not null default 0,
    new integer not null default 0, changed integer not null default 0, unchanged integer not null default 0,
    gone integer not null default 0, requests integer not null default 0, message text not null default '');
create table windows (
    id integer primary key, run_id integer not null references runs(id), parent integer references windows(id),
    key text not null, kind text not null, query text not null, parameters text not null,
    state text not null default '{}', status text not null, expected integer, received integer not null default 0,
    translation text not null default '', message text not null default '', unique (run_id, key));
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
    notice text not null default '',
    primary key (source, source_id)) without rowid;
create table rejected (
    id integer primary key, source text not null, source_id text not null default '', hash text not null,
    reason text not null, body blob not null, at text not null, run_id integer,
    unique (source, source_id, hash, reason));
create index payloads_run on payloads (source, run_id);
create index holdings_run on holdings (source, last_run);
create index windows_parent on windows (parent);
"""


@dataclass(frozen=True)
class Run:
    """One harvest of one source. ``status``: planned, open, complete, incomplete or failed."""

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
    """A window of a run. ``status``: open, complete, incomplete, or split into the windows whose parent it is."""

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
    notice: str = ""
    """The title, of notices of retraction or concern."""

    @classmethod
    def of(cls, record: Record) -> Fact:
        warns = any(link.kind in ("retracts", "raises-concern-about") for link in record.links)
        return cls(record.revised, record.pmid, record.doi, record.title if warns else "")


@dataclass(frozen=True)
class Kept:
    """A current payload and the hash of its content."""

    payload: Payload
    hash: str


def now() -> str:
    """The time as it is written everywhere: UTC, ``2026-11-22T01:02:03Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
