"""The page of a study: what was registered, what is known of its results, and all its reports in order of time."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any, Final

from harvest.site import web
from harvest.site.concept.tallies import FINDINGS
from harvest.site.concept.trials import in_words, registry
from harvest.site.web import Row

_FINISHED: Final = {"COMPLETED": "Completed", "TERMINATED": "Stopped early", "SUSPENDED": "Suspended"}
_RULES: Final = {
    "registration": "states the study's number",
    "registry-result": "named by the registry as a report of its results",
    "registry-derived": "named by the registry as derived from the study",
    "stated-preprint": "preprint or later version of a report of the study",
    "preprint-title": "inferred: a preprint of the same title",
}


async def more(datasette: Any, key: str) -> Row:
    """What the page of one study shows."""
    found: Row = await web.kept(datasette, f"study {key}", partial(_work, datasette, key))
    return found


async def _work(datasette: Any, key: str) -> Row:
    study = await web.first(datasette, "select * from studies where id = :id", {"id": key}) or {}
    reports = await _reports(datasette, key)
    lists = {name: _listed(study.get(name)) for name in ("conditions", "interventions", "primary_outcomes")}
    return {
        "study": {**study, **lists, "status": in_words(study.get("status")), "phase": in_words(study.get("phase"))},
        "facts": _facts(study),
        "registry_href": registry(study),
        "results": _results(study, reports),
        "reports": await _with_findings(datasette, key, reports),
        "also": await _other_numbers(datasette, study),
        "outcomes": await _outcomes(datasette, key, [row["id"] for row in reports if row["kind"] != "registry-entry"]),
    }


def _facts(study: Row) -> list[tuple[str, str]]:
    """(name, value) of everything registered that is held here, codes in words."""
    people = study.get("enrolment")
    kind = {"ACTUAL": "took part", "ESTIMATED": "planned"}.get(study.get("enrolment_type") or "", "planned or actual")
    found = {
        "Status": in_words(study.get("status")),
        "Phase": in_words(study.get("phase")),
        "Type": in_words(study.get("study_type")),
        "Allocation": in_words(study.get("allocation")),
        "Masking": in_words(study.get("masking")),
        "People": f"{people:,} ({kind})" if people is not None else "",
        "Started": study.get("start_date") or "",
        "Completed, or to be": study.get("completion_date") or "",
        "Sponsor": study.get("sponsor") or "",
    }
    return [(name, value) for name, value in found.items() if value]


def _results(study: Row, reports: list[Row]) -> Row:
    """What is known here of results: state (posted, published, none), and when the study ended."""
    ended = _FINISHED.get(study.get("status") or "", "")
    published = [row for row in reports if row["kind"] not in {"registry-entry", "notice"}]
    return {
        "posted": study.get("results_posted"),
        "published": len(published),
        "none": not published and study.get("results_posted") != 1,
        "ended": ended,
        "date": study.get("completion_date") or "",
        "known": bool(study.get("status")),
    }


async def _reports(datasette: Any, key: str) -> list[Row]:
    """All reports of the study, the registry entry first, those without a date last."""
    found = await web.rows(datasette, """
        select reports.id, title, date, year, kind, journal, design, designs.label as design_label, sample_size, direction,
               retracted, concern, registrations, rule, certain
        from study_reports join reports on reports.id = report_id left join designs on designs.id = reports.design
        where study_id = :id order by reports.kind <> 'registry-entry', date is null, sort_key""", {"id": key})  # fmt: skip
    return [row | {"rule": _RULES.get(row["rule"], row["rule"])} for row in found]


async def _with_findings(datasette: Any, key: str, reports: list[Row]) -> list[Row]:
    """Each report with its findings by direction."""
    found = await web.rows(datasette, """
        select report_id, direction, count(*) as number from findings
        where report_id in (select report_id from study_reports where study_id = :id)
        group by report_id, direction""", {"id": key})  # fmt: skip
    counted = Counter({(row["report_id"], row["direction"]): row["number"] for row in found})
    return [
        row | {"findings": [
            {"direction": one, "number": counted[row["id"], one],
             "href": web.address(f"/{web.DATABASE}/findings_for", {"report": row["id"], "direction": one})}
            for one in FINDINGS if counted[row["id"], one]]}
        for row in reports
    ]  # fmt: skip


async def _other_numbers(datasette: Any, study: Row) -> list[str]:
    """Registration numbers that its reports state or carry, but its own."""
    found = await web.rows(datasette, """
        select distinct value from identifiers where scheme = 'registration'
          and report_id in (select report_id from study_reports where study_id = :id)""", {"id": study.get("id")})  # fmt: skip
    stated = await web.rows(datasette, """
        select registrations from reports where registrations is not null
          and id in (select report_id from study_reports where study_id = :id)""", {"id": study.get("id")})  # fmt: skip
    numbers = {row["value"] for row in found}
    for row in stated:
        numbers |= {part.strip() for part in row["registrations"].split(";") if part.strip()}
    return sorted(numbers - {study.get("registration")})


async def _outcomes(datasette: Any, key: str, told: list[str]) -> list[Row]:
    """The outcomes that its reports, the registry entry apart, study: label, findings and where these stand."""
    found = await web.rows(datasette, """
        with told as materialized (select report_id from study_reports join reports on reports.id = report_id
                                   where study_id = :id and reports.kind <> 'registry-entry')
        select outcomes.id, outcomes.label, outcomes.kind, count(*) as reports,
               (select count(*) from findings where outcome_id = outcomes.id and report_id in told) as findings
        from report_outcomes join outcomes on outcomes.id = outcome_id
        where role = 'studied' and report_id in told
        group by outcomes.id order by findings desc, reports desc, outcomes.label""", {"id": key})  # fmt: skip
    where = {"report_id__in": ",".join(told)}
    return [
        row | {"findings_href": web.address(f"/{web.DATABASE}/findings", {"outcome_id": row["id"], **where})}
        for row in found
    ]


def _listed(text: str | None) -> list[str]:
    """The strings of a JSON array; anything else is shown as it stands."""
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return [text or ""]
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]


ROWS = {"studies": more}
