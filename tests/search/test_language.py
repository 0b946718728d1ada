"""The language reads every text, says how, and never fails."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.search import expansion, fields, filters, language
from harvest.search.language import DEEPEST, MOST_WORDS
from harvest.search.scanner import LONGEST
from harvest.search.tree import And, Identifier, Named, Node, Not, Or, Range, Text
from harvest.search.wording import in_words, typed

PIECES = [
    '"', "“", "”", "(", ")", "|", "-", "--", "*", ":", "OR", "AND", "NOT", "or", "not", "the", "title:", "year:", "n:",
    "condition:", "is:", "has:", "doi:", "pmid:", "nct:", "journal:", "author:(", "2015", "2015..", "..", ">", ">=", "<20",
    "10.5555/x", "NCT90000001", "ketamine", "TRD", "(S)-ketamine", "p<0.05", "O'Brien", "kétamine", "日本語", "😀", "\0",
    "\ud800", "\u202e", "\x02", "<b>x</b>", "{{7*7}}", "'; drop table reports --", "NEAR(a b)", "title : x", "^a", "a" * 70,
    "%00", "\\", "{title}", "+", "`", "\u0301", "ﷺ", "İ", "ß",
]  # fmt: skip
ANY_TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(ANY_TEXT)
def test_every_text_is_a_question_that_finds_something_or_nothing(library: Any, text: str) -> None:
    """No error from reading, wording, expanding or searching; all ids are ids, none twice."""
    query = language.parse(text, library.index.names)
    assert isinstance(query.reading, str) and isinstance(typed(query.tree), str)
    for expand in (False, True):
        found = library.search(text, expand=expand)
        assert len(set(found)) == len(found)


@RELAXED
@given(ANY_TEXT)
def test_what_is_read_can_be_typed_again(library: Any, text: str) -> None:
    """The question as it can be typed finds the same reports."""
    tree = language.parse(text, library.index.names).tree
    again = typed(tree)
    if len(again) <= LONGEST and not any(word in again for word in ("\x02", "title:OR", "title:AND", "title:NOT")):
        assert set(library.search(again)) == set(library.search(text))


@RELAXED
@given(st.dictionaries(st.sampled_from([*filters.NAMES, "q", "page", "x"]), st.text(max_size=30), max_size=6))
def test_every_filter_reads_every_value(library: Any, given_values: dict[str, str]) -> None:
    """A value is read, or said to match nothing; never an error."""
    for choices in filters.read(given_values.items(), library.index).values():
        for choice in choices:
            assert choice.problem or choice.node != Or()


def reading(text: str, library: Any) -> str:
    return language.parse(text, library.index.names).reading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ketamine depression", "ketamine AND depression"),
        ("a OR b c", "b AND c"),  # a single letter a is a stop word
        ("x OR y z", "x OR (y AND z)"),
        ("(x OR y) z", "(x OR y) AND z"),
        ("x AND NOT y", "x AND NOT y"),
        ("x -(y z)", "x AND NOT (y AND z)"),
        ("year:2015..2020 n:>100", "year 2015 to 2020 AND people in the study from 101"),
        ("condition:TRD", "condition is Treatment-resistant depression"),
        ("x x X x", "x AND X"),
        ("((x))", "x"),
        ("x) y", "x AND y"),
        ("OR x OR", "x"),
        ("foo:bar", "foo:bar"),
        ("", ""),
    ],
)
def test_how_it_is_read(text: str, expected: str, library: Any) -> None:
    """AND binds tighter than OR; brackets that do not match are passed over."""
    assert reading(text, library) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("year:abc", "year:abc was read as words."),
        ("condition:depresion", "condition:depresion was read as words. Did you mean Depression"),
        ("kind:novel", "kind:novel was read as words."),
        ("ab*", "ab* was read as a word"),
        ("ke*ine", "In ke*ine, the star was left out"),
        ("pain or sleep", "write OR in capitals"),
        ("pain not sleep", "write NOT in capitals"),
        ("pain of it", "Not searched, since nearly every text has them: of, it."),
        ("pain 2016", "2016 was searched as a word and as the year."),
        ("x" * 3000, f"Only the first {LONGEST:,} characters were read."),
        (" ".join(f"w{n}" for n in range(99)), f"Only the first {MOST_WORDS} words"),
        ("(" * 99 + "x" + ")" * 99, f"Brackets more than {DEEPEST} deep were left out."),
    ],
)
def test_it_says_how_it_was_read(text: str, sentence: str, library: Any) -> None:
    """Wherever a reader might not expect the reading."""
    assert any(sentence in note for note in language.parse(text, library.index.names).notes)


def test_plain_words_need_no_note(library: Any) -> None:
    """Nothing is said where nothing is odd."""
    for text in ("ketamine depression", '"suicidal ideation" -rat', "author:ash n:>100 (a1 OR b2)", "10.5555/x"):
        assert language.parse(text, library.index.names).notes == ()


def test_unread_values_are_searched_as_words(library: Any) -> None:
    """Both words, not the phrase."""
    assert language.parse("year:abc", library.index.names).tree == And((Text("year"), Text("abc")))


def test_a_name_is_the_longest_run_of_words(library: Any) -> None:
    """Three words that name one concept are one part; what is under a minus stays as typed."""

    def parts(node: Node) -> list[tuple[str, ...]]:
        return [tuple(word.text for word in one.words) for one in expansion.named(node)]

    def expanded(text: str) -> Node:
        return expansion.expand(language.parse(text, library.index.names).tree, library.index.names)

    assert parts(expanded("treatment resistant depression in pain")) == [
        ("treatment", "resistant", "depression"),
        ("pain",),
    ]
    assert parts(expanded("-pain TRD")) == [("TRD",)]
    assert parts(expanded("(TRD OR pain) x")) == [("TRD",), ("pain",)]
    assert Not(Text("pain")) in expanded("-pain TRD").parts
    assert isinstance(expanded("pain"), Named)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("2015", 2015, 2015), ("2015..", 2015, None), ("..2020", None, 2020), ("2015..2020", 2015, 2020), (">9", 10, None),
     ("2015-2020", 2015, 2020), (">=9", 9, None), ("<9", None, 8), ("<=9", None, 9), ("9+", 9, None), ("≥9", 9, None),
     ("=9", 9, 9), ("1,000", 1000, 1000), ("9-", 9, None)],
)  # fmt: skip
def test_ranges(value: str, low: int | None, high: int | None) -> None:
    """Every usual way of writing a range."""
    assert fields.span("n", value) == Range("n", low, high)


@pytest.mark.parametrize("value", ["", "..", "...", "abc", "-5", "1.5", "٣", "9" * 30, ">", "1..2..3", "²"])
def test_no_ranges(value: str) -> None:
    """None, and no error."""
    assert fields.span("n", value) is None


def test_in_words_and_typed_of_every_part(library: Any) -> None:
    """Each kind of part has its words."""
    text = ('title:x* journal:"y z" pmid:3 kind:article is:retracted has:doi direction:benefit source:pubmed '
            'NOT (n:5 OR drug:ketamine) "a phrase"')  # fmt: skip
    tree = language.parse(text, library.index.names).tree
    assert language.parse(typed(tree), library.index.names).tree == tree
    assert in_words(tree) == (
        "title:x* AND journal has “y z” AND PMID 3 AND kind is article AND is retracted AND has a DOI AND direction is "
        'benefit AND source is pubmed AND NOT (people in the study is 5 OR drug is Ketamine) AND "a phrase"'
    ).replace("title:x*", "title:x")


@pytest.mark.parametrize(
    "id", ["pmid-90000001", "nct-90000001", "reg-0123456789", "doi-0123456789", "rec-0123456789", "DOI-ABCDEF0123"]
)
def test_the_id_of_a_report_is_known_without_a_field(id: str) -> None:
    """All forms that reports have; other words with a hyphen stay words."""
    assert fields.bare_identifier(id) == Identifier("id", id.lower())
    assert fields.bare_identifier("rec-room") is None and fields.bare_identifier("doi-x") is None
