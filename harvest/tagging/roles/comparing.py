"""Whether words name what ketamine is compared with, or merely something given beside it. Grammar, hence patterns in code."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from harvest.tagging.context import Context
from harvest.tagging.passage import Passage, Place

_BEFORE_REACH: Final = 130
_AFTER_REACH: Final = 90
_KETAMINE: Final = r"(?:\w*ketamine?s?\b|\bket\b|\besk\b|spravato)"
_DRUG: Final = rf"(?:{_KETAMINE}|ketalar|placebo|saline|study drug)"
_TURNS: Final = r"for|during|before|undergoing|without|receiving|plus|on|patients?|who|less|more|fewer|of|\w*ketamine|under|when|while"
# Words such as doses, routes and articles; none that turns to another matter.
_WORD: Final = rf"(?:(?!(?:{_TURNS})\b)[^\s;()]+\s+)"
_WORDS: Final = rf"{_WORD}{{0,4}}"
_SHORT: Final = rf"{_WORD}{{0,2}}"
_PLAIN: Final = rf"(?:(?!(?:with|in|to|and|from|by)\b){_WORD}){{0,4}}"
# Within a clause; the point of a number does not end it.
_INSIDE: Final = r"(?:[^.;]|\.(?=\d))"
_ASIDE: Final = r"(?:\([^)]{0,40}\)\s*)?"
_ARM: Final = r"(?:groups?|arms?|controls?|controlled|cohorts?|recipients|alone|monotherapy)\b"

_COMPARED_BEFORE: Final = re.compile(
    "(?:"
    r"\b(?:versus|vs\.?|(?<!i\.)v\.|against|than(?! (?:one|two|three|four|five|\d+ (?![mµμ]?c?g\b)))"
    r"|compared (?:directly )?(?:with|to)|in comparison (?:with|to)|relative to"
    r"|(?:superior|inferior|comparable|similar|equal|equivalent|alternative|contrast|identical) to"
    rf"|superiority (?:over|to)|switching to|replaced by)\s+[(\[]?{_WORDS}"
    r"|\bbut not\s+"
    rf"|\bcompar\w+ (?:(?!\bin\b|\bpatients\b){_INSIDE}){{0,90}}\b(?:to|with|and|versus|or)\s+{_SHORT}"
    rf"|{_DRUG}{_INSIDE}{{0,90}}\bor\s+{_PLAIN}"
    r"|(?<!pain )(?<!symptom )\bcontrols?\b(?:\s*\(\w{1,4}\))?(?: (?:groups?|arms?|conditions?|drugs?|subjects|patients))?"
    rf"(?: \w+)?[\s,:=]*(?:\(|received|receiving|was given|were given|got|will receive)\s*(?:(?:an?|single|\w+) dose of )?{_WORDS}"
    rf"|\b(?:psycho)?active (?:placebo|control|comparator|treatment)[\s,:=-]*\(?\s*{_SHORT}"
    rf"|\bplacebo\s*[\[(,:]\s*{_SHORT}"
    rf"|\bgroup \w{{1,3}}\b[\s,:=(]*(?:received|receiving|was given|were given|got|will receive)?\s*{_SHORT}"
    r")$"
)
"""Up to the words: they are set against something."""
_COMPARED_AFTER: Final = re.compile(
    rf"(?:[-‐–](?:controlled|based|treated)\b|(?![-‐–/+&]))\s*{_ASIDE}(?:"
    rf"(?:{_SHORT})?(?:(?:control|treatment|only|anaesthesia|anesthesia)\s)?{_ARM}(?! (?:session|setting))"
    r"|conditions?\b|only\b|placebo\b|serving\b"
    rf"|(?:{_SHORT})?(?:or\s+(?:[^\s.;()]+\s+){{0,3}}{_KETAMINE}|versus\b|vs\b\.?"
    r"|(?:(?:was|were|is) (?:used |given |chosen |administered |selected )?)?as (?:an? |the )?(?:\w+ )?(?:placebo|control|comparator|comparison)"
    rf"|compared (?:with|to)\s+(?:[^\s.;()]+\s+){{0,3}}{_KETAMINE}))"
    r"|[^.;,()]{0,40}\((?:group\b|n\s*=)|[^;,()]{0,25}[(\[]\s*(?:an? |the )?(?:psycho)?(?:active|placebo|(?:\w+ )?control\b|comparator)"
)
"""From the words on: they name an arm."""
_BESIDE_BEFORE: Final = re.compile(
    rf"(?:{_KETAMINE}(?:\s*\([^)]{{0,30}}\))?\s*(?:-|/|\+|&|plus|with|combined with|in combination with|added to|in addition to"
    r"|along with|together with|and)\s*|\b(?:added to|in addition to|on top of|addition of ketamine to|adjunct(?:ive)? to|adjuvant to|supplement to"
    r"|combined with|in combination with|plus|together with|along with|premedication with|pretreatment with)\s+"
    rf"{_WORDS}|\+\s*{_WORDS})$"
)
"""Up to the words: given together with ketamine."""
_JOINED: Final = re.compile(rf"{_KETAMINE}(?:\s*\([^)]{{0,30}}\))?\s*(?:and|/)\s*$")
"""Up to the words: ketamine *and* the words, which may be two arms as well as one."""
_BESIDE_AFTER: Final = re.compile(
    rf"\s*{_ASIDE}(?:plus|\+|combined with|in combination with|together with|/|-|with)\s*(?:[^\s.;()]+\s+){{0,3}}{_DRUG}"
)
"""From the words on: given together with ketamine, or with the placebo that stands for it."""
_ALL_ARMS_AFTER: Final = re.compile(
    rf"\s*{_ASIDE}(?:plus|\+|and|with|combined with)\s*(?:[^\s.;()]+\s+){{0,3}}(?:placebo|saline|pbo)\b"
)
"""From the words on: given together with the placebo, so that ketamine is compared with that."""
_ADJECTIVE_AFTER: Final = re.compile(r"[-‐–](?:induced|resistant|na[iï]ve|sparing|tolerant|related|dependent)")
"""From the words on: they are part of an adjective."""
_TESTED_AFTER: Final = re.compile(rf"\s*{_ASIDE}(?:or|versus|vs\.?)\s*(?:[^\s.;()]+\s+){{0,3}}(?:placebo|saline)\b")
"""From the words on: set against a placebo; unless they stand beside ketamine, it is they that are tested."""
_ARMS_AFTER: Final = re.compile(rf"\s*{_ASIDE}(?:groups|arms|conditions|infusions|sessions)\b")
_SET_AGAINST: Final = re.compile(
    r"\bcompar|\bcross-?over\b|\bversus\b|\bvs\b|\bdifferential|\bdifferences? between\b|\brandomi[sz]ed? (?:\w+ )?to\b|\beither\b"
    r"|\brandomly (?:assigned|allocated)|\bwhich of\b|\b(?:two|three|four) groups\b"
)
"""Anywhere in a sentence: it compares."""
_PAIR_BEFORE: Final = re.compile(rf"{_KETAMINE}{_INSIDE}{{0,60}}(?:\band\b|,|/|\bor\b)\s*{_SHORT}$")
_PAIR_AFTER: Final = re.compile(rf"\s*{_ASIDE}(?:[^\s.;()]+\s+)?(?:and|,|/|or)\s*{_SHORT}{_KETAMINE}")
_NAMES_KETAMINE: Final = re.compile(_KETAMINE)


_SETTING: Final = (
    "vers", "vs", "v.", "against", " than ", "compar", "relative", "rior", "similar", "equal", "equivalent", "alternative",
    "contrast", "identical", "switching", "replaced", " or ", "control", "active", "placebo", "group", "but not",
)  # fmt: skip
"""One of these stands in whatever `_COMPARED_BEFORE` finds: looked for first, since most sentences hold none."""
_ADDING: Final = ("keta", "ket", "esk", "spravato", "plus", "with", "+", "add", "adj", "on top")
"""The same for `_BESIDE_BEFORE`."""


def compared(place: Place, passage: Passage) -> bool:
    """Whether the words at the place name what something is compared with.

    They follow "versus", "or", "than" and the like, name an arm ("the morphine group"), or stand beside ketamine in a
    sentence that compares. What is given together with ketamine, or tested on top of it, is not compared.
    """
    return _compared(passage.context, place.start, place.end)


@lru_cache(maxsize=512)
def _compared(context: Context, start: int, end: int) -> bool:
    sentence = context.sentence_at(start)
    before = context.text[max(sentence.start, start - _BEFORE_REACH) : start].lower()
    after = context.text[end : min(sentence.end, end + _AFTER_REACH)].lower()
    if _ALL_ARMS_AFTER.match(after) or _ADJECTIVE_AFTER.match(after):
        return False
    ketamine_before = _NAMES_KETAMINE.search(before) is not None
    beside = ketamine_before and _PAIR_BEFORE.search(before) is not None
    if _TESTED_AFTER.match(after) and not beside:
        return False
    if ketamine_before and _ARMS_AFTER.match(after):
        return True
    joined = _holds(before, _ADDING) and _BESIDE_BEFORE.search(before) is not None
    if joined and not _JOINED.search(before):
        return False
    if not joined:
        if _COMPARED_AFTER.match(after):
            return True
        if _BESIDE_AFTER.match(after):
            return False
        if _holds(before, _SETTING) and _COMPARED_BEFORE.search(before):
            return True
    if not (beside or _PAIR_AFTER.match(after)):
        return False
    return _compares(context.text, sentence.start, sentence.end)


@lru_cache(maxsize=64)
def _compares(text: str, start: int, end: int) -> bool:
    """Whether the sentence sets things against each other; asked once for all its places."""
    return _SET_AGAINST.search(text[start:end].lower()) is not None


def _holds(words: str, stems: tuple[str, ...]) -> bool:
    return any(stem in words for stem in stems)
