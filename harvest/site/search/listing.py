"""The reports of one page of results, as they are listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from harvest.people import names_in
from harvest.schema import DIMENSIONS
from harvest.search import Fetch, expansion, fts, snippets
from harvest.search.index import Index
from harvest.search.snippets import Shown
from harvest.site.search.found import Found

ARRAYS: Final = tuple(name for name in DIMENSIONS.values() if name != "designs")
COLUMNS: Final = (
    "id", "title", "authors", "journal", "year", "date", "volume", "issue", "pages", "doi", "pmid", "pmcid", "registrations",
    "kind", "language", "design", "sample_size", "direction", "retracted", "retraction_note", "concern", "corrected",
    "abstract_kind", *ARRAYS, "sources", "url",
)  # fmt: skip
"""What is told of a report in lists, JSON and CSV; no text of an abstract."""
_EXTRA: Final = ("abstract is null as no_abstract", "digest is not null as has_digest")
_DIRECTIONS_SHOWN: Final = {"benefit", "no-difference", "harm", "mixed", "none-observed"}
_MOST_CHIPS: Final = 4
_PLACES: Final = {"mesh": "MeSH headings", "keywords": "Keywords", "authors": "Authors", "digest": ""}


@dataclass(frozen=True)
class Chip:
    dimension: str
    id: str
    label: str


@dataclass(frozen=True)
class Result:
    """One report of the list."""

    row: Mapping[str, Any]
    """The columns of `COLUMNS`, arrays as lists."""
    title: Markup
    authors: str
    design: str
    direction: str
    """'' where the report has none to show."""
    snippet: Markup
    words: str
    """Whose words the snippet is, or where it stands; '' for an abstract."""
    plain_snippet: str
    withheld: bool
    """Whether there is an abstract that this copy may not show."""
    chips: tuple[Chip, ...]


def results(found: Found, numbers: Sequence[int], fetch: Fetch) -> list[Result]:
    """The reports of the given row numbers, in that order, with the words marked that they were found by."""
    tree = found.question.tree
    shown = snippets.marked(numbers, fts.positive(tree), expansion.named(tree), found.index, fetch)
    rows = read(numbers, fetch)
    return [_result(rows[number], shown.get(number, Shown("")), found.index) for number in numbers if number in rows]


def read(numbers: Sequence[int], fetch: Fetch) -> dict[int, dict[str, Any]]:
    """Row number -> columns of the report."""
    if not numbers:
        return {}
    names = [*COLUMNS, *(extra.split()[-1] for extra in _EXTRA)]
    sql = f"select rowid, {', '.join((*COLUMNS, *_EXTRA))} from reports where rowid in ({', '.join(map(str, numbers))})"  # noqa: S608
    found = {}
    for row in fetch(sql, ()):
        told = dict(zip(names, tuple(row)[1:], strict=True))
        for name in (*ARRAYS, "sources"):
            told[name] = json.loads(told[name] or "[]")
        found[row[0]] = told
    return found


def _result(row: Mapping[str, Any], shown: Shown, index: Index) -> Result:
    is_digest = row["abstract_kind"] == "digest" or shown.place == "digest"
    of_text = "our digest" if is_digest else "registry summary" if row["abstract_kind"] == "registry-summary" else ""
    return Result(
        row=row,
        title=highlighted(shown.title or row["title"]),
        authors=short_authors(row["authors"]),
        design=index.names.label("design", row["design"]) if row["design"] else "",
        direction=row["direction"] if row["direction"] in _DIRECTIONS_SHOWN else "",
        snippet=highlighted(" ".join(shown.text.split())),
        words=of_text if shown.place in {"abstract", "digest"} else _PLACES.get(shown.place, ""),
        plain_snippet=" ".join(shown.text.replace(snippets.START, "").replace(snippets.END, "").split()),
        withheld=bool(row["no_abstract"] and row["abstract_kind"] and not row["has_digest"]),
        chips=tuple(_chips(row, index)),
    )


def _chips(row: Mapping[str, Any], index: Index) -> Iterable[Chip]:
    """Conditions, then outcomes, each without those that a narrower one of the same report includes."""
    for dimension in ("condition", "outcome"):
        own = row[DIMENSIONS[dimension]]
        wider = {concept.broader for id in own if (concept := index.names.concepts.get((dimension, id)))}
        narrow = [id for id in own if id not in wider]
        yield from (Chip(dimension, id, index.names.label(dimension, id)) for id in narrow[:_MOST_CHIPS])


def highlighted(text: str) -> Markup:
    """Escaped, with the marked words as ``<mark>``; a mark that the piece of text cut off is closed."""
    marked = str(escape(text)).replace(snippets.START, "<mark>").replace(snippets.END, "</mark>")
    return Markup(marked + "</mark>" * (marked.count("<mark>") - marked.count("</mark>")))  # noqa: S704 (escaped above)


def short_authors(authors: str | None) -> str:
    """At most two names.

    >>> short_authors("Ash A; Beech B; Cedar C")
    'Ash A et al.'
    """
    names = names_in(authors)
    return ", ".join(names) if len(names) < 3 else f"{names[0]} et al."
