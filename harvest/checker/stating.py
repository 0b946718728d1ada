"""Makes the statements of one sentence: one for each question it asks, with what it says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from harvest.checker.certainty import certainty
from harvest.checker.figures import number, parts_with_shares, with_condition
from harvest.checker.happened import speaks_of
from harvest.checker.hearing import Heard
from harvest.checker.lexicon import Lexicon
from harvest.checker.marks import Mark
from harvest.checker.model import Statement
from harvest.checker.polarity import unhelped, weighed
from harvest.checker.running import asks
from harvest.checker.sentences import Piece
from harvest.checker.specific import Chosen, narrowed
from harvest.checker.states import states
from harvest.checker.vetoes import unvetoed
from harvest.claims.model import Library, Question

_LEAD_WORDS: Final = 5


def statements(
    piece: Piece, heard: Heard, around: Callable[[], Sequence[Sequence[Mark]]], lexicon: Lexicon, library: Library
) -> Iterator[Statement]:
    """The statements of a sentence. ``around`` gives the marks of what stands before it, nearest first."""
    left = None if _leads_only(heard) or _asks_unmarked(heard) else unvetoed(heard, lexicon)
    if left is None or (piece.kind == "heading" and not left.bits & lexicon.bits["whole-sentence"]):
        return
    asked = {
        name: found
        for name, found in weighed(_asked(left, library, lexicon), left, library, lexicon).items()
        if speaks_of(library.questions[name], found[0], left, library, lexicon)
    }
    for name, (denies, words) in narrowed(asked, left, library, lexicon).items():
        question = _of_condition(library.questions[name], left, around, lexicon, library)
        if question is not None and (made := _statement(piece, left, question, denies, words, lexicon, library)):
            yield made


def _asked(heard: Heard, library: Library, lexicon: Lexicon) -> Chosen:
    """The questions whose rules the sentence meets, and those of how many that only a part of it asks."""
    asked: Chosen = {}
    for name, denies, rule in lexicon.candidates(heard.all_bits):
        if name not in asked and (words := heard.meets(rule)) is not None and _has_own(heard, words):
            asked[name] = (denies, words)
    asked |= unhelped(heard, asked, library, lexicon)
    for part in parts_with_shares(heard, lexicon):
        for name, denies, rule in lexicon.candidates(part.all_bits):
            rates = library.questions[name].test == "rates"
            if rates and name not in asked and (words := part.meets(rule)) is not None:
                asked[name] = (denies, words)
    return asked


def _of_condition(
    question: Question, heard: Heard, around: Callable[[], Sequence[Sequence[Mark]]], lexicon: Lexicon, library: Library
) -> Question | None:
    """The question; for one of how many the one about the condition spoken of, None where there is none."""
    if question.test != "rates":
        return question
    own, *others = (frozenset(conditions(marks, lexicon)) for marks in (heard.marks, *around()))
    return with_condition(question, own, others, library, lexicon)


def conditions(marks: Iterable[Mark], lexicon: Lexicon) -> Iterator[str]:
    """Ids of the conditions that are named as such and can be treated."""
    for mark in marks:
        yield from lexicon.treated(mark.bits)


def _has_own(heard: Heard, words: Sequence[Mark]) -> bool:
    """Whether any of the words stands in the sentence itself; the topic alone, which a question lends it, says nothing."""
    return heard.answers is not None or any(mark.start >= heard.start for mark in words)


def _asks_unmarked(heard: Heard) -> bool:
    """Whether it is a question whose mark was left out; what marked ones state, the rules know."""
    return "?" not in heard.text[heard.start : heard.end] and asks(heard.text, heard.start, heard.end)


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
) -> Statement | None:
    """None of a share of people that is said of another treatment."""
    share = number(heard, question, words, lexicon) if question.test == "rates" else None
    if question.test == "rates":
        if share is None:
            return None
        words = [share, *(mark for mark in words if not mark.bits & lexicon.bits["percent"])]
    return Statement(
        piece.start,
        piece.end,
        question.id,
        question.kind,
        denies=denies,
        number=share.value if share else None,
        certainty=certainty(heard, question, words, denies=denies, lexicon=lexicon),
        states=states(question, denies, library, heard, lexicon),
        words=tuple(sorted({(mark.start, mark.end) for mark in words})),
    )
