"""PubMed through the E-utilities (esearch, efetch).

Documentation: https://www.ncbi.nlm.nih.gov/books/NBK25501/

A search gives at most the first 9,999 ids, so a window that holds more is split by create date (CRDT), and a single
overfull day by PMID range. CRDT, not EDAT: NLM sets EDAT back to the publication date of records that arrive late
(NLM Technical Bulletin, Nov-Dec 2008). Ids are then posted to efetch in batches, which needs no history server.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from harvest import pubmed_xml
from harvest.client import TOOL, Client
from harvest.errors import BadInput, Refused, Transient
from harvest.record import Record
from harvest.sources import Batch, Held, Payload, Source, Window
from harvest.vocabulary import Concept

ORDER = 10
ABOUT = Source(
    name="pubmed",
    title="PubMed",
    homepage="https://pubmed.ncbi.nlm.nih.gov/",
    documentation="https://www.ncbi.nlm.nih.gov/books/NBK25501/",
    licence="US Government work; abstracts may be under the publishers' copyright",
    terms="Courtesy of the U.S. National Library of Medicine; NLM is not responsible for this product and does not "
    "endorse it.",
    base_url="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    url_variable="HARVEST_PUBMED_URL",
    per_second=2.8,  # published: 3 without a key, 10 with one
    secrets=("api_key", "email"),
)

SEARCH_LIMIT = 9_999
FETCH_BATCH = 200
SEARCHES = 3
_FIRST_DAY, _LAST_DAY = "1000-01-01", "3000-12-31"  # wider than any create date
_EARLIEST = date(1945, 1, 1)  # where splitting starts to cut; MEDLINE begins there
_HIGHEST_PMID = 999_999_999


# ------------------------------------------------------------ planning


def query(drugs: Iterable[Concept]) -> str:
    """MeSH headings, supplementary concepts and title and abstract words of the drugs, joined by OR."""
    terms: list[str] = []
    for drug in drugs:
        for ui in drug.mesh:
            field = "MeSH Terms" if ui.startswith("D") else "Supplementary Concept"
            terms.append(f'"{drug.label.lower()}"[{field}]')
        terms += [f"{_quoted(word)}[tiab]" for word in drug.search]
    return " OR ".join(dict.fromkeys(terms))


def _quoted(word: str) -> str:
    # A truncated word must stay unquoted: quotes switch truncation off.
    return word if word.endswith("*") or word.isalnum() else f'"{word}"'


def plan(held: Held) -> list[Window]:
    """Everything, or what changed since a day plus a census of all ids that shows deletions."""
    if not held.since:
        return [Window("all", "full", held.query)]
    return [
        Window(f"changes since {held.since}", "changes", held.query, {"since": held.since}),
        Window("all ids", "census", held.query),
    ]


# ------------------------------------------------------------ fetching


@dataclass(frozen=True)
class _Found:
    """``clamped``: the service holds more than it lists in one answer."""

    count: int
    ids: list[str]
    translation: str
    clamped: bool = False


def fetch(client: Client, window: Window) -> Iterator[Batch]:
    """Lists the window's ids (or splits it), then fetches their articles in batches.

    ``state["pending"]`` holds the ids that are still to be fetched.
    """
    pending = window.state.get("pending")
    if pending is None:
        found = _whole_search(client, window)
        if found.clamped and _divisible(window):
            yield Batch(expected=found.count, split=_split(window, found), translation=found.translation)
            return
        pending = [] if window.kind == "census" else found.ids
        yield Batch(
            expected=found.count, listed=tuple(found.ids), state={"pending": pending}, translation=found.translation
        )
    while pending:
        batch, pending = pending[:FETCH_BATCH], pending[FETCH_BATCH:]
        yield Batch(payloads=tuple(_articles(client, batch)), state={"pending": pending})


def _whole_search(client: Client, window: Window) -> _Found:
    """The search, sent again when it lists fewer ids than it counts without being clamped.

    When it goes on doing so, what it lists is taken, and the window ends short of what was announced.
    """
    for _ in range(SEARCHES):
        found = _search(client, window)
        if found.clamped or found.count <= len(found.ids):
            break
    return found


def _search(client: Client, window: Window) -> _Found:
    return client.ask(
        ABOUT, "/esearch.fcgi",
        {"db": "pubmed", "retmode": "json", "retmax": SEARCH_LIMIT, "term": _term(window), **_identity(client)},
        _read_search, post=True,
    )  # fmt: skip


def _term(window: Window) -> str:
    """The query with the window's limits; dates as PubMed writes them (YYYY/MM/DD)."""
    term, limits = f"({window.query})", window.parameters
    if since := limits.get("since"):
        day = since.replace("-", "/")
        last = _LAST_DAY.replace("-", "/")
        term += f' AND ("{day}"[crdt] : "{last}"[crdt] OR "{day}"[mdat] : "{last}"[mdat])'
    if "from" in limits:
        first, last = limits["from"].replace("-", "/"), limits["to"].replace("-", "/")
        term += f' AND ("{first}"[crdt] : "{last}"[crdt])'
    if "low" in limits:
        term += f" AND ({limits['low']}:{limits['high']}[uid])"
    return term


def _identity(client: Client) -> dict[str, str]:
    return {"tool": TOOL, "email": client.identity.email, "api_key": client.identity.ncbi_key}


def _read_search(body: bytes) -> _Found:
    try:
        # strict=False: error texts carry raw line breaks inside the string.
        answer = json.loads(body, strict=False)
    except (ValueError, RecursionError) as problem:
        raise Transient("PubMed: the search answer is not JSON") from problem
    result = answer.get("esearchresult") if isinstance(answer, dict) else None
    if not isinstance(result, dict):
        stated = answer.get("error") if isinstance(answer, dict) else None
        raise Transient(f"PubMed: {stated or 'the answer holds no search result'}")
    if error := result.get("ERROR"):
        text = " ".join(str(error).split())
        permanent = "retstart" in text or "Invalid db" in text or "Empty term" in text
        raise (Refused if permanent else Transient)(f"PubMed: {text}")
    return _found(result)


def _found(result: dict[str, Any]) -> _Found:
    try:
        count, ids = int(result["count"]), [str(pmid) for pmid in result["idlist"]]
        if int(result["retstart"]) != 0:
            raise Transient("PubMed: another page than the one asked for")
    except (KeyError, TypeError, ValueError) as problem:
        raise Transient("PubMed: the search answer lacks its count or ids") from problem
    ids = list(dict.fromkeys(ids))
    clamped = count > len(ids) and (count > SEARCH_LIMIT or _says_clamped(result))
    return _Found(count, ids, str(result.get("querytranslation", "")), clamped)


def _says_clamped(result: dict[str, Any]) -> bool:
    """Whether a warning says that fewer ids are listed than were asked for (biopython #4189)."""
    warnings = result.get("warninglist")
    messages = warnings.get("outputmessages") if isinstance(warnings, dict) else None
    return isinstance(messages, list) and any("adjusted to" in str(message) for message in messages)


def _articles(client: Client, pmids: list[str]) -> list[Payload]:
    """The articles of the batch. Ids left out of a first answer are asked for once more; unknown ones stay absent."""
    found = _efetch(client, pmids)
    missing = [pmid for pmid in pmids if pmid not in found]
    if missing and found:
        found |= _efetch(client, missing)
    return [Payload("pubmed", pmid, found[pmid], "xml") for pmid in pmids if pmid in found]


def _efetch(client: Client, pmids: list[str]) -> dict[str, bytes]:
    return client.ask(
        ABOUT, "/efetch.fcgi", {"db": "pubmed", "retmode": "xml", "id": ",".join(pmids), **_identity(client)},
        _read_articles, post=True,
    )  # fmt: skip


def _read_articles(body: bytes) -> dict[str, bytes]:
    try:
        found = pubmed_xml.split(body)
    except BadInput as problem:
        raise Transient(f"PubMed: {problem}") from problem
    if found.damaged:
        raise Transient(f"PubMed: {found.damaged[0]}")
    return dict(found.articles)


# ------------------------------------------------------------ splitting


def _split(window: Window, found: _Found) -> tuple[Window, ...]:
    """Smaller windows that together cover this one: by create date, a single day by PMID."""
    pieces = -(-found.count * 10 // (max(1, len(found.ids)) * 6))  # aim at slices 60 % full
    pieces = max(2, min(pieces, 32))
    limits = window.parameters
    first, last = limits.get("from", _FIRST_DAY), limits.get("to", _LAST_DAY)
    if first == last or "since" in limits:
        ranges = _pmid_ranges(found.ids, pieces, limits.get("low", 1), limits.get("high", _HIGHEST_PMID))
        return tuple(_part(window, low=low, high=high) for low, high in ranges)
    return tuple(_part(window, **{"from": a, "to": b}) for a, b in _day_ranges(first, last, pieces))


def _divisible(window: Window) -> bool:
    """A range of a single PMID cannot be made smaller."""
    limits = window.parameters
    return "low" not in limits or bool(limits["low"] < limits["high"])


def _part(window: Window, **limits: Any) -> Window:
    parameters = window.parameters | limits
    name = " ".join(f"{name} {value}" for name, value in parameters.items())
    return replace(window, key=f"{window.kind} {name}", parameters=parameters, state={})


def _day_ranges(first: str, last: str, pieces: int) -> Iterator[tuple[str, str]]:
    """From two to ``pieces`` neighbouring ranges of days that cover the window, cut where there can be records."""
    low, high = date.fromisoformat(first), date.fromisoformat(last)
    likely = max(low, _EARLIEST), min(high, datetime.now(UTC).date() + timedelta(days=1))
    if likely[0] < likely[1]:
        low, high = likely
    step = -(-((high - low).days + 1) // pieces)
    start, cut = first, low + timedelta(days=step - 1)
    while cut < high:
        yield start, cut.isoformat()
        start, cut = (cut + timedelta(days=1)).isoformat(), cut + timedelta(days=step)
    yield start, last


def _pmid_ranges(sample: list[str], pieces: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """From two to ``pieces`` neighbouring ranges of PMIDs that cover low to high.

    The sample is what the search did list, usually the newest: it is cut in two, and what lies below it evenly.
    """
    numbers = sorted({int(pmid) for pmid in sample}) or [high]
    cuts = {numbers[len(numbers) // 2]}
    if pieces > 2:
        below = pieces - 2
        cuts |= {low + (numbers[0] - low) * part // below for part in range(1, below + 1)}
    inside = sorted(cut for cut in cuts if low < cut <= high) or [(low + high) // 2 + 1]
    yield from zip([low, *inside], [*(cut - 1 for cut in inside), high], strict=True)


# ------------------------------------------------------------ parsing


def parse(payload: Payload) -> Record:
    """See `harvest.pubmed_xml.parse_article`."""
    return pubmed_xml.parse_article(payload.body, source=payload.source)
