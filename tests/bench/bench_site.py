"""How fast the site answers beside Datasette without anything of ours, on the same file, in the same minutes.

    python tests/bench/bench_site.py DATABASE [--rounds 20] [--queries 500]

Each round asks every kind of page once, always another one (another report, another search), and the stock table page
with facets in between, so that a busy moment of the machine falls on all alike. The stock page is asked twice: as
Datasette comes, and without its slow suggestions of further facets; ours are held to the faster of the two. Exits with 1
when home, search, report, map or cite is slower than that or takes 100 ms or more (median), or when a search takes 150 ms
or more (95th percentile of the queries). The column "processor" is what the server used of it (Linux), which a busy
machine does not blur.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from readers import Readers, held
from served import Answer, Client, ours, stock

LIMIT_PAGE, LIMIT_SEARCH = 0.100, 0.150
HELD_TO_IT = ("home", "search", "report", "map", "cite")
PAGES = (*HELD_TO_IT, "concept", "study")
FACETS = "/ketamine/reports?_facet=kind&_facet=year&_facet=design&_facet=retracted"
STOCK, LEAN = "stock, facets", "stock, facets, no suggestions"


def percentile(seconds: list[float], share: float) -> float:
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def sound(answer: Answer) -> Answer:
    """The answer, if it is a page; a fast error would be no feat."""
    if answer.status != 200:
        sys.exit(f"{answer.path}: status {answer.status}")
    return answer


@dataclass
class Taken:
    """Seconds of each request, by the clock and by the server's processor; ``first``: of the very first, which waits
    while indexes and templates are read."""

    first: float = 0.0
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def ask(self, client: Client, path: str) -> Answer:
        before = client.processor_seconds()
        answer = sound(client.get(path))
        self.clock.append(answer.seconds)
        self.processor.append(client.processor_seconds() - before)
        return answer

    @property
    def median(self) -> float:
        return statistics.median(self.clock)

    def line(self) -> str:
        """Medians by clock and processor, 95th percentile and longest by the clock, in ms."""
        figures = (self.median, statistics.median(self.processor), percentile(self.clock, 0.95), max(self.clock))
        return "".join(f"{1000 * figure:>10.1f}" for figure in figures)


def measured(asked: dict[str, tuple[Client, Callable[[], str]]], rounds: int) -> dict[str, Taken]:
    """Every request of every kind, the kinds taking turns; two rounds before count for nothing."""
    taken = {name: Taken() for name in asked}
    for number in range(rounds + 2):
        for name, (client, path) in asked.items():
            if number >= 2:
                taken[name].ask(client, path())
            else:
                seconds = sound(client.get(path())).seconds
                taken[name].first = taken[name].first or seconds
    return taken


def tell(taken: dict[str, Taken]) -> None:
    """One line for each kind of page."""
    heads = ("median", "processor", "p95", "longest", "of stock", "of lean", "first")
    print(f"{'milliseconds':30}" + "".join(f"{head:>10}" for head in heads))
    for name, one in taken.items():
        ratios = "".join(f"{one.median / taken[other].median:>10.2f}" for other in (STOCK, LEAN))
        print(f"{name:30}{one.line()}{ratios}{1000 * one.first:>10.1f}")


def searches(client: Client, readers: Readers, number: int) -> float:
    """Asks that many realistic searches; prints how long each kind took and the slowest; gives the 95th percentile."""
    everything, kinds = Taken(), defaultdict(Taken)
    answers = []
    for _ in range(number):
        kind, path = readers.searched()
        answers.append(everything.ask(client, path))
        kinds[kind].clock.append(everything.clock[-1])
        kinds[kind].processor.append(everything.processor[-1])
    print(f"\n{number} searches {'':16}{'median':>10}{'processor':>10}{'p95':>10}{'longest':>10}")
    for kind, taken in {"all": everything, **kinds}.items():
        print(f"{kind:30}{taken.line()}")
    for answer in sorted(answers, key=lambda one: -one.seconds)[:5]:
        print(f"  {1000 * answer.seconds:7.1f} ms  {answer.path}")
    return percentile(everything.clock, 0.95)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("database", type=Path)
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--queries", type=int, default=500)
    given = options.parse_args()
    readers = Readers(held(given.database))
    with ours(given.database) as site, stock(given.database) as plain, stock(
        given.database, "suggest_facets", "off"
    ) as lean:  # fmt: skip
        asked: dict[str, tuple[Client, Callable[[], str]]] = {
            STOCK: (plain, lambda: FACETS),
            LEAN: (lean, lambda: FACETS),
        }
        asked |= {name: (site, getattr(readers, name)) for name in PAGES}
        print(f"{len(readers.names.reports):,} reports, {given.rounds} rounds, one visitor, public profile\n")
        taken = measured(asked, given.rounds)
        tell(taken)
        p95 = searches(site, readers, given.queries)
    slow = [
        name for name in HELD_TO_IT if taken[name].median >= min(taken[STOCK].median, taken[LEAN].median, LIMIT_PAGE)
    ]
    if p95 >= LIMIT_SEARCH:
        slow.append("search, p95 of the queries")
    if slow:
        sys.exit(f"too slow: {', '.join(slow)}")
    print("\nevery page within its limits")


if __name__ == "__main__":
    main()
