"""Relations between reports as the sources state them, each in both directions where both reports are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harvest.link.tables import INFERRED, INVERSE, ReportLink
from harvest.link.titles import titled_notices, titled_preprints
from harvest.report import Report


def relations(reports: Sequence[Report]) -> list[ReportLink]:
    """Stated and inferred relations, each also in the other direction where both reports are held."""
    stated = list(_stated(reports))
    inferred = [*titled_notices(reports, stated), *titled_preprints(reports, stated)]
    found: dict[tuple[str, ...], ReportLink] = {}
    for one in (*stated, *filter(None, map(_inverse, stated)), *inferred, *filter(None, map(_inverse, inferred))):
        named = (one.target_id,) if one.target_id else (one.scheme, one.value) if one.value else (one.note, "", "")
        found.setdefault((one.report_id, one.kind, one.source, *named), one)
    ranked = sorted(
        found.values(), key=lambda one: (one.report_id, one.kind, one.target_id, one.value, one.note, one.source)
    )
    return [replace(one, id=number) for number, one in enumerate(ranked, start=1)]


def _inverse(one: ReportLink) -> ReportLink | None:
    kind = INVERSE.get(one.kind)
    if kind is None or not one.target_id:
        return None
    note = one.note if one.note.startswith(INFERRED) else ""
    return ReportLink(0, one.target_id, kind, one.report_id, "", "", note, one.source)


def _stated(reports: Sequence[Report]) -> Iterator[ReportLink]:
    """What the sources state. A statement about itself is dropped: it marks the report, it relates it to nothing."""
    held = _held(reports)
    for report in reports:
        for stated in report.links:
            one = stated.link
            target = held.get((one.scheme, one.value), "") or held.get(("record", one.note.partition(";")[0]), "")
            if target != report.id:
                yield ReportLink(0, report.id, one.kind, target, one.scheme, one.value, one.note, stated.source)


def _held(reports: Iterable[Report]) -> dict[tuple[str, str], str]:
    """Identifier -> report; Europe PMC names preprints by its own ids (``PPR:PPR1``), so these count too."""
    held: dict[tuple[str, str], str] = {}
    for report in reports:
        for record in report.records:
            for scheme, value in record.identifiers():
                held.setdefault(("nct" if scheme == "registration" else scheme, value), report.id)
            if record.source == "europepmc":
                held.setdefault(("record", record.source_id), report.id)
        if report.id == f"pmid-{report.pmid}":  # outweighs another report to which a source gave this PMID
            held["pmid", report.pmid] = report.id
    return held
