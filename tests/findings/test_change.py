"""harvest.findings.change: what a sentence says happened to a value, under one treatment against another."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.findings.change import change
from harvest.findings.model import Change
from harvest.findings.polarity import guess

UP, DOWN, SAME = "increased", "decreased", "no-difference"


def read(
    sentence: str, outcome: str, mine: str = "etamine", other: str = "", polarity: str | None = None
) -> Change | None:
    """The change of a sentence in which outcome and groups are given by their words."""

    def spans(word: str) -> list[tuple[int, int]]:
        found = [] if not word else [sentence.find(word)]
        return [(at, at + len(word)) for at in found if at >= 0]

    return change(
        sentence, 0, len(sentence), outcome=spans(outcome)[0], intervention=spans(mine), comparator=spans(other),
        polarity=polarity,  # type: ignore[arg-type]
    )  # fmt: skip


def value(
    sentence: str, outcome: str, mine: str = "etamine", other: str = "", polarity: str | None = None
) -> str | None:
    found = read(sentence, outcome, mine, other, polarity)
    return found and found.value


@pytest.mark.parametrize(
    ("sentence", "outcome", "expected"),
    [
        ("Ketamine reduced pain but not nausea.", "pain", DOWN),
        ("Ketamine reduced pain but not nausea.", "nausea", SAME),
        ("Pain was lower and nausea higher with ketamine.", "Pain", DOWN),
        ("Pain was lower and nausea higher with ketamine.", "nausea", UP),
        ("Ketamine had no effect on anxiety but improved mood.", "anxiety", SAME),
        ("Ketamine had no effect on anxiety but improved mood.", "mood", UP),
        ("Ketamine raised systolic pressure, heart rate and cardiac output.", "cardiac output", UP),
        ("Sedation, vomiting and itching were reduced by ketamine.", "vomiting", DOWN),
        ("Recovery was prolonged, whereas pain was reduced, with ketamine.", "pain", DOWN),
    ],
)
def test_each_outcome_gets_the_words_of_its_own_clause(sentence: str, outcome: str, expected: str) -> None:
    """Clauses and lists: the nearest word on the side where its form demands the outcome decides."""
    assert value(sentence, outcome) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The placebo group had higher scores than the ketamine group.", DOWN),
        ("Scores were higher in the placebo group compared with the ketamine group.", DOWN),
        ("Scores were higher in the ketamine group compared with the placebo group.", UP),
        ("Compared with placebo, ketamine lowered scores.", DOWN),
        ("Scores were higher in the placebo group.", DOWN),
        ("Scores rose under ketamine but not under placebo.", UP),
        ("Ketamine, but not placebo, lowered scores.", DOWN),
        ("Scores fell more with placebo than with ketamine.", UP),
    ],
)
def test_a_change_told_of_the_comparator_is_turned(sentence: str, expected: str) -> None:
    """Who is compared with whom decides the sign."""
    name = "Scores" if "Scores" in sentence else "scores"
    assert value(sentence, name, other="placebo") == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "There was no significant difference in pain between ketamine and placebo.",
        "Pain scores did not differ between groups.",
        "Ketamine was not superior to placebo for pain.",
        "Ketamine was non-inferior to placebo for pain.",
        "The groups did not show any significant difference in pain.",
        "Similar pain was seen in both groups.",
        "Pain was comparable after ketamine and placebo.",
        "Neither nausea nor pain differed between groups.",
        "Ketamine failed to reduce pain.",
        "Differences in pain were not statistically significant.",
        "There was no difference in the reduction of pain.",
        "Ketamine was not effective in reducing pain.",
        "Pain was lower with ketamine (P = 0.07).",
        "Pain was lower with ketamine, but this difference did not reach significance.",
        "Ketamine tended to reduce pain.",
        "Pain improved in both groups, but there was no difference between the groups.",
        "Less pain was reported with ketamine; however, the difference was not significant.",
        "Mean pain was 3.1 with ketamine and 3.4 with placebo (p=0.41).",
        "The risk of pain did not change (odds ratio 0.9).",
        "Pain decreased in both groups.",
    ],
)
def test_denied_and_insignificant_differences_are_none(sentence: str) -> None:
    """Negation, words of likeness, p values above .05 and later denials of the difference."""
    outcome = "pain" if "pain" in sentence else "Pain"
    assert value(sentence, outcome, other="placebo") == SAME


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A reduction in pain was seen after ketamine.", DOWN),
        ("Ketamine gave a greater reduction in pain.", DOWN),
        ("A smaller reduction in pain was seen after ketamine.", UP),
        ("The decrease in pain was smaller with ketamine.", UP),
        ("Ketamine reduced pain less than placebo.", UP),
        ("Ketamine was more effective than placebo in reducing pain.", DOWN),
        ("Pain fell in both groups, but more so with ketamine.", DOWN),
        ("A significantly low pain was noted with ketamine.", DOWN),
        ("Pain was more than 20% lower with ketamine.", DOWN),
    ],
)
def test_nouns_and_compared_changes(sentence: str, expected: str) -> None:
    """A comparative before, or said of, a noun of change multiplies with it."""
    outcome = "pain" if "pain" in sentence else "Pain"
    assert value(sentence, outcome, other="placebo") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Remission was reached by 12% with placebo vs 34% with ketamine (p=.01).", UP),
        ("Remission was 34% in the ketamine group and 12% in the placebo group (P < 0.001).", UP),
        ("Remission differed between ketamine and placebo (3.2 ± 1 vs 5.1 ± 2, P = .01).", DOWN),
        ("For remission the odds ratio was 2.1 (95% CI 1.2 to 3.9) with ketamine.", UP),
        ("For remission the odds ratio was 1.3 (95% CI 0.7 to 2.9) with ketamine.", SAME),
    ],
)
def test_figures_decide_where_words_do_not(sentence: str, expected: str) -> None:
    """Two figures in the order of the groups, or a ratio against one."""
    outcome = "Remission" if "Remission" in sentence else "remission"
    assert value(sentence, outcome, other="placebo") == expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("Depression", DOWN), ("Quality of life", UP), ("Pain relief", UP), ("Loss of function", DOWN)],
)
def test_improved_is_turned_by_what_is_good(outcome: str, expected: str) -> None:
    """Fewer symptoms, more function; guessed from the last telling word."""
    assert value(f"{outcome} improved with ketamine.", outcome) == expected
    assert (guess(outcome) == "lower") == (expected == DOWN)


def test_the_callers_polarity_wins() -> None:
    """The vocabulary knows better than a guess."""
    assert value("The index improved with ketamine.", "index", polarity="lower") == DOWN
    assert value("The index improved with ketamine.", "index", polarity="higher") == UP
    assert value("The index was worse with ketamine.", "index", polarity="lower") == UP


def test_sooner_means_less_time_but_a_higher_rate() -> None:
    """Time to an event falls when it comes earlier."""
    assert value("Time to response was earlier with ketamine.", "Time to response") == DOWN
    assert value("Response was faster with ketamine.", "Response") == UP


def test_a_dose_that_is_left_out_shows_no_difference() -> None:
    """ "But not with" the group asked for."""
    text = "Sleep was longer with ketamine 1 mg/kg than with placebo, but not with ketamine 0.1 mg/kg."
    second = text.rindex("ketamine")
    found = change(
        text,
        0,
        len(text),
        outcome=(0, 5),
        intervention=[(second, second + 8)],
        comparator=[(text.index("placebo"), text.index("placebo") + 7)],
    )
    assert found is not None
    assert found.value == SAME


def test_the_basis_is_baseline_only_without_another_group() -> None:
    """Changes over time within a group are no contrast."""
    within = read("Pain decreased from baseline after ketamine.", "Pain")
    between = read("Pain decreased from baseline more than with placebo.", "Pain", other="placebo")
    assert within is not None and within.basis == "within-group"
    assert between is not None and between.basis == "between-groups"


def test_words_within_the_outcomes_name_decide_nothing() -> None:
    """ "Weight gain" names the outcome."""
    assert value("Less weight gain was seen with ketamine.", "weight gain") == DOWN
    assert value("Weight gain was recorded with ketamine.", "Weight gain") is None


def test_offsets_are_of_the_deciding_words_in_the_whole_text() -> None:
    """Also behind combining characters, emoji and right-to-left words."""
    lead = "Cafe\u0301 🙂 שלום. "
    text = lead + "Pain was significantly lower with ketamine."
    found = change(text, len(lead), len(text), outcome=(len(lead), len(lead) + 4))
    assert found is not None
    assert text[found.start : found.end] == "lower"


def test_silence_is_none() -> None:
    """A sentence without words of change says nothing."""
    assert value("Pain was measured after ketamine.", "Pain") is None


def test_other_sentences_do_not_count() -> None:
    """Only ``text[start:end]`` is read."""
    text = "Pain was measured. Nausea was lower."
    assert change(text, 0, 18, outcome=(0, 4)) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_no_text_crashes_the_engine(text: str, first: int, last: int, group: int) -> None:
    """Whatever the spans are, the answer lies within the text."""
    found = change(
        text,
        0,
        len(text),
        outcome=(first, last),
        intervention=[(group, group + 3)],
        comparator=[(last, last + 1)],
    )
    assert found is None or 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize("piece", ["(", "no ", "pain higher, ", "P < ", "1.", "- ", "than ", "\u202e", "a("])
def test_a_megabyte_of_anything_is_read_in_time(piece: str) -> None:
    """No rule may take more than linear time."""
    text = piece * (1_000_000 // len(piece))
    begun = time.process_time()
    change(text, 0, len(text), outcome=(0, 4), intervention=[(8, 10)], comparator=[(12, 14)])
    assert time.process_time() - begun < 2
