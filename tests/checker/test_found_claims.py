"""The claims that the checker finds on pages, against the claims that stand there."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harvest.checker.model import Found, Statement, Unjudged
from harvest.claims import load

TESTS = Path(__file__).resolve().parents[1]

RECALL = 0.85
"""Of the claims on the invented pages, those that are found with a question they ask."""
PRECISION = 0.95
"""Of the places marked on the invented pages, those that hold a claim."""
PAIRS = 0.85
"""Of the statements on the invented pages, those whose question is asked at their place."""
SEED_CLAIMS = 98
"""Of the 104 claims on the five pages beside the project."""
SEED_FALSE = 0.05
"""Of the places marked on those pages, at most this share holds no claim."""


def _loaded(name: str) -> ModuleType:
    """A module of the measurements, by its path."""
    spec = importlib.util.spec_from_file_location(name, TESTS / "bench" / f"{name}.py")
    assert spec and spec.loader
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scorer = _loaded("score_claims")


@pytest.fixture(scope="module")
def library() -> Any:
    return load.load()


@pytest.fixture(scope="module")
def invented() -> Any:
    return scorer.invented()


def found(*statements: tuple[int, int, str], unjudged: tuple[tuple[int, int], ...] = ()) -> Found:
    """As the finder would answer."""
    marks = tuple(Statement(start, end, question, "efficacy") for start, end, question in statements)
    return Found(marks, tuple(Unjudged(start, end, "") for start, end in unjudged), (), (), True)


def perfect(page: Any) -> Found:
    """Every claim of a page, each question it asks; what no question covers is listed as unjudged."""
    places = [(gold.places[0], question) for gold in page.gold for question in gold.questions]
    return found(
        *((*place, question) for place, question in places),
        unjudged=tuple(gold.places[0] for gold in page.gold if not gold.questions),
    )


# ---------------------------------------------------------------------------- what is right
def test_every_written_place_holds_its_words() -> None:
    """An edit of a page that moves its text would make every place wrong without notice."""
    files = sorted((TESTS / "cases" / "clinic_pages").glob("*.txt"))
    assert len(files) >= 12
    for path in files:
        text = path.read_bytes().decode("utf-8")
        for item in json.loads(path.with_suffix(".json").read_text("utf-8")):
            assert text[item["start"] : item["end"]] == item["words"], path.name


def test_the_questions_that_pages_ask_exist(library: Any, invented: Any) -> None:
    """A question that was renamed can never be found."""
    asked = {
        question for page in invented for gold in page.gold for question in {*gold.questions, *gold.near, *gold.same}
    }
    assert asked <= set(library.questions)


def test_the_pages_ask_nearly_every_question(library: Any, invented: Any) -> None:
    """A rule that no page tries is not measured."""
    asked = {question for page in invented for gold in page.gold for question in gold.questions}
    assert len(asked) >= 0.85 * len(library.questions)


def test_every_claim_on_file_has_a_place(library: Any) -> None:
    """All 104 claims are looked for, none twice."""
    places = [
        id for page in json.loads((TESTS / "cases" / "seed_claims.json").read_text("utf-8")) for id in page["claims"]
    ]
    assert sorted(places) == sorted(library.claims)
    assert len(places) == 104


# ---------------------------------------------------------------------------- the measure itself
def test_the_measure_of_a_perfect_finder_is_one(invented: Any) -> None:
    """Otherwise no finder could reach it."""
    whole = scorer.total(scorer.measure(page, perfect(page)) for page in invented)
    assert all(getattr(whole, name).value == 1 for name in scorer.NAMES if name != "named"), whole


def test_the_measure_of_silence_is_nought(invented: Any) -> None:
    """Nothing marked: nothing found, and nothing in error."""
    whole = scorer.total(scorer.measure(page, found()) for page in invented)
    assert (whole.claims.right, whole.asked.right, whole.uncovered.right, whole.marks.all) == (0, 0, 0, 0)


def test_the_measure_sees_a_wrong_question(invented: Any) -> None:
    """Every claim marked, each with a question that nobody asks on these pages: all places right, no statement is."""
    for page in invented:
        places = [gold.places[0] for gold in page.gold if gold.required]
        score = scorer.measure(page, found(*((*place, "no-such-question") for place in places))).score
        assert (score.claims.right, score.pairs.right) == (0, 0), page.name
        assert score.any.value == score.marks.value == 1, page.name


def test_the_measure_sees_marks_beside_the_claims(invented: Any) -> None:
    """A finder that marks every block of a page takes opening hours for claims."""
    page = next(page for page in invented if page.name == "practical.txt")
    blocks = [(block.start, block.end, "depression-efficacy") for block in page.document.blocks]
    assert scorer.measure(page, found(*blocks)).score.marks.value < 0.3


def test_the_measure_is_not_won_by_marking_everything(library: Any, invented: Any) -> None:
    """A mark over a whole page with every question there is finds nothing."""
    for page in invented:
        score = scorer.measure(page, found(*((0, len(page.document.text), name) for name in library.questions))).score
        assert (score.any.right, score.marks.right, score.pairs.right) == (0, 0, 0), page.name


def test_praise_is_a_claim_only_to_a_statement_of_opinion(invented: Any) -> None:
    """To mark "the answer you have waited for" as a statement on efficacy is an error; as an opinion it is none."""
    page = next(page for page in invented if page.name == "benefits.txt")
    praise = next(gold for gold in page.gold if gold.praise)
    page = replace(page, gold=(praise,))
    for question, right in (("opinion", 1), ("no-such-question", 0)):
        assert scorer.measure(page, found((*praise.places[0], question))).score.marks.right == right


# ---------------------------------------------------------------------------- the finder
def test_claims_on_invented_pages_are_found(library: Any, invented: Any) -> None:
    """Pages of many kinds: most claims are found, and little else is marked."""
    measured = list(scorer.score(invented, library))
    whole = scorer.total(measured)
    report = "\n".join(scorer.summary(measured))
    assert whole.claims.value >= RECALL, report
    assert whole.marks.value >= PRECISION, report
    assert whole.pairs.value >= PAIRS, report


@pytest.mark.shared
def test_claims_on_the_pages_beside_the_project_are_found(shared: Path, library: Any) -> None:
    """At least 85 of the 104 claims with the right question, and at most 15 % of what is marked is no claim."""
    measured = list(scorer.score(scorer.seeds(shared / "seeds", library), library))
    whole = scorer.total(measured)
    report = "\n".join([*scorer.summary(measured), *(line for one in measured for line in scorer.errors(one))])
    assert whole.claims.all == 104
    assert whole.claims.right >= SEED_CLAIMS, report
    assert 1 - whole.marks.value <= SEED_FALSE, report
