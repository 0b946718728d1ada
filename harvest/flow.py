"""The PRISMA 2020 flow as numbers: what was identified, what left on the way and why, what remains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Intake:
    """What came in, per source: payloads held, of which withdrawn by their source and unreadable ones."""

    identified: Mapping[str, int]
    withdrawn: Mapping[str, int]
    unreadable: Mapping[str, int]


def flow_rows(
    intake: Intake, records: Counter[str], reports: Iterable[Mapping[str, Any]], studies: int
) -> Iterator[dict[str, Any]]:
    """Rows of the table ``flow``. ``harvest check`` proves that they add up and agree with the tables."""
    reports = list(reports)
    steps: list[tuple[str, str, str | None, int, str]] = []
    for source in sorted(intake.identified):
        steps.append(("identified", "Payloads identified", source, intake.identified[source], ""))
        if withdrawn := intake.withdrawn.get(source, 0):
            steps.append(("withdrawn", "No longer served by their source", source, withdrawn, ""))
        if unreadable := intake.unreadable.get(source, 0):
            steps.append(("unreadable", "Could not be read", source, unreadable, "see the table rejected"))
        steps.append(("records", "Records", source, records[source], ""))
    steps.append(("duplicates", "Records joined with another record of the same report", None,
                  sum(records.values()) - len(reports), "see match_rule in the table records"))  # fmt: skip
    steps.append(("reports", "Reports", None, len(reports), ""))
    scopes = Counter(_scope(report) for report in reports)
    steps += [(stage, label, None, scopes[stage], "") for stage, label in _SCOPES.items()]
    steps.append(("studies", "Studies (investigations with a registration or linked reports)", None, studies, ""))
    for position, step in enumerate(steps, start=1):
        yield dict(zip(("position", "stage", "label", "source", "number", "detail"), (position, *step), strict=True))


# Every report falls into exactly one of these.
_SCOPES = {
    "studied": "Reports that study ketamine, esketamine or arketamine",
    "mentioned": "Reports that only mention the drug",
    "unnamed": "Reports whose title, abstract and index terms do not name the drug",
}


def _scope(report: Mapping[str, Any]) -> str:
    if report["drugs"] != "[]":
        return "studied"
    return "mentioned" if report["names_drug"] else "unnamed"
