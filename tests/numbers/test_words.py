"""harvest.numbers.words: numbers in digits and in words, with their places."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.numbers.words import numbers


def read(text: str) -> list[tuple[str, float]]:
    return [(text[number.start : number.end], number.value) for number in numbers(text)]


@pytest.mark.parametrize(
    ("text", "stated", "value"),
    [
        ("Twenty-four people", "Twenty-four", 24),
        ("one hundred and five nurses", "one hundred and five", 105),
        ("Hundred and twelve nurses", "Hundred and twelve", 112),
        ("a hundred nurses", "a hundred", 100),
        ("two thousand three hundred and six", "two thousand three hundred and six", 2306),
        ("1,234 people", "1,234", 1234),
        ("1 234 people", "1 234", 1234),
        ("1\u202f234\u202f567 people", "1\u202f234\u202f567", 1_234_567),
        ("a score of 12.5", "12.5", 12.5),
        ("a score of 0·5", "0·5", 0.5),
        ("a dose of 0,5 mg", "0,5", 0.5),
        ("P<.05", ".05", 0.05),
        ("per ·1.73 m", "1.73", 1.73),
        ("1.5 million people", "1.5 million", 1_500_000),
        ("thirty-two (32) people", "thirty-two (32)", 32),
        ("50mg", "50", 50),
    ],
)
def test_one_number_with_its_words(text: str, stated: str, value: float) -> None:
    """Digits and words give the value, and the place covers exactly the words."""
    assert read(text) == [(stated, value)]


@pytest.mark.parametrize(
    "text", ["IL-6", "T3 and PCL-5", "the 2nd of May", "5-HT", "two-thirds", "twenty-first", "often", "bones"]
)
def test_names_ordinals_and_parts_are_no_numbers(text: str) -> None:
    """Digits of names, ordinals, fractions and words that only hold a number word are left out."""
    assert read(text) == []


def test_a_group_and_a_dose_stay_two_numbers() -> None:
    """A blank joins thousands, but not the number of a group with the amount behind it."""
    assert read("group 1 200 mg") == [("1", 1), ("200", 200)]


def test_places_are_code_points_behind_marks_and_emoji() -> None:
    """Combining marks, emoji and right-to-left words do not shift the place."""
    assert read("e\u0301 \U0001f642 שלום İ twelve") == [("twelve", 12)]


@given(st.text(alphabet=st.sampled_from("0123456789 ,.·-()onetwhudraif%"), max_size=60))
def test_any_text_gives_places_in_order(text: str) -> None:
    """No text crashes it; the places are in the text, in order, and do not overlap."""
    found = numbers(text)
    assert all(0 <= number.start < number.end <= len(text) for number in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["[" * 10**6, "1" * 10**6, "one hundred " * 80_000, "1,111 " * 150_000])
def test_a_megabyte_takes_seconds_at_most(text: str) -> None:
    """The time grows with the length of the text only."""
    start = time.process_time()
    numbers(text)
    assert time.process_time() - start < 5
