"""What is said of the noun that an outcome hangs on: how large, how frequent, how much alike.

"Greater reduction", "the reduction was smaller", "response was less frequent" and "no greater relief" say by how much a
change differs; the noun (`harvest.findings.heads`) says which way it goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.findings.heads import OF, VERBS, Head, Tokens
from harvest.findings.moves import Move, is_noun
from harvest.findings.words import Line

_UNITS: Final = frozenset({
    "h", "hr", "hrs", "hour", "hours", "min", "minutes", "day", "days", "week", "weeks", "month", "months", "year",
    "years",
})  # fmt: skip
"""Before "later", which is no slower then."""
_OCCURS: Final = frozenset({"occurred", "occurs", "happened", "lasted", "persisted", "arose"})
_PREDICATE: Final = re.compile(r"[^;|bhv]*(?<!&)[bhv][bhgSwi#]{0,4}$")
_NOUN_PHRASE: Final = re.compile(r"[wgSiO#/&,~*]*(?<![&,])h?b?[gS]*")
_SIGNED: Final = frozenset({"lower", "higher", "lowered"})
_BESIDE: Final = frozenset({"between", "both", "groups", "arms", "than", "compared", "versus", "vs", "across"})
_BETTER: Final = frozenset({"better", "worse", "superior", "inferior", "poorer"})
_SAID_OF_NOUNS: Final = frozenset({"change", "compared-change", "comparative", "same"})
_LISTED: Final = re.compile(r",[^&]*(?<!,)&|,&[wgS]{0,3}[bhv]")
"""A comma in a list, not before a clause of its own ("..., and the level in group A was lower")."""
_SAMENESS: Final = frozenset({"same", "denied-change", "no-difference", "not-significant"})


def told(line: Line, outcome: Tokens, noun: Head, found: Sequence[Move], groups: int) -> Move | None:
    """What is said of the noun, where so many ``groups`` are named: by the words before it ("greater reduction"), or by those behind ("was greater")."""
    behind = max(outcome[1], noun.first + 1)
    for move in found:
        if move.first <= noun.first < move.last and move.rule == "compared-change":
            return move
        if move.last <= noun.first and (
            _attributive(line, move, noun) if move.sense != "=" else _alike(line, move, noun, groups)
        ):
            return _joined(noun, move, move.first, noun.first + 1) if _tells(line, noun, move) else move
    for move in found:
        if (
            move.first >= behind
            and line.depth[move.first] <= line.depth[behind - 1]
            and _predicates(line, behind, noun, move)
        ):
            return _joined(noun, move, noun.first, move.last) if _tells(line, noun, move) else move
    return None


def _tells(line: Line, noun: Head, move: Move) -> bool:
    """A change is signed: whether a "lower change" is a smaller one or one further below zero, nobody knows."""
    return noun.kind != "effect" or line.tokens[move.first].word not in _SIGNED


def _alike(line: Line, move: Move, noun: Head, groups: int) -> bool:
    """ "Comparable improvement with A and B"; of one group alone, "similar" may be said of another time or study."""
    near = (
        move.rule == "same" and noun.first - move.last <= 2 and set(line.shape[move.last : noun.first]) <= set("wgSO")
    )
    return near and (groups > 1 or any(token.word in _BESIDE for token in line.tokens))


def _attributive(line: Line, move: Move, noun: Head) -> bool:
    if not _compares(line, move) or noun.first - move.last > (1 if move.sense in "FL" else 3):
        return False
    return all(letter in "wgSO#" for letter in line.shape[move.last : noun.first])


def _compares(line: Line, move: Move) -> bool:
    if move.rule != "comparative" or move.sense not in "UDFLGB":
        return False
    word = line.tokens[move.first].word
    if move.sense in "GB":
        return word in _BETTER
    return move.sense in "UD" or (line.tokens[move.first - 1].word not in _UNITS and line.shape[move.first - 1] != "#")


def _predicates(line: Line, behind: int, noun: Head, move: Move) -> bool:
    if not (_compares(line, move) or move.rule in _SAMENESS or (noun.kind != "effect" and _ends_clause(line, move))):
        return False
    between = "".join(
        "v" if line.tokens[index].word in _OCCURS else line.shape[index]
        for index in range(behind, move.first) if line.depth[index] <= line.depth[behind - 1]
    )  # fmt: skip
    if "," in between and not _LISTED.search(between):
        return False
    if (move.sense == "=" and line.shape[move.first] == "N") or move.rule == "change":
        # "reduction in pain did not differ", "response on the scale increased": the verb is read with the move
        return _NOUN_PHRASE.fullmatch(between) is not None
    return _PREDICATE.match(between) is not None


def _ends_clause(line: Line, move: Move) -> bool:
    """Whether a verb of change has no object of its own behind it."""
    if move.rule != "change" or move.sense not in "UD" or is_noun(line, move.last - 1):
        return False
    if move.last >= len(line.tokens):
        return True
    return line.shape[move.last] in "itc,.;)(&Pp" and line.tokens[move.last].word != "to"


def _joined(noun: Head, move: Move, first: int, last: int) -> Move:
    """One move for the noun and what is said of it."""
    if move.sense == "=":
        return move._replace(first=first, side="either")
    sense, turns = (move.sense, move.turns) if move.sense in "GB" else (noun.sense, _more(move) * noun.turns)
    rule = "compared-effect" if noun.kind == "effect" else "compared-change"
    return Move(first, last, sense, turns, "either", rule)


def _more(move: Move) -> int:
    return move.turns * (1 if move.sense in "UF" else -1)


def under(line: Line, noun: Head, move: Move) -> Move | None:
    """A verb whose object is the noun: "ketamine increased response on the scale"; None for one said of something else."""
    if move.first <= noun.first < move.last or move.sense not in "UDFL":
        return move
    between = line.tokens[move.last : noun.first]
    if (
        move.last > noun.first
        or len(between) > 5
        or any(token.sense not in "wgS#O" and token.word != "of" for token in between)
    ):
        return move if noun.kind == "change" or (move.first >= noun.first and move.rule == "change") else None
    rule = "compared-effect" if noun.kind == "effect" else move.rule
    return move._replace(sense=noun.sense, turns=_more(move) * noun.turns, rule=rule)


def elsewhere(line: Line, move: Move, outcome: Tokens) -> bool:
    """Whether a noun with an outcome of its own is cut off by a verb: "reduction of A may contribute to B"."""
    if move.last > outcome[0] or move.rule not in _SAID_OF_NOUNS:
        return False
    at = _named(line, move)
    if at is None or line.tokens[at + 1].word not in {"of", "in"}:
        return False
    if line.tokens[outcome[0] - 1].word in OF and line.shape[outcome[0] - 2 : outcome[0] - 1] == "&":
        return False  # "the increase in A was 3, and in B 4"
    return any(
        line.shape[index] == "b" or line.tokens[index].word in VERBS or line.tokens[index].form == "v"
        for index in range(at + 1, outcome[0])
    )


def _named(line: Line, move: Move) -> int | None:
    """The noun of change that a move is or stands before."""
    if move.rule[-6:] == "change":
        return move.last - 1 if is_noun(line, move.last - 1) else None
    for index in range(move.last, min(len(line.tokens) - 1, move.last + 3)):
        if line.tokens[index].sense in "UDGB" and is_noun(line, index):
            return index
        if line.shape[index] not in "wgS":
            return None
    return None
