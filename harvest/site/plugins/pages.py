"""What the templates show beside Datasette's own: counts for the home page, choices for the menus of the queries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary

from datasette import hookimpl
from datasette.database import QueryInterrupted

from harvest.schema import table

DATABASE: Final = "ketamine"
_LABELS: Final = {"sources": "title"}
_COUNTED: Final = {
    "reports": "select count(*) from reports",
    "with_abstract": "select count(*) from reports where abstract <> '' and abstract_kind <> 'digest'",
    "digests": "select count(*) from reports where digest is not null",
    "findings": "select count(*) from findings",
    "records": "select count(*) from records",
    "studies": "select count(*) from studies",
    "evidence": "select count(*) from evidence",
    "unreported": "select count(*) from trials_without_results",
    "retracted": "select count(*) from reports where retracted",
    "first_year": "select min(year) from reports",
    "last_year": "select max(year) from reports",
    "harvested": "select max(last_harvest_at) from sources",
    "edition": "select value from about where name = 'edition'",
}
_COMMON: Final = {"conditions": 16, "outcomes": 16, "drugs": 8, "designs": 12}
"""How many of each vocabulary the home page lists, the most frequent first."""
_LISTED: Final = {
    "newest": "select id, title, year, journal, kind from reports where kind <> 'registry-entry' "
    "order by sort_key desc limit 5",
    "sources": "select id, title, records from sources order by records desc, id",
} | {
    name: f"select id, label, studied from {name} where studied > 0 order by studied desc, label limit {most}"  # noqa: S608
    for name, most in _COMMON.items()
}
# An immutable file always gives the same answers, so each is worked out once.
_kept: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    template: str, database: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def variables() -> dict[str, Any]:
        if DATABASE not in datasette.databases:
            return {}
        shared: dict[str, Any] = {
            "public": not datasette.setting("default_allow_sql"),
        }
        if template == "index.html":
            return {**shared, "home": await _kept_or(datasette, "home", _home)}
        if template == "database.html":
            return {**shared, "table_metadata": (datasette.metadata("tables", database=DATABASE) or {})}
        if template.startswith("query") and request is not None:
            return {**shared, "choices": await _choices(datasette, request)}
        return shared

    return variables


async def _kept_or(datasette: Any, name: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
    if datasette.get_database(DATABASE).is_mutable:
        return await work(datasette)
    kept = _kept.setdefault(datasette, {})
    if name not in kept:
        kept[name] = await work(datasette)
    return kept[name]


async def _rows(datasette: Any, sql: str) -> list[Any]:
    """Rows of one of our own queries; none when it takes longer than the site allows."""
    try:
        return list((await datasette.execute(DATABASE, sql)).rows)
    except QueryInterrupted:
        return []


async def _home(datasette: Any) -> dict[str, Any]:
    queries = (datasette.metadata("queries", database=DATABASE)) or {}
    home: dict[str, Any] = {"queries": queries, "audiences": ("researcher", "writer", "analyst")}
    for name, sql in _COUNTED.items():
        rows = await _rows(datasette, sql)
        home[name] = rows[0][0] if rows else None
    for name, sql in _LISTED.items():
        home[f"{name}_list"] = await _rows(datasette, sql)
    return home


async def _choices(datasette: Any, request: Any) -> dict[str, list[tuple[str, str]]]:
    """Parameter of the query -> the (value, label) pairs of its menu."""
    name = request.url_vars.get("table", "")
    queries = datasette.metadata("queries", database=DATABASE) or {}
    inputs = (queries.get(name) or {}).get("inputs") or {}
    found = {}
    for parameter, described in inputs.items():
        wanted = described.get("choices")
        if isinstance(wanted, list):
            found[parameter] = [(value, value) for value in wanted]
        elif wanted:
            found[parameter] = await _kept_or(datasette, f"choices {wanted}", partial(_menu, wanted))
    return found


async def _menu(wanted: str, datasette: Any) -> list[tuple[str, str]]:
    """``conditions``: the concepts with their labels and counts; ``studies.status``: the values of the column."""
    if "." in wanted:
        name, _, column = wanted.partition(".")
        if column not in table(name).column_names:
            raise ValueError(f"metadata.yml offers the values of {wanted}, which does not exist")
        sql = f'select distinct "{column}" from "{name}" where "{column}" <> \'\' order by 1 limit 200'  # noqa: S608
        return [(str(row[0]), _plain(str(row[0]))) for row in await _rows(datasette, sql)]
    label = _LABELS.get(wanted, "label")
    counted = "records" if wanted in _LABELS else "reports"
    sql = f'select id, "{label}", {counted} from "{table(wanted).name}" where {counted} > 0 order by 2 limit 500'  # noqa: S608
    return [(row[0], f"{row[1]} ({row[2]:,})") for row in await _rows(datasette, sql)]


def _plain(value: str) -> str:
    """Codes of registries for people: ``NOT_YET_RECRUITING`` becomes ``Not yet recruiting``."""
    if not re.fullmatch(r"[A-Z0-9_ ,/]+", value) or len(value) < 4:
        return value
    return value.replace("_", " ").capitalize()
