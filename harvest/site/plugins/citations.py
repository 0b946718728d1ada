"""Files for reference managers as output formats of every table and query that names reports: .ris, .bib, .csljson, .nbib.

A file holds all reports of the filtered rows, each once, and not only those of the page shown.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any, Final

from datasette import hookimpl
from datasette.utils import path_with_removed_args
from datasette.views.base import DatasetteError

from harvest.cite.formats import FORMATS
from harvest.report import ID
from harvest.site import exports, web

_COLUMNS: Final = ("report_id", "other_report_id")
_PLACED: Final = 'select "{0}" as id, row_number() over () as place from the_rows where "{0}" is not null'
_LIMIT = re.compile(r"\s+limit \d+(?:\s+offset \d+)?\s*$", re.IGNORECASE)
_NOT_OF_THE_ROWS: Final = {"_next", "_size", "_shape", "_facet", "_facet_tag", "_facet_array", "_facet_date", "_labels"}


@hookimpl  # type: ignore[untyped-decorator]
def register_output_renderer() -> list[dict[str, Any]]:
    return [{"extension": extension, "render": render, "can_render": can_render} for extension in FORMATS]


def can_render(columns: Sequence[str], rows: Sequence[Any], table: str | None, database: str) -> bool:
    """Whether the rows name reports."""
    return database == web.DATABASE and bool(_naming(columns, rows, table))


async def render(
    datasette: Any, columns: Sequence[str], rows: Sequence[Any], database: str, table: str | None, request: Any,
    view_name: str, data: dict[str, Any],
) -> exports.Streamed:  # fmt: skip
    """The file. Answers 400 where the rows name no report."""
    naming = _naming(columns, rows, table) if database == web.DATABASE else []
    if not naming:
        raise DatasetteError("These rows name no reports, so there is nothing to cite.", status=400)
    extension = request.url_vars.get("format") or request.path.rpartition(".")[2]
    if view_name == "row":
        ids = [row[naming[0]] for row in rows]
    else:
        sql, parameters = await _question(datasette, request, data, table)
        ids = await _ids(datasette, sql, parameters, table, naming)
    name = data.get("canned_query") or table or "reports"
    return exports.response(datasette, ids, extension, f"ketamine-{name}")


def _naming(columns: Sequence[str], rows: Sequence[Any], table: str | None) -> list[str]:
    """The columns that hold ids of reports. A query may call them ``id``; then its rows must look like it."""
    found = [name for name in _COLUMNS if name in columns]
    if found or "id" not in columns:
        return found
    if table:
        return ["id"] if table == "reports" else []
    return ["id"] if rows and all(ID.fullmatch(str(row["id"])) for row in rows[:20]) else []


async def _question(
    datasette: Any, request: Any, data: dict[str, Any], table: str | None
) -> tuple[str, dict[str, Any]]:
    """SQL and parameters that give all rows. Those of a later page would leave out the pages before."""
    asked = data["query"]
    if table and request.args.get("_next"):
        path = path_with_removed_args(request, _NOT_OF_THE_ROWS, path=request.path.rpartition(".")[0] + ".json")
        joined = "&" if "?" in path else "?"
        answer = await datasette.client.get(f"{path}{joined}_size=1&_nofacet=1&_nocount=1")
        asked = answer.json()["query"]
    sql = asked["sql"].strip().rstrip(";").rstrip()
    return (_LIMIT.sub("", sql) if table else sql), asked["params"]


async def _ids(
    datasette: Any, sql: str, parameters: dict[str, Any], table: str | None, naming: Sequence[str]
) -> list[str]:
    """The distinct ids: in the order of the rows, or, where a table has many rows of a report, the newest report first.

    All within SQLite, since there may be millions of rows.
    """
    if table in (None, "reports"):
        each = " union all ".join(_PLACED.format(name) for name in naming)
        sql = f"with the_rows as (\n{sql}\n) select id from ({each}) group by id order by min(place), id"  # noqa: S608
    else:
        sql = f'select id from reports where id in (select "{naming[0]}" from (\n{sql}\n)) order by sort_key desc'  # noqa: S608
    try:
        return [str(row["id"]) for row in await web.rows(datasette, sql, parameters)]
    except web.TooSlow as problem:
        raise DatasetteError(
            "These are too many rows to tell their reports in time; filter them.", status=400
        ) from problem
    except sqlite3.DatabaseError as problem:
        raise DatasetteError(f"The reports of these rows cannot be told: {problem}", status=400) from problem
