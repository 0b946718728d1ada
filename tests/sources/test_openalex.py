"""OpenAlex: what is asked, how pages are walked, and what a work becomes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harvest.archive import Fact
from harvest.client import Identity
from harvest.errors import BadInput, Refused, Transient
from harvest.record import Author, Heading
from harvest.sources import Held, Payload, Window, crossref, dump, openalex
from harvest.sources.openalex import fetch, parse, plan, query, read_page, rebuild
from harvest.vocabulary import Concept

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "openalex"
SHARED = Path(__file__).resolve().parents[3] / "shared"
DRUGS = (
    Concept("k", "drug", "Ketamine", search=("ketamin*",), synonyms=("ketamine", "ketamina", "ketamin HCl")),
    Concept("esketamine", "drug", "Esketamine", search=("S-ketamine", "Spravato")),
)  # fmt: skip
FULL = Window("full", "full", "title_and_abstract.search:(ketamine)")


def work(**changes: Any) -> Any:
    item = json.loads((FIXTURES / "work.json").read_text("utf-8")) | changes
    return parse(Payload("openalex", "W1", dump(item), "json"))


def page(ids: range, total: int, following: str | None) -> dict[str, Any]:
    works = [{"id": f"https://openalex.org/W{number}"} for number in ids]
    return {"meta": {"count": total, "next_cursor": following}, "results": works}


# ---------------------------------------------------------------- asking


def test_query_spells_out_truncated_words() -> None:
    """OpenAlex knows no truncation: the drug's own single-word names that begin so take its place."""
    assert query(DRUGS) == 'title_and_abstract.search:(ketamin OR Ketamine OR ketamina OR "S-ketamine" OR Spravato)'


def test_plan_is_full_at_first_and_when_a_census_is_due() -> None:
    """Filters on the date of change are paid, so there is no window of changes."""
    for held in (Held("f"), Held("f", since="2033-01-01", census_due=True, pmids=("1",))):
        assert [(w.kind, w.query) for w in plan(held)] == [("full", "f")]


def test_plan_looks_up_what_other_sources_brought() -> None:
    """Up to 100 values a request, PMIDs and DOIs apart; every one is asked for once."""
    pmids = tuple(str(number) for number in range(1, 151))
    windows = plan(Held("f:(x)", since="2033-01-01", count=2000, pmids=pmids, dois=("10.5555/a(1)", "10.5555/b")))
    assert [w.kind for w in windows] == ["lookup"] * 3
    assert windows[2].query == "f:(x),doi:10.5555/a(1)|10.5555/b"
    asked = [value for w in windows[:2] for value in w.query.removeprefix("f:(x),pmid:").split("|")]
    assert asked == list(pmids) and len(windows[0].query.split("|")) == 100
    assert len({w.key for w in windows}) == 3


def test_plan_looks_up_works_by_pmid_and_by_doi() -> None:
    """Neither stands in for the other: OpenAlex may know only one of a work's identifiers."""
    windows = plan(Held("f", since="2033-01-01", count=500, pmids=("90000001",), dois=("10.5555/a",)))
    assert [(w.kind, w.query) for w in windows] == [
        ("lookup", "f,pmid:90000001"),
        ("lookup", "f,doi:10.5555/a"),
    ]


def test_plan_asks_by_title_for_notices_without_identifier() -> None:
    """One page, of works without DOI and PMID only, with the titles as phrases and without the filter's own signs."""
    titles = ('Retraction: Sorrow, "cured"|gone', "Concern")
    (window,) = plan(Held("f", since="2033-01-01", count=500, notices=titles))
    assert (window.key, window.kind, window.parameters) == ("notices-2033-01-01", "lookup", {"pages": 1})
    assert window.query == 'title.search:("Retraction: Sorrow  cured gone" OR Concern),has_doi:false,has_pmid:false'


def test_plan_asks_for_twenty_titles_at_most() -> None:
    """More notices than that at once are left to the next census."""
    titles = tuple(f"Retraction of number {number}" for number in range(30))
    (window,) = plan(Held("f", since="2033-01-01", count=500, notices=titles))
    assert window.query.count('"Retraction of number ') == 20


def test_a_window_of_notices_ends_after_its_page(played: Any) -> None:
    """A search by title finds more than is meant; its first page is the whole window, whatever the count."""
    service = played([page(range(2), 900, "b")])
    (window,) = plan(Held("f", since="2033-01-01", count=500, notices=("Retraction: Sorrow",)))
    (batch,) = fetch(service, window)
    assert (len(batch.payloads), batch.expected, len(service.asked)) == (2, None, 1)


def test_plan_without_news_asks_nothing() -> None:
    assert plan(Held("f", since="2033-01-01", count=500)) == []


def test_plan_keeps_addresses_short_and_leaves_out_what_would_break_the_filter() -> None:
    """A comma or pipe in a DOI would be read as another filter or value; long lists are cut by length as well."""
    dois = (*(f"10.5555/{'x' * 90}{number}" for number in range(90)), "10.5555/a,b", "10.5555/c|d")
    windows = plan(Held("f", since="2033-01-01", count=2000, dois=dois))
    values = [value for w in windows for value in w.query.removeprefix("f,doi:").split("|")]
    assert values == list(dois[:-2])
    assert all(len(w.query) < openalex.LOOKUP_LENGTH for w in windows)


def test_plan_prefers_the_full_walk_when_it_is_cheaper() -> None:
    pmids = tuple(str(number) for number in range(1, 1001))
    assert [w.kind for w in plan(Held("f", since="2033-01-01", count=400, pmids=pmids))] == ["full"]


def test_fetch_without_a_key_says_what_to_do(played: Any) -> None:
    """Nothing is asked; the message names the variable."""
    service = played([], identity=Identity())
    with pytest.raises(Refused, match="OPENALEX_API_KEY"):
        list(fetch(service, FULL))
    assert service.asked == []


def test_fetch_stops_at_the_count_and_keeps_the_key_to_itself(played: Any) -> None:
    """No request for the empty page after the last; the key is sent but stored nowhere."""
    service = played([page(range(2), 3, "b"), page(range(2, 3), 3, "c")])
    batches = list(fetch(service, FULL))
    assert [sent["cursor"] for sent in service.asked] == ["*", "b"]
    assert service.asked[0]["per_page"] == "100" and service.asked[0]["api_key"] == "invented-key"
    assert "invented-key" not in repr(batches)
    assert [p.source_id for p in batches[0].payloads] == [
        "https://openalex.org/W0",
        "https://openalex.org/W1",
    ]


def test_fetch_ends_with_the_cursor_and_asks_again_for_a_repeated_page(played: Any) -> None:
    """``next_cursor`` null ends the walk even when the count promised more; a page seen before is asked again."""
    service = played([page(range(2), 5, "b"), page(range(2), 5, "b"), page(range(2, 4), 5, None)])
    batches = list(fetch(service, FULL))
    assert sum(len(b.payloads) for b in batches) == 4
    assert batches[-1].expected == 5 and batches[-1].state["cursor"] == ""


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (429, b'{"error":"Plan upgrade required"}', Refused, "paid"),
        (429, b'{"error":"Rate limit exceeded","message":"Insufficient budget"}', Refused, "midnight"),
        (401, b'{"error":"API key required"}', Refused, "OPENALEX_API_KEY"),
        (429, b'{"error":"Rate limit exceeded"}', Transient, ""),
        (403, b'{"error":"Rate limit exceeded"}', Transient, ""),
        (429, b"<html>429 Too Many Requests</html>", Transient, ""),
        (400, b'{"error":"Invalid filter"}', Refused, ""),
    ],
)
def test_fetch_tells_refusals_from_rate_limits(
    played: Any, status: int, body: bytes, error: type[Exception], words: str
) -> None:
    """A refusal is reported after one request instead of being waited for; a rate limit is tried again."""
    service = played([(status, body)] * 4)
    with pytest.raises(error, match=words or None):
        list(fetch(service, FULL))
    assert len(service.asked) == (1 if error is Refused else 4)


def test_fetch_begins_again_when_the_cursor_is_refused(played: Any) -> None:
    service = played([(400, b'{"message":"Cursor value is not valid."}'), page(range(1), 1, None)])
    restart, first = fetch(service, FULL.with_state({"cursor": "old", "seen": 1, "total": 2, "last": []}))
    assert restart.restart and len(first.payloads) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b'{"error":"API rate limit exceeded"}', b'{"meta":{"count":3}}', b'{"results":[]}',
     b'{"meta":{"count":"3"},"results":[]}', b'{"meta":{"count":1},"results":[{"title":"no id"}]}',
     b'{"meta":{"count":1},"results":["x"]}'],
)  # fmt: skip
def test_answers_without_their_envelope_are_transient(body: bytes) -> None:
    with pytest.raises(Transient):
        read_page(body)


# ---------------------------------------------------------------- parsing


def test_parse_reads_every_field_of_a_work() -> None:
    found = work()
    assert found.key == ("openalex", "https://openalex.org/W9900000001")
    assert (found.pmid, found.pmcid, found.doi) == ("90000001", "PMC9900001", "10.5555/invented.2018.001")
    assert (found.kind, found.language, found.rights) == ("article", "eng", "cc-by")
    assert (found.journal, found.publisher, found.issn) == (
        "Journal of Invented Trials",
        "Invented Press",
        "1234-5678",
    )
    assert (found.volume, found.issue, found.pages) == ("7", "2", "11-19")
    assert (found.url, found.revised) == ("https://openalex.org/W9900000001", "2024-03-02")
    assert found.mesh == (Heading("Ketamine", "D007649", True), Heading("Adult", "D000328"))
    assert found.keywords == ("Mood",)
    assert [kind.name for kind in found.publication_types] == ["review"]
    assert found.retracted
    assert found.registrations == ("ISRCTN12345678",)
    assert found.abstract == "The trial (ISRCTN12345678) ended; trial of ketamine."


def test_parse_reads_names_in_either_order() -> None:
    assert work().authors == (
        Author("van Aalst B", "van Aalst", "Brigit", "0000-0001-2345-678X"),
        Author("Quist MN", "Quist", "M.-N."),
        Author("Harbour Sleep Study Group", collective=True),
    )


@pytest.mark.parametrize(
    ("index", "text"),
    [
        ({"b": [1], "a": [0, 2]}, "a b a"),
        ({"first": [0], "second": [1], "also": [1]}, "first second also"),
        ({"gap": [9], "start": [0]}, "start gap"),
        (None, ""),
        ({"a": None, "b": ["0"], "c": [0]}, "c"),
    ],
)
def test_rebuild_puts_words_where_they_stood(index: Any, text: str) -> None:
    """Repeated words come at each of their places, words sharing a place in the order of the index."""
    assert rebuild(index) == text


@pytest.mark.parametrize(
    ("day", "year", "date"),
    [
        ("2018-01-01", 2018, "2018"),
        ("2018-05-02", 2018, "2018-05-02"),
        (None, 2018, "2018"),
        (None, None, ""),
    ],
)
def test_parse_believes_only_the_year_of_a_first_of_january(day: str | None, year: int | None, date: str) -> None:
    assert work(publication_date=day, publication_year=year).date == date


@pytest.mark.parametrize(
    ("stated", "kind"),
    [("article", "article"), ("editorial", "article"), ("letter", "article"), ("preprint", "preprint"),
     ("posted-content", "preprint"), ("retraction", "notice"), ("erratum", "notice"), ("book-chapter", "book"),
     ("dataset", "dataset"), ("dissertation", "other"), ("something-new", "other"), (None, "article")],
)  # fmt: skip
def test_parse_maps_types_to_kinds(stated: str | None, kind: str) -> None:
    assert work(type=stated).kind == kind


def test_parse_does_not_call_a_notice_retracted() -> None:
    """OpenAlex marks many retraction notices as retracted themselves; paratext is no article."""
    assert not work(type="retraction").retracted
    assert work(is_paratext=True).kind == "other"


def test_parse_takes_a_repository_for_no_journal() -> None:
    """Of a preprint the repository is the publisher."""
    place = {"source": {"display_name": "Invented Server", "type": "repository", "host_organization_name": "Host"}}
    assert work(primary_location=place).journal == ""
    preprint = work(primary_location=place, type="preprint")
    assert (preprint.journal, preprint.publisher) == ("", "Invented Server")


def test_parse_survives_parts_of_the_wrong_type() -> None:
    broken = dict.fromkeys(("ids", "authorships", "biblio", "primary_location", "mesh", "keywords"))
    found = work(**broken, abstract_inverted_index=None)
    assert (found.doi, found.pmid, found.abstract, found.authors) == ("10.5555/invented.2018.001", "", "", ())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id":"https://openalex.org/A5"}', b'{"id":["W1"]}'])
def test_parse_refuses_what_is_no_work(body: bytes) -> None:
    with pytest.raises(BadInput, match="W1"):
        parse(Payload("openalex", "W1", body, "json"))


# ---------------------------------------------------------------- beside the project


@pytest.mark.shared
@pytest.mark.parametrize("faults", [("none",), ("hostile", "--seed", "7")])
def test_fetch_brings_exactly_what_the_emulator_holds(
    standing_emulator: Any, harvest_from: Any, faults: tuple[str, ...]
) -> None:
    """With and without faults; without them in the fewest requests possible. Every payload parses."""
    server = standing_emulator("--faults", *faults)
    found = harvest_from(server, openalex, plan(Held(query(DRUGS))))
    truth = server.truth()["services"]["openalex"]
    assert set(found.payloads) == set(truth["ids"])
    if faults == ("none",):
        assert found.requests == -(-truth["count"] // 100)
        assert all(parse(item).source_id == source_id for source_id, item in found.payloads.items())
    else:
        assert found.requests > -(-truth["count"] // 100)


@pytest.mark.shared
@pytest.mark.parametrize(("epoch", "since"), [("2", "2026-01-12"), ("3", "2026-01-26")])
def test_lookups_find_what_other_sources_brought(
    standing_emulator: Any, harvest_from: Any, epoch: str, since: str
) -> None:
    """By PMID, by DOI and by the titles of notices that Crossref brought: no new or changed work is missed, though a
    notice of retraction in OpenAlex carries no identifier at all. A request for each kind of lookup."""
    server = standing_emulator("--epoch", epoch)
    changes = server.truth()["changes"]
    brought = harvest_from(server, crossref, crossref.plan(Held(crossref.query(DRUGS), since=since))).payloads
    facts = [Fact.of(crossref.parse(item)) for item in brought.values()]
    held = Held(
        query(DRUGS), since=since, count=1800, dois=tuple(fact.doi for fact in facts),
        pmids=(*changes["pubmed"]["new"], *changes["pubmed"]["changed"]),
        notices=tuple(fact.notice for fact in facts if fact.notice),
    )  # fmt: skip
    windows = plan(held)
    found = harvest_from(server, openalex, windows)
    wanted = {*changes["openalex"]["new"], *changes["openalex"]["changed"]}
    assert wanted and wanted <= set(found.payloads)
    assert bool(held.notices) == (epoch == "3")
    assert found.requests == len(windows) == 2 + bool(held.notices)
    without = harvest_from(server, openalex, plan(replace(held, notices=())))
    assert bool(wanted - set(without.payloads)) == bool(held.notices)


@pytest.mark.shared
def test_parse_reads_the_recordings() -> None:
    """Recorded works keep their identifiers; the transcribed refusal is not mistaken for a rate limit."""
    folder = SHARED / "recordings" / "openalex"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: recordings are not part of the repository")
    recorded = read_page((folder / "works_search_page_2026.json").read_bytes())
    assert recorded.total == 4013744
    records = [parse(item) for item in recorded.payloads]
    assert [found.doi for found in records] == [
        "10.1016/j.neucom.2021.03.091", "10.1007/s41095-022-0271-y", "10.1016/0042-6989(95)00294-4"
    ]  # fmt: skip
    assert [found.pmid for found in records] == ["", "", "8759451"]
    assert [bool(found.abstract) for found in records] == [False, True, False]
    assert [len(found.authors) > 1 and found.language for found in records] == ["eng"] * 3
    refusal = SHARED / "recordings" / "transcribed" / "openalex_429_plan_gated_filter.body"
    with pytest.raises(Refused):
        openalex.read_error(429, refusal.read_bytes())
