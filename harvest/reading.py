"""raw.db as a build reads it: every current payload parsed, and what it tells of runs, refusals and deletions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harvest import sources
from harvest.archive import Archive, StoredWindow
from harvest.archive.holdings import Key
from harvest.errors import BadInput
from harvest.record import Record
from harvest.sources import Payload
from harvest.workers import Spread

_CHUNK = 2000
WORTH_PROCESSES = 5
"""Below this many slices, starting processes costs more than it saves."""


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


def slices(path: Path) -> list[tuple[Key, Key]]:
    """The current payloads of raw.db in parts, each named by its first and last key; none without such a file."""
    if not path.is_file():
        return []
    with Archive(path, write=False) as archive:
        return archive.slices(_CHUNK)


def parse_archive(path: Path, parts: list[tuple[Key, Key]], spread: Spread = map) -> Parsed:
    """The payloads of the parts. Each worker reads the archive itself, so bodies never pass between processes."""
    parsed = Parsed()
    for part in spread(partial(_parse_slice, path), parts):
        parsed.add(part)
    return parsed


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
