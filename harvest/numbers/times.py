"""When outcomes were measured: time points and follow-up, in hours.

A time span becomes a time point only by a cue ("at 24 h", "7 days after", "week 4"); members of one series share the
cue. Ages, histories, half-lives, infusions, intervals and lengths of treatment have none and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from harvest.numbers.amounts import DASH, Amount, Element, amounts
from harvest.numbers.anchors import anchors
from harvest.numbers.model import Quantity
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

HOURS: Final = {
    "s": (1, 3600),
    "min": (1, 60),
    "h": (1, 1),
    "day": (24, 1),
    "week": (168, 1),
    "month": (730, 1),
    "year": (8760, 1),
}
"""Unit -> hours as a fraction. A month is 730 h and a year 8,760 h."""

_AROUND: Final = frozenset(
    "approximately about around approx approx. circa ~ nearly almost a an the only just exactly endpoint first initial + day".split()
)
_AT: Final = frozenset("at by until till through after within t thereafter".split())
_FIRST: Final = frozenset("first initial subsequent next following".split())
_NEVER: Final = frozenset(
    """least every each per past last previous prior preceding aged age ages than half-life half-lives history duration washout
    interval intervals apart separated gestation gestational postnatal embryonic for over during lasting from of daily weekly
    a an to time ± +/- > < ≥ ≤ ≈""".split()
)
_LAST_WORDS: Final = re.compile(r"[^\s(\[]+")
_ENDURED: Final = frozenset("least for to over than lasting lasted about approximately".split())
_ENDURING: Final = ("persist", "sustain", "maintain", "endur")
_LASTED: Final = re.compile(
    r"\b(?:persist\w*|sustain\w*|maintain\w*|endur\w*|lasted|lasting|lasts|durable)\s(?:for\s|over\s)?"
    r"(?:at least\s|up to\s|more than\s|~|about\s|approximately\s)?\Z",
    re.I,
)
_LATER: Final = re.compile(
    r"['’]?[)\]]?\s?[-‐]?\s?(?:(?:\(?\s?(?:T|day|D|week|Day|Week|POD)\s?\d+\)?)\s?)?(?:(?!and\b|or\b|but\b|before\b|in\b)[a-z]+\s)?"
    r"(?:after|post|following|later|afterwards?|thereafter|postinfusion|postdose|postpartum|postoperative(?:ly)?|"
    r"posttreatment|postinjection|postsurgery|postdelivery|postoperation|since|post[-‐]?[a-z]{3,}|"
    r"from (?:baseline|randomi[sz]ation|infusion|the (?:start|first|last|end))|"
    r"of (?:the )?(?:infusion|treatment|therapy|administration|dosing|surgery|delivery|injection|ketamine|esketamine))\b",
    re.I,
)
_MEASURED: Final = re.compile(
    r"\s?(?:time\s?-?points?|timepoints?|end\s?-?points?|assessments?|outcomes?|responses?|responders?|remission|remitters?|visits?|"
    r"mark\b|evaluations?|scores?|ratings?|MADRS|HAM|HDRS|QIDS|relapse|efficacy|mortality|survival|abstinence|readmission)",
    re.I,
)
_NEVER_AFTER: Final = re.compile(
    r"['’]?\s?-?(?:old\b|of age|of gestation|gestation|apart|intervals?|before|prior|preceding|earlier|ago|history|washout|"
    r"pre-?(?!p)|infusions?\b|half|(?:(?:open|double|single)-?\s?\w*\s)?(?:phase|period|trial|study|course|treatment|therapy|"
    r"induction|program\w*|intervention|duration|run-?in|baseline|stay|supply)\b|older|and (?:older|above)|per\b|/|a day|each\b)",
    re.I,
)
_JOINED: Final = re.compile(
    rf"\s?[)\]]?\s?(?:\((?:day|week|D|POD)\s?\d+\))?\s?(?:,|;|/|\+|[{DASH}])?\s?(?:and|or|to|through|&|then|plus)?\s?"
    r"(?:(?:at|after|on|until|up to|the|immediately)\s)?(?:\b(?:again|finally|also)\s(?:at\s)?)?\Z",
    re.I,
)
_BASELINE: Final = re.compile(
    r"\b(?:baseline|screening|pre-?(?:dose|infusion|treatment))\b(?:\s\([^)]{1,20}\))?(?:,|;|,?\s(?:and|to))\s?(?:at\s|after\s)?\Z",
    re.I,
)

_NAMED: Final = re.compile(
    r"(?<![/\w-])(?P<unit>day|week|wk|month|hour|hr|year|POD)s?[\s\u00a0]?[-‐#+]?\s?"
    r"(?P<list>\d{1,3}(?![\d%]|\.\d|:\d|\s?(?:mg|[µμ]g|mcg)\b)(?:(?:\s?(?:,|/|;(?!\s?\d+\s?[.)]))\s?(?:and\s|or\s)?|\s?(?:and|or|&|to|through)\s|\s?[-‐‑–]\s?)"
    r"(?:(?P=unit)s?\s)?\d{1,3}(?![\d%.]\d|\s?(?:h|hours?|days?|weeks?|months?|min|mg|patients)\b|:\d))*)",
    re.I,
)
_NAMED_UNIT: Final = {"d": "day", "p": "day", "w": "week", "m": "month", "h": "h", "y": "year"}
_NOT_NAMED_BEFORE: Final = re.compile(
    r"(?:\b(?:per|a|each|every|one|same|first|second|third|last|final|\d|two|three|four|five|six|seven|postnatal|embryonic|gestational?|gestation|PN)|/|-|\w[.·⋅])\s?\Z",
    re.I,
)
_PART: Final = re.compile(
    r"(?:(?:days?|weeks?|months?|POD)\s)?(?P<low>\d{1,3})(?:\s?(?:[-‐‑–]|to|through)\s?(?:(?:days?|weeks?)\s)?(?P<high>\d{1,3}))?",
    re.I,
)

_OLD_OR_APART: Final = re.compile(r"['’]?[\s-]?(?:years?\s)?(?:old\b|of age)|\sapart")
_SIGNS: Final = (">", "<", "≥", "≤", "±", "/", "> ", "< ", "≥ ", "≤ ", "± ", "/ ", "+/- ", "- ")
_FOLLOWED_AFTER: Final = re.compile(
    r"[)\]]?\s?[-‐]?\s?(?:(?:(?!(?:and|at|to|or|after|in|with)\b)\w+[-\s]){0,2}?)(?:follow(?:ed)?[-‐\s]?ups?|FU\b)|\s?(?:of|in)\s(?:\w+\s)?follow[-‐\s]?up",
    re.I,
)
_FOLLOWED_BEFORE: Final = re.compile(
    r"\bfollow(?:ed)?[-‐\s]?(?:ups?)?(?:\s(?:period|duration|time|visits?|assessments?|evaluations?|data|interview|were|was|lasted))*"
    r"(?:\s?(?:of|for|at|to|until|through|over|up to|was|is|were|from|,|:|\(|=|after|ranged))*\s?"
    r"(?:(?:a|the)\s)?(?:(?:mean|median|total|maximum|minimum|period|average|up|further|additional|at least)\s?(?:of\s|to\s)?)*\Z",
    re.I,
)
# "followed up by letter every second week for up to 6 months"
_FOLLOWED_FOR: Final = re.compile(
    r"\bfollow(?:ed)?[-‐\s]?up\b[^.;,\d]{0,50}\b(?:for|to|until|at)\s(?:up to\s|a total of\s)?\Z", re.I
)
_REACH: Final = 60
Kind = Literal["time-point", "follow-up"]


_LONGEST: Final = 20 * 8760
"""Hours that nobody was followed for: "even 50 years after it was first made" tells of history."""


class Span(NamedTuple):
    """A time span as it stands, with the cue it has of its own: a kind, ``never`` or nothing."""

    elements: tuple[Element, ...]
    start: int
    end: int
    unit: str
    cue: str
    rule: str


def times(reading: Reading) -> list[Quantity]:
    """Time points and follow-up in ``h``, by place, each text span once: "day 7", "40, 80 and 230 minutes after"."""
    return [one for passage in (reading.title, reading.abstract) for one in _times(passage)]


def _times(passage: Passage) -> Iterator[Quantity]:
    spans = _with_shared_cues(passage.text, _spans(passage.text))
    for span in spans:
        if span.cue in ("time-point", "follow-up"):
            for element in span.elements:
                found = _time(passage, span, element)
                if max(found.value or 0, found.high or 0) <= _LONGEST:
                    yield found


def _spans(text: str) -> list[Span]:
    named = [*_named(text)]
    starts = {(span.start, span.end) for span in named}
    measured = [
        _measured(text, amount)
        for amount in amounts(text)
        if amount.unit in HOURS and not any(start < amount.end and amount.start < end for start, end in starts)
    ]
    return sorted([*named, *measured], key=lambda span: span.start)


def _measured(text: str, amount: Amount) -> Span:
    """ "24 h", with the cue before or after it."""
    cue, rule = _cue(text, amount)
    return Span(amount.elements, amount.start, amount.end, amount.unit, cue, rule)


def _cue(text: str, amount: Amount) -> tuple[str, str]:
    """What the words around make of a time span: a kind (or ``never``, or nothing) and the rule."""
    before = text[max(amount.start - _REACH, 0) : amount.start]
    after = text[amount.end : amount.end + _REACH]
    if amount.unit == "s" or _OLD_OR_APART.match(after):
        return "never", ""
    if "ollow" in before + after and _is_followed(before, after):
        return "follow-up", "follow-up"
    if _NEVER_AFTER.match(after):
        return "never", ""
    words = [word.lower() for word in _LAST_WORDS.findall(before)[-6:]]
    return _by_words(words, before, after)


def _is_followed(before: str, after: str) -> bool:
    return any((_FOLLOWED_AFTER.match(after), _FOLLOWED_BEFORE.search(before), _FOLLOWED_FOR.search(before)))


def _by_words(words: list[str], before: str, after: str) -> tuple[str, str]:
    last = words[-1] if words else ""
    if last == "to" and _BASELINE.search(before):
        return "time-point", "baseline and"
    if (last in _ENDURED or last.startswith(_ENDURING)) and _LASTED.search(before):
        return "time-point", "lasted"
    if _LATER.match(after) and last not in ("every", "aged", "least"):
        return "time-point", "after"
    if last in _FIRST:
        return "time-point", "first"
    if last == "to" and words[-2:-1] == ["up"]:
        return "time-point", "at"
    if before.endswith(_SIGNS) or (last in _NEVER and not _stripped(words)):
        return "never", ""
    if _stripped(words):
        return "time-point", "at"
    if _BASELINE.search(before):
        return "time-point", "baseline and"
    if _MEASURED.match(after.lstrip("-‐ ")):
        return "time-point", "measured"
    return "", ""


def _stripped(words: list[str]) -> bool:
    """Whether "at", "after", "within" ... stand before, with at most "approximately", "the first" ... between."""
    for index in range(len(words) - 1, -1, -1):
        if words[index] in _AT:
            return not (index and words[index - 1] in ("followed", "separated", "spaced"))
        if words[index] == "to" and index and words[index - 1] == "up":
            return True
        if words[index] not in _AROUND:
            return words[index].endswith("+") or words[index] == "t+"
    return False


def _named(text: str) -> Iterator[Span]:
    """ "day 7", "weeks 1, 2 and 4", "POD 1", "T+230 min"."""
    last = -1
    for at in anchors(text)["day"]:
        match = _NAMED.match(text, at) if at >= last else None
        if match is None:
            continue
        last = match.end()
        if _NOT_NAMED_BEFORE.search(text, max(at - 14, 0), at):
            continue
        unit, end = _NAMED_UNIT[match["unit"].lower()[0]], match.end("list")
        elements = tuple(_parts(match["list"], match.start("list")))
        before = text[max(match.start() - _REACH, 0) : match.start()]
        followed = _FOLLOWED_BEFORE.search(before) or _FOLLOWED_AFTER.match(text, end)
        yield Span(elements, match.start(), end, unit, "follow-up" if followed else "time-point", "named")


def _parts(listed: str, offset: int) -> Iterator[Element]:
    for part in _PART.finditer(listed):
        start, end = part.start() + offset, part.end() + offset
        low, high = float(part["low"]), float(part["high"] or -1)
        if high > low:
            yield Element(start, end, None, low, high)
        else:
            yield Element(start, part.end("low") + offset, low)


def _with_shared_cues(text: str, spans: list[Span]) -> Iterator[Span]:
    """Spans of one series ("4 h, 24 h and 7 days after") have the cue that any of them has."""
    series: list[Span] = []
    for span in spans:
        if series and (span.start - series[-1].end > 40 or not _JOINED.match(text[series[-1].end : span.start])):
            yield from _shared(series)
            series = []
        series.append(span)
    yield from _shared(series)


def _shared(series: list[Span]) -> Iterator[Span]:
    giver = next((span for span in series if span.cue in ("time-point", "follow-up")), None)
    for span in series:
        yield span._replace(cue=giver.cue, rule="series") if giver and not span.cue else span


def _time(passage: Passage, span: Span, element: Element) -> Quantity:
    """One time point. Of "day 7" and "days 1 and 3" the words begin at the unit, or at the number itself."""
    value, low, high = element.scaled(*HOURS[span.unit])
    first = element is span.elements[0]
    start = span.start if first else element.start
    end = element.end if span.rule == "named" and span.elements[-1].end != element.end else span.end
    kind: Kind = "follow-up" if span.cue == "follow-up" else "time-point"
    return Quantity(kind, passage.field, start, end, value, low, high, "h", passage.text[start:end], "", span.rule)
