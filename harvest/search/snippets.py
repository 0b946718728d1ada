"""What a report shows of the words it was found by: its title, and a piece of its text, with the words marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvest.schema import SEARCH_COLUMNS, SEARCH_TABLE
from harvest.search import Fetch, fts
from harvest.search.index import Index
from harvest.search.names import Key
from harvest.search.tree import Named, Text
from harvest.text import fold

START, END = "\x02", "\x03"
"""Around marked words. Stored text holds no control characters (`harvest.text.storable`)."""
LENGTH: Final = 40
"""Words of a piece of text."""
MOST_PHRASES: Final = 80

_PLACES: Final = SEARCH_COLUMNS[1:]


@dataclass(frozen=True)
class Shown:
    title: str
    """Marked; '' where it is to be shown as it stands."""
    text: str = ""
    """Marked; '' where no word stands in the text."""
    place: str = ""
    """Column of reports the text is from."""


def marked(
    numbers: Sequence[int], texts: Iterable[Text], named: Iterable[Named], index: Index, fetch: Fetch
) -> dict[int, Shown]:
    """Row number -> what to show, for the reports of one page. ``texts``: words that were searched; ``named``: those that
    were searched also as concepts, whose proofs in these reports are marked too."""
    expressions = list(dict.fromkeys(fts.expression(text) for text in texts))
    expressions += _proofs(numbers, [key for one in named for key in one.concepts], index, fetch)
    if not expressions or not numbers:
        return {}
    pieces = ", ".join(
        f"snippet({SEARCH_TABLE}, {SEARCH_COLUMNS.index(place)}, ?1, ?2, '…', {LENGTH})" for place in _PLACES
    )
    chosen = ", ".join(map(str, numbers))
    rows = fetch(
        f"""select rowid, highlight({SEARCH_TABLE}, 0, ?1, ?2), {pieces} from {SEARCH_TABLE}
            where {SEARCH_TABLE} match ?3 and rowid in ({chosen})""",  # noqa: S608 (numbers and names of ours)
        (START, END, fts.any_of(expressions[:MOST_PHRASES])),
    )
    return {row[0]: _shown(row[1] or "", dict(zip(_PLACES, tuple(row)[2:], strict=True))) for row in rows}


def _shown(title: str, pieces: Mapping[str, str | None]) -> Shown:
    place = next((place for place, text in pieces.items() if text and START in text), "")
    return Shown(title if START in title else "", pieces[place] or "" if place else "", place)


def _proofs(numbers: Sequence[int], concepts: Sequence[Key], index: Index, fetch: Fetch) -> list[str]:
    """The words that prove the concepts in these reports, as expressions."""
    wanted = {one for key in concepts for one in index.narrower.get(key, ())}
    if not wanted:
        return []
    ids = [index.ids[number] for number in numbers]
    concepts_asked = sorted({concept for _, concept in wanted})
    rows = fetch(
        f"""select distinct dimension, concept_id, text from evidence_text
            where report_id in ({_marks(ids)}) and concept_id in ({_marks(concepts_asked)})
              and field in ('title', 'abstract')""",  # noqa: S608
        [*ids, *concepts_asked],
    )
    words = {fold(row[2]): None for row in rows if row[2] and (row[0], row[1]) in wanted}
    return [fts.quoted(text) for text in words if text]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
