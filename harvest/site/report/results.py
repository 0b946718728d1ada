"""What a report found: its findings grouped by sentence, how its own direction came about, and what it says of harms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from markupsafe import Markup

from harvest.site import web
from harvest.site.highlight import Span, marked
from harvest.site.quotes import is_digest, is_withheld
from harvest.site.report.concepts import Concept, Concepts
from harvest.site.report.facts import hours
from harvest.site.report.tags import PREFIXES, Tag, Words, words_at

DIRECTIONS: Final = ("benefit", "no-difference", "harm", "mixed", "none-observed", "not-applicable")

FINDINGS: Final = (
    "select * from findings where report_id = :report order by field = 'abstract', start, \"end\", cue_start, id"
)
_AGAINST: Final = {
    "between-groups": "another group", "within-group": "the same people before", "stated": "no comparison",
}  # fmt: skip
_DECIDED: Final = {
    "benefit": "At least two thirds of the findings that count speak of a benefit.",
    "no-difference": "At least two thirds of the findings that count speak of no difference.",
    "harm": "At least two thirds of the findings that count speak of a change for the worse.",
    "mixed": "No direction reaches two thirds of the findings that count, or they are mixed themselves.",
    "not-stated": "It reads as a report of a treatment, but no sentence states a result on a wanted outcome.",
    "not-applicable": "A plan, animals or cells, or people who were not treated with ketamine: there is no direction to state.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One outcome's result; ``statistics`` as stated, each in words."""

    outcome: Concept
    direction: str
    change: str
    against: str
    timepoint: str
    statistics: tuple[str, ...]
    hedged: bool
    cue: str
    rows: str
    """Address of the findings of all reports on that outcome in that direction."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its findings; ``shown`` has their deciding words marked, None where the text is withheld."""

    shown: Markup | None
    words: Words
    findings: tuple[Finding, ...]

    @property
    def place(self) -> str:
        return f"#{PREFIXES[self.words.field]}s{self.words.start}"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The report's own direction, why, and how many findings go which way, on unwanted effects and on all else."""

    direction: str | None
    reason: str
    effects: tuple[tuple[str, int], ...]
    harms: tuple[tuple[str, int], ...]
    disagree: bool
    """Findings on outcomes other than harms go different ways."""


@dataclass(frozen=True, slots=True)
class Harms:
    """Harms by what the report says of them: (what, explanation, concepts); empty groups are left out."""

    groups: tuple[tuple[str, str, tuple[Concept, ...]], ...]
    told: int
    """Harms with a finding."""


def sentences(report: Mapping[str, Any], found: Iterable[Mapping[str, Any]], concepts: Concepts) -> list[Sentence]:
    """The findings in the order of the text, sentence by sentence."""
    made = []
    for (field, start, end), same in groupby(found, key=lambda row: (row["field"], row["start"], row["end"])):
        rows_of = list(same)
        text = report[field]
        cues = [Span(row["cue_start"], row["cue_end"], row["direction"], "cue") for row in rows_of]
        made.append(
            Sentence(
                marked(text, cues, start, end) if text else None,
                words_at(report, field, start, end),
                tuple(_finding(row, text, concepts) for row in rows_of),
            )
        )
    return made


def _finding(row: Mapping[str, Any], text: str | None, concepts: Concepts) -> Finding:
    outcome = concepts.get("outcome", row["outcome_id"])
    against = concepts.label(row["comparator_id"]) or _AGAINST.get(row["basis"], row["basis"])
    return Finding(
        outcome, row["direction"], row["change"].replace("-", " "), against, _when(row), tuple(_statistics(row)),
        bool(row["hedged"]), text[row["cue_start"] : row["cue_end"]] if text else "",
        web.address("/ketamine/findings_by", {"outcome": outcome.id, "direction": row["direction"]}),
    )  # fmt: skip


def _when(row: Mapping[str, Any]) -> str:
    """The time point as stated; what it comes to in brackets, where that is not the same number and unit."""
    stated, number = row["timepoint"] or "", row["hours"]
    if number is None:
        return stated
    told = hours(number)
    figure, _, unit = told.partition(" ")
    if re.search(rf"(?<!\d){re.escape(figure)}(?!\d)", stated) and unit[:1] in stated.lower():
        return stated
    return f"{stated} ({told})" if stated else told


def _statistics(row: Mapping[str, Any]) -> Iterable[str]:
    if row["effect"] is not None:
        yield f"{row['effect_kind'] or 'effect'} {row['effect']:.6g}"
    if row["ci_low"] is not None and row["ci_high"] is not None:
        yield f"interval {row['ci_low']:.6g} to {row['ci_high']:.6g}"
    if row["p"]:
        yield f"p {row['p']}"
    if row["n"] is not None:
        yield f"n = {row['n']:,}"
    if row["rate"] is not None:
        against = f" against {row['rate_comparator']:.6g} %" if row["rate_comparator"] is not None else ""
        yield f"{row['rate']:.6g} %{against}"


def spans(found: Iterable[Mapping[str, Any]], field: str) -> list[Span]:
    """Sentences of findings and their deciding words in one field, to be marked; ``several`` where directions differ."""
    inside = [row for row in found if row["field"] == field]
    directions: dict[tuple[int, int], set[str]] = {}
    for row in inside:
        directions.setdefault((row["start"], row["end"]), set()).add(row["direction"])
    marks = [
        Span(start, end, said.pop() if len(said) == 1 else "several", "sentence")
        for (start, end), said in directions.items()
    ]
    return marks + [Span(row["cue_start"], row["cue_end"], row["direction"], "cue") for row in inside]


def conclusion(report: Mapping[str, Any], found: Iterable[Mapping[str, Any]], concepts: Concepts) -> Conclusion:
    """How the report's direction came about. The rule: ``harvest.findings.conclusion``."""
    harmful = {one.id for one in concepts.harms}
    counted = {True: Counter[str](), False: Counter[str]()}
    for row in found:
        counted[row["outcome_id"] in harmful][row["direction"]] += 1
    direction = report["direction"]
    reason = _DECIDED.get(direction, "No text is held that could state one.")
    if is_digest(report, "abstract") and direction == "not-stated":
        reason = "Our digest states no result on a wanted outcome."
    effects, unwanted = (
        tuple((one, counted[which][one]) for one in DIRECTIONS if counted[which][one]) for which in (False, True)
    )
    said = [one for one, _ in effects if one in {"benefit", "no-difference", "harm"}]
    return Conclusion(direction, reason, effects, unwanted, len(said) > 1)


def harms(
    report: Mapping[str, Any], tags: Iterable[Tag], found: Iterable[Mapping[str, Any]], concepts: Concepts
) -> Harms:
    """What the report says of each harm we look for; five silences are five different things."""
    known = {one.id: one for one in concepts.harms}
    said: dict[str, set[str]] = {}
    for row in found:
        if row["outcome_id"] in known:
            said.setdefault(row["outcome_id"], set()).add(row["direction"])
    mentioned = {tag.concept.id for tag in tags if tag.concept.dimension == "outcome"}
    groups: dict[str, list[Concept]] = {}
    for id, one in known.items():
        group = _told(said[id]) if id in said else "mentioned" if id in mentioned else _silence(report)
        groups.setdefault(group, []).append(one)
    listed = tuple((_HARMS[group][0], _HARMS[group][1], tuple(groups[group])) for group in _HARMS if group in groups)
    return Harms(listed, len(said))


def _told(directions: set[str]) -> str:
    for group in ("harm", "mixed", "no-difference", "none-observed", "benefit"):
        if group in directions:
            return group
    return "other"


def _silence(report: Mapping[str, Any]) -> str:
    if is_digest(report, "abstract"):
        return "not in our digest"
    return "no abstract" if report["abstract"] is None and not is_withheld(report) else "not mentioned"


_HARMS: Final = {
    "harm": ("Told to have occurred, or to have grown", "A sentence says so; how often is in the findings."),
    "mixed": ("Mixed", "Its sentences go both ways."),
    "no-difference": ("No difference", "A sentence compares, and finds no difference. That is not the same as no harm."),
    "none-observed": ("None observed", "A sentence says that it was looked for and not seen."),
    "benefit": ("Less of it", "A sentence says that it became less."),
    "other": ("Told without a direction", "A sentence speaks of it in people or animals who were not treated."),
    "mentioned": ("Mentioned, no result read", "The words occur, but no sentence was read as a result."),
    "not mentioned": ("Not mentioned", "The title and abstract held here do not name it. That proves nothing: the full text may."),
    "not in our digest": ("Not in our digest", "Our summary does not name it; the authors' abstract may."),
    "no abstract": ("No abstract held", "There is no text here that could say anything."),
}  # fmt: skip
