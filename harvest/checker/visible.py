"""Which elements of a web page a reader does not read: what is hidden, and what belongs to the site and not to the text."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark nobr output q rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr img picture source".split()
)
_UNREAD = frozenset(
    "script style template noscript iframe object embed svg canvas audio video map select option textarea input datalist "
    "title head math progress meter noframes frameset applet".split()
)
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# What a click opens is read all the same: answers to frequent questions, tabs.
_OPENS = re.compile(r"accordion|collaps|toggle|\bfaq|answer|\btab|panel|expand|read-?more", re.I)
_OFF_SCREEN = re.compile(r"(?:^|[\s_-])(?:sr-only|screen-reader-text|visually-?hidden|skip-?(?:link|to|nav)\S*)", re.I)
_COOKIES = re.compile(
    r"cookie|onetrust|\bcky-|\bcmplz|\bgdpr|iubenda|usercentrics|didomi|consent-?(?:banner|popup|bar|modal)", re.I
)
_SITE = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|pagination|pager|social|share|sharing|topbar|sitemap)(?:$|[\s_-])",
    re.I,
)
_FOOTER = re.compile(r"(?:^|\s)(?:site-|page-|main-|global-)?(?:footer|colophon)(?:$|\s)", re.I)
_COOKIE_NOTICE = 3000  # characters; what is longer tells of more than cookies
_LINKED = 0.6
_WHOLE = 0.6  # of the page's text: nothing that large is an aside


class Weights:
    """How many letters each element that may be left out holds, and which part of them is in links."""

    def __init__(self, root: Any) -> None:
        self._held: dict[Any, tuple[int, float]] = {}
        self.has_main = root.find(".//main") is not None or bool(root.xpath("//*[@role='main'][1]"))
        stack: list[list[int]] = [[0, 0]]
        links = 0
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            tag = element.tag
            if event == "start":
                links += tag == "a"
                stack.append([0, 0])
                _count(stack[-1], element.text if tag not in _UNREAD else "", links)
            elif event == "end":
                links -= tag == "a"
                text, linked = stack.pop()
                if tag not in _UNREAD:
                    stack[-1][0] += text
                    stack[-1][1] += linked
                if tag not in INLINE:
                    self._held[element] = (text, linked / text if text else 1.0)
            if event != "start":
                _count(stack[-1], element.tail, links)
        self.all = stack[0][0]

    def text(self, element: Any) -> int:
        """Letters of the element; -1 of an inline one, which is never weighed."""
        return self._held.get(element, (-1, 0.0))[0]

    def linked(self, element: Any) -> float:
        """Share of its letters that are in links."""
        return self._held.get(element, (-1, 0.0))[1]


def _count(sums: list[int], text: str | None, links: int) -> None:
    if text:
        letters = len(text.strip())
        sums[0] += letters
        if links:
            sums[1] += letters


def left_out(element: Any, weights: Weights) -> str:
    """Why an element is not read: ``unread``, ``hidden``, ``cookie``, ``footer``, ``navigation``; '' when it is."""
    tag = element.tag
    if tag in _UNREAD:
        return "unread"
    if not element.attrib and tag in INLINE:
        return ""
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if _OFF_SCREEN.search(named):
        return "unread"
    if _is_hidden(element, named):
        return "hidden" if weights.text(element) > 0 else "unread"
    if tag in ("html", "body", "main", "article") or weights.text(element) > _WHOLE * weights.all:
        return ""
    return _of_the_site(element, named, weights)


def _is_hidden(element: Any, named: str) -> bool:
    hidden = element.get("hidden")
    if not (hidden is not None and hidden not in ("false", "until-found")) and not _HIDDEN_STYLE.search(
        element.get("style", "")
    ):
        return False
    return not (element.get("role") in ("tabpanel", "region") or element.get("aria-labelledby") or _OPENS.search(named))


def _of_the_site(element: Any, named: str, weights: Weights) -> str:
    tag, role = element.tag, element.get("role", "")
    if tag in INLINE:
        return ""
    if _COOKIES.search(f"{named} {element.get('aria-label', '')}") and weights.text(element) <= _COOKIE_NOTICE:
        return "cookie"
    if tag == "footer" or role == "contentinfo" or (tag in ("div", "section") and _FOOTER.search(named)):
        return "" if _inside_text(element) else "footer"
    if tag == "nav" or role in ("navigation", "menu", "menubar"):
        return "navigation" if weights.linked(element) >= 0.5 or weights.text(element) < 200 else ""
    linked = weights.linked(element) >= _LINKED and weights.text(element) > 0
    if linked and (_SITE.search(named) or tag == "header" or role == "banner"):
        return "navigation"
    if linked and weights.has_main and tag in ("ul", "ol") and not _inside_text(element):
        return "navigation"
    return ""


def _inside_text(element: Any) -> bool:
    """Whether it stands within the main part or an article; the way up is looked at for a hundred steps."""
    for _ in range(100):
        element = element.getparent()
        if element is None:
            return False
        if element.tag in ("main", "article", "blockquote") or element.get("role") == "main":
            return True
    return False
