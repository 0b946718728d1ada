"""ClinicalTrials.gov: what is asked, how pages are walked, and what an entry becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from harvest.client import Client
from harvest.errors import BadInput, Refused, Transient
from harvest.sources import Batch, Held, Payload, Window, clinicaltrials, dump
from harvest.sources.clinicaltrials import fetch, parse, plan, query
from harvest.vocabulary import Concept

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "clinicaltrials"
SHARED = Path(__file__).resolve().parents[3] / "shared"
WORDS = "ketamine OR esketamine OR arketamine"
LATER = Held(WORDS, since="2033-01-01", count=1000, census_due=True)
"""A later run whose holdings fit on a page."""


def payload(name: str) -> Payload:
    return Payload("clinicaltrials", name, (FIXTURES / f"{name}.json").read_bytes(), "json")


def study(number: int) -> dict[str, Any]:
    return {"protocolSection": {"identificationModule": {"nctId": f"NCT{number:08d}"}}}


# ---------------------------------------------------------------- asking


def test_query_takes_each_search_word_once_and_quotes_phrases() -> None:
    """Essie reads a hyphen or space as syntax, so such words go in quotes; repeated words go once."""
    drugs = [
        Concept("ketamine", "drug", "Ketamine", search=("ketamine",)),
        Concept("esketamine", "drug", "Esketamine", search=("esketamine", "s-ketamine", "ketamine")),
    ]
    assert query(drugs) == 'ketamine OR esketamine OR "s-ketamine"'


def test_plan_asks_for_everything_while_it_fits_on_one_page() -> None:
    """A first run, and any run of up to 1,000 held entries, is a single full window of everything."""
    for held in (Held(WORDS), LATER):
        (window,) = plan(held)
        assert (window.kind, window.query) == ("full", WORDS)
        assert "filter.advanced" not in window.parameters


def test_plan_leaves_out_results_and_contacts() -> None:
    """The results are megabytes without text to tag, and people's names, addresses and telephone numbers stay away."""
    asked = plan(Held(WORDS))[0].parameters["fields"].split("|")
    assert asked == [
        *(f"protocolSection.{module}Module" for module in (
            "identification", "status", "sponsorCollaborators", "oversight", "description", "conditions", "design",
            "armsInterventions", "outcomes", "eligibility", "references")),
        "derivedSection", "hasResults",
    ]  # fmt: skip


def test_plan_asks_for_changes_and_a_due_census_of_larger_holdings() -> None:
    """Beyond a page: the update range, plus the bare ids when the census is due."""
    changes, census = plan(Held(WORDS, since="2033-01-01", count=1001, census_due=True))
    assert changes.kind == "changes"
    assert changes.parameters["filter.advanced"] == "AREA[LastUpdatePostDate]RANGE[2033-01-01,MAX]"
    assert (census.kind, census.parameters["fields"]) == ("census", "NCTId")
    assert len(plan(Held(WORDS, since="2033-01-01", count=1001))) == 1


# ---------------------------------------------------------------- walking pages


class Registry:
    """A registry of ``size`` studies that records what it was asked; ``answers`` replace the first replies."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked: list[dict[str, str]] = []
        self.answers: list[Response | None] = []
        self.stamps = ["2033-05-04T09:00:05"]

    def studies(self, request: Request) -> Response:
        self.asked.append(dict(request.args))
        replacement = self.answers.pop(0) if self.answers else None
        if replacement is not None:
            return replacement
        token, size = request.args.get("pageToken", ""), int(request.args["pageSize"])
        start = int(token.removeprefix("t")) if token else 0
        return self.page(start, size, counted=not token)

    def page(self, start: int, size: int, counted: bool = False, before: int = 0) -> Response:
        stop = min(start + size, self.size)
        answer: dict[str, Any] = {"totalCount": self.size} if counted else {}
        answer["studies"] = [study(number) for number in range(max(0, start - before), stop)]
        if stop - start >= size:  # as the service does: also on a full last page
            answer["nextPageToken"] = f"t{start + size}"
        return Response(json.dumps(answer), mimetype="application/json")

    def version(self, _: Request) -> Response:
        self.asked.append({"version": ""})
        stamp = self.stamps.pop(0) if len(self.stamps) > 1 else self.stamps[0]
        return Response(json.dumps({"apiVersion": "2", "dataTimestamp": stamp}), mimetype="application/json")

    @property
    def pages_asked(self) -> int:
        return sum("fields" in asked for asked in self.asked)


@pytest.fixture
def registry(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Registry:
    made = Registry(10)
    httpserver.expect_request("/studies").respond_with_handler(made.studies)
    httpserver.expect_request("/version").respond_with_handler(made.version)
    monkeypatch.setenv("HARVEST_CLINICALTRIALS_URL", httpserver.url_for(""))
    unpaced(monkeypatch)
    return made


def unpaced(monkeypatch: pytest.MonkeyPatch, page_size: int = 5) -> None:
    monkeypatch.setattr(clinicaltrials, "ABOUT", replace(clinicaltrials.ABOUT, per_second=500.0))
    monkeypatch.setattr(clinicaltrials, "PAGE_SIZE", page_size)


def walk(window: Window | None = None) -> list[Batch]:
    client = Client(backoff=0.0, sleep=lambda _: None)
    return list(fetch(client, window or plan(Held(WORDS))[0]))


def kept(batches: list[Batch]) -> list[str]:
    """Ids as an archive keeps them: a restart forgets what came before."""
    ids: list[str] = []
    for batch in batches:
        ids = [] if batch.restart else ids + [payload.source_id for payload in batch.payloads]
    return ids


def numbers(stop: int) -> list[str]:
    return [f"NCT{number:08d}" for number in range(stop)]


def test_a_full_last_page_is_the_end_though_it_carries_a_token(registry: Registry) -> None:
    """Two full pages of five are asked for in two requests, not three; the version is read at both ends."""
    batches = walk()
    assert kept(batches) == numbers(10)
    assert [batch.expected for batch in batches] == [10, 10]
    assert (registry.pages_asked, len(registry.asked)) == (2, 4)


def test_a_later_walk_of_one_page_costs_one_request(registry: Registry) -> None:
    """When everything comes at once, as expected, neither a second page nor the version is asked for."""
    registry.size = 5
    assert kept(walk(plan(LATER)[0])) == numbers(5)
    assert [("fields" in asked, "pageToken" in asked) for asked in registry.asked] == [(True, False)]


def test_a_later_walk_reads_the_version_once_it_needs_a_second_page(registry: Registry) -> None:
    """More than a page came after all: the version after the first page is compared with the one after the last."""
    assert kept(walk(plan(LATER)[0])) == numbers(10)
    assert ["version" in asked for asked in registry.asked] == [False, True, False, True]


def test_a_first_run_reads_the_version_before_its_first_page_and_after_its_last(registry: Registry) -> None:
    """How many pages there are is not known then, and the data may change after any; the mark of it is never sent."""
    for size, pages in ((5, 1), (10, 2)):
        registry.size = size
        registry.asked.clear()
        assert kept(walk()) == numbers(size)
        assert ["version" in asked for asked in registry.asked] == [True, *[False] * pages, True]
        known = {"query.intr", "fields", "sort", "pageSize", "countTotal", "pageToken", "version"}
        assert set().union(*registry.asked) <= known


def test_new_data_after_a_first_run_of_one_page_begin_it_again(registry: Registry) -> None:
    """The version before the page differs from the one after it, so the page is not believed."""
    registry.size = 5
    registry.stamps = ["monday", "tuesday"]
    batches = walk()
    assert [batch.restart for batch in batches] == [True, False]
    assert kept(batches) == numbers(5)


def test_parameters_repeat_identically_with_the_token(registry: Registry) -> None:
    """The token is good for the same parameters only; the count is asked for on the first page alone."""
    walk()
    first, second = (asked for asked in registry.asked if "fields" in asked)
    assert first.pop("countTotal") == "true"
    assert second.pop("pageToken") == "t5"
    assert first == second
    assert first["query.intr"] == WORDS
    assert first["sort"] == "LastUpdatePostDate:desc"


def test_a_repeated_page_is_asked_for_again(registry: Registry) -> None:
    """The previous page with its own continuation would shift the walk; it counts as a fault of the moment."""
    registry.answers = [None, registry.page(0, 5)]
    assert kept(walk()) == numbers(10)
    assert registry.pages_asked == 3


def test_duplicate_records_do_not_end_the_walk_early(registry: Registry) -> None:
    """Studies that come twice are counted and handed over once."""
    registry.size = 12
    registry.answers = [None, registry.page(5, 5, before=2)]
    batches = walk()
    assert kept(batches) == numbers(12)
    assert batches[1].listed == tuple(numbers(10)[5:])


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html></html>", b"", b'{"studies": [{"proto', b'{"totalCount": 10}', b"[]", b'{"studies": []}'],
)  # fmt: skip
def test_an_answer_without_its_envelope_is_asked_for_again(registry: Registry, body: bytes) -> None:
    """HTML, empty, cut and incomplete answers with status 200 never pass for an empty registry."""
    registry.answers = [Response(body, mimetype="text/html")]
    assert kept(walk()) == numbers(10)


def test_no_studies_is_an_answer_when_the_total_says_so(registry: Registry) -> None:
    """A true zero has its envelope: total 0 and an empty list."""
    registry.size = 0
    (batch,) = walk()
    assert (batch.expected, batch.payloads) == (0, ())


def test_a_plain_text_400_is_final(registry: Registry) -> None:
    """An error of ours is not sent again."""
    registry.answers = [Response("Invalid field name: protocol", 400, mimetype="text/plain")]
    with pytest.raises(Refused, match="Invalid field name"):
        walk()
    assert registry.pages_asked == 1


def test_an_interrupted_walk_goes_on_from_its_state(registry: Registry) -> None:
    """The stored state, through JSON, leads to the second page and keeps the announced total."""
    window = plan(Held(WORDS))[0]
    first = walk(window)[0]
    registry.asked.clear()
    rest = walk(window.with_state(json.loads(json.dumps(first.state))))
    assert kept(rest) == numbers(10)[5:]
    assert rest[-1].expected == 10
    assert registry.asked[0]["pageToken"] == "t5"
    assert walk(window.with_state(rest[-1].state)) == []


def test_a_token_that_has_expired_begins_the_window_again(registry: Registry) -> None:
    """After a long interruption the service may not know the token: everything is asked for anew."""
    window = plan(Held(WORDS))[0]
    state = walk(window)[0].state
    registry.answers = [Response("Invalid page token", 400, mimetype="text/plain")]
    batches = walk(window.with_state(state))
    assert batches[0].restart
    assert kept(batches) == numbers(10)


def test_new_data_between_pages_begin_the_window_again(registry: Registry) -> None:
    """A refresh of the service while paging can move studies across pages, so the window starts over."""
    registry.stamps = ["monday", "tuesday"]
    batches = walk()
    assert [batch.restart for batch in batches] == [False, True, False, False]
    assert kept(batches) == numbers(10)


def test_data_that_keep_changing_end_the_attempt(registry: Registry) -> None:
    """There is an end to starting over; the message says what to do."""
    registry.stamps = [str(number) for number in range(20)]
    with pytest.raises(Transient, match="run the harvest again later"):
        walk()


def test_a_short_walk_just_ends(registry: Registry) -> None:
    """When the pages hold fewer studies than announced, the engine sees the shortfall in ``expected``."""
    answer = {"totalCount": 9, "studies": [study(1)]}
    registry.answers = [Response(json.dumps(answer), mimetype="application/json")]
    (batch,) = walk()
    assert (batch.expected, len(batch.payloads)) == (9, 1)


def test_a_registry_that_repeats_itself_for_ever_is_left(registry: Registry) -> None:
    """A cycle of pages that never reaches the total ends at a cap."""
    answers = [{"totalCount": 50, "studies": [study(1)], "nextPageToken": f"t{n}"} for n in range(100)]
    registry.answers = [Response(json.dumps(answer), mimetype="application/json") for answer in answers]
    assert kept(walk()) == numbers(2)[1:]
    assert registry.pages_asked < 30


def test_a_census_lists_ids_without_payloads(registry: Registry) -> None:
    """The census window brings ids only, so that nothing with fewer fields overwrites an archived entry."""
    census = plan(Held(WORDS, since="2033-01-01", count=6, census_due=True))[1]
    batches = walk(census)
    assert not any(batch.payloads for batch in batches)
    assert [nct for batch in batches for nct in batch.listed] == numbers(10)


# ---------------------------------------------------------------- parsing


def test_parse_reads_every_module() -> None:
    """Identity, dates, trial facts and MeSH of a well-filled entry."""
    record = parse(payload("full"))
    assert (record.key, record.kind) == (("clinicaltrials", "NCT90000001"), "registry-entry")
    assert record.title == "Ketamine Lozenges for Invented Low Mood"
    assert (record.date, record.revised) == ("2031-08", "2033-05-04")
    assert record.url == "https://clinicaltrials.gov/study/NCT90000001"
    assert [(h.ui, h.name) for h in record.mesh] == [
        ("D003863", "Depression"), ("D007649", "Ketamine"), ("D000077765", "Invented Substance"),
    ]  # fmt: skip
    assert record.keywords == ("lozenge", "rapid onset")
    assert record.rights.startswith("Public domain")
    trial = record.trial
    assert trial is not None
    assert (trial.status, trial.phase, trial.study_type) == ("COMPLETED", "PHASE1/PHASE2", "INTERVENTIONAL")
    assert (trial.allocation, trial.masking) == ("RANDOMIZED", "DOUBLE")
    assert (trial.enrolment, trial.enrolment_type, trial.results_posted) == (42, "ACTUAL", True)
    assert (trial.start_date, trial.completion_date) == ("2031-08", "2033-02-28")
    assert trial.sponsor == "Lakeside Clinic"
    assert trial.interventions == ("Ketamine lozenge", "Sugar lozenge")
    assert trial.primary_outcomes == ("Change in the invented scale", "Response (>= 50% drop)")


def test_parse_undoes_markdown_escapes_and_keeps_section_offsets() -> None:
    """The abstract reads as typed by the sponsor, and each section's offsets give exactly its text."""
    record = parse(payload("full"))
    assert "score > 20 [invented scale]" in record.abstract
    assert "p<0.05" in record.abstract
    assert [section.label for section in record.sections] == ["Brief summary", "Detailed description"]
    first = record.sections[0]
    assert record.abstract[first.start : first.end].startswith("We compare")
    assert record.abstract_kind == "registry-summary"


def test_registrations_are_own_number_aliases_and_other_registries() -> None:
    """Neither the sponsor's own number nor another NCT entry's number names this entry."""
    assert parse(payload("full")).registrations == (
        "NCT90000001", "NCT90000777", "ISRCTN90000123", "EudraCT-2031-000123-45",
    )  # fmt: skip


def test_references_keep_their_relation() -> None:
    """Background literature is never this trial's result; a reference without PMID gives its DOI or its words."""
    links = [(link.kind, link.scheme, link.value) for link in parse(payload("full")).links]
    assert links == [
        ("has-result", "pmid", "90000011"),
        ("has-derived", "pmid", "90000012"),
        ("background", "pmid", "90000013"),
        ("has-result", "doi", "10.5555/invent.2034.7"),
        ("background", "", ""),
    ]


def test_parse_says_nothing_the_entry_does_not_say() -> None:
    """Missing modules, the stand-in for unknown enrolment and spreadsheet debris give empty fields."""
    record = parse(payload("sparse"))
    assert record.title == "Observation of an Invented Ketamine Ward"
    assert (record.abstract, record.abstract_kind, record.sections) == ("", "", ())
    assert record.date == "2019"
    assert record.trial is not None
    assert (record.trial.enrolment, record.trial.results_posted, record.trial.phase) == (None, None, "")
    assert (record.trial.conditions, record.links, record.mesh) == ((), (), ())


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"protocolSection": null}', b"\xff\xfe", b"[" * 100_000, dump(study(1))[:-1]]
)  # fmt: skip
def test_parse_refuses_what_is_no_study(body: bytes) -> None:
    """A damaged payload is named in the message, not guessed at."""
    with pytest.raises(BadInput, match="NCT90000009"):
        parse(Payload("clinicaltrials", "NCT90000009", body, "json"))


# ---------------------------------------------------------------- recordings and emulator


@pytest.mark.shared
def test_recorded_studies_parse() -> None:
    """Every recorded answer passes the page reader's shape and parses to a titled entry with dates."""
    folder = SHARED / "recordings" / "clinicaltrials"
    if not folder.is_dir():
        pytest.skip("no recordings beside the repository")
    studies: list[dict[str, Any]] = []
    for file in sorted(folder.glob("*.json")):
        answer = json.loads(file.read_bytes())
        studies += answer.get("studies", [answer])
    assert len(studies) >= 15
    for item in studies:
        record = parse(Payload("clinicaltrials", "", dump(item), "json"))
        assert record.title
        assert record.source_id.startswith("NCT")
        assert record.trial is not None
        assert record.trial.conditions


@pytest.mark.shared
@pytest.mark.parametrize("faults", ["none", "hostile"])
@pytest.mark.parametrize("page_size", [1000, 50])
def test_the_emulator_is_read_completely(
    standing_emulator: Callable[..., Any], faults: str, page_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without faults, in one page or eleven: exactly the studies that the emulator holds, each parsing."""
    server = standing_emulator("--faults", faults)
    monkeypatch.setenv("HARVEST_CLINICALTRIALS_URL", f"{server.url}/api/v2")
    unpaced(monkeypatch, page_size)
    batches = walk()
    truth = server.truth()["services"]["ctgov"]["ids"]
    assert sorted(kept(batches)) == sorted(truth)
    assert batches[-1].expected == len(truth)
    assert all(parse(payload).trial for batch in batches for payload in batch.payloads)
