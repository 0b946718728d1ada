"""What a PubMed record is to other reports: a notice, a preprint, retracted, corrected, commented on. Pure."""

from __future__ import annotations

import re

from harvest.identifiers import clean_doi, clean_pmid
from harvest.pubmed_fields import Element, each, text_at
from harvest.record import Kind, Link, LinkKind, PublicationType

_NOTICES = {"D016440", "D016425", "D000075742"}
"""Retraction notice, published erratum, expression of concern."""
_NOTICE_NAMES = {
    "retraction notice",
    "retraction of publication",
    "published erratum",
    "expression of concern",
}
_RETRACTED, _PREPRINT = "D016441", "D000076942"


def kind_of(types: tuple[PublicationType, ...]) -> Kind:
    uis, names = {t.ui for t in types}, {t.name.casefold() for t in types}
    if uis & _NOTICES or names & _NOTICE_NAMES:
        return "notice"
    if _PREPRINT in uis or "preprint" in names:
        return "preprint"
    return "conference-abstract" if "meeting abstract" in names else "article"


_LINKS: dict[str, tuple[LinkKind, ...]] = {
    "RetractionIn": ("retracted-by",), "RetractionOf": ("retracts",),
    "ErratumIn": ("corrected-by",), "ErratumFor": ("corrects",),
    "ExpressionOfConcernIn": ("concern-raised-by",), "ExpressionOfConcernFor": ("raises-concern-about",),
    "UpdateIn": ("updated-by",), "UpdateOf": ("updates",),
    "RepublishedIn": ("republished-as",), "RepublishedFrom": ("republishes",),
    "ReprintIn": ("republished-as",), "ReprintOf": ("republishes",),
    "CorrectedandRepublishedIn": ("corrected-by", "republished-as"),
    "CorrectedandRepublishedFrom": ("corrects", "republishes"),
    "RetractedandRepublishedIn": ("retracted-by", "republished-as"),
    "RetractedandRepublishedFrom": ("retracts", "republishes"),
    "CommentIn": ("commented-on-by",), "CommentOn": ("comments-on",),
}  # fmt: skip
"""References (Cites), summaries for patients and data sets are not statements about the report itself."""
_PREPRINT_SERVER = re.compile(r"(?:bioRxiv|medRxiv|Res(?:earch)? Sq(?:uare)?|ar[Xx]iv|ArXiv|SSRN|PsyArXiv|Preprints)\b")


def links_of(citation: Element | None, kind: Kind) -> tuple[Link, ...]:
    found: dict[Link, None] = {}
    for stated in each(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        for name in _LINKS.get(stated.get("RefType", ""), ()):
            found[_link(stated, name, kind)] = None
    return tuple(found)


# <CommentsCorrections RefType="ErratumIn"><RefSource>J Invent 1998 Jun 27;35(9):19</RefSource> and perhaps a PMID.
def _link(stated: Element, name: LinkKind, kind: Kind) -> Link:
    """The target by PMID, else by a DOI in its description, else by the description alone."""
    note, pmid = text_at(stated, "RefSource"), clean_pmid(text_at(stated, "PMID"))
    doi = "" if pmid else clean_doi(note)
    if name == "updated-by" and kind == "preprint":
        name = "preprint-of"
    elif name == "updates" and kind != "preprint" and _PREPRINT_SERVER.match(note):
        name = "has-preprint"
    return Link(name, "pmid" if pmid else "doi" if doi else "", pmid or doi, note)


def is_retracted(types: tuple[PublicationType, ...], links: tuple[Link, ...]) -> bool:
    return any(t.ui == _RETRACTED for t in types) or any(link.kind == "retracted-by" for link in links)
