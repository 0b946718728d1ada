"""What a visitor sends to be checked, read within bounds and kept in memory alone.

The form is sent as ``multipart/form-data``, since that carries a file and costs no more bytes than the text has;
``application/x-www-form-urlencoded`` is understood too. python-multipart reads it, on which Datasette rests already.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from harvest.checker import reading

LARGEST: Final = 1_000_000
"""Bytes of a request that are kept: about 160,000 words."""
_HEARD: Final = 30_000_000
"""Bytes that are listened to, and thrown away, before the connection is cut: a browser reads the answer only after it
has sent all of its own."""
_SECONDS: Final = 60
_FIELDS: Final = 10
_URL: Final = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)

# It tells odd bytes of a body on standard error, where nothing of a visitor's text should be.
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Sent:
    """What came: the pasted ``text`` with ``\\n`` for line ends, or a ``file`` with what the browser says of it (``name``,
    ``kind``); the ``format`` wanted."""

    text: str = ""
    file: bytes = b""
    format: str = "page"
    name: str = ""
    kind: str = ""

    @property
    def empty(self) -> bool:
        return not self.file.strip() and not self.text.strip()

    @property
    def only_address(self) -> bool:
        """Whether the text is the address of a page and nothing else."""
        return not self.file and bool(_URL.fullmatch(self.text))


class Unreadable(Exception):
    """The request cannot be taken: the page says why with this status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


async def sent(headers: Mapping[str, str], receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> Sent:
    """The form of a request. Raises `Unreadable`: too large (413), too slow (408), of another kind (415), broken (400)."""
    kind, options = parse_options_header(headers.get("content-type", "").encode("latin-1", "replace"))
    try:
        async with asyncio.timeout(_SECONDS):
            body = await _body(receive)
    except TimeoutError as problem:
        raise Unreadable("The text took too long to arrive; please try again.", 408) from problem
    if kind == b"multipart/form-data":
        return _parts(body, options.get(b"boundary", b""))
    if kind == b"application/x-www-form-urlencoded":
        return _pairs(body)
    raise Unreadable("This page reads what its own form sends: multipart/form-data with a field called text.", 415)


async def _body(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> bytes:
    body, heard, more = bytearray(), 0, True
    while more and heard <= _HEARD:
        message = await receive()
        if message["type"] != "http.request":  # the visitor has gone
            raise Unreadable("The text did not arrive whole.", 400)
        piece = message.get("body", b"")
        heard += len(piece)
        if heard <= LARGEST:
            body += piece
        else:
            body.clear()
        more = message.get("more_body", False)
    if heard > LARGEST:
        raise Unreadable(
            f"This is more than {LARGEST // 1_000_000} MB, which is more than is read at once: please check it part by "
            f"part. On your own computer, harvest check-text reads up to {reading.LARGEST >> 20} MB.", 413
        )  # fmt: skip
    return bytes(body)


def _parts(body: bytes, boundary: bytes) -> Sent:
    fields: dict[str, bytes] = {}
    files: dict[str, Any] = {}

    def keep_field(field: Any) -> None:
        fields.setdefault(_decoded(field.field_name), field.value or b"")

    def keep_file(file: Any) -> None:
        files.setdefault(_decoded(file.field_name), file)

    # Nothing pasted may be written to a disk, which the library does with large files unless told otherwise.
    limits = {"MAX_MEMORY_FILE_SIZE": float("inf")}
    try:
        parser = FormParser("multipart/form-data", keep_field, keep_file, boundary=boundary, config=limits)
        parser.write(body)
        parser.finalize()
    except (FormParserError, AssertionError) as problem:
        raise Unreadable("The form did not arrive as a browser sends it; please try again.", 400) from problem
    found = _sent({name: _decoded(value) for name, value in fields.items()})
    return _with_file(found, files["file"]) if "file" in files else found


def _with_file(found: Sent, file: Any) -> Sent:
    """The file goes before the text; of a form where none was chosen it is empty."""
    file.file_object.seek(0)
    held = file.file_object.read()
    if not held:
        return found
    return Sent("", held, found.format, _decoded(file.file_name), file.content_type or "")


def _decoded(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def _pairs(body: bytes) -> Sent:
    try:
        pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS, errors="replace")
    except ValueError as problem:
        raise Unreadable(f"The form has more than {_FIELDS} fields.", 400) from problem
    return _sent(dict(reversed(pairs)))


def _sent(fields: Mapping[str, str]) -> Sent:
    """Browsers send every line end as ``\\r\\n``, whatever was pasted."""
    return Sent(re.sub(r"\r\n?", "\n", fields.get("text", "")), b"", fields.get("format", "page"))
