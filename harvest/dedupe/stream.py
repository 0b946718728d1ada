"""Records of a stream or a reference manager's export, and cluster labels for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from harvest import dates, text
from harvest.dedupe.cluster import cluster
from harvest.errors import BadInput
from harvest.identifiers import clean_doi, clean_pmid
from harvest.normalise import normalise
from harvest.record import Author, Record


def record_from_stream(row: Mapping[str, Any]) -> Record:
    """A record from a line of ``harvest dedupe``; any field but ``id`` may be missing, null or a number.

    Raises `BadInput` when the line is no object, has no id, or a field holds what cannot be read as text.
    """
    if not isinstance(row, Mapping) or row.get("id") in (None, ""):
        raise BadInput("a record for dedupe needs to be an object with an id")
    return normalise(
        Record(
            source=_text(row, "source"),
            source_id=_text(row, "id"),
            title=text.strip_markup(_text(row, "title")),
            abstract=_text(row, "abstract"),
            authors=_authors(row),
            date=dates.partial(_text(row, "year")[:4]),
            journal=_text(row, "journal"),
            volume=_text(row, "volume"),
            issue=_text(row, "issue"),
            pages=_text(row, "pages"),
            doi=clean_doi(_text(row, "doi")),
            pmid=clean_pmid(_text(row, "pmid").removesuffix(".0")),
        )
    )


def cluster_labels(records: Sequence[Record]) -> list[str]:
    """One label per record, in the order given; equal labels mean one document.

    The label is the smallest ``source_id`` of the cluster, so it does not depend on the order of the records;
    clusters with one smallest id between them (ids that were not unique) are numbered.
    """
    label_of: dict[int, str] = {}
    used: Counter[str] = Counter()
    for joins in cluster(records):
        smallest = min(join.record.source_id for join in joins)
        used[smallest] += 1
        label = smallest if used[smallest] == 1 else f"{smallest}#{used[smallest]}"
        for join in joins:
            label_of[id(join.record)] = label
    return [label_of[id(record)] for record in records]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadInput(f"record {row['id']}: {name} must be text or a number, not {type(value).__name__}")
    return str(value).strip()


def _authors(row: Mapping[str, Any]) -> tuple[Author, ...]:
    """From a list of names, or one text with names set off by semicolons. ``Nasveld, P.`` has family name first."""
    value = row.get("authors") or ()
    names = value.split(";") if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(name is None or isinstance(name, str) for name in names):
        raise BadInput(f"record {row['id']}: authors must be a list of names")
    return tuple(_author(name) for name in names if name and name.strip())


def _author(name: str) -> Author:
    family, comma, given = (part.strip() for part in name.partition(","))
    return Author(text.clean(name), family, given) if comma else Author(text.clean(name))
