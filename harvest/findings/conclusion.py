"""What a report concludes about ketamine as a treatment: its ``direction``, by a written rule.

1. Plans, animals and cells, and reports on people who were not treated with ketamine: ``not-applicable``.
2. Of the findings on wanted outcomes, those of the conclusion (or, if it has none, of the title; else of the results)
   count. Where groups were compared, changes within a group do not count. The direction of at least two thirds of
   them is the report's; without such a majority it is ``mixed``.
3. A treatment report without such a finding: ``not-stated``.

The rows of ``findings`` keep every result, so a report whose results disagree shows it there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from harvest.findings.model import Finding
from harvest.findings.results import SILENT
from harvest.findings.treated import treats
from harvest.tagging.tags import Reading

Conclusion = Literal["benefit", "no-difference", "harm", "mixed", "not-stated", "not-applicable"]
MAJORITY: Final = 2 / 3
_SAID: Final = frozenset({"benefit", "no-difference", "harm", "mixed"})


def direction(reading: Reading, findings: Sequence[Finding], wanted: frozenset[str]) -> Conclusion:
    """``wanted``: the outcomes that tell whether it works."""
    if reading.tags.design in SILENT or not treats(reading):
        return "not-applicable"
    telling = [one for one in findings if one.outcome_id in wanted and one.direction in _SAID]
    if not telling:
        return "not-stated"
    for part in _parts(reading, telling):
        part = [one for one in part if one.basis == "between-groups"] or part
        if part:
            (common, count), *_ = Counter(one.direction for one in part).most_common(1)
            return common if count >= MAJORITY * len(part) else "mixed"  # type: ignore[return-value]
    return "not-stated"


def _parts(reading: Reading, findings: Sequence[Finding]) -> Iterable[list[Finding]]:
    sections = {s.start: s.section for s in reading.abstract.context.sentences}
    inside = [one for one in findings if one.field == "abstract"]
    yield [one for one in inside if sections[one.start] == "conclusion"]
    yield [one for one in findings if one.field == "title"]
    yield inside
