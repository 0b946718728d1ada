"""Fifty readers at once for a minute on the public profile: no error may happen.

    python tests/bench/load_site.py DATABASE [--readers 50] [--seconds 60]

Every reader asks for the next page as soon as the last one came. Prints requests, errors and times by kind of page;
exits with 1 when any answer was neither a page nor a redirect, or took longer than 30 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent))
from readers import Readers, held
from served import ours

MIX = {"home": 8, "search": 34, "report": 30, "map": 6, "cite": 8, "concept": 8, "study": 6}
"""Of a hundred requests, how many are for each kind of page."""
LONGEST = 30.0


class Tally:
    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.bytes = 0


async def reading(base: str, readers: Readers, until: float, tally: Tally, seed: int) -> None:
    """One reader, page after page."""
    choice = random.Random(seed)
    async with httpx.AsyncClient(base_url=base, timeout=LONGEST, trust_env=False) as client:
        while time.perf_counter() < until:
            kind = choice.choices(list(MIX), list(MIX.values()))[0]
            path = getattr(readers, kind)()
            started = time.perf_counter()
            try:
                answer = await client.get(path)
            except httpx.HTTPError as problem:
                tally.errors[f"{kind}: {type(problem).__name__}"] += 1
                continue
            tally.seconds[kind].append(time.perf_counter() - started)
            tally.bytes += len(answer.content)
            if answer.status_code >= 400:
                tally.errors[f"{kind}: status {answer.status_code} ({path})"] += 1


def summary(tally: Tally, took: float, number: int) -> None:
    everything = sorted(second for values in tally.seconds.values() for second in values)
    print(f"{number} readers, {took:.0f} s: {len(everything)} answers, {len(everything) / took:.1f} each second, "
          f"{tally.bytes / 1e6:.0f} MB, {sum(tally.errors.values())} errors")  # fmt: skip
    for kind, values in [("all", everything), *sorted(tally.seconds.items())]:
        p95 = sorted(values)[int(0.95 * len(values))]
        print(f"  {kind:8}{len(values):6}  median {statistics.median(values):6.2f} s  p95 {p95:6.2f} s  "
              f"longest {max(values):6.2f} s")  # fmt: skip
    for problem, times in tally.errors.most_common(20):
        print(f"  ERROR {times} x {problem}")


async def run(base: str, readers: Readers, number: int, seconds: float) -> Tally:
    tally = Tally()
    started = time.perf_counter()
    await asyncio.gather(*(reading(base, readers, started + seconds, tally, seed) for seed in range(number)))
    summary(tally, time.perf_counter() - started, number)
    return tally


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("database", type=Path)
    options.add_argument("--readers", type=int, default=50)
    options.add_argument("--seconds", type=float, default=60)
    given = options.parse_args()
    with ours(given.database) as site:
        base = f"http://127.0.0.1:{site.port}"
        tally = asyncio.run(run(base, Readers(held(given.database)), given.readers, given.seconds))
    if tally.errors:
        sys.exit(1)


if __name__ == "__main__":
    main()
