"""Registers the pages of ``harvest/site/pages`` with Datasette."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from harvest.site import pages, web


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[web.Route]:
    return pages.routes()


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    view_name: str, table: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """What the page of a report, study or concept shows beside the row itself, as ``more``."""
    if view_name != "row" or table not in pages.rows():
        return None
    key = web.key_of(request)

    async def variables() -> dict[str, Any]:
        return {"more": await pages.rows()[table](datasette, key)}

    return variables
