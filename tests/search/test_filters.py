"""Filters narrow down as they say, and the count beside a value is what the value gives."""

from __future__ import annotations

from typing import Any

import pytest

from harvest.search import engine, filters, snippets
from harvest.search.hints import known_words, meant
from harvest.search.tree import Text

PLACES = [
    ("condition", "TRD", {1, 2}), ("condition", "depression", {1, 2, 3}), ("year", "2015..2018", {1, 2, 4, 12}),
    ("year", "none", {11}), ("n", "100..", {2, 4}), ("n", "none", {5, 6, 8, 10, 11, 12}), ("kind", "preprint", {5}),
    ("direction", "none", {4, 5, 6, 7, 8, 9, 11, 12}), ("direction", "mixed", {3}), ("source", "crossref", {5}),
    ("retracted", "yes", {7}), ("retracted", "no", set(range(1, 13)) - {7}), ("use", "treatment", set()),
    ("condition", "nothing-such", set()), ("year", "soon", set()), ("retracted", "perhaps", set()),
]  # fmt: skip


def numbers(bitmap: int, library: Any) -> set[int]:
    return {n for n in range(library.index.size) if bitmap >> n & 1}


@pytest.mark.parametrize(("name", "value", "expected"), PLACES)
def test_a_filter_keeps_just_these(name: str, value: str, expected: set[int], library: Any) -> None:
    """Row numbers are the reports' numbers here. What cannot be read matches nothing, and says so."""
    (choices,) = filters.read([(name, value)], library.index).values()
    found = engine.any_of([choice.node for choice in choices], library.index, library.fetch)
    assert numbers(found, library) == expected
    assert bool(choices[0].problem) == (value in {"nothing-such", "soon", "perhaps"})


def test_values_of_one_filter_add_up_and_filters_cut(library: Any) -> None:
    """Any of the values; all of the filters; each value once, in its one form."""
    chosen = filters.read([("condition", "TRD"), ("condition", "pain"), ("condition", "trd"), ("year", "2016"), ("q", "x"),
                           ("year", "2018-2018")], library.index)  # fmt: skip
    assert {name: [one.value for one in choices] for name, choices in chosen.items()} == {
        "condition": ["treatment-resistant-depression", "pain"], "year": ["2016", "2018"]}  # fmt: skip
    found = {
        name: engine.any_of([one.node for one in choices], library.index, library.fetch)
        for name, choices in chosen.items()
    }
    everything = library.index.everything
    assert numbers(filters.narrowed(everything, found), library) == {2, 4}
    assert numbers(filters.narrowed(everything, found, without="year"), library) == {1, 2, 4, 10}


@pytest.mark.parametrize("name", filters.NAMES)
def test_the_count_of_a_value_is_what_it_finds(name: str, library: Any) -> None:
    """For every value that every filter offers."""
    everything = library.index.everything
    offered = filters.values(name, library.index) + (filters.years(library.index) if name == "year" else [])
    for one in filters.count(name, offered, everything):
        (choices,) = filters.read([(name, one.value)], library.index).values()
        assert not choices[0].problem and choices[0].value == one.value
        assert engine.any_of([choices[0].node], library.index, library.fetch).bit_count() == one.count > 0


def test_a_range_in_words() -> None:
    """As a reader would say it."""
    assert filters.range_label("n", 500, None) == "500 or more people"
    assert filters.range_label("year", None, 2012) == "2012 or earlier"
    assert filters.range_label("year", 2010, 2019) == "2010 to 2019"


# ------------------------------------------------------------ snippets and hints


def test_snippets_mark_words_and_what_proves_a_concept(library: Any) -> None:
    """The words typed, and for a report found by its tag the words that prove the tag."""
    from harvest.search import expansion, fts, language

    tree = expansion.expand(language.parse("TRD", library.index.names).tree, library.index.names)
    shown = snippets.marked([1, 2, 3], fts.positive(tree), expansion.named(tree), library.index, library.fetch)
    assert shown[2].title.startswith("\x02TRD\x03 and")
    assert "\x02treatment-resistant depression\x03" in shown[1].title
    assert shown[3].place == "abstract" and "\x02did not respond to two drugs\x03" in shown[3].text
    assert snippets.marked([1], [], [], library.index, library.fetch) == {}


def test_a_snippet_says_where_it_stands(library: Any) -> None:
    """A word only among the MeSH headings is shown there."""
    shown = snippets.marked([4], [Text("suicide")], [], library.index, library.fetch)[4]
    assert shown.place == "mesh" and "\x02Suicide\x03" in shown.text and not shown.title


@pytest.mark.parametrize(
    ("typo", "expected"),
    [
        ("depresion", "depression"),
        ("melancolli", ""),
        ("ceder", "Cedar"),
        ("esketamin", "esketamine"),
        ("ketamine", ""),
        ("xqzzv", ""),
        ("ab", ""),
    ],
)
def test_what_was_meant(typo: str, expected: str, library: Any) -> None:
    """The nearest word of titles, vocabulary and authors; nothing where nothing is near or the word is known."""
    assert meant(typo, known_words(library.fetch, library.index.names)) == expected
