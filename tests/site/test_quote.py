"""Permalinks to exact characters: the words, whose they are, their rights, and what happens when the text changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harvest.site.quotes import LONGEST, fingerprint, quote_address
from harvest.site.report import quoting

from .conftest import DIGEST, MAIN_ABSTRACT, Site
from .test_report import OPEN_TEXT, TEXT, extra_file, text_of

__all__ = ["extra_file"]


@pytest.fixture(scope="module")
def site(extra_file: Path) -> Site:
    return Site(extra_file, public=True)


def _address(id: str, text: str, words: str, field: str = "abstract") -> str:
    start = text.index(words)
    return quote_address(id, field, start, start + len(words), text)


def test_the_exact_characters_in_their_sentence(site: Site) -> None:
    """The words marked, the sentence around them, and no other sentence."""
    page = site.get(_address("pmid-90000001", MAIN_ABSTRACT, "midazolam")).text
    quoted = re.search(r"<blockquote.*?</blockquote>", page, re.S)
    assert quoted and '<mark class="cue quoted">midazolam</mark>' in quoted[0]
    assert "One infusion of ketamine 0.5 mg/kg or" in quoted[0]
    assert "Thirty invented adults" not in page and "Dissociation" not in quoted[0]


def test_it_says_who_found_what_in_them(site: Site) -> None:
    """Evidence, numbers and findings that share a character with the words."""
    told = text_of(site.get(_address("pmid-91000001", TEXT, "depression")).text)
    assert "Condition: Depression, studied" in told and "Outcome: Depressive symptoms, studied" in told
    assert "Dose" not in told
    assert "Number: Dose: 0.5 mg/kg (Ketamine)" in text_of(site.get(_address("pmid-91000001", TEXT, "mg/kg")).text)
    assert "Finding: Depressive symptoms: benefit" in text_of(site.get(_address("pmid-91000001", TEXT, "fell")).text)
    assert "No rule read anything" in text_of(site.get(_address("pmid-91000001", TEXT, "drew lots")).text)


def test_ready_to_copy_is_quotation_reference_and_link(site: Site) -> None:
    """In one text, which copy.js gives its button, with the fingerprint in the link."""
    page = site.get(_address("pmid-90000001", MAIN_ABSTRACT, "Depressive symptoms fell")).text
    copied = re.search(r'id="quotation" data-copyable>(.*?)</p>', page, re.S)
    assert copied and copied[1].startswith("“Depressive symptoms fell” Brightwater")
    assert "Invented Journal" in copied[1] and f"?words={fingerprint('Depressive symptoms fell')}" in copied[1]


def test_our_digest_never_passes_for_the_authors_words(site: Site) -> None:
    """Neither on the page nor in what is copied."""
    told = text_of(site.get(_address("pmid-90000012", DIGEST, "Pain did not differ")).text)
    assert "not the authors' words" in told and "CC0" in told
    assert "Summary in the words of the Ketamine evidence database (CC0), not the authors’, of:" in told


@pytest.mark.parametrize(
    ("id", "said"),
    [("pmid-91000004", "An open licence is recorded: CC BY 4.0"), ("pmid-91000005", "No licence is recorded"),
     ("pmid-91000001", "Recorded of their rights: <b>© 2020</b> All rights reserved")],
)  # fmt: skip
def test_rights_are_told_in_plain_words(id: str, said: str, site: Site) -> None:
    """An open licence, none, or a copyright line; never as markup, and no legal advice."""
    page = site.get(f"/quote/{id}/abstract/0-8").text
    assert said in text_of(page) and "<b>©" not in page
    assert ("no legal advice" in page) == (id != "pmid-91000004")
    assert "Titles are bibliographic facts" in site.get(f"/quote/{id}/title/0-8").text


def test_long_quotations_are_cut_unless_the_licence_is_open(site: Site) -> None:
    """No way to read a closed abstract through its permalink; the reason is said."""
    end = len(OPEN_TEXT)
    closed = site.get(f"/quote/pmid-91000005/abstract/0-{end}").text
    assert f"Cut after {LONGEST} characters" in closed and "at last." not in closed and "[…]" in closed
    assert closed.count("invented sentence") < 30, "neither in the quotation nor in the text to copy"
    opened = site.get(f"/quote/pmid-91000004/abstract/0-{end}").text
    assert "Cut after" not in opened and "at last." in opened
    # A word in a sentence of a thousand characters brings no more of it than that either.
    word = text_of(
        site.get(f"/quote/pmid-91000005/abstract/{OPEN_TEXT.index('long')}-{OPEN_TEXT.index('long') + 4}").text
    )
    assert word.count("invented sentence") <= 14


def test_a_changed_text_is_told_and_moved_words_are_found(site: Site) -> None:
    """The fingerprint of the link against that of the words now; where the words went; nothing said when they agree."""
    start = TEXT.index("ketamine")
    right = f"/quote/pmid-91000001/abstract/{start}-{start + 8}"
    changed = "The text has changed since this link was made."
    assert changed not in text_of(site.get(f"{right}?words={fingerprint('ketamine')}").text)
    assert changed not in text_of(site.get(right).text)
    wrong = site.get(f"/quote/pmid-91000001/abstract/{start - 3}-{start + 5}?words={fingerprint('ketamine')}").text
    assert changed in text_of(wrong) and f'href="{right}?words={fingerprint("ketamine")}"' in wrong
    lost = text_of(site.get(f"{right}?words={fingerprint('psilocyb')}").text)
    assert (
        changed in lost
        and fingerprint("psilocyb") in lost
        and fingerprint("ketamine") in lost
        and "not in this text any more" in lost
    )
    hostile = site.get(f"{right}?words=<script>alert(7)</script>").text
    assert changed in text_of(hostile) and "alert(7)" not in hostile


def test_withheld_words_say_so_and_keep_the_rest(site: Site) -> None:
    """Answered with 200: the place is known, the words are not shown, the reference and the readings are."""
    answer = site.get("/quote/pmid-91000002/abstract/10-20")
    told = text_of(answer.text)
    assert answer.status_code == 200 and "may not be shown here" in told and "Condition: Depression, studied" in told
    assert "A report whose abstract is withheld" in told and "doi:10.5555/w.1" in told


@pytest.mark.parametrize(
    "path",
    ["pmid-90000001/abstract/0-99999", "pmid-90000001/abstract/5-5", "pmid-90000001/abstract/9-5", "pmid-90000002/abstract/0-1",
     "pmid-90000001/journal/0-3", "pmid-90000001/abstract/1-999999999999", "nobody/title/0-1", "pmid-90000001/title", "x",
     "pmid-90000001/title/a-b", "pmid-90000001/title/-1-3", "<b>/title/0-1", "pmid-1/title/0-1", ""],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_helps(path: str, site: Site) -> None:
    """Beyond the end, empty, of no text, of no field, of nobody: 404 with how such an address looks."""
    answer = site.get(f"/quote/{path}", follow_redirects=True)
    assert answer.status_code == 404 and "/quote/REPORT/FIELD/START-END" in answer.text and "<b>/" not in answer.text


def test_a_former_id_leads_to_the_present_place(site: Site) -> None:
    """With its fingerprint, so that a changed text is told."""
    answer = site.get("/quote/doi-bbbbbbbbbb/title/0-9?words=0123456789")
    assert answer.headers["location"] == "/quote/pmid-90000001/title/0-9?words=0123456789"


def test_a_retracted_report_is_not_quoted_in_silence(site: Site) -> None:
    """The warning is on the page of the quotation too."""
    assert "do not quote it as evidence" in site.get("/quote/pmid-90000003/title/0-9").text


@pytest.mark.parametrize("field", ["mesh", "keywords", "publication_types", "title", "abstract"])
def test_every_field_that_holds_evidence_can_be_quoted(field: str, site: Site) -> None:
    """And its page is one for people: a heading, one main landmark, a title."""
    answer = site.get(f"/quote/pmid-90000001/{field}/0-5")
    assert answer.status_code == 200 and answer.text.count("<h1") == answer.text.count("<main") == 1


def test_sentences_end_at_their_paragraph() -> None:
    """A quotation across two sentences has both; a section is a border even without a stop."""
    text = "First line. Second one\nThird line. Fourth."
    assert text[slice(*quoting.sentence(text, 14, 16, None))] == "Second one"
    assert text[slice(*quoting.sentence(text, 14, 25, None))] == "Second one\nThird line."
