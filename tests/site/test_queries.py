"""Every canned query answers every input: rows where there are some, none where there are none, never an error."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from datasette.utils import parse_metadata

from harvest import locations

QUERIES: dict[str, Any] = parse_metadata(locations.metadata_file().read_text("utf-8"))["databases"]["ketamine"][
    "queries"
]

HOSTILE = {
    "apostrophe": "O'Brien",
    "dose": "0.5 mg/kg",
    "p value": "p<0.05",
    "quotes": '"unbalanced "quo"tes',
    "only quotes": '"""',
    "blank": "  \t ",
    "NUL": "keta\0mine",
    "only NUL": "\0",
    "very long word": "x" * 5000,
    "very many words": "ketamine w" * 500,
    "injection": "'; drop table reports; --",
    "union": "' union select name, sql from sqlite_master --",
    "FTS operators": "NEAR(a b, 2) AND OR NOT title: ^x *",
    "curly quotes": "“treatment resistant” ‘x’",
    "emoji": "😀 🧠",
    "wildcards": "%_*?[a-z]",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7*7 }} ${7*7} %s",
    "number": "-1e999",
    "huge number": "9" * 400,
    "right to left": "שלום \u202e",
    "json": '{"a": [1,',
    "marks": "⟦⟧",
}


def rows(site: Any, name: str, **parameters: str) -> list[dict[str, Any]]:
    response = site.get(f"/ketamine/{name}.json", params={"_shape": "array", **parameters})
    assert response.status_code == 200, response.text[:500]
    found: list[dict[str, Any]] = response.json()
    return found


def ids(site: Any, name: str, **parameters: str) -> list[str]:
    return [row["report_id"] for row in rows(site, name, **parameters)]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_answers_without_parameters_and_with_empty_ones(name: str, local: Any) -> None:
    """The bare address and the empty form give the same, as page, JSON and CSV."""
    bare = rows(local, name)
    assert bare == rows(local, name, **dict.fromkeys(QUERIES[name]["params"], ""))
    assert local.get(f"/ketamine/{name}").status_code == 200
    assert local.get(f"/ketamine/{name}.csv").status_code == 200


@pytest.mark.parametrize("name", sorted(set(QUERIES) - {"find_identifier", "by_author"}))
def test_is_useful_without_parameters(name: str, local: Any) -> None:
    """Opening a question shows rows at once, except where nothing sensible can be meant."""
    assert rows(local, name)


@pytest.mark.parametrize("name", sorted(QUERIES))
@pytest.mark.parametrize("label", sorted(HOSTILE))
def test_survives_hostile_input_in_every_parameter(name: str, label: str, local: Any) -> None:
    """All parameters at once: 200, and no row that the text could only have reached by breaking out of its place."""
    found = rows(local, name, **dict.fromkeys(QUERIES[name]["params"], HOSTILE[label]))
    assert "CREATE TABLE" not in str(found)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_pages_reflect_no_markup(name: str, public: Any) -> None:
    """What a visitor types comes back as text, never as markup."""
    text = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    page = public.get(f"/ketamine/{name}", params=dict.fromkeys(QUERIES[name]["params"], text))
    assert page.status_code == 200
    assert "<script>alert" not in page.text and "<img src=x" not in page.text


@pytest.mark.parametrize("label", sorted(HOSTILE))
def test_table_search_survives_hostile_input(label: str, local: Any) -> None:
    """Datasette's own search box uses the same function and must not fail either."""
    assert local.get("/ketamine/reports.json", params={"_search": HOSTILE[label]}).status_code == 200


# ------------------------------------------------------------ the right rows


def test_search_ranks_titles_first_and_marks_the_words(local: Any) -> None:
    """A word of the title outranks the same word in an abstract; matched words stand between marks."""
    found = ids(local, "search", q="anaesthesia")
    assert len(found) == 5 and found[-1] == "pmid-90000011"
    (row,) = rows(local, "search", q="scale agreed")
    assert "⟦scale⟧ ⟦agreed⟧" in row["matched_words"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("O'Brien", ["pmid-90000001"]),
        ("0.5 mg/kg", ["pmid-90000001"]),
        ("“invented adults”", ["pmid-90000001"]),
        ('"adults invented"', []),
        ("kétamine", None),
        ("Brightwater", ["pmid-90000001"]),
        ("suilleabhain", ["pmid-90000001"]),
        ("depression NOT ketamine", []),
        ("!!! p<0.05 ???", ["pmid-90000001", "pmid-90000010"]),
    ],
)
def test_search_finds(q: str, expected: list[str] | None, local: Any) -> None:
    """Ordinary questions of readers, with the punctuation they really type."""
    found = ids(local, "search", q=q)
    assert sorted(found) == expected if expected is not None else len(found) > 5


def test_search_filters_and_includes_narrower_concepts(local: Any) -> None:
    """Filters combine; a wider condition brings in the reports tagged with a narrower one."""
    assert ids(local, "search", condition="depression", design="rct") == ["pmid-90000001"]
    assert "pmid-90000001" in ids(local, "search", drug="ketamine", from_year="2018", to_year="2018")
    assert ids(local, "search", q="ketamine", kind="preprint") == ["doi-aaaaaaaaaa"]
    assert ids(local, "search", q="ketamine", condition="no-such-condition") == []


def test_search_without_words_is_newest_first(local: Any) -> None:
    """Undated reports come last."""
    found = ids(local, "search")
    assert found[0] == "pmid-90000010" and found[-1] == "rec-0123456789"


def test_by_condition_and_outcome(local: Any) -> None:
    """Both tags are needed; a mere mention is found and says so."""
    assert ids(local, "by_condition_and_outcome", condition="depression", outcome="suicidal-ideation") == [
        "pmid-90000002"
    ]
    mentioned = rows(local, "by_condition_and_outcome", condition="chronic-pain")
    assert [(row["report_id"], row["role"]) for row in mentioned] == [
        ("pmid-90000004", "studied"), ("pmid-90000002", "mentioned"),
    ]  # fmt: skip


def test_evidence_words_are_those_at_the_offsets(local: Any) -> None:
    """The text shown is the substring of the report's field, by report, by concept, and for both."""
    found = rows(local, "evidence_for", report="pmid-90000001", concept="depression")
    assert [(row["field"], row["text"]) for row in found] == [
        ("abstract", "depression"),
        ("mesh", "Depression"),
    ]
    assert rows(local, "evidence_for", concept="dissociation")[0]["text"] == "Dissociation"
    assert all(row["end"] - row["start"] == len(row["text"]) for row in rows(local, "evidence_for"))


def test_findings_come_with_their_sentence_and_words(local: Any) -> None:
    """By report, by outcome and by direction."""
    found = rows(local, "findings_for", report="pmid-90000001", direction="benefit")
    assert [(row["outcome_id"], row["words"], row["sentence"][:8]) for row in found] == [
        ("depressive-symptoms", "fell", "RESULTS:"),
    ]
    assert [row["direction"] for row in rows(local, "findings_for", outcome="dissociation")] == ["harm"]


def test_findings_numbers_and_evidence_say_whose_words_they_are(local: Any) -> None:
    """A digest's words are ours, an abstract's are not."""
    assert {row["text_kind"] for row in rows(local, "findings_for", report="pmid-90000012")} == {"digest"}
    assert {row["text_kind"] for row in rows(local, "findings_for", report="pmid-90000001")} == {"abstract"}
    assert {row["text_kind"] for row in rows(local, "numbers_for", report="pmid-90000001")} == {"abstract"}
    kinds = {row["text_kind"] for row in rows(local, "evidence_for", report="pmid-90000001")}
    assert kinds == {"title", "abstract", "mesh"}


def test_a_reference_does_not_lend_the_licence_of_a_digest_to_the_report(local: Any) -> None:
    """CC0 is said of our words only."""
    (row,) = rows(local, "reference_list", q="pmid-90000012")
    assert row["abstract_rights"] is None


def test_digests_are_found_by_words_and_direction(local: Any) -> None:
    """Also those that stand beside an abstract; reports without digest never."""
    assert ids(local, "digests") == ["pmid-90000012", "pmid-90000013"]
    assert ids(local, "digests", q="saline") == ["pmid-90000012"]
    assert ids(local, "digests", direction="no-difference") == ["pmid-90000012"]
    assert ids(local, "digests", condition="depression") == []


def test_numbers_come_with_their_words(local: Any) -> None:
    (dose,) = rows(local, "numbers_for", kind="dose")
    assert (dose["value"], dose["unit"], dose["stated"]) == (0.5, "mg/kg", "0.5 mg/kg")


def test_silence_on_a_harm_is_found(local: Any) -> None:
    """Only reports with an abstract, on ketamine as a treatment, and only for unwanted effects."""
    assert ids(local, "harms_not_mentioned", outcome="adverse-events") == ["pmid-90000001"]
    assert ids(local, "harms_not_mentioned", outcome="dissociation") == []
    assert ids(local, "harms_not_mentioned", outcome="depressive-symptoms") == []


def test_reference_is_complete_and_says_retracted(local: Any) -> None:
    """A line can be pasted as it is; whoever quotes a retracted report is told."""
    (line,) = rows(local, "reference_list", q="pmid-90000001")
    assert line["reference"] == (
        "Brightwater A, Ó Súilleabháin B. Midazolam-controlled ketamine in treatment-resistant depression. "
        "Invented Journal. 2018;12(3):100-109. doi:10.5555/inv.1. PMID: 90000001."
    )
    (retracted,) = rows(local, "reference_list", q="pmid-90000003")
    assert retracted["reference"].endswith("[RETRACTED.]")
    assert all(row["reference"] for row in rows(local, "reference_list"))


@pytest.mark.parametrize(
    "identifier",
    ["10.5555/INV.1", "https://doi.org/10.5555/inv.1", "doi:10.5555/inv.1", "PMID: 90000001", "pmid-90000001",
     "https://pubmed.ncbi.nlm.nih.gov/90000001/", "doi-bbbbbbbbbb"],
)  # fmt: skip
def test_identifiers_in_any_form_find_their_report(identifier: str, local: Any) -> None:
    """Pasted addresses, prefixes, capitals and former ids."""
    assert ids(local, "find_identifier", identifier=identifier) == ["pmid-90000001"]


def test_the_other_questions(local: Any) -> None:
    """Each of the remaining queries gives exactly the invented rows it is about."""
    assert ids(local, "by_author", author="brightw") == ["pmid-90000001"]
    assert ids(local, "by_author", author="0000-0001-2345-6789") == ["pmid-90000001"]
    assert ids(local, "retracted") == ["pmid-90000003", "pmid-90000004"]
    assert [r["study_id"] for r in rows(local, "unreported_trials", status="COMPLETED")] == ["NCT90000002"]
    assert [r["study_id"] for r in rows(local, "unreported_trials", completed_before="2020")] == ["NCT90000002"]
    assert [r["study_id"] for r in rows(local, "trials_by_status", words="silent")] == ["NCT90000002"]
    assert ids(local, "by_registration", registration="nct90000001") == ["nct-90000001", "pmid-90000001"]
    (pair,) = rows(local, "possible_duplicates")
    assert {pair["report_id"], pair["other_report_id"]} == {"pmid-90000005", "pmid-90000006"}
    assert len(rows(local, "possible_duplicates", across_kinds="yes")) == 2
    assert [r["change"] for r in rows(local, "what_changed")] == ["changed", "removed"]
    assert "pmid-90000001" not in ids(local, "untagged") and "rec-0123456789" in ids(local, "untagged")
    assert "pmid-90000004" in ids(local, "untagged", dimension="outcome")
    assert ids(local, "largest_studies")[0] == "pmid-90000010"
    assert [r["number"] for r in rows(local, "prisma_flow")] == [21, 20]
    assert rows(local, "queries_as_sent", source="pubmed")[0]["query"] == "ketamine[tiab] <1>"
    assert (
        sum(r["reports"] for r in rows(local, "by_year"))
        == 20
        == sum(r["reports"] for r in rows(local, "source_overlap"))
    )
    pairs = {(r["condition_id"], r["outcome_id"]): r["studied"] for r in rows(local, "condition_by_outcome")}
    assert pairs["depression", "suicidal-ideation"] == 1 and pairs["chronic-pain", "suicidal-ideation"] == 0
    assert {r["concept_id"] for r in rows(local, "concept_counts", dimension="route")} == {
        "intravenous",
        "intranasal",
    }


def test_menus_offer_the_vocabulary_and_keep_the_choice(local: Any) -> None:
    """A reader picks from a menu instead of guessing ids; the page shows what was picked, known or not."""
    page = local.get("/ketamine/search?condition=ptsd&outcome=unheard-of").text
    assert re.search(r'<option value="ptsd" selected>Post-traumatic stress disorder \(\d+\)</option>', page)
    assert '<option value="unheard-of" selected>' in page
    statuses = re.findall(r'<option value="([A-Z]+)"', local.get("/ketamine/trials_by_status").text)
    assert {"COMPLETED", "RECRUITING"} <= set(statuses)


def test_marked_words_are_markup_and_everything_else_text(local: Any) -> None:
    """Marks become <mark>; a title that looks like markup stays text."""
    page = local.get("/ketamine/search?q=depression").text
    assert "<mark>depression</mark>" in page
    hostile = local.get("/ketamine/search?q=x").text
    assert html.escape("<b>x</b>") in hostile or "&lt;b&gt;" in hostile
    assert "<b>x</b>" not in hostile and "<script>alert(1)" not in hostile
