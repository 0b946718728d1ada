"""The words of a sentence that may say what happened to a value, each with the side on which its outcome stands."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from harvest.findings.lexicon import SENSES_OF_CHANGE, load
from harvest.findings.words import Line

Side = Literal["before", "after", "either"]

_MANY: Final = "[SgwhbNO&#/]"
_DENIALS: Final[tuple[tuple[str, re.Pattern[str], Side], ...]] = (
    # "did not reach significance", "was not statistically significant"; "non significant"
    ("not-significant", re.compile(r"(?:N[wgh]{0,2}i?[wg]{0,2}|o)S{1,2}(?![SwgUDGBFLXAOh])|Z"), "before"),
    # "no significant difference", "did not show any differences", "neither A nor B differed"
    ("no-difference", re.compile(rf"N(?:i[wh])?{_MANY}{{0,7}}?X"), "either"),
    # "no effect on", "did not alter", "no evidence of"
    # "was not effective in"
    ("not-effective", re.compile(r"N[Sgwh]{0,3}K"), "either"),
    ("no-effect", re.compile(r"N(?:i[wh])?[SgwhO]{0,3}?A"), "either"),
)
_DECIDING: Final = re.compile(rf"[NoZ=Xud{SENSES_OF_CHANGE}]")
"""The letters at which a move may begin."""
_REACH_OF_DENIAL: Final = 6
_NOUN_LEADS: Final = frozenset({"a", "an", "the", "this", "any", "of", "in", "for", "at", "with"})
_PREDICATE: Final = re.compile(r"b[SgiN#]*$")
_THERE: Final = re.compile(r"Tb[SgN]*w?$")
_BEHIND_PREDICATE: Final = frozenset("itc,.;:()|&PpSg#~")
_NAMING: Final = frozenset({"no-difference", "no-effect", "not-effective"})
"""Denials that may name the change they deny further on."""
_ALIKE_IN: Final = frozenset({"in", "for", "regarding"})
_ADVERBS: Final = frozenset({"more", "less"})
_EXTENT: Final = frozenset({"extent", "degree"})


class Move(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive) say ``sense``.

    sense
        A letter: ``U`` up, ``D`` down, ``G`` good, ``B`` bad, ``F`` sooner, ``L`` later, ``=`` unchanged, ``X`` they
        differ, which way is not said.
    turns
        A further factor: -1 for "smaller reduction".
    side
        Where the words for the outcome are to be sought.
    """

    first: int
    last: int
    sense: str
    turns: int
    side: Side
    rule: str

    @property
    def comparative(self) -> bool:
        """Whether it compares by itself ("lower", "greater reduction") and cannot mean a change over time."""
        return self.rule in {"comparative", "compared-change", "more-effective", "favoured"}


def moves(line: Line, outcome: tuple[int, int]) -> list[Move]:
    """All candidates, in order. Words within the outcome's own tokens are part of its name and decide nothing."""
    first, last = outcome
    shape = line.shape[:first] + "O" * (last - first) + line.shape[last:]
    found: list[Move] = []
    index = 0
    while letter := _DECIDING.search(shape, index):
        index = letter.start()
        move = _move(line, shape, index)
        if move is not None and not _governed(shape, line, move, found):
            found.append(move)
        index = move.last if move is not None else index + 1
    ended = _ended(line, shape, last)
    return _compared(line, found) if ended is None else [ended, *_compared(line, found)]


def _ended(line: Line, shape: str, last: int) -> Move | None:
    """ "Suicidal ideation had remitted": a verb that says so only of what stands right before it."""
    while last < len(shape) and shape[last] in "hbgS":
        last += 1
    if last == len(shape) or line.tokens[last].word not in load().lists["ended"]:
        return None
    return Move(last, last + 1, "D", 1, "before", "change")


def _move(line: Line, shape: str, index: int) -> Move | None:
    sense = shape[index]
    if sense in "NoZ":
        return _denial(line, shape, index)
    if sense == "=":
        return Move(index, index + 1, "=", 1, _side(line, shape, index, index + 1), "same")
    if sense == "X":
        side: Side = "before" if line.tokens[index].form in "avp" else "either"
        return Move(index, index + 1, "X", 1, side, "differ")
    if sense in SENSES_OF_CHANGE:
        return _change(line, shape, index)
    if sense in "ud" and index and shape[index - 1] == "S":
        return Move(index, index + 1, sense.upper(), 1, _side(line, shape, index, index + 1), "comparative")
    return None


def _denial(line: Line, shape: str, index: int) -> Move | None:
    """What a negation denies: a difference, an effect, significance, a change, or the outcome itself."""
    if index + 1 < len(shape) and line.tokens[index + 1].word == "only":
        return None
    for rule, pattern, usual in _DENIALS:
        found = pattern.match(shape, index)
        if found:
            side: Side = "after" if usual == "either" and _noun(line, found.end()) else usual
            return Move(index, found.end(), "=", 1, side, rule)
    for step in range(index + 1, min(len(shape), index + _REACH_OF_DENIAL)):
        letter = shape[step]
        if letter in SENSES_OF_CHANGE:
            inner = _change(line, shape, step)
            rule = "not-effective" if inner and inner.rule == "more-effective" else "denied-change"
            return inner and Move(index, inner.last, "=", 1, inner.side, rule)
        if letter == "O" and step - index <= 3:
            behind = step + len(shape[step:]) - len(shape[step:].lstrip("O"))
            if behind < len(shape) and shape[behind] in "UDGB" and is_noun(line, behind):
                return Move(index, behind + 1, "=", 1, "either", "denied-change")  # "no functional improvement"
            return Move(index, index + 1, "=", 1, "after", "none")
        if letter in ",;|.:(O":
            break
    return None


def _noun(line: Line, last: int) -> bool:
    """Whether the denied word is a noun with its outcome behind: "no effect on", "no difference in"."""
    if line.tokens[last - 1].form not in {"n", "e"} or last >= len(line.tokens):
        return False
    return line.tokens[last].word in {"in", "on", "for", "of", "as", "regarding", "concerning", "with"}


def _change(line: Line, shape: str, index: int) -> Move | None:
    token = line.tokens[index]
    sense = shape[index]
    if token.form == "f":
        return Move(index, index + 1, sense, 1, "before", "favoured")
    if token.form != "a" or sense not in "UD":
        return Move(
            index,
            index + 1,
            sense,
            1,
            _side(line, shape, index, index + 1),
            "comparative" if token.form == "a" else "change",
        )
    if shape[index + 1 : index + 3] == "t#" and token.word[-1] != "d":
        return None  # "more than 20 %" says how many, not which way
    inner = _inner(line, shape, index)
    if inner is None:
        return Move(index, index + 1, sense, 1, _side(line, shape, index, index + 1), "comparative")
    turns = -1 if sense == "D" else 1
    if shape[inner] == "K":
        return Move(index, inner + 1, "G", turns, "either", "more-effective")
    return Move(index, inner + 1, shape[inner], turns, _side(line, shape, inner, inner + 1), "compared-change")


def _inner(line: Line, shape: str, index: int) -> int | None:
    """The noun of change that a comparative stands before: "greater mean reduction", "more effective"."""
    seen = 0
    for step in range(index + 1, len(shape)):
        letter = shape[step]
        if letter == "K" or (letter in "UDGB" and is_noun(line, step)):
            return step
        seen += letter != "O"
        if letter not in "wgS#O" or seen > 3:
            return None
    return None


def is_noun(line: Line, index: int) -> bool:
    """Whether a word of change may be a noun: "increase", "reduction", "a worsening of"."""
    token = line.tokens[index]
    if token.form in {"n", "e"}:
        return True
    return token.word.endswith("ing") and index + 1 < len(line.tokens) and line.tokens[index + 1].word in {"of", "in"}


def _governed(shape: str, line: Line, move: Move, found: list[Move]) -> bool:
    """Whether a noun of change only names what did not differ: "no difference in the increase of weight"."""
    if not found or move.rule not in {"change", "compared-change", "comparative"}:
        return False
    denial = found[-1]
    between = shape[denial.last : move.first]
    if any(letter in between for letter in "|;.") or any(
        token.word == "despite" for token in line.tokens[denial.last : move.first]
    ):
        return False
    noun = is_noun(line, move.last - 1)
    if denial.rule == "same":
        return noun and not _ALIKE_IN.isdisjoint(_lead(line, shape, move.first))
    if denial.rule not in _NAMING or (not noun and denial.rule == "no-difference"):
        return False
    return not _NOUN_LEADS.isdisjoint(_lead(line, shape, move.first))


def _lead(line: Line, shape: str, first: int) -> list[str]:
    """The two words before a noun of change, or before the outcome's name that stands before it ("in symptom reduction")."""
    if shape[first - 1 : first] == "O":
        while first and shape[first - 1] in "Owg":
            first -= 1
    return [token.word for token in line.tokens[max(0, first - 2) : first]]


def _compared(line: Line, found: list[Move]) -> list[Move]:
    """ "Reduced pressure more than placebo", "declined to a greater extent": the adverb belongs to the verb."""
    kept: list[Move] = []
    for move in found:
        verb = kept[-1] if kept else None
        if verb is not None and _of_the_noun(line, verb, move):
            kept[-1] = verb._replace(turns=1 if move.sense == "U" else -1, rule="compared-change")
        elif verb is not None and _adverb(line, move) and _same_clause(line, verb, move):
            turns = verb.turns * (1 if move.sense == "U" else -1)
            kept[-1] = verb._replace(turns=turns, rule="compared-change")
        else:
            kept.append(move)
    return kept


def _of_the_noun(line: Line, noun: Move, move: Move) -> bool:
    """ "The decrease in pain was smaller"."""
    if noun.rule != "change" or noun.sense not in "UDGB" or not is_noun(line, noun.last - 1):
        return False
    if move.rule != "comparative" or move.sense not in "UD" or noun.side == "before":
        return False
    if "b" not in line.shape[max(noun.last, move.first - 3) : move.first]:
        return False
    return not any(letter in line.shape[noun.last : move.first] for letter in "|;.,&")


def _adverb(line: Line, move: Move) -> bool:
    word = line.tokens[move.first].word
    after = line.tokens[move.last] if move.last < len(line.tokens) else None
    if word in _ADVERBS:
        if move.first and line.tokens[move.first - 1].sense in "UDGB":
            return True  # "reduced more fat"
        before = line.shape[max(0, move.first - 2) : move.first].rstrip("Sg")
        return (after is None or after.sense in "tci,.;)(") and before[-1:] not in {"b", "h"}
    return after is not None and after.word in _EXTENT


def _same_clause(line: Line, verb: Move, move: Move) -> bool:
    if verb.sense not in "UDGB" or verb.comparative or line.tokens[verb.last - 1].form == "a":
        return False
    return not any(letter in line.shape[verb.last : move.first] for letter in "|;.,")


def _past_adverbs(line: Line, index: int) -> int:
    """The token behind adverbs of manner: "fell rapidly after", "decreased dose-dependently with"."""
    while index < len(line.tokens) and line.shape[index] in "wF" and _of_manner(line.tokens[index].word):
        index += 1
    return index


def _of_manner(word: str) -> bool:
    return word.endswith("ly") and word != "likely"


def _side(line: Line, shape: str, first: int, last: int) -> Side:
    """Where the outcome of a word of change stands, by its form and its neighbours."""
    token = line.tokens[first]
    before = shape[max(0, first - 4) : first]
    behind = _past_adverbs(line, last)
    after = shape[behind] if behind < len(shape) else "."
    form = _noun_or_verb(line, first, last) if token.form == "e" else token.form
    if form == "n":
        word = line.tokens[last].word if last < len(shape) else ""
        return "after" if word in {"in", "of", "for", "on", "from"} else "either"
    if token.word.endswith("ing"):
        return "after"
    if _PREDICATE.search(before) and not _THERE.search(before):
        return "before" if after not in "wO" or form == "p" else "either"
    if after in _BEHIND_PREDICATE and not (after == "g" and form == "a"):
        return "before"
    return "after"


def _noun_or_verb(line: Line, first: int, last: int) -> str:
    """An "increase" is a noun behind an article, an adjective or a comparative, and before "in" or "of"."""
    before = line.tokens[first - 1] if first else None
    after = line.tokens[last].word if last < len(line.tokens) else ""
    if before is None or before.sense in "UDGBFLSgN" or before.word in _NOUN_LEADS:
        return "n"
    if before.sense in "hA":
        return "n"
    return "n" if after in {"in", "of"} else "v"
