"""Why a verdict is what it is, in one or two plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harvest.claims.model import Question, Verdict
from harvest.claims.rules import FEWEST
from harvest.claims.rungs import NOUNS


@dataclass(frozen=True)
class Counts:
    """Reports on the deciding rung by stance, people in those with a stance, and reviews for and against."""

    supports: int = 0
    contradicts: int = 0
    mixed: int = 0
    silent: int = 0
    participants: int = 0
    reviews_for: int = 0
    reviews_against: int = 0

    @property
    def counted(self) -> int:
        return self.supports + self.contradicts + self.mixed


def explain(question: Question, counts: Counts, percent: float | None = None) -> str:
    """The counts as a sentence; ``percent`` takes the place of the question's threshold."""
    if question.test == "studied":
        return _studied(question, counts)
    if question.test == "gap":
        return _gap(question, counts)
    return _stances(question, counts, percent if percent is not None else question.threshold)


def _stances(question: Question, counts: Counts, percent: float | None) -> str:
    n, (one, many) = counts.counted, NOUNS[question.rung]
    if n == 0:
        head = f"No {one} here reports on it directly."
    elif n < FEWEST:
        named = f"Only {n} {one if n == 1 else many} here {'reports' if n == 1 else 'report'} on it"
        head = f"{named}: {_sides(question, counts, percent)}{_people(counts)}. Fewer than {FEWEST} are not enough to call it shown."
    else:
        head = f"Of {n} {many} that report on it, {_sides(question, counts, percent)}{_people(counts)}."
    return head + _silent(question, counts) + _reviews(question, counts)


def _sides(question: Question, counts: Counts, percent: float | None) -> str:
    """ "4 speak for it, 1 against it and 2 both ways"; "none gives 70 % or more and 6 give less"."""

    def number(count: int, verb: str) -> str:
        return f"{count or 'none'} {verb if count > 1 else verb + 's'}"

    if question.test == "rates":
        told = [
            f"{number(counts.supports, 'give')} {percent:g} % or more",
            f"{number(counts.contradicts, 'give')} less",
        ]
    else:
        told = [f"{number(counts.supports, 'speak')} for it", f"{counts.contradicts or 'none'} against it"]
    return _listed([*told, *([f"{counts.mixed} both ways"] if counts.mixed else [])])


def _people(counts: Counts) -> str:
    return f" ({counts.participants:,} people, as far as stated)" if counts.participants else ""


def _silent(question: Question, counts: Counts) -> str:
    if not counts.silent:
        return ""
    noun = NOUNS[question.rung][counts.silent != 1]
    more = f" {counts.silent:,} more" if counts.counted else f" {counts.silent:,}"
    if question.test == "rates":
        return (
            f"{more} {noun} {'studies' if counts.silent == 1 else 'study'} it without a percentage that could be read."
        )
    return (
        f"{more} {noun} {'studies' if counts.silent == 1 else 'study'} it but {'states' if counts.silent == 1 else 'state'} "
        "no finding on this that could be read."
    )


def _reviews(question: Question, counts: Counts) -> str:
    if not (counts.reviews_for or counts.reviews_against) or question.rung == "any" or question.test == "rates":
        return ""
    leaning = f"{counts.reviews_for or 'none'} towards it, {counts.reviews_against or 'none'} away from it"
    return f" Systematic reviews with a clear finding lean {leaning}; they retell trials and are not added to them."


def _gap(question: Question, counts: Counts) -> str:
    n = counts.contradicts
    one, many = NOUNS[question.rung]
    found = f"No {one}" if not n else f"{n} {one if n == 1 else many}"
    head = (
        f"{found} here {'reports' if n < 2 else 'report'} findings that would answer it{_people(counts) if n else ''}."
    )
    if n < FEWEST:
        return head + " So it is still open."
    return head + " So it is no longer quite open; what they find is another question."


def _studied(question: Question, counts: Counts) -> str:
    one, many = NOUNS[question.rung]
    n = counts.supports
    if not n:
        return f"No {one} here does."
    return f"{n:,} {one if n == 1 else many} here {'does' if n == 1 else 'do'}{_people(counts)}."


def combined(parts: Sequence[tuple[str, Verdict]], words: Mapping[Verdict, str]) -> str:
    """Parts of a claim by verdict: "supported: depression; mixed: PTSD"; takes (what it asks, verdict)."""
    by_verdict: dict[Verdict, list[str]] = {}
    for asks, given in parts:
        by_verdict.setdefault(given, []).append(asks)
    return "It asks several things. " + " ".join(
        f"{words[given].capitalize()}: {' '.join(asked)}" for given, asked in by_verdict.items()
    )


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
