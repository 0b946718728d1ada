"""Work on lists in two processes, where there is enough of it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

PROCESSES = 2
"""More would not help: the process that collects what comes back is busy by then."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Like `map`: a function and items, answers in the same order. Both must be picklable."""


@contextlib.contextmanager
def workers(*, wanted: bool) -> Iterator[Spread]:
    """Something like `map` that spreads its work over processes; `map` itself when they are not wanted or not to be had.

    To be entered early: workers are forked, so they begin as small as their parent is then. Forked also because a
    program that calls a build then needs no guard around its main part.
    """
    able = "fork" in multiprocessing.get_all_start_methods() and (os.cpu_count() or 1) > 1
    if not (wanted and able):
        yield map
        return
    with multiprocessing.get_context("fork").Pool(PROCESSES, _end_with, (os.getpid(),)) as pool:
        yield pool.imap


def _end_with(parent: int) -> None:
    """Ends this worker when its parent was killed: it would wait for work for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
