"""harvest.tagging.context with the shipped cues: which words are denied, and what a sentence is about."""

from __future__ import annotations

import pytest

from harvest.tagging.context import DIMENSION, SCOPES, Context, Cue
from harvest.tagging.matcher import Matcher
from harvest.tagging.tags import own_concepts

CUES = Matcher([concept for concept in own_concepts() if concept.dimension == DIMENSION])


def context(text: str, *, whole: bool = False) -> Context:
    return Context(text, [Cue(m.start, m.end, m.concept.id) for m in CUES.find(text)], whole=whole)


def denied(text: str, words: str) -> bool:
    start = text.index(words)
    return context(text).denied(start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Patients with psychosis were excluded.", "psychosis"),
        ("We enrolled adults. Those with psychosis or mania were excluded.", "psychosis"),
        ("Exclusion criteria were pregnancy, seizures; psychosis and mania.", "psychosis"),
        ("Volunteers had no history of bipolar disorder, psychosis or mania.", "mania"),
        ("There was no evidence of depression.", "depression"),
        ("We compared people without depression.", "depression"),
        ("We studied adults, excluding those with current psychosis.", "psychosis"),
        ("Psychosis was ruled out.", "Psychosis"),
    ],
)
def test_words_that_are_negated_or_keep_people_out_are_denied(text: str, words: str) -> None:
    assert denied(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Patients with psychosis were included.", "psychosis"),
        ("Adults with and without depression were scanned.", "depression"),
        ("Patients with depression were enrolled; those with psychosis were excluded.", "depression"),
        ("Patients with depression were enrolled and those with psychosis were excluded.", "depression"),
        ("There was no history of mania. Depression was severe.", "Depression"),
        ("Without ketamine, pain returned.", "pain"),
        ("People without psychosis but with depression took part.", "depression"),
        ("The inclusion and exclusion criteria named depression.", "depression"),
    ],
)
def test_other_words_are_not_denied(text: str, words: str) -> None:
    assert not denied(text, words)


def test_every_scope_has_cues_and_every_denying_cue_a_scope() -> None:
    ids = {concept.id for concept in own_concepts() if concept.dimension == DIMENSION}
    assert {one for one in ids if one.startswith(("negated", "excluded"))} == set(SCOPES)


def test_a_section_lasts_until_the_next_label() -> None:
    text = "BACKGROUND: Pain is common. It hurts.\nMETHODS: Rats were used. They slept.\nRESULTS: Pain fell."
    parts = [context(text).parts(text.index(words)) for words in ("Pain is", "It hurts", "They", "Pain fell")]
    assert [
        "background" in parts[0],
        "background" in parts[1],
        "method" in parts[2],
        "result" in parts[3],
    ] == [True] * 4
    assert "background" not in parts[2]


def test_a_label_counts_only_where_it_opens_a_sentence() -> None:
    text = "We gave two results: less pain and more sleep."
    assert "result" not in context(text).parts(text.index("pain"))


def test_cues_name_aims_and_populations() -> None:
    text = "Depression is common. We aimed to test ketamine. Forty patients with depression were randomised."
    around = context(text)
    assert around.parts(0) == frozenset()
    assert "aim" in around.parts(text.index("ketamine"))
    assert "population" in around.parts(text.rindex("depression"))


def test_a_title_is_one_sentence() -> None:
    text = "No history of psychosis? A study. Mania"
    assert context(text, whole=True).parts(0) == context(text, whole=True).parts(len(text) - 1)


def test_offsets_of_sentences_count_code_points() -> None:
    """Letters outside the basic plane must not shift what a sentence holds."""
    text = "𝒳𝒳𝒳 were given. Patients with psychosis were excluded. Depression was treated."
    assert denied(text, "psychosis")
    assert not denied(text, "Depression")


def test_empty_text() -> None:
    assert context("").parts(0) == frozenset()
    assert not context("").denied(0, 0)
