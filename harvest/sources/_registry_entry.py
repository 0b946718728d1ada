"""A ClinicalTrials.gov study (API version 2, JSON) as a `Record`. Pure; any module may be missing.

Data model: https://clinicaltrials.gov/data-api/about-api/study-data-structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harvest.dates import from_iso
from harvest.errors import BadInput
from harvest.identifiers import clean_doi, clean_nct, clean_pmid, registrations, unique
from harvest.record import Heading, Link, LinkKind, Record, Trial
from harvest.sources import Payload
from harvest.text import clean, join_sections

RIGHTS = "Public domain (ClinicalTrials.gov, U.S. National Library of Medicine)"
UNKNOWN_ENROLMENT = 99999999  # the registry's stand-in for "unknown"
# BACKGROUND is literature the trial builds on, not its own result.
_REFERENCES: dict[str, LinkKind] = {
    "RESULT": "has-result",
    "DERIVED": "has-derived",
    "BACKGROUND": "background",
}
# Markdown: a backslash before ASCII punctuation is an escape (CommonMark 6.1).
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# What a spreadsheet leaves in place of a text that begins with "-" or "=".
_DEBRIS = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!|N/A)")
_TYPE_PREFIX = re.compile(
    r"(?:Behavioral|Biological|Combination Product|Device|Diagnostic Test|Dietary Supplement|Drug|Genetic"
    r"|Other|Procedure|Radiation):\s+",
    re.IGNORECASE,
)
# Zero-padded MeSH identifiers (seen in the API's first year): the highest numbers that MeSH itself writes
# with six digits. D066331 is followed by D000066388 in MeSH 2026; for C numbers the border is approximate.
_PADDED = re.compile(r"([CD])000(\d{6})")
_LAST_SHORT = {"D": 66387, "C": 587999}


def parse(payload: Payload) -> Record:
    """The registry entry as a record.

    The title is the brief title: it is always there and is what readers see; the official title stands in
    when it is not. The brief summary and the detailed description make the abstract. ``registrations`` holds
    the entry's own NCT number first, then aliases and numbers of other registries; a second NCT number that
    is no alias names another entry and is left out.
    """
    study = _study(payload)
    protocol = as_object(study.get("protocolSection"))
    identity = as_object(protocol.get("identificationModule"))
    number = clean_nct(_text(identity.get("nctId")))
    if not number:
        raise BadInput(f"clinicaltrials {payload.source_id}: the payload has no NCT number; fetch it again")
    status = as_object(protocol.get("statusModule"))
    description = as_object(protocol.get("descriptionModule"))
    abstract, sections = join_sections(
        (label, "", _prose(description.get(field)))
        for label, field in (
            ("Brief summary", "briefSummary"),
            ("Detailed description", "detailedDescription"),
        )
    )
    return Record(
        source="clinicaltrials",
        source_id=number,
        title=_prose(identity.get("briefTitle")) or _prose(identity.get("officialTitle")),
        kind="registry-entry",
        abstract=abstract,
        abstract_kind="registry-summary" if abstract else "",
        sections=sections,
        rights=RIGHTS,
        date=_date(status, "startDateStruct"),
        publisher="ClinicalTrials.gov",
        language="eng",  # the registry takes entries in English only
        registrations=_registrations(number, identity),
        mesh=tuple(_headings(as_object(study.get("derivedSection")))),
        keywords=_texts(as_object(protocol.get("conditionsModule")).get("keywords")),
        links=tuple(_links(as_object(protocol.get("referencesModule")))),
        url=f"https://clinicaltrials.gov/study/{number}",
        revised=_date(status, "lastUpdatePostDateStruct"),
        trial=_trial(study, protocol),
    )


def as_object(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def _study(payload: Payload) -> dict[str, Any]:
    try:
        return as_object(payload.json())
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"clinicaltrials {payload.source_id}: the payload is not JSON; fetch it again") from problem


def _trial(study: dict[str, Any], protocol: dict[str, Any]) -> Trial:
    status = as_object(protocol.get("statusModule"))
    design = as_object(protocol.get("designModule"))
    info = as_object(design.get("designInfo"))
    enrolment = as_object(design.get("enrollmentInfo"))
    sponsor = as_object(as_object(protocol.get("sponsorCollaboratorsModule")).get("leadSponsor"))
    posted = study.get("hasResults")
    return Trial(
        status=_text(status.get("overallStatus")),
        phase="/".join(_texts(design.get("phases"))),
        study_type=_text(design.get("studyType")),
        allocation=_text(info.get("allocation")),
        masking=_text(as_object(info.get("maskingInfo")).get("masking")),
        enrolment=_count(enrolment.get("count")),
        enrolment_type=_text(enrolment.get("type")),
        start_date=_date(status, "startDateStruct"),
        completion_date=_date(status, "completionDateStruct"),
        results_posted=posted if isinstance(posted, bool) else None,
        sponsor=_prose(sponsor.get("name")),
        conditions=_texts(as_object(protocol.get("conditionsModule")).get("conditions")),
        interventions=_interventions(as_object(protocol.get("armsInterventionsModule"))),
        primary_outcomes=unique(
            _prose(outcome.get("measure"))
            for outcome in _objects(as_object(protocol.get("outcomesModule")).get("primaryOutcomes"))
        ),
    )


def _interventions(module: dict[str, Any]) -> tuple[str, ...]:
    """Names without their type; from the arms (``Drug: ketamine``) when there is no list of interventions."""
    names = [_prose(item.get("name")) for item in _objects(module.get("interventions"))]
    if not any(names):
        names = [name for arm in _objects(module.get("armGroups")) for name in _texts(arm.get("interventionNames"))]
    return unique(_TYPE_PREFIX.sub("", name, count=1) for name in names)


def _registrations(number: str, identity: dict[str, Any]) -> tuple[str, ...]:
    aliases = (clean_nct(alias) for alias in _texts(identity.get("nctIdAliases")))
    others = (_text(item.get("id")) for item in _objects(identity.get("secondaryIdInfos")))
    foreign = (found for found in registrations(*others) if not found.startswith("NCT"))
    return unique((number, *aliases, *foreign))


def _headings(derived: dict[str, Any]) -> Iterator[Heading]:
    """MeSH terms of conditions and interventions as the registry derived them, without their ancestors."""
    seen: set[str] = set()
    for module in ("conditionBrowseModule", "interventionBrowseModule"):
        for item in _objects(as_object(derived.get(module)).get("meshes")):
            heading = Heading(_prose(item.get("term")), _mesh_ui(_text(item.get("id"))))
            if heading.name and heading.name not in seen:
                seen.add(heading.name)
                yield heading


def _mesh_ui(text: str) -> str:
    """A MeSH identifier as MeSH writes it: ``D000003863`` becomes ``D003863``; longer ones stay."""
    padded = _PADDED.fullmatch(text)
    if padded and int(padded.group(2)) <= _LAST_SHORT[padded.group(1)]:
        return padded.group(1) + padded.group(2)
    return text


def _links(module: dict[str, Any]) -> Iterator[Link]:
    """A reference of no stated type counts as background, the weakest relation."""
    for item in _objects(module.get("references")):
        kind = _REFERENCES.get(_text(item.get("type")), "background")
        words = _prose(item.get("citation"))
        pmid = clean_pmid(_text(item.get("pmid")))
        doi = "" if pmid else clean_doi(words)
        if pmid or words:
            yield Link(kind, "pmid" if pmid else "doi" if doi else "", pmid or doi, words)


def _count(value: Any) -> int | None:
    """An enrolment; None when it is missing, no number, or the registry's figure for unknown."""
    text = str(value)
    number = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None
    return None if number == UNKNOWN_ENROLMENT else number


def _date(status: dict[str, Any], name: str) -> str:
    return from_iso(_text(as_object(status.get(name)).get("date")))


def _prose(value: Any) -> str:
    """Free text: Markdown escapes undone, spreadsheet debris is no text."""
    text = _text(value)
    return "" if _DEBRIS.fullmatch(text) else clean(_ESCAPE.sub(r"\1", text))


def _text(value: Any) -> str:
    """A string or number as clean text; '' for anything else."""
    return clean(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return unique(_prose(item) for item in value) if isinstance(value, list) else ()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
