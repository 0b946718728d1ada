"""Which reports a sentence cites where there are too many to cite them all, and the marks that stand in it.

The rule, also told to readers: every stance that counts is cited; further places go to the stances in proportion to
their reports (Webster's method, as for seats in a parliament); of each stance the reports with the most participants
come first, of equal ones the newest. So no side can be picked, and none is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 8
"""Reports cited for a question."""
MOST_OF_SEVERAL: Final = 3
"""Reports cited for each question of a claim that asks several: room for one of each stance."""
RULE: Final = (
    "Every side is cited, in proportion to its number of reports; of each side those with the most participants first, "
    "of equal ones the newest."
)


@dataclass(frozen=True)
class Bearing:
    """A report with its stance on a question; ``newness`` sorts, newest last."""

    report: str
    stance: str
    participants: int | None
    newness: str


def choose(reports: Iterable[Bearing], stances: Sequence[str], most: int = MOST) -> dict[str, list[str]]:
    """Stance, in the order of ``stances`` -> ids of the reports to cite; stances without reports are left out."""
    ranked: dict[str, list[str]] = {}
    for one in sorted(reports, key=lambda each: (each.participants or 0, each.newness, each.report), reverse=True):
        if one.stance in stances:
            ranked.setdefault(one.stance, []).append(one.report)
    given = places({stance: len(ids) for stance, ids in ranked.items()}, most)
    return {stance: ranked[stance][: given[stance]] for stance in stances if stance in ranked}


def places(sizes: Mapping[str, int], most: int) -> dict[str, int]:
    """How many of each to cite: one of each, and the rest in proportion; all where they are no more than ``most``.

    >>> places({"supports": 35, "contradicts": 13, "mixed": 5}, 8)
    {'supports': 5, 'contradicts': 2, 'mixed': 1}
    """
    given = {stance: 1 for stance, size in sizes.items() if size}
    while sum(given.values()) < min(most, sum(sizes.values())):
        open_ones = [stance for stance in given if given[stance] < sizes[stance]]
        given[max(open_ones, key=lambda stance: sizes[stance] / (2 * given[stance] + 1))] += 1
    return given


def numbered(numbers: Iterable[int], *, all_of_them: bool) -> str:
    """Numbers as a mark; runs of three or more are drawn together.

    >>> numbered([1, 2, 3, 5], all_of_them=True), numbered([6, 7], all_of_them=False)
    ('[1–3, 5]', '[e.g. 6, 7]')
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
    return f"[{'' if all_of_them else 'e.g. '}{told}]" if told else ""


def named(names: Iterable[str], *, all_of_them: bool) -> str:
    """Authors and years as a mark.

    >>> named(["Smith, 2020", "Doe et al., 2019"], all_of_them=False)
    '(e.g. Smith, 2020; Doe et al., 2019)'
    """
    told = "; ".join(dict.fromkeys(names))
    return f"({'' if all_of_them else 'e.g. '}{told})" if told else ""
