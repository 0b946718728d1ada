"""Which reports have which tag, year, journal and so on, held in memory as bitmaps. Read from the database in about a second
on 30,000 reports; the file never changes while it is served."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harvest.schema import DIMENSIONS
from harvest.search import Fetch, bitmaps
from harvest.search.bitmaps import Order
from harvest.search.names import Concept, Key, Names
from harvest.text import fold

Row = Sequence[Any]

_REPORTS: Final = """
    select rowid, id, sort_key, year, sample_size, kind, direction, sources, journal, registrations, retracted, concern,
           corrected, animal, abstract_open, doi is not null, pmid is not null, digest is not null,
           abstract is not null and abstract_kind is not 'digest', registrations is not null
    from reports"""
_ID, _SORT_KEY, _YEAR, _SIZE, _KIND, _DIRECTION, _SOURCES, _JOURNAL, _REGISTRATIONS = range(1, 10)
_FLAGS: Final = (
    "retracted",
    "concern",
    "corrected",
    "animal",
    "open",
    "doi",
    "pmid",
    "digest",
    "abstract",
    "registration",
)
_FIRST_FLAG: Final = 10


@dataclass(frozen=True)
class Index:
    """Bitmaps over the row numbers of ``reports``; what includes narrower concepts says so."""

    size: int
    """One more than the greatest row number."""
    everything: int
    ids: Mapping[int, str]
    """Row number -> id of the report."""
    numbers: Mapping[str, int]
    """Id of the report -> row number."""
    names: Names
    studied: Mapping[Key, int]
    """Concept -> reports that study it or a narrower one."""
    tagged: Mapping[Key, int]
    """Concept -> reports that study or mention it or a narrower one."""
    titled: Mapping[Key, int]
    """Concept -> reports whose title proves it or a narrower one."""
    narrower: Mapping[Key, tuple[Key, ...]]
    """Concept -> itself and all below it."""
    values: Mapping[str, Mapping[str, int]]
    """``kind``, ``source``, ``direction`` -> value -> reports."""
    ranges: Mapping[str, Mapping[int, int]]
    """``year``, ``n`` -> number -> reports."""
    flags: Mapping[str, int]
    journals: tuple[tuple[str, int], ...]
    """(folded name with a space on either side, reports)."""
    registrations: Mapping[str, int]
    orders: Mapping[str, Order]
    """``newest``, ``oldest``, ``largest`` -> all row numbers in that order."""

    def within(self, field: str, low: int | None, high: int | None) -> int:
        """Reports whose ``year`` or ``n`` is known and lies between the bounds."""
        return bitmaps.union(
            rows for number, rows in self.ranges[field].items()
            if (low is None or number >= low) and (high is None or number <= high)
        )  # fmt: skip


def build(fetch: Fetch) -> Index:
    """Everything, from the tables of the database."""
    rows = list(fetch(_REPORTS, ()))
    size = max((row[0] for row in rows), default=0) + 1
    numbers = {row[_ID]: row[0] for row in rows}
    values = _values(rows, size)
    names = Names(_concepts(fetch), values)
    narrower = _narrower(names)
    studied, tagged, titled = (
        _with_narrower(own, narrower) for own in (*_tags(fetch, numbers, size), _titled(fetch, numbers, size))
    )
    return Index(
        size=size, everything=bitmaps.of(numbers.values(), size), ids={row[0]: row[_ID] for row in rows},
        numbers=numbers, names=names, studied=studied, tagged=tagged, titled=titled, narrower=narrower, values=values,
        ranges={"year": _grouped(((row[_YEAR], row[0]) for row in rows if row[_YEAR] is not None), size),
                "n": _grouped(((row[_SIZE], row[0]) for row in rows if row[_SIZE] is not None), size)},
        flags=_flags(rows, fetch, numbers, size), journals=_journals(rows, size),
        registrations=_registrations(rows, fetch, numbers, size), orders=_orders(rows),
    )  # fmt: skip


def _grouped(pairs: Iterable[tuple[Any, int]], size: int) -> dict[Any, int]:
    """Value -> bitmap of its row numbers, from (value, row number) pairs."""
    groups: defaultdict[Any, list[int]] = defaultdict(list)
    for value, number in pairs:
        groups[value].append(number)
    return {value: bitmaps.of(group, size) for value, group in groups.items()}


def _concepts(fetch: Fetch) -> list[Concept]:
    return [
        Concept(dimension, id, label, broader or "", tuple(filter(None, (synonyms or "").split("; "))))
        for dimension, concepts in DIMENSIONS.items()
        for id, label, broader, synonyms in fetch(f"select id, label, broader, synonyms from {concepts}", ())  # noqa: S608
    ]


def _narrower(names: Names) -> dict[Key, tuple[Key, ...]]:
    children: defaultdict[Key, list[Key]] = defaultdict(list)
    for concept in names.concepts.values():
        if concept.broader:
            children[concept.dimension, concept.broader].append(concept.key)
    return {key: tuple(dict.fromkeys((key, *_below(key, children)))) for key in names.concepts}


def _below(key: Key, children: Mapping[Key, Sequence[Key]]) -> list[Key]:
    """All below the concept, each once, also where the vocabulary runs in a circle."""
    seen: dict[Key, None] = {}
    waiting = list(children.get(key, ()))
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen[one] = None
            waiting += children.get(one, ())
    return list(seen)


def _tags(fetch: Fetch, numbers: Mapping[str, int], size: int) -> tuple[dict[Key, int], dict[Key, int]]:
    """(studied, studied or mentioned): concept -> reports with a tag of just this concept."""
    own: tuple[dict[Key, int], dict[Key, int]] = ({}, {})
    for dimension, concepts in DIMENSIONS.items():
        tags = fetch(f"select {dimension}_id, role, report_id from report_{concepts}", ())  # noqa: S608
        for (concept, role), rows in _grouped((((row[0], row[1]), numbers[row[2]]) for row in tags), size).items():
            for found in own if role == "studied" else own[1:]:
                found[dimension, concept] = found.get((dimension, concept), 0) | rows
    return own


def _titled(fetch: Fetch, numbers: Mapping[str, int], size: int) -> dict[Key, int]:
    proofs = fetch("select dimension, concept_id, report_id from evidence where field = 'title'", ())
    return _grouped((((row[0], row[1]), numbers[row[2]]) for row in proofs), size)


def _with_narrower(own: Mapping[Key, int], narrower: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    return {key: bitmaps.union(own.get(one, 0) for one in below) for key, below in narrower.items()}


def _values(rows: Sequence[Row], size: int) -> dict[str, dict[str, int]]:
    source: defaultdict[str, int] = defaultdict(int)
    for several, found in _grouped(((row[_SOURCES], row[0]) for row in rows), size).items():
        for name in json.loads(several):
            source[name] |= found
    return {
        "kind": _grouped(((row[_KIND], row[0]) for row in rows), size),
        "direction": _grouped(((row[_DIRECTION], row[0]) for row in rows if row[_DIRECTION]), size),
        "source": dict(source),
    }


def _flags(rows: Sequence[Row], fetch: Fetch, numbers: Mapping[str, int], size: int) -> dict[str, int]:
    found = {
        name: bitmaps.of((row[0] for row in rows if row[_FIRST_FLAG + place]), size)
        for place, name in enumerate(_FLAGS)
    }
    found["findings"] = bitmaps.of(
        (numbers[id] for (id,) in fetch("select distinct report_id from findings", ())), size
    )
    for name, column in (("no-year", _YEAR), ("no-n", _SIZE), ("no-direction", _DIRECTION)):
        found[name] = bitmaps.of((row[0] for row in rows if row[column] is None), size)
    return found


def _journals(rows: Sequence[Row], size: int) -> tuple[tuple[str, int], ...]:
    named = _grouped(((row[_JOURNAL], row[0]) for row in rows if row[_JOURNAL]), size)
    return tuple((f" {fold(name)} ", found) for name, found in named.items())


def _registrations(rows: Sequence[Row], fetch: Fetch, numbers: Mapping[str, int], size: int) -> dict[str, int]:
    """Registration number in capitals -> reports that state it or belong to its study."""
    pairs = [
        (number.strip().upper(), row[0])
        for row in rows
        if row[_REGISTRATIONS]
        for number in row[_REGISTRATIONS].split(";")
    ]
    studies = fetch(
        """select studies.registration, study_reports.report_id from studies
           join study_reports on study_reports.study_id = studies.id where studies.registration is not null""", ()
    )  # fmt: skip
    return _grouped([*pairs, *((number.upper(), numbers[id]) for number, id in studies)], size)


def _orders(rows: Sequence[Row]) -> dict[str, Order]:
    """Undated reports and those that state no size come last; the sort key, unique, decides between equals."""
    newest = sorted(rows, key=lambda row: (row[_SORT_KEY] or "", row[0]), reverse=True)
    dated = [row for row in newest if not (row[_SORT_KEY] or "").startswith("0000")]
    undated = newest[len(dated) :]
    largest = sorted(newest, key=lambda row: -1 if row[_SIZE] is None else row[_SIZE], reverse=True)
    return {
        "newest": Order(row[0] for row in newest),
        "oldest": Order(row[0] for row in (*reversed(dated), *undated)),
        "largest": Order(row[0] for row in largest),
    }
