"""The evidence map as data: rows by outcomes, in each cell how many findings, of how many reports, in which directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harvest.site.gapmap.holdings import NOT_STATED, OF_FINDINGS, OF_REPORTS, Concept, Holdings, lineage

DIRECTIONS: Final = ("benefit", "mixed", "no-difference", "none-observed", "harm", "not-applicable")
"""In the order in which the bar of a cell shows them."""
AXES: Final = ("condition", "drug", "comparator", "route", "design")
"""What the rows may be."""
FILTERS: Final = ("condition", "outcome", "drug", "comparator", "route", "design", "use")
BASES: Final = ("between-groups", "within-group", "stated")
KINDS: Final = (("benefit",), ("harm",), ("measure", "mechanism"))
"""Kinds of outcome, each group under a heading of its own."""
NEARLY_ALL: Final = 0.95
"""A concept with so much of it in one narrower concept gets no row of its own."""
STEPS: Final = (1, 3, 10, 30, 100)
"""The least number of each of the five shades."""


@dataclass(frozen=True)
class Choice:
    """What the visitor asks for. ``chosen`` has a known concept for each filter that is set."""

    rows: str = "condition"
    chosen: Mapping[str, str] = field(default_factory=dict)
    from_year: int | None = None
    to_year: int | None = None
    basis: str = ""
    """One of `BASES`, or '' for all."""
    by: str = "reports"
    """What the number and the shade of a cell count: reports or findings."""
    most_rows: int = 14
    most_columns: int = 16


@dataclass(frozen=True)
class Line:
    """A row: its concept, and under how many of the rows above it stands."""

    concept: Concept
    depth: int
    cells: tuple[Cell, ...]
    """The first counts all outcomes, the others those of the columns."""


@dataclass(frozen=True)
class Cell:
    outcome: str
    """The concept, or '' for all outcomes."""
    findings: int
    reports: int
    """Reports with at least one of these findings."""
    studied: int
    """Reports that study both the concept of the row and the outcome, with or without a finding."""
    directions: Mapping[str, int]
    """Direction -> findings; all of `DIRECTIONS`."""
    hedged: int
    """Findings whose sentence says may, might, suggests or the like."""
    number: int
    """The number shown: of reports or of findings."""

    @property
    def step(self) -> int:
        """Shade from 1 to 5, 0 for no finding."""
        return sum(self.number >= least for least in STEPS)


@dataclass(frozen=True)
class Map:
    columns: tuple[tuple[Concept, ...], ...]
    """Outcomes for each group of `KINDS`."""
    lines: tuple[Line, ...]
    findings: int
    """Findings that pass the filters, shown or not."""
    hedged: int
    between: int
    """Findings against another group."""
    reports: int
    studied: int
    """Reports that pass the filters, with or without a finding."""
    undated: int
    """Of these, reports without a year."""
    more_rows: int
    """Rows with findings that are not shown."""
    more_columns: int


def drawn(held: Holdings, choice: Choice) -> Map:
    """The map that is asked for."""
    findings, reports = finding_mask(held, choice), report_mask(held, choice)
    number = held.reports_of if choice.by == "reports" else int.bit_count
    rows, more_rows = _rows(held, choice, {each: number(bits & findings) for each, bits in _axis(held, choice).items()})
    counted = {each: number(bits & findings) for each, bits in held.findings["outcome"].items()}
    columns, more_columns = _columns(held, choice, counted)
    outcomes = [concept.id for group in columns for concept in group]
    return Map(
        columns=columns,
        lines=tuple(
            Line(concept, depth, tuple(_cells(held, choice, concept.id, outcomes, findings, reports)))
            for concept, depth in rows
        ),
        findings=findings.bit_count(),
        hedged=(findings & held.marks["hedged"].get("yes", 0)).bit_count(),
        between=(findings & held.marks["basis"].get("between-groups", 0)).bit_count(),
        reports=held.reports_of(findings),
        studied=held.number(reports),
        undated=held.number(reports & ~held.between(0, None)),
        more_rows=more_rows,
        more_columns=more_columns,
    )


def finding_mask(held: Holdings, choice: Choice) -> int:
    """The findings that pass the filters. Findings of retracted reports never do."""
    mask = held.everything & held.between(choice.from_year, choice.to_year) & ~held.retracted
    if choice.basis:
        mask &= held.marks["basis"].get(choice.basis, 0)
    for dimension, concept in choice.chosen.items():
        sets = held.findings if dimension in OF_FINDINGS else held.reports
        mask &= sets[dimension].get(concept, 0)
    return mask


def report_mask(held: Holdings, choice: Choice) -> int:
    """The reports that pass the filters, by what they study: what ``/search`` finds with the same filters."""
    mask = held.between(choice.from_year, choice.to_year) & ~held.retracted
    for dimension, concept in choice.chosen.items():
        mask &= held.reports[dimension].get(concept, 0)
    return mask


def _axis(held: Holdings, choice: Choice) -> Mapping[str, int]:
    return (held.reports if choice.rows in OF_REPORTS else held.findings)[choice.rows]


def _under(held: Holdings, dimension: str, wanted: str | None, concepts: Iterable[str]) -> list[str]:
    """Of these concepts, those that are the wanted one or narrower."""
    known = held.concepts[dimension]
    return [each for each in concepts if not wanted or (each in known and wanted in lineage(each, known))]


def _rows(held: Holdings, choice: Choice, counted: Mapping[str, int]) -> tuple[list[tuple[Concept, int]], int]:
    """The concepts with the most, each under its broader one where that is shown too; and how many more there are."""
    known = held.concepts[choice.rows]
    found = [each for each in _under(held, choice.rows, choice.chosen.get(choice.rows), counted) if counted[each]]
    found.sort(key=lambda each: (-counted[each], each))
    shown = _telling([each for each in found if each in known], counted, known)[: choice.most_rows]
    rows: list[tuple[Concept, int]] = []

    def place(under: str, depth: int) -> None:
        for each in shown:
            above = next((one for one in lineage(each, known)[1:] if one in shown), "")
            if above == under:
                rows.append((known[each], depth))
                place(each, depth + 1)

    place("", 0)
    if NOT_STATED in found:
        rows.append((Concept(NOT_STATED, _NAMELESS.get(choice.rows, "Not stated"), ""), 0))
    return rows, len(found) - len(rows)


def _telling(found: list[str], counted: Mapping[str, int], known: Mapping[str, Concept]) -> list[str]:
    """Without the wide concepts that hold little beyond one narrower one: mood disorder, where nearly all is depression."""
    most = dict.fromkeys(found, 0)
    for each in found:
        for above in lineage(each, known)[1:]:
            most[above] = max(most.get(above, 0), counted[each])
    return [each for each in found if most[each] < NEARLY_ALL * counted[each]]


_NAMELESS: Final = {
    "condition": "No condition told",
    "drug": "Drug not told, or several",
    "comparator": "No comparator told",
}


def _columns(held: Holdings, choice: Choice, counted: Mapping[str, int]) -> tuple[tuple[tuple[Concept, ...], ...], int]:
    """Benefits, harms and the rest, the most frequent of each; without a chosen outcome only the widest concepts."""
    known, wanted = held.concepts["outcome"], choice.chosen.get("outcome")
    found = [
        known[each]
        for each in _under(held, "outcome", wanted, counted)
        if counted[each] and each in known and (wanted or _is_widest(known[each], known))
    ]
    found.sort(key=lambda concept: (-counted[concept.id], concept.id))
    room = (choice.most_columns // 2, choice.most_columns * 3 // 8, choice.most_columns // 8)
    groups = tuple(
        tuple(concept for concept in found if concept.kind in kinds)[: max(1, most)]
        for kinds, most in zip(KINDS, room, strict=True)
    )
    return groups, len(found) - sum(map(len, groups))


def _is_widest(concept: Concept, known: Mapping[str, Concept]) -> bool:
    """Whether no broader outcome of its kind has a column of its own; a harm under a benefit keeps one."""
    return not concept.broader or known[concept.broader].kind != concept.kind


def _cells(
    held: Holdings, choice: Choice, row: str, outcomes: Iterable[str], findings: int, reports: int
) -> Iterable[Cell]:
    of_row = findings & _axis(held, choice)[row]
    studied_row = reports & held.reports[choice.rows].get(row, 0)
    for outcome in ("", *outcomes):
        found = of_row & held.findings["outcome"][outcome] if outcome else of_row
        studied = studied_row & held.reports["outcome"].get(outcome, 0) if outcome else studied_row
        by_report = held.reports_of(found) if found else 0
        yield Cell(
            outcome=outcome,
            findings=found.bit_count(),
            reports=by_report,
            studied=held.number(studied),
            directions={each: (found & held.marks["direction"].get(each, 0)).bit_count() for each in DIRECTIONS},
            hedged=(found & held.marks["hedged"].get("yes", 0)).bit_count(),
            number=by_report if choice.by == "reports" else found.bit_count(),
        )


def by_year(held: Holdings, choice: Choice, randomised: str) -> dict[int, dict[str, int]]:
    """Year -> counts: ``reports``, ``randomised`` (trials among them), ``others``, and findings by direction."""
    findings, reports = finding_mask(held, choice), report_mask(held, choice)
    trials = held.reports["design"].get(randomised, 0)
    found = {}
    for year, bits in held.years.items():
        of_year, among = bits & findings, bits & reports
        if of_year or among:
            all_reports, of_trials = held.number(among), held.number(among & trials)
            found[year] = {"reports": all_reports, "randomised": of_trials, "others": all_reports - of_trials}
            found[year] |= {each: (of_year & held.marks["direction"].get(each, 0)).bit_count() for each in DIRECTIONS}
    return found
