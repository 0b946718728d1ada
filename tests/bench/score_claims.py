"""How well the checker finds claims: on the five pages beside the project, and on pages invented for this purpose.

    python tests/bench/score_claims.py [--only seeds|invented] [--missed] [--json]

What is right is read by ``claim_pages.py``. What counts:

claims      claims of which a statement at their place asks one of their questions; "any" whatever the question.
asked       the same by question: a sentence that names four conditions is right four times or less.
marks       distinct places that statements mark and that hold a claim; praise holds one for a statement of an opinion only.
named       the same, of the claims that are looked for alone: a claim or praise beside the list counts as an error.
pairs       statements (place and question) whose question is one of the claims of their place.
uncovered   claims that none of our questions asks: listed as unjudged, or marked with a near question.

A statement is at the place of a claim when they share at least half of the shorter of the two, and it is no longer than a
sentence can be.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from claim_pages import OPINION, Gold, Page, Place, invented, seeds

from harvest.checker import find as finder
from harvest.checker.model import Found
from harvest.claims import load
from harvest.claims.model import Library

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


@dataclass(frozen=True)
class Row:
    """What was found of one claim: the questions of the statements at its place, and the place of the one that is right
    (else of the first)."""

    id: str
    right: bool
    found: tuple[str, ...]
    place: Place | None
    missed: tuple[str, ...]


@dataclass(frozen=True)
class Share:
    """``right`` of ``all``."""

    right: int
    all: int

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.all + other.all)

    def __str__(self) -> str:
        return f"{self.right}/{self.all} {self.right / self.all:.2f}" if self.all else "-"

    @property
    def value(self) -> float:
        return self.right / self.all if self.all else 1.0


NONE = Share(0, 0)


@dataclass(frozen=True)
class Score:
    """What was measured of a page, or of several together."""

    claims: Share = NONE
    any: Share = NONE
    asked: Share = NONE
    marks: Share = NONE
    named: Share = NONE
    pairs: Share = NONE
    uncovered: Share = NONE

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = ("claims", "any", "asked", "marks", "named", "pairs", "uncovered")


@dataclass(frozen=True)
class Measured:
    """A page with its score, its claims one by one, and what was marked in error."""

    page: Page
    score: Score
    rows: tuple[Row, ...]
    false_marks: tuple[Place, ...]
    false_pairs: tuple[tuple[Place, str], ...]


# ---------------------------------------------------------------------------- measuring
def measure(page: Page, found: Found) -> Measured:
    """What the statements of a page are worth against its claims."""
    marks = [((one.start, one.end), one.question) for one in found.statements]
    listed = [(one.start, one.end) for one in found.unjudged]
    rows = [_row(gold, marks) for gold in page.gold if gold.required and gold.questions]
    places = sorted({place for place, _ in marks})
    false_marks = [
        place for place in places if not any(_is_claim(page.gold, *mark) for mark in marks if mark[0] == place)
    ]
    pairs = sorted(set(marks))
    false_pairs = [pair for pair in pairs if not _is_right(page.gold, *pair)]
    asked = sum(len(gold.questions) for gold in page.gold if gold.required)
    uncovered = [gold for gold in page.gold if gold.required and not gold.questions]
    score = Score(
        claims=Share(sum(row.right for row in rows), len(rows)),
        any=Share(sum(bool(row.found) for row in rows), len(rows)),
        asked=Share(asked - sum(len(row.missed) for row in rows), asked),
        marks=Share(len(places) - len(false_marks), len(places)),
        named=Share(sum(any(one.required and one.holds(place) for one in page.gold) for place in places), len(places)),
        pairs=Share(len(pairs) - len(false_pairs), len(pairs)),
        uncovered=Share(sum(_is_listed(gold, marks, listed) for gold in uncovered), len(uncovered)),
    )
    return Measured(page, score, tuple(rows), tuple(false_marks), tuple(false_pairs))


def _row(gold: Gold, marks: Sequence[tuple[Place, str]]) -> Row:
    here = [(place, gold.same.get(question, question)) for place, question in marks if gold.holds(place)]
    right = [place for place, question in here if question in gold.questions]
    found = tuple(dict.fromkeys(question for _, question in here))
    place = next(iter(right or [place for place, _ in here]), None)
    return Row(gold.id, bool(right), found, place, tuple(sorted(gold.questions.difference(found))))


def _is_claim(gold: Iterable[Gold], place: Place, question: str) -> bool:
    """Whether something is claimed at the place; of praise only a statement of an opinion may say so."""
    return any(one.holds(place) and (not one.praise or question in OPINION) for one in gold)


def _is_right(gold: Iterable[Gold], place: Place, question: str) -> bool:
    return any(one.holds(place) and question in {*one.questions, *one.near, *one.same} for one in gold)


def _is_listed(gold: Gold, marks: Iterable[tuple[Place, str]], listed: Iterable[Place]) -> bool:
    near = any(gold.holds(place) and question in gold.near for place, question in marks)
    return near or any(gold.holds(place) for place in listed)


def score(pages: Iterable[Page], library: Library) -> Iterator[Measured]:
    """Each page as the finder of the project does it."""
    for page in pages:
        yield measure(page, finder.find(page.document, library))


def total(measured: Iterable[Measured]) -> Score:
    """All pages together, each claim and each mark counting alike."""
    return sum((one.score for one in measured), Score())


# ---------------------------------------------------------------------------- telling
def table(rows: Iterable[Row]) -> Iterator[str]:
    """One line a claim: found, where, and which questions were asked there."""
    for row in rows:
        mark = "yes" if row.right else "other" if row.found else "no"
        place = f"{row.place[0]}-{row.place[1]}" if row.place else ""
        missed = "" if row.right else f"  (asks {', '.join(row.missed)})"
        yield f"{row.id:<24} {mark:<6} {place:<12} {', '.join(row.found)}{missed}"


def summary(measured: Sequence[Measured]) -> Iterator[str]:
    """A line a page, and one for all."""
    yield f"{'page':<32}" + "".join(f"{name:>14}" for name in NAMES)
    named = [*((one.page.name, one.score) for one in measured), ("all", total(measured))]
    for name, one in named:
        yield f"{name:<32}" + "".join(f"{getattr(one, field)!s:>14}" for field in NAMES)


def errors(one: Measured) -> Iterator[str]:
    """What was marked and holds no claim, and the questions that nobody asks there, in the words of the page."""
    text = one.page.document.text
    for start, end in one.false_marks:
        yield f"  not a claim   {start}-{end}: {text[start:end]}"
    for (start, end), question in one.false_pairs:
        if (start, end) not in one.false_marks:
            yield f"  not asked     {start}-{end} {question}: {text[start:end]}"


def as_json(measured: Sequence[Measured]) -> dict[str, Any]:
    """The same figures for programs."""

    def figures(one: Score) -> dict[str, Any]:
        shares = ((name, getattr(one, name)) for name in NAMES)
        return {name: {"right": share.right, "all": share.all} for name, share in shares}

    def of_page(one: Measured) -> dict[str, Any]:
        rows = [
            {"id": row.id, "right": row.right, "found": row.found, "place": row.place, "missed": row.missed}
            for row in one.rows
        ]
        return {
            "page": one.page.name, "score": figures(one.score), "claims": rows, "false_marks": one.false_marks,
            "false_pairs": [{"place": place, "question": question} for place, question in one.false_pairs],
        }  # fmt: skip

    return {"pages": [of_page(one) for one in measured], "all": figures(total(measured))}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", choices=("seeds", "invented"))
    parser.add_argument(
        "--missed", action="store_true", help="only the claims that were not found, and what is in error"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    library = load.load()
    sets: dict[str, list[Page]] = {}
    if chosen.only != "invented" and SEEDS.is_dir():
        sets["seeds"] = seeds(SEEDS, library)
    if chosen.only != "seeds":
        sets["invented"] = invented()
    results = {name: list(score(pages, library)) for name, pages in sets.items()}
    if chosen.json:
        json.dump({name: as_json(measured) for name, measured in results.items()}, sys.stdout, indent=1)
        return
    for name, measured in results.items():
        print(f"\n{name}: claim by claim")
        for one in measured:
            print("\n".join(table(row for row in one.rows if not (chosen.missed and row.right))))
            print("\n".join(errors(one)))
        print(f"\n{name}: in all", *summary(measured), sep="\n")
    if chosen.only != "invented" and "seeds" not in sets:
        print("the pages beside the project (../shared/seeds) are absent")


if __name__ == "__main__":
    main()
