"""What a sentence speaks of: the drug, named or meant by "it" or "this therapy", or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from harvest.checker.marks import Mark, Marked, features_of, ours
from harvest.checker.sentences import Piece

Subject = Literal["named", "meant", "none"]
"""``named``: the sentence names the drug; ``meant``: it speaks of it all the same; ``none``: of something else."""
Topic = Literal["", "drug", "other", "condition"]
"""'' until something has been spoken of."""
_ABOUT_US: Final = re.compile(
    r"(?:(?:at|here at|in recent)\s[^,]{1,40},\s)?(?:we|our|us|dr\.?|i|my|he|she|his|her|the (?:field|world|landscape) of)\b",
    re.IGNORECASE,
)
_TO_READER: Final = re.compile(
    r"(?:if you|please|call|contact|ask|talk|speak|visit|come|bring|wear|eat|drink|schedule|book|read|learn|share|click|"
    r"before your|your (?:provider|doctor|clinician|physician|nurse|therapist|team|visit|appointment)|drop us|join|email|let us|let['’]s|"
    r"don['’]t hesitate|feel free|are you|do you|have you|you (?:should|will need|are not))\b",
    re.IGNORECASE,
)
_BEFORE_ILLNESS: Final = re.compile(
    r"(?:(?:the|a|an|untreated|living|people|those|individuals|patients|anyone|someone|many|most|some|who|with|have|has|"
    r"suffering|suffer|from|symptoms?|signs?|of|having|when|because|and|but|like|unfortunately|sadly|today|major|clinical|"
    r"nearly|about|roughly|almost|around|up|to|over|one|two|three|in|ten|half|thirds?|\d{1,3}%?|percent|all|every),?\s+)*",
    re.IGNORECASE,
)
_DEFINES: Final = re.compile(
    r"(?:\s+(?:disorders?|sufferers?|patients?|symptoms?|often|also|may|can|usually|typically|never|rarely|not|don['’]t|do|is|which|that|and \w+|\(\w+\)))*"
    r"\s+(?:is|are|was|affects?|has|have|occurs?|develops?|causes?|involves?|means|refers|follows?|begins|leaves?|"
    r"runs?|costs?|strikes?|touches|makes?|takes?|wears?|works?|can|may|often|do|does|feel|experience|struggle|suffer|find)\b",
    re.IGNORECASE,
)
_DENSE: Final = 350
"""Words per naming of the drug up to which a text is about it as a whole."""


class Listener:
    """Follows what a text speaks of from sentence to sentence."""

    def __init__(self, held: Marked) -> None:
        self._held = held
        bits = held.bits
        self._drug, self._other = bits["drug-named"], bits["other-treatment"]
        self._chain = bits["chain"]
        self._of_treatment = bits["percent"] | bits["under-treatment"]
        self._condition, self._treatment = bits["condition-named"], bits["under-treatment"]
        named = sum(1 for mark in held.marks if mark.bits & self._drug)
        self.about_ketamine = bool(named)
        words = held.text.count(" ") + 1
        self._main: Topic = "drug" if named and words / named <= _DENSE else "other"
        self._topic: Topic = ""
        self._named = False
        special = [mark for mark in held.marks if mark.bits & bits["drug:esketamine"]]
        self._usual = (special[0],) if 2 * len(special) > named else ()
        self._meant: tuple[Mark, ...] = ()

    @property
    def topic(self) -> Topic:
        """What the sentence looked at last is about, whoever its subject is."""
        return self._topic

    def subjects(self, pieces: Iterable[Piece]) -> Iterator[tuple[Piece, Subject, list[Mark]]]:
        """Each piece with its subject and its marks, those of clauses about other treatments left out.

        Where "it" means esketamine, the mark of its name comes first.
        """
        block = -1
        for piece in pieces:
            marks = ours(self._held, piece.start, piece.end)
            if piece.block != block:
                self._meant = self._usual
            subject = self._subject(piece, marks, piece.block != block)
            block = piece.block
            if subject == "meant" and self._meant:
                marks = [*self._meant, *marks]
            yield piece, subject, marks

    def _special(self, marks: Iterable[Mark]) -> tuple[Mark, ...]:
        """The last naming of the drug when it is that of esketamine: "it" is then not ketamine at large."""
        last = max((mark for mark in marks if mark.bits & self._drug), default=None)
        return (last,) if last and last.bits & self._held.bits["drug:esketamine"] else ()

    def _subject(self, piece: Piece, marks: list[Mark], fresh: bool) -> Subject:
        bits = features_of(marks)
        if bits & self._drug:
            self._topic, self._named = "drug", True
            self._meant = self._special(marks)
            return "named"
        if piece.kind == "heading":
            self._head(bits)
            return "none"
        if fresh and self._led(piece):
            self._topic = "drug"
        self._turn(piece, marks, bits)
        if self._topic != "drug":
            return "none"
        if bits & self._of_treatment or piece.kind == "item" or piece.label is not None:
            return "meant"
        return "none" if self._of_others(piece) else "meant"

    def _turn(self, piece: Piece, marks: list[Mark], bits: int) -> None:
        """A sentence that begins with another treatment, or says what an illness is, changes the topic; one that speaks of
        infusions or of receptors leads back to the drug that the text is about."""
        if not bits & self._treatment and piece.kind != "item" and piece.label is None:
            if self._begins_with_other(piece, marks):
                self._topic = "other"
            elif self._defines(piece, marks):
                self._topic = "condition"
        back = {"condition": self._treatment | self._chain, "": self._of_treatment}.get(self._topic, 0)
        if bits & back and self._main == "drug":
            self._topic = "drug"

    def _defines(self, piece: Piece, marks: list[Mark]) -> bool:
        """Whether it says what an illness is or does: ``Depression affects ...``, ``People with PTSD often ...``."""
        first = next((mark for mark in marks if mark.bits & self._condition), None)
        if first is None or not _BEFORE_ILLNESS.fullmatch(self._held.text, piece.start, first.start):
            return False
        return bool(_DEFINES.match(self._held.text, first.end, piece.end))

    def _of_others(self, piece: Piece) -> bool:
        """Whether the sentence speaks of the clinic or to the reader."""
        text = self._held.text
        return bool(_ABOUT_US.match(text, piece.start, piece.end) or _TO_READER.match(text, piece.start, piece.end))

    def _head(self, bits: int) -> None:
        """A heading names its topic; one that names none leads back to that of the text, once it has been named."""
        if bits & self._other:
            self._topic = "other"
        elif self._named:
            self._topic = self._main

    def _led(self, piece: Piece) -> bool:
        """Whether the heading or sentence that leads it in names the drug."""
        if not piece.leads:
            return False
        return any(mark.bits & self._drug for mark in self._held.within(*piece.leads[0]))

    def _begins_with_other(self, piece: Piece, marks: list[Mark]) -> bool:
        first = next((mark for mark in marks if mark.bits & self._other), None)
        if first is None or first.start - piece.start > 30:
            return False
        return len(self._held.text[piece.start : first.start].split()) <= 3
