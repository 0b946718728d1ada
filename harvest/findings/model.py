"""What is read of a result."""

from __future__ import annotations

from typing import Literal, NamedTuple

from harvest.numbers.model import Statistics

Value = Literal["increased", "decreased", "no-difference"]
"""What happened to the value of the outcome."""
Basis = Literal["between-groups", "within-group"]
"""Against what: another group, or the same people before."""


Occurrence = Literal["occurred", "none-observed"]
"""Whether an unwanted effect was seen at all, where nothing is compared."""
Direction = Literal["benefit", "no-difference", "harm", "mixed", "none-observed", "not-applicable"]
"""What it means for the patient. ``none-observed``: an unwanted effect was looked for and not seen. ``not-applicable``: a value moved that is neither good nor bad by itself, or in people
(or animals) who were not treated for anything."""


class Change(NamedTuple):
    """The value of an outcome moved, did not differ, as the words at ``start`` to ``end`` of the text say."""

    value: Value
    basis: Basis
    start: int
    end: int
    rule: str
    alone: Value | None = None
    """Where all groups moved alike, so that they do not differ: what happened in each of them."""


class Finding(NamedTuple):
    """A row of the table ``findings``; offsets are of the sentence, ``cue_start`` and ``cue_end`` of the deciding words."""

    outcome_id: str
    condition_id: str | None
    drug_id: str | None
    direction: Direction
    change: Value | Literal["mixed", "effective", "not-effective"] | Occurrence
    basis: Basis | Literal["stated"]
    """``stated``: told without comparison."""
    hedged: bool
    """The sentence says may, might, suggests ..."""
    comparator_id: str | None
    timepoint: str | None
    hours: float | None
    statistics: Statistics
    field: str
    start: int
    end: int
    cue_start: int
    cue_end: int
    rule: str
