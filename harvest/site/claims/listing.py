"""The list of claims: read once, filtered by kind, condition, verdict and page, with counts beside every filter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.site import web
from harvest.site.charts import Bar, Chart, Series
from harvest.site.claims import words
from harvest.site.web import Row

FILTERS: Final = {"verdict": "Verdict", "kind": "Kind of claim", "condition": "Condition", "page": "Page"}
SORTS: Final = {
    "page": "As the pages say them", "verdict": "By verdict", "studies": "Most studies first", "kind": "By kind",
}  # fmt: skip
SHOWN_AT_FIRST: Final = 9
"""Values of a filter that are shown before "more"."""
_LONGEST_SHOWN: Final = 60

_CLAIMS: Final = "select * from claims order by page, id"
_ASKED: Final = """
    select claim_id, question_id, conditions, asks, test from claim_questions join questions on questions.id = question_id
    order by claim_id, position"""
_QUESTIONS: Final = """
    select id, asks, kind, test, verdict, (select count(*) from claim_questions where question_id = questions.id) as claims
    from questions order by rowid"""
_CONDITIONS: Final = "select id, label, broader from conditions"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim as the list shows it."""

    row: Mapping[str, Any]
    kinds: tuple[str, ...]
    conditions: tuple[str, ...]
    """That its questions name."""
    within: frozenset[str]
    """The same with all that are broader."""
    questions: tuple[str, ...]

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def verdict(self) -> str:
        return str(self.row["verdict"])

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(name, verdict) of the parts that have a verdict of their own, the direction apart."""
        found = ((name, self.row[f"{name}_verdict"]) for name in ("number", "certainty", "scope"))
        return [(name, verdict) for name, verdict in found if verdict]

    @property
    def studies(self) -> int:
        """Reports on the deciding rung that say something."""
        return sum(self.row[name] or 0 for name in ("supports", "contradicts", "mixed"))

    def values(self, filter_: str) -> Iterable[str]:
        """What it has of a filter."""
        match filter_:
            case "kind":
                return self.kinds
            case "condition":
                return self.within
            case "verdict":
                return (self.verdict,)
            case _:
                return (str(self.row["page"]),)


@dataclass(frozen=True)
class Claims:
    """All claims, and the names of what they are filtered by."""

    all: tuple[Claim, ...]
    names: Mapping[str, Mapping[str, str]]
    """Filter -> value -> label, in the order in which it is shown."""

    def by_id(self, id: str) -> Claim | None:
        return next((claim for claim in self.all if claim.id == id), None)


async def claims(datasette: Any) -> Claims:
    """Every claim of this database."""

    async def read() -> Claims:
        asked: dict[str, list[Row]] = {}
        for row in await web.rows(datasette, _ASKED):
            asked.setdefault(row["claim_id"], []).append(row)
        concepts = {row["id"]: row for row in await web.rows(datasette, _CONDITIONS)}
        found = tuple(_claim(row, asked.get(row["id"], ()), concepts) for row in await web.rows(datasette, _CLAIMS))
        return Claims(found, _names(found, concepts))

    return await web.kept(datasette, "claims: all", read)


def _claim(row: Row, asked: Sequence[Row], concepts: Mapping[str, Row]) -> Claim:
    named = tuple(dict.fromkeys(one for question in asked for one in listed(question["conditions"])))
    return Claim(
        row, tuple(listed(row["kinds"])), named, frozenset(_with_broader(named, concepts)),
        tuple(question["question_id"] for question in asked),
    )  # fmt: skip


def _with_broader(ids: Iterable[str], concepts: Mapping[str, Row]) -> set[str]:
    found: set[str] = set()
    for id in ids:
        at: str | None = id
        while at and at not in found:
            found.add(at)
            at = concepts[at]["broader"] if at in concepts else None
    return found


def _names(found: Iterable[Claim], concepts: Mapping[str, Row]) -> dict[str, dict[str, str]]:
    """Labels of what the claims have; conditions by how many claims they have, only those that a question names."""
    found = list(found)
    named = {condition for claim in found for condition in claim.conditions}
    often = Counter(condition for claim in found for condition in claim.within if condition in named)
    conditions = sorted(often, key=lambda id: (-often[id], id))
    kinds = dict.fromkeys(kind for claim in found for kind in claim.kinds)
    return {
        "verdict": {**words.LABELS, **{claim.verdict: words.label(claim.verdict) for claim in found}},
        "kind": {**words.KINDS, **{kind: kind for kind in kinds if kind not in words.KINDS}},
        "condition": {id: concepts[id]["label"] if id in concepts else id.replace("-", " ") for id in conditions},
        "page": {str(claim.row["page"]): page_name(claim.row) for claim in found},
    }  # fmt: skip


def page_name(claim: Mapping[str, Any]) -> str:
    """What the page is called; one that is known by a file alone goes by its number.

    >>> page_name({"page": "003", "page_name": "003_72a.txt"}), page_name({"page": "x", "page_name": "A clinic"})
    ('Page 003', 'A clinic')
    """
    name = str(claim["page_name"] or "")
    return name if name and "." not in name else f"Page {claim['page']}"


def listed(text: str | None) -> list[str]:
    """The strings of a JSON array; none for anything else.

    >>> listed('["a", "b"]'), listed(None), listed("{}"), listed("not JSON")
    (['a', 'b'], [], [], [])
    """
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


async def questions(datasette: Any) -> list[tuple[str, list[Row]]]:
    """(name of the kind, its questions), also those that no claim asks."""

    async def read() -> list[tuple[str, list[Row]]]:
        found: dict[str, list[Row]] = {}
        for row in await web.rows(datasette, _QUESTIONS):
            found.setdefault(row["kind"], []).append(row)
        kinds = [*words.KINDS, *(kind for kind in found if kind not in words.KINDS)]
        return [(words.KINDS.get(kind, kind), found[kind]) for kind in kinds if kind in found]

    return await web.kept(datasette, "claims: questions", read)


@dataclass(frozen=True)
class Choice:
    """What a visitor chose, and a sentence for each parameter that could not be used."""

    chosen: Mapping[str, str]
    sort: str
    ignored: tuple[str, ...]

    def address(self, path: str = "/claims", **changed: str) -> str:
        """The same list with something changed; '' takes a filter away."""
        sort = "" if self.sort == "page" else self.sort
        return web.address(path, {**self.chosen, "sort": sort, **changed})


def read(args: Any, held: Claims) -> Choice:
    """The choice. A value that does not exist stays chosen, so that it finds nothing: a script must not get all claims
    because of a slip."""
    chosen, ignored = {}, []
    for name in FILTERS:
        value = (args.get(name) or "").strip()
        if value and value not in held.names[name]:
            shown = value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
            ignored.append(f"There is no {name} “{shown}” among the claims, so none is listed.")
            value = shown
        if value:
            chosen[name] = value
    sort = (args.get("sort") or "").strip()
    return Choice(chosen, sort if sort in SORTS else "page", tuple(ignored))


def found(held: Claims, choice: Choice) -> list[Claim]:
    """The claims that pass every filter, in the order asked for."""
    passed = [claim for claim in held.all if _passes(claim, choice.chosen)]
    order: dict[str, Callable[[Claim], Any]] = {
        "page": lambda claim: 0,
        "verdict": lambda claim: _place(words.LABELS, claim.verdict),
        "studies": lambda claim: -claim.studies,
        "kind": lambda claim: _place(words.KINDS, claim.kinds[0] if claim.kinds else ""),
    }
    return sorted(passed, key=order[choice.sort])


def _place(ordered: Iterable[str], value: str) -> int:
    known = list(ordered)
    return known.index(value) if value in known else len(known)


def _passes(claim: Claim, chosen: Mapping[str, str]) -> bool:
    return all(value in claim.values(name) for name, value in chosen.items())


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter: how many claims it would leave, and the address that sets it, or takes it away."""

    label: str
    count: int
    href: str
    chosen: bool


def facets(held: Claims, choice: Choice) -> list[tuple[str, str, list[Option]]]:
    """(filter, its name, its values with the number of claims that pass all other filters); values without are left out."""
    made = []
    for name, title in FILTERS.items():
        others = {other: value for other, value in choice.chosen.items() if other != name}
        often = Counter(
            value for claim in held.all if _passes(claim, others) for value in dict.fromkeys(claim.values(name))
        )
        options = [
            Option(label, often[value], choice.address(**{name: "" if choice.chosen.get(name) == value else value}),
                   choice.chosen.get(name) == value)
            for value, label in held.names[name].items()
            if often[value] or choice.chosen.get(name) == value
        ]  # fmt: skip
        made.append((name, title, options))
    return made


async def pictures(datasette: Any, path: Callable[[str], str]) -> tuple[Chart, ...]:
    """All claims by verdict, and by page and verdict; drawn once."""

    async def draw() -> tuple[Chart, ...]:
        return charts(await claims(datasette), path)

    return await web.kept(datasette, f"claims: pictures {path('/')}", draw)


def charts(held: Claims, path: Callable[[str], str]) -> tuple[Chart, ...]:
    """Two pictures of all claims: how many have which verdict, and the same for each page."""

    def bar(**chosen: str) -> Bar:
        number = sum(_passes(claim, chosen) for claim in held.all)
        return Bar(number, path(web.address("/claims", chosen)))

    used = [verdict for verdict in held.names["verdict"] if any(claim.verdict == verdict for claim in held.all)]
    pages = held.names["page"]
    return (
        Chart(
            f"All {len(held.all):,} claims by verdict", tuple(words.label(one) for one in used),
            (Series("claims", "claims", tuple(bar(verdict=one) for one in used)),), horizontal=True, unit="claims"),
        Chart(
            "Page by page", tuple(pages.values()),
            tuple(Series(one, words.label(one), tuple(bar(verdict=one, page=page) for page in pages)) for one in used),
            horizontal=True, unit="claims"),
    )  # fmt: skip
