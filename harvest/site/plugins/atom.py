"""``.atom``: the rows of any table or query that has report ids, as a feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import BadRequest, Response

from harvest.site import feeds, web


@hookimpl  # type: ignore[untyped-decorator]
def register_output_renderer() -> dict[str, Any]:
    return {"extension": "atom", "render": render, "can_render": can_render}


def report_column(columns: Sequence[str], table: str | None) -> str:
    """The column that names reports, or ''."""
    return "id" if table == "reports" and "id" in columns else "report_id" if "report_id" in columns else ""


def can_render(columns: Sequence[str], table: str | None, database: str | None, view_name: str) -> bool:
    """Whether a page offers the feed: its rows are reports or belong to them, and there may be more tomorrow."""
    return database == web.DATABASE and view_name != "row" and bool(report_column(columns, table))


async def render(
    datasette: Any, columns: Sequence[str], rows: Sequence[Any], table: str | None, query_name: str | None,
    database: str, request: Any, data: dict[str, Any],
) -> Response:  # fmt: skip
    """The feed of the rows that the same address without ``.atom`` shows."""
    column = report_column(columns, table)
    if database != web.DATABASE or not column:
        raise BadRequest("These rows name no reports, so there is no feed of them.")
    page = web.address(request.path.removesuffix(".atom"), _asked(request))
    prefix = datasette.setting("base_url").rstrip("/")
    title = _title(datasette, table, query_name, data)
    return await feeds.report_feed(datasette, request, feeds.ids_of(rows, column), title, page.removeprefix(prefix))


def _asked(request: Any) -> list[tuple[str, str]]:
    return [(name, value) for name in request.args for value in request.args.getlist(name) if name != "_labels"]


def _title(datasette: Any, table: str | None, query_name: str | None, data: dict[str, Any]) -> str:
    """What is fed, in words: the title of the table or question, and what narrows it."""
    if query_name:
        query = (datasette.metadata("queries", database=web.DATABASE) or {}).get(query_name) or {}
        values = (data.get("query") or {}).get("params") or {}
        narrowed = ", ".join(str(values[name]) for name in query.get("params", ()) if values.get(name))
        title = query.get("title") or query_name
    elif table:
        narrowed = str(data.get("human_description_en") or "").removesuffix("sorted by sort_key descending").strip()
        title = datasette.metadata("title", database=web.DATABASE, table=table, fallback=False) or table
    else:
        return "Your own question"
    return f"{title}: {narrowed}" if narrowed else str(title)
