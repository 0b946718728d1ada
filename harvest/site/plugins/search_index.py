"""Reads the index of the search when the site starts, in the background: the first visitor finds it ready."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from harvest.site import web
from harvest.site.search import held


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> None:
    if web.DATABASE in datasette.databases and not datasette.get_database(web.DATABASE).is_mutable:
        held.prepare(datasette)
