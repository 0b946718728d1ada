"""What people paste: numbers of all sorts, with labels, addresses and punctuation around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.cite import select


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("90000001", ("pmid", "90000001")),
        ("PMID: 90000001.", ("pmid", "90000001")),
        ("https://pubmed.ncbi.nlm.nih.gov/90000001/", ("pmid", "90000001")),
        ("pmid-90000001", ("id", "pmid-90000001")),
        ("NCT-90000001", ("id", "nct-90000001")),
        ("NCT90000001", ("registration", "NCT90000001")),
        ("PMC9000001", ("pmcid", "PMC9000001")),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC9000001/", ("pmcid", "PMC9000001")),
        ("doi:10.5555/INV.1", ("doi", "10.5555/inv.1")),
        ("https://doi.org/10.5555/inv.1", ("doi", "10.5555/inv.1")),
        ("(10.5555/inv.1)", ("doi", "10.5555/inv.1")),
    ],
)
def test_every_usual_form_of_a_number_is_known(pasted: str, expected: tuple[str, str]) -> None:
    """The likeliest reading comes first."""
    assert next(select.candidates(select.words(pasted)[0])) == expected


def test_only_numbers_of_clinicaltrials_gov_are_ids() -> None:
    """Ids of other registries are not made of the number itself."""
    assert list(select.candidates("NCT90000001")) == [("registration", "NCT90000001"), ("id", "nct-90000001")]
    assert list(select.candidates("ISRCTN90000002")) == [("registration", "ISRCTN90000002")]
    assert list(select.candidates("reg-0123456789")) == [("id", "reg-0123456789")]


def test_a_pasted_list_is_cut_at_any_separator_but_not_within_a_doi() -> None:
    """Spaces, lines, commas and semicolons; old DOIs hold semicolons and brackets."""
    pasted = "90000001;90000002, PMID 90000003\n10.5555/(sici)1(1)1:1<1::aid>3.0.co;2-4; doi: 10.5555/b,pmid-4,,\t"
    words = select.words(pasted)
    assert [word for word in words if word != "PMID"] == [
        "90000001", "90000002", "90000003", "10.5555/(sici)1(1)1:1<1::aid>3.0.co;2-4", "10.5555/b", "pmid-4",
    ]  # fmt: skip


def test_what_is_not_found_is_named_and_the_rest_keeps_its_order() -> None:
    """Two words may name one report; it comes once."""
    rows = [{"word": "b", "id": "r2"}, {"word": "a", "id": "r1"}, {"word": "c", "id": "r1"}]
    assert select.chosen(["a", "x", "b", "c"], rows) == (["r1", "r2"], ["x"])


@given(st.text(max_size=80))
def test_any_text_can_be_asked_for(text: str) -> None:
    """No error; every word is part of the text."""
    for word in select.words(text):
        assert word in text
        list(select.candidates(word))
