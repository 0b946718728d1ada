"""From the bytes of a file to text, without guessing: a wrong letter in a name is worse than a refusal."""

from __future__ import annotations

import codecs
import re

from harvest.errors import BadInput

_RESAVE = 'export it again, or open it and save it as UTF-8 (in Excel: "CSV UTF-8")'
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that are no UTF-8, as ``surrogateescape`` marks them
_LETTERS_IN_A_ROW = re.compile(r"[^\W\d_\x00-\x7f]{3}")


def decode(body: bytes, name: str) -> tuple[str, str]:
    """(text with ``\\n`` line ends, encoding).

    UTF-8, and UTF-16 or UTF-32 with their byte order mark, are read strictly. A file without any UTF-8 sequence
    is taken as Windows-1252, which Excel and older reference managers write, if that gives plausible words: in the
    languages it serves, three accented letters never follow one another, while other code pages read as
    Windows-1252 are full of such runs. Everything else raises `BadInput` naming file, line and byte; above all a
    file that mixes UTF-8 with other bytes, because any reading of it would be wrong somewhere.
    """
    mark, encoding = next(((m, e) for m, e in _MARKS if body.startswith(m)), (b"", "utf-8"))
    try:
        text = body.removeprefix(mark).decode() if encoding == "utf-8" else body.decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            raise _broken(name, body, error.start, f"the file says that it is {encoding.upper()}") from error
        text, encoding = _single_byte(body, name, error), "windows-1252"
    if "\0" in text:
        raise BadInput(f"{name}: not a text file (zero byte in line {_line(text, text.index(chr(0)))}); {_RESAVE}")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding


def _single_byte(body: bytes, name: str, error: UnicodeDecodeError) -> str:
    if error.reason == "unexpected end of data":
        raise _broken(name, body, error.start, "the file ends inside a character, so it was cut off") from error
    mixed = _ESCAPED.sub("", body.decode("utf-8", "surrogateescape"))
    if not mixed.isascii():
        raise _broken(name, body, error.start, "the file mixes UTF-8 with another encoding") from error
    try:
        text = body.decode("cp1252")
    except UnicodeDecodeError as second:
        raise _broken(name, body, second.start, "neither UTF-8 nor Windows-1252") from second
    odd = _LETTERS_IN_A_ROW.search(text)
    if odd:
        raise _broken(name, body, odd.start(), "neither UTF-8 nor Windows-1252") from error
    return text


def _broken(name: str, body: bytes, position: int, why: str) -> BadInput:
    line = body.count(b"\n", 0, position) + 1
    where = f"byte 0x{body[position]:02X} at position {position + 1:,}, line {line:,}"
    return BadInput(f"{name}: broken text encoding ({where}): {why}; {_RESAVE}")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
