"""The starter set that ships with the project, as one more source: facts of real reports and trials, and digests.

Three files of JSON lines under ``data/starter/`` (their fields: README.md there): ``reports.jsonl``,
``trials.jsonl`` and ``digests.jsonl``, structured abstracts in this project's own words. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from harvest import jsonlines
from harvest.errors import BadInput
from harvest.identifiers import clean_doi, clean_nct, clean_pmcid, clean_pmid, unique
from harvest.locations import definitions
from harvest.record import Author, Heading, Kind, PublicationType, Record, Section, Trial
from harvest.sources import Payload, Source, dump
from harvest.text import clean, join_sections

__all__ = ["ABOUT", "ORDER", "abstract_of", "kind_of", "parse", "payloads", "source_id"]

ORDER = 90
ABOUT = Source(
    name="starter",
    title="Starter set",
    homepage="/ketamine/records?source=starter",
    documentation="data/starter/README.md",
    licence="CC0-1.0",
    terms="Bibliographic facts, and digests in this project's own words, given to the public domain; no abstracts.",
)

Facts = dict[str, Any]

# Preprint servers by DOI prefix; bioRxiv and medRxiv share theirs with journals, whose suffixes begin with letters.
_PREPRINT = re.compile(r"10\.(?:1101/\d|21203/|31234/|31219/|2139/|20944/|48550/)")
_BOOK = re.compile(r"10\.\d+/978")
_NOTICE_TYPES = {"Published Erratum", "Retraction of Publication", "Expression of Concern"}
_NOTICE_TITLE = re.compile(
    r"(?:correction|corrigendum|erratum|retraction|expression of concern)(?: to\b|:)"
    r"|.*: (?:correction|corrigendum|erratum)$",
    re.IGNORECASE,
)
_DIGEST = (
    ("Aim", "OBJECTIVE"), ("Methods", "METHODS"), ("Results", "RESULTS"), ("Conclusion", "CONCLUSIONS"),
)  # fmt: skip


def payloads(folder: Path | None = None) -> Iterator[Payload]:
    """Every report and trial of the set, a digest (own summary) laid beside the facts of its report.

    Raises `BadInput` naming file and line when a line cannot be read.
    """
    place = folder or definitions() / "starter"
    digests = {source_id(facts): facts for facts in _lines(place / "digests.jsonl")}
    for name in ("reports.jsonl", "trials.jsonl"):
        for facts in _lines(place / name):
            digest = digests.pop(source_id(facts), None)
            yield _payload({**facts, "digest": _sections_of(digest)} if digest else facts)
    for digest in digests.values():  # of a report that the other files do not hold: it brings its own facts
        facts = {key: value for key, value in digest.items() if key not in _sections_of(digest)}
        yield _payload({**facts, "digest": _sections_of(digest)})


def parse(payload: Payload) -> Record:
    """The facts as a record; a digest becomes its abstract, of kind ``digest``.

    Raises `BadInput` when the payload is not a JSON object that names a PMID, DOI or NCT number.
    """
    try:
        facts = payload.json()
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"starter {payload.source_id}: not JSON; restore data/starter/") from problem
    if not isinstance(facts, dict) or not source_id(facts):
        raise BadInput(f"starter {payload.source_id}: no PMID, DOI or NCT number; restore data/starter/")
    return _trial_record(facts) if clean_nct(facts.get("nct")) else _report_record(facts)


def _lines(path: Path) -> Iterator[Facts]:
    if not path.is_file():
        return
    for number, facts in enumerate(jsonlines.read(path, remedy="restore the file"), start=1):
        if not source_id(facts):
            raise BadInput(f"{path.name}, line {number}: no PMID, DOI or NCT number; restore the file")
        yield facts


def _payload(facts: Facts) -> Payload:
    return Payload(ABOUT.name, source_id(facts), dump(facts), "json")


def abstract_of(digest: Facts) -> tuple[str, tuple[Section, ...]]:
    """The parts of a digest as a structured abstract: its text, and where each part stands in it."""
    return join_sections((label, category, digest.get(label.lower(), "")) for label, category in _DIGEST)


def _sections_of(digest: Facts) -> Facts:
    return {key: digest[key] for key in (label.lower() for label, _ in _DIGEST) if key in digest}


def source_id(facts: Facts) -> str:
    """``nct:NCT01234567``, else ``pmid:123``, else ``doi:10.1000/x``; '' without any."""
    for scheme, cleaned in (("nct", clean_nct), ("pmid", clean_pmid), ("doi", clean_doi)):
        value = facts.get(scheme)
        number = cleaned(value) if isinstance(value, str) else ""
        if number:
            return f"{scheme}:{number}"
    return ""


def _report_record(facts: Facts) -> Record:
    types = tuple(PublicationType(t["name"], t.get("ui", "")) for t in facts.get("publication_types", ()))
    pmid, doi, title = clean_pmid(facts.get("pmid")), clean_doi(facts.get("doi")), clean(facts.get("title"))
    abstract, sections = abstract_of(facts.get("digest", {}))
    return Record(
        source=ABOUT.name,
        source_id=source_id(facts),
        title=title,
        kind=kind_of(title, doi, {t.name for t in types}),
        abstract=abstract,
        abstract_kind="digest" if abstract else "",
        sections=sections,
        rights="CC0-1.0" if abstract else "",
        authors=tuple(_author(author) for author in facts.get("authors", ())),
        date=str(facts.get("year", "")),
        journal=facts.get("journal", ""),
        pmid=pmid,
        pmcid=clean_pmcid(facts.get("pmcid")),
        doi=doi,
        registrations=unique(facts.get("registrations", ())),
        mesh=tuple(Heading(h["name"], h.get("ui", ""), h.get("major", False)) for h in facts.get("mesh", ())),
        publication_types=types,
        retracted=bool(facts.get("retracted")) or "Retracted Publication" in {t.name for t in types},
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else f"https://doi.org/{doi}",
    )


def _author(author: Any) -> Author:
    if isinstance(author, str):
        return Author(author)
    return Author(
        author["name"],
        author.get("family", ""),
        author.get("given", ""),
        collective=bool(author.get("collective")),
    )


def kind_of(title: str, doi: str = "", types: Collection[str] = ()) -> Kind:
    """The kind of document, as far as title, DOI and publication types tell."""
    if _NOTICE_TYPES.intersection(types) or _NOTICE_TITLE.match(title):
        return "notice"
    if _PREPRINT.match(doi) or "Preprint" in types:
        return "preprint"
    return "book" if _BOOK.match(doi) else "article"


def _trial_record(facts: Facts) -> Record:
    number = clean_nct(facts["nct"])
    trial = Trial(
        study_type=facts.get("study_type", ""),
        enrolment=facts.get("enrolment"),
        enrolment_type=facts.get("enrolment_type", ""),
        start_date=facts.get("start_date", ""),
        completion_date=facts.get("completion_date", ""),
        conditions=unique(facts.get("conditions", ())),
        interventions=unique(facts.get("interventions", ())),
    )
    return Record(
        source=ABOUT.name,
        source_id=source_id(facts),
        title=facts.get("brief_title") or facts.get("official_title", ""),
        kind="registry-entry",
        date=trial.start_date,
        publisher="ClinicalTrials.gov",
        language="eng",  # the registry takes entries in English only
        registrations=(number,),
        url=f"https://clinicaltrials.gov/study/{number}",
        trial=trial,
    )
