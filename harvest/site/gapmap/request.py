"""What a visitor asks of the evidence map: parameters read, and addresses of the same question elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harvest.site import web
from harvest.site.gapmap.grid import AXES, BASES, FILTERS, Choice
from harvest.site.gapmap.holdings import OF_FINDINGS, Holdings

ANY_USE: Final = "any"
TREATMENT: Final = "treatment"
"""Unless asked otherwise, only findings of reports on ketamine as a treatment are on the map."""
SIZES: Final = {"rows": (14, 30, 60), "columns": (16, 32, 64)}
EVERYTHING: Final = 1000
_LONGEST_SHOWN: Final = 60


def read(args: Any, held: Holdings) -> tuple[Choice, list[str]]:
    """The choice, and a sentence for each parameter that could not be used."""
    ignored: list[str] = []

    def one_of(name: str, known: tuple[str, ...], usual: str) -> str:
        value = (args.get(name) or "").strip()
        if value and value not in known:
            ignored.append(_unused(name, value))
        return value if value in known else usual

    chosen = {}
    for dimension in FILTERS:
        value = (args.get(dimension) or "").strip()
        if dimension == "use" and not value:
            value = TREATMENT if TREATMENT in held.concepts["use"] else ""
        if value in held.concepts[dimension]:
            chosen[dimension] = value
        elif value and (dimension, value) != ("use", ANY_USE):
            ignored.append(_unused(dimension, value))
    return Choice(
        rows=one_of("rows", AXES, "condition"),
        chosen=chosen,
        basis=one_of("basis", BASES, ""),
        from_year=_number(args, "from_year", 9999, ignored),
        to_year=_number(args, "to_year", 9999, ignored),
        by=one_of("count", ("reports", "findings"), "reports"),
        most_rows=_most(args, "most_rows", SIZES["rows"][0], ignored),
        most_columns=_most(args, "most_columns", SIZES["columns"][0], ignored),
    ), ignored


def _unused(name: str, value: str) -> str:
    shown = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
    return f"There is no {name.replace('_', ' ')} “{shown}” here; the map is drawn without it."


def _number(args: Any, name: str, most: int, ignored: list[str]) -> int | None:
    value = (args.get(name) or "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 4 and 0 < int(value) <= most:
        return int(value)
    ignored.append(_unused(name, value))
    return None


def _most(args: Any, name: str, usual: int, ignored: list[str]) -> int:
    if args.get(name) == "all":
        return EVERYTHING
    return _number(args, name, EVERYTHING, ignored) or usual


@dataclass(frozen=True)
class Addresses:
    """Where the rows behind a number of the map are. Every address keeps the filters of the map."""

    path: Callable[[str], str]
    choice: Choice

    def findings(self, **more: str) -> str:
        """The findings with their sentences: the canned query ``findings_by``."""
        asked = {
            **self.choice.chosen,
            **more,
            "basis": self.choice.basis,
            "from_year": more.get("from_year") or self.choice.from_year,
            "to_year": more.get("to_year") or self.choice.to_year,
            "retracted": "no",
        }
        return str(self.path(web.address(f"/{web.DATABASE}/findings_by", asked)))

    def search(self, **more: str) -> str:
        """The reports that study all that is chosen, with or without a finding."""
        first, last = self.choice.from_year, self.choice.to_year
        year = f"{first or ''}..{last or ''}" if first or last else ""
        return str(self.path(web.address("/search", {**self.choice.chosen, "year": year, **more, "retracted": "no"})))

    def map(self, suffix: str = "", **changed: str) -> str:
        """The map with something changed; '' takes a filter away."""
        return str(self.path(web.address(f"/map{suffix}", self.parameters() | changed)))

    def parameters(self) -> dict[str, str]:
        """The choice as the parameters of ``/map``; what is as usual is left out."""
        choice, usual = self.choice, Choice()
        plain = {
            "rows": choice.rows, "basis": choice.basis, "count": choice.by, "most_rows": str(choice.most_rows),
            "most_columns": str(choice.most_columns),
        }  # fmt: skip
        same = {"rows": usual.rows, "basis": "", "count": usual.by, "most_rows": str(usual.most_rows),
                "most_columns": str(usual.most_columns)}  # fmt: skip
        found = {name: value for name, value in plain.items() if value != same[name]} | dict(choice.chosen)
        found |= {"use": choice.chosen.get("use", ANY_USE)}
        if found["use"] == TREATMENT:
            del found["use"]
        years = {"from_year": choice.from_year, "to_year": choice.to_year}
        return found | {name: str(year) for name, year in years.items() if year}


def menus(held: Holdings) -> Mapping[str, list[tuple[str, str]]]:
    """Filter -> (id, name with the number of reports) of each concept that any finding has, by name."""
    found = {}
    for dimension in FILTERS:
        sets = (held.findings if dimension in OF_FINDINGS else held.reports)[dimension]
        numbers = {
            concept: held.reports_of(sets[concept] & held.everything) for concept in held.concepts[dimension] if concept in sets
        }  # fmt: skip
        named = [(held.concepts[dimension][each].label, each) for each, number in numbers.items() if number]
        found[dimension] = [(each, f"{label} ({numbers[each]:,})") for label, each in sorted(named)]
    return found
