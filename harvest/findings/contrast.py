"""Who is compared with whom: whether a change told of a sentence's subject is told of the intervention."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from harvest.findings import lexicon
from harvest.findings.words import Line

Side = Literal["intervention", "comparator"]
Told = Literal["intervention", "comparator", "both", "unknown"]
Part = Literal["subject", "reference", "excluded"]

_REACH: Final = 12
_CLOSE: Final = 3
_BOTH: Final = {"intervention", "comparator"}
_LINKS: Final = frozenset("&,:/()")


class Mention(NamedTuple):
    """A group named at tokens ``first`` to ``last`` (exclusive).

    part
        ``reference`` when something is compared *with* it, ``excluded`` in "but not with placebo".
    """

    first: int
    last: int
    side: Side
    part: Part = "subject"


def mentions(
    line: Line,
    outcome: tuple[int, int],
    intervention: Sequence[tuple[int, int]],
    comparator: Sequence[tuple[int, int]],
) -> list[Mention]:
    """The groups named in the line, by place; the arguments but ``outcome`` (tokens) are code points of the text."""
    first, end = line.tokens[0].start, line.tokens[-1].end
    found: list[Mention] = []
    sides: tuple[tuple[Side, Sequence[tuple[int, int]]], ...] = (
        ("intervention", intervention),
        ("comparator", comparator),
    )
    for side, spans in sides:
        for span in spans:
            if first <= span[0] < end:
                begin = line.at(span[0])
                mention = Mention(begin, max(line.at(span[1] - 1), begin) + 1, side)
                if mention.last <= outcome[0] or mention.first >= outcome[1]:
                    found.append(mention)
    return _with_parts(line, _merged(line, sorted(found)))


def _merged(line: Line, found: list[Mention]) -> list[Mention]:
    """One mention for words of one side that stand together ("low dose ketamine group")."""
    kept: list[Mention] = []
    for mention in found:
        if kept and kept[-1].side == mention.side and mention.first - kept[-1].last <= 1:
            kept[-1] = kept[-1]._replace(last=max(kept[-1].last, mention.last))
        elif kept and kept[-1].side != mention.side and _within(line, kept[-1], mention):
            kept[-1] = mention
        else:
            kept.append(mention)
    return kept


def _within(line: Line, one: Mention, other: Mention) -> bool:
    """ "The parents in the control group" are the control group."""
    between = [token.word for token in line.tokens[one.last : other.first]]
    return 0 < len(between) <= _CLOSE and between[0] in {"in", "of", "from"} and set(between[1:]) <= {"the", "a"}


def _with_parts(line: Line, found: list[Mention]) -> list[Mention]:
    parted: list[Mention] = []
    for index, mention in enumerate(found):
        floor = found[index - 1].last if index else 0
        linked = (
            parted
            and parted[-1].part == "reference"
            and parted[-1].side == mention.side
            and set(line.shape[parted[-1].last : mention.first]) <= set("&,wi:/")
            and mention.first - parted[-1].last <= _CLOSE
        )
        part: Part = "reference" if linked else _part(line, floor, mention.first)
        parted.append(mention._replace(part=part))
    return parted


def _part(line: Line, floor: int, first: int) -> Part:
    """Looks back from a group to the marker that makes it what is compared with."""
    baseline = lexicon.load().lists["baseline"]
    level = line.depth[first]
    distance = 0
    for index in range(first - 1, max(floor, 0) - 1, -1):
        token = line.tokens[index]
        if line.depth[index] > level:
            continue
        distance += 1
        if token.sense == "c" or (token.sense == "t" and line.shape[index + 1] != "#"):
            return "reference"
        if (
            token.word in baseline
            or token.sense in ";|"
            or (token.sense == "," and line.depth[index] == level)
            or distance > _REACH
        ):
            break
        before = line.shape[index - 1] if index else ""
        if distance <= _CLOSE:
            if token.sense == "N" and before in "|,(":
                return "excluded"
            if (
                (token.word == "to" and before in "GB")
                or (token.word == "from" and before == "X")
                or token.word == "over"
            ):
                return "reference"
    return "subject"


def subject(line: Line, move: tuple[int, int], segment: tuple[int, int], groups: Sequence[Mention]) -> Told:
    """Of which group the change at tokens ``move`` is told, looking within the tokens of ``segment``."""
    near = [group for group in groups if segment[0] <= group.first < segment[1]]
    outside = [group for group in near if line.depth[group.first] <= line.depth[move[0]]]
    near = outside or near
    subjects = [group for group in near if group.part == "subject"]
    references = [group for group in near if group.part == "reference"]
    references += [group for group in near if group.part == "excluded" and group.side == "comparator"]
    if references:
        return _against(move, subjects, references)
    if not subjects:
        return "unknown"
    if len({group.side for group in subjects}) == 2 and _joined(line, subjects):
        return "both"
    return min(subjects, key=lambda group: _distance(line, move, group)).side


def _against(move: tuple[int, int], subjects: Sequence[Mention], references: Sequence[Mention]) -> Told:
    behind = next((group for group in subjects if group.first >= move[1]), None)
    if behind and all(group.last <= move[0] for group in references) and {group.side for group in subjects} == _BOTH:
        return behind.side  # "in a trial of A versus B, a greater fall was seen with B"
    reference = next((group for group in references if group.first >= move[0]), references[-1])
    # The same name on both sides ("A plus B than B"): nothing tells who is who.
    if subjects and all(group.side == reference.side for group in subjects):
        return "unknown"
    return "comparator" if reference.side == "intervention" else "intervention"


def _joined(line: Line, subjects: Sequence[Mention]) -> bool:
    """ "In the ketamine and placebo groups"."""
    return all(
        one.side == other.side or (other.first - one.last <= _CLOSE + 1 and "&" in line.shape[one.last : other.first])
        for one, other in pairwise(subjects)
    )


def _distance(line: Line, move: tuple[int, int], group: Mention) -> float:
    behind = group.last > move[0]
    between = line.shape[move[1] : group.first] if behind else line.shape[group.last : move[0]]
    crossing = sum(6 for letter in between if letter in "|;") + sum(1.5 for letter in between if letter in ",&")
    introduced = "i" in line.shape[max(0, group.first - 3) : group.first]
    return 0.2 * len(between) + crossing - (1.0 if introduced and behind else 0.0)
