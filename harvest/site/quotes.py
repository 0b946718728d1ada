"""Permalinks to exact characters of a report: their address, their fingerprint, whose words they are and what may be
done with them. Every page that quotes makes its links here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from datasette.utils import tilde_encode

from harvest.schema import EVIDENCE_FIELDS
from harvest.site.web import address

FIELDS: Final = (*EVIDENCE_FIELDS, "digest")
"""Columns of reports that a quotation may be taken from."""
LONGEST: Final = 600
"""Characters shown of text under no open licence: some sentences, not the abstract."""

NAMES: Final = {
    "title": "title", "abstract": "abstract", "mesh": "MeSH headings", "keywords": "keywords",
    "publication_types": "publication types", "digest": "digest",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rights:
    """``whose``: who wrote the words; ``state``: what is recorded of their rights; ``reuse``: what that means;
    ``open``: whether they may be shown at any length."""

    whose: str
    state: str
    reuse: str
    open: bool
    ours: bool = False


def fingerprint(words: str) -> str:
    """Ten hexadecimal digits that tell whether the words are still the same: the beginning of their SHA-256.

    >>> fingerprint("ketamine")
    '9e0cc3ac15'
    """
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def quote_address(report_id: str, field: str, start: int, end: int, text: str | None) -> str:
    """The permalink to ``text[start:end]`` of that field, with the fingerprint of the words; without where the text is
    not held. Put ``urls.path()`` around it.

    >>> quote_address("pmid-1", "title", 0, 8, "ketamine works")
    '/quote/pmid-1/title/0-8?words=9e0cc3ac15'
    """
    path = f"/quote/{tilde_encode(report_id)}/{field}/{start}-{end}"
    return address(path, {"words": fingerprint(text[start:end])} if text else {})


def is_digest(report: Mapping[str, Any], field: str) -> bool:
    """Whether the words of that field are this project's own."""
    return field == "digest" or (field == "abstract" and report["abstract_kind"] == "digest")


def is_withheld(report: Mapping[str, Any]) -> bool:
    """Whether there is an abstract that this copy may not show: its tags and places are kept, its text is not."""
    return report["abstract"] is None and report["abstract_kind"] is not None


def rights(report: Mapping[str, Any], field: str) -> Rights:
    """Whose words that field holds, and what is known of their rights, in plain words and without legal advice."""
    if is_digest(report, field):
        return Rights(
            "Our own words: this project's digest of the published abstract, not the authors' words.",
            "Free of rights (CC0).", "Reuse them as you like, but never as a quotation of the authors.", True, True,
        )  # fmt: skip
    if field == "title":
        return Rights("The title of the report, as its source gives it.", "Titles are bibliographic facts.",
                      "Quote it with its reference.", True)  # fmt: skip
    if field in {"mesh", "publication_types"}:
        return Rights("Index terms: most were given by the indexers of the U.S. National Library of Medicine.",
                      "Index terms are facts about the report.", "They are not the authors' words.", True)  # fmt: skip
    if field == "keywords":
        return Rights("Keywords, mostly chosen by the authors.", "Keywords are bibliographic facts.",
                      "Quote them with the reference.", True)  # fmt: skip
    return _abstract_rights(report)


def _abstract_rights(report: Mapping[str, Any]) -> Rights:
    stated = (report["abstract_rights"] or "").strip()
    registry = report["abstract_kind"] == "registry-summary"
    whose = "The summary in the registry, written by the study's sponsor." if registry else "The authors' abstract."
    if report["abstract_open"]:
        return Rights(whose, f"An open licence is recorded: {stated or 'public domain'}.",
                      "Reuse is allowed under that licence; name the source.", True)  # fmt: skip
    state = (
        f"Recorded of their rights: {stated}" if stated else "No licence is recorded, so assume all rights reserved."
    )
    reuse = "A short quotation with its reference is what we show here; whether more is allowed depends on the publisher and on where you are (this is no legal advice)."
    return Rights(whose, state, reuse, False)
