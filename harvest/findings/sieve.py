"""Which words of a sentence may be read as a result of the treatment, and which must not.

The engine (`harvest.findings.change`) reads any sentence; this module keeps back what is no result: plans, open
questions, values at entry, relations between two measurements, comparisons of responders with others, and idioms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

Span = tuple[int, int]

_CLAUSE: Final = re.compile(r";|,? \b(?:but|however|although|though|whereas|while|whilst|yet)\b|: ")
_LEADING: Final = re.compile(
    r"\W*(?:[A-Z][A-Za-z ]{2,30}: ?)?(?:although|though|while|whilst|whereas|even though|despite|unlike)\b[^,;()]*(?:\([^)]*\)[^,;()]*)*,",
    re.IGNORECASE,
)
_OPEN: Final = re.compile(
    r"\b(?:whether|unclear|unknown|uncertain|hypothes\w+|further (?:research|stud|trial|investigat|work|evidence)\w*"
    r"|future (?:research|stud|trial|work)\w*|to be (?:determined|established|elucidated|explored)|remains? to be|should\b"
    r"|(?:is|are|was|were) (?:needed|warranted|required)|aim(?:ed|s)? (?:to|at|of)|objective|we (?:will|plan)"
    r"|would be|in order to|to (?:better )?(?:understand|explore|assess|evaluate|examine|determine|investigate|establish)"
    r"|(?:further|better) understanding|this (?:review|article|paper|chapter|overview) \w+|if confirmed|defined as|(?:was|were|is) defined|(?:was|were) (?:assessed|measured|evaluated|recorded|rated) (?:by|using|with|at|on)"
    r"|(?:was|were) to (?:assess|evaluate|compare|determine|examine|investigate))\b",
)  # fmt: skip
_AT_ENTRY: Final = re.compile(
    r"\b(?:at (?:baseline|entry|admission|enrol\w+|inclusion)|(?:had|with|by|higher|lower|greater|of) (?:\w+ ){0,2}baseline"
    r"|baseline (?:\w+ ){0,2}(?:scores?|severity|levels?|values?|symptoms?)) ?(?:were|was|predict|correlat|associat|,|\.|$)",
)
_GENES: Final = re.compile(r"\b(?:genotyp\w*|polymorphisms?|alleles?|haplotypes?|carriers?|SNPs?)\b")
_PRAISE: Final = re.compile(r"(?:benefi|efficac|effectiv|useful|success)", re.IGNORECASE)
"""Words of judgement: what works is read by `harvest.findings.efficacy`, not as the value of whatever stands near."""
_BEFORE_SURGERY: Final = re.compile(r"\bpre-?operative(?:ly)?\b(?!.{0,80}\bpost-?operative)", re.IGNORECASE)
_LIMITATION: Final = re.compile(
    r"\W{0,3}(?:(?:study |main |key )?limitations?\b|(?:the |our )?(?:main |major |study )?(?:limitations?|strengths?)\b)",
    re.IGNORECASE,
)
_RELATION: Final = re.compile(
    r"\b(?:associat(?:ed|ion|ions|es)|correlat\w+|predict\w*|relationships?|related to|moderat(?:ed|or|ors|ing)|mediat\w+"
    r"|regression|risk factors?|linked (?:to|with))\b",
)  # fmt: skip
_DUE_TO: Final = re.compile(
    r"\W*(?:\w+\W+){0,6}?(?:was|were|is|are|been)?\W*(?:\w+ly\W+)?associated with\b", re.IGNORECASE
)
_RESPONDERS: Final = re.compile(r"\bnon-?\s?responders?\b")
_SUBGROUPS: Final = re.compile(
    r"\b(?:older|younger|elderly|males?|females?|men|women|unipolar|bipolar|(?:non-?)?anxious|(?:non-?)?obese|carriers?"
    r"|(?:non-?)?users?|smokers?|healthy (?:\w+ )?(?:controls?|volunteers?|subjects?|participants?))\b",
)  # fmt: skip
_KINDS: Final = (
    r"(?:patients|subjects|individuals|participants|those|people|adults|carriers|responders|men|women|children|cases)"
)
_KIND_AGAINST_KIND: Final = re.compile(
    rf"\b{_KINDS}\b[^.;]{{0,120}}\b(?:than|compared (?:with|to)|versus|vs)\b[^.;]{{0,40}}\b(?:{_KINDS}|controls|without)\b",
)
_GIVEN: Final = re.compile(
    r"\b(?:us(?:e|es|ed|ing|ers? of)|receiv\w+|given|treated with|treatment with|tak(?:e|ing)|on|with|without|administered)\s(?:[\w./-]+\s){0,4}\Z",
    re.IGNORECASE,
)
"""Up to a drug: people are told apart by what they were given."""
_GIVEN_REACH: Final = 50
_AGAINST: Final = re.compile(r"\b(?:than|versus|vs|compared (?:with|to)|relative to|in comparison)\b")
_COMPARED: Final = re.compile(
    r"\b(?:than|versus|vs|compar(?:ed|ison|able|ing)|relative to|between|among|groups?|arms?|superior\w*|(?:non-?)?inferior\w*"
    r"|placebo|controls?|similar|differ\w*)\b",
)  # fmt: skip
_WITH_BEFORE: Final = re.compile(
    r"\b(?:compared (?:with|to)|relative to|versus|vs\.?|than(?: at)?|from|differ\w* from) (?:the |their |its )?(?:pre-?\s?\w+|baseline)\b|\bbaseline (?:vs\.?|versus|and|with|to)\b",
)
_OF_DOSE: Final = re.compile(
    r"\W{1,2}(?:\w+ )?(?:doses?(?!-depend)|dosages?|risk of bias|quality(?! of (?:life|sleep|recovery))|methodological)\b",
    re.IGNORECASE,
)
_DEFINING: Final = re.compile(
    r"\W*(?:in |of )?(?:[\w-]+ ){0,4}?(?:by )?(?:of )?(?:≥|>|⩾|at least|more than|greater than or equal to|by at least) ?(?:or equal to )?\d",
    re.IGNORECASE,
)
"""Behind a word of change: "a reduction of at least 50 %" says what counts as response."""
_RAISED: Final = re.compile(
    r"\W*(?:the |a |an |some |important )*(?:issues?|questions?|possibilit\w+|concerns?|awareness|hopes?)\b",
    re.IGNORECASE,
)
_TRANSITIVE: Final = re.compile(r"(?:reduc|enhanc|prevent|attenuat|alleviat|ameliorat|augment)(?:e?s)\Z", re.IGNORECASE)
"""Verbs whose subject is the cause: what stands before "reduces" is not what is reduced."""
_NEW_ITEM: Final = re.compile(r",\s(?:and\s)?\w+(?:ing|tion|ment)\b")
_COUNTS: Final = re.compile(
    r"\b(?:numbers?|proportions?|percentages?|rates?|frequenc\w+) of (?:[\w-]+ )?(?:patients|participants|subjects|people|women|men|individuals)\b",
    re.IGNORECASE,
)
_OCCASION: Final = re.compile(
    r"\b(?:after|following|during|despite|because of|due to)\s(?:[\w-]+\s){0,2}\Z", re.IGNORECASE
)
_SPEED: Final = re.compile(
    r"(?:more |less )?(?:rapid|fast|quick|slow|prompt|speed|earl|late|long|short|prolong|delay|postpon)\w*",
    re.IGNORECASE,
)
_TIMES: Final = frozenset({
    "onset-of-effect", "recovery-time", "durability", "time-to-first-analgesia", "time-to-relapse", "survival", "sleep",
    "insomnia", "healthcare-use", "seizure-quality", "antidepressant-effect", "pain-relief",
})  # fmt: skip
"""Outcomes that are times or last for a time: "longer" speaks of their value."""
_FIGURES_OF_TWO: Final = re.compile(
    r"\b(?:vs|versus|and|than|compared|against|OR|RR|HR|ratio|difference)\b|;", re.IGNORECASE
)
_ASSERTED: Final = re.compile(
    r"\b(?:absence of|lack of|is|are|was|were|does|do|did|has|have|can|may|improve[sd]?|reduce[sd]?|decrease[sd]|increase[sd]|prevent(?:s|ed)"
    r"|attenuate[sd]?|alleviate[sd]?|fail(?:s|ed)|provide[sd]?|enhance[sd]?|produce[sd]?|induce[sd]?|cause[sd]?|prolong(?:s|ed)"
    r"|shorten(?:s|ed)|maintain(?:s|ed)|lead(?:s)? to|result(?:s|ed)? in|show(?:s|ed)?|relieve[sd]?|lower(?:s|ed)|accelerate[sd]?"
    r"|suppress(?:es|ed)|ameliorate[sd]?|diminish(?:es|ed)|block(?:s|ed)|worsen(?:s|ed)|reverse[sd]?|no (?:effect|benefit|difference))\b",
    re.IGNORECASE,
)  # fmt: skip
_HEDGED: Final = re.compile(
    r"\b(?:may|might|could|can|potential(?:ly)?|suggest\w*|appear(?:s|ed)?|seem(?:s|ed)?|possibl[ey]|probabl[ey]|likely"
    r"|trend\w*|preliminary|promising|tend(?:s|ed|ency))\b",
)  # fmt: skip
_IDIOM: Final = re.compile(
    r"(?:most|least|more|less|fewer|minimum|best|worst|growing|increasing|increasingly)", re.IGNORECASE
)
_IDIOM_AFTER: Final = re.compile(
    r"\W*(?:important|patients|people|participants|studies|of|than (?:\d|half|one|two|three|a))",
    re.IGNORECASE,
)


def clause(text: str, start: int, end: int, sentence: Span) -> Span:
    """The clause of the sentence that holds ``start`` to ``end``."""
    first, last = sentence
    for turn in _turns(text, sentence):
        if turn[1] <= start:
            first = turn[1]
        elif turn[0] >= end:
            last = turn[0]
            break
    return first, last


def one_clause(text: str, one: Span, other: Span, sentence: Span) -> bool:
    """Whether no "but" or semicolon stands between the two."""
    first, last = min(one[1], other[1]), max(one[0], other[0])
    return not any(first <= start and end <= last for start, end in _turns(text, sentence))


@lru_cache(maxsize=64)
def _turns(text: str, sentence: Span) -> Sequence[Span]:
    """Where clauses end: at "but" and its like, and at the comma of "Although ..., ..."."""
    found = [turn.span() for turn in _CLAUSE.finditer(text, *sentence)]
    if leading := _LEADING.match(text, *sentence):
        found.append((leading.end() - 1, leading.end()))
        found.sort()
    return found


def compares_people(text: str, drugs: Sequence[Span], sentence: Span) -> bool:
    """Whether kinds of people are set against each other (older and younger ones), rather than treatments."""
    if any(_GIVEN.search(text, max(sentence[0], start - _GIVEN_REACH), start) for start, _ in drugs):
        return False
    return _compares_kinds(_lower(text, *sentence))


@lru_cache(maxsize=64)
def _compares_kinds(sentence: str) -> bool:
    return bool(_KIND_AGAINST_KIND.search(sentence) or (_AGAINST.search(sentence) and _SUBGROUPS.search(sentence)))


def tells_result(text: str, cue: Span, outcome: Span, drugs: Sequence[Span], sentence: Span) -> bool:
    """Whether the deciding words, read with their clause, state what came of a treatment."""
    if _is_idiom(text, cue) or _GENES.search(text, *sentence):
        return False
    first, last = clause(text, min(cue[0], outcome[0]), max(cue[1], outcome[1]), sentence)
    words = _lower(text, first, last)
    if _leaves_open(words) or _before_surgery(text, outcome) or _RESPONDERS.search(_lower(text, *sentence)):
        return False
    if not _RELATION.search(words):
        return True
    # "Ketamine was associated with lower scores" states a result; "lower scores were associated with age" does not.
    return any(_DUE_TO.match(text, end, sentence[1]) for _, end in drugs)


@lru_cache(maxsize=64)
def _leaves_open(clause: str) -> bool:
    """Whether a clause, in lower case, asks, plans, or tells of values at entry."""
    return bool(_OPEN.search(clause) or _AT_ENTRY.search(clause))


@lru_cache(maxsize=64)
def _lower(text: str, start: int, end: int) -> str:
    """The words of a sentence or clause, which several outcomes share, in lower case, which patterns search faster."""
    return text[start:end].lower()


def asserts(title: str) -> bool:
    """Whether a title states a result ("Ketamine reduces pain"), rather than a topic ("Effects of ketamine on pain")."""
    return _ASSERTED.search(title) is not None and "?" not in title


def is_limitation(text: str, sentence: Span) -> bool:
    """Whether a sentence tells of the study's limits."""
    return _LIMITATION.match(text, *sentence) is not None


def tells_value(words: str, outcome_id: str) -> bool:
    """Whether deciding words speak of the outcome's value: "rapidly" does so only of times, praise never."""
    return not _PRAISE.match(words) and (outcome_id in _TIMES or not _SPEED.fullmatch(words))


def compares_figures(rule: str, words: str) -> bool:
    """Whether deciding figures are those of two groups, not the two ends of an interval."""
    return rule != "figures" or _FIGURES_OF_TWO.search(words) is not None


def needs_groups(rule: str, words: str) -> bool:
    """Whether deciding words say something only where groups are compared: two figures, "more"."""
    return rule == "figures" or words.lower() in ("more", "less", "fewer")


def governs(words: str, cue: Span, outcome: Span) -> bool:
    """Whether a denial reaches the outcome: "without" denies what follows it only."""
    return not (words.lower().startswith("without") and outcome[1] <= cue[0])


def reaches(text: str, cue: Span, outcome: Span) -> bool:
    """Whether deciding words and outcome can belong together: in the same bracket, on the right side, in one item."""
    words = text[slice(*cue)]
    if _DEFINING.match(text, cue[1]) or _RAISED.match(text, cue[1]):
        return False
    if any(letter.isdigit() for letter in words):
        return True  # figures stand in brackets as a rule
    if outcome[1] <= cue[0]:
        between = text[outcome[1] : cue[0]]
        return not _TRANSITIVE.match(words) and between.count("(") <= between.count(")")
    between = text[cue[1] : outcome[0]]
    return not _NEW_ITEM.search(between) and between.count(")") <= between.count("(")


def counts_people(text: str, sentence: Span) -> bool:
    """Whether figures are numbers of people, not values."""
    return _COUNTS.search(text, *sentence) is not None


def is_occasion(text: str, outcome: Span) -> bool:
    """Whether an outcome's words only say when: "after a suicide attempt", "during delirium"."""
    return _OCCASION.search(text, max(0, outcome[0] - 40), outcome[0]) is not None


def compares_groups(text: str, comparators: Sequence[Span], sentence: Span) -> bool:
    """Whether a sentence sets groups side by side, rather than one group against its own past."""
    if comparators:
        return True
    return _sets_side_by_side(_lower(text, *sentence))


@lru_cache(maxsize=64)
def _sets_side_by_side(sentence: str) -> bool:
    return _COMPARED.search(sentence) is not None and _WITH_BEFORE.search(sentence) is None


def hedged(text: str, cue: Span, sentence: Span) -> bool:
    """Whether the clause says may, might, could, suggests, appears ..."""
    return _HEDGED.search(_lower(text, *clause(text, *cue, sentence))) is not None


def _before_surgery(text: str, outcome: Span) -> bool:
    return _BEFORE_SURGERY.search(text, max(0, outcome[0] - 20), outcome[1] + 20) is not None


def _is_idiom(text: str, cue: Span) -> bool:
    words = text[cue[0] : cue[1]]
    if _OF_DOSE.match(text, cue[1]) or (words.lower() == "same" and text[cue[1] : cue[1] + 5] == " time"):
        return True
    if not _IDIOM.fullmatch(words):
        return False
    return words.lower() in ("most", "least", "best", "growing", "increasing", "increasingly") or bool(
        _IDIOM_AFTER.match(text, cue[1])
    )
