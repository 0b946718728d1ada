"""What a sentence says happened to the value of an outcome, under one treatment against another.

The words that may decide are found first (`harvest.findings.moves`); the one that governs the outcome is the one that
is nearest to it on the side where its form demands it, clauses and lists considered. Then significance, and who is
compared with whom (`harvest.findings.contrast`), may turn it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from harvest.findings import contrast, degree, figures, heads
from harvest.findings import polarity as polarities
from harvest.findings.contrast import Mention
from harvest.findings.heads import Head
from harvest.findings.lexicon import load
from harvest.findings.model import Basis, Change, Value
from harvest.findings.moves import Move, moves
from harvest.findings.polarity import Polarity
from harvest.findings.words import Line, read

Span = tuple[int, int]
"""Code points of a text, or tokens of a line; end exclusive."""

LONGEST: Final = 4000
"""Code points of a sentence that are read; the rest of a longer one is no sentence but a table or a fault."""
_WRONG_SIDE: Final = 3.0
_BRACKETED: Final = 3.0
_FARTHEST: Final = 9.0
_COSTS: Final = {",": 0.4, "&": 0.3, "|": 4.0, ";": 5.0, ".": 5.0, ":": 0.6, "t": 0.5, "c": 0.5}
_BEHIND: Final = re.compile(r"(?:N[wgbh]{0,2}i?[wg]{0,2}|o)S{1,2}(?![SwgUDGBFLXA])|N[Sg]{0,2}X|Z(?![UDGBwO])")
_AT_ONCE: Final = re.compile(r",?[hbw]{0,2}(?:N[wgh]{0,2}i?[wg]{0,2}S|Z)")
_TREND: Final = 10
"""Tokens from a word for a trend to what it is about."""
_BACK: Final = frozenset({"this", "these", "it", "they", "their", "difference", "differences", "which"})
_GROUPS: Final = frozenset({"groups", "arms", "treatments", "conditions", "cohorts", "interventions", "drugs"})


class _Case(NamedTuple):
    """All that is known when a move is judged."""

    line: Line
    text: str
    name: str
    outcome: Span
    """Tokens."""
    found: list[Move]
    groups: list[Mention]
    polarity: Polarity
    head: Head | None
    """The noun of change that the outcome hangs on."""


def change(
    text: str,
    start: int,
    end: int,
    *,
    outcome: Span,
    intervention: Sequence[Span] = (),
    comparator: Sequence[Span] = (),
    polarity: Polarity | None = None,
) -> Change | None:
    """What the sentence ``text[start:end]`` states; None when it states nothing about the outcome.

    outcome, intervention, comparator
        Code points of ``text`` where the outcome and the two sides of the contrast are named; without names of groups
        the statement is taken to be about the intervention.
    polarity
        Which value is the good one, for "improved" and "worse"; guessed from the outcome's words when None.
    """
    line = read(text[start : min(end, start + LONGEST)], start)
    if not line.tokens or outcome[0] >= start + LONGEST:
        return None
    first = min(line.at(outcome[0]), len(line.tokens) - 1)
    place = (first, max(first, line.at(max(outcome[0], outcome[1] - 1))) + 1)
    name = text[outcome[0] : outcome[1]]
    noun = heads.head(line, place)
    if noun and noun.kind != "change" and polarity is None:
        noun = None  # whether a response is for the better depends on what responds
    case = _Case(
        line, text[start:end], name, place, moves(line, place),
        contrast.mentions(line, place, intervention, comparator), polarity or polarities.guess(name), noun,
    )  # fmt: skip
    chosen = _governing(case)
    if noun is None:
        return _judged(case, chosen)
    joined = degree.told(line, place, noun, case.found, len({group.side for group in case.groups}))
    if joined is None and chosen is not None:
        joined = degree.under(line, noun, chosen)
        if joined is None:
            return None  # said of something else than the noun that the outcome hangs on
    return _judged(case, joined)


def _judged(case: _Case, chosen: Move | None) -> Change | None:
    if chosen is not None and chosen.sense == "X":
        chosen = _which_way(case, chosen)
    if chosen is None:
        return _by_figures(case)
    if chosen.sense == "=":
        return _answer(case, "no-difference", chosen)
    return _moved(case, chosen)


def _governing(case: _Case, *, without: str = "") -> Move | None:
    """The words that decide on the outcome."""
    best, lowest = None, _FARTHEST
    for move in case.found:
        if move.sense in without:
            continue
        cost = _cost(case, move)
        if cost < lowest:
            best, lowest = move, cost
    return best


def _cost(case: _Case, move: Move) -> float:
    line, outcome = case.line, case.outcome
    if move.last <= outcome[0]:
        gap, wrong = (move.last, outcome[0]), move.side == "before"
    else:
        gap, wrong = (outcome[1], move.first), move.side == "after"
    if degree.elsewhere(line, move, outcome) and not (case.head and move.first <= case.head.first < move.last):
        return _FARTHEST
    cost = _WRONG_SIDE if wrong else 0.0
    level = min(line.depth[move.first], line.depth[outcome[0]])
    for index in range(*gap):
        if line.depth[index] <= level:
            cost += 0.05 + _COSTS.get(line.shape[index], 0.0)
    cost += sum(1.5 for other in case.found if gap[0] <= other.first < gap[1])
    if line.depth[move.first] > line.depth[outcome[0]]:
        cost += _BRACKETED
    return cost + (1.0 if move.sense == "X" else 0.0)


def _which_way(case: _Case, differ: Move) -> Move | None:
    """They differ: "not significantly" and "with lower scores" may stand elsewhere in the clause."""
    segment = _segment(case, differ)
    inside = [move for move in case.found if segment[0] <= move.first < segment[1] and move.sense != "X"]
    same = [move for move in inside if move.sense == "=" and move.rule in {"not-significant", "same"}]
    if same:
        return same[0]
    return min((move for move in inside if move.sense != "="), key=lambda move: _cost(case, move), default=None)


def _moved(case: _Case, move: Move) -> Change | None:
    if _insignificant(case, move):
        return _answer(case, "no-difference", move, "not-significant")
    segment = _segment(case, move)
    if _left_out(case):
        return _answer(case, "no-difference", move, "left-out")
    told = contrast.subject(case.line, (move.first, move.last), segment, case.groups)
    compared = any(group.part != "subject" for group in case.groups)
    if not move.comparative and not compared and len({group.side for group in case.groups}) == 2:
        # "9 min with A and 14 with B, a reduction by 5": the figures tell whose the reduction is.
        by_figures = _by_figures(case, beside=True, move=move)
        if by_figures is not None:
            return by_figures
    if told == "both" or (not move.comparative and not compared and _all_groups(case, segment)):
        return _in_all_groups(case, move)
    sign = move.turns * _sign(move.sense, case.polarity, case.name)
    if told == "comparator":
        sign = -sign
    return _answer(case, "increased" if sign > 0 else "decreased", move)


def _sign(sense: str, polarity: Polarity, name: str) -> int:
    if sense in "UD":
        return 1 if sense == "U" else -1
    if sense in "GB":
        return (1 if polarity == "higher" else -1) * (1 if sense == "G" else -1)
    timed = not load().lists["time_words"].isdisjoint(name.lower().split())
    return (-1 if timed else 1) * (1 if sense == "F" else -1)


def _segment(case: _Case, move: Move) -> Span:
    """The stretch around outcome and words of change that no turn or semicolon divides."""
    shape = case.line.shape
    first, last = min(case.outcome[0], move.first), max(case.outcome[1], move.last)
    while first > 0 and shape[first - 1] not in "|;":
        first -= 1
    while last < len(shape) and (shape[last] not in "|;" or shape[last + 1 : last + 2] == "N"):
        last += 1
    return first, last


def _insignificant(case: _Case, move: Move) -> bool:
    """A p value or the words for it, behind what they belong to."""
    line = case.line
    begin = max(case.outcome[1], move.last)
    if _denied_later(case, begin) or _only_a_trend(case, move):
        return True
    for index in range(begin, len(line.shape)):
        letter = line.shape[index]
        if letter in "Pp":
            return letter == "p"
        if letter in ";|" and not _refers_back(line, index):
            break
        if letter in "UDGB" and index > begin + 1 and line.depth[index] == 0 and not _said_of_noun(case, move, index):
            break
        if letter in "NoZ" and _BEHIND.match(line.shape, index):
            return True
    return False


def _said_of_noun(case: _Case, move: Move, index: int) -> bool:
    """Whether the word of amount at a token was read with the deciding noun: "the reduction in pain was greater"."""
    return move.rule == "compared-change" and all(index != other.first for other in case.found)


def _refers_back(line: Line, turn: int) -> bool:
    """ "But this difference", "but not significantly so"."""
    words = {token.word for token in line.tokens[turn + 1 : turn + 8]}
    return not _BACK.isdisjoint(words) or _AT_ONCE.match(line.shape, turn + 1) is not None


def _denied_later(case: _Case, begin: int) -> bool:
    """ "..., but there was no difference between the groups": a denial that names no outcome of its own."""
    shape, tokens = case.line.shape, case.line.tokens
    for one in case.found:
        if one.sense != "=" or one.first < begin or one.rule not in {"no-difference", "same", "not-significant"}:
            continue
        turn = max(shape.rfind("|", begin, one.first), shape.rfind(";", begin, one.first))
        ahead = [token.word for token in tokens[one.last : one.last + 9]]
        behind = [token.word for token in tokens[max(turn, 0) : one.first + 1]]
        if ahead[:1] == ["between"] or (ahead[:2] == ["in", "both"]):
            both = {group.side for group in case.groups if one.last <= group.first <= one.last + 9}
            if (turn >= 0 and not _GROUPS.isdisjoint(ahead)) or len(both) == 2:
                return True
        if turn >= 0 and not _BACK.isdisjoint(behind) and (not ahead or tokens[one.last].sense in ".,(;bt"):
            return True
    return False


def _only_a_trend(case: _Case, move: Move) -> bool:
    """ "Tended to be lower", "a trend towards fewer": unless a p value says otherwise."""
    line = case.line
    first = min(move.first, case.outcome[0])
    return "R" in line.shape[max(0, first - _TREND) : first] and "P" not in line.shape[max(0, first - _TREND) :]


def _left_out(case: _Case) -> bool:
    """ "Longer with 60 mg, but not with 30 mg", asked about the 30 mg."""
    mine = [group for group in case.groups if group.side == "intervention"]
    return bool(mine) and all(group.part == "excluded" for group in mine)


def _all_groups(case: _Case, segment: Span) -> bool:
    """ "In both groups", "in all three arms"."""
    words = [token.word for token in case.line.tokens[segment[0] : segment[1]]]
    everyone = load().lists["all_groups"]
    return any(
        word in everyone and not _GROUPS.isdisjoint(words[index + 1 : index + 4]) for index, word in enumerate(words)
    )


def _in_all_groups(case: _Case, move: Move) -> Change | None:
    """All groups changed: whether one did so more is said elsewhere in the sentence, or not at all."""
    others = [one for one in case.found if one.first != move.first]
    same = next((one for one in others if one.sense == "="), None)
    if same is not None:
        return _answer(case, "no-difference", same)
    more = next((one for one in others if one.comparative and one.first > move.first), None)
    if more is None:
        rose = move.turns * _sign(move.sense, case.polarity, case.name) > 0
        return _answer(case, "no-difference", move, "all-groups")._replace(alone="increased" if rose else "decreased")
    sign = more.turns * _sign(more.sense, case.polarity, case.name)
    if case.line.tokens[more.first].word in {"more", "less"} and more.rule == "comparative":
        sign *= _sign(move.sense, case.polarity, case.name)  # "fell in both groups, but more with ketamine"
    told = contrast.subject(case.line, (more.first, more.last), (0, len(case.line.shape)), case.groups)
    return _answer(case, "increased" if (sign > 0) != (told == "comparator") else "decreased", more)


def _by_figures(case: _Case, *, beside: bool = False, move: Move | None = None) -> Change | None:
    """The two figures compared, where the words do not say which way they differ."""
    found = figures.compare(case.line, case.text, case.outcome, case.groups, beside=beside)
    if found is None:
        return None
    value, first, last = found
    if value != "no-difference" and _of_change(case, move, first) < 0:
        value = "increased" if value == "decreased" else "decreased"
    return Change(value, "between-groups", case.line.tokens[first].start, case.line.tokens[last - 1].end, "figures")


def _of_change(case: _Case, move: Move | None, first: int) -> int:
    """-1 where the figures count falls, not values: "a reduction of 3", "fell by 3", "resolved in 80 %"."""
    tokens = case.line.tokens
    if tokens[first].word[0] in "-−–":
        return 1  # a fall written as a negative value
    if case.head and case.head.kind != "effect":
        return case.head.turns * _sign(case.head.sense, case.polarity, case.name)
    amount = tokens[first - 1].word == "by" or (tokens[first - 1].word == "in" and tokens[first].word.endswith("%"))
    if move and amount and move.last < first and move.sense in "UDGB":
        return move.turns * _sign(move.sense, case.polarity, case.name)
    return 1


def _answer(case: _Case, value: Value, move: Move, rule: str | None = None) -> Change:
    tokens = case.line.tokens
    return Change(value, _basis(case, move), tokens[move.first].start, tokens[move.last - 1].end, rule or move.rule)


def _basis(case: _Case, move: Move) -> Basis:
    """Within a group when the comparison is with baseline and no other group is compared with."""
    if move.comparative or move.sense == "=" or any(group.part == "reference" for group in case.groups):
        return "between-groups"
    baseline = load().lists["baseline"]
    return "within-group" if any(token.word in baseline for token in case.line.tokens) else "between-groups"
