"""Names of rules as sentences a reader understands: of evidence, of numbers, of joined records, of links, of studies."""

from __future__ import annotations

from typing import Final

from harvest.site.report.concepts import Concepts
from harvest.site.words import listed

_EVIDENCE: Final = {
    "synonym": "a phrase of our word list",
    "acronym": "an abbreviation of our word list",
    "short form": "an abbreviation that the text itself explains",
    "mesh": "a MeSH heading, by its identifier",
    "mesh-name": "a MeSH heading, by its name",
    "publication-type": "a publication type, by its identifier",
    "publication-type-name": "a publication type, by its name",
    "drug for condition": "a drug named in a report that studies such a condition",
    "wording": "how the text speaks of itself",
    "cue": "wording that tells the design",
}
_FIELDS: Final = {
    "title": "title", "authors": "authors", "author": "authors", "journal": "journal", "volume": "volume",
    "pages": "first page", "abstract": "abstract", "year": "year",
}  # fmt: skip
_IDENTIFIERS: Final = {
    "doi": "the same DOI", "pmid": "the same PubMed number", "pmcid": "the same PubMed Central number",
    "registration": "the same registration number",
}  # fmt: skip
STUDY: Final = {
    "registration": "it states the study's registration number",
    "registry-result": "the registry lists it as a result of the study",
    "registry-derived": "the registry lists it because it names the study's number",
    "stated-preprint": "a source states that preprint and article belong together",
    "preprint-title": "preprint and article have the same title and authors",
}
LINKS: Final = {
    "retracted-by": "Retracted by", "retracts": "Retracts", "corrected-by": "Corrected by", "corrects": "Corrects",
    "concern-raised-by": "Concern raised by", "raises-concern-about": "Raises concern about",
    "updated-by": "Updated by", "updates": "Updates", "republished-as": "Republished as", "republishes": "Republishes",
    "commented-on-by": "Commented on by", "comments-on": "Comments on", "preprint-of": "Preprint of",
    "has-preprint": "Has a preprint", "has-result": "Has results in", "result-of": "Results of",
    "has-derived": "Named by", "derived-from": "Names the registered study",
}  # fmt: skip


def evidence(rule: str, concepts: Concepts) -> str:
    """Why the words count as evidence.

    ``synonym of ptsd`` stands on a wider concept: the words name a narrower one.
    """
    base, _, narrower = rule.partition(" of ")
    if base.startswith("instrument "):
        told = f"a scale that measures it ({base.removeprefix('instrument ').upper()})"
    else:
        told = _EVIDENCE.get(base, base)
    return f"{told}, for the narrower “{concepts.label(narrower)}”" if narrower else told


def match(rule: str) -> str:
    """Why a record was joined to its report.

    >>> match("title-authors-year"), match("doi"), match("close-title-authors-year")
    ('the same title, authors and year', 'the same DOI', 'nearly the same title, and the same authors and year')
    """
    if rule == "first":
        return "the record this report began with"
    if rule in _IDENTIFIERS:
        return _IDENTIFIERS[rule]
    head, _, rest = rule.partition("title-")
    told = [_FIELDS.get(word, word) for word in rest.split("-") if word != "only"]
    if head == "close-":
        return f"nearly the same title, and the same {listed(told)}"
    if head == "main-":
        return f"the same main title, one without its subtitle, and the same {listed(told)}"
    return f"the same {listed(['title', *told])}" if not head and rest else rule.replace("-", " ")
