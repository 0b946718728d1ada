"""Safe reading of XML: entities, external files and damage are refused with a reason; text comes out readable.

https://lxml.de/parsing.html; the attacks are described at https://docs.python.org/3/library/xml.html#xml-security
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from harvest.errors import BadInput, HostileInput

MATHML = "{http://www.w3.org/1998/Math/MathML}"

# Not collect_ids=False, however quick: with it lxml 6 goes looking for the external DTD after all.
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip
# Encodings in which every ASCII byte is that ASCII character, so that the bytes can be searched as they are.
_TRANSPARENT = {"", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1"}
_BYTE_ORDER = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)  # fmt: skip
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_HTML = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_NAMED_ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z_:][^\s;<&]{0,60};")
_EMPTY, _JUNK_AFTER, _CUT_OFF, _NAME_TOO_LONG, _LIMIT = 4, 5, 77, 110, 114
"""Numbers of libxml2's xmlParserErrors."""


def parse_element(body: bytes) -> etree._Element:
    """The root element of one XML document.

    Raises `HostileInput` for declared entities and for nesting or text beyond libxml2's limits, `BadInput` for
    everything else that is not one whole XML document; the messages name the line.
    """
    readable = _readable(body)
    try:
        return etree.fromstring(readable, etree.XMLParser(**_SAFE))
    except etree.XMLSyntaxError as error:
        raise _explained(error, readable) from error


def elements(body: bytes, *tags: str) -> Iterator[etree._Element]:
    """Each element with one of the ``tags``, in document order, without keeping the whole tree in memory.

    An element is emptied when the next one is asked for. Errors as in `parse_element`; damage further on is
    raised after the elements before it were given.
    """
    readable = _readable(body)
    try:
        for _, element in etree.iterparse(BytesIO(readable), events=("end",), tag=tags, **_SAFE):
            yield element
            _release(element)
    except etree.XMLSyntaxError as error:
        raise _explained(error, readable) from error


def text_of(element: etree._Element) -> str:
    """All text in the element, inline markup dropped, MathML written out on one line; not yet cleaned."""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):  # comments and processing instructions have no text of their own
            parts.append(_math(child) if child.tag.startswith(MATHML) else text_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _release(element: etree._Element) -> None:
    """Empties the element and drops the siblings before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


# Before parsing


def _readable(body: bytes) -> bytes:
    """The body in an encoding that was searched for declarations; raises for what is not worth parsing."""
    plain = _transparent(body).lstrip()
    if not plain:
        raise BadInput("The XML is empty.")
    if _HTML.search(plain[:1024]):
        raise BadInput("This is an HTML page, not XML.")
    if not plain.startswith(b"<"):
        raise BadInput(f"This is not XML: it begins with {chr(plain[0])!r}, not with '<'.")
    _refuse_entities(plain)
    return plain


def _transparent(body: bytes) -> bytes:
    """The body as it is when its encoding keeps ASCII readable, else rewritten as UTF-8.

    Encodings that can disguise ASCII (UTF-7 writes ``<`` as ``+ADw-``) would slip past a search of the bytes.
    """
    by_order = next((name for mark, name in _BYTE_ORDER if body.startswith(mark)), "")
    declared = _ENCODING.match(body[:200].lstrip())
    encoding = by_order or (declared.group(1).decode("ascii", "replace").lower() if declared else "")
    if encoding in _TRANSPARENT and not by_order:
        return body
    if not by_order and encoding.startswith(("utf-16", "utf-32", "ucs", "iso-10646")):
        encoding = "utf-8"  # cannot be true, or the declaration would not have been readable
    try:
        text = body.decode(encoding).removeprefix("\ufeff")
        return _DECLARATION.sub("", text, count=1).encode()
    except (LookupError, UnicodeError) as error:
        raise BadInput(f"The XML declares the encoding {encoding!r} but cannot be read in it.") from error


def _refuse_entities(body: bytes) -> None:
    """Declared entities are an attack; undeclared ones would vanish, since no external DTD is ever loaded."""
    declared = body.find(b"<!ENTITY")
    if declared >= 0:
        raise HostileInput(f"The XML declares an entity at line {_line(body, declared)}; it was not read.")
    used = _NAMED_ENTITY.search(body)
    if used and b"<![CDATA[" not in body:
        name = used.group().decode("ascii", "replace")
        raise BadInput(f"The XML uses {name} at line {_line(body, used.start())} without saying what it is.")


def _line(body: bytes, position: int) -> int:
    return body.count(b"\n", 0, position) + 1


def _explained(error: etree.XMLSyntaxError, body: bytes) -> BadInput:
    """libxml2's verdict in words a user can act on."""
    line, code = error.lineno or 1, int(getattr(error, "code", 0))
    said = str(error.msg).partition(", line ")[0].strip()
    if code in (_LIMIT, _NAME_TOO_LONG):
        return HostileInput(f"The XML is nested or long beyond reason at line {line}: {said}.")
    if code == _EMPTY or re.fullmatch(rb"(?:\s*<[?!][^<>]*>)*\s*", body):
        return BadInput(f"The XML ends at line {line} without any element: only a declaration came.")
    if code == _CUT_OFF or (code != _JUNK_AFTER and not body.rstrip().endswith(b">")):
        return BadInput(f"The XML is cut off at line {line}: {said}.")
    return BadInput(f"The XML is damaged at line {line}: {said}.")


# MathML


def _math(element: etree._Element) -> str:
    """MathML on one line: ``10^-3``, ``VO2max``, ``(a+b)/2``."""
    name = str(element.tag).removeprefix(MATHML)
    parts = [_math(child) for child in element if isinstance(child.tag, str)]
    if name in _NOTHING:
        return ""
    if name in _LAYOUTS and len(parts) >= _LAYOUTS[name][0]:
        return _LAYOUTS[name][1](parts)
    if name == "mmultiscripts":
        return _scripts(element, parts)
    return "".join(parts) if parts else " ".join((element.text or "").split())


def _scripts(element: etree._Element, parts: list[str]) -> str:
    """Indices before the base go before it: ``129Xe``."""
    names = [str(child.tag).removeprefix(MATHML) for child in element if isinstance(child.tag, str)]
    turn = names.index("mprescripts") if "mprescripts" in names else len(parts)
    return "".join(parts[turn:] + parts[:turn])


def _grouped(part: str) -> str:
    return part if re.fullmatch(r"[-−+]?[\w.]*", part) else f"({part})"


_ACCENTS = {".": "\u0307", "˙": "\u0307", "¯": "\u0304", "‾": "\u0304", "^": "\u0302", "~": "\u0303", "→": ""}
_NOTHING = {"annotation", "annotation-xml", "none", "mprescripts", "mphantom"}
# Name -> how many parts it must have, and how they are written.
_LAYOUTS: dict[str, tuple[int, Callable[[list[str]], str]]] = {
    "mover": (2, lambda p: p[0] + _ACCENTS.get(p[1], p[1])),
    "msup": (2, lambda p: f"{p[0]}^{_grouped(p[1])}"),
    "msubsup": (3, lambda p: f"{p[0]}{p[1]}^{_grouped(p[2])}"),
    "mfrac": (2, lambda p: f"{_grouped(p[0])}/{_grouped(p[1])}"),
    "mroot": (2, lambda p: f"{_grouped(p[0])}^(1/{p[1]})"),
    "msqrt": (1, lambda p: f"√{_grouped(''.join(p))}"),
    "mfenced": (1, lambda p: f"({', '.join(p)})"),
    "mtable": (1, "; ".join),
    "mtr": (1, " ".join),
}
