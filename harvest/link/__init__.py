"""Relations between reports: which reports belong to one study, and which report corrects or retracts which.

Nothing is joined here; reports stay what they are. Every relation carries the rule that found it.
"""

from __future__ import annotations

from collections.abc import Sequence

from harvest.link.relations import relations
from harvest.link.studies import memberships, studies
from harvest.link.tables import Links, ReportLink, Study, StudyReport
from harvest.report import Report

__all__ = ["Links", "ReportLink", "Study", "StudyReport", "link"]


def link(reports: Sequence[Report]) -> Links:
    """All studies and relations among the reports, in an order that depends on the reports' ids only."""
    ordered = sorted(reports, key=lambda report: report.id)
    related = relations(ordered)
    members = memberships(ordered, related)
    return Links(tuple(studies(ordered, members)), tuple(members), tuple(related))
