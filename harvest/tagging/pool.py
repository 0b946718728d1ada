"""Tags for many reports, in several processes where that pays."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import Final

from harvest.report import Report
from harvest.tagging.model import Fields, Tags, fields_of
from harvest.tagging.tags import Tagger
from harvest.vocabulary import Vocabulary

_WORTH_A_POOL: Final = 4000
"""Below this many reports, starting processes costs more than it saves."""
_CHUNK: Final = 250
_AHEAD: Final = 3
"""Chunks under way for each process."""

_tagger: Tagger | None = None  # of a worker process


def tag_reports(
    reports: Iterable[Report | Fields],
    words: Vocabulary,
    *,
    processes: int | None = None,
    folder: Path | None = None,
) -> Iterator[Tags]:
    """The tags of every report, in order.

    ``processes`` defaults to the processors at hand, two at most, and to one for a few thousand reports; 1 never
    starts a process. ``folder`` holds ``populations.yml`` and ``context.yml`` when they are not the shipped ones.
    """
    wanted = processes or min(2, os.cpu_count() or 1)
    fields = (fields_of(r) if isinstance(r, Report) else r for r in reports)
    first = list(islice(fields, _WORTH_A_POOL)) if wanted > 1 else []
    if len(first) < _WORTH_A_POOL:
        tagger = Tagger(words, folder)
        for one in chain(first, fields):
            yield tagger.tag(one)
        return
    # Spawned, not forked: the caller may hold threads and open databases. The reports are read in this thread,
    # since they may come from such a database, and only a few chunks ahead.
    with multiprocessing.get_context("spawn").Pool(wanted, _start, (words, folder)) as pool:
        waiting: deque[AsyncResult[list[Tags]]] = deque()
        for chunk in _chunks(chain(first, fields)):
            waiting.append(pool.apply_async(_work, (chunk,)))
            if len(waiting) > wanted * _AHEAD:
                yield from waiting.popleft().get()
        while waiting:
            yield from waiting.popleft().get()


def _chunks(fields: Iterator[Fields]) -> Iterator[list[Fields]]:
    while chunk := list(islice(fields, _CHUNK)):
        yield chunk


def _start(words: Vocabulary, folder: Path | None) -> None:
    global _tagger  # a worker compiles the vocabulary once
    _tagger = Tagger(words, folder)


def _work(chunk: list[Fields]) -> list[Tags]:
    if _tagger is None:
        raise RuntimeError("a worker was asked for tags before it was started")
    return [_tagger.tag(fields) for fields in chunk]
