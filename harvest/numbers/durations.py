"""How long an infusion ran, and how many doses, infusions or sessions there were."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from harvest.numbers.amounts import DASH, Amount, Element, amounts
from harvest.numbers.anchors import anchors
from harvest.numbers.drug_names import OTHER, Drugs
from harvest.numbers.model import Quantity
from harvest.numbers.words import Number, numbers
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

_MINUTES: Final = {"s": (1, 60), "min": (1, 1), "h": (60, 1), "day": (1440, 1)}
_PLAIN: Final = r"(?:[\w()+/-]+\s+){0,4}?"
# "40-min intravenous ketamine infusion", but not "40 min after the infusion".
_INFUSION_AFTER: Final = re.compile(
    r"(?:[-‐‑–\s]long)?\s+(?:(?!(?:after|post|before|of|following|prior|to|from|during|into|at|the|and|or|since|later|in|"
    r"washout|between|per|each|every|apart|(?:post|pre)[\w-]*)\b)[\w()+/‐-]+\s+){0,4}(?:[iI]nfusions?|INFUSIONS?|drip)\b"
)
_OVER: Final = re.compile(
    r"\b(?:over|during|in|within|for|lasting|lasted|last)\s(?:the course of\s|a total of\s|up to\s)?"
    r"(?:(?:a|an|the)\s)?(?:(?:period|duration|time|course)\s(?:of\s)?)?"
    r"(?:approximately\s|about\s|around\s|at least\s|~\s?|≥\s?)?(?:a\s)?\Z"
)
_ON_INFUSION: Final = re.compile(
    r"\b(?:infus|administ|inject|given|bolus|deliver|receiv)|\bmg\b|\b[µμm]c?g/kg|/kg|kg", re.I
)
_FOR_INFUSION: Final = re.compile(r"\binfus(?:ion|ed|ing)\b", re.I)
_TURNED: Final = re.compile(
    r"[;]|\b(?:then|followed|monitor\w*|observ\w*|assess\w*|measur\w*|record\w*|until|after|before|scan\w*|reduc\w*|"
    r"improv\w*|decreas\w*|increas\w*|score\w*|consum\w*|pain|lasted|infusions over|times)\b"
)
_OF_INFUSION: Final = re.compile(
    r"\binfus(?:ion|ions|ed)\s?(?:\(|,\s?)?(?:(?:duration|time|period)s?\s?(?:was|were|is|=|:)?\s?)?(?:of|lasting|:)?\s?"
    r"(?:a\s|approximately\s|about\s)?\Z",
    re.I,
)
_CUES: Final = ("nfus", "NFUS", "kg", "mg", "dminist", "njec", "iven", "olus", "drip", "eceiv", "eliver")
_AFTERWARDS: Final = re.compile(r"[-‐\s](?:after|post|later|before|following|prior)")
_PER_DOSE: Final = re.compile(r"kg\s?/\s?\Z")
_REACH: Final = 110

_NOUN: Final = (
    r"(?P<noun>infusion|dose|injection|administration|session|application)\b(?!-|\s(?:of\s)?(?:groups?|arms?|level))"
)
_NOUNS: Final = r"(?P<noun>infusions|doses|injections|administrations|sessions|treatments|applications)\b(?!-)"
_STOP: Final = (
    r"(?!(?:of|in|with|and|or|to|at|after|before|for|by|per|from|were|was|had|who|patients?|participants?|subjects?|"
    r"people|mice|rats|on|trials?|studies|groups?|arms?|different|fixed|dose|ascending|escalating|different|increasing|"
    r"between|each|higher|lower|over|min|minutes?|h|hours?|days?|weeks?|months?|years?|mg|kg|ml|mcg|prior|previous|"
    r"failed|adequate|standard|available|versus|vs|than|is|are|which|that|ECT|electroconvulsive|rTMS|TMS|MRI|fMRI|"
    r"PET|scanning|control|active|EEG|test|imaging|experimental|study|therapy|psychotherapy|counselling|counseling|"
    r"CBT|placebo|saline|midazolam|a|the)\b)"
)
_COUNTED: Final = re.compile(
    rf"\s(?:{_STOP}(?:[a-z(+][\w()+/‐-]*|I[VMN]|SC|KET|ESK|S-KET)\s){{0,4}}(?:\w+-)?{_NOUNS}"
    r"|[-‐\s](?P<one>infusion|dose|injection)(?=\s(?:course|protocol|regimen|series|schedule|treatment|induction|acute))",
    re.IGNORECASE,
)
_ONE: Final = re.compile(rf"\s(?:{_STOP}[a-z][\w‐-]*\s){{0,3}}{_NOUN}", re.IGNORECASE)
_WORDS_REACH: Final = 70
# "two doses (0.4 and 0.8 mg/kg)": amounts, not times given.
_SINGLE: Final = re.compile(
    rf"\b(?<!every )(?P<one>single|one-time|one-off)(?:[-‐\s]|\s(?:{_STOP}[A-Za-z][\w.()/+‐-]*\s){{1,4}}){_NOUN}",
    re.I,
)
_LEVELS: Final = re.compile(
    r"\W{1,2}(?:(?:of|intravenous|oral|IV|i\.v\.|\w*ketamine|\w+)\W{1,3}){0,5}?\d[\d.]*\s?(?:mg/kg|mg)?,?\s?(?:,|and|or|/|vs\.?)\s?\d"
)
_OF_OTHER: Final = re.compile(r"\s(?:of|with)\s")
_OTHER_CARE: Final = re.compile(r"\b(?:ECT|electroconvulsive|r?TMS|psychotherapy|training|CBT|tDCS)\b")
_UP_TO: Final = re.compile(r"\b(?:up to|maximum of|max|at most|no more than)\s(?:a maximum of\s)?(?:an?\s)?\Z", re.I)
_NOT_COUNTS: Final = re.compile(
    r"(?:≥|>|<|at least|failed|per|every|each|prior|between|=|±|day|week|group|phase|arm|stage|part|study|step|p)\s?\Z",
    re.I,
)
_TREATING: Final = ("treatments", "applications", "sessions")
_TREATED: Final = re.compile(r"infus|ketamin|inject|dos|KET|\A\s\w+\Z", re.I)
_RANGE: Final = re.compile(rf"\s?(?:to|or|[{DASH}])\s?")
_MOST: Final = 60
"""More is the number of all people's infusions together."""


def infusion_durations(reading: Reading) -> list[Quantity]:
    """How long infusions of drugs of the vocabulary ran, in ``min``: "over 40 minutes", "40-min infusion"."""
    found = []
    for passage in (reading.title, reading.abstract):
        drugs = Drugs(passage, reading.title)
        for amount in amounts(passage.text):
            if amount.unit in _MINUTES and (rule := _infused(passage, amount)):
                owner = drugs.of(amount.start, amount.end)
                if owner.concept_id != OTHER or owner.how == "unknown":
                    found += [
                        _duration(passage, amount, element, owner.concept_id, rule) for element in amount.elements
                    ]
    return found


def _infused(passage: Passage, amount: Amount) -> str:
    """The rule that makes a time span that of an infusion; empty when it is another's."""
    text, start = passage.text, amount.start
    window = text[max(start - _REACH, 0) : amount.end + 60]
    if not any(cue in window for cue in _CUES) or _AFTERWARDS.match(text, amount.end):
        return ""
    if _INFUSION_AFTER.match(text, amount.end):
        return "long infusion"
    if amount.unit == "day":
        return ""
    if _PER_DOSE.search(text, max(start - 5, 0), start):
        return "dose per time"
    if _OF_INFUSION.search(text, max(start - 50, 0), start):
        return "infusion of"
    over = _OVER.search(text, max(start - 45, 0), start)
    if over is None:
        return ""
    first = max(passage.context.sentence_at(start).start, over.start() - _REACH)
    cue = _FOR_INFUSION if over.group().startswith(("for", "last")) else _ON_INFUSION
    last = None
    for last in cue.finditer(text, first, over.start()):  # noqa: B007  the last one counts
        pass
    if last is not None and over.group().startswith("within") and (amount.unit != "min" or "g" not in last.group()):
        return ""
    if last is None or _TURNED.search(text, last.start(), over.start()):
        return ""
    return "given over"


def _duration(passage: Passage, amount: Amount, element: Element, drug: str, rule: str) -> Quantity:
    value, low, high = element.scaled(*_MINUTES[amount.unit])
    stated = passage.text[element.start : amount.end]
    return Quantity(
        "infusion-duration",
        passage.field,
        element.start,
        amount.end,
        value,
        low,
        high,
        "min",
        stated,
        drug,
        rule,
    )


def dose_counts(reading: Reading) -> list[Quantity]:
    """How many doses, infusions, injections or sessions: "six ketamine infusions", "a single dose"; unit ``doses``.

    "up to 8 infusions" gives only ``high``. Of a drug that the vocabulary does not hold, nothing is told.
    """
    found = []
    for passage in (reading.title, reading.abstract):
        drugs = Drugs(passage, reading.title)
        for quantity in sorted([*_singles(passage), *_several(passage)], key=lambda one: one.start):
            owner = drugs.within(quantity.start, quantity.end)
            sure = owner.how in ("within", "after")
            other = not sure and _OF_OTHER.match(passage.text, quantity.end)
            cared = other or (
                not sure and _OTHER_CARE.search(passage.text, max(quantity.start - 40, 0), quantity.end + 40)
            )
            if cared and quantity.stated.lower().endswith(_TREATING):
                continue  # "36 treatments of deep TMS"
            if owner.concept_id != OTHER or owner.how == "unknown":
                found.append(quantity._replace(concept_id="" if other else owner.concept_id))
    return found


def _singles(passage: Passage) -> Iterator[Quantity]:
    for start in anchors(passage.text)["single"]:
        if match := _SINGLE.match(passage.text, start):
            yield _count(passage, Element(match.start(), match.end(), 1.0), match.end("noun"), "single")


def _several(passage: Passage) -> Iterator[Quantity]:
    text = passage.text
    given = numbers(text)
    tried = -1
    for noun in anchors(text)["given"]:
        first = max(tried + 1, bisect_left(given, (noun - _WORDS_REACH,)))
        for index in range(first, bisect_left(given, (noun,))):
            tried = index
            if quantity := _counted(passage, given, index):
                yield quantity


def _counted(passage: Passage, given: Sequence[Number], index: int) -> Quantity | None:
    text, number = passage.text, given[index]
    if not 1 <= number.value <= _MOST or number.value % 1:
        return None
    match = _COUNTED.match(text, number.end)
    if match is None and number.value == 1:
        match = _ONE.match(text, number.end)
    if match is None:
        return None
    group = "noun" if match["noun"] else "one"
    noun = match[group].lower()
    if noun in _TREATING and not _TREATED.search(match.group()):
        return None
    element = _with_lowest(text, given[index - 1] if index else None, number)
    if _NOT_COUNTS.search(text, max(element.start - 16, 0), element.start):
        return None
    if noun == "doses" and _LEVELS.match(text, match.end()):
        return None
    if element.value is not None and _UP_TO.search(text, max(element.start - 28, 0), element.start):
        element = element._replace(value=None, high=element.value)
    return _count(passage, element, match.end(group), "count")


def _with_lowest(text: str, before: Number | None, number: Number) -> Element:
    """The number, or the range that it ends: "four to six"."""
    if before and before.value < number.value and _RANGE.fullmatch(text, before.end, number.start):
        return Element(before.start, number.end, None, before.value, number.value)
    return Element(number.start, number.end, number.value)


def _count(passage: Passage, element: Element, end: int, rule: str) -> Quantity:
    stated = passage.text[element.start : end]
    return Quantity(
        "dose-count",
        passage.field,
        element.start,
        end,
        element.value,
        element.low,
        element.high,
        "doses",
        stated,
        "",
        rule,
    )
