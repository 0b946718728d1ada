"""Trials of the starter set: one gathered registry entry in, its sound facts out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from harvest import identifiers
from harvest.dates import from_iso
from harvest.starter.counts import Counts, Facts
from harvest.text import strip_markup

_CUT_TITLE = re.compile(r" (?:vs|i|i\.v)$", re.IGNORECASE)  # cut at an abbreviation's full stop


def trials_named_in(gathered: list[Facts]) -> Iterator[Facts]:
    """Registry entries among the records: their "journal" is the entry's address, their title its brief title."""
    for item in gathered:
        named = re.search(r"clinicaltrials\.gov/\S*(NCT\d{8})", str(item.get("journal") or ""))
        if named and item.get("ketamine_focus") != "mention":
            yield {"nct": named.group(1), "brief_title": item.get("title")}


def trials_from(items: Iterable[Facts], counts: Counts) -> Iterator[Facts]:
    seen: set[str] = set()
    for item in items:
        facts = _trial(item)
        if "nct" not in facts or ("brief_title" not in facts and "official_title" not in facts):
            counts.left_out["trial without number or whole title"] += 1
        elif facts["nct"] not in seen:
            seen.add(facts["nct"])
            yield facts


def _trial(item: Facts) -> Facts:
    protocol = item.get("v2_protocolSection_subset") or {}
    status, design = protocol.get("statusModule", {}), protocol.get("designModule", {})
    enrolment = design.get("enrollmentInfo", {})
    facts = {
        "nct": identifiers.clean_nct(item.get("nct")),
        "brief_title": _whole(protocol.get("identificationModule", {}).get("briefTitle"))
        or _whole(item.get("brief_title")),
        "official_title": _whole(item.get("official_title")),
        "study_type": design.get("studyType"),
        "enrolment": enrolment.get("count"),
        "enrolment_type": enrolment.get("type"),
        "start_date": _date(status, "startDateStruct") or _to_the_month(item.get("start_date")),
        "completion_date": _date(status, "completionDateStruct"),
        "conditions": _names(protocol.get("conditionsModule", {}).get("conditions") or item.get("conditions")),
        "interventions": _names(item.get("interventions")),
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _whole(text: str | None) -> str:
    title = strip_markup(text).removesuffix(".").strip().strip('"').removesuffix(":")
    return "" if _CUT_TITLE.search(title) else title


def _date(status: Facts, name: str) -> str:
    return from_iso(status.get(name, {}).get("date"))


def _to_the_month(text: str | None) -> str:
    """The database behind these dates writes "March 2012" as 31 March 2012; a last day is therefore no day."""
    day = from_iso(text)
    return day[:7] if re.search(r"-(?:31|02-28|02-29|(?:04|06|09|11)-30)$", day) else day


def _names(value: Any) -> list[str]:
    names = [value] if isinstance(value, str) else value or []
    return list(identifiers.unique(strip_markup(name) for name in names))
