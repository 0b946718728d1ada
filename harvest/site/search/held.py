"""The index of the database served, kept as long as the file is: built once, in the background, when the site starts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from datasette.utils.sqlite import sqlite3

from harvest.search import Fetch
from harvest.search import index as indexes
from harvest.search.engine import Leaf
from harvest.search.hints import Words, known_words
from harvest.search.index import Index
from harvest.site import web

_MOST_ROWS: Final = 2_000_000
"""Rows of full-text answers kept, 16 bytes each, a thousand counted for each answer."""
_MOST_ANSWERS: Final = 60

_LATE: Final = "This search took too long; try fewer words."

Answer = TypeVar("Answer")
Value = TypeVar("Value")


class Keeper(Generic[Value]):
    """A mapping that forgets what was not used for longest; several threads may use it. ``size``: most that is kept, as
    ``measure`` counts it."""

    def __init__(self, size: int, measure: Callable[[Value], int] = lambda value: 1) -> None:
        self._kept: LRUCache[Any, Value] = LRUCache(size, getsizeof=measure)
        self._lock = Lock()
        self._largest = size

    def get(self, key: Any, /) -> Value | None:
        with self._lock:
            return self._kept.get(key)

    def __setitem__(self, key: Any, value: Value, /) -> None:
        with self._lock:
            if self._kept.getsizeof(value) <= self._largest:
                self._kept[key] = value


@dataclass
class Held:
    """The index and what was worked out with it."""

    index: Index
    leaves: Keeper[Leaf] = field(default_factory=lambda: Keeper(_MOST_ROWS, len))
    answers: Keeper[Any] = field(default_factory=lambda: Keeper(_MOST_ANSWERS))
    _words: Words | None = None

    def words(self, fetch: Fetch) -> Words:
        """Words that occur, read when first needed."""
        if self._words is None:
            self._words = known_words(fetch, self.index.names)
        return self._words


_held: WeakKeyDictionary[Any, Future[Held]] = WeakKeyDictionary()
_guard = Lock()


async def held(datasette: Any) -> Held:
    """The index of the database as it is. A file that may be written to is read anew each time."""
    database = datasette.get_database(web.DATABASE)
    if database.is_mutable:
        return Held(await database.execute_fn(lambda connection: indexes.build(fetcher(connection))))
    return await asyncio.wrap_future(prepare(datasette))


def prepare(datasette: Any) -> Future[Held]:
    """Starts reading the index unless that was begun; whoever asks meanwhile waits for the same one."""
    with _guard:
        if datasette not in _held:
            future = _held[datasette] = Future()
            Thread(target=_build, args=(datasette, future), daemon=True, name="search index").start()
        return _held[datasette]


def _build(datasette: Any, future: Future[Held]) -> None:
    connection = datasette.get_database(web.DATABASE).connect()
    try:
        future.set_result(Held(indexes.build(fetcher(connection))))
    except (sqlite3.Error, LookupError, ValueError) as problem:
        # Told to whoever asks for a search; the next one tries again.
        with _guard:
            _held.pop(datasette, None)
        future.set_exception(problem)
    finally:
        connection.close()


def fetcher(connection: Any) -> Fetch:
    """Rows as plain tuples, a third of the time that Datasette's named rows take."""

    def fetch(sql: str, values: Sequence[Any]) -> Sequence[Any]:
        cursor = connection.cursor()
        cursor.row_factory = None
        rows: Sequence[Any] = cursor.execute(sql, values).fetchall()
        return rows

    return fetch


async def in_thread(datasette: Any, work: Callable[[Fetch], Answer]) -> Answer:
    """What ``work`` gives, done beside the event loop. Raises `web.TooSlow` beyond ``sql_time_limit_ms``."""
    return await web.in_thread(datasette, lambda connection: work(fetcher(connection)), _LATE)
