"""How many people a report is about, in all and in each arm.

Every number that counts people is a candidate. What stands around it (verbs of letting in, words of a part, the
section) gives points for and against its being the total; the best above a threshold wins. The largest number in
sight has no advantage: registries and screening are larger than trials.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.numbers.arms import Candidate, Series, arm_sizes, series, with_sums
from harvest.numbers.model import Quantity
from harvest.numbers.people import PEOPLE, Count, counts
from harvest.tagging.passage import Passage
from harvest.tagging.tags import Reading

THRESHOLD: Final = 0.4
"""Points a count must reach: a noun of people alone (1.5) does, unless something speaks against it."""
BASE: Final = {"noun": 1.5, "n": 1.0, "total": 3.0, "bare": 0.0, "part": -1.0}
ARM: Final = -2.0


def _cue(pattern: str) -> re.Pattern[str]:
    """Of words in lower case, which are found twice as fast."""
    return re.compile(pattern)


_RANDOM = r"\b(?:randomi[sz](?:ed|ation)|(?:randomly|were) (?:\w+ )?(?:assign|allocat|divid|distribut)\w*|assigned at random|random(?:ly)?\b)"
_LET_IN = (
    r"\b(?:enrol\w*|recruit\w*|includ(?:ed?|ing)|accru\w*|entered|entering|registered|admitted|consented|assigned|allocated|"
    r"divided|participat\w*|t(?:ook|ake) part|involv\w+|consist\w*|compris\w*|volunteered|agreed)\b"
)
# Of each tuple the first that fits counts: (name, words, points).
_BEFORE: Final = (
    ("randomised-before", _cue(rf"{_RANDOM}(?: (?!to\b|into\b|at\b|and\b)[\w-]+){{0,2}}\s+\Z"), 3.0),
    ("let-in-before", _cue(rf"{_LET_IN}(?: (?!group|arm|control|and\b)[\w-]+){{0,3}}\s+\Z"), 2.5),
    (
        "study-before",
        _cue(
            r"\b(?:trial|study|survey|cohort|crossover|experiment|series|data|records|interviews)(?: \w+){0,2}"
            r" (?:of|in|with|on|from|among|for)(?: \w+){0,3}\s+\Z|\b(?:participants|patients|subjects) (?:were|are)\s+\Z"
        ),
        2.0,
    ),
    (
        "event-before",
        _cue(
            r"\b(?:occurred|observed|seen|noted|found|reported|detected|identified|achieved|present|positive|developed|"
            r"recurred|required|discontinued|presented|recurrence|remission|response|improvement|reduction|events?)"
            r"(?: \w+)? (?:in|by|for)(?: \w+)?\s+\Z"
        ),
        -2.5,
    ),
    (
        "done-with",
        _cue(
            r"\b(?:performed|conducted|tested|measured|studied|examined|investigated|assessed|evaluated|carried out|done|"
            r"administered|given|obtained|collected|reviewed|treated|recorded|used|interviewed|surveyed|scanned|compared|"
            r"followed|analy[sz]ed|report|describe|present)"
            r"(?: \w+){0,2}?(?: (?:in|on|with|from|of|to|using|for|among))?(?: \w+)?\s+\Z"
        ),
        1.5,
    ),
    ("in", _cue(r"[a-z)] (?:in|from|with|on|for)(?: (?:a|an|all|over|up to))?\s+\Z|\bthere were\s+\Z"), 0.7),
)  # fmt: skip
_AFTER: Final = (
    ("randomised-after", _cue(_RANDOM), 3.0),
    ("let-in-after", _cue(_LET_IN), 2.5),
    (
        "treated-after",
        _cue(
            r"\b(?:underwent|received|treated|studied|assessed|examined|evaluated|investigated|tested|given|administered|"
            r"scheduled|undergoing|interviewed|surveyed|followed|analy[sz]ed|scanned|were|responded|compar\w+)\b"
        ),
        0.7,
    ),
)
_MAY = r"\A\s*,?\s?(?:\w+ly )?(?:have |had |has |were |was |did |not )*"
_NEXT: Final = (
    (
        "event-after",
        _cue(
            _MAY + r"(?:discontinu\w*|withdr\w+|dropped|excluded|lost to|died|relaps\w*|respon(?:ded|ders?|se)|"
            r"remi(?:tted|ssion)|achiev\w*|experienc\w*|develop\w*|report\w*|had\b(?! a (?:mean|median))|showed|suffered|"
            r"failed|required|refused|declined|improved|recovered|remained|withdrawal|unavailable|missing|removed|"
            r"positive|negative)\b"
        ),
        -2.5,
    ),
    ("finished", _cue(_MAY + r"(?:completed|available|evaluable|analy[sz]ed)\b"), -0.7),
)  # fmt: skip
_OWN: Final = _cue(
    r"\b(?:randomi[sz]ed|randomly|enrolled|recruited|registered|included|consecutive|participating|consenting)\b"
)
_ABOUT_THEM: Final = _cue(
    r"\W{0,3}(?:with a |had a )?(?:mean|median|average|aged?\b|M ?age|\d+(?:\.\d+)?% (?:fe)?male|(?:fe)?males?\b)"
)
_SCREENED_AFTER: Final = _cue(r"\b(?:screened|eligib\w+|approached|invited|contacted|assessed for)\b")
_SCREENED_BEFORE: Final = _cue(
    r"\b(?:screen(?:ed|ing)|approached|invited|excluded|withdrew|excluding|discontinued)(?: (?!and\b)\w+){0,2}\s+\Z"
)
_LET_IN_OF: Final = _cue(
    r"(?:\s?\(\d+(?:\.\d+)?\s?%\))?\s?(?:of|out of|/)\s?(?:the |all )?\d[\d,]*(?: [\w-]+){1,5}? (?:(?:were|was) "
    rf"(?:{_LET_IN}|{_RANDOM})|(?:participated|agreed|consented|enrolled|entered|volunteered|took part)\b(?! \w+ed| were| had))"
)
_SHARE: Final = _cue(r"\s?[(\[]\s?\d+(?:\.\d+)?\s?%\s?[)\]]")
_PART_AFTER: Final = _cue(r"\s?(?:/\s?\d|of (?:the|these|those|them|whom|\d|all)|out of)")
_OUT_OF: Final = _cue(
    r"(?:\d\)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|out|percent|most|all|many|some|"
    r"majority|half)|%\)?)(?:\s\w+)?\s?(?:/|\bof(?: the| all| these)?)\s?\Z"
)
_PART_BEFORE: Final = _cue(
    r"\b(?:the|these|those|them|whom|which|remaining|other|(?:subgroup|subset) of|latter|former|only|all but)\s+\Z"
    r"|\b(?:of|among) (?:whom|which|these|those|them)(?: \w+){0,2},?\s+\Z"
)
_SOME_OF: Final = _cue(r"\b(?:of|among) (?:whom|which|these|those|them)\b")
_WHOLE_BEFORE: Final = re.compile(r"(?:\A|[.:] |\b[A-Z]+:? )(?:Of|From|Among)(?: the| all)?\s+\Z")
_ARM_BEFORE: Final = re.compile(
    r"\b(?:group|arm|placebo|sham|controls?|saline|alone|treatment|therapy|intervention|(?:group|arm|cohort) \w{1,3}|"
    r"\w+(?:amine|olam|caine|ide|one|ine|mab|nib|en|ol|ib)|care|mg(?:/\w+)?|kg|%|[A-Z]{2,5})[\s:,;]*\Z",
)
_ARM_AFTER: Final = _cue(
    r"\s*(?:in|to|for|of|on|with)? ?(?:the |each |both |per )?(?:[\w+/-]+ ){0,3}?(?:group|arm)\b|\s*(?:in |per |for |at )?each\b"
    r"|\s*per \w+|\s*(?:of them )?(?:started|received|on|to|in) (?:the )?(?:placebo|sham)|\s*(?:received|on) [\w-]+,? and \d"
)
_EACH_BEFORE: Final = _cue(r"\b(?:each|per) (?:group|cohort|arm|dose|team|panel)\b[^.]{0,30}\Z")
_ASSIGNED_TO: Final = _cue(r"(?:randomi[sz]ed|assigned|allocated|randomly) to (?!one\b|either|groups)")
_CHOICE: Final = _cue(r"\b(?:or|either|versus|vs|between|one of|groups|arms|two|three|four|sequences?)\b")
_STAFF: Final = _cue(r"staff|team|surgeons|radiologists|therapists|nurses|physicians|doctors|clinicians")
_SEXES: Final = frozenset("men women males females boys girls male female man woman".split())
_ONE: Final = re.compile(
    r"\b(?:an?|one|this|the|our) (?:[\w/.-]{1,30},? ){0,6}?(?:man|woman|male|female|boy|girl|patient|participant|veteran|lady|"
    r"gentleman|person|individual|child|adolescent|infant|case)\b",
    re.IGNORECASE,
)
_GROUPS: Final = re.compile(r"\b(two|three|four|five|six|[2-6]) (?:[\w-]+ ){0,3}(?:groups|arms)\b", re.IGNORECASE)
_EACH: Final = _cue(r"\s*(?:[),]|in |per |for |to )*\s*(?:each\b|(?:per |each )(?:group|arm)\b)")
_FEW = {word: size for size, word in enumerate("two three four five six".split(), start=2)}


def sample_size(reading: Reading) -> tuple[Quantity | None, tuple[Quantity, ...]]:
    """The total number of people (None when the text does not say), and the sizes of the arms.

    The total of a series of groups without a stated one is their sum; its evidence goes from the first to the last.
    """
    found = candidates(reading.title) + candidates(reading.abstract)
    chains = series(found, reading)
    chains = with_sums(found, chains)
    sizes = arm_sizes(found, chains, reading)
    best = max(found, key=_score, default=None)
    summed = max((c for c in chains if not c.whole), key=_score, default=None)
    if summed and summed.score >= THRESHOLD and (best is None or summed.score > best.score):
        return _summed(found, summed, reading), sizes
    if best and best.score >= THRESHOLD:
        return best.quantity(reading, "sample-size"), sizes
    return _times_groups(found, reading) or _single_case(reading), sizes


def _score(option: Candidate | Series) -> float:
    return option.score


def candidates(passage: Passage) -> list[Candidate]:
    """The counts of a passage, each with its points."""
    found = [_candidate(count, place) for place, count in enumerate(counts(passage))]
    arms = [place for place, candidate in enumerate(found) if candidate.arm]
    if len(arms) == 1:
        only = found[arms[0]]
        if only.counted.form != "part" and not _ARM_AFTER.match(only.counted.beside.lower()):
            # One arm alone is no arm: "women undergoing therapy (n = 38)", "40 were randomised to treatment".
            found[arms[0]] = only.plus(-ARM, "no-arm", arm=False)
    return found


def _candidate(count: Count, place: int) -> Candidate:
    arm = _is_arm(count)
    lower = count._replace(
        own=count.own.lower(),
        before=count.before.lower(),
        after=count.after.lower(),
        beside=count.beside.lower(),
    )
    points = [(count.form, BASE[count.form]), *_points_around(lower), *_points_of_parts(lower)]
    if not count.bracketed and _WHOLE_BEFORE.search(count.before):
        points.append(("whole-before", 1.8))
    if arm:
        points.append(("arm", ARM))
    if "background" in count.parts:
        points.append(("background", -2.0))
    if "conclusion" in count.parts:
        points.append(("conclusion", -2.0))
    if count.people < 5:
        points.append(("few", -2.0 if count.people < 3 else -1.5))
    elif count.people >= 1_000_000:
        points.append(("many", -3.0))
    points.append(("", -0.2 * min(place, 10)))
    return Candidate(count, sum(value for _, value in points), arm, frozenset(name for name, _ in points))


def _is_arm(count: Count) -> bool:
    if count.form == "part" or _ARM_AFTER.match(count.beside.lower()):
        return True
    if count.bracketed:
        return bool(_ARM_BEFORE.search(count.before[-30:])) and _last_word(count.before) not in PEOPLE
    after = count.after.lower()
    to = _ASSIGNED_TO.search(after)
    return bool(to and not _CHOICE.search(after, to.end()))


def _points_around(count: Count) -> list[tuple[str, float]]:
    """Points of what is done with the people."""
    points = []
    if not count.bracketed and count.form != "total":
        points += _first(_BEFORE, count.before[-70:])
    elif count.form == "n" and _last_word(count.before) in PEOPLE:
        points.append(("people-before", 1.0))
    points += _first(_AFTER, count.after)
    points += _first(_NEXT, count.after[:60])
    if _OWN.search(count.own):
        points.append(("own", 1.5))
    if _ABOUT_THEM.match(count.beside):
        points.append(("about-them", 1.0))
    return points


def _first(cues: Sequence[tuple[str, re.Pattern[str], float]], text: str) -> list[tuple[str, float]]:
    """Name and points of the first cue that is found, if any."""
    for name, words, value in cues:
        if words.search(text):
            return [(name, value)]
    return []


def _points_of_parts(count: Count) -> list[tuple[str, float]]:
    """Points of words that say whether all people are meant or some of them."""
    before = count.before[-60:]
    points = [] if count.form == "total" else _points_of_fractions(count)
    if _LET_IN_OF.match(count.beside):
        points.append(("let-in-of", 3.0))
    elif _PART_AFTER.match(count.beside) or _SHARE.match(count.beside) or _SHARE.match(count.own):
        points.append(("part-after", -3.0))
    if _SCREENED_AFTER.search(count.after[:60]) or _SCREENED_BEFORE.search(before):
        points.append(("screened", -2.0))
    if _EACH_BEFORE.search(before):
        points.append(("each", -3.0))
    if count.bracketed and count.noun in _SEXES:
        points.append(("sex", -2.0))
    if _STAFF.search(count.noun) or _STAFF.search(count.own):
        points.append(("staff", -2.5))
    return points


def _points_of_fractions(count: Count) -> list[tuple[str, float]]:
    """``Of 60 patients, ...`` is the whole; in ``12 of 60 patients`` and ``of the 60 patients`` some of them are told of."""
    if count.bracketed:
        return [("part-before", -1.0)] if _SOME_OF.search(count.before) else []
    if _OUT_OF.search(count.before[-30:]):
        return [("out-of", -1.5)]
    return [("part-before", -1.0)] if _PART_BEFORE.search(count.before[-60:]) else []


def _last_word(text: str) -> str:
    words = text[-40:].rsplit(None, 1)
    return words[-1].lower() if words else ""


def _summed(found: list[Candidate], chain: Series, reading: Reading) -> Quantity:
    first, last = found[chain.places[0]].counted, found[chain.places[-1]].counted
    text = reading.title.text if first.field == "title" else reading.abstract.text
    people = sum(found[place].counted.people for place in chain.places)
    stated = text[first.start : last.end]
    return Quantity(
        "sample-size", first.field, first.start, last.end, float(people), None, None, "people", stated, "", "sum of groups"
    )  # fmt: skip


def _times_groups(found: list[Candidate], reading: Reading) -> Quantity | None:
    """``three groups (n = 16 each)`` -> 48, at the place of the 16; None when either number is missing."""
    each = next((c for c in found if _EACH.match(c.counted.beside.lower())), None)
    groups = each and _GROUPS.search(reading.abstract.text)
    if not each or not groups:
        return None
    times = _FEW.get(groups[1].lower()) or int(groups[1])
    one = each.quantity(reading, "sample-size")
    return one._replace(value=float(each.counted.people * times), rule="size of each group, times groups")


def _single_case(reading: Reading) -> Quantity | None:
    """The one person of a case report."""
    if reading.tags.design != "case-report":
        return None
    for passage in (reading.abstract, reading.title):
        match = _ONE.search(passage.text)
        if match:
            start, end = match.span()
            return Quantity(
                "sample-size", passage.field, start, end, 1.0, None, None, "people", match.group(), "", "single case"
            )  # fmt: skip
    return None
