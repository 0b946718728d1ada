"""raw.db as a build reads it: every current payload parsed, in two processes where there are many, and what the archive
tells of runs, refusals and deletions."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harvest import sources
from harvest.archive import Archive, StoredWindow
from harvest.archive.holdings import Key
from harvest.errors import BadInput
from harvest.record import Record
from harvest.sources import Payload

_CHUNK = 2000
_WORTH_PROCESSES = 5 * _CHUNK
"""Below this many payloads, starting processes costs more than it saves."""


@dataclass(frozen=True)
class Refusal:
    """An item that could not be taken: kept in the archive, listed in the table ``rejected``.

    stage
        ``fetch`` (refused on arrival), ``parse`` (cannot be read) or ``withdrawn`` (its source serves it no more).
    """

    source: str
    source_id: str
    reason: str
    stage: str = "parse"
    rejected_at: str = ""


@dataclass(frozen=True)
class Parsed:
    """Payloads as records; those that cannot be read as refusals. ``held``: (fetched_at, hash) of archived payloads."""

    records: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    held: dict[Key, tuple[str, str]] = field(default_factory=dict)

    def add(self, other: Parsed) -> None:
        self.records.extend(other.records)
        self.refused.extend(other.refused)
        self.held.update(other.held)


@dataclass(frozen=True)
class History:
    """What the archive tells besides payloads; runs and windows as rows of their tables."""

    refused: tuple[Refusal, ...] = ()
    runs: tuple[dict[str, object], ...] = ()
    windows: tuple[dict[str, object], ...] = ()


def parse(payloads: Iterable[Payload]) -> Parsed:
    """Every payload as a record or a refusal."""
    modules, parsed = sources.load(), Parsed()
    for payload in payloads:
        try:
            parsed.records.append(modules[payload.source].parse(payload))
        except BadInput as problem:
            parsed.refused.append(Refusal(payload.source, payload.source_id, str(problem)))
    return parsed


def parse_archive(path: Path, processes: int | None = None) -> Parsed:
    """The current payloads of raw.db, by source and id; nothing when there is no such file."""
    parsed = Parsed()
    if not path.is_file():
        return parsed
    with Archive(path, write=False) as archive:
        slices = archive.slices(_CHUNK)
    for part in _in_processes(path, slices, processes or min(2, os.cpu_count() or 1)):
        parsed.add(part)
    return parsed


def _in_processes(path: Path, slices: list[tuple[Key, Key]], processes: int) -> Iterator[Parsed]:
    """Each slice parsed, in order. The workers read the archive themselves, so bodies never pass between processes."""
    work = partial(_parse_slice, path)
    # Forked: workers start at once and small, and the caller's program needs no guard around its main part.
    if (
        processes < 2
        or len(slices) * _CHUNK < _WORTH_PROCESSES
        or "fork" not in multiprocessing.get_all_start_methods()
    ):
        yield from map(work, slices)
        return
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield from pool.imap(work, slices)


def _parse_slice(path: Path, bounds: tuple[Key, Key]) -> Parsed:
    with Archive(path, write=False) as archive:
        kept = list(archive.current(between=bounds))
    parsed = parse(one.payload for one in kept)
    parsed.held.update({(k.payload.source, k.payload.source_id): (k.payload.fetched_at, k.hash) for k in kept})
    return parsed


def history(path: Path) -> History:
    """Runs, windows, refusals and deletions; empty when there is no such file."""
    if not path.is_file():
        return History()
    with Archive(path, write=False) as archive:
        refused = [
            Refusal(source, source_id, reason, "fetch", at) for source, source_id, reason, at in archive.rejections()
        ]
        refused += [Refusal(source, source_id, reason, "withdrawn") for source, source_id, reason in archive.gone()]
        runs, windows = archive.runs(), archive.windows()
    return History(tuple(refused), tuple(vars(run) for run in runs), tuple(map(_window_row, windows)))


def _window_row(stored: StoredWindow) -> dict[str, object]:
    window = stored.window
    return {
        "id": stored.id, "run_id": stored.run_id, "key": window.key, "kind": window.kind, "status": stored.status,
        "parameters": json.dumps(window.parameters, ensure_ascii=False), "expected": stored.expected,
        "received": stored.received, "translation": stored.translation or None, "message": stored.message or None,
    }  # fmt: skip
