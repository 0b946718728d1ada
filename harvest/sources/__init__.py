"""The sources: one module each, found by name. Adding a source is adding a file.

A module that is a source offers:

``ABOUT``
    A `Source`: name, title, addresses, licence, limits.
``parse(payload) -> Record``
    Pure: payload in, record out. Raises `BadInput` when the payload is not what it claims to be.

and, when it can be harvested over the network:

``query(drugs) -> str``
    The search as sent, from the drug concepts of the vocabulary.
``plan(held) -> list[Window]``
    Which windows this run needs, given what the archive holds.
``fetch(client, window) -> Iterator[Batch]``
    Asks the service and yields batches; resumes from ``window.state``.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Literal

WindowKind = Literal["full", "changes", "census", "lookup"]
"""full: everything the query finds. changes: what is new or revised since a day. census: ids only, to notice
deletions. lookup: given identifiers."""


@dataclass(frozen=True)
class Source:
    """What is fixed about a source. ``base_url`` can be set by the environment variable ``url_variable``."""

    name: str
    title: str
    homepage: str
    documentation: str
    licence: str
    terms: str
    """What its owner says about reuse, in a sentence."""
    base_url: str = ""
    url_variable: str = ""
    per_second: float = 1.0
    """Requests a second that this project sends at most; below the published limit."""
    secrets: tuple[str, ...] = ()
    """Parameters that never reach logs, databases or kept addresses."""
    census_days: int = 0
    """A run lists all ids to notice deletions when the last listing is at least this many days old."""


@dataclass(frozen=True)
class Payload:
    """One item as its source sent it. ``body`` is one JSON object or one XML element, UTF-8."""

    source: str
    source_id: str
    body: bytes
    media: Literal["json", "xml"]
    fetched_at: str = ""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Window:
    """A slice of a source that is fetched and counted as a unit.

    ``state`` is whatever the source needs to go on after an interruption (pending ids, a cursor); the archive
    stores it together with the batch that it follows. Empty means: from the start.
    """

    key: str
    kind: WindowKind
    query: str
    parameters: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)

    def with_state(self, state: dict[str, Any]) -> Window:
        return replace(self, state=state)


@dataclass(frozen=True)
class Batch:
    """What one answer of a service brought.

    expected
        Items the service announced for the whole window; None when it said nothing.
    listed
        Ids the service lists for the window, whether or not their payloads came with them.
    absent
        Ids that were asked for and that the service says it does not have.
    state
        Where to go on after this batch.
    split
        Instead of payloads: the smaller windows that replace this one.
    restart
        The window begins again: what was seen before is forgotten (stale cursor, data changed while paging).
    translation
        The query as the service understood it.
    """

    payloads: tuple[Payload, ...] = ()
    expected: int | None = None
    listed: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    state: dict[str, Any] = field(default_factory=dict)
    split: tuple[Window, ...] = ()
    restart: bool = False
    translation: str = ""


@dataclass(frozen=True)
class Held:
    """What the archive knows of a source when a run is planned.

    since
        Day from which changes are asked for (the watermark minus the overlap), '' for a first or full run.
    count
        Ids held and not gone.
    census_due
        The last listing of all ids is older than the source's ``census_days``.
    pmids, dois, notices
        Identifiers of what other sources brought new or changed since this source's last run, and the titles of
        those that are notices of retraction or concern.
    gone_pmids
        PMIDs that PubMed has deleted since then.
    """

    query: str
    since: str = ""
    count: int = 0
    census_due: bool = False
    pmids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    gone_pmids: tuple[str, ...] = ()


def dump(item: Any) -> bytes:
    """A JSON item as it is archived: compact, order of keys kept, UTF-8."""
    try:
        return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only JSON's escapes can write
        return json.dumps(item, separators=(",", ":")).encode()


def load() -> dict[str, ModuleType]:
    """All sources by name, in the order in which a run visits them (``ORDER`` of each module, then name)."""
    found: list[ModuleType] = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if hasattr(module, "ABOUT"):
            found.append(module)
    found.sort(key=lambda m: (getattr(m, "ORDER", 50), m.ABOUT.name))
    return {module.ABOUT.name: module for module in found}


def fetchable() -> dict[str, ModuleType]:
    """The sources that can be harvested over the network."""
    return {name: module for name, module in load().items() if hasattr(module, "fetch")}


def chunks(items: tuple[str, ...] | list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
