"""The searches that look for what a question asks, from all of it to parts of it, each with the number of reports found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from harvest.site import web
from harvest.site.claims.listing import listed
from harvest.site.concept.tallies import RANDOMISED
from harvest.site.gapmap.request import ANY_USE
from harvest.site.report.concepts import concepts
from harvest.site.report.facts import hours
from harvest.site.search.found import find
from harvest.site.web import Row

_MEASURED: Final = """
    select count(*) as number from findings where outcome_id in (select value from json_each(:outcomes))
      and (:low is null or hours >= :low) and (:high is null or hours <= :high) and hours is not null"""
_NARROWER: Final = """
    with recursive narrower(id) as (
      select :{dimension} union select below.id from {dimension}s as below join narrower on below.broader = narrower.id
    ) select id from narrower"""
# As the map counts (`harvest.site.gapmap`), without its bitmaps: the first reader would wait seconds for them.
_ON_MAP: Final = """
    select count(*) as number from findings join reports on reports.id = findings.report_id
    where not retracted and {of_condition} and {of_outcome}"""
_OF_CONDITION: Final = f"""(
      condition_id in ({_NARROWER.format(dimension="condition")}) or (condition_id is null and findings.report_id in (
        select report_id from report_conditions
        where role = 'studied' and condition_id in ({_NARROWER.format(dimension="condition")}))))"""  # noqa: S608
_OF_OUTCOME: Final = f"outcome_id in ({_NARROWER.format(dimension='outcome')})"
Pairs = tuple[tuple[str, str], ...]
_OTHER: Final = {
    "mechanisms": "mechanism", "settings": "setting", "adjuncts": "adjunct", "regimens": "regimen", "routes": "route",
    "uses": "use", "kinds": "kind",
}  # fmt: skip
"""Further lists of a question -> filters of the search."""
_MOST_MAPS: Final = 4


def window(low: float | None, high: float | None) -> str:
    """When a result must have been measured, as the end of a sentence; '' for any time.

    >>> window(0, 72), window(168, None), window(168, 400), window(None, None)
    (' up to 72 h after the dose', ' 7 days or more after the dose', ' between 7 days and 16.7 days after the dose', '')
    """
    if low and high is not None:
        return f" between {hours(low)} and {hours(high)} after the dose"
    if low:
        return f" {hours(low)} or more after the dose"
    return f" up to {hours(high)} after the dose" if high is not None else ""


@dataclass(frozen=True, slots=True)
class Search:
    """One search: what it looks for, where it is, how many reports (or, on the map, findings) it finds."""

    label: str
    href: str
    number: int
    unit: str = "report"


def pairs(question: Row) -> list[tuple[str, Pairs]]:
    """(what it looks for, parameters of ``/search``), the narrowest first; each search once."""
    others = _others(question)
    drugs = _filter(question, "drugs", "drug")
    conditions = _filter(question, "conditions", "condition")
    outcomes = _filter(question, "outcomes", "outcome")
    without = " ".join(f"-condition:{one}" for one in listed(question["without"]))
    rest = (("q", without),) if without else ()
    trials = (("design", RANDOMISED),) if question["rung"] == "randomised" else ()
    everything = (*rest, *drugs, *conditions, *others)
    made = [("randomised trials that study all of it", (*everything, *outcomes, *trials))] if trials else []
    made.append(("reports of any design that study all of it", (*everything, *outcomes)))
    if outcomes:
        made.append(("the same, whatever they measured", everything))
    if conditions or others:
        made.append(("the same outcome in anyone, anywhere", outcomes))
    seen: dict[Pairs, str] = {}
    for label, found in made:
        if any(name != "q" for name, _ in found):
            seen.setdefault(found, label)
    return [(label, found) for found, label in seen.items()]


def _filter(question: Row, column: str, name: str) -> Pairs:
    return tuple((name, one) for one in listed(question[column]))


def _others(question: Row) -> Pairs:
    try:
        found = json.loads(question["other"] or "{}")
    except ValueError:
        found = {}
    lists = found.items() if isinstance(found, dict) else ()
    return tuple((_OTHER[name], str(one)) for name, ids in lists if name in _OTHER for one in ids)


async def searches(datasette: Any, question: Row) -> list[Search]:
    """The searches for reports, then the places on the evidence map; none where no study could answer."""
    made = []
    for label, found in pairs(question):
        total = (await find(datasette, found)).total
        made.append(Search(label, web.address("/search", found), total))
    made += await _measured(datasette, question)
    return made + await _maps(datasette, question)


async def _measured(datasette: Any, question: Row) -> list[Search]:
    """The findings on its outcomes measured when it asks for, in whatever condition; none where any time will do."""
    low, high = question["window_from"], question["window_to"]
    outcomes = listed(question["outcomes"])
    if not outcomes or (not low and high is None):
        return []
    found = await web.first(datasette, _MEASURED, {"outcomes": json.dumps(outcomes), "low": low, "high": high})
    bounds = {
        "hours__gte": f"{low:g}" if low is not None else "",
        "hours__lte": f"{high:g}" if high is not None else "",
    }
    href = web.address(f"/{web.DATABASE}/findings", {"outcome_id__in": ",".join(outcomes), **bounds})
    label = f"findings on these outcomes, in anyone,{window(low, high)}"
    return [Search(label, href, found["number"] if found else 0, "finding")]


async def _maps(datasette: Any, question: Row) -> list[Search]:
    """For each condition the findings on the one outcome, or on all, on the evidence map."""
    outcomes, conditions = listed(question["outcomes"]), listed(question["conditions"])[:_MOST_MAPS]
    outcome = outcomes[0] if len(outcomes) == 1 else None
    known = await concepts(datasette)
    made = []
    anywhere: list[str | None] = [None] if outcome else []
    for condition in conditions or anywhere:
        chosen = {"condition": condition, "outcome": outcome}
        found = await web.first(datasette, _ON_MAP.format(
            of_condition=_OF_CONDITION if condition else "1", of_outcome=_OF_OUTCOME if outcome else "1"), chosen)  # fmt: skip
        names = ", ".join(known.get(name, id).label for name, id in chosen.items() if id)
        href = web.address("/map", {**chosen, "use": ANY_USE})
        made.append(Search(f"evidence map: {names}", href, found["number"] if found else 0, "finding"))
    return made
