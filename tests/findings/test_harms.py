"""harvest.findings.harms: unwanted effects told without comparison."""

from __future__ import annotations

import pytest

from harvest.findings.harms import harm


def read(text: str, effect: str) -> tuple[str, float | None, int | None] | None:
    start = text.index(effect)
    found = harm(text, start, start + len(effect), (0, len(text)))
    return (found.value, found.rate, found.people) if found else None


@pytest.mark.parametrize(
    ("text", "effect", "expected"),
    [
        ("Nausea occurred in 20% of patients.", "Nausea", ("occurred", 20, None)),
        (
            "The most common side effects were dizziness (24.5%) and nausea (8%).",
            "dizziness",
            ("occurred", 24.5, None),
        ),
        (
            "The most common side effects were dizziness (24.5%) and nausea (8%).",
            "nausea",
            ("occurred", 8, None),
        ),
        ("Side effects included headache (n = 4, 10%) and vomiting.", "headache", ("occurred", 10, 4)),
        ("Headache (3 patients) was reported.", "Headache", ("occurred", None, 3)),
        ("Thirty per cent, that is 30% of patients experienced nausea.", "nausea", ("occurred", 30, None)),
        ("Transient hypertension was observed.", "hypertension", ("occurred", None, None)),
        (
            "No serious or unexpected adverse events were reported.",
            "adverse events",
            ("none-observed", None, None),
        ),
        ("The drug was given without vomiting.", "vomiting", ("none-observed", None, None)),
        ("Urinary symptoms were not observed.", "Urinary symptoms", ("none-observed", None, None)),
        ("There were no deaths, but nausea occurred in 12%.", "nausea", ("occurred", 12, None)),
    ],
)
def test_what_is_told(text: str, effect: str, expected: tuple[str, float | None, int | None]) -> None:
    assert read(text, effect) == expected


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("Nausea and vomiting.", "Nausea"),
        ("We monitored heart rate and saturation.", "heart rate"),
        ("Adverse events.", "Adverse events"),
    ],
)
def test_a_name_alone_tells_nothing(text: str, effect: str) -> None:
    assert read(text, effect) is None


def test_no_difference_is_no_absence() -> None:
    """A denied difference leaves it open whether the effect occurred."""
    told = read("There were no differences in nausea.", "nausea")
    assert told is None or told[0] != "none-observed"


def test_the_deciding_words_are_those_of_the_text() -> None:
    text = "All went well; however, no serious adverse events were seen."
    start = text.index("adverse events")
    found = harm(text, start, start + len("adverse events"), (0, len(text)))
    assert found
    assert text[found.start : found.end] == "no"
