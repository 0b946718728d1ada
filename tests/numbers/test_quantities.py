"""Doses, durations, counts, ages, sexes and times of invented sentences (tests/cases/numbers.json)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest import vocabulary
from harvest.numbers.ages import ages
from harvest.numbers.doses import OTHER_DRUG, doses
from harvest.numbers.durations import dose_counts, infusion_durations
from harvest.numbers.model import Quantity
from harvest.numbers.sexes import share_female
from harvest.numbers.times import times
from harvest.tagging.model import Fields
from harvest.tagging.tags import Reading, Tagger

CASES: dict[str, list[Any]] = json.loads(
    (Path(__file__).resolve().parents[1] / "cases" / "numbers.json").read_text("utf-8")
)
TAGGER = Tagger(vocabulary.load())
READERS: tuple[Callable[[Reading], list[Quantity]], ...] = (
    doses,
    dose_counts,
    infusion_durations,
    ages,
    share_female,
    times,
)


def reading(abstract: str, title: str = "") -> Reading:
    return TAGGER.read(Fields("r-1", title, abstract))


@pytest.mark.parametrize(("text", "expected"), CASES["doses"])
def test_doses_have_drug_unit_and_value(text: str, expected: list[Any]) -> None:
    found = [[q.concept_id, q.unit, q.value, q.low, q.high, q.stated] for q in doses(reading(text))]
    assert found == expected


@pytest.mark.parametrize(("text", "expected"), CASES["infusion_durations"])
def test_infusion_durations_are_in_minutes(text: str, expected: list[Any]) -> None:
    assert [[q.value, q.low, q.high, q.stated] for q in infusion_durations(reading(text))] == expected


@pytest.mark.parametrize(("text", "expected"), CASES["dose_counts"])
def test_doses_and_sessions_are_counted(text: str, expected: list[Any]) -> None:
    assert [[q.value, q.low, q.high, q.stated] for q in dose_counts(reading(text))] == expected


@pytest.mark.parametrize(("text", "expected"), CASES["ages"])
def test_ages_are_in_years(text: str, expected: list[Any]) -> None:
    assert [[q.rule, q.value, q.low, q.high, q.stated] for q in ages(reading(text))] == expected


@pytest.mark.parametrize(("text", "expected"), CASES["share_female"])
def test_share_of_women_is_in_per_cent(text: str, expected: list[Any]) -> None:
    assert [[q.value, q.stated] for q in share_female(reading(text))] == expected


@pytest.mark.parametrize(("text", "expected"), CASES["times"])
def test_times_are_in_hours(text: str, expected: list[Any]) -> None:
    assert [[q.kind, q.value, q.low, q.high, q.stated] for q in times(reading(text))] == expected


def test_time_points_and_follow_up_share_the_times() -> None:
    """No time is lost or told twice between the two."""
    read = reading("Mood was rated at 24 h and at 6-month follow-up.")
    assert [(q.kind, q.value) for q in times(read)] == [("time-point", 24), ("follow-up", 4380)]


def test_a_dose_takes_its_drug_from_the_title_when_the_abstract_names_none() -> None:
    """Of two drugs in the title none is chosen."""
    assert doses(reading("Group K had 0.5 mg/kg.", "Ketamine for pain"))[0].concept_id == "ketamine"
    assert doses(reading("Group K had 0.5 mg/kg.", "Ketamine or esketamine for pain"))[0].rule == OTHER_DRUG


def test_doses_in_the_title_are_told_with_their_field() -> None:
    """Offsets are into the title, not the abstract."""
    found = doses(reading("", "Ketamine 0.5 mg/kg for depression"))
    assert [(q.field, q.stated) for q in found] == [("title", "0.5 mg/kg")]


@pytest.mark.parametrize("before", ["e\u0301", "👩🏽‍⚕️ ", "\u202eעברית\u202c ", "ﬁ "])
def test_offsets_are_code_points_whatever_stands_before(before: str) -> None:
    """Combining characters, emoji and right-to-left text shift nothing."""
    text = f"{before}. Ketamine 0.5 mg/kg over 40 min to adults aged 18-65 years, 60% female; mood at 24 h."
    read = reading(text)
    found = [q for reader in READERS for q in reader(read)]
    assert {q.kind for q in found} == {"dose", "infusion-duration", "age", "share-female", "time-point"}
    assert all(text[q.start : q.end] == q.stated for q in found)


@given(
    st.lists(
        st.sampled_from(
            "ketamine 0.5 mg/kg 10 - to , and ( ) [ ] % mg kg(-1) /h 40 min over infusion six doses aged 18 65 years day 7 "
            "after follow-up mean age ± women = . ; µg 1,000 0·5".split()
        ),
        max_size=25,
    )
)
def test_no_text_breaks_a_reader(words: list[str]) -> None:
    """What is told is always in the text, in order, with ranges the right way round."""
    text = " ".join(words)
    read = reading(text)
    for reader in READERS:
        found = reader(read)
        assert all(text[q.start : q.end] == q.stated and q.stated for q in found)
        assert [q.start for q in found] == sorted(q.start for q in found)
        assert all(q.low < q.high for q in found if q.low is not None and q.high is not None)


@pytest.mark.parametrize(
    "text", ["(" * 200_000, "0.5 " * 10_000, "1, " * 10_000, "day 7, " * 10_000, "mg/kg " * 10_000]
)
def test_hostile_texts_return(text: str) -> None:
    """Repetition does not make the work grow out of hand."""
    read = reading(text)
    for reader in READERS:
        reader(read)
