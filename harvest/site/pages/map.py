"""``/map``: what has been looked at and what was found, conditions by outcomes; the same as ``/map.json`` and ``/map.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from cachetools import LRUCache
from datasette.utils.asgi import Response

from harvest.site import web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.concept.tallies import FINDINGS, RANDOMISED
from harvest.site.gapmap import request as asked
from harvest.site.gapmap.grid import BASES, DIRECTIONS, FILTERS, Cell, Choice, Line, Map, by_year, drawn
from harvest.site.gapmap.holdings import NOT_STATED, Holdings, held
from harvest.site.gapmap.request import Addresses
from harvest.site.web import Route, Row
from harvest.site.words import counted

NAMES: Final = {each: FINDINGS[each] for each in DIRECTIONS}
"""Direction of a finding -> what the page calls it, in the order of the bars."""
GROUPS: Final = ("Hoped for", "Unwanted", "Measured besides")
BASIS_NAMES: Final = {
    "between-groups": "against another group", "within-group": "the same people before and after",
    "stated": "told without comparison",
}  # fmt: skip
MOST_YEARS: Final = 30
MOST_PICTURES: Final = 60
"""Pairs of charts that are kept; each has some 50 kB."""


@dataclass(frozen=True)
class Drawn:
    """A map with all that its page, its JSON and its CSV say about it."""

    held: Holdings
    choice: Choice
    ignored: list[str]
    map: Map
    to: Addresses

    def label(self, outcome: str) -> str:
        return self.held.concepts["outcome"][outcome].label if outcome else "any outcome"

    def words(self, line: Line, cell: Cell) -> str:
        """All that a cell shows, as a sentence."""
        told = ", ".join(f"{cell.directions[each]:,} {NAMES[each]}" for each in DIRECTIONS if cell.directions[each])
        return (
            f"{line.concept.label}, {self.label(cell.outcome)}: {counted(cell.findings, 'finding')} in "
            f"{counted(cell.reports, 'report')}; {told}"
        )

    def filters_set(self) -> list[tuple[str, str]]:
        """(name, the map without it) of each filter; ketamine as a treatment goes without saying."""
        choice, found = self.choice, []
        for dimension, concept in choice.chosen.items():
            without = {dimension: asked.ANY_USE if dimension == "use" else ""}
            if (dimension, concept) != ("use", asked.TREATMENT):
                found.append((self.held.concepts[dimension][concept].label, self.to.map(**without)))
        if choice.basis:
            found.append((BASIS_NAMES[choice.basis], self.to.map(basis="")))
        if choice.from_year or choice.to_year:
            years = f"{choice.from_year or 'first'} to {choice.to_year or 'latest'}"
            found.append((years, self.to.map(from_year="", to_year="")))
        return found

    def rows_of(self, line: Line, cell: Cell, **more: str) -> str:
        """The findings of a cell."""
        outcome = {"outcome": cell.outcome} if cell.outcome else {}
        return self.to.findings(**{self.choice.rows: line.concept.id}, **outcome, **more)

    def reports_of(self, line: Line, cell: Cell) -> str:
        """The reports that study what meets in a cell."""
        outcome = {"outcome": cell.outcome} if cell.outcome else {}
        return self.to.search(**{self.choice.rows: line.concept.id}, **outcome)

    def bars(self, cell: Cell) -> Iterator[tuple[str, float, float]]:
        """(direction, start, width) of each part of the bar of a cell, of 100."""
        start = 0.0
        for each in DIRECTIONS:
            if cell.directions[each]:
                width = 100 * cell.directions[each] / cell.findings
                yield each, round(start, 1), round(width, 1)
                start += width


async def _drawn(datasette: Any, request: Any) -> Drawn:
    holdings = await held(datasette)
    choice, ignored = asked.read(request.args, holdings)
    return Drawn(holdings, choice, ignored, drawn(holdings, choice), Addresses(datasette.urls.path, choice))


async def show(datasette: Any, request: Any) -> Response:
    """The map as a table whose cells are pictures and links, with its charts by year."""
    it = await _drawn(datasette, request)

    async def menus() -> Any:
        return asked.menus(it.held)

    return await web.page(datasette, request, "map.html", {
        "it": it, "map": it.map, "choice": it.choice, "to": it.to, "names": NAMES, "groups": GROUPS, "bases": BASES,
        "basis_names": BASIS_NAMES, "sizes": asked.SIZES, "everything": asked.EVERYTHING,
        "not_stated": NOT_STATED, "filters": FILTERS, "menus": await web.kept(datasette, "map menus", menus),
        "pictures": await _pictures(datasette, it), "randomised": RANDOMISED,
    })  # fmt: skip


async def _pictures(datasette: Any, it: Drawn) -> tuple[Chart, ...]:
    """Two charts by year, drawn once for each choice of filters."""

    async def empty() -> LRUCache[str, tuple[Chart, ...]]:
        return LRUCache(MOST_PICTURES)

    pictures = await web.kept(datasette, "map pictures", empty)
    name = it.to.findings()
    if name not in pictures:
        pictures[name] = charts(by_year(it.held, it.choice, RANDOMISED), it.to)
    found: tuple[Chart, ...] = pictures[name]
    return found


def charts(years: dict[int, dict[str, int]], to: Addresses) -> tuple[Chart, ...]:
    """Reports of each year, randomised trials apart; findings of each year by direction."""
    spans = _spans(sorted(years))

    def chart(title: str, unit: str, series: Iterable[tuple[str, str, str, Callable[[int, int], str]]]) -> Chart:
        """From (key of ``years``, class, label, address from first and last year) of each series."""
        return Chart(title, tuple(name for name, _, _ in spans), tuple(
            Series(kind, label, tuple(
                Bar(sum(found[key] for year, found in years.items() if first <= year <= last), href(first, last))
                for _, first, last in spans
            ))
            for key, kind, label, href in series
        ), unit=unit)  # fmt: skip

    def reports(first: int, last: int, **more: str) -> str:
        return to.search(year=f"{first}..{last}", **more)

    def findings(first: int, last: int, direction: str) -> str:
        return to.findings(direction=direction, from_year=str(first), to_year=str(last))

    by_design = [
        ("randomised", "randomised", "randomised trials", partial(reports, design=RANDOMISED)),
        ("others", "other", "other designs, or not stated", partial(reports, q=f"-design:{RANDOMISED}")),
    ]
    if "design" in to.choice.chosen:
        by_design = [("reports", "reports", "reports", partial(reports))]
    return (
        chart("Reports by year", "reports", by_design),
        chart("Findings by year and direction", "findings", [
            (each, each, NAMES[each], partial(findings, direction=each)) for each in DIRECTIONS
        ]),
    )  # fmt: skip


def _spans(years: list[int]) -> list[tuple[str, int, int]]:
    """(name, first year, last year) of each bar: the newest years one by one, all before them together."""
    if not years:
        return []
    first = max(years[0], years[-1] - MOST_YEARS + 1)
    earlier = [(f"to {first - 1}", years[0], first - 1)] if years[0] < first else []
    return [*earlier, *((str(year), year, year) for year in range(first, years[-1] + 1))]


def _cells(it: Drawn) -> Iterator[Row]:
    """Each cell as a row of the table behind the map; ``outcome`` is '' where all outcomes are counted."""
    for line in it.map.lines:
        for cell in line.cells:
            yield {
                it.choice.rows: line.concept.id, f"{it.choice.rows}_label": line.concept.label, "outcome": cell.outcome,
                "outcome_label": it.label(cell.outcome), "findings": cell.findings, "reports_with_findings": cell.reports,
                "reports_studying_both": cell.studied, "hedged": cell.hedged,
                **{each.replace("-", "_"): cell.directions[each] for each in DIRECTIONS},
                "address": it.rows_of(line, cell),
            }  # fmt: skip


async def as_json(datasette: Any, request: Any) -> Response:
    """The same cells for programs."""
    it = await _drawn(datasette, request)
    return Response.json({
        "parameters": it.to.parameters(), "ignored": it.ignored, "findings": it.map.findings, "hedged": it.map.hedged,
        "reports_with_findings": it.map.reports, "reports": it.map.studied, "rows_not_shown": it.map.more_rows,
        "columns_not_shown": it.map.more_columns, "cells": list(_cells(it)),
    })  # fmt: skip


async def as_csv(datasette: Any, request: Any) -> Response:
    """The same cells for spreadsheets, one line each."""
    it = await _drawn(datasette, request)
    cells, text = list(_cells(it)), io.StringIO()
    if cells:
        table = csv.DictWriter(text, list(cells[0]))
        table.writeheader()
        table.writerows(cells)
    return Response(
        text.getvalue(),
        headers={"content-disposition": 'attachment; filename="evidence-map.csv"'},
        content_type="text/csv; charset=utf-8",
    )


ROUTES: tuple[Route, ...] = ((r"^/map$", show), (r"^/map\.json$", as_json), (r"^/map\.csv$", as_csv))
