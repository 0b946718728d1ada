"""Filters and functions that every template of the site may use."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from harvest.site import web
from harvest.site.words import counted, plain


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    env.filters["counted"] = counted
    env.filters["plain"] = plain
    env.globals["address"] = web.address
    env.globals["row_address"] = web.row_address
