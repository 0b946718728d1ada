"""What every page needs: rows of the database, answers kept for as long as the file is served, a template rendered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit, tilde_decode, tilde_encode
from datasette.utils.asgi import NotFound, Response
from datasette.utils.sqlite import sqlite3
from datasette.views.base import DatasetteError

DATABASE: Final = "ketamine"
"""Name of the database within Datasette, first part of every address of a table."""

MOST_KEPT: Final = 1000
_LATE: Final = "This question took too long; try again, or ask for less."

Row = dict[str, Any]
View = Callable[[Any, Any], Awaitable[Any]]
"""``async def view(datasette, request) -> Response``."""
Route = tuple[str, View]
"""(regular expression of the whole path, view)."""
Answer = TypeVar("Answer")

_kept: WeakKeyDictionary[Any, LRUCache[str, Any]] = WeakKeyDictionary()


class TooSlow(DatasetteError):  # type: ignore[misc]
    """One of our own queries took longer than the site allows: our page for status 503, unless a page says it better."""

    def __init__(self, message: str) -> None:
        super().__init__(message, title="Too slow", status=503)


async def rows(datasette: Any, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """All rows of one of our own queries, as dictionaries. Raises `TooSlow` beyond ``sql_time_limit_ms``."""
    try:
        found = await datasette.execute(DATABASE, sql, dict(parameters or {}), truncate=False)
    except QueryInterrupted as problem:
        raise TooSlow(_LATE) from problem
    return [dict(row) for row in found.rows]


async def first(datasette: Any, sql: str, parameters: Mapping[str, Any] | None = None) -> Row | None:
    """The first row, or None."""
    found = await rows(datasette, sql, parameters)
    return found[0] if found else None


async def in_thread(datasette: Any, work: Callable[[Any], Answer], late: str = _LATE) -> Answer:
    """What ``work`` gives, handed an open connection, beside the event loop; several questions take one turn so.

    Raises `TooSlow`, saying ``late``, beyond ``sql_time_limit_ms``.
    """

    def run(connection: Any) -> Answer:
        with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
            try:
                return work(connection)
            except sqlite3.OperationalError as problem:
                if problem.args != ("interrupted",):
                    raise
                raise TooSlow(late) from problem

    found: Answer = await datasette.get_database(DATABASE).execute_fn(run)
    return found


async def kept(datasette: Any, name: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """What ``work`` gives, worked out once: an immutable file answers a question always the same.

    At most `MOST_KEPT` answers are kept, the least recently used go first; ``name`` must tell all that the answer
    depends on. Readers who ask while it is being worked out wait for the same answer: fifty at once would otherwise ask
    the database fifty times. A failure is not kept. A file that may be written to is asked again each time.
    """
    if datasette.get_database(DATABASE).is_mutable:
        return await work()
    answers = _kept.setdefault(datasette, LRUCache(MOST_KEPT))
    task: asyncio.Future[Answer] | None = answers.get(name)
    if task is None:
        task = answers[name] = asyncio.ensure_future(work())
        task.add_done_callback(partial(_forget_failure, answers, name))
    # Shielded: that one reader goes away must not fail the others.
    return await asyncio.shield(task)


def _forget_failure(answers: LRUCache[str, Any], name: str, task: asyncio.Future[Any]) -> None:
    if (task.cancelled() or task.exception()) and answers.get(name) is task:
        del answers[name]


async def page(datasette: Any, request: Any, template: str, context: Row, status: int = 200) -> Response:
    """A page of our own. Templates inherit ``base.html``."""
    text = await datasette.render_template(template, context, request=request, view_name=template.partition(".")[0])
    headers = {} if status != 200 else {"cache-control": f"max-age={datasette.setting('default_cache_ttl')}"}
    return Response.html(text, status=status, headers=headers)


def missing(message: str) -> NotFound:
    """Raise this where there is no such thing: the visitor gets our page for status 404 with the message."""
    return NotFound(message)


def is_public(datasette: Any) -> bool:
    """Whether this is the public profile, where visitors send no SQL of their own."""
    return not datasette.setting("default_allow_sql")


def address(path: str, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> str:
    """A path of this site with its parameters; empty ones are left out.

    >>> address("/search", {"condition": "ptsd", "q": ""})
    '/search?condition=ptsd'
    """
    pairs = parameters.items() if isinstance(parameters, Mapping) else parameters
    query = urlencode([(name, value) for name, value in pairs if value not in (None, "")])
    return f"{path}?{query}" if query else path


def number(text: str | None, otherwise: int = 1) -> int:
    """A whole number of up to nine digits as it stands in an address; ``otherwise`` for any other text.

    >>> number("12"), number("²"), number(None), number("9" * 40, 0)
    (12, 1, 1, 0)
    """
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def row_address(table: str, key: str) -> str:
    """The page of one row: ``/ketamine/reports/pmid-1``."""
    return f"/{DATABASE}/{table}/{tilde_encode(key)}"


def key_of(request: Any) -> str:
    """The key of the row whose page is asked for, as the table holds it."""
    return str(tilde_decode(request.url_vars["pks"]))
