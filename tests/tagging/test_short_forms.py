"""harvest.tagging.short_forms: what a text's own short forms stand for."""

from __future__ import annotations

import time

import pytest

from harvest.tagging.passage import Place
from harvest.tagging.short_forms import explained


def found(text: str, words: str, dimension: str = "condition") -> list[str]:
    places = [Place((dimension, "it"), "abstract", text.index(words), text.index(words) + len(words), "synonym")]
    return [text[place.start : place.end] for place in explained(text, places)]


@pytest.mark.parametrize(
    ("text", "words", "times"),
    [
        ("Emergence agitation (EA) is common. EA was rarer. No EA.", "Emergence agitation", 2),
        ("We gave intranasal ketamine (InK) weekly; InK helped.", "ketamine", 1),
        ("Esketamine intranasal (ESK-IN) was given. ESK-IN helped.", "Esketamine intranasal", 1),
        ("Fear of harm [FOH] fell. FOH rose.", "Fear of harm", 1),
        ("Chronic pain (CP; CRPS left out) fell. CP rose.", "Chronic pain", 1),
    ],
)
def test_a_short_form_names_what_it_was_explained_for(text: str, words: str, times: int) -> None:
    assert len(found(text, words, "drug" if "etamine" in words else "condition")) == times


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ketamine (IV) was given. IV lines were set.", "Ketamine"),
        ("Depression (MADRS) fell. MADRS rose.", "Depression"),
        ("Depression (n = 20) fell. N fell.", "Depression"),
        ("Emergence agitation (EA) is common. EAT was rarer, EA-like was not.", "Emergence agitation"),
        ("Emergence agitation is common. EA was rarer.", "Emergence agitation"),
        ("Pain (Fig) fell. Fig 2.", "Pain"),
    ],
)
def test_other_brackets_explain_nothing(text: str, words: str) -> None:
    assert found(text, words) == []


def test_what_the_vocabulary_found_is_not_found_again() -> None:
    text = "Emergence agitation (EA) is common. EA was rarer."
    places = [
        Place(("condition", "it"), "abstract", 0, 19, "synonym"),
        Place(("condition", "it"), "abstract", text.index("EA was"), text.index("EA was") + 2, "acronym"),
    ]
    assert explained(text, places) == []


def test_only_some_dimensions_have_short_forms() -> None:
    assert found("Open label (OL) it was. OL.", "Open label", "attribute") == []


def test_endless_explanations_end() -> None:
    text = "".join(f"pain (P{chr(65 + n % 26)}{n}) " for n in range(50_000))
    places = [Place(("condition", "it"), "abstract", at, at + 4, "synonym") for at in range(0, len(text) - 4, 12)]
    started = time.process_time()
    explained(text, places)
    assert time.process_time() - started < 5
