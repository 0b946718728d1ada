"""Finds the checkable statements of a text about ketamine and the question each of them asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from harvest.checker import lexicon as lexicons
from harvest.checker.answering import Asked, answers
from harvest.checker.disclosed import harms
from harvest.checker.hearing import Heard, lent
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, Marked, marked, ours, promised
from harvest.checker.model import Document, Found, Statement, Unjudged
from harvest.checker.sentences import Piece, pieces
from harvest.checker.stating import conditions, statements
from harvest.checker.subject import Listener, Subject
from harvest.checker.unjudged import why_unjudged
from harvest.claims.model import Library

_BEFORE: Final = 2
"""Sentences back to which a share of people may belong to a condition that they name."""


def find(document: Document, library: Library) -> Found:
    """The statements of the document, each with one question, and what it speaks of besides.

    A sentence that asks several questions gives several statements with the same offsets. Which words ask which
    question is laid down in ``data/statements.yml``. Raises `VocabularyError` when that file does not fit the library.
    """
    lexicon = lexicons.load(frozenset(library.questions))
    held = marked(document.text, lexicon)
    listener = Listener(held)
    if not listener.about_ketamine:
        return Found((), (), (), (), about_ketamine=False)
    made: list[Statement] = []
    unjudged: list[Unjudged] = []
    follows = Asked(document.text)
    promises: dict[tuple[int, int], list[Mark]] = {}
    before = _Before()
    for piece, said_of, marks in listener.subjects(pieces(document)):
        heard, subject = _answering(held, _heard(held, piece, marks, promises), follows, piece, said_of, lexicon)
        some: list[Statement] = []
        if subject != "none":
            around = partial(_around, held, before.of(piece), piece)
            some = list(statements(piece, heard, around, lexicon, library))
            made += some
        if not some and (why := why_unjudged(piece, heard, subject, listener.topic, lexicon)):
            unjudged.append(Unjudged(piece.start, piece.end, why))
        before.passed(piece, marks)
    return Found(
        tuple(made),
        tuple(unjudged),
        _conditions(made, held, lexicon, library),
        harms(held, lexicon),
        about_ketamine=True,
    )


def _around(held: Marked, before: list[Sequence[Mark]], piece: Piece) -> list[Sequence[Mark]]:
    """The marks of what stands before the piece, nearest first: sentences, then headings."""
    return [*before, *(held.within(*lead) for lead in piece.leads)]


class _Before:
    """The marks of the sentences right before one in its block, nearest first."""

    def __init__(self) -> None:
        self._block = -1
        self._marks: list[Sequence[Mark]] = []

    def of(self, piece: Piece) -> list[Sequence[Mark]]:
        """Those of the piece's block."""
        return self._marks if piece.block == self._block else []

    def passed(self, piece: Piece, marks: Sequence[Mark]) -> None:
        """Goes on to what follows the piece."""
        self._marks, self._block = [marks, *self.of(piece)][:_BEFORE], piece.block


def _heard(held: Marked, piece: Piece, marks: Sequence[Mark], promises: dict[tuple[int, int], list[Mark]]) -> Heard:
    leads: list[Mark] = []
    label = piece.label if piece.label and piece.label[0] != piece.start else None
    if label:
        leads += held.within(*label)
    for lead in piece.leads:
        leads += held.within(*lead)
        if lead not in promises:
            promises[lead] = promised(held, *lead)
        leads += promises[lead]
    takes = lent(piece.kind, piece.start, piece.end, labelled=label is not None)
    return Heard(held.text, piece.start, piece.end, marks, leads, takes)


def _answering(
    held: Marked, heard: Heard, follows: Asked, piece: Piece, subject: Subject, lexicon: Lexicon
) -> tuple[Heard, Subject]:
    """The sentence with what the question that it answers lends it: all its words to yes or no, else what it is about."""
    asked, first = follows.before(piece)
    if asked is None:
        return heard, subject
    marks = [mark for mark in ours(held, asked.start, asked.end) if not mark.bits & held.bits["asked"]]
    answer = answers(held.text, piece) if first else None
    if answer is not None:
        meant: Subject = "meant" if subject == "none" else subject
        return replace(heard, marks=[*marks, *heard.marks], answers=answer), meant
    topic = lexicon.topics
    lends = [mark for mark in marks if mark.bits & topic]
    if not lends or _turns(heard, lends, lexicon):
        return heard, subject
    return replace(heard, marks=[*lends, *heard.marks]), subject


def _turns(heard: Heard, lends: Sequence[Mark], lexicon: Lexicon) -> bool:
    """Whether the sentence names a topic of its own; "cravings" are none under "Alcohol"."""
    if not heard.bits & lexicon.topics:
        return False
    wider = 0
    for name in conditions(lends, lexicon):
        wider |= lexicon.with_broader("condition", name)
    named = [mark for mark in heard.marks if mark.bits & lexicon.topics]
    return not wider or any(not mark.bits & wider or mark.bits & lexicon.bits["habit"] for mark in named)


def _conditions(made: Sequence[Statement], held: Marked, lexicon: Lexicon, library: Library) -> tuple[str, ...]:
    """The conditions that statements of relief name, else those of their questions; narrowest only."""
    found: dict[str, None] = {}
    for statement in made:
        if statement.kind not in ("efficacy", "onset", "duration") or statement.denies:
            continue
        named = dict.fromkeys(conditions(held.within(statement.start, statement.end), lexicon))
        found |= named or dict.fromkeys(library.questions[statement.question].conditions[:1])
    chosen = [name for name in found if lexicon.with_broader("condition", name) & lexicon.bits["treated"]]
    words = lexicon.vocabulary
    broader = {one.id for name in chosen for one in words.ancestors(words.get("condition", name))}
    return tuple(name for name in chosen if name not in broader)
