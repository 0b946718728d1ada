"""Claims and questions for programs: rows of the list, and everything about one of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, Final

from harvest.site import web
from harvest.site.claims import question as asked
from harvest.site.claims.listing import Claim
from harvest.site.claims.studies import rows_address
from harvest.site.web import Row

_REPORTS: Final = """
    select report_id, rung, stance, question_reports.participants, agreeing, disagreeing, unclear, rate, title, year, pmid, doi
    from question_reports join reports on reports.id = report_id
    where question_id = :id and stance <> 'silent' order by rung, stance, sort_key desc"""
_KEPT: Final = (
    "id", "asks", "kind", "test", "rung", "expects", "verdict", "why", "supports", "contradicts", "mixed", "silent",
    "participants", "reviews_for", "reviews_against", "threshold", "because", "scope_of", "scope_verdict", "scope_why",
    "stances_sql", "verdict_sql", "scope_sql",
)  # fmt: skip
_FACT: Final = ("id", "date", "kind", "says", "source", "pmid", "doi", "url")


def row(claim: Claim) -> Row:
    """One claim as a flat row; lists stay lists."""
    kept = claim.row
    return {
        "id": claim.id, "says": kept["says"], "page": kept["page"], "page_name": kept["page_name"],
        "kinds": list(claim.kinds), "conditions": list(claim.conditions), "questions": list(claim.questions),
        "denies": bool(kept["denies"]), "number": kept["number"], "certainty": kept["certainty"] or "",
        "verdict": claim.verdict, "why": kept["why"],
        **{f"{name}_{what}": kept[f"{name}_{what}"] or "" for name in ("number", "certainty", "scope") for what in ("verdict", "why")},
        **{stance: kept[stance] for stance in ("supports", "contradicts", "mixed", "silent")},
        "address": web.address(f"/claims/{claim.id}"),
    }  # fmt: skip


def as_csv(claims: Iterable[Claim]) -> str:
    """The rows with a heading, lists with semicolons between."""
    rows = [row(claim) for claim in claims]
    text = io.StringIO()
    if rows:
        table = csv.DictWriter(text, list(rows[0]))
        table.writeheader()
        table.writerows(
            {key: "; ".join(value) if isinstance(value, list) else value for key, value in one.items()} for one in rows
        )
    return text.getvalue()


async def claim(datasette: Any, one: Claim) -> Row:
    """Everything about one claim: its parts, its questions with their reports, and what contradicts it."""
    questions = [found for id in one.questions if (found := await question(datasette, id)) is not None]
    return {
        **row(one),
        "states": _object(one.row["states"]),
        "verdict_sql": one.row["verdict_sql"],
        "number_sql": one.row["number_sql"],
        "parts": asked.parts(one),
        "questions": questions,
        "contradictions": [
            {"says": other["says"], "resolved": other["resolved"],
             "sides": [{"says": side["says"], "claims": [its.id for its in side["claims"]]} for side in other["sides"]]}
            for other in await asked.opposed(datasette, one)
        ],
    }  # fmt: skip


async def question(datasette: Any, id: str) -> Row | None:
    """Everything about one question, with every report that takes a side; None where there is none.

    The silent ones, often thousands, are counted and have an address.
    """
    found = await asked.question(datasette, id)
    if found is None:
        return None
    return {
        **{name: found[name] for name in _KEPT},
        "claims": [one.id for one in found["claims"]],
        "ladder": [{name: step[name] for name in ("rung", "name", "decides", "supports", "contradicts", "mixed", "silent", "people")}
                   for step in found["ladder"]],
        "facts": [{name: fact[name] for name in _FACT} for fact in found["facts"]],
        "searches": [{"looks_for": one.label, "address": one.href, "found": one.number, "unit": one.unit}
                     for one in found["searches"]],
        "would_change": [{"side": one.side, "studies": one.studies, "people_each": one.people, "verdict": one.verdict}
                         for one in found["would_change"]],
        "silent_reports": rows_address(id, stance="silent").replace("?", ".json?"),
        "reports": await web.rows(datasette, _REPORTS, {"id": id}),
        "address": web.address(f"/questions/{id}"),
    }  # fmt: skip


def _object(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
