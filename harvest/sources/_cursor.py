"""Lists that are read page by page with a cursor, as Europe PMC, OpenAlex and Crossref serve them.

What such lists do in practice, and what is done about it (harvester-tested traps, see the sources' documentation):
the announced total can be larger than what is served (end at the first empty page), the cursor can be there for
ever (stop at the total, at an empty page, at a cursor that stays the same, at a hard cap), a page can come twice
(ask again), records can repeat (count distinct ids), and a cursor can grow stale (begin again).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from harvest.errors import StaleCursor, Transient
from harvest.sources import Batch, Payload, Window

log = logging.getLogger(__name__)

FIRST = "*"
RESTARTS = 2
"""A cursor may grow stale this often in one window before the harvest gives up on it."""


@dataclass(frozen=True)
class Page:
    """One answer: its items, the announced total of the whole list, and the cursor of the next page ('' at the end)."""

    payloads: tuple[Payload, ...]
    total: int
    following: str
    translation: str = ""

    @property
    def ids(self) -> list[str]:
        return list(dict.fromkeys(payload.source_id for payload in self.payloads))


Check = Callable[[Page], Page]
Ask = Callable[[str, Check], Page]
"""Asks for the page at a cursor. It applies the check inside the client's ``read``, so that a page can be refused
and asked for again."""


def walk(window: Window, ask: Ask, size: int, *, constant_cursor: bool = False) -> Iterator[Batch]:
    """Batches of a window from where its state says, without a request more than the total needs.

    ``size`` is the number of items per page. With ``constant_cursor`` the same cursor leads to the next page
    (Crossref may keep one); otherwise a cursor that does not change ends the list. A list that ends short just ends:
    the caller compares what arrived with ``expected``. A stale cursor restarts the window.
    """
    state = window.state
    for restarts in range(RESTARTS + 1):
        try:
            yield from _pages(state, ask, size, constant_cursor)
            return
        except StaleCursor:
            if restarts == RESTARTS:
                raise
            log.info("%s: the cursor is no longer accepted; the window begins again", window.key)
        yield Batch(restart=True)
        state = {}


def _pages(state: dict[str, Any], ask: Ask, size: int, constant_cursor: bool) -> Iterator[Batch]:
    cursor, seen = state.get("cursor", FIRST), state.get("seen", 0)
    # In one go all ids are known; after an interruption those of the last page, where repeats come from.
    known = set(state.get("last", ()))
    if state and (not cursor or seen >= state["total"]):
        return
    asked = 0
    while True:
        page = ask(cursor, _not_again(known, seen))
        asked += 1
        fresh = {p.source_id: p for p in page.payloads if p.source_id not in known}
        known |= fresh.keys()
        seen += len(fresh)
        ended = (
            seen >= page.total
            or not page.payloads
            or (page.following == cursor and not constant_cursor)
            or asked > 2 * (page.total // size) + 10
        )
        following = "" if ended else page.following
        yield Batch(
            tuple(fresh.values()), expected=page.total, translation=page.translation,
            state={"cursor": following, "seen": seen, "total": page.total, "last": page.ids},
        )  # fmt: skip
        if not following:
            return
        cursor = following


def _not_again(known: set[str], seen: int) -> Check:
    """Refuses a page that holds nothing but what is known already: an earlier page, served once more."""

    def check(page: Page) -> Page:
        if page.payloads and seen < page.total and known.issuperset(page.ids):
            raise Transient(f"a page came again ({seen:,} of {page.total:,} items known)")
        return page

    return check


def read_object(body: bytes, service: str) -> dict[str, Any]:
    """The JSON object in a body. Anything else (HTML, a cut or empty body, a bare list) is `Transient`."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as problem:  # includes bodies that are not UTF-8
        raise Transient(f"{service}: the answer is not JSON ({len(body):,} bytes)") from problem
    if not isinstance(content, dict):
        raise Transient(f"{service}: the answer is not a JSON object")
    return content


def error_object(body: bytes) -> dict[str, Any]:
    """The JSON object of an error answer, {} when it is anything else."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def need_list(container: Any, name: str, service: str) -> list[dict[str, Any]]:
    """The list of objects that must be at ``name``, else `Transient`: without it the answer is no page."""
    items = container.get(name) if isinstance(container, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Transient(f"{service}: the answer has no {name}")
    return items


def need_count(container: Any, name: str, service: str) -> int:
    """The whole number that must be at ``name``, else `Transient`."""
    count = container.get(name) if isinstance(container, dict) else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise Transient(f"{service}: the answer has no {name}")
    return count
