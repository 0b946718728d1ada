"""Crossref: what is asked, how pages are walked, and what a record becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harvest import jats
from harvest.client import Identity
from harvest.errors import BadInput, Refused, StaleCursor, Transient
from harvest.record import Author, Link
from harvest.sources import Held, Payload, Window, crossref, dump
from harvest.sources.crossref import fetch, parse, plan, query, read_page
from harvest.vocabulary import Concept

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "crossref"
SHARED = Path(__file__).resolve().parents[3] / "shared"
DRUGS = (
    Concept("ketamine", "drug", "Ketamine", search=("ketamin*", "CI-581"), synonyms=("ketamine", "ketamin HCl")),
    Concept("esketamine", "drug", "Esketamine", search=("esketamine", "S-ketamine")),
)
FULL = Window("full", "full", "ketamine esketamine")
STALE = (
    404,
    b'{"status":"failed","message":[{"type":"cursor-invalid","message":"Cursor specified but it is invalid"}]}',
)


def item(name: str = "article", **changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return content | changes


def record(name: str = "article", **changes: Any) -> Any:
    return parse(Payload("crossref", "10.5555/x", dump(item(name, **changes)), "json"))


def page(ids: range, total: int, following: str) -> dict[str, Any]:
    items = [{"DOI": f"10.5555/{number}", "score": number / 7} for number in ids]
    return {"status": "ok", "message": {"total-results": total, "items": items, "next-cursor": following}}


# ---------------------------------------------------------------- asking


def test_query_leaves_out_words_that_crossref_would_take_apart() -> None:
    """Parts such as "S" and "581" find everything; truncated words are spelt out."""
    assert query(DRUGS) == "ketamin Ketamine esketamine"


def test_plan_asks_for_what_was_indexed_since() -> None:
    assert [w.kind for w in plan(Held("q"))] == ["full"]
    assert [w.kind for w in plan(Held("q", since="2033-01-01", census_due=True))] == ["full"]
    (window,) = plan(Held("q", since="2033-01-01"))
    assert (window.kind, window.parameters) == ("changes", {"filter": "from-index-date:2033-01-01"})


def test_fetch_stops_at_the_total_though_the_cursor_never_ends(played: Any) -> None:
    service = played([page(range(2), 3, "+b="), page(range(2, 3), 3, "c")])
    batches = list(fetch(service, FULL))
    assert [sent["cursor"] for sent in service.asked] == ["*", "+b="]
    assert (service.asked[0]["rows"], service.asked[0]["query.bibliographic"]) == ("1000", FULL.query)
    assert batches[-1].expected == 3 and "filter" not in service.asked[0]


def test_fetch_names_the_reader_only_to_the_service(played: Any) -> None:
    """The address leads to the polite pool when there is one, and is stored nowhere."""
    service = played([page(range(1), 1, "b")])
    batches = list(fetch(service, FULL))
    assert service.asked[0]["mailto"] == "reader@example.org"
    assert "reader@" not in repr(batches)
    nameless = played([page(range(1), 1, "b")], identity=Identity())
    list(fetch(nameless, FULL))
    assert "mailto" not in nameless.asked[0]


def test_fetch_drops_the_score(played: Any) -> None:
    """It depends on the query, not on the record, and would make every record look changed."""
    (batch,) = fetch(played([page(range(1), 1, "b")]), FULL)
    assert batch.payloads[0].json() == {"DOI": "10.5555/0"}


def test_fetch_goes_on_with_a_cursor_that_stays_the_same(played: Any) -> None:
    """Crossref may give one cursor for all pages; a page of known records is asked for again."""
    service = played(
        [
            page(range(2), 5, "b"),
            page(range(2, 4), 5, "b"),
            page(range(2, 4), 5, "b"),
            page(range(4, 5), 5, "b"),
        ]
    )
    assert sum(len(b.payloads) for b in fetch(service, FULL)) == 5


def test_fetch_begins_again_after_a_stale_cursor(played: Any) -> None:
    """Cursors live for five minutes; after an interruption the window restarts and says so."""
    first, *_ = fetch(played([page(range(2), 3, "b"), page(range(2, 3), 3, "c")]), FULL)
    service = played([STALE, page(range(3), 3, "b")])
    restart, again = fetch(service, FULL.with_state(first.state))
    assert restart.restart and restart.payloads == ()
    assert len(again.payloads) == 3
    assert [sent["cursor"] for sent in service.asked] == ["b", "*"]


def test_fetch_gives_up_when_cursors_keep_growing_stale(played: Any) -> None:
    pages = [page(range(2), 3, "b"), STALE]
    with pytest.raises(StaleCursor):
        list(fetch(played(pages * 3), FULL))


def test_fetch_has_a_hard_cap(played: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that each bring one new record towards a total never reached do not go on for ever."""
    monkeypatch.setattr(crossref, "PAGE_SIZE", 10)
    service = played([page(range(number, number + 1), 30, f"c{number}") for number in range(29)])
    assert len(list(fetch(service, FULL))) == 17


def test_fetch_takes_other_404s_for_refusals(played: Any) -> None:
    with pytest.raises(Refused):
        list(fetch(played([(404, b"Resource not found.")]), FULL))


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b'{"error":"API rate limit exceeded"}', b'{"status":"ok","message":{"items":[]}}',
     b'{"message":{"total-results":0}}', b'{"message":[]}', b'{"message":{"total-results":1,"items":[{}]}}'],
)  # fmt: skip
def test_answers_without_their_envelope_are_transient(body: bytes) -> None:
    with pytest.raises(Transient):
        read_page(body)


# ---------------------------------------------------------------- parsing


def test_parse_reads_every_field_of_an_article() -> None:
    found = record()
    assert found.key == ("crossref", "10.5555/invented.2018.001")
    assert found.title == "A blinded trial of ketamine & mood: Twelve weeks"
    assert (found.original_title, found.kind, found.language) == (
        "Een geblindeerd onderzoek",
        "article",
        "eng",
    )
    assert (found.journal, found.journal_abbreviation) == ("Journal of Invented Trials", "J Invent Trials")
    assert (found.issn, found.volume, found.issue, found.pages) == ("1234-5678", "7", "2", "11-19")
    assert (found.publisher, found.doi, found.pmid) == ("Invented Press", "10.5555/invented.2018.001", "")
    assert (found.date, found.revised) == ("2018-04-19", "2024-03-02")
    assert found.registrations == ("ISRCTN12345678", "NCT01234567")
    assert found.rights == "https://creativecommons.org/licenses/by/4.0/"
    assert found.url == "https://doi.org/10.5555/invented.2018.001"
    assert found.authors == (
        Author("van Aalst B", "van Aalst", "Brigit", "0000-0001-2345-678X"),
        Author("Quist MN Jr", "Quist", "M.-N."),
        Author("Harbour Sleep Study Group", collective=True),
    )


def test_parse_makes_sections_of_jats_headings() -> None:
    """ "Abstract" is no section; entities escaped twice come out; a section holds all its paragraphs."""
    found = record()
    assert {s.label: found.abstract[s.start : s.end] for s in found.sections} == {
        "Background": "Mood was low—as before.",
        "Results": "It rose (P < 0.001; NCT01234567). CO2 fell.",
    }


@pytest.mark.parametrize(
    ("markup", "text", "labels"),
    [
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two.", []),
        ("<jats:title>Aim</jats:title><jats:p>A.</jats:p><jats:title>Result</jats:title><jats:p>B.</jats:p>",
         "Aim: A.\nResult: B.", ["Aim", "Result"]),
        ("<jats:p><jats:bold>Methods:</jats:bold> A.</jats:p><jats:p><jats:bold>Not one</jats:bold> of them</jats:p>",
         "Methods: A. Not one of them", ["Methods"]),
        ("<jats:p>Low at P<0.001 and p<alpha, x>3, but n<5</jats:p>", "Low at P<0.001 and p<alpha, x>3, but n<5", []),
        ("ABSTRACT Sleep came.", "Sleep came.", []),
        ("<jats:p>Abstract thinking</jats:p>", "Abstract thinking", []),
        ("<jats:p>x<jats:inline-formula><jats:alternatives><jats:tex-math>$2$</jats:tex-math>"
         "<mml:math><mml:mn>2</mml:mn></mml:math></jats:alternatives></jats:inline-formula></jats:p>", "x2", []),
        ("<jats:sec><jats:title>Goal</jats:title></jats:sec><jats:p>Rest</jats:p>", "Rest", []),
        ("<!-- hidden --><p>HTML<br/>too</p>", "HTML too", []),
        ("", "", []),
    ],
)  # fmt: skip
def test_jats_abstracts_become_text(markup: str, text: str, labels: list[str]) -> None:
    """Markup goes and words stay, whatever form the publisher chose."""
    found, sections = jats.abstract(markup)
    assert found == text
    assert [section.label for section in sections if section.label] == labels


def test_parse_reads_updates_and_preprints_as_links() -> None:
    """An erratum and a concern are linked with their source and do not retract the article."""
    found = record()
    assert found.links == (
        Link("corrected-by", "doi", "10.5555/invented.erratum", "publisher"),
        Link("concern-raised-by", "doi", "10.5555/invented.concern", "retraction-watch"),
        Link("has-preprint", "doi", "10.5555/invented.preprint.1"),
    )
    assert not found.retracted


@pytest.mark.parametrize(
    ("stated", "retracted"),
    [("retraction", True), ("removal", True), ("withdrawal", True), ("Withdrawal", True), ("correction", False),
     ("partial_retraction", False), ("expression_of_concern", False), ("new_version", False), ("", False)],
)  # fmt: skip
def test_parse_takes_only_retractions_for_retractions(stated: str, retracted: bool) -> None:
    update = {"DOI": "10.5555/n", "type": stated, "source": "publisher"}
    assert record(**{"updated-by": [update]}).retracted is retracted


def test_parse_makes_a_notice_of_what_retracts_another() -> None:
    found = record("notice")
    assert (found.kind, found.retracted, found.date) == ("notice", False, "")
    assert found.links == (Link("retracts", "doi", "10.5555/invented.2018.001", "retraction-watch"),)


def test_parse_reads_an_update_of_itself_as_its_own_retraction() -> None:
    """Some publishers deposit the retraction under the DOI of the article: it is retracted, and no notice."""
    own = [{"DOI": "10.5555/invented.notice", "type": "retraction", "source": "publisher"}]
    found = record("notice", **{"update-to": own})
    assert (found.kind, found.retracted) == ("article", True)


def test_parse_keeps_a_new_version_an_article() -> None:
    newer = [{"DOI": "10.5555/older", "type": "new_version"}]
    found = record("notice", **{"update-to": newer})
    assert (found.kind, found.links[0].kind) == ("article", "updates")


@pytest.mark.parametrize(
    ("changes", "date"),
    [
        ({"published-online": None, "issued": None}, "2018-05"),
        ({"published-online": {"date-parts": [[2018]]}, "issued": None}, "2018-05"),
        ({"published-online": None, "published-print": None, "issued": {"date-parts": [[2017]]}}, "2017"),
        ({"published-online": None, "published-print": None, "issued": {"date-parts": [[None]]}}, ""),
        (
            {"published-online": {"date-parts": []}, "published-print": "x", "issued": {"date-parts": None}},
            "",
        ),
    ],
)
def test_parse_reads_dates_of_any_precision(changes: dict[str, Any], date: str) -> None:
    """The earliest of print, online and issued; nothing is invented where parts are missing."""
    assert record(**changes).date == date


@pytest.mark.parametrize(
    ("changes", "kind", "publisher"),
    [
        (
            {"type": "posted-content", "subtype": "preprint", "institution": [{"name": "Server"}]},
            "preprint",
            "Server",
        ),
        ({"type": "posted-content"}, "preprint", "Invented Press"),
        ({"type": "proceedings-article"}, "article", "Invented Press"),
        ({"type": "book-chapter"}, "book", "Invented Press"),
        ({"type": "dataset"}, "dataset", "Invented Press"),
        ({"type": "peer-review"}, "other", "Invented Press"),
    ],
)
def test_parse_maps_types_to_kinds(changes: dict[str, Any], kind: str, publisher: str) -> None:
    found = record(**changes)
    assert (found.kind, found.publisher) == (kind, publisher)
    assert bool(found.journal) is (kind != "preprint")


def test_parse_survives_parts_of_the_wrong_type() -> None:
    broken = dict.fromkeys(("title", "author", "license", "relation", "updated-by", "ISSN", "clinical-trial-number"), 3)
    found = record(**broken, abstract=None, indexed=None)
    assert (found.title, found.authors, found.links, found.rights) == ("Twelve weeks", (), (), "")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"DOI":"no doi"}', b'{"DOI":["10.5555/x"]}'])
def test_parse_refuses_what_is_no_record(body: bytes) -> None:
    with pytest.raises(BadInput, match=r"10\.5555/x"):
        parse(Payload("crossref", "10.5555/x", body, "json"))


# ---------------------------------------------------------------- beside the project


@pytest.mark.shared
@pytest.mark.parametrize("faults", [("none",), ("hostile", "--seed", "7")])
def test_fetch_brings_exactly_what_the_emulator_holds(
    standing_emulator: Any, harvest_from: Any, monkeypatch: pytest.MonkeyPatch, faults: tuple[str, ...]
) -> None:
    """Without faults in the fewest requests; with faults on small pages, so that many requests meet one."""
    server = standing_emulator("--faults", *faults)
    if faults != ("none",):
        monkeypatch.setattr(crossref, "PAGE_SIZE", 150)
    found = harvest_from(server, crossref, plan(Held(query(DRUGS))))
    truth = server.truth()["services"]["crossref"]
    assert set(found.payloads) == set(truth["ids"])
    if faults == ("none",):
        assert found.requests == -(-truth["count"] // 1000)
        assert all(parse(payload).source_id == source_id for source_id, payload in found.payloads.items())
    else:
        assert found.requests > -(-truth["count"] // 150)


@pytest.mark.shared
def test_changes_take_one_request(standing_emulator: Any, harvest_from: Any) -> None:
    """A fortnight later everything new or changed since comes with a single request, retraction notice included."""
    server = standing_emulator("--epoch", "3")
    changes = server.truth()["changes"]["crossref"]
    found = harvest_from(server, crossref, plan(Held(query(DRUGS), since="2026-02-03")))
    assert {*changes["new"], *changes["changed"]} <= set(found.payloads)
    assert found.requests == 1
    assert any(parse(payload).kind == "notice" for payload in found.payloads.values())


@pytest.mark.shared
def test_parse_reads_the_recordings() -> None:
    """Real notices correct, real retractions retract, and the bad cursor's body is recognised."""
    folder = SHARED / "recordings" / "crossref"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: recordings are not part of the repository")
    recorded = read_page((folder / "works_search_page_2026.json").read_bytes())
    assert recorded.total == 668843
    assert [parse(entry).date for entry in recorded.payloads] == ["2021-07-08", "2024-12-22", "2024-03"]
    corrections = json.loads((folder / "extracted_items_with_update_to.json").read_text("utf-8"))
    for content in corrections:
        found = parse(Payload("crossref", "x", dump(content), "json"))
        assert found.kind == "notice" and {link.kind for link in found.links} == {"corrects"}
    transcribed = {}
    for path in (SHARED / "recordings" / "transcribed").glob("crossref_*.json"):
        content = json.loads(path.read_text("utf-8"))["message"]
        transcribed[path.stem] = parse(Payload("crossref", "x", dump(content), "json"))
    retracted = transcribed["crossref_work_retracted_updated_by"]
    assert retracted.retracted and [link.kind for link in retracted.links] == ["corrected-by", "retracted-by"]
    assert transcribed["crossref_notice_update_to"].kind == "notice"
    addendum = transcribed["crossref_work_has_preprint_addendum_jats"]
    assert not addendum.retracted and addendum.abstract.startswith("Since the outbreak")
