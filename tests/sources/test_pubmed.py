"""PubMed: queries, answers that are errors in disguise, splitting below the ceiling, batches that can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.client import TOOL
from harvest.errors import Refused, Transient
from harvest.sources import Batch, Held, Window, pubmed
from harvest.sources.pubmed import _day_ranges, _pmid_ranges
from harvest.vocabulary import Concept

QUERY = '"invented drug"[tiab]'
FULL = Window("all", "full", QUERY)
TODAY = datetime.now(UTC).date()


def listing(*ids: str, count: int | None = None, **more: Any) -> dict[str, Any]:
    """A search answer as esearch writes it: numbers are strings."""
    result = {
        "count": str(len(ids) if count is None else count), "retmax": str(len(ids)), "retstart": "0",
        "idlist": list(ids), "translationset": [], "querytranslation": '"invented drug"[Title/Abstract]',
    }  # fmt: skip
    return {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result | more}


CLAMPED = {"warninglist": {"outputmessages": ["Restrictions achieved. start and count adjusted to 0, 3"]}}
PROLOG = b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle" "pubmed.dtd">\n'


def articles(*pmids: str) -> bytes:
    """An efetch answer with an invented article for each PMID."""
    items = (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article><ArticleTitle>Invented {pmid}'
        "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
        for pmid in pmids
    )
    return PROLOG + f"<PubmedArticleSet>{''.join(items)}</PubmedArticleSet>".encode()


def run(service: Any, window: Window = FULL) -> list[Batch]:
    return list(pubmed.fetch(service, window))


def brought(batches: list[Batch]) -> list[str]:
    return [payload.source_id for batch in batches for payload in batch.payloads]


# ------------------------------------------------------------ planning


def test_the_query_names_headings_substances_and_words() -> None:
    """D identifiers are MeSH headings, C identifiers supplementary concepts; truncated words stay unquoted."""
    drugs = (
        Concept("a", "drug", "Inventamine", mesh=("D000001",), search=("inventamine", "invent-amine", "invent*")),
        Concept("b", "drug", "Esinventamine", mesh=("C000002",), search=("inventamine", "INV 12")),
    )
    assert pubmed.query(drugs).split(" OR ") == [
        '"inventamine"[MeSH Terms]', "inventamine[tiab]", '"invent-amine"[tiab]', "invent*[tiab]",
        '"esinventamine"[Supplementary Concept]', '"INV 12"[tiab]',
    ]  # fmt: skip


def test_a_first_run_takes_everything_and_a_later_one_the_changes_and_a_census() -> None:
    """The census lists ids only, to notice deletions."""
    assert [(w.kind, w.query) for w in pubmed.plan(Held(QUERY))] == [("full", QUERY)]
    changes, census = pubmed.plan(Held(QUERY, since="2026-03-01"))
    assert (changes.kind, changes.parameters, census.kind) == ("changes", {"since": "2026-03-01"}, "census")


@pytest.mark.parametrize(
    ("limits", "term"),
    [
        ({}, f"({QUERY})"),
        ({"since": "2026-03-01"},
         f'({QUERY}) AND ("2026/03/01"[crdt] : "3000/12/31"[crdt] OR "2026/03/01"[mdat] : "3000/12/31"[mdat])'),
        ({"from": "1990-01-01", "to": "1990-12-31"}, f'({QUERY}) AND ("1990/01/01"[crdt] : "1990/12/31"[crdt])'),
        ({"from": "1990-01-01", "to": "1990-01-01", "low": 5, "high": 70},
         f'({QUERY}) AND ("1990/01/01"[crdt] : "1990/01/01"[crdt]) AND (5:70[uid])'),
    ],
)  # fmt: skip
def test_a_window_is_limited_by_create_and_revision_date_and_pmid(
    played: Any, limits: dict[str, Any], term: str
) -> None:
    """Changes are what was created or revised since; never the entry date, which NLM sets back."""
    service = played([listing()])
    run(service, Window("w", "changes", QUERY, limits))
    assert service.asked[0]["term"] == term
    assert service.posted == [True]
    assert (service.asked[0]["tool"], service.asked[0]["email"]) == (TOOL, "reader@example.org")
    assert "api_key" not in service.asked[0]


# ------------------------------------------------------------ answers of the search

CEILING = (
    b'{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"ERROR":"Search Backend failed: Exception:\n'
    b"'retstart' cannot be larger than 9998. For PubMed, \nESearch can only retrieve the first 9,999 records\"}}"
)
BACKEND = b'{"esearchresult":{"ERROR":"Search Backend failed: read request\nhas failed. TXCLIENT: EOF"}}'


@pytest.mark.parametrize(
    "answer",
    [
        BACKEND, {"error": "API rate limit exceeded", "api-key": "k", "count": "4", "limit": "3"},
        b"<!DOCTYPE html><html><body>maintenance</body></html>", PROLOG, b"", b"[]", b'"text"', {"header": {}},
        {"esearchresult": None}, {"esearchresult": {}}, {"esearchresult": {"idlist": ["1"], "retstart": "0"}},
        {"esearchresult": {"count": "many", "idlist": [], "retstart": "0"}},
        {"esearchresult": {"count": "1", "idlist": None, "retstart": "0"}}, listing("1", retstart="20"),
        json.dumps(listing("1", "2")).encode()[:-30],
    ],
)  # fmt: skip
def test_answers_that_are_no_listing_are_asked_for_again(played: Any, answer: Any) -> None:
    """Errors with status 200, HTML, a lone prolog, a cut body, a missing count: none is taken for zero hits."""
    service = played([answer, listing("1"), articles("1")])
    assert brought(run(service)) == ["1"]
    with pytest.raises(Transient, match="PubMed"):
        run(played([answer] * 4))


@pytest.mark.parametrize("answer", [CEILING, {"esearchresult": {"ERROR": "Invalid db name specified: pubmud"}}])
def test_errors_of_our_own_making_are_final(played: Any, answer: Any) -> None:
    """They come with status 200 and raw line breaks inside the JSON; asking again would not help."""
    service = played([answer])
    with pytest.raises(Refused, match=r"PubMed: (Search Backend failed: Exception: 'retstart'|Invalid db)"):
        run(service)


def test_a_true_zero_is_accepted(played: Any) -> None:
    """No hits, with the warning that says so."""
    nothing = listing(warninglist={"outputmessages": ["No items found."]}, errorlist={"phrasesnotfound": ["x"]})
    (batch,) = run(played([nothing]))
    assert (batch.expected, batch.listed, batch.payloads, batch.state) == (0, (), (), {"pending": []})


def test_what_the_service_understood_is_kept(played: Any) -> None:
    """The translation of the query goes with the first batch."""
    assert run(played([listing()]))[0].translation == '"invented drug"[Title/Abstract]'


# ------------------------------------------------------------ batches


def test_ids_are_fetched_in_batches_and_pending_ones_are_the_state(played: Any) -> None:
    """450 ids: three posts of at most 200, each followed by what is still to come."""
    ids = [str(number) for number in range(1, 451)]
    parts = [ids[:200], ids[200:400], ids[400:]]
    service = played([listing(*ids), *(articles(*part) for part in parts)])
    batches = run(service)
    assert [asked["id"].split(",") for asked in service.asked[1:]] == parts
    assert all(service.posted)
    assert "rettype" not in service.asked[1]
    assert [len(batch.state["pending"]) for batch in batches] == [450, 250, 50, 0]
    assert batches[0].listed == tuple(ids)
    assert brought(batches) == ids


def test_an_interrupted_window_goes_on_without_searching(played: Any) -> None:
    """Only what was pending is asked for; with nothing pending nothing is asked."""
    service = played([articles("7", "8")])
    assert brought(run(service, FULL.with_state({"pending": ["7", "8"]}))) == ["7", "8"]
    assert len(service.asked) == 1
    assert run(played([]), FULL.with_state({"pending": []})) == []


def test_a_census_fetches_no_articles(played: Any) -> None:
    """One search, ids only."""
    (batch,) = run(played([listing("1", "2")]), Window("all ids", "census", QUERY))
    assert (batch.listed, batch.expected, batch.state) == (("1", "2"), 2, {"pending": []})


def test_records_left_out_are_asked_for_once_more(played: Any) -> None:
    """Alone; what stays away then is left to the engine, which knows that it was listed."""
    service = played([listing("1", "2", "3"), articles("1"), articles("3")])
    assert brought(run(service)) == ["1", "3"]
    assert service.asked[2]["id"] == "2,3"
    service = played([listing("1"), articles()])
    assert brought(run(service)) == []  # none known: nothing is asked again


def test_repeated_and_unasked_records_do_no_harm(played: Any) -> None:
    """A record twice in an answer, and one that nobody asked for."""
    assert brought(run(played([listing("1", "2", "1", count=2), articles("1", "1", "2", "99")]))) == ["1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        PROLOG, b"", articles("1", "2")[:-40], b"<html><body>maintenance</body></html>",
        b'{"error":"API rate limit exceeded"}', PROLOG + b"<eFetchResult><ERROR>x</ERROR></eFetchResult>",
        articles("1").replace(b"1</PMID>", b"</PMID>"),
    ],
)  # fmt: skip
def test_damaged_articles_are_asked_for_again(played: Any, body: bytes) -> None:
    """A lone prolog, a cut document, HTML, JSON, an error element, an article without PMID: nothing of it is stored."""
    service = played([listing("1"), body, articles("1")])
    assert brought(run(service)) == ["1"]


# ------------------------------------------------------------ splitting


def test_more_than_the_service_lists_is_split(played: Any) -> None:
    """By its warning, or because nothing above 9,999 can be listed; the parts carry the kind and the query."""
    for answer in (listing("1", "2", "3", count=7, **CLAMPED), listing("1", "2", "3", count=12_000)):
        (batch,) = run(played([answer]))
        assert batch.expected == int(answer["esearchresult"]["count"])
        assert len(batch.split) >= 2
        assert {(part.kind, part.query) for part in batch.split} == {("full", QUERY)}
        assert len({part.key for part in batch.split}) == len(batch.split)
        assert batch.payloads == batch.listed == ()


def test_a_listing_that_falls_short_without_being_clamped_is_not_split(played: Any) -> None:
    """An announced total that is simply wrong must not end in ever smaller windows: ask twice more, then take it."""
    service = played([listing("1", count=8), listing("1", count=8), listing("1", "2"), articles("1", "2")])
    assert brought(run(service)) == ["1", "2"]
    service = played([listing("1", count=8)] * 3 + [articles("1")])
    first, _ = run(service)
    assert (first.expected, first.listed, first.split) == (8, ("1",), ())


def test_an_overfull_day_is_split_by_pmid(played: Any) -> None:
    """120 records may share one create date; the day stays, PMID ranges are added."""
    day = {"from": "2026-03-01", "to": "2026-03-01"}
    (batch,) = run(played([listing("30", "20", "10", count=9, **CLAMPED)]), Window("d", "full", QUERY, day))
    assert all(part.parameters["from"] == part.parameters["to"] == "2026-03-01" for part in batch.split)
    _assert_cover([(part.parameters["low"], part.parameters["high"]) for part in batch.split], 1, 999_999_999)


def test_changes_are_split_by_pmid(played: Any) -> None:
    """Their limit is created or revised, so the create date cannot slice them."""
    window = Window("c", "changes", QUERY, {"since": "2026-03-01"})
    (batch,) = run(played([listing("30", "20", count=9, **CLAMPED)]), window)
    assert all(part.parameters["since"] == "2026-03-01" and "low" in part.parameters for part in batch.split)


def test_a_single_pmid_is_never_split(played: Any) -> None:
    """However many records the service claims for it."""
    window = Window("one", "full", QUERY, {"from": "2026-03-01", "to": "2026-03-01", "low": 5, "high": 5})
    service = played([listing("5", count=4, **CLAMPED), articles("5")])
    first, second = run(service, window)
    assert (first.expected, first.split, brought([second])) == (4, (), ["5"])


def _assert_cover(ranges: list[tuple[int, int]], low: int, high: int) -> None:
    """Neighbours touch, nothing overlaps, the ends are the ends of the whole."""
    assert (ranges[0][0], ranges[-1][1]) == (low, high)
    assert all(start <= end for start, end in ranges)
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(ranges))
    assert len(ranges) > 1


days = st.dates(date(1900, 1, 1), TODAY + timedelta(days=400))


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    """From an open or real first day to a later real or open last day."""
    first = draw(days)
    last = draw(st.dates(first + timedelta(days=1), TODAY + timedelta(days=500)))
    return (
        draw(st.sampled_from([first.isoformat(), "1000-01-01"])),
        draw(st.sampled_from([last.isoformat(), "3000-12-31"])),
    )


@given(spans(), st.integers(2, 32))
def test_day_ranges_cover_the_whole_without_gap_or_overlap(span: tuple[str, str], pieces: int) -> None:
    """Whatever the window: the slices are its days, each once, and there are at least two."""
    ranges = list(_day_ranges(*span, pieces))
    numbers = [(date.fromisoformat(a).toordinal(), date.fromisoformat(b).toordinal()) for a, b in ranges]
    _assert_cover(numbers, date.fromisoformat(span[0]).toordinal(), date.fromisoformat(span[1]).toordinal())
    assert len(ranges) <= pieces


@st.composite
def pmid_windows(draw: st.DrawFn) -> tuple[list[str], int, int]:
    low = draw(st.integers(1, 999_999_998))
    high = draw(st.integers(low + 1, 999_999_999))
    return draw(st.lists(st.integers(low, high).map(str), max_size=60)), low, high


@given(pmid_windows(), st.integers(2, 32))
def test_pmid_ranges_cover_the_whole_without_gap_or_overlap(window: tuple[list[str], int, int], pieces: int) -> None:
    """Also when the sample is empty, repeated, or lies at the edges."""
    sample, low, high = window
    ranges = list(_pmid_ranges(sample, pieces, low, high))
    _assert_cover(ranges, low, high)
    assert len(ranges) <= pieces


def test_splitting_ends(played: Any) -> None:
    """A service of 5,000 ids that lists 80 at a time, half of them on one day: every id comes in exactly one window."""
    held = {n: "2020-05-05" if n % 2 else f"{1950 + n % 70}-0{1 + n % 9}-11" for n in range(1000, 6000)}
    seen: list[str] = []
    windows, searches = [FULL], 0
    while windows:
        window = windows.pop()
        limits = window.parameters
        days_of = limits.get("from", "0"), limits.get("to", "9")
        ids_of = limits.get("low", 0), limits.get("high", 10**9)
        found = [str(n) for n, day in held.items() if days_of[0] <= day <= days_of[1] and ids_of[0] <= n <= ids_of[1]]
        answer = listing(*found[-80:], count=len(found), **(CLAMPED if len(found) > 80 else {}))
        batch = next(iter(_first(played([answer]), window)))
        searches += 1
        windows += batch.split
        seen += batch.listed
    assert sorted(seen) == sorted(map(str, held))
    assert searches < 4 * 5000 / 80


def _first(service: Any, window: Window) -> Iterator[Batch]:
    yield next(iter(pubmed.fetch(service, window)))
