"""Finds the checkable statements of a text about ketamine and the question each of them asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from harvest.checker import lexicon as lexicons
from harvest.checker.answering import answers, asked_before
from harvest.checker.hearing import Heard, lent
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark, Marked, marked, ours
from harvest.checker.model import Document, Found, Statement, Unjudged
from harvest.checker.sentences import Piece, pieces
from harvest.checker.states import states
from harvest.checker.subject import Listener
from harvest.checker.unjudged import why_unjudged
from harvest.claims.model import Library, Question

_LEAD_WORDS: Final = 5


def find(document: Document, library: Library) -> Found:
    """The statements of the document, each with one question, and what it speaks of besides.

    A sentence that asks several questions gives several statements with the same offsets. Which words ask which
    question is laid down in ``data/statements.yml``. Raises `VocabularyError` when that file does not fit the library.
    """
    lexicon = lexicons.load(frozenset(library.questions))
    held = marked(document.text, lexicon)
    listener = Listener(held)
    statements: list[Statement] = []
    unjudged: list[Unjudged] = []
    if listener.about_ketamine:
        before: Piece | None = None
        for piece, subject, marks in listener.subjects(pieces(document)):
            heard = _heard(held, piece, marks)
            asked, before = asked_before(document.text, before, piece), piece
            if asked is not None and (answer := answers(document.text, piece)) is not None:
                heard = _answer(held, heard, asked, answer)
                subject = "meant" if subject == "none" else subject
            made = [] if subject == "none" else list(_statements(piece, heard, lexicon, library))
            statements += made
            if not made and subject != "none" and (why := why_unjudged(piece, heard, lexicon)):
                unjudged.append(Unjudged(piece.start, piece.end, why))
    return Found(
        tuple(statements),
        tuple(unjudged),
        _conditions(statements, held, lexicon, library),
        _harms(held, lexicon) if listener.about_ketamine else (),
        listener.about_ketamine,
    )


def _heard(held: Marked, piece: Piece, marks: Sequence[Mark]) -> Heard:
    leads: list[Mark] = []
    if piece.label is not None and piece.label[0] != piece.start:
        leads += held.within(*piece.label)
    for lead in piece.leads:
        leads += held.within(*lead)
    takes = lent(piece.kind, piece.start, piece.end, piece.label is not None and piece.label[0] != piece.start)
    return Heard(held.text, piece.start, piece.end, marks, leads, takes)


def _answer(held: Marked, heard: Heard, asked: Piece, answer: bool) -> Heard:
    """The answer with the words of its question: "Is ketamine addictive? No."."""
    marks = [mark for mark in ours(held, asked.start, asked.end) if not mark.bits & held.bits["asked"]]
    return replace(heard, marks=[*marks, *heard.marks], answers=answer, bits=0)


def _statements(piece: Piece, heard: Heard, lexicon: Lexicon, library: Library) -> Iterator[Statement]:
    if heard.first(lexicon.silent) is not None or _leads_only(heard):
        return
    if piece.kind == "heading" and not heard.bits & lexicon.bits["whole-sentence"]:
        return
    asked: dict[str, tuple[bool, tuple[Mark, ...]]] = {}
    outranked: set[str] = set()
    for name, denies, rule in lexicon.candidates(heard.all_bits):
        if name not in asked and (words := heard.meets(rule)) is not None:
            asked[name] = (denies, words)
            outranked |= lexicon.heard[name].outranks
    for name, (denies, words) in asked.items():
        question = library.questions[name]
        if name not in outranked and question.kind not in outranked:
            yield _statement(piece, heard, question, denies, words, lexicon, library)


def _leads_only(heard: Heard) -> bool:
    """Whether it only leads in what follows: ``It works by:``."""
    words = heard.text[heard.start : heard.end].split()
    return len(words) <= _LEAD_WORDS and words[-1].endswith(":")


def _statement(
    piece: Piece,
    heard: Heard,
    question: Question,
    denies: bool,
    words: Sequence[Mark],
    lexicon: Lexicon,
    library: Library,
) -> Statement:
    return Statement(
        piece.start,
        piece.end,
        question.id,
        question.kind,
        denies=denies,
        number=_number(heard, question, lexicon),
        certainty=_certainty(heard, question, lexicon),
        states=states(question, denies, library, heard, lexicon),
        words=tuple(sorted({(mark.start, mark.end) for mark in words})),
    )


def _number(heard: Heard, question: Question, lexicon: Lexicon) -> float | None:
    """The percentage that the sentence states, for a question about how many."""
    if question.test != "rates":
        return None
    percent = lexicon.bits["percent"]
    return next((mark.value for mark in heard.marks if mark.bits & percent), None)


def _certainty(heard: Heard, question: Question, lexicon: Lexicon) -> str:
    """The word that leaves no doubt, as it stands."""
    if question.test == "none":
        return ""
    certain = lexicon.bits["certain"]
    found = next((mark for mark in heard.marks if mark.bits & certain and not heard.denies(mark)), None)
    return heard.text[found.start : found.end] if found else ""


def _conditions(statements: Sequence[Statement], held: Marked, lexicon: Lexicon, library: Library) -> tuple[str, ...]:
    """The conditions that statements of relief name, else those of their questions; narrowest only."""
    found: dict[str, None] = {}
    for statement in statements:
        if statement.kind not in ("efficacy", "onset", "duration") or statement.denies:
            continue
        named = dict.fromkeys(_named(statement, held, lexicon))
        found |= named or dict.fromkeys(library.questions[statement.question].conditions[:1])
    chosen = [name for name in found if lexicon.with_broader("condition", name) & lexicon.bits["treated"]]
    words = lexicon.vocabulary
    broader = {one.id for name in chosen for one in words.ancestors(words.get("condition", name))}
    return tuple(name for name in chosen if name not in broader)


def _named(statement: Statement, held: Marked, lexicon: Lexicon) -> Iterator[str]:
    treated = lexicon.bits["treated"]
    for mark in held.within(statement.start, statement.end):
        if mark.bits & treated:
            yield from (
                value for bit, attribute, value in lexicon.stated if attribute == "condition" and bit & mark.bits
            )


def _harms(held: Marked, lexicon: Lexicon) -> tuple[str, ...]:
    """The harm outcomes that the text mentions anywhere, in the order of the vocabulary."""
    bits = 0
    for mark in held.marks:
        bits |= mark.bits
    return tuple(
        concept.id
        for concept in lexicon.vocabulary.of("outcome")
        if concept.kind == "harm" and bits & lexicon.bits[f"=outcome:{concept.id}"]
    )
