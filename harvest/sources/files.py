"""A user's own exports: .nbib, .ris, PubMed .xml, .bib and .csv files.

Every item becomes a payload: a PubMed XML element as it is, or a JSON object with the item's fields as the file
writes them. Its id is the DOI, else ``pmid:`` and the PMID, else the format and a hash of title, names and place;
so the same item brings the same id however often and in whatever file it is imported. Exports of one document by
different programs are kept beside each other (`beside`): a table without abstracts takes nothing from a fuller record.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from harvest.errors import BadInput
from harvest.formats import Fields, Item, Rejection, bib, excerpt, nbib, ris, tables
from harvest.formats.detect import detect, refuse_other_files
from harvest.formats.encoding import decode
from harvest.record import Record
from harvest.sources import Payload, Source, dump
from harvest.text import fold

ORDER = 60
ABOUT = Source(
    name="files",
    title="Imported files",
    homepage="",
    documentation="",
    licence="As stated by the database that a file comes from",
    terms="The files are the user's own; the terms of the databases they were exported from apply.",
)
LARGEST_FILE = 512 * 1024 * 1024
_FORMATS: dict[str, ModuleType] = {"nbib": nbib, "ris": ris, "bib": bib, "csv": tables}
# Field, beginning of its value, and the only program that writes it so, into every item.
_EXPORTERS = (
    ("Create Date", "", "pubmed"), ("pubYear", "", "europepmc"), ("DB", "Europe PMC", "europepmc"),
    ("Item Type", "", "zotero"), ("key", "rayyan-", "rayyan"), ("AN", "rayyan-", "rayyan"),
)  # fmt: skip
Origin = tuple[str, str]
"""Format and exporter of an item, ``("csv", "zotero")``; the exporter is 'other' where the item does not tell."""


@dataclass(frozen=True)
class FileContents:
    """What a file holds.

    payloads
        One for each item; an item that stands in the file twice, word for word, comes once.
    rejected
        Items that cannot be read, with the reason.
    format
        ``nbib``, ``ris``, ``xml``, ``bib``, or ``csv`` with its exporter: ``csv (zotero)``.
    encoding
        How the bytes were read; worth telling when it is not UTF-8.
    """

    payloads: tuple[Payload, ...]
    rejected: tuple[Rejection, ...]
    format: str
    encoding: str = "utf-8"


def read_file(path: Path | str) -> FileContents:
    """The items of a file. Raises `BadInput`, naming the file, when it holds nothing that can be read."""
    path = Path(path)
    body = _bytes(path)
    refuse_other_files(body, path.name)
    if _is_xml(body):
        return _with_a_record(path, _read_xml(path, body))
    text, encoding = decode(body, path.name)
    format_name = detect(text, path.name, path.suffix)
    if format_name == "xml":
        return _with_a_record(path, _read_xml(path, body))
    return _with_a_record(path, _read_text(path, text, encoding, format_name))


def parse(payload: Payload) -> Record:
    """The record of one imported item. Raises `BadInput` when the payload is not one."""
    if payload.media == "xml":
        from harvest import pubmed_xml

        record = pubmed_xml.parse_article(payload.body, source=ABOUT.name)
    else:
        format_name, fields = _unpacked(payload)
        record = _FORMATS[format_name].record(fields)
    return replace(record, source=ABOUT.name, source_id=payload.source_id)


# ------------------------------------------------------------ beside what is held


def origin(payload: Payload) -> Origin:
    """Which program wrote the item in which format. Raises `BadInput` when the payload is damaged."""
    if payload.media == "xml":
        return "xml", "other"
    format_name, fields = _unpacked(payload)
    found = (name for field, start, name in _EXPORTERS if any(v.startswith(start) for v in fields.get(field, ())))
    return format_name, next(found, "other")


def origins(payloads: Iterable[Payload]) -> dict[str, Origin]:
    """The origin by id. Damaged payloads are left out: whatever comes under their ids may take their place."""
    found = {}
    for payload in payloads:
        with contextlib.suppress(BadInput):
            found[payload.source_id] = origin(payload)
    return found


def beside(payload: Payload, held: Mapping[str, Origin]) -> Payload:
    """The payload under an id that nothing of another origin has in ``held`` (see `origins`).

    The first export of a document has the plain id; one from another program becomes ``<id> (csv)``, or
    ``<id> (csv zotero)`` when yet another program's table is there already. An item that comes again meets its own id
    again, so it is recognised as unchanged, or replaces what the same program exported before.
    """
    own = origin(payload)
    form, exporter = own
    ids = (payload.source_id, f"{payload.source_id} ({form})", f"{payload.source_id} ({form} {exporter})")
    return replace(payload, source_id=next(name for name in ids if held.get(name, own) == own))


# ------------------------------------------------------------ reading


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadInput(f"{path.name}: larger than {LARGEST_FILE >> 20} MB; export it in parts")
        return path.read_bytes()
    except OSError as problem:
        raise BadInput(f"{path}: cannot be read ({problem.strerror or problem})") from problem


def _is_xml(body: bytes) -> bool:
    """XML states its encoding itself, so its bytes go to the XML reader, UTF-16 included."""
    start = body[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith((b"<?xml", b"<!DOCTYPE Pubmed", b"<Pubmed")) and b"<html" not in start.lower()


def _read_xml(path: Path, body: bytes) -> FileContents:
    from harvest import pubmed_xml

    try:
        found = pubmed_xml.split(body)
    except BadInput as problem:
        raise type(problem)(f"{path.name}: {problem}") from problem
    payloads: list[Payload] = []
    rejected = [Rejection(position, reason, "") for position, reason in enumerate(found.damaged, start=1)]
    for position, (pmid, element) in enumerate(found.articles, start=1):
        try:
            record = pubmed_xml.parse_article(element, source=ABOUT.name)
        except BadInput as problem:
            rejected.append(Rejection(position, f"PMID {pmid}: {problem}", excerpt(element.decode("utf-8", "replace"))))
            continue
        payloads.append(Payload(ABOUT.name, record.doi or f"pmid:{pmid}", element, "xml"))
    return FileContents(tuple(_distinct(payloads, "xml", lambda payload: payload.body)), tuple(rejected), "xml")


def _read_text(path: Path, text: str, encoding: str, format_name: str) -> FileContents:
    module = _FORMATS[format_name]
    try:
        found = module.read(text)
    except BadInput as problem:
        raise BadInput(f"{path.name}: {problem}") from problem
    payloads: list[Payload] = []
    rejected = list(found.rejected)
    for item in found.items:
        try:
            payloads.append(_payload(format_name, item))
        except BadInput as problem:
            rejected.append(
                Rejection(item.position, str(problem), excerpt(json.dumps(item.fields, ensure_ascii=False)))
            )
    distinct = tuple(_distinct(payloads, format_name, lambda payload: _content(payload.json()["fields"])))
    label = f"csv ({tables.exporter(text)})" if format_name == "csv" else format_name
    return FileContents(distinct, tuple(sorted(rejected, key=lambda r: r.position)), label, encoding)


def _with_a_record(path: Path, contents: FileContents) -> FileContents:
    """A file in which nothing can be read is refused as a whole."""
    if contents.payloads:
        return contents
    reasons = "; ".join(item.reason for item in contents.rejected[:3])
    raise BadInput(
        f"{path.name}: no readable record in this {contents.format} file" + (f" ({reasons})" if reasons else "")
    )


def _payload(format_name: str, item: Item) -> Payload:
    record = _FORMATS[format_name].record(item.fields)
    if not record.title and not any(record.identifiers()):
        raise BadInput("the record has neither a title nor an identifier")
    pmid = f"pmid:{record.pmid}" if record.pmid else ""
    source_id = record.doi or pmid or _hashed(format_name, _words(record))
    body = dump({"format": format_name, "fields": item.fields})
    return Payload(ABOUT.name, source_id, body, "json")


def _distinct(payloads: list[Payload], format_name: str, content: Callable[[Payload], bytes]) -> Iterator[Payload]:
    """Each payload once. Different items under one identifier are kept: the later ones under a hash of their own."""
    seen: dict[str, bytes] = {}
    for payload in payloads:
        said = content(payload)
        if payload.source_id in seen and seen[payload.source_id] != said:
            payload = replace(payload, source_id=_hashed(format_name, said))
        if payload.source_id not in seen:
            seen[payload.source_id] = said
            yield payload


def _content(fields: Fields) -> bytes:
    """The fields' words in a fixed order, without case, spacing and punctuation."""
    return json.dumps({name: [fold(value) for value in fields[name]] for name in sorted(fields)}).encode()


def _words(record: Record) -> bytes:
    """What identifies a document without identifier, and stays when its owner adds tags and notes to it."""
    authors = (author.name for author in record.authors)
    words = (record.title, *authors, record.date[:4], record.journal, record.volume, record.pages, record.url)
    return json.dumps([fold(word) for word in words]).encode()


def _hashed(format_name: str, content: bytes) -> str:
    return f"{format_name}:{hashlib.sha1(content, usedforsecurity=False).hexdigest()[:10]}"


def _unpacked(payload: Payload) -> tuple[str, Fields]:
    """(format, fields) of a payload. Raises `BadInput` when it has another shape."""
    try:
        item: Any = payload.json()
        format_name, fields = item["format"], item["fields"]
        whole = format_name in _FORMATS and all(
            isinstance(name, str) and all(isinstance(value, str) for value in found) for name, found in fields.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise BadInput(f"files {payload.source_id}: the payload is damaged; import the file again") from problem
    if not whole:
        raise BadInput(f"files {payload.source_id}: the payload is damaged; import the file again")
    return format_name, fields
