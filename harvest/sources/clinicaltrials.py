"""ClinicalTrials.gov, API version 2: registry entries as JSON, walked by page token.

Documentation: https://clinicaltrials.gov/data-api/api. What this module relies on:

- ``query.intr`` searches interventions with their other names and MeSH terms, titles, arms and keywords; not
  the free text of eligibility criteria, where ketamine is mostly a reason for exclusion.
- A page token is good for identical parameters only, apart from ``countTotal``, ``pageSize`` and
  ``pageToken``.
- A full last page still carries a token, to an empty page; so the walk ends at the announced total.
- One page of 1,000 whole entries costs one request. As long as the holdings fit on it, a run asks for
  everything: that brings new, revised and removed entries at once, where a changes and a census window
  would ask twice.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from harvest.client import Client
from harvest.errors import StaleCursor, Transient
from harvest.identifiers import clean_nct, unique
from harvest.sources import Batch, Held, Payload, Source, Window, dump
from harvest.sources._registry_entry import as_object, parse
from harvest.vocabulary import Concept

__all__ = ["ABOUT", "ORDER", "fetch", "parse", "plan", "query"]

log = logging.getLogger(__name__)

ORDER = 30
ABOUT = Source(
    name="clinicaltrials",
    title="ClinicalTrials.gov",
    homepage="https://clinicaltrials.gov",
    documentation="https://clinicaltrials.gov/data-api/api",
    licence="Public domain (U.S. National Library of Medicine)",
    terms="Public domain; attribution is asked for, and parts may belong to third parties.",
    base_url="https://clinicaltrials.gov/api/v2",
    url_variable="HARVEST_CLINICALTRIALS_URL",
    per_second=0.95,  # robots.txt asks for one second between requests; no limit is published
    census_days=0,
)
PAGE_SIZE = 1000  # the highest the service takes
WALKS = 4  # how often a window is begun before it is given up for this run
# Without the results section, which holds megabytes for a single entry and no text that is tagged, and without the
# contacts, whose names, addresses and telephone numbers are nobody's evidence.
_MODULES = (
    "identification status sponsorCollaborators oversight description conditions design armsInterventions outcomes "
    "eligibility references"
).split()
_FIELDS = "|".join([*(f"protocolSection.{name}Module" for name in _MODULES), "derivedSection", "hasResults"])
# Mark of a window whose number of pages nobody knows yet: the version of the data is read before its first page and after
# its last. Where one page is to be expected it is read only if there are more after all.
_UNKNOWN_SIZE = "unknown size"
_SORT = "LastUpdatePostDate:desc"  # the default order is not stated, so it could differ from page to page


def query(drugs: Iterable[Concept]) -> str:
    """``ketamine OR esketamine OR ...``; phrases and words with Essie's special characters are quoted."""
    words = unique(word for drug in drugs for word in drug.search)
    return " OR ".join(word if word.isalnum() else f'"{word}"' for word in words)


def plan(held: Held) -> list[Window]:
    """Everything, also later while it fits on a page: cheaper than asking for changes and for deletions.

    Beyond a page: the changes, and a census when it is due.
    """
    if not held.since:
        return [_window("all", "full", held.query, _FIELDS, {_UNKNOWN_SIZE: "1"})]
    if held.count <= PAGE_SIZE:
        return [_window("all", "full", held.query, _FIELDS)]
    revised = {"filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{held.since},MAX]"}
    windows = [_window(f"changed since {held.since}", "changes", held.query, _FIELDS, revised)]
    if held.census_due:
        windows.append(_window("census", "census", held.query, "NCTId"))
    return windows


def _window(key: str, kind: Any, words: str, fields: str, more: Mapping[str, str] | None = None) -> Window:
    return Window(key, kind, words, {"fields": fields, "sort": _SORT, "pageSize": PAGE_SIZE, **(more or {})})


@dataclass(frozen=True)
class _Position:
    """Where a walk stands; kept as the window's state.

    seen
        Every id so far, because pages may repeat records and the end is known by counting.
    stamp
        The service's data version before the first page, or when a second page turned out to be needed.
    """

    token: str = ""
    expected: int = 0
    seen: tuple[str, ...] = ()
    pages: int = 0
    stamp: str = ""
    done: bool = False

    def after(self, page: _Page) -> _Position:
        expected = self.expected if page.total is None else page.total
        seen = unique((*self.seen, *page.studies))
        # Twice the pages needed: a service that repeats itself for ever must not keep a run alive.
        most = 2 * -(-expected // PAGE_SIZE) + 2
        done = not page.token or not page.studies or len(seen) >= expected or self.pages + 1 >= most
        return replace(self, token=page.token, expected=expected, seen=seen, pages=self.pages + 1, done=done)


@dataclass(frozen=True)
class _Page:
    studies: dict[str, Any]
    """Study by NCT number."""
    token: str
    total: int | None


def fetch(client: Client, window: Window) -> Iterator[Batch]:
    """Batches of at most `PAGE_SIZE` entries (a census lists ids only).

    Begins again when the service published new data between two pages or no longer takes a stored page token;
    raises `Transient` when that keeps happening.
    """
    state = window.state
    for _ in range(WALKS):
        restarted = False
        for batch in _walk(client, window, _resumed(state)):
            restarted = batch.restart
            yield batch
        if not restarted:
            return
        state = {}
    raise Transient(
        f"{ABOUT.title}: the data changed during each of {WALKS} attempts to read window {window.key!r}; "
        "run the harvest again later"
    )


def _resumed(state: Mapping[str, Any]) -> _Position:
    return _Position(**{**state, "seen": tuple(state.get("seen", ()))})


def _walk(client: Client, window: Window, position: _Position) -> Iterator[Batch]:
    if _UNKNOWN_SIZE in window.parameters and not position.pages:
        position = replace(position, stamp=_version(client))
    while not position.done:
        known = set(position.seen)
        try:
            page = _ask_page(client, window, position.token)
        except StaleCursor as problem:
            log.info("window %s begins again: %s", window.key, problem)
            yield Batch(restart=True)
            return
        position = position.after(page)
        if not position.done and not position.stamp:
            position = replace(position, stamp=_version(client))
        elif position.done and position.stamp and _version(client) != position.stamp:
            log.info("window %s begins again: new data were published between its pages", window.key)
            yield Batch(restart=True)
            return
        new = {nct: study for nct, study in page.studies.items() if nct not in known}
        whole = window.kind != "census"
        yield Batch(
            payloads=tuple(Payload(ABOUT.name, nct, dump(new[nct]), "json") for nct in new) if whole else (),
            expected=position.expected,
            listed=tuple(new),
            state=asdict(position),
        )


def _ask_page(client: Client, window: Window, token: str) -> _Page:
    parameters = {"query.intr": window.query, **window.parameters}
    parameters.pop(_UNKNOWN_SIZE, None)
    parameters |= {"pageToken": token} if token else {"countTotal": "true"}
    return client.ask(ABOUT, "/studies", parameters, _page_reader(token), read_error=_read_error)


def _page_reader(sent_token: str) -> Callable[[bytes], _Page]:
    def read(body: bytes) -> _Page:
        answer = _json_object(body)
        studies, token, total = (
            answer.get("studies"),
            answer.get("nextPageToken") or "",
            answer.get("totalCount"),
        )
        if not isinstance(studies, list) or not isinstance(token, str):
            raise Transient(f"{ABOUT.title}: the answer has no list of studies")
        if not sent_token and not isinstance(total, int):
            raise Transient(f"{ABOUT.title}: the first page has no total")
        if sent_token and token == sent_token:
            raise Transient(f"{ABOUT.title}: sent the previous page again")
        return _Page(_by_number(studies), token, None if sent_token else total)

    return read


def _by_number(studies: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for study in studies:
        section = as_object(as_object(study).get("protocolSection"))
        number = clean_nct(as_object(section.get("identificationModule")).get("nctId"))
        if number:
            found[number] = study
        else:  # the window's count will not be reached, so the run reports it too
            log.warning("%s: an entry without NCT number was left out", ABOUT.title)
    return found


def _read_error(status: int, body: bytes) -> None:
    """Errors are 400s in plain text; one that speaks of the page token means that the token is too old."""
    if status == 400 and b"token" in body.lower():
        raise StaleCursor(f"{ABOUT.title} does not take the stored page token any more")


def _version(client: Client) -> str:
    """Time stamp of the data the service currently shows."""

    def read(body: bytes) -> str:
        stamp = _json_object(body).get("dataTimestamp")
        if not isinstance(stamp, str) or not stamp:
            raise Transient(f"{ABOUT.title}: /version has no dataTimestamp")
        return stamp

    return client.ask(ABOUT, "/version", {}, read)


def _json_object(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer; `Transient` for HTML, cut or empty bodies sent with status 200."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Transient(f"{ABOUT.title}: the answer is not JSON (HTML page or cut off)") from problem
    if not isinstance(answer, dict):
        raise Transient(f"{ABOUT.title}: the answer is not a JSON object")
    return answer
