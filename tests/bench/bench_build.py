"""How long a build takes: 30,000 reports parsed, deduplicated, tagged, indexed, checked and swapped in.

    python tests/bench/bench_build.py                         # invented articles
    python tests/bench/bench_build.py --archive DIR           # the PubMed payloads of DIR/raw.db, multiplied

Multiplied payloads get other PMIDs, DOIs and titles, so that each is a report of its own. Prints seconds, reports and the
largest memory of the process; exits with 1 above the limits the project has set itself (90 s, 1.5 GB).
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent))
from bench_pubmed_xml import article

from harvest.archive import Archive, Fact
from harvest.build import build
from harvest.sources import Batch, Payload, Window

LIMIT_SECONDS, LIMIT_MB = 90.0, 1536
_WORDS = (
    "amber basalt cedar delta ember fjord garnet harbour indigo juniper kelp lagoon marble nectar opal pollen quartz "
    "raven saffron thistle umber velvet willow yarrow zephyr anchor beacon canyon dune estuary"
).split()


def invented(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield article(number).encode()


def multiplied(folder: Path, count: int) -> Iterator[bytes]:
    """The articles of an archive over and over, each time with other identifiers and another title."""
    with Archive(folder / "raw.db", write=False) as archive:
        bodies = [kept.payload.body.decode() for kept in archive.current("pubmed")]
    chance, number = random.Random(1), 0
    while number < count:
        for body in bodies:
            number += 1
            yield changed(body, 50_000_000 + number, chance).encode()


def changed(body: str, pmid: int, chance: random.Random) -> str:
    words = " ".join(chance.choice(_WORDS) for _ in range(4))
    body = re.sub(r"(<PMID[^>]*>)\d+(</PMID>)", rf"\g<1>{pmid}\2", body, count=1)
    body = re.sub(r'(<ArticleId IdType="pubmed">)\d+', rf"\g<1>{pmid}", body, count=1)
    body = re.sub(r'(<ArticleId IdType="pmc">PMC)\d+', rf"\g<1>{pmid}", body, count=1)
    body = re.sub(r'((?:IdType|EIdType)="doi"[^>]*>10\.\d+/)', rf"\g<1>x{pmid}.", body)
    return re.sub(r"(<ArticleTitle[^>]*>)", rf"\g<1>{words.capitalize()} {pmid % 9973}: ", body, count=1)


def fill(folder: Path, bodies: Iterator[bytes]) -> None:
    with Archive(folder / "raw.db") as archive:
        run = archive.open_run(archive.plan_runs([("pubmed", "full")])[0], "bench", [Window("all", "full", "bench")])
        stored = archive.windows(run.id)[0]
        for batch in chunks_of(bodies, 500):
            payloads = tuple(Payload("pubmed", _pmid(body), body, "xml") for body in batch)
            archive.store(stored, Batch(payloads=payloads), {p.source_id: Fact() for p in payloads})
        archive.close_window(stored, "complete")
        archive.finish_run(run, "complete", "", 0)


def chunks_of(bodies: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    while batch := list(islice(bodies, size)):
        yield batch


def _pmid(body: bytes) -> str:
    found = re.search(rb"<PMID[^>]*>(\d+)</PMID>", body)
    assert found
    return found.group(1).decode()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--archive", type=Path, help="folder with a harvested raw.db")
    options.add_argument("--count", type=int, default=30_000)
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        bodies = multiplied(chosen.archive, chosen.count) if chosen.archive else invented(chosen.count)
        fill(folder, islice(bodies, chosen.count))
        started = perf_counter()
        print(build(folder, starter=False))
        seconds = perf_counter() - started
    finally:
        shutil.rmtree(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux gives kilobytes
    print(f"{seconds:.1f} s (limit {LIMIT_SECONDS:.0f}), {memory:.0f} MB (limit {LIMIT_MB})")
    return 0 if seconds <= LIMIT_SECONDS and memory <= LIMIT_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
