"""From payloads to the published database: the walk, on one screen.

Every step is a function from the whole of its input to the whole of its output; none reaches back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from harvest import changes, check, database, dedupe, merge, reading, vocabulary, writing
from harvest.archive import path_in as archive_path
from harvest.claims import answers
from harvest.claims.load import load as load_claims
from harvest.extraction import extract_reports
from harvest.link import link
from harvest.normalise import normalise
from harvest.sources import starter as starter_set
from harvest.workers import workers

Say = Callable[[str], None]


def build(folder: Path, *, starter: bool = True, accept_shrink: bool = False, say: Say = lambda _: None) -> str:
    """Builds ``ketamine.db`` in the folder from its raw.db and, with ``starter``, the starter set; gives a summary.

    Raises `CheckFailed`, and leaves the old database as it is, when the new one breaks a promise.
    """
    started = perf_counter()
    words = vocabulary.load()
    library = load_claims(words=words)

    raw = archive_path(folder)
    slices = reading.slices(raw)
    with workers(wanted=len(slices) >= reading.WORTH_PROCESSES) as spread:
        parsed = reading.parse_archive(raw, slices, spread)
        parsed.add(reading.parse(starter_set.payloads() if starter else ()))
        clusters = dedupe.cluster([normalise(record) for record in parsed.records])
        reports = merge.merge(clusters, merge.precedence())
        links = link(reports)
        extracted = list(extract_reports(reports, words, spread=spread))

    path = database.path_in(folder)
    before, history = changes.previous(path), reading.history(raw)
    with database.building(path) as db:
        writing.write(db, writing.Walk(history, parsed, reports, links, extracted, words, before))
        database.finish(db)
        answers.write(db, library, words)
        for line in check.check(db):
            say(line)
        if not accept_shrink:
            check.shrinkage(db, before)
        counts = {name: db[name].count for name in ("records", "reports", "studies", "evidence", "changes")}
    numbers = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return f"{path}: {numbers}; {len(parsed.refused):,} payloads could not be read; {perf_counter() - started:.1f} s"
