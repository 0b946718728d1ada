"""The page of a drug: conditions, routes, doses as reports state them, designs, comparators, what reports conclude."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from harvest.site import web
from harvest.site.charts import Bar
from harvest.site.concept.head import head
from harvest.site.concept.listings import by_conclusion, filled, usual
from harvest.site.concept.tallies import (
    RANDOMISED,
    About,
    Grid,
    Line,
    Studied,
    beside,
    by_year,
    conclusions,
    figures,
    left_out,
    studied,
)
from harvest.site.pages.concepts import counted_beside
from harvest.site.web import Row

MOST_DOSES: Final = 5
_BESIDE: Final = ["route", "comparator", "outcome", "regimen", "use"]


@dataclass(frozen=True)
class Doses:
    """The doses that most reports of one route state."""

    route: str
    href: str
    reports: int
    doses: tuple[Row, ...]


async def more(datasette: Any, key: str) -> Row:
    """What the page of one drug shows."""
    about = About(datasette.urls.path, "drug", key)
    found: Row = await web.kept(datasette, f"drug {key}", partial(_work, datasette, about))
    return found


async def _work(datasette: Any, about: About) -> Row:
    reports = await studied(datasette, about)
    doses, top = await asyncio.gather(_doses(datasette, about), head(datasette, about))
    return {
        "concept": top,
        "figures": figures(about, reports),
        "conclusions": conclusions(about, reports),
        "left_out": left_out(about, reports),
        "conditions": _conditions(about, reports),
        "beside": counted_beside(about, reports, _BESIDE, 12),
        "doses": doses,
        "compared": await filled(datasette, by_conclusion(about, reports)),
        "lists": await filled(datasette, usual(about, reports)),
        "years": by_year(about, reports),
        "map": str(about.path(web.address("/map", {"drug": about.id}))),
    }


def _conditions(about: About, reports: Studied) -> Grid:
    """Conditions by number of reports and of randomised trials."""
    randomised = reports.of("design", RANDOMISED)
    return Grid(
        "Conditions", "Condition", ("randomised trials", "all reports"), ("", ""),
        tuple(
            Line(row["label"], about.page("conditions", row["id"]), (
                Bar((reports.of("condition", row["id"]) & randomised).bit_count(),
                    about.search(condition=row["id"], design=RANDOMISED)),
                Bar(row["reports"], about.search(condition=row["id"]))))
            for row in beside(reports, "condition")
        ),
    )  # fmt: skip


async def _doses(datasette: Any, about: About) -> list[Doses]:
    """The most frequent doses of each route, counted in reports that study one route only: of several nobody could
    tell which dose went which way."""
    found = await web.rows(datasette, """
        with given as materialized (select distinct report_id, value, unit from quantities
                                    where kind = 'dose' and concept_id = :id and value > 0),
        narrowest as materialized (
          select report_id, route_id from report_routes as tag where role = 'studied'
          and report_id in (select report_id from given)
          and not exists (select 1 from report_routes as other join routes on routes.id = other.route_id
                          where other.report_id = tag.report_id and other.role = 'studied' and routes.broader = tag.route_id)),
        one_route as materialized (select report_id, min(route_id) as route_id from narrowest
                                   group by report_id having count(*) = 1)
        select route_id, routes.label, value, unit, count(*) as reports
        from given join one_route using (report_id) join routes on routes.id = route_id
        group by route_id, value, unit order by reports desc, value""", {"id": about.id})  # fmt: skip
    routes: dict[str, list[Row]] = {}
    for row in found:
        href = about.rows(
            "doses_by_route", drug=about.id, route=row["route_id"], value=f"{row['value']:g}", unit=row["unit"]
        )
        routes.setdefault(row["route_id"], []).append(row | {"dose": f"{row['value']:g} {row['unit']}", "href": href})
    return [
        Doses(
            rows[0]["label"], about.page("routes", route), sum(row["reports"] for row in rows), tuple(rows[:MOST_DOSES])
        )
        for route, rows in routes.items()
    ]


ROWS = {"drugs": more}
