"""The page of a condition: what was studied, what reports conclude, benefits and harms, nulls beside benefits, trials."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import Any, Final

from harvest.site import web
from harvest.site.concept.head import head
from harvest.site.concept.listings import by_conclusion, filled, usual
from harvest.site.concept.tallies import (
    About,
    Figure,
    Grid,
    by_direction,
    by_year,
    conclusions,
    figures,
    left_out,
    rolled_up,
    studied,
    studying,
)
from harvest.site.concept.trials import without_results
from harvest.site.web import Row

SHOWN: Final = {
    "benefit": ("benefit", "no-difference", "harm", "mixed"),
    "harm": ("harm", "none-observed", "no-difference", "benefit", "mixed"),
    "other": ("benefit", "no-difference", "harm", "mixed", "not-applicable"),
}
"""Kind of outcome -> the directions that get a column."""
_TITLES: Final = {
    "benefit": "Benefits hoped for", "harm": "Harms looked for", "other": "Mechanisms and other measures",
}  # fmt: skip


async def more(datasette: Any, key: str) -> Row:
    """What the page of one condition shows."""
    about = About(datasette.urls.path, "condition", key)
    found: Row = await web.kept(datasette, f"condition {key}", partial(_work, datasette, about))
    return found


async def _work(datasette: Any, about: About) -> Row:
    reports, outcomes, trials, top = await asyncio.gather(
        studied(datasette, about), _outcomes(datasette, about), without_results(datasette, about),
        head(datasette, about),
    )  # fmt: skip
    return {
        "concept": top,
        "figures": [
            *figures(about, reports),
            Figure(trials.total, "registered trials, no results known here", trials.href),
        ],
        "conclusions": conclusions(about, reports),
        "left_out": left_out(about, reports),
        "outcomes": outcomes,
        "compared": await filled(datasette, by_conclusion(about, reports)),
        "lists": await filled(datasette, usual(about, reports)),
        "trials": trials,
        "years": by_year(about, reports),
        "map": str(about.path(web.address("/map", {"condition": about.id}))),
    }


async def _outcomes(datasette: Any, about: About) -> list[Grid]:
    """Findings by outcome and direction: benefits, then harms, then the rest.

    A finding whose sentence names no condition belongs to each that its report studies, as in the query findings_by.
    """
    known = await web.rows(datasette, "select id, label, broader, kind from outcomes")
    broader = {row["id"]: row["broader"] for row in known}
    sql = f"""
        {studying("condition")}
        select outcome_id, direction, count(*) as number from (
          select report_id, outcome_id, direction from findings where condition_id in under
          union all
          select report_id, outcome_id, direction from findings where condition_id is null and report_id in picked)
        where report_id not in (select id from reports where retracted = 1)
        group by outcome_id, direction"""  # noqa: S608
    counted = await web.rows(datasette, sql, {"id": about.id})
    totals = rolled_up({((row["outcome_id"],), row["direction"]): row["number"] for row in counted}, broader)
    return [
        by_direction(
            _TITLES[kind], "Outcome",
            [(row["id"], row["label"], about.page("outcomes", row["id"]), totals[row["id"]])
             for row in known if row["id"] in totals and _kind(row) == kind],
            [one for one in SHOWN[kind] if _occurs(one, kind, totals, known)],
            lambda outcome, direction: about.findings(outcome=outcome, direction=direction, retracted="no"),
        )
        for kind in _TITLES
    ]  # fmt: skip


def _kind(outcome: Row) -> str:
    return outcome["kind"] if outcome["kind"] in {"benefit", "harm"} else "other"


def _occurs(direction: str, kind: str, totals: dict[str, Counter[str]], known: list[Row]) -> bool:
    """A column stays unless it is empty and not one of the three that a reader must see even when empty."""
    if direction in {"benefit", "no-difference", "harm"} and kind != "other":
        return True
    return any(totals[row["id"]][direction] for row in known if row["id"] in totals and _kind(row) == kind)


ROWS = {"conditions": more}
