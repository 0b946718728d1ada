"""Every operator finds just the reports it should, in the order it should."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harvest.search import engine
from harvest.search.tree import Named, Text

# Query -> numbers of the reports found; 9 stands for the registered trial.
FOUND = {
    # words
    "ketamine": {1, 5, 7, 9},
    "KETAMINE trial": {7, 9},
    "infusion": {1},
    "infusions": {1},
    "ketamine AND trial": {7, 9},
    "depression": {1, 11, 12},
    "étude": {11},
    "O'Brien": {11},
    "0.5 mg/kg": {11},
    "p<0.05": {11},
    '"depression ketamine"': set(),
    '"treatment resistant depression"': {1},
    "“treatment resistant depression”": {1},
    '"resistant depression': {1},
    "depressi*": {1, 11, 12},
    '"treatment resist*"': {1},
    '"treatment resist"*': {1},
    "ketam*": {1, 5, 7, 9},
    "ketamine -trial": {1, 5},
    "ketamine NOT trial": {1, 5},
    "-ketamine -depression -trial": {2, 3, 4, 6, 10},
    'ketamine -"resistant depression"': {5, 7, 9},
    "melancholia OR morphine": {3, 4},
    "melancholia | morphine": {3, 4},
    "melancholia|morphine": {3, 4},
    "ketamine trial OR morphine": {4, 7, 9},
    "ketamine (trial OR infusions)": {1, 7, 9},
    "ketamine -(trial OR infusions)": {5},
    "NOT NOT morphine": {4},
    "(S)-ketamine": {5},
    "S(+)-ketamine": {5},
    "treatment of ketamine": {1},
    '"treatment of"': set(),
    "the": {1, 2},
    "2016": {4, 11, 12},
    "neuralgia 2016": {4},
    "pain": {10},
    # one place only
    "title:melancholia": {3},
    "title:midazolam": set(),
    "abstract:midazolam": {1},
    "abstract:eased": {10},
    "author:ash": {1, 3},
    'author:"Ash A"': {1, 3},
    "au:cedar": {2},
    "journal:psychiatry": {1, 2},
    'journal:"journal of psych*"': {1},
    "journal:pain": {2, 4},
    "mesh:suicide": {4},
    "keyword:suicide": {4},
    "keyword:infusion": {1},
    "mesh:infusion": set(),
    "title:(melancholia OR morphine)": {3, 4},
    "title: morphine": {4},
    "-title:ketamine depression": {11, 12},
    # concepts
    "condition:depression": {1, 2, 3},
    "condition:TRD": {1, 2},
    'condition:"treatment-resistant depression"': {1, 2},
    "condition:treatment-resistant-depression": {1, 2},
    "conditions:neuralgia": {4, 10},
    "condition:(ptsd OR pain)": {4, 7, 9, 10},
    "-condition:depression condition:ptsd": {7, 9},
    'outcome:"suicidal thoughts"': {1},
    "drug:esketamine": {2, 5},
    "drug:ketamine": {1, 2, 5, 6, 7, 9},
    "design:rct": {1, 2},
    "route:intranasal": {2},
    "comparator:morphine": {4},
    "use:treatment": set(),
    # what it says it found
    "direction:benefit": {1, 10},
    'direction:"no difference"': {2},
    "direction:no-difference": {2},
    # numbers
    "year:2015": {1},
    "year:2015..": {1, 2, 3, 4, 5, 10, 12},
    "year:..2012": {6, 7},
    "year:2015..2018": {1, 2, 4, 12},
    "year:2015-2018": {1, 2, 4, 12},
    "year:2015–2018": {1, 2, 4, 12},
    "year:>2019": {3, 5},
    "n:>100": {2},
    "n:>=100": {2, 4},
    "n:100+": {2, 4},
    "n:<30": {3},
    "n:<=30": {3, 7},
    "n:30..60": {1, 7, 9},
    "n:1": {3},
    # kinds
    "kind:registry-entry": {9},
    "kind:registry": {9},
    "kind:preprint": {5},
    "source:europepmc": {1},
    "source:crossref": {5},
    "retracted:yes": {7},
    "is:retracted": {7},
    "ketamine retracted:no": {1, 5, 9},
    "is:concern": {8},
    "is:corrected": {8},
    "is:animal": {6},
    "is:open": {11},
    "has:abstract": {1, 2, 3, 11},
    "has:digest": {10},
    "has:findings": {1},
    "has:doi": {1},
    "has:registration": {1, 9},
    "-has:pmid": {9},
    # identifiers
    "pmid:3": {3},
    "PMID: 3": {3},
    "PMID 3": {3},
    "pmid:99": set(),
    "doi:10.5555/inv(1)": {1},
    "10.5555/INV(1)": {1},
    "https://doi.org/10.5555/inv(1).": {1},
    "NCT90000001": {1, 7, 9},
    "nct:90000001 OR nct:NCT90000001": {1, 7, 9},
    "registration:ISRCTN90000002": {9},
    "isrctn90000002": {9},
    "id:pmid-4": {4},
    "doi-aaaaaaaaaa": {1},
    # nothing asked: all
    "": set(range(1, 13)),
    "OR": set(range(1, 13)),
    "***": set(range(1, 13)),
    "()": set(range(1, 13)),
    '""': set(range(1, 13)),
}


def numbers(ids: list[str]) -> list[int]:
    return [9 if id.startswith("nct") else int(id.partition("-")[2]) for id in ids]


@pytest.mark.parametrize("query", FOUND)
def test_an_operator_finds_just_these(query: str, library: Any) -> None:
    """Without expansion, so that every report found has what was typed."""
    assert set(numbers(library.search(query))) == FOUND[query]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("TRD", {1, 2, 3}),
        ("trd", {1, 2, 3}),
        ("treatment resistant depression", {1, 2, 3}),
        ('"TRD"', {2}),
        ("title:TRD", {2}),
        ("ketamine -TRD", {1, 2, 5, 6, 7, 9} - {2}),
        ("depression", {1, 2, 3, 11, 12}),
        ("anesthesia", {5, 6}),
        ("morphine", {4}),
        ("neuralgia", {4}),
        ("IV", {1}),
        ("iv", set()),
        ("in TRD", {1, 2, 3}),
        ("spravato", {2, 5}),
        ("post traumatic stress disorder", {7, 9}),
        ("trd OR ptsd", {1, 2, 3, 7, 9}),
        ("(trd) ptsd", set()),
    ],
)
def test_words_that_name_a_concept_find_its_tags(query: str, expected: set[int], library: Any) -> None:
    """Studied or mentioned, narrower concepts too; not for phrases, fields, stars, minus, and words narrower than a concept."""
    assert set(numbers(library.search(query, expand=True))) == expected


def test_the_title_comes_first_then_what_is_studied_then_what_is_mentioned(library: Any) -> None:
    """TRD: in the title, studied under another name, mentioned."""
    assert numbers(library.search("TRD", expand=True)) == [2, 1, 3]


def test_to_study_a_concept_weighs_more_than_to_mention_it(library: Any) -> None:
    """Without a word in the text and without a proof in the title, even where the mention is newer."""
    key = ("comparator", "opioid")
    tags = {"studied": {key: 1 << 4}, "tagged": {key: 1 << 4 | 1 << 5}, "titled": {}}
    index = replace(library.index, **tags)
    hits = engine.find(Named((Text("unheardof"),), (key,)), index, library.fetch, {})
    assert engine.in_order(hits.rows, hits.scores, "newest", index) == [5, 4]
    assert engine.in_order(hits.rows, hits.scores, "relevance", index) == [4, 5]


@pytest.mark.parametrize("sort", ["newest", "oldest", "largest", "relevance"])
@pytest.mark.parametrize("query", ["", "ketamine OR depression"])
def test_every_order_is_whole_and_undated_come_last(sort: str, query: str, library: Any) -> None:
    """No report twice, none lost; what has no date or no size stands at the end."""
    found = library.search(query, sort)
    assert sorted(found) == sorted(library.search(query))
    if query == "" and sort in {"newest", "oldest"}:
        assert numbers(found)[-1] == 11
    if query == "" and sort == "largest":
        assert numbers(found)[:7] == [2, 4, 9, 1, 7, 3, 5]
    if query == "" and sort == "relevance":
        assert found == library.search(query, "newest")


def test_the_newest_are_the_newest(library: Any) -> None:
    """By date, not by year alone."""
    assert numbers(library.search("", "newest"))[:4] == [5, 3, 10, 2]
    assert numbers(library.search("", "oldest"))[:4] == [6, 7, 8, 9]


def test_a_leaf_is_searched_once(library: Any) -> None:
    """What full-text search found is kept: the second time nothing is asked of the database."""
    library.search("melancholia")
    kept = dict(library.leaves)
    assert '"melancholia"' in kept
    fetch, library.fetch = library.fetch, None
    try:
        assert numbers(library.search("melancholia")) == [3]
    finally:
        library.fetch = fetch
