"""harvest.tagging.fold: differences that do not matter vanish, and every character finds its way back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.tagging.fold import fold, fold_keeping_case

AWKWARD = st.text(
    alphabet=st.one_of(
        st.sampled_from("aße -–/'’\u00ad\u200b\u0301\u2009ﬁİŉ²₂™µ\n\t(S)+"),
        st.characters(exclude_categories=["Cs"]),
    )
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Treatment-Resistant", "treatment resistant"),
        ("treatment\u2011resistant", "treatment resistant"),
        ("treatment – resistant", "treatment resistant"),
        ("and/or", "and or"),
        ("Alzheimer’s", "alzheimer s"),
        ("na\u00efve nai\u0308ve", "naive naive"),
        ("Maßstab", "massstab"),
        ("e\ufb03cacy", "efficacy"),
        ("anti\u00addepressant", "antidepressant"),
        ("HAM-D\u2081\u2087", "ham d17"),
        ("depression\u00b9", "depression "),
        ("Spravato\u2122 and Spravato\u00ae", "spravato and spravato\u00ae"),
        ("(S)\u2212ketamine", "(s) ketamine"),
        ("İstanbul", "istanbul"),
        ("line\none\u00a0two", "line one two"),
    ],
)
def test_differences_that_do_not_matter_vanish(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(AWKWARD)
def test_every_folded_character_comes_from_where_it_says(text: str) -> None:
    """Folding the one original character that a position names gives (at least) the folded character."""
    folded = fold(text)
    positions = [folded.start(index) for index in range(len(folded.text))]
    assert positions == sorted(positions)
    for character, position in zip(folded.text, positions, strict=True):
        assert character in fold(text[position]).text


@given(AWKWARD)
def test_ends_lie_behind_starts_and_take_accents_along(text: str) -> None:
    folded = fold(text)
    for index in range(len(folded.text)):
        end = folded.end(index + 1, text)
        assert folded.start(index) < end <= len(text)
        assert end == len(text) or folded.steps == () or not unicodedata.combining(text[end])


@given(st.text())
def test_texts_without_irregularities_carry_no_map(text: str) -> None:
    """The map is only there where a length changed: it costs time."""
    folded = fold(text)
    assert (folded.steps == ()) == all(folded.start(index) == index for index in range(len(folded.text) + 1))


def test_acronyms_keep_their_case() -> None:
    assert fold_keeping_case("HAM\u2011D/c") == "HAM D c"
