"""harvest.numbers.statistics on invented sentences (tests/cases/numbers.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.numbers.statistics import nearest, number, statistics

CASES: list[Any] = json.loads((Path(__file__).resolve().parents[1] / "cases" / "numbers.json").read_text("utf-8"))[
    "statistics"
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_statistics_of_a_sentence(text: str, expected: list[dict[str, Any]]) -> None:
    """Each comparison has its own numbers, and only what is stated."""
    found = [
        {key: value for key, value in one.statistics._asdict().items() if value is not None} for one in statistics(text)
    ]
    assert found == expected


def test_offsets_are_into_the_whole_text() -> None:
    """A sentence is read within its bounds and told in the offsets of the text."""
    first, second = "Pain fell (p = 0.2). ", "Mood rose (p = 0.01)."
    text = first + second
    found = statistics(text, len(first), len(text))
    assert [text[one.start : one.end] for one in found] == ["p = 0.01"]


def test_nearest_chooses_the_comparison_beside_the_words() -> None:
    """A place inside is nearest; without statistics there is none."""
    text = "Response (64% vs 28%, p = .01) and remission (40% vs 20%, p = .04) were likelier."
    found = statistics(text)
    chosen = nearest(found, text.index("remission"))
    assert chosen is not None and chosen.statistics.p in {".01", "=.01", "=.04"}
    inside = nearest(found, text.index("40%"))
    assert inside is not None and inside.statistics.p == "=.04"
    assert nearest([], 5) is None


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("−1.3", -1.3),
        ("–0·03", -0.03),
        ("0,8", 0.8),
        ("1,234", 1234),
        ("minus 2", -2),
        (".5", 0.5),
        ("+4", 4),
    ],
)
def test_numbers_are_read_as_written(words: str, value: float) -> None:
    """Unicode minus, middle dot, decimal comma and thousands."""
    assert number(words) == value


@given(st.text(alphabet="0123456789.,·-−– ()[]%=<>pPCIORMDdg±nvs/\n", max_size=60))
def test_no_text_breaks_statistics(text: str) -> None:
    """Whatever stands there, the words lie in the text and intervals are the right way round."""
    for one in statistics(text):
        assert 0 <= one.start < one.end <= len(text)
        low, high = one.statistics.ci_low, one.statistics.ci_high
        assert low is None or high is None or low <= high


@pytest.mark.parametrize(
    "text", ["(" * 300_000, "95% CI " * 10_000, "12% " * 10_000, "p = " * 10_000, "1/2 of " * 10_000]
)
def test_hostile_texts_return(text: str) -> None:
    """Repetition does not make the work grow out of hand."""
    statistics(text)
