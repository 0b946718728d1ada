"""A reference in the making: text with marks for italics, and single characters in place of what comes from outside.

Titles, names of journals and identifiers go through the citation processor as one private-use character each. So it
cannot change their letters, nothing in them is taken for its markup, and the punctuation around them can be seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from harvest.cite.csl import Item
from harvest.identifiers import address

ITALIC, UPRIGHT = "\ue000", "\ue001"
TITLE, JOURNAL, PUBLISHER, DOI, URL, PMID, PMCID = "\ue002\ue003\ue004\ue005\ue006\ue007\ue008"
HYPHEN, DASH = "\ue009\ue00a"
"""Of pages, where the processor must not shorten or lengthen what stands before and after."""
_RESERVED = re.compile("[\ue000-\ue00f]")
_TYPE = re.compile(f"[{ITALIC}{UPRIGHT}{HYPHEN}{DASH}]")
_VARIABLES: Final = {"title": TITLE, "container-title": JOURNAL, "publisher": PUBLISHER, "DOI": DOI, "URL": URL,
                     "PMID": PMID, "PMCID": PMCID}  # fmt: skip
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_STRUCK_DATE = re.compile(rf"\b(\d{{4}})({_MONTHS})[a-z]?(\d{{1,2}})?")
_JOURNAL_FIRST = re.compile(f"^{ITALIC}?{JOURNAL}{UPRIGHT}? (\\([^)]*\\)) (‘{TITLE}’),?\\s")
# What the sheets conclude from a missing volume; here it is often only not held, so nothing is said.
_GUESSED = re.compile(r"Published online (?=\w)|,? ahead of print|(?<=[^“‘]) \[Preprint\](?=\. Available)")
_REPEATED = re.compile(f"[“‘{ITALIC}]*{TITLE}[{UPRIGHT}”’]*[.,]?[”’]?\\s*")


def _plain(text: Any) -> str:
    return str(text)


class Formatter:
    """What the processor calls to set type. Italics become marks; bold, capitals and raised letters are not used."""

    @staticmethod
    def Italic(text: Any) -> str:  # noqa: N802  # named by the processor
        return f"{ITALIC}{text}{UPRIGHT}"

    preformat = Bold = Light = Underline = Superscript = Subscript = SmallCaps = staticmethod(_plain)
    Oblique = Italic


@dataclass(frozen=True)
class Tokens:
    """The texts behind the single characters."""

    values: dict[str, str]

    @classmethod
    def of(cls, shown: Item, title: str) -> Tokens:
        stated = {**shown, "title": title}
        return cls({token: unreserved(str(stated[name])) for name, token in _VARIABLES.items() if name in stated})

    def inserted(self, shown: Item) -> Item:
        """The item with the tokens in place of the texts; what remains is free of reserved characters."""
        tokens = {name: token for name, token in _VARIABLES.items() if token in self.values}
        return {name: tokens.get(name) or _freed(name, value) for name, value in {**shown, **tokens}.items()}

    def as_text(self, line: str) -> str:
        line = line.replace(f"https://doi.org/{DOI}", address("doi", self.values.get(DOI, "")))
        for token, value in self.values.items():
            line = line.replace(token, value)
        return _TYPE.sub(lambda mark: {HYPHEN: "-", DASH: "–"}.get(mark.group(), ""), line)

    def as_html(self, line: str) -> Markup:
        """Everything escaped, italics as ``<i>``, identifiers as links."""
        html = str(escape(line))
        for written, value in self._links().items():
            html = html.replace(written, str(value))
        for token, text in self.values.items():
            html = html.replace(token, str(escape(text)))
        marks = {ITALIC: "<i>", UPRIGHT: "</i>", HYPHEN: "-", DASH: "–"}
        return Markup(_TYPE.sub(lambda mark: marks[mark.group()], html))  # noqa: S704 (all else was escaped above)

    def _links(self) -> dict[str, Markup]:
        doi, url, pmid, pmcid = (self.values.get(token, "") for token in (DOI, URL, PMID, PMCID))
        at = address("doi", doi)
        return {
            f"https://doi.org/{DOI}": link(at, at), f"doi:{DOI}": Markup("doi:") + link(at, doi),
            URL: link(url, url), PMID: link(address("pmid", pmid), pmid),
            PMCID: link(address("pmcid", pmcid), pmcid),
        }  # fmt: skip


def link(href: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, text)


def unreserved(text: str) -> str:
    return _RESERVED.sub("", text)


def _freed(name: str, value: Any) -> Any:
    if name == "author":
        return [{part: unreserved(str(text)) or "—" for part, text in author.items()} for author in value]
    if name == "page":  # holds our own hyphen
        return str(value)
    return unreserved(value) if isinstance(value, str) else value


def warning(retracted: bool, concern: bool) -> str:
    """Said at the end, where the style guides put the notice of retraction."""
    if retracted:
        return " [Retracted]"
    return " [Expression of concern published]" if concern else ""


# ------------------------------------------------------------ repairs


def repaired(line: str, tokens: Tokens, british: bool, preprint: bool) -> str:
    """The processor's line with its known faults put right."""
    if not preprint:
        line = _GUESSED.sub("", line)
    line = _JOURNAL_FIRST.sub(r"\2 \1 ", line)  # Cite Them Right: without authors the title comes first
    line = _STRUCK_DATE.sub(
        lambda found: " ".join(filter(None, found.groups())), line
    )  # "2000Feb15" (ICMJE: 2000 Feb 15)
    line = _title_once(line)
    line = re.sub(r"^([^(]*)( \([^()]*\))(\. \([^()]*\)\.)\2\.", r"\1\2\3", line)  # ... nor what follows it in brackets
    line = line.replace("Retrieved https", "https").replace(f"Retrieved {URL}", URL)  # APA: only with a date
    if not british:  # American styles: stops and commas within the quotation marks
        line = re.sub(r"”([.,])", r"\1”", line)
    line = _after_own_stops(line, tokens)
    line = re.sub(rf"({DOI}) (?=PubMed)", r"\1. ", line)
    line = _tidy(line)
    return line if _has_ended(line, tokens) else f"{line}."


def _title_once(line: str) -> str:
    """Without authors the title stands in their place and must not come again."""
    first = line.find(TITLE)
    if first < 0 or line.count(TITLE) < 2:
        return line
    return line[: first + 1] + _REPEATED.sub("", line[first + 1 :])


def _after_own_stops(line: str, tokens: Tokens) -> str:
    """A title that ends with ``?``, ``!`` or its own stop gets no second stop."""
    for token in (TITLE, JOURNAL, PUBLISHER):
        if tokens.values.get(token, "").rstrip("”’\"'")[-1:] in ("?", "!", ".", "…"):
            line = re.sub(rf"{token}([{UPRIGHT}”’]*)\.", rf"{token}\1", line)
    return line


def _has_ended(line: str, tokens: Tokens) -> bool:
    """Whether the reference has its last stop; after an address APA and AMA put none."""
    bare = line.rstrip(f"{UPRIGHT}”’")
    return bare.endswith((".", "?", "!", DOI, URL)) or tokens.values.get(bare[-1:], "")[-1:] in (".", "?", "!", "…")


def _tidy(line: str) -> str:
    """Traces of parts that were empty: spaces before stops, stops after stops."""
    line = re.sub(r"\s+", " ", line).strip()
    line = re.sub(r" ([.,;:])(?=\s|$)", r"\1", line)
    line = re.sub(r"([,;:])[,;:]+", r"\1", line)
    return re.sub(r"\.(?:\s*\.)+", ".", line)
