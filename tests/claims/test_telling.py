"""harvest.claims.telling, asked and choosing: sentences that say no more than the verdict, and citations of every side."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest

from harvest.claims import load, rules, telling
from harvest.claims.asked import Asked, asked, order
from harvest.claims.choosing import Bearing, choose, named, numbered, places
from harvest.claims.model import Library, Question

HELD = telling.held("2026-11-22T01:20:22Z")
TOO_STRONG = re.compile(
    r"\b(prov\w+|proofs?|demonstrat\w+|established|guarantee\w*|certain\w*|clearly shows?)\b", re.IGNORECASE
)
ADVICE = re.compile(r"\b(you|your|should|must|recommend\w*|advis\w+|try|ask your|worth)\b", re.IGNORECASE)
STANCES = ("supports", "contradicts", "mixed")
COUNTS = [counts for counts in product(range(5), range(5), range(4)) if sum(counts)]
REVIEWS = ((0, 0), (3, 0), (0, 3))


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load.load()


def told(
    s: int, c: int, m: int, *, people: int = 500, reviews: tuple[int, int] = (0, 0), silent: int = 0, **more: Any
) -> Asked:
    """A question of findings with the verdict that the rule gives."""
    usual: dict[str, Any] = {"about": "ketamine for an invented illness", "test": "findings", "inert": True}
    return Asked(
        verdict=rules.verdict(s, c, m, people, *reviews), number={"supports": s, "contradicts": c, "mixed": m, "silent": silent},
        participants=people, reviews=reviews, **(usual | more),
    )  # fmt: skip


def of(question: Question, s: int, c: int, m: int, verdict: str | None = None) -> Asked:
    """A shipped question with invented counts."""
    row = {
        **{name: getattr(question, name) for name in ("about", "asks", "test", "rung", "expects", "because", "comparators", "threshold")},
        "other": '{"kinds": ["registry-entry"]}' if question.kinds == ("registry-entry",) else "{}", "supports": s,
        "contradicts": c, "mixed": m, "silent": 4, "participants": 50 * (s + c + m), "reviews_for": 0, "reviews_against": 0,
    }  # fmt: skip
    by_test = {"gap": lambda: rules.gap_verdict(c), "studied": lambda: rules.studied_verdict(s)}
    given = verdict or by_test.get(question.test, lambda: rules.verdict(s, c, m, 50 * (s + c + m)))()
    return asked(row | {"verdict": given})


# ------------------------------------------------------------------------------------------------ what it is about


def test_every_question_says_what_it_is_about(shipped: Library) -> None:
    """A short noun phrase that fits into a sentence: no question, no stop, no capital but of a name."""
    for question in shipped.questions.values():
        assert re.fullmatch(r"[a-z][^.?!:;]{8,90}[^.?!:;,\s]", question.about), question.id
        assert not re.match(r"(does|is|do|are|has|can|the claim)\b", question.about), question.id
        assert not TOO_STRONG.search(question.about), question.id


def test_every_sentence_of_every_question_can_be_printed(shipped: Library) -> None:
    """Whole sentences without gaps; no word stronger than the studies, no advice; short enough for a paragraph."""
    for question in shipped.questions.values():
        if question.test in ("facts", "none"):
            continue
        for counts in (
            (0, 0, 0),
            (1, 0, 0),
            (0, 1, 0),
            (2, 0, 0),
            (0, 2, 0),
            (9, 1, 0),
            (4, 1, 0),
            (2, 2, 1),
            (1, 4, 1),
            (0, 12, 0),
        ):
            text = telling.question(of(question, *counts), HELD)
            assert re.fullmatch(r"[A-Z].*\.", text), text
            assert not re.search(r"\s\s| [.,;]|None\b(?! of)|\(\)|\[\]|\{|\.\.|“”", text), text
            assert not TOO_STRONG.search(text), text
            assert not ADVICE.search(text), text
            assert question.about in text, text
            assert "as of 22 November 2026" in text, text
            assert len(text) < 620, text


def test_nothing_but_an_opinion_is_said_of_an_opinion(shipped: Library) -> None:
    """What no study can answer gets the reason why."""
    for question in shipped.questions.values():
        if question.test == "none":
            assert telling.question(of(question, 0, 0, 0, "not-checkable"), HELD).endswith(question.because), (
                question.id
            )


# ------------------------------------------------------------------------------------------------ never stronger


@pytest.mark.parametrize("reviews", REVIEWS)
@pytest.mark.parametrize("people", [0, 60, 500])
def test_no_sentence_is_stronger_than_its_verdict(people: int, reviews: tuple[int, int]) -> None:
    """“All”, “nearly all” and “most” stand only where the counts and the verdict bear them out; what is mixed or not
    shown says so first."""
    for s, c, m in COUNTS:
        given = told(s, c, m, people=people, reviews=reviews)
        text, n = telling.question(given, HELD), s + c + m
        first = text.partition(" ")[0]
        if given.verdict == "mixed":
            assert re.search(r"disagree|give no clear answer|evidence .* is mixed", text), text
            assert first not in ("All", "Most", "Nearly"), text
        elif given.verdict == "not-shown-directly":
            assert n < rules.FEWEST, text
            assert re.match("Only (one|two) ", text) and "not enough to call it shown" in text, text
        else:
            leading = max(s, c)
            assert first in ("All", "Most", "Nearly", "Of"), text
            assert (first == "All") == (leading == n), text
            assert first != "Most" or 2 * leading > n, text
            assert first != "Nearly" or given.verdict in ("supported", "contradicted"), text
            assert n >= rules.FEWEST_FIRM or leading < n or "studies are few." in text, text
            assert (s > c) == (given.verdict in ("supported", "mostly-supported")), text


@pytest.mark.parametrize("bare", [False, True])
def test_every_side_is_told_with_its_number(bare: bool) -> None:
    """No side with a report is left out, whatever the verdict; people are told once."""
    for s, c, m in COUNTS:
        marks = {"supports": "[S]", "contradicts": "[C]", "mixed": "[M]"}
        text = telling.question(told(s, c, m, cited=marks), HELD, bare=bare)
        for number, mark in ((s, "[S]"), (c, "[C]"), (m, "[M]")):
            assert text.count(mark) == bool(number), text
        assert text.count("500 people, as far as stated") == 1, text
        assert all(
            str(number) in text or text.startswith(("All", "Only one")) or "each" in text
            for number in (s, c, m)
            if number
        ), text


def test_citations_are_numbered_in_the_order_of_the_sentence() -> None:
    """The stances of `order` are the order in which the marks stand."""
    for s, c, m in COUNTS:
        given = told(s, c, m)
        text = telling.question(told(s, c, m, cited={stance: f"[{stance}]" for stance in STANCES}), HELD)
        assert re.findall(r"\[(\w+)\]", text) == [stance for stance in order(given) if given.of(stance)], text


def test_trials_that_agree_stay_mixed_where_the_reviews_do_not() -> None:
    """The sentence says that reviews stand against it, or the verdict would not be understood."""
    text = telling.question(told(3, 0, 0, reviews=(0, 1)), HELD)
    assert text.startswith("The evidence on ketamine for an invented illness is mixed: of the 3 randomised trials")
    assert "each found ketamine better" in text
    assert "do not lean the same way (0 towards it, 1 away from it)" in text


# ------------------------------------------------------------------------------------------------ the forms


@pytest.mark.parametrize(("given", "expected"), [
    (told(35, 13, 5, people=4863), "Most randomised trials HELD that report on ketamine for an invented illness, 35 of 53, found ketamine "
     "better than a control treatment; 13 did not and 5 pointed both ways (4,863 people, as far as stated)."),
    (told(19, 1, 0), "Nearly all randomised trials HELD that report on ketamine for an invented illness, 19 of 20, found ketamine better "
     "than a control treatment; 1 did not (500 people, as far as stated)."),
    (told(1, 11, 0), "Nearly all randomised trials HELD that report on ketamine for an invented illness, 11 of 12, did not find ketamine "
     "better than a control treatment; 1 did (500 people, as far as stated)."),
    (told(1, 0, 0, people=60), "Only one randomised trial HELD states a result on ketamine for an invented illness, and it found ketamine "
     "better than a control treatment (60 people, as far as stated). Fewer than three are not enough to call it shown."),
    (told(0, 0, 0, people=0, silent=17), "No randomised trial HELD states a result on ketamine for an invented illness. The 17 that look "
     "at it have no such result in the text held there."),
    (told(3, 0, 0, people=60, silent=1), "All 3 randomised trials HELD that report on ketamine for an invented illness found ketamine better "
     "than a control treatment (60 people, as far as stated). Three studies are few. Another "
     "one looks at it, with no such result in the text held there."),
    (told(0, 6, 0, test="rates", percent=70.0), "None of the 6 randomised trials HELD that report on ketamine for an invented illness gave "
     "70\u00a0% or more (500 people, as far as stated)."),
    (told(1, 4, 0, test="rates", percent=78.0), "Most randomised trials HELD that report on ketamine for an invented illness, 4 of 5, gave "
     "less than 78\u00a0%; 1 gave 78\u00a0% or more (500 people, as far as stated)."),
    (told(2, 2, 0, expects="harm", rung="human"), "Studies of people HELD disagree on ketamine for an invented illness: of 4, 2 found this "
     "harm; and 2 found none, or no more than in a comparison group (500 people, as far as stated)."),
    (told(7, 1, 1, inert=False), "Most randomised trials HELD that report on ketamine for an invented illness, 7 of 9, found a benefit; 1 "
     "found none and 1 pointed both ways (500 people, as far as stated)."),
])  # fmt: skip
def test_the_forms(given: Asked, expected: str) -> None:
    """Word for word, one for each form."""
    assert telling.question(given, "HELD") == expected


@pytest.mark.parametrize(("answering", "says"), [
    (0, r"No randomised trial .* so it is still open\."), (1, r"Only one .* so it is still open\."), (2, r"Only two .* still open\."),
    (4, r"Only 4 .* so it is in part open\."), (12, r"By now 12 .*what they found is another question\."),
])  # fmt: skip
def test_a_gap_is_open_as_long_as_few_answer(answering: int, says: str) -> None:
    given = Asked(
        "its long use",
        "gap",
        rules.gap_verdict(answering),
        number={"contradicts": answering},
        participants=90 * answering,
    )
    assert re.fullmatch(says, telling.question(given, HELD))


def test_what_is_studied_is_not_said_to_work() -> None:
    given = Asked("ketamine by mouth", "studied", "supported", rung="human", number={"supports": 40}, participants=900)
    assert telling.question(given, "held there") == (
        "There are 40 studies of people held there that look at ketamine by mouth (900 people, as far as stated). "
        "That tells what was studied, not what was found."
    )


def test_facts_are_told_with_their_source() -> None:
    """By the mark of citation, else by name."""
    rows = [
        {"id": "a", "says": "It was in 2000.", "source": "Brightwater 2000"},
        {"id": "b", "says": "It was not.", "source": "Nobody"},
    ]
    assert (
        telling.facts("the first trial", rows, {"a": "[1]"})
        == "On record about the first trial: It was in 2000 [1]. It was not (source: Nobody)."
    )
    assert telling.facts("the first trial", [], {}) == "No dated fact with a source is held here about the first trial."


@pytest.mark.parametrize("verdict", rules.WORDS)
def test_a_claim_is_told_with_its_verdict(verdict: Any) -> None:
    """The word of the verdict stands in the same sentence as the claim."""
    text = telling.claim("It helps.", verdict, "Of the 4 trials, 2 found it.")
    word = "cannot be checked" if verdict == "not-checkable" else rules.WORDS[verdict]
    assert "“It helps”" in text and word in text
    assert text.endswith(": of the 4 trials, 2 found it.")


def test_words_that_leave_no_doubt_are_called_so() -> None:
    """Only where the studies do not bear them out."""
    assert (
        telling.certainty("proven", "contradicted") == "The word “proven” goes further than the studies held there do."
    )
    assert [telling.certainty("always", verdict) for verdict in (None, "supported", "not-checkable")] == ["", "", ""]
    assert (
        telling.scope("all of it", "not-shown-directly")
        == "Fewer than three of the studies in favour looked at all of it."
    )
    assert telling.scope("all of it", None) == ""


def test_the_date_is_that_of_the_last_harvest() -> None:
    """Without a harvest the version of the starter set stands in its place; neither is made up."""
    assert telling.as_of("2026-01-05T00:00:00Z", "0.1.0") == "as of 5 January 2026"
    assert telling.as_of(None, "0.1.0") == "starter set of version 0.1.0"
    assert telling.as_of(None) == "starter set alone"


# ------------------------------------------------------------------------------------------------ citations


def test_every_side_is_cited_in_proportion() -> None:
    """Whatever the counts: never more than there is room for, every side that exists, and no smaller side before a larger."""
    for s, c, m in product(range(0, 60, 7), range(0, 60, 11), range(0, 20, 3)):
        sizes = {"supports": s, "contradicts": c, "mixed": m}
        given = places(sizes, 8)
        assert sum(given.values()) == min(8, s + c + m)
        assert set(given) == {stance for stance in sizes if sizes[stance]}
        assert all(
            given[a] >= given[b] for a in given for b in given if sizes[a] >= sizes[b] and given[a] < sizes[a]
        ), (sizes, given)
    assert places({"supports": 35, "contradicts": 13, "mixed": 5}, 8) == {"supports": 5, "contradicts": 2, "mixed": 1}
    assert places({"supports": 50, "contradicts": 1}, 8) == {"supports": 7, "contradicts": 1}


def test_the_largest_of_each_side_are_cited_first() -> None:
    """Of equal ones the newest; one that does not say how many comes last."""
    held = [Bearing("a", "supports", 10, "2001"), Bearing("b", "supports", 30, "2000"), Bearing("c", "supports", 30, "2010"),
            Bearing("d", "supports", None, "2020"), Bearing("e", "contradicts", 5, "2000"), Bearing("f", "silent", 900, "2022")]  # fmt: skip
    assert choose(held, ("contradicts", "supports", "mixed"), 4) == {"contradicts": ["e"], "supports": ["c", "b", "a"]}
    assert choose(held, ("supports",), 9) == {"supports": ["c", "b", "a", "d"]}
    assert choose([], STANCES) == {}


def test_marks() -> None:
    """A choice says that it is one; runs of numbers are drawn together; nobody is named twice."""
    assert numbered([3, 1, 2, 9], all_of_them=True) == "[1–3, 9]"
    assert numbered([4, 5], all_of_them=False) == "[e.g. 4, 5]"
    assert named(["Doe, 2020", "Doe, 2020"], all_of_them=True) == "(Doe, 2020)"
    assert numbered([], all_of_them=True) == named([], all_of_them=False) == ""
