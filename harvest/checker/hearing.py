"""Which rules a sentence meets, and by which of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from harvest.checker.marks import Mark, denied, features_of, small_risk
from harvest.checker.rules import Rule, Term, Want

_NEAR: Final = 6
"""Words that may stand between two features that are near."""
_HABIT: Final = re.compile(r"addict|depend|abus|misus|hooked|habit", re.IGNORECASE)
"""Of these a small risk is as good as none; of nausea it is not."""
_SHORT: Final = 90
"""Characters up to which an item is no sentence of its own and takes over all that leads it in."""


@dataclass
class Heard:
    """A sentence with its marks and those of what leads it in, ready to be asked.

    lent
        Whether it takes over the features of what leads it in (an item of a list, a fragment).
    answers
        It answers a question, whose marks are among its own: with yes or with no.
    deaf
        It is heard as if it denied nothing.
    bits
        The features of its own marks; ``all_bits`` those of what leads it in as well.
    """

    text: str
    start: int
    end: int
    marks: Sequence[Mark]
    leads: Sequence[Mark]
    lent: bool
    answers: bool | None = None
    deaf: bool = False
    bits: int = field(init=False)
    all_bits: int = field(init=False)
    _denied: dict[tuple[int, int], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bits = features_of(self.marks)
        self.all_bits = self.bits | features_of(self.leads)

    def meets(self, rule: Rule) -> tuple[Mark, ...] | None:
        """The marks by which the sentence meets the rule; None when it does not."""
        for need in rule.needs:
            if not need & self.all_bits:
                return None
        words: list[Mark] = []
        for term in rule.terms:
            found = self._term(term)
            if term.absent:
                if found is not None:
                    return None
            elif found is None:
                return None
            else:
                words += found
        return tuple(words)

    def first(self, rules: Iterable[Rule]) -> tuple[Mark, ...] | None:
        """The marks of the first rule that is met."""
        for rule in rules:
            if (found := self.meets(rule)) is not None:
                return found
        return None

    def _term(self, term: Term) -> list[Mark] | None:
        if len(term.near) == 1:
            one = next((mark for want in term.near[0] for mark in self._all(want)), None)
            return None if one is None else [one]
        return self._near(term)

    def _near(self, term: Term) -> list[Mark] | None:
        """One mark of each part, each close to the one before it in the term."""
        chains: list[list[Mark]] = [[mark] for want in term.near[0] for mark in self._all(want)]
        for part in term.near[1:]:
            nexts = [mark for want in part for mark in self._all(want)]
            chains = [[*chain, mark] for chain in chains[:40] for mark in nexts[:40] if self._close(chain[-1], mark)]
        return chains[0] if chains else None

    def _close(self, one: Mark, other: Mark) -> bool:
        if one.start > other.start:
            one, other = other, one
        if one.end > other.start:
            return True
        return other.start - one.end <= 80 and self.text.count(" ", one.end, other.start) <= _NEAR + 1

    def _all(self, want: Want) -> list[Mark]:
        found: list[Mark] = []
        if want.scope != "lead" and want.bits & self.bits:
            found += [mark for mark in self.marks if mark.bits & want.bits and self._stands(mark, want)]
        if want.scope == "lead" or (self.lent and not want.scope):
            found += [mark for mark in self.leads if mark.bits & want.bits and want.stand != "denied"]
        return found

    def _stands(self, mark: Mark, want: Want) -> bool:
        return want.stand == "any" or self.denies(mark) == (want.stand == "denied")

    def denies(self, mark: Mark) -> bool:
        """Whether the mark of the sentence stands denied in it."""
        key = mark[:2]
        if self.deaf:
            return False
        if mark.start < self.start and self.answers is not None:
            return not self.answers
        if key not in self._denied:
            self._denied[key] = denied(self.text, self.start, mark.start) or (
                _HABIT.search(self.text, *key) is not None and small_risk(self.text, self.start, mark, self.end)
            )
        return self._denied[key]


def lent(kind: str, start: int, end: int, *, labelled: bool) -> bool:
    """Whether a piece takes over the features of what leads it in."""
    return labelled or (kind == "item" and end - start <= _SHORT)
