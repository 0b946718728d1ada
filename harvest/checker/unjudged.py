"""Why a sentence that could be checked asks none of our questions."""

from __future__ import annotations

from collections.abc import Sequence

from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark
from harvest.checker.sentences import Piece


def why_unjudged(piece: Piece, heard: Heard, lexicon: Lexicon) -> str:
    """The reason in plain words; '' when the sentence says nothing that could be checked."""
    bits = lexicon.bits
    if piece.kind == "heading" or heard.first(lexicon.silent) is not None:
        return ""
    if heard.bits & bits["percent"] and heard.bits & bits["rate-word"]:
        return "it states a share of people, and no question on such a share is on file"
    said = heard.all_bits if heard.lent else heard.bits
    label = _label(heard.marks, lexicon) if said & bits["predicate"] else ""
    return f"no question on {label} is on file" if label else ""


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
