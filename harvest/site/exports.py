"""Reports as files for reference managers: read and written in batches, sent while they are made.

The ids are known beforehand, so that nothing can be lost between pages; texts and authors are held for one batch only.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final

from datasette.utils.asgi import Response

from harvest.cite import select
from harvest.cite.csl import BRIEF, WHOLE, Item
from harvest.cite.formats import FORMATS
from harvest.site import together, web

BATCH: Final = 250
"""Reports read at a time: about a megabyte of text."""
PAUSE: Final = 0.001
"""Seconds of writing after which others are answered. With a whole batch at a time, 30 ms and more, two exports made a
report's page take 15 to 40 times as long for everyone else."""

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Streamed(Response):  # type: ignore[misc]
    """A response whose body is sent piece by piece.

    The first piece is made before the head is sent: a question that fails at once is answered with an error page. When
    a later piece fails the connection breaks off, so nobody takes a part of a file for the whole.
    """

    def __init__(self, pieces: AsyncIterator[str], media: str, filename: str) -> None:
        disposition = f'attachment; filename="{safe_name(filename)}"'
        super().__init__(content_type=f"{media}; charset=utf-8", headers={"content-disposition": disposition})
        self._pieces = pieces

    async def asgi_send(self, send: Send) -> None:
        first = await anext(self._pieces, "")
        headers = {**self.headers, "content-type": self.content_type}
        raw = [[name.lower().encode("latin-1"), value.encode("latin-1", "replace")] for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": first.encode("utf-8", "replace"), "more_body": True})
        async for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece.encode("utf-8", "replace"), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def response(datasette: Any, ids: Sequence[str], extension: str, filename: str = "ketamine-reports") -> Streamed:
    """The reports as a file, in the order of the ids, each once. Raises `KeyError` for an unknown format."""
    chosen = FORMATS[extension]
    found = Streamed(_written(datasette, ids, extension), chosen.media, f"{filename}.{chosen.extension}")
    if web.is_public(datasette):
        found.headers["cache-control"] = f"max-age={datasette.setting('default_cache_ttl')}"
    return found


async def items(datasette: Any, ids: Sequence[str], whole: bool = True) -> AsyncIterator[Item]:
    """The reports as CSL-JSON, in the order of the ids; ids that are no report's are left out.

    ``whole``: with abstracts, keywords and digests; without them it is much faster.
    """
    distinct = list(dict.fromkeys(ids))
    questions = {"reports": select.reports(WHOLE if whole else BRIEF), "authors": select.AUTHORS}
    for start in range(0, len(distinct), BATCH):
        batch = distinct[start : start + BATCH]
        found = await together.answers(datasette, questions, {"ids": json.dumps(batch)})
        for item in select.items(batch, found["reports"], found["authors"]):
            yield item


async def _written(datasette: Any, ids: Sequence[str], extension: str) -> AsyncIterator[str]:
    chosen = FORMATS[extension]
    write, piece, since = chosen.start(), [chosen.head], time.perf_counter()
    async for item in items(datasette, ids):
        piece.append(write(item))
        if time.perf_counter() - since > PAUSE:
            yield "".join(piece)
            await asyncio.sleep(0)
            piece, since = [], time.perf_counter()
    yield "".join(piece) + chosen.foot


def safe_name(name: str) -> str:
    """A file name of letters, digits, stops and hyphens.

    >>> safe_name('reports "new"/../x.ris')
    'reports-new-x.ris'
    """
    return re.sub(r"[^A-Za-z0-9.]+", "-", re.sub(r"\.\.+|/", " ", name)).strip("-.") or "reports"
