"""Former ids of reports: which report they mean now."""

from __future__ import annotations

from typing import Any

from harvest.site import web

_ALIAS = "select report_id, reason from aliases where id = :id"


async def alias(datasette: Any, key: str) -> web.Row | None:
    """The row of a former id: ``report_id`` is None where no source serves the report any longer; None for no alias."""
    return await web.first(datasette, _ALIAS, {"id": key})


async def present_id(datasette: Any, key: str) -> str | None:
    """The id of the report that a former id means now; None where there is none."""
    found = await alias(datasette, key)
    return found["report_id"] if found else None
