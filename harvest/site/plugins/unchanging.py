"""What Datasette asks an immutable file about its tables, asked once.

Datasette 0.65 reads names, columns and keys of tables anew for every page, each in a thread of its own: 12 questions for
the page of a row, 32 for a table, 271 for the list of tables, where each costs 0.2 ms of the processor and, among fifty
readers, a turn in the queue. A file that nobody writes to always answers the same; any other database is left alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

from cachetools import LRUCache
from datasette import hookimpl

Question = Callable[..., Awaitable[Any]]

_QUESTIONS: Final = (
    "table_columns", "table_column_details", "primary_keys", "fts_table", "label_column_for_table",
    "foreign_keys_for_table", "get_all_foreign_keys", "hidden_table_names",
)  # fmt: skip
"""Methods of Datasette's databases that read nothing but the schema."""
_INTERNAL: Final = "_internal"
_MOST: Final = 2000
"""Answers kept for each question: visitors may ask for tables that do not exist."""


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> None:
    served = [database for name, database in datasette.databases.items() if name != _INTERNAL]
    for database in served:
        if not database.is_mutable:
            for name in _QUESTIONS:
                setattr(database, name, _kept(getattr(database, name)))
            database.execute = _of_the_schema(database.execute)
    if served and not any(database.is_mutable for database in served):
        datasette.refresh_schemas = _once(datasette.refresh_schemas)


def _kept(question: Question) -> Question:
    """Answers as before, asking the first time alone."""
    known: LRUCache[Hashable, Any] = LRUCache(_MOST)

    async def answer(*arguments: Hashable) -> Any:
        if arguments not in known:
            known[arguments] = await question(*arguments)
        found = known[arguments]
        return list(found) if isinstance(found, list) else found

    return answer


def _of_the_schema(execute: Question) -> Question:
    """Runs SQL as before; what Datasette itself asks SQLite's list of tables is asked once. A visitor's SQL, and our
    own, comes with options and is never kept."""
    known: LRUCache[Hashable, Any] = LRUCache(_MOST)

    async def run(sql: str, params: Any = None, **options: Any) -> Any:
        if options or "from sqlite_master" not in sql:
            return await execute(sql, params, **options)
        key = (sql, tuple(params.items()) if isinstance(params, dict) else tuple(params or ()))
        if key not in known:
            known[key] = await execute(sql, params)
        return known[key]

    return run


def _once(refresh: Question) -> Question:
    """Compares the schemas with the list of them when first asked; three questions for every page, else."""
    done = False

    async def refreshed() -> None:
        nonlocal done
        if not done:
            await refresh()
            done = True

    return refreshed
