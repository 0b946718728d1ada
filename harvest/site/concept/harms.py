"""How often reports state a harm, merely name it, or are silent about it. Silence is not absence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from harvest.search import bitmaps
from harvest.search.index import Index
from harvest.site import web
from harvest.site.concept.tallies import RANDOMISED, About, Figure
from harvest.site.search.held import held, in_thread

# A text that a public copy withholds was read all the same: its kind stays.
_TEXTS: Final = f"""
    select id, abstract is null and abstract_kind is null as untold, coalesce(abstract_kind = 'digest', 0) as digest,
           design is '{RANDOMISED}' and coalesce(direction <> 'not-applicable', 0) as trial
    from reports"""  # noqa: S608
_STATED: Final = "select distinct report_id from findings where outcome_id = ?"
_NAMED: Final = "select report_id from report_outcomes where outcome_id = ?"


@dataclass(frozen=True)
class Told:
    """Every report of the database by what it says of the harm, as the view harms_by_report has it; and the randomised
    trials that treat people and whose abstract was read, with those of them that do not name it."""

    statuses: tuple[Figure, ...]
    trials: Figure
    silent_trials: Figure


@dataclass(frozen=True)
class _Texts:
    """Sets of reports, as bits of the search's index."""

    none: int
    digest: int
    abstract: int
    trials: int
    """Randomised trials that treat people, with an abstract."""


async def told(datasette: Any, about: About) -> Told:
    """What reports say of a harm, by reason of silence where they say nothing."""
    index = (await held(datasette)).index
    texts = await web.kept(datasette, "texts held", partial(_texts, datasette, index))
    named = await _reports(datasette, index, _NAMED, about)
    stated = await _reports(datasette, index, _STATED, about) & ~texts.none
    silent = ~(named | stated)
    parts = (
        ("finding", stated, "state a finding about it"),
        ("studied,mentioned", named & ~stated & ~texts.none, "name it, and state nothing we could read"),
        ("not mentioned", texts.abstract & silent, "do not name it in title or abstract"),
        ("not in our digest", texts.digest & silent, "are held as our digest, which does not name it"),
        ("no abstract", texts.none, "have no text here"),
    )
    return Told(
        tuple(Figure(rows.bit_count(), words, _rows(about, status)) for status, rows, words in parts if rows),
        Figure(texts.trials.bit_count(), "reports", about.rows(
            "reports", design=RANDOMISED, direction__not="not-applicable", abstract_kind__in="abstract,registry-summary")),
        Figure((texts.trials & ~named).bit_count(), "do not name it",
               about.rows("harms_not_mentioned", outcome=about.id, design=RANDOMISED)),
    )  # fmt: skip


async def _texts(datasette: Any, index: Index) -> _Texts:
    # Every report: as plain tuples, and in the thread, so that others are answered meanwhile.
    found = await in_thread(datasette, lambda fetch: fetch(_TEXTS, ()))
    none, digest, trials = (
        bitmaps.of((index.numbers[row[0]] for row in found if row[place]), index.size) for place in (1, 2, 3)
    )
    abstract = index.everything & ~none & ~digest
    return _Texts(none, digest, abstract, trials & abstract)


async def _reports(datasette: Any, index: Index, sql: str, about: About) -> int:
    found = await in_thread(datasette, lambda fetch: fetch(sql, (about.id,)))
    return bitmaps.of((index.numbers[row[0]] for row in found), index.size)


def _rows(about: About, status: str) -> str:
    column = "status__in" if "," in status else "status"
    return about.rows("harms_by_report", outcome_id=about.id, **{column: status})
