"""How a report is cited: beside a quotation, and in the head of its page for reference managers and search engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from harvest.cite import csl, meta, styles
from harvest.site import web

AUTHORS: Final = f"select {', '.join(csl.AUTHOR)}, orcid from authors where report_id = :report order by position"  # noqa: S608


async def authors(datasette: Any, report_id: str) -> list[web.Row]:
    """The authors in order, as references need them."""
    return await web.rows(datasette, AUTHORS, {"report": report_id})


async def reference(datasette: Any, report: Mapping[str, Any]) -> str:
    """The reference as text, in the style of Vancouver."""
    return styles.reference(csl.item(report, await authors(datasette, report["id"]))).text


def for_machines(
    datasette: Any, request: Any, report: Mapping[str, Any], people: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """``tags``: (name, content) of the ``<meta>`` elements; ``json_ld``: the element that describes the report."""
    # The text of the report stands on the page, and its rights are told there.
    plain = {**report, "abstract": None, "digest": None}
    url = str(datasette.absolute_url(request, datasette.urls.path(web.row_address("reports", report["id"]))))
    return {"tags": meta.meta_tags(plain, people, url), "json_ld": meta.json_ld_markup(plain, people, url)}
