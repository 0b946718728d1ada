"""The facts of a report at a glance: what its tags and numbers say, each with the words it was read from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.site import web
from harvest.site.highlight import Span
from harvest.site.quotes import is_digest, is_withheld
from harvest.site.report.concepts import Concepts
from harvest.site.report.tags import Tag, Words, words_at

MOST: Final = 10
"""Values listed of one fact; the rest are counted."""

QUANTITIES: Final = """
select kind, value, low, high, unit, stated, concept_id, field, start, "end", rule from quantities
where report_id = :report order by field = 'abstract', start, id
"""
_TAGGED: Final = (
    ("Design", "design"), ("Features of the design", "attribute"), ("Drug", "drug"), ("Used as", "use"),
    ("Condition", "condition"), ("Compared with", "comparator"), ("Route", "route"), ("Regimen", "regimen"),
    ("Given with", "adjunct"), ("Setting", "setting"), ("Outcomes", "outcome"), ("Mechanisms", "mechanism"),
)  # fmt: skip
_NUMBERED: Final = (
    ("People in each group", "arm-size"), ("Dose", "dose"), ("Number of doses", "dose-count"),
    ("Length of an infusion", "infusion-duration"), ("Age", "age"), ("Women", "share-female"),
    ("Measured at", "time-point"), ("Follow-up", "follow-up"),
)  # fmt: skip
_ORDER: Final = (
    "Design", "People", "People in each group", "Condition", "Drug", "Used as", "Dose", "Number of doses",
    "Length of an infusion", "Route", "Regimen", "Compared with", "Given with", "Setting", "Outcomes", "Measured at",
    "Follow-up", "Age", "Women", "Features of the design", "Mechanisms",
)  # fmt: skip
_ALWAYS: Final = {
    "Design", "People", "Condition", "Drug", "Dose", "Route", "Compared with", "Outcomes", "Measured at", "Age", "Women",
}  # fmt: skip
"""Facts that a reader looks for: where none was read, the page says so."""
KINDS: Final = {kind: name for name, kind in _NUMBERED} | {"sample-size": "People"}
"""Kind of a number -> name of its fact."""


@dataclass(frozen=True, slots=True)
class Value:
    """``label`` as shown; ``href`` the search for reports like it; ``words`` what it was read from."""

    label: str
    href: str = ""
    words: Words | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    values: tuple[Value, ...]
    more: int = 0
    """Values beyond those listed."""
    silence: str = ""
    """What is said where there is no value."""


def facts(
    report: Mapping[str, Any], tags: Iterable[Tag], numbers: Sequence[Mapping[str, Any]], concepts: Concepts
) -> list[Fact]:
    """The facts in the order of the page; those usually stated also where this report is silent."""
    studied: dict[str, list[Value]] = {}
    for tag in tags:
        if tag.studied:
            studied.setdefault(tag.concept.dimension, []).append(_tagged(tag))
    found = {name: studied.get(dimension, []) for name, dimension in _TAGGED}
    found |= {name: _numbered(report, numbers, kind, concepts) for name, kind in _NUMBERED}
    found["People"] = _people(report, numbers)
    silence = silent(report)
    return [
        Fact(name, tuple(found[name][:MOST]), max(len(found[name]) - MOST, 0), silence)
        for name in _ORDER
        if found[name] or name in _ALWAYS
    ]


def silent(report: Mapping[str, Any]) -> str:
    """What it means that nothing was read: another thing in an abstract, in our digest and without a text."""
    if is_digest(report, "abstract"):
        return "not in our digest"
    if report["abstract"] is None and not is_withheld(report):
        return "no abstract held"
    return "not stated"


def _tagged(tag: Tag) -> Value:
    return Value(tag.concept.label, tag.concept.search, tag.words[0] if tag.words else None)


def _people(report: Mapping[str, Any], numbers: Iterable[Mapping[str, Any]]) -> list[Value]:
    size = report["sample_size"]
    if size is None:
        return []
    words = next(
        (words_at(report, row["field"], row["start"], row["end"]) for row in numbers
         if row["kind"] == "sample-size" and row["value"] == size), None,
    )  # fmt: skip
    return [Value(f"{size:,}", web.address("/search", {"n": f"{size}..{size}"}), words)]


def _numbered(
    report: Mapping[str, Any], numbers: Iterable[Mapping[str, Any]], kind: str, concepts: Concepts
) -> list[Value]:
    """The different values of one kind, each at the first place that states it; of time points the earliest first."""
    different: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in numbers:
        if row["kind"] == kind:
            key = (row["value"], row["low"], row["high"], row["unit"], row["concept_id"])
            different.setdefault(key, []).append(row)
    rows = [same[0] for same in different.values()]
    if kind in {"time-point", "follow-up"}:
        rows.sort(key=lambda row: row["value"] if row["value"] is not None else row["low"] or 0)
    return [_number(report, row, concepts) for row in rows]


def _number(report: Mapping[str, Any], row: Mapping[str, Any], concepts: Concepts) -> Value:
    of = concepts.label(row["concept_id"])
    if row["rule"] == "dose of other drug":
        of = "another drug"
    words = words_at(report, row["field"], row["start"], row["end"])
    return Value(amount(row), "", words, f"of {of}" if of and row["kind"] == "dose" else of)


def amount(row: Mapping[str, Any]) -> str:
    """A number or range with its unit; hours as people count them.

    >>> amount({"kind": "dose", "value": .5, "low": None, "high": None, "unit": "mg/kg"})
    '0.5 mg/kg'
    >>> amount({"kind": "age", "value": None, "low": 18, "high": 65, "unit": "years"})
    '18 to 65 years'
    """
    value, low, high, unit = row["value"], row["low"], row["high"], row["unit"]
    if unit == "h":
        value, low, high = (None if one is None else hours(one) for one in (value, low, high))
        return _range(value, low, high)
    told = _range(*(None if one is None else f"{one:,.6g}" for one in (value, low, high)))
    if unit in {"people", "doses"}:
        unit = "dose" if told == "1" and unit == "doses" else unit
    return f"{told} %" if unit == "%" else f"{told} {unit}"


def _range(value: str | None, low: str | None, high: str | None) -> str:
    if value is not None:
        return value
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} or more" if low is not None else f"up to {high}"


def hours(number: float) -> str:
    """Hours in the unit people would use; a month is 730 h and a year 8,760 h, as in ``harvest.numbers.times``.

    >>> hours(0.5), hours(24), hours(168), hours(1008), hours(4380), hours(8760)
    ('30 min', '24 h', '7 days', '6 weeks', '6 months', '1 year')
    """
    if number < 1:
        return f"{number * 60:.3g} min"
    for size, word in ((8760, "year"), (730, "month")):
        if number >= size and number % size == 0:
            return f"{number / size:g} {word}{'' if number == size else 's'}"
    if number > 336 and number % 168 == 0:
        return f"{number / 168:g} weeks"
    return f"{number / 24:.3g} days" if number > 72 else f"{number:.3g} h"


def spans(numbers: Iterable[Mapping[str, Any]], field: str) -> list[Span]:
    """The numbers in one field, to be marked; each leads to its fact."""
    return [
        Span(row["start"], row["end"], "number", "word", f"{KINDS[row['kind']]}: {amount(row)}",
             "#" + fact_anchor(KINDS[row["kind"]]))
        for row in numbers
        if row["field"] == field
    ]  # fmt: skip


def fact_anchor(name: str) -> str:
    """Id of a fact on the page."""
    return "fact-" + name.lower().replace(" ", "-")
