"""The top of the page of a concept: what it is, its place among others, its words, how well its tag was measured."""

from __future__ import annotations

import re
from typing import Any, Final

from harvest.search.index import Index
from harvest.site import web
from harvest.site.concept.tallies import About
from harvest.site.search.held import held
from harvest.site.web import Row

_MESH: Final = re.compile(r"[DC]\d{4,9}")


async def head(datasette: Any, about: About) -> Row:
    """The concept's row with: words, headings (MeSH), above (the widest first), below, measured, mentioned."""
    index = (await held(datasette)).index
    concept = await web.first(
        datasette, f"select * from {about.table} where id = :id", {"id": about.id}  # noqa: S608
    ) or {}  # fmt: skip
    return {
        **concept,
        "dimension": about.dimension,
        "table": about.table,
        "all": str(about.path(f"/{web.DATABASE}/{about.table}")),
        "words": [word for word in (concept.get("synonyms") or "").split("; ") if word],
        "headings": await _headings(datasette, concept.get("mesh") or ""),
        "above": _linked(about, await _above(datasette, about), index),
        "below": sorted(_linked(about, await _below(datasette, about), index), key=lambda row: -row["studied"]),
        "measured": await _measured(datasette, about),
        "mentioned": (concept.get("reports") or 0) - (concept.get("studied") or 0),
        "mentioned_href": about.rows(
            f"report_{about.table}", **{f"{about.dimension}_id": about.id, "role": "mentioned"}
        ),
        "search": about.search(sort="newest"),
        "feed": about.feed(),
    }


def _linked(about: About, rows: list[Row], index: Index) -> list[Row]:
    """With the page of each concept, how many reports study it and the search that finds these."""
    return [
        row | {"href": about.page(about.table, row["id"]), "search": About(about.path, about.dimension, row["id"]).search(),
               "studied": index.studied.get((about.dimension, row["id"]), 0).bit_count()}
        for row in rows
    ]  # fmt: skip


async def _above(datasette: Any, about: About) -> list[Row]:
    sql = f"""
        with recursive above(id, far) as (
          select broader, 1 from {about.table} where id = :id and broader is not null
          union select c.broader, far + 1 from {about.table} as c join above on c.id = above.id
          where c.broader is not null and far < 20)
        select c.id, c.label from above join {about.table} as c on c.id = above.id order by far desc"""  # noqa: S608
    return await web.rows(datasette, sql, {"id": about.id})


async def _below(datasette: Any, about: About) -> list[Row]:
    sql = f"select id, label from {about.table} where broader = :id order by label"  # noqa: S608
    return await web.rows(datasette, sql, {"id": about.id})


async def _headings(datasette: Any, mesh: str) -> list[Row]:
    """Each MeSH identifier with its name, where a report carries the heading, and its page at the library."""
    found = []
    for ui in filter(None, (part.strip() for part in mesh.split(";"))):
        named = await web.first(datasette, "select name from report_mesh where ui = :ui limit 1", {"ui": ui})
        href = f"https://meshb.nlm.nih.gov/record/ui?ui={ui}" if _MESH.fullmatch(ui) else ""
        found.append({"ui": ui, "name": named["name"] if named else "", "href": href})
    return found


async def _measured(datasette: Any, about: About) -> list[Row]:
    """How the tag did against reports that people had labelled, one row for each set."""
    return await web.rows(datasette, """
        select about, measure, n, positives, value, precision, recall from accuracy
        where dimension = :dimension and concept_id = :id order by n desc, id""",
        {"dimension": about.dimension, "id": about.id})  # fmt: skip
