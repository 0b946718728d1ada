"""Abstracts in JATS, as Crossref carries them: plain text with labelled sections.

https://jats.nlm.nih.gov/publishing/tag-library/1.3/element/abstract.html
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

from harvest.errors import HostileInput
from harvest.record import Section
from harvest.text import clean, join_sections

# A '<' that opens no known tag ("P<0.001", "p<alpha and x>3"): shielded, or the parser would swallow what follows.
_NO_TAG = re.compile(
    r"<(?!/?(?:(?:jats|mml):[a-z][a-z0-9-]*|a|abstract|alternatives|annotation|b|bold|br|break|def-item|disp-formula"
    r"|disp-quote|div|em|ext-link|fn|graphic|h[1-6]|i|inline-formula|inline-graphic|italic|label|li|list|list-item|math"
    r"|m[a-z]+|monospace|object-id|ol|p|roman|sans-serif|sc|script|sec|small|span|strike|strong|style|styled-content"
    r"|sub|sup|tex-math|title|tt|u|ul|underline|xref)(?:\s[^<>]*)?/?>|!--)",
    re.IGNORECASE,
)
_BLOCKS = {
    "p",
    "sec",
    "list",
    "list-item",
    "def-item",
    "disp-quote",
    "disp-formula",
    "break",
    "br",
    "li",
    "ul",
    "ol",
    "div",
}
_DROPPED = {"tex-math", "annotation", "inline-graphic", "graphic", "object-id", "script", "style", "label"}
_TITLES = {"title", "h1", "h2", "h3", "h4", "h5", "h6"}
# Headings that name the whole and no part of it.
_WHOLE = re.compile(
    r"(?:structured |author |graphical )?(?:abstract|summary|r[ée]sum[ée]|resumen|zusammenfassung)s?", re.I
)
_GLUED = re.compile(r"^(?:Abstract|ABSTRACT)(?:[:.]\s*|\s+(?=[A-Z]))")
_LEAD = re.compile(
    r"(?:background|introduction|context|rationale|objectives?|aims?|purpose|hypothesis|design|setting|participants"
    r"|patients|subjects|(?:materials? and |patients and )?methods|interventions?|measurements|main outcome measures?"
    r"|outcomes?|results?|findings|discussion|conclusions?|interpretation|significance|implications|limitations"
    r"|trial registration|registration|funding)(?: and (?:aims?|objectives?|purpose|methods|hypothesis))?",
    re.I,
)


def abstract(markup: str | None) -> tuple[str, tuple[Section, ...]]:
    """Text and sections of a JATS (or HTML) abstract. ``jats:title`` headings become labels, except "Abstract".

    Entities escaped twice (``&amp;lt;``) come out as the character meant. Raises `HostileInput` for elements nested
    hundreds deep.
    """
    if not markup:
        return "", ()
    # Comments that are never closed are text, or the parser would look for the end of each through all that follows.
    before, end, rest = markup.rpartition("-->")
    markup = before + end + rest.replace("<!--", "&lt;!--")
    soup = BeautifulSoup(_NO_TAG.sub("&lt;", markup), "html.parser")
    try:
        return join_sections((label, "", text) for label, text in _paragraphs(soup) if text)
    except RecursionError as problem:
        raise HostileInput("the abstract's markup is nested beyond reason") from problem


def _paragraphs(root: Tag) -> Iterator[tuple[str, str]]:
    """(label, text) of each paragraph; a label is given once, to the first paragraph after it.

    Paragraphs of one section are put together, so that a section's offsets cover all of it.
    """
    label, texts = "", []
    for kind, text in _flow(root):
        if kind == "text":
            texts.append(text)
            continue
        if texts:
            yield label, _joined(texts)
        label, texts = "", []
        if kind == "title":
            label = "" if _WHOLE.fullmatch(text.rstrip(":. ")) else text.rstrip(":. ")
    if texts:
        yield label, _joined(texts)


def _flow(node: Tag) -> Iterator[tuple[str, str]]:
    """The document in reading order: ("title", heading), ("text", piece), ("end", '') after a section."""
    for child in node.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, Comment):
                yield "text", str(child)
            continue
        if not isinstance(child, Tag) or (name := _name(child)) in _DROPPED:
            continue
        if name in _TITLES:
            yield "title", _decoded(child.get_text())
            continue
        if name in _BLOCKS:
            yield "text", " "
        if name == "p" and (lead := _lead(child)):
            yield "title", lead
        yield from _flow(child)
        if name in _BLOCKS:
            yield ("end" if name == "sec" else "text"), " "


def _lead(paragraph: Tag) -> str:
    """The heading that a paragraph begins with in bold (``<b>Methods:</b> ...``), taken out of it; '' without one."""
    first = next((c for c in paragraph.children if not (isinstance(c, NavigableString) and not c.strip())), None)
    if not isinstance(first, Tag) or _name(first) not in {"bold", "b", "strong", "italic", "i"}:
        return ""
    heading = _decoded(first.get_text()).rstrip(":. ")
    if not _LEAD.fullmatch(heading):
        return ""
    following = first.next_sibling
    if isinstance(following, NavigableString) and following.lstrip().startswith((":", ".")):
        following.replace_with(NavigableString(following.lstrip()[1:]))
    first.extract()
    return heading


def _name(tag: Tag) -> str:
    return tag.name.rpartition(":")[2].lower()


def _joined(texts: list[str]) -> str:
    return without_heading(_decoded("".join(texts)))


def without_heading(text: str) -> str:
    """``text`` without a leading "Abstract" that is a heading glued to it, not its first word.

    >>> without_heading("Abstract Background: Sleep"), without_heading("Abstract thinking")
    ('Background: Sleep', 'Abstract thinking')
    """
    return _GLUED.sub("", text)


def _decoded(text: str) -> str:
    return clean(html.unescape(text))
