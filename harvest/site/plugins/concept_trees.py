"""Lists of concepts as trees, with the numbers that the search finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from harvest.schema import DIMENSIONS
from harvest.site.concept.tree import tree
from harvest.site.search.held import held


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Any) -> None:
    env.filters["tree"] = tree


_DIMENSION_OF = {table: dimension for dimension, table in DIMENSIONS.items()}


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    view_name: str, table: str | None, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """``dimension`` of the concepts listed, and ``found``: concept -> reports that study it or a narrower one."""
    dimension = _DIMENSION_OF.get(table or "")
    if view_name != "table" or not dimension:
        return None

    async def variables() -> dict[str, Any]:
        studied = (await held(datasette)).index.studied
        return {
            "dimension": dimension,
            "found": {concept: rows.bit_count() for (kind, concept), rows in studied.items() if kind == dimension},
        }

    return variables
