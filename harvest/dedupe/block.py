"""Which records are worth comparing: pairs that share a block. No record is compared with all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from harvest.dedupe.keys import Keys

_ENDS: Final = 24
"""Letters of the title's beginning and end; a slip of the pen hardly hits both."""
_LARGEST: Final = 40
"""Larger blocks are sorted, and each record is compared with its `_WINDOW` neighbours only."""
_WINDOW: Final = 12

Pair = tuple[int, int]


def identifier_blocks(keys: Sequence[Keys]) -> dict[str, list[list[int]]]:
    """Per scheme, strongest first, the groups of two or more records that share an identifier."""
    schemes: dict[str, dict[str, list[int]]] = {
        name: defaultdict(list) for name in ("pmid", "doi", "pmcid", "registration")
    }
    for index, key in enumerate(keys):
        record = key.record
        for scheme, value in (
            ("pmid", record.pmid), ("doi", key.doi), ("pmcid", record.pmcid), ("registration", key.registration)
        ):  # fmt: skip
            if value:
                schemes[scheme][value].append(index)
    return {
        scheme: [group for _, group in sorted(groups.items()) if len(group) > 1] for scheme, groups in schemes.items()
    }


def likeness_blocks(keys: Sequence[Keys]) -> Iterator[list[int]]:
    """Groups that share a whole title, its beginning or end, first author with first page, or volume with page."""
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        for name in _block_names(key):
            blocks[name].append(index)
    for _, block in sorted(blocks.items()):
        if len(block) > 1:
            yield block


def _block_names(key: Keys) -> Iterator[tuple[str, ...]]:
    title = key.compact
    if not title:
        return
    yield "title", title
    if len(title) >= _ENDS:
        yield "begin", title[:_ENDS]
        yield "end", title[-_ENDS:]
    letters, page = key.page
    if page:
        if key.first_author:
            yield "author", key.first_author, page
        if key.volume:
            yield "volume", key.volume, letters + page


def pairs(block: list[int], keys: Sequence[Keys], cluster_of: Sequence[int]) -> Iterator[Pair]:
    """Pairs of a block whose records are not in one cluster yet; neighbours only where the block is large."""
    if len(block) <= _LARGEST:
        reach = len(block)
    else:
        reach = _WINDOW
        block = sorted(block, key=lambda i: (keys[i].compact, keys[i].first_author, str(keys[i].year), keys[i].page, i))
    for position, first in enumerate(block):
        for second in block[position + 1 : position + 1 + reach]:
            if cluster_of[first] != cluster_of[second]:
                yield (first, second) if first < second else (second, first)
