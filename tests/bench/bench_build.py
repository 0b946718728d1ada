"""How long a build takes: 30,000 reports parsed, deduplicated, tagged, indexed, checked and swapped in.

    python tests/bench/bench_build.py                         # 30,000 invented PubMed articles
    python tests/bench/bench_build.py --archive DIR           # the payloads of DIR/raw.db, of all sources, multiplied

Prints payloads, reports, seconds and the largest memory of the process that builds; exits with 1 above the limits the
project has set itself (90 s and 1.5 GB for 30,000 reports).
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent))
from bench_pubmed_xml import article

from harvest.archive import Archive
from harvest.sources import Batch, Payload, Window

LIMIT_SECONDS, LIMIT_MB = 90.0, 1536
_WORDS = (
    "amber basalt cedar delta ember fjord garnet harbour indigo juniper kelp lagoon marble nectar opal pollen quartz "
    "raven saffron thistle umber velvet willow yarrow zephyr anchor beacon canyon dune estuary"
).split()


def invented(count: int) -> Iterator[Payload]:
    for number in range(count):
        body = article(number).encode()
        yield Payload("pubmed", str(50_000_000 + number), body, "xml")


def multiplied(folder: Path, reports: int) -> Iterator[Payload]:
    """The payloads of all sources over and over, each time as other documents, until they make that many reports.

    A copy keeps its records together: its PMIDs, DOIs, registration numbers and titles change in every source alike.
    """
    with Archive(folder / "raw.db", write=False) as archive:
        payloads = [kept.payload for kept in archive.current()]
    # About as many reports as one copy makes: every document of PubMed, the trials, and some that only others hold.
    known = 1.08 * sum(payload.source in ("pubmed", "clinicaltrials") for payload in payloads)
    for copy in range(-(-reports // int(known))):
        for payload in payloads:
            yield other(payload, copy) if copy else payload


def other(payload: Payload, copy: int) -> Payload:
    """The payload as the same record of another document: other identifiers, another title."""
    words = f"{_WORDS[copy % len(_WORDS)]} {_WORDS[copy * 7 % len(_WORDS)]} {copy}".capitalize()
    text, source_id = payload.body.decode(), payload.source_id
    for pattern, change in _IDENTIFIERS.items():
        text = pattern.sub(lambda found, change=change: found[1] + change(found[2], copy), text)
        source_id = pattern.sub(lambda found, change=change: found[1] + change(found[2], copy), source_id)
    if source_id.isdigit():
        source_id = _pmid(source_id, copy)
    text = _TITLE.sub(rf"\g<1>{words}: ", text, count=1)
    return Payload(payload.source, source_id, text.encode(), payload.media)


def _pmid(number: str, copy: int) -> str:
    return str(int(number) + copy * 45_000_000)


def _later(number: str, copy: int) -> str:
    return str(int(number) + copy * 13_000_000)


# (what stands before, the number) -> the number of the copy
_IDENTIFIERS: dict[re.Pattern[str], Callable[[str, int], str]] = {
    re.compile(r"(\b10\.\d{4,9}/)()"): lambda _, copy: f"k{copy}.",
    re.compile(r'(<PMID[^>]*>|IdType="pubmed">|"pmid":"|"id":"|MED:|pubmed\.ncbi\.nlm\.nih\.gov/)(\d+)'): _pmid,
    re.compile(r"(PMC|pmc/articles/)(\d+)"): _later,
    re.compile(r"(PPR)(\d+)"): _later,
    re.compile(r"(openalex\.org/W)(\d+)"): lambda number, copy: f"{number}{copy:02}",
    re.compile(r"(NCT)(\d{8})"): lambda number, copy: f"{(int(number) + copy * 6_100_001) % 10**8:08}",
}
_TITLE = re.compile(r'(<ArticleTitle[^>]*>|"title":\[?"|"briefTitle":")')


def fill(folder: Path, payloads: Iterator[Payload]) -> int:
    """An archive with these payloads; gives their number."""
    count = 0
    with Archive(folder / "raw.db") as archive:
        for source, group in groupby(sorted(payloads, key=lambda p: p.source), key=lambda p: p.source):
            run = archive.open_run(archive.plan_runs([(source, "full")])[0], "bench", [Window("all", "full", "bench")])
            stored = archive.windows(run.id)[0]
            for batch in iter(lambda group=group: tuple(islice(group, 500)), ()):
                count += len(batch)
                archive.store(stored, Batch(payloads=batch), {})
            archive.close_window(stored, "complete")
            archive.finish_run(run, "complete", "", 0)
    return count


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--archive", type=Path, help="folder with a harvested raw.db")
    options.add_argument("--count", type=int, default=30_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        payloads = multiplied(chosen.archive, chosen.count) if chosen.archive else invented(chosen.count)
        print(f"{fill(Path(place), payloads):,} payloads")
        started = perf_counter()
        done = subprocess.run([sys.executable, "-m", "harvest", "build", "--no-starter", "--data", place], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # fmt: skip
        seconds = perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # Linux gives kilobytes
    print(done.stdout.strip().partition(": ")[2])
    print(f"{seconds:.1f} s (limit {LIMIT_SECONDS:.0f}), {memory:.0f} MB (limit {LIMIT_MB})")
    return 0 if seconds <= LIMIT_SECONDS and memory <= LIMIT_MB else 1


if __name__ == "__main__":
    raise SystemExit(main())
