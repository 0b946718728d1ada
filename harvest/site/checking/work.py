"""A check beside the event loop: others are answered meanwhile, and no more than two run at a time.

Reading and finding are Python and run in a thread of their own; each question to the database goes through Datasette, so
that it takes a turn among the visitors' and keeps to their time limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

from harvest.checker import reading
from harvest.checker.checking import check
from harvest.checker.html import looks_like_html
from harvest.checker.model import Checked, Document
from harvest.site import web
from harvest.site.checking import apart
from harvest.site.checking.form import Sent

AT_ONCE: Final = 2
WAITING: Final = 8
"""So many more may wait, each with up to a megabyte in memory."""
PATIENCE: Final = 10.0
"""Seconds they wait."""

Rows = Callable[[str, Mapping[str, Any]], list[web.Row]]


class Busy(Exception):
    """Too many texts are being checked already."""


class _Turns:
    """``taken``: checks that run or wait."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self.taken = 0


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


async def checked(datasette: Any, sent: Sent) -> Checked:
    """What is said in the text and what the studies say of it. Raises `Busy`, `web.TooSlow`, and `harvest.errors.BadInput`
    for a file that cannot be read."""
    rows = _asking(datasette) if await has_verdicts(datasette) else None
    async with _turn():
        document = await _read(sent)
        return await asyncio.to_thread(check, document, rows)


async def _read(sent: Sent) -> Document:
    """The text, whose offsets then are those of the answer; of HTML, pasted or as a file, and of PDF what a reader sees."""
    if apart.is_pdf(sent.file):
        return await apart.read_pdf(sent.file)
    if sent.file:
        return await asyncio.to_thread(reading.read_bytes, sent.file, sent.name, sent.kind)
    source = sent.text.encode("utf-8", "replace")
    if looks_like_html(source):
        return await asyncio.to_thread(reading.read_bytes, source, "", "text/html")
    return await asyncio.to_thread(reading.read_text, sent.text)


def again(sent: Sent, document: Document) -> str:
    """The text for the box of the answer page, so that sending it once more gives the same: of a file of HTML its source."""
    if not sent.file:
        return sent.text
    return reading.decoded(sent.file, sent.kind) if document.source == "html" else document.text


def _asking(datasette: Any) -> Rows:
    """``rows(sql, parameters)`` for a thread: asks on the event loop and waits for the answer. A text asks the same question
    again and again; the database is asked it once."""
    loop = asyncio.get_running_loop()
    known: dict[object, list[web.Row]] = {}

    def rows(sql: str, parameters: Mapping[str, Any]) -> list[web.Row]:
        asked = (sql, tuple(sorted(parameters.items())))
        if asked not in known:
            known[asked] = asyncio.run_coroutine_threadsafe(web.rows(datasette, sql, parameters), loop).result()
        return known[asked]

    return rows


async def has_verdicts(datasette: Any) -> bool:
    """Whether the database was built with the questions; an older one was not."""

    async def look() -> bool:
        tables = await web.first(datasette, "select 1 from sqlite_master where type = 'table' and name = 'questions'")
        return tables is not None and await web.first(datasette, "select 1 from questions") is not None

    return await web.kept(datasette, "check: has verdicts", look)


@asynccontextmanager
async def _turn() -> AsyncIterator[None]:
    turns = _turns.setdefault(asyncio.get_running_loop(), _Turns())
    if turns.taken >= AT_ONCE + WAITING:
        raise Busy
    turns.taken += 1
    try:
        try:
            await asyncio.wait_for(turns.free.acquire(), PATIENCE)
        except TimeoutError as problem:
            raise Busy from problem
        try:
            yield
        finally:
            turns.free.release()
    finally:
        turns.taken -= 1
