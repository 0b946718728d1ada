"""What is read of a result."""

from __future__ import annotations

from typing import Literal, NamedTuple

from harvest.numbers.model import Statistics

Value = Literal["increased", "decreased", "no-difference"]
"""What happened to the value of the outcome."""
Basis = Literal["between-groups", "within-group"]
"""Against what: another group, or the same people before."""


class Change(NamedTuple):
    """The value of an outcome moved, did not differ, as the words at ``start`` to ``end`` of the text say."""

    value: Value
    basis: Basis
    start: int
    end: int
    rule: str


class Finding(NamedTuple):
    """A row of the table ``findings``; offsets are of the sentence, ``cue_start`` and ``cue_end`` of the deciding words."""

    outcome_id: str
    condition_id: str | None
    drug_id: str | None
    direction: Literal["benefit", "no-difference", "harm", "mixed"]
    change: Value
    basis: Basis
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
