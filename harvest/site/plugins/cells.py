"""How values look on HTML pages: identifiers as links, tags as chips, matched words marked.

JSON and CSV stay as stored. Everything that comes from outside is escaped by markupsafe; no value decides an
attribute without being quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from harvest.identifiers import address
from harvest.schema import DIMENSIONS
from harvest.site.highlight import parts
from harvest.site.web import DATABASE
from harvest.site.words import plain

MARKS: Final = ("⟦", "⟧")
"""Around matched words in the search query's answer."""

_DIMENSION_OF = {concepts: dimension for dimension, concepts in DIMENSIONS.items()}
_PATTERNS: Final = {
    "pmid": re.compile(r"\d{1,9}"),
    "pmcid": re.compile(r"PMC\d{1,9}"),
    "doi": re.compile(r"10\.\d{4,9}/\S+"),
    "orcid": re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]"),
    "issn": re.compile(r"\d{4}-\d{3}[\dX]"),
}
"""Column -> the form of what it holds; anything else in it stays text."""
_NCT = re.compile(r"NCT\d{8}")
_REGISTERED = {"studies", "trials_without_results"}
"""Their conditions and outcomes are the registry's words, not concepts of ours."""
_YES_OR_NO = {
    "retracted", "concern", "corrected", "abstract_open", "animal", "results_posted", "certain", "major", "collective",
    "has_abstract", "hedged",
}  # fmt: skip
_CONCEPT_COLUMNS = {f"{dimension}_id": concepts for dimension, concepts in DIMENSIONS.items()}
_REPORT_COLUMNS = {"report_id", "other_report_id", "target_id"}

_OURS = {
    *_PATTERNS, *_REPORT_COLUMNS, *_YES_OR_NO, *_DIMENSION_OF, "design", "title", "study", "concept_id", "study_id",
    "registration", "registrations", "registered_conditions", "interventions", "primary_outcomes", "sources",
    "matched_words", "url", "abstract_kind", "text_kind", "digest", "direction", *_CONCEPT_COLUMNS,
}  # fmt: skip
"""Columns shown as something else than plain text."""


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Markup | None:
    """HTML for a cell of our database, or None to leave it to Datasette (which escapes it)."""
    # Called for every cell of every page: most are plain and leave here.
    if database != DATABASE or value is None or value == "" or column not in _OURS:
        return None

    def local(path: str) -> str:
        return str(datasette.urls.path(f"/{DATABASE}/{path}"))

    if column == "design":
        return _design(value, local)
    if column in {"title", "study"} and table is None and isinstance(value, str):
        return _linked_title(value, column, row, local)
    if not isinstance(value, (str, int)):
        return None
    if column in {"abstract_kind", "text_kind"}:
        return _own_words(local) if value == "digest" else None
    if column == "digest":
        return _paragraphs(str(value)) if table is None else None  # whole in answers, cut short in tables
    if column == "concept_id" and "dimension" in row.keys() and row["dimension"] in DIMENSIONS:  # noqa: SIM118
        return link(local(f"{DIMENSIONS[row['dimension']]}/{tilde_encode(str(value))}"), str(value))
    return _render(str(value), column, table, local)


def _design(value: Any, local: Callable[[str], str]) -> Markup:
    """A design as a chip; Datasette's table page gives it with its label, every other page without."""
    concept, label = (value["value"], value["label"]) if isinstance(value, dict) else (str(value), str(value))
    return link(local("reports?" + urlencode({"_design": concept})), str(label or concept).replace("-", " "), "chip")


def _linked_title(title: str, column: str, row: Any, local: Callable[[str], str]) -> Markup | None:
    """In the answer of a query, a title leads to its report or study."""
    names = row.keys()
    if column == "title" and "report_id" in names and row["report_id"]:
        return link(local(f"reports/{tilde_encode(str(row['report_id']))}"), title)
    if "study_id" in names and row["study_id"]:
        return link(local(f"studies/{tilde_encode(str(row['study_id']))}"), title)
    return None


def _render(text: str, column: str, table: str | None, local: Callable[[str], str]) -> Markup | None:
    if column in _PATTERNS:
        return link(address(column, text), text) if _PATTERNS[column].fullmatch(text) else None
    if column in _REPORT_COLUMNS or column == "study_id":
        return link(local(f"{'studies' if column == 'study_id' else 'reports'}/{tilde_encode(text)}"), text)
    if column in _CONCEPT_COLUMNS or column == "direction":
        return _named(text, column, local) if table is None else None  # tables have labels of Datasette's own
    if column in {"registration", "registrations"}:
        return _registrations(text, local)
    if column == "registered_conditions" or (table in _REGISTERED and text.startswith("[")):
        return _listed(text)
    if column in _DIMENSION_OF or column == "sources":
        return _chips(text, column, local)
    if column == "matched_words":
        return marked(text)
    if column in _YES_OR_NO and text in {"0", "1"}:
        return _yes_or_no(column, text == "1")
    if column == "url":
        return _web_address(text)
    return None


def _named(text: str, column: str, local: Callable[[str], str]) -> Markup:
    """In answers: a concept by its name, leading to its page; a direction with its colour."""
    if column == "direction":
        return Markup('<span class="direction {}">{}</span>').format(text, plain(text))
    return link(local(f"{_CONCEPT_COLUMNS[column]}/{tilde_encode(text)}"), plain(text))


def _paragraphs(text: str) -> Markup:
    return Markup("").join(
        Markup("<p><strong>{}.</strong> {}</p>").format(label, part) if label else Markup("<p>{}</p>").format(part)
        for label, part in ((part.label, text[part.start : part.end]) for part in parts(text))
    )


def _own_words(local: Callable[[str], str]) -> Markup:
    """Wherever a digest, or words of one, are shown: that they are not the authors' words."""
    return Markup('<a href="{}" class="chip own" title="{}">our digest</a>').format(
        local("digests"), "This project's own summary of the published abstract, not the authors' words"
    )


def _yes_or_no(column: str, yes: bool) -> Markup:
    if yes and column in {"retracted", "concern"}:
        return Markup('<strong class="alarm">{}</strong>').format("yes")
    return Markup('<span class="none">{}</span>').format("yes" if yes else "no")


def link(href: str, text: str, kind: str = "") -> Markup:
    attributes = Markup(' class="{}"').format(kind) if kind else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(href, attributes, text)


def _web_address(text: str) -> Markup | None:
    """Only web addresses become links; ``javascript:`` and the like stay text."""
    if not re.match(r"https?://[^\s]+$", text):
        return None
    shown = text if len(text) <= 60 else text[:57] + "…"
    return link(text, shown)


def _strings(text: str) -> list[str] | None:
    """The strings of a JSON array, or None when the text is not one."""
    try:
        found = json.loads(text) if text.startswith("[") else None
    except ValueError:
        return None
    return found if isinstance(found, list) and all(isinstance(item, str) for item in found) else None


def _registrations(text: str, local: Callable[[str], str]) -> Markup:
    """Each number leads to its study here; those of ClinicalTrials.gov also to the registry."""
    links = []
    for number in filter(None, (part.strip() for part in text.split(";"))):
        links.append(link(local("by_registration?" + urlencode({"registration": number})), number))
        if _NCT.fullmatch(number):
            links[-1] += Markup(" (") + link(address("nct", number), "registry") + Markup(")")
    return Markup("; ").join(links)


def _listed(text: str) -> Markup | None:
    strings = _strings(text)
    return Markup("; ").join(strings) if strings else None


def _chips(text: str, column: str, local: Callable[[str], str]) -> Markup | None:
    """A JSON array of concept ids as links to the reports that share each of them."""
    concepts = _strings(text)
    if concepts is None:
        return None
    if not concepts:
        return Markup('<span class="none">none</span>')
    parameter = f"_{_DIMENSION_OF[column]}" if column in _DIMENSION_OF else f"{column}__arraycontains"
    chips = [
        link(local("reports?" + urlencode({parameter: concept})), concept.replace("-", " "), "chip")
        for concept in concepts
    ]
    return Markup('<span class="chips">{}</span>').format(Markup(" ").join(chips))


def marked(text: str) -> Markup:
    """Escaped first, then the marks of the search query become ``<mark>``; marks that do not pair up are dropped."""
    opening, closing = (re.escape(mark) for mark in MARKS)
    paired = re.sub(f"{opening}([^{opening}{closing}]*){closing}", r"<mark>\1</mark>", str(escape(text)))
    return Markup(re.sub(f"[{opening}{closing}]", "", paired))  # noqa: S704 (escaped above)
