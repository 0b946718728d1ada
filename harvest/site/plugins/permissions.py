"""Datasette's permissions of tables, worked out once.

For every table a page names, Datasette 0.65 copies the whole of metadata.yml to look for an ``allow`` block: 2.5 ms each,
a quarter of a second on the home page. Metadata comes from one file that is read at the start, and no plugin of ours adds
to it, so the answer stays the same for as long as the site runs.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from datasette import hookimpl

_MOST: Final = 2000
"""Answers kept: visitors may ask for tables that do not exist."""


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Any) -> None:
    allows = getattr(datasette, "_table_permission_allows", None)  # a name of Datasette's own, which may change
    if allows is not None:
        datasette._table_permission_allows = lru_cache(_MOST)(allows)
