"""The page of an outcome: in which conditions it changed and how, what measures it, how often harms are told at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from harvest.search import bitmaps
from harvest.search.names import Names
from harvest.site import together, web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.concept.harms import told
from harvest.site.concept.head import head
from harvest.site.concept.listings import Choice, chosen, filled, usual
from harvest.site.concept.scales import measuring
from harvest.site.concept.tallies import (
    FINDINGS,
    About,
    Figure,
    Grid,
    Studied,
    by_direction,
    by_year,
    figures,
    narrower,
    rolled_up,
    studied,
)
from harvest.site.web import Row

MOST_DESIGNS: Final = 8
_SHOWN: Final = {
    "harm": ("harm", "none-observed", "no-difference", "benefit", "mixed"),
    "benefit": ("benefit", "no-difference", "harm", "mixed"),
}
_OTHER: Final = ("benefit", "no-difference", "harm", "mixed", "not-applicable")
_LISTED: Final = {
    "benefit": "Reports that state a benefit for it", "no-difference": "Reports that state no difference",
    "harm": "Reports that state a harm", "none-observed": "Reports that looked for it and did not see it",
}  # fmt: skip
"""Direction of a finding -> heading of the list of reports that hold one."""


async def more(datasette: Any, key: str) -> Row:
    """What the page of one outcome shows."""
    about = About(datasette.urls.path, "outcome", key)
    found: Row = await web.kept(datasette, f"outcome {key}", partial(_work, datasette, about))
    return found


async def _work(datasette: Any, about: About) -> Row:
    reports, found, top = await asyncio.gather(
        studied(datasette, about), _findings(datasette, about), head(datasette, about)
    )
    shown = _SHOWN.get(top["kind"], _OTHER)
    lists = await filled(datasette, [*_by_finding(about, reports, found, shown), *usual(about, reports)])
    return {
        "concept": top,
        "figures": [
            *figures(about, reports),
            Figure(len(found), "findings, sentence by sentence", about.findings(retracted="no")),
        ],
        "designs": _designs(about, found, shown, reports.index.names),
        "conditions": await _conditions(datasette, about, found, shown),
        "instruments": measuring(about.id),
        "told": await told(datasette, about) if top["kind"] == "harm" else None,
        "compared": [one for one in lists if one.kind],
        "lists": [one for one in lists if not one.kind],
        "years": by_year(about, reports),
        "map": str(about.path(web.address("/map", {"outcome": about.id}))),
    }


async def _findings(datasette: Any, about: About) -> list[Row]:
    """Every finding of the outcome, those of retracted reports left out."""
    sql = f"""
        with recursive {narrower("outcome")}
        select report_id, findings.condition_id, findings.direction, reports.design
        from findings join reports on reports.id = report_id where outcome_id in under and not retracted"""  # noqa: S608
    # Thousands of rows: made in the database's thread, while others are answered.
    return (await together.answers(datasette, {"findings": sql}, {"id": about.id}))["findings"]


async def _studied(datasette: Any, about: About) -> dict[str, list[str]]:
    """Report -> conditions it studies, of the reports with a finding that names none."""
    sql = f"""
        with recursive {narrower("outcome")}
        select report_id, condition_id from report_conditions where role = 'studied' and report_id in
          (select report_id from findings where outcome_id in under and condition_id is null)"""  # noqa: S608
    found: dict[str, list[str]] = {}
    for row in (await together.answers(datasette, {"studied": sql}, {"id": about.id}))["studied"]:
        found.setdefault(row["report_id"], []).append(row["condition_id"])
    return found


def _designs(about: About, found: list[Row], shown: Sequence[str], names: Names) -> Chart:
    """Findings by design of their reports, randomised trials among the rest."""
    counted = Counter((row["design"], row["direction"]) for row in found if row["design"])
    totals = Counter(row["design"] for row in found if row["design"])
    designs = [design for design, _ in totals.most_common(MOST_DESIGNS)]
    return Chart(
        "What findings say, by design",
        tuple(names.label("design", design) for design in designs),
        tuple(
            Series(direction, FINDINGS[direction], tuple(
                Bar(counted[design, direction], about.findings(direction=direction, design=design, retracted="no"))
                for design in designs))
            for direction in shown
        ),
        horizontal=True, unit="findings",
    )  # fmt: skip


async def _conditions(datasette: Any, about: About, found: list[Row], shown: Sequence[str]) -> Grid:
    """Findings by condition and direction. One whose sentence names no condition belongs to each that its report
    studies, as in the query findings_by."""
    known = await web.rows(datasette, "select id, label, broader from conditions")
    studied = await _studied(datasette, about)
    places = Counter(
        (tuple([row["condition_id"]] if row["condition_id"] else studied.get(row["report_id"], ())), row["direction"])
        for row in found
    )
    totals = rolled_up(places, {row["id"]: row["broader"] for row in known})
    return by_direction(
        "By condition", "Condition",
        [(row["id"], row["label"], about.page("conditions", row["id"]), totals[row["id"]])
         for row in known if row["id"] in totals],
        shown,
        lambda condition, direction: about.findings(condition=condition, direction=direction, retracted="no"),
    )  # fmt: skip


def _by_finding(about: About, reports: Studied, found: list[Row], shown: Sequence[str]) -> list[Choice]:
    """Reports by what their findings say of the outcome, equally long lists, the newest first."""
    holding: dict[str, set[int]] = {}
    for row in found:
        holding.setdefault(row["direction"], set()).add(reports.index.numbers[row["report_id"]])
    return [
        chosen(reports, bitmaps.of(holding.get(direction, ()), reports.index.size), "newest", _LISTED[direction],
               about.findings(direction=direction, retracted="no"), "No report held here states that.", direction,
               "The findings, sentence by sentence")
        for direction in shown[:3] if direction in _LISTED
    ]  # fmt: skip


ROWS = {"outcomes": more}
