"""Which drug an amount is of: the drug named beside it, and the drugs that the vocabulary does not hold.

Other drugs are told by the stems of their international names (WHO, "The use of stems in the selection of
International Nonproprietary Names", 2018) and by a list of those that have none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from harvest.tagging.passage import Passage

OTHER: Final = ""
"""Concept id of a drug that the vocabulary does not hold."""

_STEMS: Final = tuple(
    """azolam azepam bazam caine fentanil fentanyl orphine orphone orphinol orphanol orphan codone codeine methadone
    tomidine nidine olol oxetine ipramine triptyline traline pram faxine peridol peridone apine iprazole setron curonium
    cholinium choline flurane barbital hexital pental pentone profen coxib dopa amphetamine promazine perazine ylazine gabalin
    pentin rigine luzole prodil ethasone isolone mantine mantadine stigmine tropine loxone trexone imus mycin cillin
    cycline statin triptan dipine azosin anolone azodone tirizine piride zepine azenil lamine zocine buphine butin
    icemine cycloserine drenaline nephrine phedrine phyline phylline pressin gliptin formin adol""".split()
)
_NAMES: Final = frozenset(
    """propofol etomidate thiopental thiopentone magnesium nefopam paracetamol acetaminophen ethanol alcohol lithium lsd
    psilocybin psilocin mdma mdea dmt ayahuasca mescaline scopolamine hyoscine atropine xylazine nitroprusside nbqx
    mk-801 dizocilpine phencyclidine pcp ly341495 mtep oxytocin cocaine heroin opioid opioids opiate opiates meperidine
    pethidine bupropion trazodone cycloserine d-cycloserine d-serine glycine sarcosine melatonin caffeine nicotine insulin
    glycopyrrolate glycopyrronium sugammadex ketorolac metamizole dipyrone flumazenil botulinum verapamil aspirin
    anisomycin av-101 4-cl-kyn rel-1017 memantine nitroglycerin muscimol probenecid valproate topiramate
    carbamazepine thc cannabidiol cbd cannabis delta-9-tetrahydrocannabinol quinidine tropisetron aminophylline
    dexamethasone chloral phenobarbital benzodiazepine benzodiazepines analgesic analgesics
    physostigmine zopiclone zolpidem nalmefene acetylcysteine nac riboflavin
    psilocybine fentanyl-citrate mannitol parecoxib diclofenac tenoxicam lornoxicam
    metoclopramide droperidol capsaicin dipyrone tegretol depakote hydroxyzine""".split()
)
_PATTERNS: Final = [
    case(word) for word in (*_STEMS, *sorted(_NAMES)) for case in (str.lower, str.capitalize, str.upper)
]
_FINDER: Final = AhoCorasick(_PATTERNS, matchkind=MatchKind.LeftmostLongest)
_STEM_FORMS: Final = 3 * len(_STEMS)
_NAMED: Final = {("comparator", "midazolam"): "midazolam"}
# "0.5 mg/kg of intravenous ketamine": a few plain words may stand between an amount and its drug.
_LEADING: Final = re.compile(r"\s?(?:[A-Za-z.(±][\w.()±+/-]*[\s-]+){0,4}(?:\w+-)?")
_TURN: Final = re.compile(
    r"\b(?:and|or|plus|with|followed|over|vs|versus|than|then|for|to|in|at|by|after|before|during|from|every|was|were|"
    r"via|group|placebo|saline|given|administered|infused|received|compared|into)\b|[+;:,]"
)
_CLOSED: Final = re.compile(r"[)\]]")
_ATTRIBUTE_REACH: Final = 60
_BESIDE: Final = 25
_GROUP: Final = re.compile(r"\b(?:groups?|arms?)\b")
# "the placebo group (54 mg)"; "morphine consumption was 28 mg in the ketamine group": amounts that were not planned.
_CONTROL: Final = re.compile(r"\b(?:control|controls|placebo|saline)(?:\s(?:group|arm))?\s?[(:,]\s?\Z")
_CONSUMED: Final = re.compile(r"\b(?:consum(?:ed|ption)|requirements?|required|usage)\b")
# "PER (8 mg)": some drug's acronym, if not ketamine's.
_ACRONYM: Final = re.compile(r"\b(?!(?:ES|S|R)?-?K)(?!I[VMN]\b|PO\b|SC\b)[A-Z]{2,}[\w-]*(?:\s\w+)?\W{1,3}\Z")
_AGO: Final = 400


# "80 mg of Nesdonal", "20 mg/day TS-134": a name, but of no drug that is known here.
_STRANGER: Final = re.compile(
    r"\sof\s(?!(?:the|Ketamin|Esketamin)\b)[A-Z][a-z]{3,}|\s(?:of\s)?(?!I[VMN]\b|(?:S|R|ES)?-?K|(?:IV)?PC[A-Z]*\b|LD\b|CRI\b|ECT\b|SC\b|PO\b|BW\b|OR\b|AND\b|VS\b|IP\b|ID\b|[BT]ID\b)"
    r"[A-Z]{2,}[\w‐-]*\b"
)


# "AB-1234": a drug under development, before it has a name.
_CODE: Final = re.compile(r"\b(?!NCT|ISRCTN|CRD)[A-Z]{1,4}[-‐]?\d{3,7}\b")


class Name(NamedTuple):
    """A place that names a drug; ``concept_id`` is `OTHER` for drugs that the vocabulary does not hold."""

    start: int
    end: int
    concept_id: str


class Owner(NamedTuple):
    """The drug an amount is of, and how that is known: ``after`` it, ``beside`` (just before it), ``sentence``, ``before``
    (an earlier sentence), ``title``;
    ``control``, ``consumption`` or ``unknown`` where it is of none or cannot be told."""

    concept_id: str
    how: str


class _Sentence(NamedTuple):
    names: list[Name]
    consumed: bool
    """It tells how much people used."""


class Drugs:
    """The drugs that one passage names; sentences are looked through when first asked for."""

    def __init__(self, passage: Passage, title: Passage) -> None:
        self._passage = passage
        self._title_passage = title
        self._sentences: dict[int, _Sentence] = {}

    @cached_property
    def _known(self) -> list[Name]:
        return _known(self._passage)

    @cached_property
    def _title(self) -> set[str]:
        return {name.concept_id for name in _known(self._title_passage)}

    def of(self, start: int, end: int) -> Owner:
        """The drug of the amount at ``start`` to ``end``: after it, before it, in the sentences before, in the title."""
        text = self._passage.text
        if _CONTROL.search(text, max(start - 40, 0), start):
            return Owner(OTHER, "control")
        sentence = self._sentence(start)
        index = bisect_left(sentence.names, (end,))
        after = sentence.names[index] if index < len(sentence.names) else None
        if after and _leads_to(text, end, after.start):
            return Owner(after.concept_id, "after")
        if _STRANGER.match(text, end):
            return Owner(OTHER, "unknown")
        index = bisect_left(sentence.names, (start,)) - 1
        before = sentence.names[index] if index >= 0 else None
        if before and start - before.end <= _BESIDE and not _GROUP.search(text, before.end, start):
            return Owner(before.concept_id, "beside")
        if sentence.consumed:
            return Owner(OTHER, "consumption")
        return self._farther(start, before, after)

    def within(self, start: int, end: int) -> Owner:
        """The drug named between ``start`` and ``end`` ("six ketamine infusions"), else that of the words around."""
        names = self._sentence(start).names
        index = bisect_left(names, (start,))
        if index < len(names) and names[index].start < end:
            return Owner(names[index].concept_id, "within")
        return self.of(start, end)

    def _farther(self, start: int, before: Name | None, after: Name | None) -> Owner:
        """The drug of the sentence, of the sentences before, or of the title."""
        if before:
            return Owner(before.concept_id, "sentence")
        if _ACRONYM.search(self._passage.text, max(start - 24, 0), start):
            return Owner(OTHER, "unknown")
        if after:
            return Owner(after.concept_id, "sentence")
        first, last = bisect_left(self._known, (start - _AGO,)), bisect_left(self._known, (start,))
        recent = {name.concept_id for name in self._known[first:last]}
        for ids, how in ((recent, "before"), (self._title, "title")):
            if len(ids) == 1:
                return Owner(next(iter(ids)), how)
        return Owner(OTHER, "unknown")

    def _sentence(self, at: int) -> _Sentence:
        start, end, *_ = self._passage.context.sentence_at(at)
        if start not in self._sentences:
            text = self._passage.text
            known = self._known[bisect_left(self._known, (start,)) : bisect_left(self._known, (end,))]
            names = sorted([*known, *_others(text, start, end, known)])
            self._sentences[start] = _Sentence(names, _CONSUMED.search(text, start, end) is not None)
        return self._sentences[start]


def _known(passage: Passage) -> list[Name]:
    found: list[Name] = []
    for place in passage.places:
        concept_id = place.key[1] if place.key[0] == "drug" else _NAMED.get(place.key)
        if concept_id and (not found or place.start >= found[-1].end):
            found.append(Name(place.start, place.end, concept_id))
    return found


def _others(text: str, start: int, end: int, known: list[Name]) -> Iterator[Name]:
    """Words of the sentence that end in a drug's stem or are a drug's name, and codes, apart from those of the vocabulary."""
    sentence = text[start:end].replace("‐", "-")
    starts = [name.start for name in known]
    for first, last in (*_named(sentence), *(match.span() for match in _CODE.finditer(sentence))):
        nearest = bisect_left(starts, start + last) - 1
        if nearest < 0 or known[nearest].end <= start + first:
            yield Name(start + first, start + last, OTHER)


def _named(sentence: str) -> Iterator[tuple[int, int]]:
    for index, first, last in _FINDER.find_matches_as_indexes(sentence):
        inside = first > 0 and sentence[first - 1].isalpha()
        if sentence[last : last + 1].isalpha() or (inside and index >= _STEM_FORMS):
            continue
        while first and sentence[first - 1].isalpha():
            first -= 1
        yield first, last


def _leads_to(text: str, end: int, start: int) -> bool:
    """Whether only plain words stand between an amount and the drug after it."""
    if start - end > _ATTRIBUTE_REACH or _LEADING.fullmatch(text, end, start) is None:
        return False
    gap = text[end:start]
    return _TURN.search(gap) is None and (_CLOSED.search(gap) is None or "(" in gap)
