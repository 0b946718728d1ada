"""raw.db: every payload as its source sent it, and the runs and windows that brought it.

Each batch of a service is stored in one transaction together with the position after it, so that a harvest killed
at any moment goes on where it stopped. A payload is kept once per content (source, id, hash); ``holdings`` says which
content is the current one of an id, and which ids the source does not serve any more.

schema      the tables, and what is read from them
connection  opening, locking, transactions
runs        runs and windows
storing     batches, refused items
holdings    what is held, what is gone
"""

from __future__ import annotations

from pathlib import Path

from harvest.archive.holdings import Holdings
from harvest.archive.runs import Runs
from harvest.archive.schema import FORMAT, Fact, Kept, Run, StoredWindow, now
from harvest.archive.storing import Storing

__all__ = ["FORMAT", "Archive", "Fact", "Kept", "Run", "StoredWindow", "now", "path_in"]

FILE_NAME = "raw.db"


def path_in(folder: Path) -> Path:
    return folder / FILE_NAME


class Archive(Runs, Storing, Holdings):
    """raw.db, opened for reading and writing. Use as a context manager; only one harvest at a time may write."""
