"""Which reports are meant: ids, PMIDs, DOIs and other numbers as people paste them; and the SQL that brings the reports.

The SQL is for SQLite with JSON; whoever holds the database runs it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from harvest.cite.csl import AUTHOR, Item, item
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations
from harvest.report import ID

Row = Mapping[str, Any]

LOOKUP: Final = """
    with wanted as (select json_extract(value, '$[0]') as word, json_extract(value, '$[1]') as scheme,
                           json_extract(value, '$[2]') as number from json_each(:wanted))
    select word, reports.id from wanted join reports on reports.id = wanted.number where scheme = 'id'
    union all
    select word, aliases.report_id from wanted join aliases on aliases.id = wanted.number
    where scheme = 'id' and aliases.report_id is not null
    union all
    select word, identifiers.report_id from wanted
    join identifiers on identifiers.scheme = wanted.scheme and identifiers.value = wanted.number"""
"""Rows (word, id) of the reports that words name; ``:wanted`` is `wanted`."""

AUTHORS: Final = f"""
    select {", ".join(AUTHOR)} from authors where report_id in (select value from json_each(:ids))
    order by report_id, position"""  # noqa: S608
"""Rows of the authors of the reports ``:ids`` (JSON), each report's together."""
SORTED: Final = """
    select id from reports where id in (select value from json_each(:ids))
    order by coalesce(authors, title) collate nocase, coalesce(year, 9999), title collate nocase, id"""
"""The ids in the order of a list of references that is sorted by author."""

_BETWEEN = re.compile(
    r"\s+|[,;](?=\s|$)|[,;](?=\s*(?:10\.\d|\d{4,9}(?![\w-])|pmid|pmc|nct|doi|reg-|rec-|https?:))", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:pmid|pmcid|doi):(?!//)", re.IGNORECASE)
_TRIMMED = "()[]<>\"'.,;"


def reports(columns: Sequence[str]) -> str:
    """SQL for rows of the reports ``:ids`` (JSON), in any order."""
    return f"select {', '.join(columns)} from reports where id in (select value from json_each(:ids))"  # noqa: S608


def words(text: str) -> list[str]:
    """What a pasted list names, each once: split at spaces, line breaks, commas and semicolons, but not within a DOI.

    >>> words("90000001, PMID: 90000002;nct-90000001\\n10.1002/(sici)1:1<1::aid>3.0.co;2-4")
    ['90000001', '90000002', 'nct-90000001', '10.1002/(sici)1:1<1::aid>3.0.co;2-4']
    """
    joined = re.sub(r"(?i)\b(pmid|pmcid|doi)\s*:\s*(?!//)", r"", text)
    found = (word.strip().strip(",;") for word in _BETWEEN.split(joined))
    return list(dict.fromkeys(word for word in found if word.strip(_TRIMMED)))


def candidates(word: str) -> Iterator[tuple[str, str]]:
    """(scheme, value) of everything that the word may name, likeliest first."""
    bare = _LABEL.sub("", word.strip().rstrip(".,;"))
    if ID.fullmatch(bare.lower()):
        yield "id", bare.lower()
    elif pmid := clean_pmid(bare):
        yield "pmid", pmid
        yield "id", f"pmid-{pmid}"
    elif re.match(r"(?i)pmc\d|https?://\S*/PMC\d", bare):
        yield "pmcid", clean_pmcid(bare)
    elif doi := clean_doi(bare):
        yield "doi", doi
    else:
        for number in registrations(bare):
            yield "registration", number
            if number.startswith("NCT"):
                yield "id", f"nct-{number[3:]}"


def wanted(texts: Iterable[str]) -> str:
    """The words as the parameter of `LOOKUP`."""
    return json.dumps([(word, scheme, value) for word in texts for scheme, value in candidates(word)])


def chosen(texts: Sequence[str], rows: Iterable[Row]) -> tuple[list[str], list[str]]:
    """(ids of the reports in the order they were named, words that name none) from the rows of `LOOKUP`."""
    named: dict[str, str] = {}
    for row in rows:
        named.setdefault(row["word"], row["id"])
    found = list(dict.fromkeys(named[word] for word in texts if word in named))
    return found, [word for word in texts if word not in named]


def items(ids: Sequence[str], rows: Iterable[Row], authors: Iterable[Row]) -> Iterator[Item]:
    """The reports as CSL-JSON in the order of the ids; ids without a row are left out."""
    named = {row["id"]: row for row in rows}
    people = {key: list(found) for key, found in groupby(authors, key=lambda author: author["report_id"])}
    for key in ids:
        if key in named:
            yield item(named[key], people.get(key, ()))
