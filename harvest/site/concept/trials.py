"""Registered trials of a condition of which this copy knows no results."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from harvest.identifiers import address
from harvest.site import web
from harvest.site.concept.tallies import About, Figure, studying
from harvest.site.web import Row

LENGTH: Final = 8
NO_STATUS: Final = "not stated"
"""What the canned query unreported_trials calls a status that this copy does not hold."""

_ENDED: Final = ("COMPLETED", "TERMINATED", "UNKNOWN", "SUSPENDED")
_NEVER_BEGUN: Final = ("WITHDRAWN",)


@dataclass(frozen=True)
class Unreported:
    """Trials without results known here; ``first`` are those that ended longest ago."""

    total: int
    href: str
    first: tuple[Row, ...]
    by_status: tuple[Figure, ...]


async def without_results(datasette: Any, about: About) -> Unreported:
    """Trials whose registry entry studies the condition, or that name it where no entry is held."""
    sql = f"""
        {studying(about.dimension)}
        select id, registration, title, status, phase, enrolment, enrolment_type, start_date, completion_date, url
        from trials_without_results as trial
        where id in (select study_id from study_reports where report_id in picked)
           or (reports = 0 and instr(lower(coalesce(title, '') || ' ' || coalesce(conditions, '')),
                                     (select lower(label) from conditions where id = :id)) > 0)"""  # noqa: S608
    found = await web.rows(datasette, sql, {"id": about.id})
    statuses = Counter(row["status"] or "" for row in found)
    return Unreported(
        len(found),
        _all(about),
        tuple(row | {"registry_href": registry(row), "status": in_words(row["status"])}
              for row in sorted(found, key=_longest_ago)[:LENGTH]),
        tuple(Figure(number, in_words(status) or NO_STATUS, _all(about, status=status or NO_STATUS))
              for status, number in statuses.most_common()),
    )  # fmt: skip


def _all(about: About, **filters: str) -> str:
    return about.rows("unreported_trials", condition=about.id, **filters)


def _longest_ago(trial: Row) -> tuple[int, bool, str, str]:
    """Ended ones first, those never begun last; by day of completion."""
    status = trial["status"]
    rank = 0 if status in _ENDED else 3 if status in _NEVER_BEGUN else 1 if not status else 2
    return rank, not trial["completion_date"], trial["completion_date"] or "", trial["id"]


def in_words(code: str | None) -> str:
    """Codes of registries for people.

    >>> in_words("NOT_YET_RECRUITING"), in_words("PHASE2/PHASE3"), in_words(None)
    ('Not yet recruiting', 'Phase 2, phase 3', '')
    """
    words = (code or "").replace("_", " ").lower()
    for number in "01234":
        words = words.replace(f"phase{number}", f"phase {number}")
    words = words.replace("/", ", ").replace("|", ", ")
    return words[:1].upper() + words[1:]


def registry(study: Row) -> str:
    """The address of the study at its registry; for registries without a known address, WHO's search portal."""
    if (study.get("url") or "").startswith("https://"):
        return str(study["url"])
    number = study.get("registration") or ""
    if not number:
        return ""
    if number.startswith("NCT"):
        return address("nct", number)
    return f"https://trialsearch.who.int/Trial2.aspx?TrialID={quote(number, safe='')}"
