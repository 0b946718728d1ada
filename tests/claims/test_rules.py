"""The rule of verdicts: once in Python, once in SQL, and the two agree; words are never stronger than the counts."""

from __future__ import annotations

from itertools import product

import pytest
from sqlite_utils import Database

from harvest.claims import rules
from harvest.claims.answers import combined_sql
from harvest.claims.model import Verdict

NUMBERS = (0, 1, 2, 3, 5, 9, 10, 30)


def test_sql_and_python_give_the_same_verdict() -> None:
    """For every small count of reports and reviews the SQL shown to readers says what the rule says."""
    db = Database(memory=True)
    cases = list(product(NUMBERS, NUMBERS, (0, 1, 4), (0, 299, 300), (0, 2), (0, 2)))
    db["counts"].insert_all(
        dict(
            zip(
                ("supports", "contradicts", "mixed", "participants", "reviews_for", "reviews_against"),
                case,
                strict=True,
            )
        )
        for case in cases
    )
    told = [
        row[0] for row in db.execute(f"select {rules.VERDICT_SQL['findings']} from counts order by rowid").fetchall()
    ]
    assert told == [rules.verdict(*case) for case in cases]
    assert len(set(told)) == 6, "the cases must reach every verdict"


@pytest.mark.parametrize("number", range(12))
def test_gaps_and_practices_agree_with_their_sql(number: int) -> None:
    """The rules for what is unknown and for what is done are the same in SQL."""
    db = Database(memory=True)
    gap, studied = rules.VERDICT_SQL["gap"], rules.VERDICT_SQL["studied"]
    row = db.execute(
        f"select {gap}, {studied} from (select ? as contradicts, ? as supports)", [number, number]
    ).fetchone()
    assert row == (rules.gap_verdict(number), rules.studied_verdict(number))


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((0, 0, 0, 0), "not-shown-directly"),
        ((1, 0, 0, 5000), "not-shown-directly"),  # neither one study nor two, however large
        ((2, 0, 0, 5000), "not-shown-directly"),
        ((3, 0, 0, 5000), "mostly-supported"),
        ((5, 0, 0, 299), "mostly-supported"),  # five small ones are not firm
        ((5, 0, 0, 300), "supported"),
        ((9, 1, 0, 900), "supported"),
        ((7, 3, 0, 900), "mostly-supported"),
        ((6, 3, 0, 900), "mixed"),
        ((2, 1, 0, 98), "mixed"),
        ((0, 0, 4, 900), "mixed"),
        ((1, 4, 0, 900), "mostly-contradicted"),
        ((0, 3, 0, 900), "mostly-contradicted"),
        ((0, 5, 0, 300), "contradicted"),
        ((1, 9, 0, 900), "contradicted"),  # the mirror of 9 to 1
        ((3, 7, 0, 900), "mostly-contradicted"),
    ],
)
def test_words_follow_the_counts(counts: tuple[int, int, int, int], verdict: Verdict) -> None:
    """Each boundary of the written rule."""
    assert rules.verdict(*counts) == verdict


def test_reviews_that_lean_the_other_way_take_the_certainty_away() -> None:
    """Trials for, reviews against: mixed; reviews alone decide nothing."""
    assert rules.verdict(9, 0, 0, 900, reviews_for=1, reviews_against=2) == "mixed"
    assert rules.verdict(9, 0, 0, 900, reviews_for=2, reviews_against=2) == "supported"
    assert rules.verdict(0, 9, 0, 900, reviews_for=2, reviews_against=1) == "mixed"
    assert rules.verdict(0, 0, 0, 0, reviews_for=9) == "not-shown-directly"


@pytest.mark.parametrize("parts", list(product(rules.WORDS, repeat=2)))
def test_a_claim_of_two_parts_is_never_better_than_its_better_part(parts: tuple[Verdict, Verdict]) -> None:
    """The combination is the same in SQL, needs both sides to agree, and leaves out only what cannot be checked."""
    db = Database(memory=True)
    sql = combined_sql([f"select '{one}' as verdict" for one in parts])
    given = rules.combined(parts)
    assert db.execute(sql).fetchone()[0] == given
    if given == "supported":
        assert set(parts) - {"not-checkable"} == {"supported"}
    if "mixed" in parts:
        assert given == "mixed"


def test_a_claim_said_the_other_way_round() -> None:
    """Saying no to what is contradicted is right; what is open stays open."""
    assert rules.opposite("contradicted") == "supported"
    assert rules.opposite("mostly-supported") == "mostly-contradicted"
    assert rules.opposite("not-shown-directly") == "not-shown-directly"
    assert all(rules.opposite(rules.opposite(one)) == one for one in rules.WORDS)


def test_proven_needs_more_than_most() -> None:
    """A word that leaves no doubt is borne out only when nothing speaks against it."""
    assert rules.certain("supported", 0, 0, counted=9) == "supported"
    assert rules.certain("supported", 1, 0, counted=9) == "contradicted"
    assert rules.certain("mostly-supported", 0, 0, counted=9) == "contradicted"
    assert rules.certain("not-shown-directly", 0, 0, counted=1) == "not-shown-directly"
    assert rules.certain("supported", 0, 0, counted=0) == "not-checkable", "advice is nothing that was counted"
