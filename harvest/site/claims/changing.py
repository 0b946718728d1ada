"""What would change a verdict: the rule is tried with more and more studies on one side, until it says something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Final

from harvest.site.claims import words
from harvest.site.words import counted

Rule = Callable[[int, int, int, int], str]
"""(for, against, both ways, participants of all of them) -> the verdict."""
MOST: Final = 60
"""Studies tried; a verdict that more of them would not change counts as firm."""
USUAL: Final = 50
"""Participants of an imagined study where none of the counted ones says how many it had."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Studies of a question on the deciding rung, by stance, and the participants of all that take a stance."""

    supports: int
    contradicts: int
    mixed: int
    participants: int


@dataclass(frozen=True, slots=True)
class Change:
    """So many more studies of that ``side`` (supports, contradicts), of so many ``people`` each, would make it
    ``verdict``; ``studies`` is 0 where `MOST` would not, ``held`` where that is for the reviews alone."""

    side: str
    studies: int
    people: int
    verdict: str
    held: bool = False


def usual_size(sizes: Iterable[int | None]) -> int:
    """Participants of the study in the middle, by size; `USUAL` where none is stated.

    >>> usual_size([10, None, 30, 400]), usual_size([None])
    (30, 50)
    """
    stated = sorted(size for size in sizes if size)
    return median_low(stated) if stated else USUAL


def changes(
    counts: Counts, verdict: str, rule: Rule, people: int = USUAL, freed: Rule | None = None
) -> tuple[Change, ...]:
    """The nearest change on either side. Nothing where the rule does not give the verdict that stands: then it was reached
    by other means, and trying it would mislead. ``freed``: the rule if there were no reviews.

    >>> [(c.side, c.studies, c.verdict) for c in changes(Counts(2, 0, 0, 50), "few", lambda s, c, m, p: "few" if s + c < 3 else "many")]
    [('supports', 1, 'many'), ('contradicts', 1, 'many')]
    """
    if rule(*_with(counts, "supports", 0, people)) != verdict:
        return ()
    found = (_nearest(counts, verdict, rule, side, people) for side in ("supports", "contradicts"))
    return tuple(
        replace(
            one, held=not one.studies and freed is not None and freed(*_with(counts, one.side, MOST, people)) != verdict
        )
        for one in found
    )


def _with(counts: Counts, side: str, number: int, people: int) -> tuple[int, int, int, int]:
    """What the rule is given when there are so many more studies on that side."""
    return (
        counts.supports + number * (side == "supports"), counts.contradicts + number * (side == "contradicts"),
        counts.mixed, counts.participants + number * people,
    )  # fmt: skip


def _nearest(counts: Counts, verdict: str, rule: Rule, side: str, people: int) -> Change:
    for number in range(1, MOST + 1):
        then = rule(*_with(counts, side, number, people))
        if then != verdict:
            return Change(side, number, people, then)
    return Change(side, 0, people, verdict)


_SPEAKS: Final = {"supports": "for it", "contradicts": "against it"}
_REACHES: Final = {"supports": "whose figures reach it", "contradicts": "whose figures fall short of it"}
_DOES: Final = {"gap": ("that answers it", "that answer it"), "studied": ("of it", "of it")}
"""What a study of a question of that test does, one and several; of other tests it is for or against."""


def told(change: Change, test: str, noun: tuple[str, str]) -> str:
    """A change as a sentence. ``noun``: what a study of the question is called, one and several.

    >>> told(Change("contradicts", 2, 40, "mixed"), "findings", ("randomised trial", "randomised trials"))
    '2 more randomised trials against it, of 40 people each, would make it “mixed”.'
    >>> told(Change("supports", 0, 40, "supported"), "findings", ("randomised trial", "randomised trials"))
    'Not even 60 more randomised trials for it would change it.'
    """
    side = (_REACHES if test == "rates" else _SPEAKS)[change.side]
    one, many = _DOES.get(test, (side, side))
    if not change.studies:
        why = ", as long as the reviews here lean the other way" if change.held else ""
        return f"Not even {MOST} more {noun[1]} {many} would change it{why}."
    if change.studies == 1:
        size = f", of {counted(change.people, 'person', 'people')}," if test not in _DOES else ""
        return f"One more {noun[0]} {one}{size} would make it “{words.label(change.verdict).lower()}”."
    size = f", of {counted(change.people, 'person', 'people')} each," if test not in _DOES else ""
    return f"{change.studies} more {noun[1]} {many}{size} would make it “{words.label(change.verdict).lower()}”."
