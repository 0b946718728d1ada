"""What every page needs: rows of the database, answers kept for as long as the file is served, a template rendered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode, tilde_encode
from datasette.utils.asgi import NotFound, Response

DATABASE: Final = "ketamine"
"""Name of the database within Datasette, first part of every address of a table."""

MOST_KEPT: Final = 1000

Row = dict[str, Any]
View = Callable[[Any, Any], Awaitable[Any]]
"""``async def view(datasette, request) -> Response``."""
Route = tuple[str, View]
"""(regular expression of the whole path, view)."""
Answer = TypeVar("Answer")

_kept: WeakKeyDictionary[Any, LRUCache[str, Any]] = WeakKeyDictionary()


class TooSlow(Exception):
    """One of our own queries took longer than the site allows."""


async def rows(datasette: Any, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
    """All rows of one of our own queries, as dictionaries. Raises `TooSlow` beyond ``sql_time_limit_ms``."""
    try:
        found = await datasette.execute(DATABASE, sql, dict(parameters or {}), truncate=False)
    except QueryInterrupted as problem:
        raise TooSlow("This question took too long; try again, or ask for less.") from problem
    return [dict(row) for row in found.rows]


async def first(datasette: Any, sql: str, parameters: Mapping[str, Any] | None = None) -> Row | None:
    """The first row, or None."""
    found = await rows(datasette, sql, parameters)
    return found[0] if found else None


async def kept(datasette: Any, name: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """What ``work`` gives, worked out once: an immutable file answers a question always the same.

    At most `MOST_KEPT` answers are kept, the least recently used go first; ``name`` must tell all that the answer
    depends on. A file that may be written to is asked again each time.
    """
    if datasette.get_database(DATABASE).is_mutable:
        return await work()
    answers = _kept.setdefault(datasette, LRUCache(MOST_KEPT))
    if name in answers:
        found: Answer = answers[name]
        return found
    answer = answers[name] = await work()
    return answer


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


def row_address(table: str, key: str) -> str:
    """The page of one row: ``/ketamine/reports/pmid-1``."""
    return f"/{DATABASE}/{table}/{tilde_encode(key)}"


def key_of(request: Any) -> str:
    """The key of the row whose page is asked for, as the table holds it."""
    return str(tilde_decode(request.url_vars["pks"]))
