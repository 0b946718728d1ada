"""Which statements of a text are found, what they speak of, and that no input throws the finder off."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.checker import reading
from harvest.checker.find import find
from harvest.checker.model import Found, Statement
from harvest.checker.unjudged import UNMATCHED
from harvest.claims.load import load

LIBRARY = load()
BENCH = Path(__file__).resolve().parents[1] / "bench"
SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"


def found(text: str) -> Found:
    return find(reading.read_text(text), LIBRARY)


def asked(text: str) -> set[str]:
    return {one.question for one in found(text).statements}


def one(text: str, question: str) -> Statement:
    (statement,) = (each for each in found(text).statements if each.question == question)
    return statement


# ---------------------------------------------------------------------------- what is spoken of
def test_it_stands_for_the_drug() -> None:
    """A sentence that says "it" after one that names ketamine speaks of ketamine."""
    assert "onset-any" in asked("Ketamine is a medicine. It brings relief within hours.")


@pytest.mark.parametrize("words", ["This therapy", "The treatment", "These infusions", "The infusion"])
def test_other_words_stand_for_the_drug(words: str) -> None:
    """So do the words that clinics use for their treatment."""
    assert "ptsd-efficacy" in asked(f"We give ketamine. {words} can relieve PTSD.")


def test_it_may_stand_for_esketamine() -> None:
    """What "it" says of the spray is not said of ketamine."""
    text = "Spravato is a nasal spray. It was approved in 2019 for depression."
    assert one(text, "approval-depression").states["drug"] == "esketamine"
    other = "Spravato is a nasal spray. Ketamine is older. It was approved in 1970."
    assert "drug" not in one(other, "us-approval").states


def test_what_is_said_of_other_treatments_is_left_out() -> None:
    """Side effects and slowness of antidepressants are not said of ketamine."""
    text = "Ketamine is a medicine. Antidepressants often cause nausea. They can make people dizzy."
    assert not asked(text)
    contrast = (
        "Unlike antidepressants, which can cause nausea and take weeks, ketamine relieves depression within hours."
    )
    assert asked(contrast) >= {"onset-depression", "depression-efficacy"}
    assert "side-effect-nausea" not in asked(contrast)


def test_what_is_said_of_an_illness_is_left_out() -> None:
    """A paragraph on depression itself makes no statement on ketamine, even on a page about ketamine."""
    text = (
        "Ketamine can relieve depression.\n\nDepression is a serious illness. It can impair memory and lead to suicide."
    )
    assert asked(text) == {"depression-efficacy"}


def test_a_text_on_something_else_is_silent() -> None:
    """Without ketamine there is nothing to check, however much is promised."""
    result = found("Our magnets cure depression within hours. They are completely safe for everybody.")
    assert (result.statements, result.unjudged, result.harms, result.about_ketamine) == ((), (), (), False)


@pytest.mark.parametrize(
    "text",
    [
        "Can ketamine relieve depression?",
        "Call us today to learn how ketamine can treat your depression.",
        "Talk to your doctor about whether ketamine can help your PTSD.",
        "Ketamine for PTSD",
        "Myth: Ketamine is highly addictive.",
        "Insurance seldom pays the cost of ketamine for depression.",
    ],
)
def test_questions_and_invitations_state_nothing(text: str) -> None:
    """Questions, invitations, prices and bare headings are no statements."""
    assert not asked(text)


# ---------------------------------------------------------------------------- lists, labels, answers
def test_each_item_of_a_list_is_a_statement() -> None:
    """Items take over what leads them in, and stand at their own place."""
    text = "Ketamine has been found to help with:\n- PTSD\n- Migraine\n- OCD\n\nSide effects\n- Nausea\n- Headache\n"
    result = found(text)
    pairs = {(text[each.start : each.end], each.question) for each in result.statements}
    assert pairs == {
        ("PTSD", "ptsd-efficacy"), ("Migraine", "migraine-efficacy"), ("OCD", "ocd-efficacy"),
        ("Nausea", "side-effect-nausea"), ("Headache", "side-effect-headache"),
    }  # fmt: skip


def test_a_list_of_conditions_in_a_sentence() -> None:
    """A sentence that names several conditions makes one statement for each, all at its place."""
    text = "Ketamine eases depression, anxiety, PTSD and OCD."
    statements = found(text).statements
    assert {each.question for each in statements} == {
        "depression-efficacy", "anxiety-efficacy", "ptsd-efficacy", "ocd-efficacy",
    }  # fmt: skip
    assert {(each.start, each.end) for each in statements} == {(0, len(text))}


def test_narrow_conditions_are_not_their_broad_ones() -> None:
    """Treatment-resistant depression asks its own question."""
    assert asked("Ketamine relieves treatment-resistant depression.") == {"trd-efficacy"}


@pytest.mark.parametrize(("answer", "denies"), [("No.", False), ("Yes, it can be.", True)])
def test_answers_take_over_their_question(answer: str, denies: bool) -> None:
    """ "Is it addictive? No." says that people do not become addicted, which its question asks."""
    statement = one(f"Ketamine is a medicine. Is ketamine addictive? {answer}", "addiction-risk")
    assert statement.denies is denies


# ---------------------------------------------------------------------------- what a statement says
@pytest.mark.parametrize(
    ("text", "question", "denies"),
    [
        ("Ketamine is safe.", "safety-overall", False),
        ("Ketamine has no side effects.", "safety-overall", False),
        ("Ketamine is not safe.", "safety-overall", True),
        ("Ketamine will not make you addicted; it is non-addictive.", "addiction-risk", False),
        ("Ketamine can be addictive.", "addiction-risk", True),
        ("Ketamine is not a cure.", "duration-permanent", True),
        ("Ketamine cures depression.", "duration-permanent", False),
        ("Ketamine does not cause nausea.", "side-effect-nausea", True),
        ("Ketamine may cause nausea.", "side-effect-nausea", False),
        ("The FDA has not approved ketamine for depression.", "approval-depression", True),
        ("Ketamine does not only ease depression.", "depression-efficacy", False),
    ],
)
def test_denials_follow_the_framing_of_the_question(text: str, question: str, denies: bool) -> None:
    """Some questions ask for harm, some for its absence: a denial is a no to the question as it is put."""
    assert one(text, question).denies is denies


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Up to 70% of patients", 70), ("60–80 % of people", 60), ("Seven out of ten patients", 70), ("3 in 4 people", 75),
        ("Two thirds of patients", 66.7), ("Seventy-two percent of patients", 72), ("Half of all patients", 50),
        ("82.5 percent of people", 82.5),
    ],
)  # fmt: skip
def test_shares_of_people(words: str, number: float) -> None:
    """Percentages are read however they are written; of a range the lower end."""
    assert one(f"{words} with depression improve after ketamine.", "depression-response-rate").number == number


def test_shares_belong_to_questions_of_shares() -> None:
    """The number stands with the question of how many, not with that of whether at all."""
    statement = one("Ketamine relieves depression in 70% of patients.", "depression-efficacy")
    assert statement.number is None
    assert not asked("The dose of ketamine was 10 % lower.")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Ketamine is proven to relieve depression.", "proven"),
        ("Ketamine ALWAYS relieves depression.", "ALWAYS"),
        ("Ketamine may relieve depression.", ""),
        ("Ketamine is not proven, but it may relieve depression.", ""),
    ],
)
def test_words_that_leave_no_doubt(text: str, word: str) -> None:
    """They are given as they stand."""
    assert {each.certainty for each in found(text).statements if each.question == "depression-efficacy"} <= {word}
    assert asked(text)


@pytest.mark.parametrize(
    ("text", "question", "states"),
    [
        ("The FDA approved ketamine for depression in 2019.", "approval-depression", {"year": "2019", "drug": "ketamine"}),
        ("In 2019 Spravato was approved for depression.", "approval-depression", {"year": "2019", "drug": "esketamine"}),
        ("In 2006 a Yale study showed that ketamine relieves depression.", "first-antidepressant-trial", {"year": "2006", "institution": "yale", "condition": "depression"}),
        ("Ketamine has been used as an anaesthetic since the 1970s.", "anaesthetic-use", {"decade": "1970s"}),
        ("Ketamine was first developed for veterinary medicine.", "origin", {"developed-for": "animals"}),
        ("The FDA approved ketamine as an anaesthetic in 1970.", "us-approval", {"year": "1970", "drug": "ketamine"}),
    ],
)  # fmt: skip
def test_what_is_said_of_a_fact(text: str, question: str, states: dict[str, str]) -> None:
    """Years, institutions, drugs and conditions are given in the words that facts are compared in."""
    assert states.items() <= dict(one(text, question).states).items()


def test_words_that_decided_stand_in_the_text() -> None:
    """The words by which a statement was heard lie inside the document."""
    text = "Ketamine quickly lifts depression."
    statement = one(text, "depression-efficacy")
    assert {text[start:end] for start, end in statement.words} == {"lifts", "depression"}


# ---------------------------------------------------------------------------- besides the statements
def test_what_no_question_asks_is_listed() -> None:
    """What could be checked but asks none of our questions is told in plain words."""
    (unjudged,) = found("Ketamine relieves long COVID.").unjudged
    assert unjudged.why == f"it speaks of long COVID, {UNMATCHED}"
    (listed,) = found("Conditions ketamine treats\n- Lyme disease\n").unjudged
    assert listed.why == f"it speaks of Lyme disease, {UNMATCHED}"


def test_conditions_and_harms() -> None:
    """Conditions that the text says are treated, the narrowest only, and harms it mentions anywhere."""
    result = found(
        "Ketamine treats treatment-resistant depression and PTSD. It may cause nausea and raise the heart rate."
    )
    assert set(result.conditions) == {"treatment-resistant-depression", "ptsd"}
    assert {"nausea", "heart-rate"} <= set(result.harms)


# ---------------------------------------------------------------------------- any text
@pytest.mark.parametrize(
    "text",
    [
        "😀😀 Welcome! 😀 Ketamine relieves PTSD. 😀",
        "Intro.\r\n\r\nKetamine relieves PTSD.\r\n\r\nEnd.",
        "Cafe\u0301 na\u0131\u0308ve. Ketamine relieves PTSD.",
        "\u200bﬁrst: «\u00a0–\u00a0» Ketamine\u00a0relieves\u2009PTSD.",
    ],
)
def test_offsets_are_exact(text: str) -> None:
    """Offsets count code points, whatever stands before."""
    statement = one(text, "ptsd-efficacy")
    words = text[statement.start : statement.end]
    assert "Ketamine" in words
    assert words.rstrip().endswith("PTSD.")
    assert {text[start:end] for start, end in statement.words} == {"relieves", "PTSD"}


WORDS = st.sampled_from(
    "ketamine it not no safe relieves depression PTSD 70% of patients within hours Unlike antidepressants , . ? : ; - • ( ) \n "
    "\n\n Is Yes No 1970 approved FDA side effects nausea cause é 😀 \r\n".split(" ")
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join)))
def test_any_text(text: str) -> None:
    """Whatever is handed in, the places lie inside the text, hold words, and are the same the second time."""
    if not text.strip():
        return
    result = found(text)
    assert result == found(text)
    places = [(each.start, each.end) for each in (*result.statements, *result.unjudged)]
    places += [place for each in result.statements for place in each.words]
    assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in places)
    assert [each.start for each in result.statements] == sorted(each.start for each in result.statements)
    assert all(each.question in LIBRARY.questions for each in result.statements)


@pytest.mark.parametrize(
    "part",
    ["(", "ketamine ", "ketamine relieves depression and is not safe in 70% of patients ", "• ketamine ", "five of ",
     "Ketamine helps.\n", "ketamine? No. ", "ketamine", "ketamine, antidepressants, "],
)  # fmt: skip
def test_the_same_again_and_again(part: str) -> None:
    """Hostile texts are read through in seconds."""
    text = part * (250_000 // len(part))
    before = time.perf_counter()
    found(text)
    assert time.perf_counter() - before < 5  # a second on a slow core; what is guarded against takes minutes


# ---------------------------------------------------------------------------- how well
def measured(only: str) -> tuple[float, float]:
    """Share of the claims found with the right question, and of the marks that hold a claim."""
    sys.path.insert(0, str(BENCH))
    try:
        import claim_pages
        import score_claims
    finally:
        sys.path.remove(str(BENCH))
    pages = claim_pages.seeds(SEEDS, LIBRARY) if only == "seeds" else claim_pages.invented()
    score = score_claims.total(list(score_claims.score(pages, LIBRARY)))
    return score.claims.value, score.marks.value


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the pages beside the project (../shared/seeds) are absent")
def test_the_pages_beside_the_project() -> None:
    """At least 95 of the 104 claims are found with the right question; at most 8 % of the marks hold no claim."""
    claims, marks = measured("seeds")
    assert claims >= 95 / 104
    assert marks >= 0.92


def test_the_invented_pages() -> None:
    """So with pages that were written to be difficult, by people who did not know the rules."""
    claims, marks = measured("invented")
    assert claims >= 0.85
    assert marks >= 0.95
