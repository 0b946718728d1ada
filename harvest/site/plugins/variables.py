"""What Datasette's own pages show of ours: the home page, and the choices in the menus of the canned queries."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from datasette import hookimpl

from harvest.schema import table
from harvest.site import web
from harvest.site.concept.trials import in_words
from harvest.site.home import home

_LABELS: Final = {"sources": "title"}


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    template: str, database: str | None, request: Any, datasette: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def variables() -> dict[str, Any]:
        if web.DATABASE not in datasette.databases:
            return {}
        shared: dict[str, Any] = {"public": web.is_public(datasette)}
        if template == "index.html":
            return {**shared, "home": await web.kept(datasette, "home", partial(home, datasette))}
        if template == "database.html":
            return {**shared, "table_metadata": (datasette.metadata("tables", database=web.DATABASE) or {})}
        if template.startswith("query") and request is not None:
            return {**shared, "choices": await _choices(datasette, request)}
        return shared

    return variables


async def _choices(datasette: Any, request: Any) -> dict[str, list[tuple[str, str]]]:
    """Parameter of the query -> the (value, label) pairs of its menu."""
    name = request.url_vars.get("table", "")
    queries = datasette.metadata("queries", database=web.DATABASE) or {}
    inputs = (queries.get(name) or {}).get("inputs") or {}
    found = {}
    for parameter, described in inputs.items():
        wanted = described.get("choices")
        if isinstance(wanted, list):
            found[parameter] = [(value, value) for value in wanted]
        elif wanted:
            found[parameter] = await web.kept(datasette, f"choices {wanted}", partial(_menu, datasette, wanted))
    return found


async def _menu(datasette: Any, wanted: str) -> list[tuple[str, str]]:
    """``conditions``: the concepts with their labels and counts; ``studies.status``: the values of the column."""
    if "." in wanted:
        name, _, column = wanted.partition(".")
        if column not in table(name).column_names:
            raise ValueError(f"metadata.yml offers the values of {wanted}, which does not exist")
        sql = f'select distinct "{column}" as value from "{name}" where "{column}" <> \'\' order by 1 limit 200'  # noqa: S608
        return [(str(row["value"]), _plain(str(row["value"]))) for row in await web.rows(datasette, sql)]
    label = _LABELS.get(wanted, "label")
    counted = "records" if wanted in _LABELS else "reports"
    sql = (
        f'select id, "{label}" as label, {counted} as number from "{table(wanted).name}" '  # noqa: S608
        f"where {counted} > 0 order by 2 limit 500"
    )
    return [(row["id"], f"{row['label']} ({row['number']:,})") for row in await web.rows(datasette, sql)]


def _plain(value: str) -> str:
    """Codes of registries for people: ``NOT_YET_RECRUITING`` becomes ``Not yet recruiting``."""
    if not re.fullmatch(r"[A-Z0-9_ ,/]+", value) or len(value) < 4:
        return value
    return in_words(value)
