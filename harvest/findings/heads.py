"""The noun of change or of course that an outcome hangs on: "reduction in pain", "MADRS response", "relapse of depression".

What is said of such a noun (`harvest.findings.degree`) is said of the change, not of the value: a greater reduction is a fall, a smaller one is less of
a fall, a more frequent relapse is a turn to the worse.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from harvest.findings.lexicon import load
from harvest.findings.moves import is_noun
from harvest.findings.words import Line

Tokens = tuple[int, int]

_REACH: Final = 14
"""Most tokens from a noun to the outcome behind it."""
OF: Final = frozenset({"of", "in", "on", "from", "for", "by", "to"})
_WHEN_AND_WHO: Final = frozenset({
    "at", "over", "after", "during", "with", "within", "between", "among", "across", "following", "under",
})  # fmt: skip
"""May stand between the noun and the "of" or "in" before its outcome: "reduction at day 7 in pain"."""
_COUNTED: Final = frozenset({"rate", "rates", "size", "sizes", "status", "score", "scores"})
"""May stand right behind the noun: "response rates on the scale", "effect size for pain"."""
_OF_OUTCOME: Final = frozenset({
    "score", "scores", "rating", "ratings", "symptom", "symptoms", "severity", "scale", "total", "level", "levels", "intensity",
    "item", "items", "points", "sum", "index", "subscale", "ideation", "episode", "treatment", "symptomatology", "test", "inventory",
})  # fmt: skip
"""May stand between the outcome and a noun behind it: "pain score reduction"."""
_WAITING: Final = frozenset({"time", "times", "latency", "interval", "days", "weeks", "hours", "delay"})
_PEOPLE: Final = frozenset({
    "patients", "subjects", "participants", "people", "adults", "individuals", "those", "volunteers", "men", "women",
})  # fmt: skip
_LEADS: Final = frozenset({"the", "a", "an", "of", "in", "on", "from", "for", "to", "by", "their", "its", "both"})
VERBS: Final = frozenset({
    "may", "might", "could", "can", "will", "would", "should", "must", "contribute", "contributes", "contributed", "underlie",
    "underlies", "underlay", "explain", "explains", "explained", "mediate", "mediates", "mediated", "predict", "predicts",
    "predicted", "accounts", "accounted", "accompanied", "preceded", "paralleled", "occur", "occurs", "occurred", "lasted",
})  # fmt: skip


class Head(NamedTuple):
    """The noun at token ``first``.

    sense
        A letter: ``U`` up, ``D`` down, ``G`` good, ``B`` bad.
    turns
        -1 where the noun is itself undone or waited for: "loss of response", "time to remission", "delayed recovery".
    kind
        ``change`` for nouns that say by themselves what happened, ``course`` for those that do so only when
        compared ("response"), ``effect`` for those that name no way at all.
    """

    first: int
    sense: str
    turns: int
    kind: str


def head(line: Line, outcome: Tokens) -> Head | None:
    """The noun that the outcome at these tokens hangs on; None when there is none."""
    at = _behind(line, outcome[1])
    if at is None:
        at = _before(line, outcome)
    return None if at is None else _read(line, at)


@lru_cache(maxsize=1)
def _nouns() -> Mapping[str, tuple[str, str]]:
    """Nouns of course -> sense and kind."""
    lists = load().lists
    kinds = (
        ("good_course", "G", "course"),
        ("bad_course", "B", "course"),
        ("gone", "D", "course"),
        ("open_change", "G", "effect"),
    )
    return {word: (sense, kind) for name, sense, kind in reversed(kinds) for word in lists[name]}


def _kind(line: Line, index: int) -> tuple[str, str] | None:
    """Sense and kind of a noun of change or course."""
    token = line.tokens[index]
    if token.sense in "UDGB" and is_noun(line, index):
        return token.sense, "change"
    return _nouns().get(token.word)


def _read(line: Line, at: int) -> Head | None:
    found = _kind(line, at)
    if found is None:
        return None
    turns = 1
    for index in range(at - 1, max(-1, at - 5), -1):
        token = line.tokens[index]
        if token.word in {"to", "until"} and index and line.tokens[index - 1].word in _WAITING:
            return Head(at, found[0], -1, found[1])
        if token.sense in "LB" and token.form in {"p", "v"}:
            return Head(at, found[0], -1, found[1])  # "delayed recovery"
        if token.word in {"of", "in"} and index and (lead := _kind(line, index - 1)):
            turns = -1 if lead[0] == "D" else 1
            return Head(at, found[0], turns, found[1])
        if token.sense not in "wgS" and token.word not in {"of"}:
            break
    return Head(at, found[0], turns, found[1])


def _behind(line: Line, last: int) -> int | None:
    """ "Pain score reduction", "MADRS response": the noun right behind the outcome."""
    for index in range(last, min(len(line.tokens), last + 4)):
        if _kind(line, index):
            token = line.tokens[index]
            following = line.shape[index + 1 : index + 2]
            verb = token.form == "e" and following not in {"b", "h"}
            return None if verb or token.word in load().lists["open_change"] else index
        shared = (line.shape[index] == "&" and index == last) or (
            index == last + 1 and line.shape[last] == "&" and line.shape[index] == "w"
        )
        if line.tokens[index].word not in _OF_OUTCOME and not shared:
            return None
    return None


def _before(line: Line, outcome: Tokens) -> int | None:
    """ "Reduction in the severity of pain": the noun whose "of" or "in" leads to the outcome."""
    linked, _listed, level = False, False, line.depth[outcome[0]]
    for index in range(outcome[0] - 1, max(-1, outcome[0] - 1 - _REACH), -1):
        token = line.tokens[index]
        if line.depth[index] > level:
            continue
        level = min(level, line.depth[index])
        if linked and _kind(line, index):
            return index if _links(line, index) else None
        if token.word in OF:
            linked = True
        elif not _passes(line, index, linked) or (token.sense == "," and "&" not in line.shape[index : outcome[1] + 6]):
            return None
    return None


def _links(line: Line, index: int) -> bool:
    """Whether "of", "in" or a time stands behind the noun, so that it has an outcome of its own there."""
    following = line.tokens[index + 1].word
    if following in _COUNTED and index + 2 < len(line.tokens):
        following = line.tokens[index + 2].word
    return following in OF or following in _WHEN_AND_WHO


def _passes(line: Line, index: int, linked: bool) -> bool:
    """Whether a token may stand between the noun and its outcome."""
    token = line.tokens[index]
    if token.word in _PEOPLE or token.word in VERBS:
        return False
    if token.sense == "i":
        return linked and token.word in _WHEN_AND_WHO
    if token.sense == "w" and token.word.endswith("ed"):
        before = line.tokens[index - 1] if index else None
        return before is not None and (before.word in _LEADS or before.sense in "gS,&")
    return token.sense in "wgS#&,/(O:A"
