"""Lines with a tag in front (``TI  - ...``), as .nbib and .ris files have them, cut into items.

Not through rispy: it drops a last record that lacks its end, silently joins a record that lacks it with the next
one, turns continuation lines of repeatable tags into values of their own, and keeps only the first of repeated tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from harvest.formats import Fields

# MEDLINE pads its tags to four characters, RIS writes two and two blanks: either way the hyphen is the fifth.
_LINE = re.compile(r"(?=.{4}-)([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|$)")


@dataclass
class Block:
    """The lines of one record: where it starts, its fields, and whether its end was seen."""

    line: int
    fields: Fields = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    ended: bool = False

    def add(self, tag: str, value: str) -> None:
        self.tags.append(tag)
        self.fields.setdefault(tag, []).append(value.strip())

    def extend(self, line: str) -> None:
        """A line without a tag goes on with the value before it."""
        if self.tags:
            values = self.fields[self.tags[-1]]
            values[-1] = f"{values[-1]}\n{line.strip()}".strip()

    @property
    def text(self) -> str:
        return " ".join(f"{tag} {value};" for tag, values in self.fields.items() for value in values)


def holds(text: str, tag: str) -> bool:
    """True when some line begins with the tag."""
    return re.search(rf"^{tag:<4}-(?: |$)", text, re.MULTILINE) is not None


def split_line(line: str) -> tuple[str, str] | None:
    """(tag, value), or None for a line without a tag.

    >>> split_line("TI  - Ketamine"), split_line("PMID- 1"), split_line("      anxiety - see above")
    (('TI', 'Ketamine'), ('PMID', '1'), None)
    """
    found = _LINE.match(line)
    return (found.group(1), found.group(2) or "") if found else None


def blocks(text: str, begins: str, ends: str, *, blank_ends: bool) -> Iterator[Block]:
    """Records in file order.

    A record begins at the tag ``begins``, or at any tag after the record before it has ended; it ends at the tag
    ``ends`` ('' when the format has none), at the next beginning or, with ``blank_ends``, at an empty line.
    """
    block: Block | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            if blank_ends and block and block.tags:
                block.ended = True
                yield block
                block = None
            continue
        tag_and_value = split_line(line)
        if tag_and_value is None:
            if block:
                block.extend(line)
            continue
        tag, value = tag_and_value
        if block and tag == begins:
            block.ended = True
            yield block
            block = None
        if ends and tag == ends:
            if block:
                block.ended = True
                yield block
            block = None
            continue
        block = block or Block(number)
        block.add(tag, value)
    if block:
        yield block
