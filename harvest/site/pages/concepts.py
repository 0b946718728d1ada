"""Pages of routes, comparators, designs, mechanisms, settings, adjuncts, regimens, uses and attributes.

Those of conditions, outcomes and drugs say more and have modules of their own.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.site import web
from harvest.site.concept.head import head
from harvest.site.concept.listings import filled, usual
from harvest.site.concept.tallies import About, Studied, beside, by_year, figures, studied
from harvest.site.web import Row

_BESIDE: Final = ("condition", "outcome", "drug", "design")
"""The dimensions that are counted on each page, but its own."""
MOST_BESIDE: Final = 20


async def _more(dimension: str, datasette: Any, key: str) -> Row:
    about = About(datasette.urls.path, dimension, key)
    found: Row = await web.kept(datasette, f"{dimension} {key}", partial(_work, datasette, about))
    return found


async def _work(datasette: Any, about: About) -> Row:
    reports = await studied(datasette, about)
    return {
        "concept": await head(datasette, about),
        "figures": figures(about, reports),
        "beside": counted_beside(about, reports, [one for one in _BESIDE if one != about.dimension]),
        "lists": await filled(datasette, usual(about, reports)),
        "years": by_year(about, reports),
    }


def counted_beside(about: About, reports: Studied, dimensions: list[str], most: int = MOST_BESIDE) -> list[Row]:
    """For each dimension the concepts that the same reports study: page, number and search of each."""
    return [
        {"dimension": other, "table": DIMENSIONS[other], "all": str(about.path(f"/{web.DATABASE}/{DIMENSIONS[other]}")),
         "concepts": [row | {"href": about.page(DIMENSIONS[other], row["id"]), "search": about.search(**{other: row["id"]})}
                      for row in beside(reports, other)[:most]]}
        for other in dimensions
    ]  # fmt: skip


ROWS = {
    table: partial(_more, dimension)
    for dimension, table in DIMENSIONS.items()
    if dimension not in {"condition", "outcome", "drug"}
}
