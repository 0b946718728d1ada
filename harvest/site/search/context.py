"""What the page of a search shows, and what its JSON says: the same things, so they are made in one place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.cite.formats import FORMATS as REFERENCES
from harvest.identifiers import address
from harvest.schema import DIMENSIONS
from harvest.search import Fetch, engine, expansion, filters, hints
from harvest.search.filters import Choice, Counted
from harvest.search.hints import Hint
from harvest.search.index import Index
from harvest.search.language import Query
from harvest.search.tree import And, Identifier, Node, Or, Text
from harvest.search.wording import in_words
from harvest.site import web
from harvest.site.search import found as searching
from harvest.site.search import listing
from harvest.site.search.found import Found
from harvest.site.search.links import Links
from harvest.site.search.listing import Result

PAGE_SIZE: Final = 25
_SHORT: Final = 8
"""Values shown of a filter, unless all are asked for."""
_SHORTER: Final = 5
YEARS: Final = "years"
"""Name under which all single years are shown."""
FORMATS: Final = (("csv", "CSV"), ("json", "JSON"), *((one.extension, one.label) for one in REFERENCES.values()))
"""(extension, name) of the files that hold the results."""
_HEADINGS: Final = {"n": "People in the study", "kind": "Kind of document", "use": "Used as", "year": "Years"}
_SERVICES: Final = {"pmid": "PubMed", "doi": "doi.org", "pmcid": "PubMed Central"}


@dataclass(frozen=True)
class Group:
    """A filter with its values as they are offered."""

    name: str
    anchor: str
    heading: str
    values: tuple[Counted, ...]
    more: int
    """How many values are not shown."""
    whole: bool
    """Whether all values were asked for."""
    other: bool = False
    """Whether it is one of the less used filters."""


@dataclass(frozen=True)
class Expansion:
    """Words that were searched also as concepts."""

    words: str
    concepts: tuple[tuple[str, str, str], ...]
    """(dimension, id, label) of each."""
    phrases: tuple[str, ...]
    added: int


@dataclass(frozen=True)
class Page:
    """One page of results and what belongs to it."""

    found: Found
    number: int
    last: int
    results: list[Result]
    groups: list[Group]
    expansions: list[Expansion]
    hints: list[Hint]
    removable: list[tuple[str, str, int]]
    """Where nothing was found: (filter, its values in words, how many reports there are without it)."""
    outside: list[tuple[str, str, str]]
    """Where an identifier is not held: (identifier, name of the service, address there)."""


def page(found: Found, fetch: Fetch, number: int, whole: Sequence[str] = (), size: int = PAGE_SIZE) -> Page:
    """Page ``number`` of the results, or the last one where there are fewer."""
    last = max(1, -(-found.total // size))
    number = min(max(number, 1), last)
    numbers = found.numbers[(number - 1) * size : number * size]
    nothing = not found.total
    return Page(
        found=found, number=number, last=last, results=listing.results(found, numbers, fetch),
        groups=list(_groups(found, set(whole))), expansions=list(_expansions(found)),
        hints=_hints(found, fetch) if nothing else [],
        removable=list(_removable(found)) if nothing else [],
        outside=list(_outside(found.question.tree)) if nothing else [],
    )  # fmt: skip


# ------------------------------------------------------------ filters


def _groups(found: Found, whole: set[str]) -> Iterator[Group]:
    for name in filters.NAMES:
        rows = filters.narrowed(found.hits.rows, found.chosen, without=name)
        chosen = found.question.filters.get(name, ())
        offered = filters.values(name, found.index)
        singles = filters.years(found.index) if name == "year" else []
        own = {value for value, _, _ in (*offered, *singles)}
        # A range typed into the address is none of those offered, but it is chosen.
        typed = [(one.value, one.label, _matching(one, found.index)) for one in chosen if one.value not in own]
        counted = filters.count(name, [*typed, *offered], rows, chosen)
        less_used = name in DIMENSIONS and name not in filters.MAIN
        yield _group(name, name, counted, whole, _SHORTER if less_used else _SHORT, less_used)
        if singles:
            yield _group(name, YEARS, filters.count(name, singles, rows, chosen), whole, _SHORTER)


def _matching(choice: Choice, index: Index) -> int:
    return engine.any_of([choice.node], index, lambda sql, values: ())


def _group(name: str, anchor: str, counted: list[Counted], whole: set[str], short: int, other: bool = False) -> Group:
    shown = counted if anchor in whole else [one for place, one in enumerate(counted) if place < short or one.chosen]
    heading = "Single years" if anchor == YEARS else _HEADINGS.get(name, name.capitalize())
    return Group(name, anchor, heading, tuple(shown), len(counted) - len(shown), anchor in whole, other)


# ------------------------------------------------------------ what was read into the words


def _expansions(found: Found) -> Iterator[Expansion]:
    names = found.index.names
    for named in expansion.named(found.question.tree):
        added = engine.added(named, found.rows, found.index, found.kept.leaves)
        if added:
            phrases = dict.fromkeys(phrase for key in named.concepts for phrase in names.phrases(key)[1:])
            yield Expansion(
                " ".join(word.text for word in named.words),
                tuple((dimension, id, names.label(dimension, id)) for dimension, id in named.concepts),
                tuple(phrases), added,
            )  # fmt: skip


# ------------------------------------------------------------ where nothing was found


def _hints(found: Found, fetch: Fetch) -> list[Hint]:
    def count(tree: Node, filtered: bool) -> int:
        return searching.count(tree, filtered, found, fetch)

    return hints.hints(found.question.query.tree, count, lambda: found.kept.words(fetch))


def _removable(found: Found) -> Iterator[tuple[str, str, int]]:
    for name, choices in found.question.filters.items():
        count = filters.narrowed(found.hits.rows, found.chosen, without=name).bit_count()
        if count:
            yield name, " or ".join(choice.label for choice in choices), count


def _outside(tree: Node) -> Iterator[tuple[str, str, str]]:
    match tree:
        case Identifier():
            if tree.scheme in _SERVICES:
                yield in_words(tree), _SERVICES[tree.scheme], address(tree.scheme, tree.value)
            elif tree.value.startswith("NCT"):
                yield tree.value, "ClinicalTrials.gov", address("nct", tree.value)
        case And() | Or():
            for part in tree.parts:
                yield from _outside(part)


# ------------------------------------------------------------ for the template


def chips(found: Found, links: Links) -> list[dict[str, str]]:
    """The filters chosen, each with the address without it."""
    return [
        {"name": name, "label": choice.label, "problem": choice.problem, "href": links.toggled(name, choice.value)}
        for name, choices in found.question.filters.items()
        for choice in choices
    ]


def for_template(shown: Page, links: Links) -> dict[str, Any]:
    """What ``search.html`` needs."""
    question = shown.found.question
    return {
        "q": question.query.text, "sort": question.sort, "expand": question.expand,
        "hidden": [pair for pair in question.pairs if pair[0] not in {"q", "sort", "expand"}],
        "page": shown, "total": shown.found.total, "links": links, "chips": chips(shown.found, links),
        "first": (shown.number - 1) * PAGE_SIZE + 1, "formats": FORMATS, "title": question.title,
        "reading": question.query.reading if _needs_reading(question.query) else "",
        "notes": _notes(question),
        "previous": links.page(shown.number - 1) if shown.number > 1 else "",
        "next": links.page(shown.number + 1) if shown.number < shown.last else "",
    }  # fmt: skip


def _notes(question: searching.Question) -> tuple[str, ...]:
    if question.query.text and not question.query.reading:
        return (*question.query.notes, "Nothing in these words can be searched, so all reports are shown.")
    return question.query.notes


def _needs_reading(query: Query) -> bool:
    """Plain words and phrases need no explanation; operators, fields and brackets do."""
    parts = query.tree.parts if isinstance(query.tree, And) else (query.tree,)
    return not all(isinstance(part, Text) for part in parts)


def to_json(shown: Page, links: Links) -> dict[str, Any]:
    """The same for programs; see ``/help``."""
    found, question = shown.found, shown.found.question
    return {
        "query": {"text": question.query.text, "read_as": question.query.reading, "notes": _notes(question),
                  "sort": question.sort or ("relevance" if found.ranked else "newest"), "expand": question.expand},
        "expansions": [{"words": one.words, "added": one.added, "concepts": _keyed(one.concepts)} for one in shown.expansions],
        "filters": {name: [choice.value for choice in choices] for name, choices in question.filters.items()},
        "problems": [choice.problem for choices in question.filters.values() for choice in choices if choice.problem],
        "total": found.total, "page": shown.number, "pages": shown.last,
        "facets": {group.anchor: [_counted(one) for one in group.values] for group in shown.groups},
        "results": [_told(result) for result in shown.results],
    }  # fmt: skip


def _keyed(concepts: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"dimension": dimension, "id": id, "label": label} for dimension, id, label in concepts]


def _counted(one: Counted) -> dict[str, Any]:
    return {"value": one.value, "label": one.label, "count": one.count, "chosen": one.chosen}


def _told(result: Result) -> dict[str, Any]:
    row: Mapping[str, Any] = {name: result.row[name] for name in listing.COLUMNS}
    yes_or_no = {name: bool(row[name]) for name in ("retracted", "concern", "corrected")}
    return {**row, **yes_or_no, "snippet": result.plain_snippet or None, "snippet_of": result.words or None,
            "path": web.row_address("reports", row["id"])}  # fmt: skip
