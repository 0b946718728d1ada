"""Counts of the reports and findings of one concept, each with the address of the rows that it counts.

A concept includes its narrower ones, and only *studied* tags count, as on ``/search``: a number and the page behind its
link agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.search import bitmaps
from harvest.search.engine import in_order
from harvest.search.index import Index
from harvest.site import web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.search.held import held
from harvest.site.web import Row

RANDOMISED: Final = "randomised-controlled-trial"
REVIEWS: Final = ("systematic-review", "meta-analysis")
PUBLISHED: Final = ("article", "preprint", "conference-abstract", "book")
"""Kinds of report that tell of something done; registry entries and notices do not."""

CONCLUSIONS: Final = {
    "benefit": "benefit", "no-difference": "no difference", "harm": "harm", "mixed": "mixed", "not-stated": "not stated",
}  # fmt: skip
"""Direction of a report -> its name; `not-applicable` and no direction are told beside the chart."""
FINDINGS: Final = {
    "benefit": "benefit", "no-difference": "no difference", "harm": "harm", "mixed": "mixed",
    "none-observed": "looked for, not seen", "not-applicable": "neither good nor bad",
}  # fmt: skip
"""Direction of a finding -> its name."""

DESIGN_GROUPS: Final = (
    ("Randomised trials", (RANDOMISED,)),
    ("Other trials", ("non-randomised-trial",)),
    ("Observational", ("cohort", "case-control", "cross-sectional", "case-series", "case-report", "qualitative")),
    ("Secondary analyses", ("secondary-analysis",)),
    ("Systematic reviews", REVIEWS),
    ("Other reviews", ("narrative-review", "editorial", "guideline")),
)
"""Name on the chart -> designs. A review tells again what trials told, so the two never share a bar."""


@dataclass(frozen=True)
class Figure:
    """One number of the row of figures at the top of a page."""

    number: int
    words: str
    href: str


@dataclass(frozen=True)
class Line:
    """A row of a `Grid`: its name, where that leads, and one number for each column."""

    name: str
    href: str
    cells: tuple[Bar, ...]


@dataclass(frozen=True)
class Grid:
    """A table of linked numbers. ``kinds`` are the directions that colour its columns, '' for none."""

    title: str
    first: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class About:
    """The concept a page is about, and the addresses of what is counted there."""

    path: Callable[[str], Any]
    """Datasette's ``urls.path``."""
    dimension: str
    id: str

    @property
    def table(self) -> str:
        return DIMENSIONS[self.dimension]

    def search(self, **filters: str | int | Sequence[str]) -> str:
        """The reports that study the concept and pass the filters; a tuple means any of its values."""
        return self._address("/search", {self.dimension: self.id, **filters})

    def feed(self) -> str:
        return self._address("/search.atom", {self.dimension: self.id})

    def findings(self, **filters: str) -> str:
        return self._address(f"/{web.DATABASE}/findings_by", {self.dimension: self.id, **filters})

    def rows(self, table: str, **filters: Any) -> str:
        """Rows of a table, as Datasette shows them."""
        return self._address(f"/{web.DATABASE}/{table}", filters)

    def page(self, table: str, key: str) -> str:
        return str(self.path(web.row_address(table, key)))

    def _address(self, path: str, filters: dict[str, Any]) -> str:
        pairs = [
            (name, value)
            for name, values in filters.items()
            for value in (values if isinstance(values, tuple | list) else (values,))
        ]
        return str(self.path(web.address(path, pairs)))


def narrower(dimension: str) -> str:
    """SQL, a recursive table expression ``under(id)``: the concept ``:id`` and all below it."""
    table = DIMENSIONS[dimension]
    return f"under(id) as (select :id union select c.id from {table} as c join under on c.broader = under.id)"  # noqa: S608


def studying(dimension: str) -> str:
    """SQL, the beginning of a query: ``picked(report_id)``, the reports that study the concept ``:id``."""
    return (
        f"with recursive {narrower(dimension)}, picked as materialized (select distinct report_id "  # noqa: S608
        f"from report_{DIMENSIONS[dimension]} where {dimension}_id in under and role = 'studied')"
    )


@dataclass(frozen=True)
class Studied:
    """The reports that study one concept, as bits of the search's index: any count takes microseconds, and what a page
    counts is what ``/search`` finds."""

    index: Index
    rows: int

    def of(self, dimension: str, *concepts: str) -> int:
        """Those that also study any of these concepts."""
        return self.rows & bitmaps.union(self.index.studied.get((dimension, one), 0) for one in concepts)

    def having(self, name: str, *values: str) -> int:
        """Those of any of these kinds (``kind``), or directions (``direction``, 'none' where there is none)."""
        known = {**self.index.values[name], "none": self.index.flags.get(f"no-{name}", 0)}
        return self.rows & bitmaps.union(known.get(value, 0) for value in values)

    @property
    def retracted(self) -> int:
        return self.rows & self.index.flags["retracted"]

    @property
    def sized(self) -> int:
        """Those that state how many people took part, more than none."""
        return self.rows & self.index.within("n", 1, None)

    def ids(self, rows: int, order: str, most: int) -> tuple[str, ...]:
        """The first of these reports in one of the search's orders: newest, oldest, largest."""
        return tuple(self.index.ids[number] for number in in_order(rows, None, order, self.index)[:most])


async def studied(datasette: Any, about: About) -> Studied:
    """The reports that study the concept or a narrower one."""
    index = (await held(datasette)).index
    return Studied(index, index.studied.get((about.dimension, about.id), 0))


def beside(reports: Studied, other: str) -> list[Row]:
    """Concepts of another dimension that the same reports study, the most frequent first: id, label, reports.

    A wider concept is left out where all its reports are those of one narrower concept.
    """
    concepts = [concept for (dimension, _), concept in reports.index.names.concepts.items() if dimension == other]
    numbers = {concept.id: reports.of(other, concept.id).bit_count() for concept in concepts}
    same = {concept.broader for concept in concepts if numbers.get(concept.broader) == numbers[concept.id]}
    found = [
        {"id": concept.id, "label": concept.label, "reports": numbers[concept.id]}
        for concept in concepts
        if numbers[concept.id] and concept.id not in same
    ]
    return sorted(found, key=lambda row: (-row["reports"], row["label"]))


def figures(about: About, reports: Studied) -> list[Figure]:
    """How many reports, randomised trials, reviews and retractions there are; of a design's reports, no designs."""
    total = reports.rows.bit_count()
    designs = [
        Figure(reports.of("design", RANDOMISED).bit_count(), "tell of randomised trials", about.search(design=RANDOMISED)),
        Figure(reports.of("design", *REVIEWS).bit_count(), "systematic reviews, meta-analyses", about.search(design=REVIEWS)),
    ]  # fmt: skip
    return [
        Figure(total, "report studies it" if total == 1 else "reports study it", about.search()),
        *(designs if about.dimension != "design" else ()),
        Figure(reports.retracted.bit_count(), "retracted", about.search(retracted="yes")),
    ]


def conclusions(about: About, reports: Studied) -> Chart:
    """What reports conclude, by design: randomised trials apart from the rest; retracted reports are left out."""
    known = [concept for dimension, concept in reports.index.studied if dimension == "design"]
    undesigned = reports.rows & ~reports.of("design", *known)

    def bars(direction: str) -> Iterator[Bar]:
        having = reports.having("direction", direction) & ~reports.retracted
        for _, designs in DESIGN_GROUPS:
            yield Bar((having & reports.of("design", *designs)).bit_count(),
                      about.search(design=designs, direction=direction, retracted="no"))  # fmt: skip
        # The search cannot ask for what has no design; the table of reports can.
        of_none = {f"_{about.dimension}": about.id, "design__isnull": 1, "direction": direction, "retracted": 0}
        yield Bar((having & undesigned).bit_count(), about.rows("reports", **of_none))

    return Chart(
        "What reports conclude, by design",
        (*(name for name, _ in DESIGN_GROUPS), "Design not stated"),
        tuple(Series(direction, label, tuple(bars(direction))) for direction, label in CONCLUSIONS.items()),
        horizontal=True,
    )


def left_out(about: About, reports: Studied) -> list[Figure]:
    """The reports that are in no bar of `conclusions`, by reason."""
    reasons = {
        "not-applicable": "plans, animals, cells, or people not treated with ketamine",
        "none": "without a text to read",
    }
    found = [
        Figure((reports.having("direction", direction) & ~reports.retracted).bit_count(), words,
               about.search(direction=direction, retracted="no"))
        for direction, words in reasons.items()
    ]  # fmt: skip
    found.append(Figure(reports.retracted.bit_count(), "retracted", about.search(retracted="yes")))
    return [one for one in found if one.number]


def by_year(about: About, reports: Studied) -> Chart:
    """Reports of each year from the first to the last."""
    held_years = reports.index.ranges["year"]
    counted = {year: (rows & reports.rows).bit_count() for year, rows in held_years.items() if rows & reports.rows}
    years = range(min(counted), max(counted) + 1) if counted else ()
    bars = tuple(Bar(counted.get(year, 0), about.search(year=year)) for year in years)
    return Chart("Reports by year", tuple(str(year) for year in years), (Series("reports", "reports", bars),))


def rolled_up(
    counted: Mapping[tuple[tuple[str, ...], str], int], broader: Mapping[str, str | None]
) -> dict[str, Counter[str]]:
    """Concept -> direction -> number, where a concept counts what its narrower ones count.

    A concept that counts nothing beside one narrower concept is left out: its line would say the same twice.

    counted
        (concepts, direction) -> how many findings belong to these concepts; each is counted once for a wider concept.
    """
    found: dict[str, Counter[str]] = {}
    for (concepts, direction), number in counted.items():
        for concept in _with_wider(concepts, broader):
            found.setdefault(concept, Counter())[direction] += number
    same = {above for concept, counts in found.items() if (above := broader.get(concept)) and found[above] == counts}
    return {concept: counts for concept, counts in found.items() if concept not in same}


def _with_wider(concepts: Iterable[str], broader: Mapping[str, str | None]) -> set[str]:
    found: set[str] = set()
    for concept in concepts:
        above: str | None = concept
        while above and above not in found:
            found.add(above)
            above = broader.get(above)
    return found


def by_direction(
    title: str, first: str, named: Iterable[tuple[str, str, str, Counter[str]]], shown: Sequence[str],
    href: Callable[[str, str], str],
) -> Grid:  # fmt: skip
    """A table of findings by direction, the most frequent line first.

    named
        (id, name, address of its page, direction -> number) of each line.
    shown
        The directions that get a column; the last column counts all, shown or not.
    href
        From id and direction ('' for all) to the rows.
    """
    lines = [
        Line(name, page, (*(Bar(counts[one], href(key, one)) for one in shown), Bar(counts.total(), href(key, ""))))
        for key, name, page, counts in named
    ]
    lines.sort(key=lambda line: (-line.cells[-1].number, line.name))
    return Grid(title, first, (*(FINDINGS[one] for one in shown), "all"), (*shown, ""), tuple(lines))
