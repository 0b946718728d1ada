"""Kills a harvest and a build with SIGKILL at random moments and compares what comes out with an undisturbed run.

    python tests/bench/kill_harvest.py [--kills 20] [--seed 1] [--faults none|hostile] [--keep DIR]

Needs the emulator of the services in ../shared beside the repository. ``harvest fetch && harvest build`` runs once
undisturbed, which shows how long each takes; then it runs into another folder, is killed at moments that are spread
over both, and is started again each time until it ends by itself. Afterwards both ketamine.db are compared row for
row in every table, and both raw.db id for id and content for content. Only columns whose name ends in ``_at`` may
differ. Prints where the kills fell and every difference; the exit status is 1 when there is one or a run failed.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared"
PATHS = {
    "PUBMED": "/entrez/eutils", "EUROPEPMC": "/europepmc/webservices/rest", "CLINICALTRIALS": "/api/v2",
    "OPENALEX": "/openalex", "CROSSREF": "/crossref",
}  # fmt: skip
STEPS = ("fetch", "build")
FROM_HERE = (sys.executable, "-m", "harvest")
STARTING = 0.5  # seconds that Python takes before anything is asked


@contextmanager
def emulator(faults: str) -> Iterator[dict[str, str]]:
    """The environment that points a harvest to a running emulator on this machine."""
    command = [sys.executable, "serve.py", "--port", "0", "--speed", "5", "--faults", faults]
    process = subprocess.Popen(
        command, cwd=SHARED / "upstream", stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL
    )
    assert process.stdout
    try:
        base = process.stdout.readline().split()[-1]
        if not base.startswith("http://127.0.0.1:"):
            raise RuntimeError(f"the emulator did not start: {base!r}")
        addresses = {f"HARVEST_{name}_URL": base + path for name, path in PATHS.items()}
        yield os.environ | addresses | {"HARVEST_EMAIL": "dev@example.org", "OPENALEX_API_KEY": "invented"}
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Harvest:
    """A data folder and how to run the steps on it."""

    folder: Path
    environment: dict[str, str]
    sources: tuple[str, ...] = ()

    def start(self, step: str) -> subprocess.Popen[bytes]:
        command = [*FROM_HERE, step, *(self.sources if step == "fetch" else ())]
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                command, env=self.environment | {"HARVEST_DATA": str(self.folder)}, stdout=log, stderr=log
            )

    def run(self, step: str) -> float:
        """Runs the step to its end; gives the seconds that it took."""
        began = time.monotonic()
        if self.start(step).wait() != 0:
            raise RuntimeError(f"harvest {step} failed: {_last_lines(self.folder)}")
        return time.monotonic() - began

    def ended_within(self, step: str, pause: float) -> bool:
        """Whether the step had done its work; otherwise it was killed after that many seconds."""
        process = self.start(step)
        with suppress(subprocess.TimeoutExpired):
            if process.wait(pause) != 0:
                raise RuntimeError(f"harvest {step} failed: {_last_lines(self.folder)}")
            return True
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return step == "fetch" and self._fetched()

    def _fetched(self) -> bool:
        """Killed after the last run had been written: another fetch would be the next day's harvest."""
        states: list[tuple[object, ...]] = []
        with suppress(sqlite3.OperationalError):  # killed before there was a table, or a file
            states = rows(self.folder / "raw.db", "select status from runs")
        return bool(states) and all(state == ("complete",) for state in states)


def disturbed(harvest: Harvest, seconds: dict[str, float], kills: int, seed: int) -> list[tuple[str, float]]:
    """Both steps with kills at moments spread at random over what they took; gives where the kills fell.

    A fetch goes on where it was killed, so it is killed after a share of its time each time; a build begins anew. A
    fetch that ends before its share of kills leaves the rest to the build.
    """
    chance, fell = random.Random(seed), list[tuple[str, float]]()
    for_fetch = kills - max(1, kills // 4)
    share, fetched = seconds["fetch"] / for_fetch, False
    while len(fell) < for_fetch and not fetched:
        pause = chance.uniform(STARTING, STARTING + 1.4 * share)
        if not (fetched := harvest.ended_within("fetch", pause)):
            fell.append(("fetch", round(pause, 2)))
    if not fetched:
        harvest.run("fetch")
    while len(fell) < kills:
        pause = chance.uniform(0.2, seconds["build"])
        if not harvest.ended_within("build", pause):
            fell.append(("build", round(pause, 2)))
    harvest.run("build")
    return fell


def _last_lines(folder: Path) -> str:
    return " | ".join((folder / "log.txt").read_text("utf-8").splitlines()[-5:])


# ------------------------------------------------------------ comparing


def differences(one: Path, other: Path) -> list[str]:
    """What differs between two folders: tables, then rows, of ketamine.db; then the content of raw.db."""
    found = compare(one / "ketamine.db", other / "ketamine.db")
    held = "select source, source_id, hash, gone_run is null, revised, doi, pmid from holdings"
    return found + _difference("raw.db holdings", *(rows(folder / "raw.db", held) for folder in (one, other)))


def compare(one: Path, other: Path) -> list[str]:
    tables = [
        {str(row[0]) for row in rows(path, "select name from sqlite_master where type = 'table'")}
        for path in (one, other)
    ]
    found = [f"table {name} is only in one" for name in sorted(tables[0] ^ tables[1])]
    for name in sorted(tables[0] & tables[1]):
        columns = [row[1] for row in rows(one, f"pragma table_info([{name}])") if not str(row[1]).endswith("_at")]
        listed = ", ".join(f"[{column}]" for column in columns)
        found += _difference(name, *(rows(path, f"select {listed} from [{name}]") for path in (one, other)))
    return found


def _difference(name: str, one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> list[str]:
    left, right = Counter(one), Counter(other)
    return [
        f"{name}: {len(list((a - b).elements()))} rows only {where}, such as {str(next(iter(a - b)))[:400]}"
        for a, b, where in ((left, right, "undisturbed"), (right, left, "after kills")) if a - b
    ]  # fmt: skip


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def run(
    folder: Path, kills: int, seed: int, faults: str = "none", sources: tuple[str, ...] = ()
) -> tuple[dict[str, float], list[tuple[str, float]], list[str]]:
    """Both runs, each against an emulator of its own: (seconds undisturbed, where the kills fell, what differs)."""
    calm, rough = folder / "undisturbed", folder / "killed"
    for one in (calm, rough):
        one.mkdir(parents=True)
    with emulator(faults) as environment:
        harvest = Harvest(calm, environment, sources)
        seconds = {step: harvest.run(step) for step in STEPS}
    with emulator(faults) as environment:
        fell = disturbed(Harvest(rough, environment, sources), seconds, kills, seed)
    return seconds, fell, differences(calm, rough)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", default="none")
    parser.add_argument("--keep", type=Path, help="a new folder for both runs; default: one that is removed")
    options = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is absent; the emulator of the services lies there")
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch) / "runs"
        seconds, fell, found = run(folder, options.kills, options.seed, options.faults)
    print("undisturbed: " + ", ".join(f"{step} {taken:.1f} s" for step, taken in seconds.items()))
    print(f"{len(fell)} kills (seed {options.seed}, faults {options.faults}), seconds after each start:")
    for step in STEPS:
        print(f"  {step}: " + ", ".join(f"{pause:.2f}" for where, pause in fell if where == step))
    print("\n".join(found) or "differences: none")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
