"""How long a search takes: 500 searches as readers send them, each asked once, one reader, within this process.

    python tests/bench/bench_search.py DATABASE [--searches 500] [--limit 150] [--public]

Searches are made with a fixed seed from words of the field, phrases, operators, filters, orders and pages. The time is that
of the whole page, template included. Prints the median, the 95th percentile and the slowest, by the clock and by the
processor (which a busy machine does not blur), what each kind of search took, and exits with 1 when the 95th percentile by
the clock is above the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils import parse_metadata

from harvest import locations, serve
from harvest.site.search import held

COMMON = "ketamine depression pain treatment anaesthesia esketamine patients infusion placebo".split()
WORDS = (
    "bladder cystitis suicidal relapse remission dissociation midazolam NMDA glutamate rats mice children emergency opioid PTSD "
    "TRD OCD bipolar alcohol cocaine headache migraine fibromyalgia hydroxynorketamine neuropathic postpartum adolescents "
    "electroconvulsive sedation propofol intranasal oral anhedonia sleep cognition BDNF inflammation veterans delirium asthma"
).split()
PHRASES = (
    "suicidal ideation",
    "treatment resistant depression",
    "0.5 mg/kg",
    "quality of life",
    "double blind",
    "single infusion",
)
FILTERS = (
    ("condition", ("depression", "treatment-resistant-depression", "ptsd", "pain", "suicidality", "bipolar-disorder")),
    ("outcome", ("depressive-symptoms", "adverse-events", "dissociation", "pain-intensity", "response")),
    ("design", ("randomised-controlled-trial", "case-report", "meta-analysis", "animal-study")),
    ("drug", ("ketamine", "esketamine")), ("route", ("intravenous", "intranasal")), ("comparator", ("placebo", "midazolam")),
    ("direction", ("benefit", "no-difference", "harm")), ("year", ("2015..", "2010..2019", "2021", "none")),
    ("n", ("100..", "20..49")), ("kind", ("article", "registry-entry")), ("retracted", ("no",)),
)  # fmt: skip
Parameters = list[tuple[str, str]]


def kinds(chance: random.Random) -> dict[str, Callable[[], Parameters]]:
    """Kind of search -> makes one."""

    def word() -> str:
        return chance.choice(WORDS if chance.random() < 0.7 else COMMON)

    def filtered(most: int) -> Parameters:
        return [(name, chance.choice(values)) for name, values in chance.sample(FILTERS, chance.randint(1, most))]

    return {
        "one common word": lambda: [("q", chance.choice(COMMON))],
        "one word": lambda: [("q", chance.choice(WORDS))],
        "two words": lambda: [("q", f"{word()} {word()}")],
        "four words": lambda: [("q", " ".join(word() for _ in range(4)))],
        "phrase": lambda: [("q", f'"{chance.choice(PHRASES)}" {word()}')],
        "prefix": lambda: [("q", f"{word()[:5]}* {word()}")],
        "operators": lambda: [("q", f"({word()} OR {word()}) -{word()}")],
        "fields": lambda: [("q", f"title:{word()} year:{chance.randint(2000, 2020)}.. n:>{chance.randint(1, 99)}")],
        "words and filters": lambda: [("q", word()), *filtered(2)],
        "filters only": lambda: filtered(3),
        "other order": lambda: [("q", word()), ("sort", chance.choice(("newest", "oldest", "largest")))],
        "later page": lambda: [("q", word()), ("page", str(chance.randint(2, 9)))],
        "only as typed": lambda: [("q", f"{word()} {word()}"), ("expand", "off")],
    }


def searches(number: int) -> Iterator[tuple[str, str]]:
    """(kind, address) of so many different searches, the same at every run."""
    chance = random.Random(20261122)
    made, seen = kinds(chance), set()
    while len(seen) < number:
        kind = chance.choice(list(made))
        address = "/search?" + urlencode(made[kind]())
        if address not in seen or chance.random() < 0.02:  # few can be made of one common word
            seen.add(address)
            yield kind, address


def site(path: Path, public: bool) -> Datasette:
    folder = locations.site()
    return Datasette(
        [], immutables=[str(path)], metadata=parse_metadata(locations.metadata_file().read_text("utf-8")),
        settings=serve.settings(public), plugins_dir=str(folder / "plugins"), template_dir=str(folder / "templates"),
        static_mounts=[("static", str(folder / "static"))],
    )  # fmt: skip


async def measure(path: Path, number: int, public: bool) -> tuple[float, list[tuple[str, float, float]]]:
    """(seconds until the index is ready, (kind, ms by the clock, ms by the processor) of each search)."""
    datasette = site(path, public)
    started = time.perf_counter()
    await datasette.invoke_startup()
    await held.held(datasette)
    ready = time.perf_counter() - started
    await datasette.client.get("/search?q=xenon")  # templates are read
    taken = []
    for kind, address in searches(number):
        clock, processor = time.perf_counter(), time.process_time()
        answer = await datasette.client.get(address)
        taken.append((kind, (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000))
        if answer.status_code != 200:
            raise SystemExit(f"{address} was answered with {answer.status_code}")
    return ready, taken


def told(name: str, values: list[float]) -> float:
    """Prints a line; gives the 95th percentile."""
    ordered = sorted(values)
    highest = ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
    print(f"{name:24} {len(values):5} {statistics.median(values):8.1f} {highest:8.1f} {ordered[-1]:8.1f}")
    return highest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--searches", type=int, default=500)
    parser.add_argument("--limit", type=float, default=150, help="milliseconds for the 95th percentile")
    parser.add_argument("--public", action="store_true", help="the settings of the public profile")
    given = parser.parse_args()
    ready, taken = asyncio.run(measure(given.database, given.searches, given.public))
    print(f"{given.database}, Python {platform.python_version()}; index ready after {ready:.1f} s; milliseconds:")
    print(f"{'':24} {'n':>5} {'p50':>8} {'p95':>8} {'max':>8}")
    slowest = told("all, by the clock", [clock for _, clock, _ in taken])
    told("all, by the processor", [processor for _, _, processor in taken])
    by_kind = defaultdict(list)
    for kind, clock, _ in taken:
        by_kind[kind].append(clock)
    for kind, clocks in by_kind.items():
        told(kind, clocks)
    if slowest > given.limit:
        print(f"too slow: p95 {slowest:.0f} ms is above {given.limit:.0f} ms", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
