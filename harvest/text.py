"""Text as it is stored and compared: pure functions on strings."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from harvest.record import Section

# Inline and block elements that the services put into titles and abstracts. Only these are treated as
# markup: abstracts also hold unescaped "P<0.001", which a general tag pattern would swallow.
_TAGS = (
    "a b bold br em h1 h2 h3 h4 h5 h6 i inf italic li ol p sc small span strong sub sup tt u ul underline "
    "jats:[a-z-]+ mml:[a-z-]+ math mi mn mo mrow mtext"
).split()
_TAG = re.compile(r"</?(?:" + "|".join(_TAGS) + r")(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(r"<(?:/(?:p|li|h[1-6]|jats:p|jats:sec|jats:title)|br\s*/?)>", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNSTORABLE = re.compile(f"{_CONTROL.pattern}|{_SURROGATE.pattern}")


def storable(text: str) -> str:
    """The text without what UTF-8 cannot write and SQLite cuts at: halves of surrogate pairs (JSON's ``\\ud800``) become
    U+FFFD, control characters become spaces; tabs and line breaks stay.

    >>> storable("a\\ud800b\\0c")
    'a\ufffdb c'
    """
    return _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)) if _UNSTORABLE.search(text) else text


def clean(text: str | None) -> str:
    """NFC, no invisible or control characters, single spaces; line breaks become spaces. What is no character at all
    becomes U+FFFD, see `storable`.

    >>> clean(" anti\\u00addepressant \\n effect ")
    'antidepressant effect'
    """
    if not text:
        return ""
    if text.isascii() and text.isprintable():  # nearly all short fields; the rest has nothing to find there
        return " ".join(text.split())
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return " ".join(_CONTROL.sub(" ", _SURROGATE.sub("\ufffd", plain)).split())


def strip_markup(text: str | None) -> str:
    """Known inline markup removed, entities decoded, cleaned; ``P<0.001`` survives.

    >>> strip_markup("CO<sub>2</sub> rose (P<0.001) &amp; fell")
    'CO2 rose (P<0.001) & fell'
    """
    if not text:
        return ""
    return clean(html.unescape(_TAG.sub("", _BLOCK.sub(" ", text))))


def join_sections(parts: Iterable[tuple[str, str, str]]) -> tuple[str, tuple[Section, ...]]:
    """Abstract text and its sections from (label, category, text) parts.

    A labelled part becomes a line ``LABEL: text``; the section's offsets cover the text after the label.
    """
    lines: list[str] = []
    sections: list[Section] = []
    position = 0
    for raw_label, category, raw_text in parts:
        label, text = clean(raw_label).rstrip(":"), clean(raw_text)
        if not text:
            continue
        lead = f"{label}: " if label else ""
        sections.append(Section(label, category, position + len(lead), position + len(lead) + len(text)))
        lines.append(lead + text)
        position += len(lines[-1]) + 1
    named = any(section.label or section.category for section in sections)
    return "\n".join(lines), tuple(sections) if named else ()


def fold(text: str) -> str:
    """For comparing: case folded, diacritics removed, anything but letters and digits a single space.

    >>> fold("Depressão — É  S-Ketamine!")
    'depressao e s ketamine'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())
