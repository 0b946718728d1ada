"""What stands beside a statement: verdicts of its parts, the claims that say the same, and what a text leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from harvest import vocabulary
from harvest.checker.judge import NO_DATABASE, judge
from harvest.checker.model import Block, Document, Found, Judged, Statement
from harvest.claims.load import load
from harvest.claims.model import Library
from harvest.claims.standing import Standing
from harvest.vocabulary import Vocabulary

Row = dict[str, Any]
COUNTS = {
    "supports": 8,
    "contradicts": 1,
    "mixed": 1,
    "silent": 3,
    "participants": 700,
    "reviews_for": 1,
    "reviews_against": 0,
}


class Told:
    """Answers like a small database: every question mostly supported, and the harms it was given."""

    def __init__(self, harms: Mapping[str, list[tuple[str, bool]]]) -> None:
        self.harms, self.asked = harms, []  # type: ignore[var-annotated]

    def __call__(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        if "from findings f join reports r" in sql and "o.kind" in sql:
            self.asked.append(set(parameters.values()))
            words = vocabulary.load()
            return [
                {"outcome": outcome, "label": words.get("outcome", outcome).label, "broader": "", "report": report,
                 "participants": 1, "trial": trial}
                for outcome, reports in self.harms.items() for report, trial in reports
            ]  # fmt: skip
        if sql.lstrip().startswith("select id, verdict"):
            return [COUNTS | {"id": one, "verdict": "mostly-supported", "why": "Most do.", "scope_verdict": None, "scope_why": None}
                    for one in load().questions]  # fmt: skip
        return [COUNTS | {"verdict": "contradicted"}]


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return vocabulary.load()


@pytest.fixture(scope="module")
def library(words: Vocabulary) -> Library:
    return load(words=words)


TEXT = "Ketamine is proven to help 80 % of people. It causes no nausea."


def document(language: str = "en") -> Document:
    return Document(TEXT, (Block(0, len(TEXT), "paragraph"),), "text", language=language)


def found(*statements: Statement, conditions: tuple[str, ...] = ("depression",), harms: tuple[str, ...] = ()) -> Found:
    return Found(statements, (), conditions, harms, True)


def one(library: Library, words: Vocabulary, statement: Statement) -> Judged:
    standing = Standing(Told({}), library, words)
    return judge(document(), found(statement), library, words, standing).statements[0]


def test_a_statement_shares_its_verdict_and_the_claims_on_file(library: Library, words: Vocabulary) -> None:
    """Its words are those of the text, its claims those that ask the same."""
    judged = one(library, words, Statement(0, 42, "ptsd-efficacy", "efficacy"))
    assert judged.text == TEXT[0:42]
    assert judged.verdict == "mostly-supported"
    assert "001-19" in judged.claims
    assert dict(judged.counts) == {"supports": 8, "contradicts": 1, "mixed": 1, "silent": 3}


def test_a_denial_is_turned_round(library: Library, words: Vocabulary) -> None:
    """What says no to a question that is mostly supported is mostly contradicted."""
    judged = one(library, words, Statement(43, 63, "side-effect-nausea", "safety", denies=True))
    assert judged.verdict == "mostly-contradicted"
    assert judged.why.startswith("It says no to the question.")


def test_number_and_sure_word_have_verdicts_of_their_own(library: Library, words: Vocabulary) -> None:
    """The percentage is held against the rates; "proven" is too strong where one study disagrees."""
    judged = one(library, words, Statement(0, 42, "trd-response-rate", "efficacy", number=80.0, certainty="proven"))
    assert [(part.name, part.verdict) for part in judged.parts] == [
        ("number", "contradicted"),
        ("certainty", "contradicted"),
    ]


def test_a_sure_word_beside_a_fact_is_not_judged(library: Library, words: Vocabulary) -> None:
    """No count of studies bears on a date of history."""
    judged = one(library, words, Statement(0, 42, "us-approval", "history", certainty="always"))
    assert [part.name for part in judged.parts] == ["direction"]


def omitted(library: Library, words: Vocabulary, harms: tuple[str, ...], language: str = "en") -> list[tuple[str, int]]:
    told = Told({"nausea": [("pmid-1", True)], "vomiting": [("pmid-2", False)], "raised-blood-pressure": [("pmid-3", True)],
                 "blood-pressure": [("pmid-4", True)], "dissociation": [("pmid-1", True), ("pmid-5", False)]})  # fmt: skip
    checked = judge(document(language), found(harms=harms), library, words, Standing(told, library, words))
    return [(each.outcome, each.trials) for each in checked.omissions]


def test_harms_the_text_does_not_mention_are_listed(library: Library, words: Vocabulary) -> None:
    """Those of most reports first; a wider harm stands for its narrower ones, with the trials of all."""
    assert omitted(library, words, ()) == [("blood-pressure", 2), ("dissociation", 1), ("nausea", 1), ("vomiting", 0)]


def test_a_mentioned_harm_and_its_kin_are_not(library: Library, words: Vocabulary) -> None:
    """ "Nausea" leaves vomiting out; "high blood pressure" tells of blood pressure."""
    assert omitted(library, words, ("nausea", "raised-blood-pressure")) == [("dissociation", 1), ("vomiting", 0)]


def test_of_a_text_that_was_not_read_nothing_is_missing(library: Library, words: Vocabulary) -> None:
    """A list of omissions under a text in Spanish would be a false reproach."""
    assert omitted(library, words, (), language="es") == []


def test_the_harms_are_those_of_the_wider_condition(library: Library, words: Vocabulary) -> None:
    """Severe depression has the harms of depression; chronic pain does not have those of pain after surgery."""
    told = Told({})
    for condition in ("severe-depression", "chronic-pain"):
        judge(document(), found(conditions=(condition,)), library, words, Standing(told, library, words))
    assert "treatment-resistant-depression" in told.asked[0]
    assert "postoperative-pain" not in told.asked[1]


def test_without_a_database_the_statements_stand_alone(library: Library, words: Vocabulary) -> None:
    """No verdict is made up, and the note says what to do."""
    checked = judge(document(), found(Statement(0, 42, "ptsd-efficacy", "efficacy")), library, words, None)
    assert checked.statements[0].verdict == ""
    assert checked.omissions == ()
    assert NO_DATABASE in checked.notes
