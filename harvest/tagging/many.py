"""Tags for many reports."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import Final

from harvest.report import Report
from harvest.tagging.model import Fields, Tags, fields_of
from harvest.tagging.tags import Tagger
from harvest.vocabulary import Vocabulary
from harvest.workers import Spread

_CHUNK: Final = 1000


def tag_reports(
    reports: Iterable[Report | Fields], words: Vocabulary, folder: Path | None = None, *, spread: Spread = map
) -> Iterator[Tags]:
    """The tags of every report, in order; ``spread`` may share the work out (`harvest.workers`)."""
    fields = (fields_of(one) if isinstance(one, Report) else one for one in reports)
    for tagged in spread(partial(_tag_chunk, words, folder), _chunks(fields)):
        yield from tagged


def _chunks(fields: Iterator[Fields]) -> Iterator[list[Fields]]:
    while chunk := list(islice(fields, _CHUNK)):
        yield chunk


def _tag_chunk(words: Vocabulary, folder: Path | None, chunk: list[Fields]) -> list[Tags]:
    tagger = _tagger(pickle.dumps((words, folder)))
    return [tagger.tag(fields) for fields in chunk]


@lru_cache(maxsize=1)
def _tagger(arguments: bytes) -> Tagger:
    """A worker meets the same vocabulary with each chunk and compiles it once; a vocabulary cannot be hashed itself."""
    return Tagger(*pickle.loads(arguments))  # noqa: S301 (our own, made a line above)
