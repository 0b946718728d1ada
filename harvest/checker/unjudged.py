"""Why a sentence that could be checked asks none of our questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark
from harvest.checker.running import asks
from harvest.checker.sentences import Piece
from harvest.checker.specific import compares
from harvest.checker.subject import Subject, Topic
from harvest.checker.vetoes import names_price

UNMATCHED: Final = "and the program matched it to no question on file"
_CARE: Final = (
    (
        re.compile(r"\bdriv(?:e|ing)\b|\boperat(?:e|ing) (?:heavy )?machin", re.IGNORECASE),
        "it speaks of driving after treatment",
    ),
    (
        re.compile(r"\bpregnan\w+|\bbreast-?feeding|\bnursing mothers?", re.IGNORECASE),
        "it speaks of pregnancy or breastfeeding",
    ),
    (
        re.compile(
            r"\b(?:should(?:n['’]t| not)|must not|cannot|can ?not|may not|not (?:be )?(?:a )?(?:candidates?|eligible|suitable|safe)|should avoid|"
            r"ruled out|exclud\w+|contra-?indicat\w+|not recommended)\b[^.]{0,80}\b(?:if|who|with|for|anyone|people|patients|history|mixed|combined)\b"
            r"|\b(?:anyone|people|patients|those|if you) (?:with|have|who)\b[^.]{0,90}\b(?:should(?:n['’]t| not)|must not|cannot|not be|look elsewhere|avoid)"
            r"|\buncontrolled (?:hypertension|high blood)",
            re.IGNORECASE,
        ),
        "it says who should not be treated, or what must not be combined",
    ),
    (
        re.compile(
            r"\b(?:teens?|teenagers?|adolescents?|children|minors|youngsters|under 18|kids|developing brain)\b",
            re.IGNORECASE,
        ),
        "it speaks of children or adolescents",
    ),
)
"""What is said of safety to the reader counts, whoever is the subject of the sentence."""
_NUMBER: Final = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve|an?)"
_ABOUT_IT: Final = (
    (
        re.compile(
            rf"\b{_NUMBER}(?:\s?(?:-|–|to|or)\s?{_NUMBER})?\s(?:\w+\s){{0,2}}(?:infusions?|sessions?|treatments?|doses?|visits|journeys)\b"
            rf"|\bmg\b|\b{_NUMBER}(?:\s?(?:-|–|to)\s?{_NUMBER})?[\s-](?:min(?:ute)?s?|hours?|hrs?)\b",
            re.IGNORECASE,
        ),
        "it tells how much is given, how often or for how long",
    ),
    (re.compile(r"\b(?:brain|neurons?|receptors?|molecules?|metabolites?|enzymes?|cortex|habenula|bloodstream)\b", re.IGNORECASE),
     "it tells what happens in the body"),
    (re.compile(r"\b(?:trials?|studies|study|research|evidence|data)\b", re.IGNORECASE), "it speaks of studies"),
    (re.compile(r"\b(?:approved?|licen[sc]ed|guidelines?|essential medicines|history|since (?:19|20)\d\d|in (?:19|20)\d\d)\b", re.IGNORECASE),
     "it speaks of history or rules"),
    (re.compile(r"\b(?:wears? off|subsides?|goes away|fades?|resolves?|passes)\b", re.IGNORECASE), "it tells how long an effect lasts"),
)  # fmt: skip


def why_unjudged(piece: Piece, heard: Heard, subject: Subject, topic: Topic, lexicon: Lexicon) -> str:
    """The reason in plain words; '' when the sentence says nothing that could be checked."""
    if piece.kind == "heading" or asks(heard.text, piece.start, piece.end):
        return ""
    if topic == "drug" and (found := _first(_CARE, heard)):
        return f"{found}, {UNMATCHED}"
    if subject == "none" or heard.first(lexicon.silent) is not None or names_price(heard):
        return ""
    return f"{found}, {UNMATCHED}" if (found := _said(heard, lexicon)) else ""


def _said(heard: Heard, lexicon: Lexicon) -> str:
    bits = lexicon.bits
    if compares(heard, lexicon):
        return "it compares ketamine with another treatment"
    if heard.bits & bits["percent"] and heard.bits & bits["rate-word"]:
        return "it states a share of people"
    said = heard.all_bits if heard.lent else heard.bits
    label = _label(heard.marks, lexicon) if said & bits["predicate"] else ""
    return f"it speaks of {label}" if label else _first(_ABOUT_IT, heard)


def _first(kinds: Sequence[tuple[re.Pattern[str], str]], heard: Heard) -> str:
    return next((why for pattern, why in kinds if pattern.search(heard.text, heard.start, heard.end)), "")


def _label(marks: Sequence[Mark], lexicon: Lexicon) -> str:
    """The first thing the sentence names that our questions do not know: a condition, an effect, a mechanism."""
    for mark in marks:
        if not mark.bits & lexicon.any_unasked:
            continue
        for bit, concept in lexicon.unasked.items():
            if mark.bits & bit and concept.kind != "measure":
                label = concept.label
                return label[0].lower() + label[1:] if label[1:2].islower() and concept.dimension != "cue" else label
    return ""
