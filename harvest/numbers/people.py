"""Numbers that count people (or animals), each with the words around it that tell what is counted."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from harvest.numbers.words import Number, numbers
from harvest.tagging.context import Sentence
from harvest.tagging.passage import Passage

Form = Literal["noun", "n", "total", "bare", "part"]
"""``40 patients``, ``n = 40``, ``a total of 40``, ``forty were randomised``, and behind one of these ``and 20 to ...``."""


class Count(NamedTuple):
    """A number of people at code points ``start`` to ``end`` (exclusive) of a field."""

    field: str
    start: int
    end: int
    people: int
    form: Form
    noun: str
    """``patients``; empty where none follows."""
    own: str
    """The words between the number and its noun: ``consecutive``, ``randomly assigned``."""
    before: str
    """The words before the number in its sentence, or before the bracket it stands in; without other brackets."""
    after: str
    """The words behind the noun, or behind the bracket, to the end of the clause; without brackets."""
    beside: str
    """What stands directly behind number and noun, as written."""
    bracketed: bool
    parts: frozenset[str]
    """Section and cues of the sentence."""
    sentence: int
    """Where its sentence starts."""


PEOPLE: Final = frozenset(
    """patients participants subjects volunteers women men children adults individuals people persons adolescents
    veterans inpatients outpatients infants neonates newborns cases parturients students users survivors males females
    boys girls residents soldiers respondents mothers fathers parents carers caregivers nurses physicians doctors
    surgeons clinicians smokers drinkers controls sufferers clients members workers employees athletes candidates twins
    toddlers teenagers youth youths seniors gravidae primigravidae primiparas nulliparas multiparas recipients donors
    practitioners meditators attendees inmates prisoners asthmatics diabetics hypertensives consumers completers
    responders nonresponders relatives spouses partners schoolchildren preschoolers personnel offenders refugees abusers
    addicts alcoholics epileptics schizophrenics pts enrollees trainees therapists applicants babies entrants
    undergraduates postgraduates graduates nonusers citizens interviewees informants radiologists
    rats mice dogs cats horses monkeys pigs piglets rabbits sheep goats animals macaques baboons beagles lambs calves
    """.split()
)
"""Nouns that a number of people stands before; animals where they are what is studied."""
ONE_PERSON: Final = frozenset(
    "patient participant subject volunteer woman man child adult individual person adolescent case male female boy girl "
    "veteran infant student user".split()
)
_STOP: Final = frozenset(
    """of were was had have has in to with at for on by from received the than these those who which that is are per
    group groups arm arms each among between did completed versus vs out as if because when after before during
    study studies trial trials centre centres center centers site sites hospital hospitals year years yr yrs y month
    months week weeks day days hour hours h hr hrs min minute minutes second seconds s mg mcg µg μg g kg ml l mm cm
    mmol nmol mmhg hz point points time times dose doses session sessions percent fold item items score scores visits
    units cycles episodes events questions scales pm am c lesions samples underwent entered eyes families couples
    countries experiments criteria sets types kinds ways will would may can not no above below more less fewer higher
    greater""".split()
)
"""Words at which the way from a number to its noun ends: something else is counted, or the clause goes on."""
_ORDINARY_OF: Final = frozenset("society college status stage grade type class".split())
_WORD: Final = re.compile(
    r"[\s‐‑-]*(?:[(\[][^()\[\]]{0,60}[)\]]|([^\W\d_][^\s,;:()\[\]=<>%]{0,60})"
    # "ASA status 1 and 2 women": a grade among the words is no count.
    r"|(?:(?<=[ASIV] )|(?<=(?:age|ade|ype|tus|ass|ges) ))[0-9IV]+(?:(?:\s(?:and|or|to)\s|\s?[/‐–-]\s?)[0-9IV]+)?),?"
)
_SPLIT: Final = re.compile(r"[‐‑–/-]")
_MOST_WORDS: Final = 10
_UNIT: Final = re.compile(
    r"\s?%|[‐‑-]?\s?(?:years?|weeks?|days?|months?|hours?|h|min|mg|mL|points?)\b|\s?[:.]\d|\s?[±<>=]"
)
_NAMED: Final = re.compile(
    r"(?:[‐‑–-]|[±<>≤≥=$£€#@]\s?|\b(?:aged?|grades?|stages?|phase|type|class|day|week|month|group|level|version|criteria|axis|"
    r"table|figure|visit|cohort|part|step|clusters?|SD|mean|median|ASA|status|ISRCTN|NCT|no\.|number)s?\s"
    r"(?:[0-9IV]+\s?(?:and|or|to|,|[‐–/-])\s?){0,3})\Z",
    re.IGNORECASE,
)
_N_EQUALS: Final = re.compile(r"(?<![\w-])[nN]s?\s?[=:≈]\s?\Z")
_EQUALS: Final = frozenset("=:≈")
_TOTAL_WORD: Final = re.compile(r"\b(?:total|sample|cohort|population|enrol?lment|series|number of)\b", re.IGNORECASE)
_TOTAL: Final = re.compile(
    r"\b(?:total|sample|cohort|population|enrol?lment|series|number of (?:subjects|patients|participants))"
    r"(?:\s(?:number|sample|population|size|of|was|is|were|will|be|included|comprised|consisted|comprising|including|"
    r"consisting|for|this|age|range|subjects|patients|participants|approximately|about|up|to|n))*[\s:=,(]*\Z",
    re.IGNORECASE,
)
_TOTAL_NEXT: Final = re.compile(
    r"\s?(?:[.,;()/\[\]]|(?:were|was|who|and|in|with|at|for|from|had|[A-Z]\.\d|[A-Z]{2,})\b|\Z)"
)
_BARE: Final = re.compile(
    r"(?:\s?\([^()]{0,60}\))?(?:\s(?:of|out of)\s(?:the\s|all\s)?\w+(?:\s\w+){0,4}?)?\s(?:(?:were|was|have been|will be|had been)\s"
    r"|(?:randomi[sz]ed|enrolled|recruited)\b(?=[;.)]|,\s(?:and|with|of)\b|\s(?:to|and|in|at|between|from)\b)"
    r"|(?:underwent|received|entered|completed|participated|consented|agreed|met|took part)\b)",
)
_BARE_LEAST, _PART_LEAST, _LISTED = 3, 3, 10
_PART: Final = re.compile(
    r"\s(?:(?:women|men) )?(?:in|to|on|received|assigned|allocated|for|did|with|were|underwent)\s"
)
_PART_BRACKETED: Final = re.compile(
    r"\s(?:and\s(?!\d+\s?(?:mg|m?cg|µg|kg|h|min|%|years|weeks|days))|(?:vs\.?|versus|in|on|received|assigned|allocated|for|with)\s|to\s(?!\d))|\s?[,;)\]]"
)
_OPENS: Final = re.compile(r"(?<!\w)[(\[]\Z|[\w)\]]:\s?\Z")
_LINK: Final = re.compile(r"(?:,|;|\b(?:and|or|with|versus|vs\.?|against|the other))\s\Z")
_YEARS: Final = range(1950, 2040)
_BRACKETS: Final = re.compile(r"\s?[(\[][^()\[\]]*(?:[)\]]|\Z)")
_CLOSING: Final = re.compile(r"[)\]]")
_CLAUSE_END: Final = re.compile(
    r";|\bof (?:whom|which|these|them)\b|(?:,|\b(?:and|with|while|whereas|but))\s+(?:the\s)?(?:other\s)?(?:[0-9]+|one|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|twelve|[a-z]{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
    r"(?![‐‑-]?\s?(?:mg|m?cg|groups?|arms?|years|weeks|months|days|h\b|hours|%))",
    re.IGNORECASE,
)
_REACH_LEFT, _REACH_RIGHT, _NEAR = 160, 200, 80
_MOST_COUNTS: Final = 500
_MOST_NUMBERS: Final = 10_000
"""The longest registry entries hold some hundred counts; what holds more is no abstract, and must not take minutes."""


def counts(passage: Passage) -> list[Count]:
    """Every number of the passage that seems to count people, by start."""
    found: list[Count] = []
    for number in numbers(passage.text)[:_MOST_NUMBERS]:
        if number.value >= 1 and number.value.is_integer() and passage.text[number.start] != "0":
            count = _count(passage, number, found[-1] if found else None)
            if count:
                found.append(count)
                if len(found) == _MOST_COUNTS:
                    break
    return found


def _count(passage: Passage, number: Number, previous: Count | None) -> Count | None:
    text, start, end = passage.text, number.start, number.end
    if _UNIT.match(text, end):
        return None
    near = text[max(0, start - _NEAR) : start]
    n_equals = near.rstrip()[-1:] in _EQUALS and bool(_N_EQUALS.search(near[-6:]))
    sentence = passage.context.sentence_at(start)
    right = min(sentence.end, end + _REACH_RIGHT)
    noun, behind = _noun(text, end, right, int(number.value))
    form = _form(text, near, number, right, noun, n_equals)
    if form is None and number.value >= _PART_LEAST and number.value not in _YEARS:
        form = _part(text, near, number, right, bool(previous and previous.sentence == sentence.start))
    if form is None or (not n_equals and _NAMED.search(near[-24:])):
        return None
    return _with_words(passage, number, sentence, form, noun, behind)


def _form(text: str, near: str, number: Number, right: int, noun: str, n_equals: bool) -> Form | None:
    if n_equals:
        return "n"
    if _TOTAL_WORD.search(near) and _TOTAL.search(near):
        return "total" if noun or _TOTAL_NEXT.match(text, number.end, right) else None
    if noun:
        return "noun"
    if number.value < _BARE_LEAST or near.endswith(("/", "(", "than ")):
        return None
    return "bare" if _BARE.match(text, number.end, right) else None


def _part(text: str, near: str, number: Number, right: int, follows: bool) -> Form | None:
    """Whether the number is the size of a part whose noun was named before: ``(20 in each group)``, ``and 20 to ...``."""
    end = number.end
    if _OPENS.search(near[-4:]):
        listed = number.value < _LISTED and text[end : end + 1] in (")", "]")  # "(3) to assess"
        return "part" if not listed and _PART_BRACKETED.match(text, end, right) else None
    return "part" if follows and _LINK.search(near[-12:]) and _PART.match(text, end, right) else None


def _noun(text: str, at: int, right: int, people: int) -> tuple[str, int]:
    """The noun the number counts, and where it ends; empty when something else, or nothing, is counted."""
    start, previous = at, ""
    for _ in range(_MOST_WORDS):
        match = _WORD.match(text, at, right)
        if not match:
            break
        at = match.end()
        word = match[1]
        if word is None:
            continue
        stem = word.rstrip(".'’")
        plain = stem.lower()
        last = _SPLIT.split(plain)[-1]
        if last in PEOPLE or (people == 1 and plain in ONE_PERSON):
            return stem, match.start(1) + len(stem)
        if (plain in _STOP or last in _STOP) and not (plain == "of" and previous in _ORDINARY_OF):
            break
        if word.endswith(".") or (match[0].endswith(",") and plain.endswith("s")):
            break  # "two experiments, ..."
        previous = plain
    return "", start


def _with_words(passage: Passage, number: Number, sentence: Sentence, form: Form, noun: str, behind: int) -> Count:
    text, start = passage.text, number.start
    left = text[max(sentence.start, start - _REACH_LEFT) : start]
    rest = text[behind : min(sentence.end, number.end + _REACH_RIGHT)]
    opening = max(left.rfind("("), left.rfind("["))
    bracketed = opening > max(left.rfind(")"), left.rfind("]"))
    before, after = left, rest
    if bracketed:
        closing = _CLOSING.search(rest)
        before, after = left[:opening], rest[closing.end() :] if closing else ""
    if "(" in after or "[" in after:
        after = _BRACKETS.sub("", after)
    ends = _CLAUSE_END.search(after)
    return Count(
        passage.field, start, number.end, int(number.value), form, noun.lower(),
        text[number.end : behind - len(noun)] if noun else "",
        _BRACKETS.sub("", before) if "(" in before or "[" in before else before, after[: ends.start()] if ends else after, rest[:60], bracketed,
        passage.context.parts(start), sentence.start,
    )  # fmt: skip
