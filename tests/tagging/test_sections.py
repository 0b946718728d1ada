"""harvest.tagging.sections: labels in their usual styles, and sections told without labels."""

from __future__ import annotations

import itertools

import pytest

from harvest.tagging import sections
from harvest.tagging.context import Context
from tests.tagging.test_context import context


def told(text: str) -> list[str]:
    return [sentence.section for sentence in context(text).sentences]


@pytest.mark.parametrize(
    "text",
    [
        "METHODS: Rats were used. RESULTS: Pain fell.",
        "Methods. Rats were used. Results. Pain fell.",
        "[Methods] Rats were used. [Results] Pain fell.",
        "(Methods) Rats were used. (Results) Pain fell.",
        "METHODS Rats were used. RESULTS Pain fell.",
        "Methods Rats were used. Results Pain fell.",
        "MethodsRats were used.ResultsPain fell.",
        "Methods - Rats were used. Results - Pain fell.",
        "Methods\nRats were used.\nResults\nPain fell.",
        "ABSTRACT Methods: Rats were used. Results: Pain fell.",
        "Materials and Methods: Rats were used. MAIN RESULTS: Pain fell.",
        "DESIGN, SETTING, AND PARTICIPANTS: Rats were used. FINDINGS: Pain fell.",
        "Patient(s): Rats were used. Result(s): Pain fell.",
    ],
)
def test_labels_are_read_in_their_usual_styles(text: str) -> None:
    """Whatever the style, the words about rats are methods and the words about pain are results."""
    around = context(text)
    assert around.sentence_at(text.index("used")).section == "method"
    assert around.sentence_at(text.index("fell")).section == "result"
    assert not around.sentence_at(text.index("fell")).inferred


@pytest.mark.parametrize(
    ("label", "section"),
    [
        ("Background", "background"),
        ("OBJECTIVES", "aim"),
        ("Main Outcome Measures", "method"),
        ("Measurements", "method"),
        ("Key findings", "result"),
        ("Conclusions and Relevance", "conclusion"),
        ("Limitations", "conclusion"),
        ("Trial registration", ""),
        ("Funding", ""),
    ],
)
def test_labels_name_their_section(label: str, section: str) -> None:
    """One label, one section; registration and funding belong to none."""
    assert told(f"Methods: Rats were used. {label}: Words follow here.")[-1] == section


@pytest.mark.parametrize(
    "text",
    [
        "Results in pain were good. Rats slept.",
        "Patients with pain slept. Methods differ between clinics.",
        "We gave two results: less pain. Rats slept.",
        "Pain fell (Results) in rats. They slept.",
    ],
)
def test_words_of_a_sentence_are_no_label(text: str) -> None:
    """A word that could be a label is none inside a sentence, or where a sentence goes on behind it."""
    assert all(sentence.inferred or not sentence.section for sentence in context(text).sentences)


def test_joined_labels_are_told_apart() -> None:
    """Under "Methods and Results" each sentence gets the one it speaks of."""
    text = "Methods and Results: Forty adults were enrolled. Pain differed significantly (p < 0.01)."
    assert told(text) == ["method", "result"]


def test_an_abstract_without_labels_gets_its_sections_from_cues() -> None:
    """Aim, method, result and conclusion are told by what the sentences say, and marked as inferred."""
    text = (
        "Pain is common and little is known about its course. We aimed to test ketamine against pain. "
        "Forty adults were randomly assigned to ketamine or placebo. Pain scores were significantly lower with "
        "ketamine (p = 0.02). In conclusion, ketamine may be useful."
    )
    assert told(text) == ["background", "aim", "method", "result", "conclusion"]
    assert all(sentence.inferred for sentence in context(text).sentences)


def test_inferred_sections_are_no_parts() -> None:
    """What a sentence is about, for the roles, holds labelled sections and cues only."""
    text = "Forty adults were randomly assigned. Pain scores were significantly lower (p = 0.02). Thus it may help."
    assert not context(text).parts(text.index("lower")) & set(sections.SECTIONS)


def test_a_background_without_aim_label_ends_with_the_aim() -> None:
    """The last sentence of such a background says what the report is about; it remains background as a part."""
    text = "BACKGROUND: Pain is common. Ketamine against pain is tested here. METHODS: Rats were used."
    assert told(text) == ["background", "aim", "method"]
    assert "background" in context(text).parts(text.index("tested"))


def test_sections_cover_the_whole_text_in_order() -> None:
    """Sentences follow one another without a gap, labels included."""
    text = "  Background: Pain 𝒳 is common.MethodsWe asked. RESULTS Pain fell.  Funding: None."
    found = context(text).sentences
    assert found[0].start == 0
    assert found[-1].end == len(text)
    assert all(one.end == other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("text", ["", " ", ":", "Methods:", "Methods", "METHODS:RESULTS:", "\n\n", "[]"])
def test_odd_texts_have_sections_too(text: str) -> None:
    """Nothing to tell is no error."""
    assert all(section in (*sections.SECTIONS, "") for section in told(text))


@pytest.mark.parametrize("unit", ["[", "Methods ", "A. ", "\n", "- ", "Results and "])
def test_long_texts_are_read_in_linear_time(unit: str) -> None:
    """A text without end must not stop the tagging."""
    assert Context(unit * 20_000, []).sentences
