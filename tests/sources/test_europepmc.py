"""Europe PMC: what is asked, how pages are walked, and what a record becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harvest.errors import BadInput, Refused, Transient
from harvest.record import Author, Heading, Link
from harvest.sources import Held, Payload, Window, dump, europepmc
from harvest.sources.europepmc import fetch, parse, plan, query, read_page
from harvest.vocabulary import Concept

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "europepmc"
SHARED = Path(__file__).resolve().parents[3] / "shared"
DRUGS = (
    Concept("ketamine", "drug", "Ketamine", search=("ketamin*", "Ketalar")),
    Concept("esketamine", "drug", "Esketamine", search=("S-ketamine", "Ketalar")),
)
FULL = Window("full", "full", "(TITLE:(ketamine))")


def payload(name: str) -> Payload:
    return Payload("europepmc", name, (FIXTURES / f"{name}.json").read_bytes(), "json")


def record(**changes: Any) -> Any:
    item = json.loads((FIXTURES / "article.json").read_text("utf-8")) | changes
    return parse(Payload("europepmc", "MED:90000001", dump(item), "json"))


def page(ids: range, total: int, following: str) -> dict[str, Any]:
    results = [{"source": "MED", "id": str(number)} for number in ids]
    return {
        "version": "6.9",
        "hitCount": total,
        "nextCursorMark": following,
        "resultList": {"result": results},
    }


# ---------------------------------------------------------------- asking


def test_query_looks_for_every_word_in_title_abstract_and_keywords() -> None:
    """Not in full texts; a truncated word stays unquoted, a hyphened one is quoted, repeats go once."""
    words = 'ketamin* OR Ketalar OR "S-ketamine"'
    assert query(DRUGS) == f"(TITLE:({words}) OR ABSTRACT:({words}) OR KW:({words}))"


def test_plan_is_full_at_first_and_when_a_census_is_due() -> None:
    assert [w.kind for w in plan(Held("(q)"))] == ["full"]
    assert [w.kind for w in plan(Held("(q)", since="2033-01-01", census_due=True))] == ["full"]


def test_plan_asks_for_changes_and_deleted_pmids_in_one_request() -> None:
    """The deleted PMIDs ride along, unquoted; the day since which is asked stands in both date fields."""
    (window,) = plan(Held("(q)", since="2033-01-01", gone_pmids=("5", "6")))
    period = "[2033-01-01 TO 3000-12-31]"
    assert window.query == (
        f"((q) AND (UPDATE_DATE:{period} OR FIRST_IDATE:{period})) OR (SRC:MED AND (EXT_ID:5 OR EXT_ID:6))"
    )
    assert window.parameters == {"asked": ["5", "6"]}


def test_plan_keeps_queries_below_the_limit_and_loses_no_deleted_pmid() -> None:
    """What does not fit into a GET query goes into posted lookups; every PMID is asked for exactly once."""
    gone = tuple(str(90000000 + number) for number in range(300))
    windows = plan(Held("(q)", since="2033-01-01", gone_pmids=gone))
    assert [w.kind for w in windows] == ["changes", "lookup", "lookup", "lookup"]
    assert len(windows[0].query) < europepmc.QUERY_LIMIT
    assert [pmid for window in windows for pmid in window.parameters["asked"]] == list(gone)
    assert len({window.key for window in windows}) == 4


def test_fetch_stops_at_the_total_without_an_extra_page(played: Any) -> None:
    """Two pages of the announced items are two requests; the cursor sent is the one received."""
    service = played([page(range(2), 4, "b+="), page(range(2, 4), 4, "c")])
    batches = list(fetch(service, FULL))
    assert [sent["cursorMark"] for sent in service.asked] == ["*", "b+="]
    assert [batch.expected for batch in batches] == [4, 4]
    assert service.asked[0]["pageSize"] == "1000" and service.asked[0]["resultType"] == "core"


def test_fetch_resumes_where_the_stored_state_says(played: Any) -> None:
    """After an interruption only the missing page is asked for; a finished window asks nothing."""
    first, second = fetch(played([page(range(2), 4, "b"), page(range(2, 4), 4, "c")]), FULL)
    service = played([page(range(2, 4), 4, "c")])
    (rest,) = fetch(service, FULL.with_state(json.loads(json.dumps(first.state))))
    assert [p.source_id for p in rest.payloads] == ["MED:2", "MED:3"]
    assert service.asked[0]["cursorMark"] == "b"
    assert list(fetch(played([]), FULL.with_state(second.state))) == []


def test_fetch_asks_again_when_a_page_comes_twice(played: Any) -> None:
    """The previous page with the cursor just sent is not stored again and does not end the walk."""
    service = played([page(range(2), 4, "b"), page(range(2), 4, "b"), page(range(2, 4), 4, "c")])
    batches = list(fetch(service, FULL))
    assert [p.source_id for b in batches for p in b.payloads] == ["MED:0", "MED:1", "MED:2", "MED:3"]
    assert len(service.asked) == 3


def test_fetch_counts_repeated_records_once(played: Any) -> None:
    """Records of the page before, served once more, do not end the walk before its time."""
    service = played([page(range(3), 5, "b"), page(range(1, 4), 5, "c"), page(range(4, 5), 5, "d")])
    ids = [p.source_id for batch in fetch(service, FULL) for p in batch.payloads]
    assert ids == [f"MED:{number}" for number in range(5)]


@pytest.mark.parametrize("last", [page(range(0), 9, "b"), page(range(2, 4), 9, "b")])
def test_fetch_ends_short_when_the_total_is_too_large(played: Any, last: dict[str, Any]) -> None:
    """An empty page or a cursor that stays the same ends the walk; ``expected`` still tells of the shortfall."""
    batches = list(fetch(played([page(range(2), 9, "b"), last]), FULL))
    assert batches[-1].expected == 9 and sum(len(b.payloads) for b in batches) < 9


def test_fetch_reports_deleted_pmids_that_stay_away(played: Any) -> None:
    """Only after the last page, and only those that came on none: one on page 2 is not gone."""
    window = Window("changes", "changes", "q", {"asked": ["1", "3", "77"]})
    first, second = fetch(played([page(range(2), 4, "b"), page(range(2, 4), 4, "c")]), window)
    assert (first.absent, second.absent) == ((), ("MED:77",))
    (rest,) = fetch(played([page(range(2, 4), 4, "c")]), window.with_state(first.state))
    assert rest.absent == ("MED:77",)


def test_fetch_does_not_call_anything_gone_after_a_short_walk(played: Any) -> None:
    window = Window("changes", "changes", "q", {"asked": ["77"]})
    batches = list(fetch(played([page(range(1), 3, "b"), page(range(0), 3, "b")]), window))
    assert [batch.absent for batch in batches] == [(), ()]


def test_fetch_posts_long_queries(played: Any) -> None:
    service = played([page(range(0), 0, "*")])
    list(fetch(service, Window("lookup", "lookup", "x" * 1500)))
    assert service.posted == [True]


def test_fetch_begins_again_after_a_stale_cursor(played: Any) -> None:
    """The batch that says so comes before the first page of the new walk."""
    service = played([{"errCode": 404, "errMsg": "Invalid cursorMark provided."}, page(range(1), 1, "b")])
    state = {"cursor": "old", "seen": 1, "total": 2, "last": ["MED:9"]}
    restart, first = fetch(service, FULL.with_state(state))
    assert restart.restart and restart.state == {}
    assert [p.source_id for p in first.payloads] == ["MED:0"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>We will be back soon</html>", b'{"version":"6.9"}', b'{"version":"6.9","hitCount":0}', b"[]",
     b'{"error":"API rate limit exceeded","count":"4"}', b'{"version":"6.9","hitCount":1,"resultList":{"resul',
     b'{"hitCount":1,"resultList":{"result":[{"source":"MED"}]}}', b'{"hitCount":0,"resultList":{"result":null}}'],
)  # fmt: skip
def test_answers_without_their_envelope_are_transient(body: bytes) -> None:
    """HTTP 200 is not success: none of these is ever read as zero results."""
    with pytest.raises(Transient):
        read_page(body)


def test_error_objects_are_told_apart() -> None:
    """A request that Europe PMC does not accept is not sent again; a failure of its own is."""
    with pytest.raises(Refused, match="page size"):
        read_page(b'{"errCode":404,"errMsg":"Invalid page size provided."}')
    with pytest.raises(Transient):
        read_page(b'{"errCode":500,"errMsg":"Internal error"}')


# ---------------------------------------------------------------- parsing


def test_parse_reads_every_field_of_an_article() -> None:
    found = parse(payload("article"))
    assert found.key == ("europepmc", "MED:90000001")
    assert (found.pmid, found.pmcid, found.doi) == ("90000001", "PMC9900001", "10.5555/invented.2018.001")
    assert found.title == "A blinded trial of ketamine & CO2 reactivity."
    assert (found.kind, found.language, found.rights) == ("article", "eng", "cc by")
    assert (found.journal, found.journal_abbreviation) == ("Journal of Invented Trials", "J Invent Trials")
    assert (found.issn, found.volume, found.issue, found.pages) == ("1234-5678", "7", "2", "11-19")
    assert (found.date, found.revised) == ("2018-04-19", "2020-02-03")
    assert found.url == "https://europepmc.org/article/MED/90000001"
    assert [kind.name for kind in found.publication_types] == [
        "Randomized Controlled Trial",
        "Journal Article",
    ]
    assert found.mesh == (Heading("Ketamine", major=True), Heading("Adult"))
    assert found.substances == (Heading("Ketamine"),)
    assert found.keywords == ("Mood", "Ketamine")
    assert found.registrations == ("NCT01234567",)
    assert not found.retracted


def test_parse_makes_sections_of_headings_and_keeps_bare_less_than_signs() -> None:
    """The offsets hold each section's text, without its label; known tags go, ``P<0.001`` stays."""
    found = parse(payload("article"))
    sections = {s.label: found.abstract[s.start : s.end] for s in found.sections}
    assert sections == {
        "Background": "Mood was low.",
        "Methods": "We gave 0.5 mg/kg (NCT 01234567); groups differed at P<0.001 when x<y and z>1.",
        "Results": "It rose by 2.",
    }
    assert found.abstract.startswith("Background: Mood")


def test_parse_reads_people_and_groups() -> None:
    assert parse(payload("article")).authors == (
        Author("van Aalst B", "van Aalst", "Brigit", "0000-0001-2345-678X"),
        Author("Quist MN", "Quist", "MN"),
        Author("Harbour Sleep Study Group", collective=True),
    )


def test_parse_falls_back_on_the_author_string() -> None:
    """Without a list of authors the line of names is taken apart, particles staying with the family name."""
    assert [(a.family, a.collective) for a in parse(payload("preprint")).authors] == [
        ("van Aalst", False), ("Quist", False), ("", True),
    ]  # fmt: skip


def test_parse_reads_links_and_leaves_unknown_ones_out() -> None:
    assert parse(payload("article")).links == (
        Link("corrected-by", "pmid", "90000077", "J Invent Trials. 2019;8:3"),
        Link("has-preprint", note="PPR:PPR900001"),
    )


def test_parse_reads_a_preprint() -> None:
    found = parse(payload("preprint"))
    assert (found.kind, found.journal, found.publisher) == ("preprint", "", "Invented Server")
    assert (found.pmid, found.date, found.revised) == ("", "2017-11-02", "2017-11-03")
    assert found.links == (Link("preprint-of", "pmid", "90000001"),)
    assert found.sections == ()


@pytest.mark.parametrize(
    ("changes", "date"),
    [
        ({"electronicPublicationDate": None, "firstPublicationDate": "2018-05-01"}, "2018-05"),
        ({"electronicPublicationDate": None, "firstPublicationDate": "2018-01-01", "journalInfo": None}, "2018"),
        ({"electronicPublicationDate": "2018-01-01", "firstPublicationDate": "2018-01-01"}, "2018-01-01"),
        ({"electronicPublicationDate": "2019-02-03", "firstPublicationDate": "2018-05-01"}, "2018-05"),
        ({"electronicPublicationDate": None, "firstPublicationDate": None, "journalInfo": {
            "dateOfPublication": "2018 ", "monthOfPublication": 0, "yearOfPublication": 2018,
            "printPublicationDate": "2018-01-01"}}, "2018"),
        ({"electronicPublicationDate": None, "firstPublicationDate": None, "journalInfo": {}}, "2018"),
        ({"electronicPublicationDate": None, "firstPublicationDate": None, "journalInfo": {
            "dateOfPublication": "2018 May 14"}}, "2018-05-14"),
    ],
)  # fmt: skip
def test_parse_does_not_take_stand_in_days_for_dates(changes: dict[str, Any], date: str) -> None:
    """Europe PMC fills in day 01 where print gives a month or a year; a day is kept where one was given."""
    assert record(**changes).date == date


@pytest.mark.parametrize("months", ["Jul-Aug", "Summer"])
def test_parse_takes_the_first_month_of_a_range_and_none_of_a_season(months: str) -> None:
    info = {"dateOfPublication": f"2014 {months}"}
    found = record(journalInfo=info, electronicPublicationDate=None, firstPublicationDate=None, pubYear=None)
    assert found.date == ("2014-07" if months == "Jul-Aug" else "2014")


@pytest.mark.parametrize(
    ("types", "link", "kind", "retracted"),
    [
        (["Retracted Publication"], None, "article", True),
        (["Journal Article"], "Retraction in", "article", True),
        (["Journal Article"], "Expression of Concern in", "article", False),
        (["Retraction of Publication"], "Retraction of", "notice", False),
        (["Published Erratum"], "Erratum for", "notice", False),
    ],
)
def test_parse_tells_retracted_articles_from_notices(
    types: list[str], link: str | None, kind: str, retracted: bool
) -> None:
    stated = {"commentCorrection": [{"id": "5", "source": "MED", "type": link}]} if link else None
    found = record(pubTypeList={"pubType": types}, commentCorrectionList=stated)
    assert (found.kind, found.retracted) == (kind, retracted)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"id":["1"],"source":["MED"]}', b'{"id":1,"source":"MED"}']
)
def test_parse_refuses_what_is_no_record(body: bytes) -> None:
    """Also the 2019 files of getpapers, which wrap every value in a list."""
    with pytest.raises(BadInput, match="MED:1"):
        parse(Payload("europepmc", "MED:1", body, "json"))


def test_parse_survives_parts_of_the_wrong_type() -> None:
    """A null, a text or a number where a list is documented costs that field, not the record."""
    broken = dict.fromkeys(
        (
            "authorList",
            "journalInfo",
            "meshHeadingList",
            "keywordList",
            "pubTypeList",
            "commentCorrectionList",
        ),
        "x",
    )
    found = record(**broken, abstractText=None, chemicalList={"chemical": [None, 3]}, pageInfo=7)
    assert (found.pmid, found.abstract, found.mesh, found.pages) == ("90000001", "", (), "7")


# ---------------------------------------------------------------- beside the project


@pytest.mark.shared
@pytest.mark.parametrize("faults", [("none",), ("hostile", "--seed", "7")])
def test_fetch_brings_exactly_what_the_emulator_holds(
    standing_emulator: Any, harvest_from: Any, monkeypatch: pytest.MonkeyPatch, faults: tuple[str, ...]
) -> None:
    """Without faults in the fewest requests; with faults on small pages, so that many requests meet one."""
    server = standing_emulator("--faults", *faults)
    if faults != ("none",):
        monkeypatch.setattr(europepmc, "PAGE_SIZE", 100)
    found = harvest_from(server, europepmc, plan(Held(query(DRUGS))))
    truth = server.truth()["services"]["europepmc"]
    assert set(found.payloads) == set(truth["ids"])
    assert found.expected == truth["count"]
    if faults == ("none",):
        assert found.requests == -(-truth["count"] // 1000)
        assert all(parse(item).source_id == source_id for source_id, item in found.payloads.items())
    else:
        assert found.requests > -(-truth["count"] // 100)


@pytest.mark.shared
def test_changes_and_deletions_take_one_request(standing_emulator: Any, harvest_from: Any) -> None:
    """A fortnight later: everything new, changed or deleted since comes with a single request."""
    server = standing_emulator("--epoch", "3")
    changes = server.truth()["changes"]
    held = Held(query(DRUGS), since="2026-02-03", gone_pmids=tuple(changes["pubmed"]["gone"]))
    found = harvest_from(server, europepmc, plan(held))
    assert set(changes["europepmc"]["new"]) | set(changes["europepmc"]["changed"]) <= set(found.payloads)
    assert found.absent == set(changes["europepmc"]["gone"]) != set()
    assert found.requests == 1


@pytest.mark.shared
def test_parse_reads_the_recordings() -> None:
    """Recorded answers keep their identifiers, journals and abstracts; getpapers files are refused."""
    folder = SHARED / "recordings" / "europepmc"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: recordings are not part of the repository")
    recorded = read_page((folder / "search_core_cursor_2026.json").read_bytes())
    assert recorded.total == 993768 and len(recorded.payloads) == 3
    records = [parse(item) for item in recorded.payloads]
    assert [found.source_id for found in records] == ["MED:41792208", "MED:41744547", "PMC:PMC13013079"]
    assert [found.date for found in records] == ["2026-03-06", "2026-02-02", "2026-03-26"]
    assert [found.pmcid for found in records] == ["", "PMC12938590", "PMC13013079"]
    assert all(found.rights == "cc by" and found.journal and found.authors for found in records[:2])
    for path in folder.glob("getpapers_*.json"):
        with pytest.raises(BadInput):
            parse(Payload("europepmc", path.stem, path.read_bytes(), "json"))
    transcribed = SHARED / "recordings" / "transcribed"
    for path in transcribed.glob("europepmc_*.body"):  # typed from reports, not byte-faithful
        with pytest.raises((Transient, Refused)):
            read_page(path.read_bytes())
