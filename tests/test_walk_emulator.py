"""The whole harvest against the emulator of the services: every id, few requests, within the limits, whatever fails.

Needs the material beside the project. Most tests run with a shortened pace; the one on politeness runs at real speed.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from harvest import fetch as fetching
from harvest import sources
from harvest.archive import Archive, Run
from harvest.cli import main
from harvest.client import Client
from harvest.sources import Source

pytestmark = [pytest.mark.shared, pytest.mark.slow]

_spec = importlib.util.spec_from_file_location("kill_harvest", Path(__file__).parent / "bench" / "kill_harvest.py")
assert _spec
assert _spec.loader
kill_harvest = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = kill_harvest  # dataclasses look their module up
_spec.loader.exec_module(kill_harvest)

SERVICES = {
    "pubmed": "pubmed", "europepmc": "europepmc", "clinicaltrials": "ctgov", "openalex": "openalex",
    "crossref": "crossref",
}  # fmt: skip
"""Source -> what the emulator calls it."""
PAGE = {"pubmed": 200, "europepmc": 1000, "ctgov": 1000, "openalex": 100, "crossref": 1000}


class HurriedClient(Client):
    """Waits briefly and paces for an emulator whose seconds are short."""

    def _starting_pace(self, source: Source) -> float:
        return 100.0

    def _obey_headers(self, source: Source, response: requests.Response) -> None:
        """The announced limit is one per emulated second, which is a fraction of a real one."""


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "Client", lambda: HurriedClient(sleep=lambda s: time.sleep(min(s, 0.03))))


def harvest(folder: Path, *names: str, **options: bool) -> dict[str, Run]:
    runs = fetching.fetch(folder, names, say=lambda _: None, **options)
    return {run.source: run for run in runs}


def held(folder: Path) -> dict[str, set[str]]:
    """Ids by source, as the emulator's truth writes them."""
    with Archive(folder / "raw.db", write=False) as archive:
        return {name: set(archive.ids(name)) for name in SERVICES}


def truth(server: Any) -> dict[str, set[str]]:
    services = server.truth()["services"]
    return {name: {_as_held(name, found) for found in services[theirs]["ids"]} for name, theirs in SERVICES.items()}


def _as_held(name: str, truth_id: str) -> str:
    """The id under which the archive keeps what the truth names so."""
    if name == "europepmc" and ":" not in truth_id:
        return f"{'PPR' if truth_id.startswith('PPR') else 'MED'}:{truth_id}"
    if name == "openalex":
        return f"https://openalex.org/{truth_id.rpartition('/')[2]}"
    return truth_id.lower() if name == "crossref" else truth_id


def differences(folder: Path, server: Any) -> dict[str, tuple[set[str], set[str]]]:
    """Source -> (held but not served, served but not held), only where there are any."""
    ours, theirs = held(folder), truth(server)
    return {
        name: (ours[name] - theirs[name], theirs[name] - ours[name]) for name in SERVICES if ours[name] != theirs[name]
    }


def fewest_requests(server: Any) -> int:
    """One search of PubMed and as many full pages as hold every record."""
    counts = {name: found["count"] for name, found in server.truth()["services"].items()}
    return 1 + sum(math.ceil(counts[name] / size) for name, size in PAGE.items())


def complete(runs: dict[str, Run]) -> bool:
    return {run.status for run in runs.values()} == {"complete"}


# ------------------------------------------------------------ nothing fails


def test_a_harvest_holds_exactly_what_is_served_with_few_requests(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path
) -> None:
    """Every id of five services and no other, at most 1.15 times the fewest requests, and each one identified."""
    server = emulator("--faults", "none")
    runs = harvest(tmp_path)
    stats = server.stats()
    assert complete(runs)
    assert differences(tmp_path, server) == {}
    assert stats["requests_total"] <= 1.15 * fewest_requests(server)
    assert stats["requests_total"] == sum(run.requests for run in runs.values())
    assert stats["lacking"] == {}
    assert stats["rate_limited"] == {}


@pytest.mark.parametrize(
    ("source", "key", "email", "published"),
    [("pubmed", "", "dev@example.org", 3), ("pubmed", "invented", "dev@example.org", 10),
     ("crossref", "", "", 5), ("crossref", "", "dev@example.org", 10)],
)  # fmt: skip
def test_the_published_limits_hold_at_real_speed(
    emulator: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    source: str, key: str, email: str, published: int,
) -> None:  # fmt: skip
    """In no second do more requests arrive than the service allows, and none is refused for coming too fast."""
    server = emulator("--faults", "none", "--speed", "1")
    monkeypatch.setenv("HARVEST_EMAIL", email)
    if key:
        monkeypatch.setenv("NCBI_API_KEY", key)
    assert complete(harvest(tmp_path, source))
    stats = server.stats()
    assert stats["peak_per_second"][source] <= published
    assert stats["peak_parallel"][source] == 1
    assert stats["rate_limited"] == {}


# ------------------------------------------------------------ things fail


@pytest.mark.parametrize("seed", ["7", "11", "23"])
def test_a_hostile_day_changes_nothing_but_the_number_of_requests(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path, seed: str
) -> None:
    """Resets, cut bodies, errors with status 200, repeated pages: the archive is complete all the same."""
    server = emulator("--faults", "hostile", "--seed", seed)
    runs = harvest(tmp_path)
    assert complete(runs), {name: run.message for name, run in runs.items()}
    assert differences(tmp_path, server) == {}
    assert sum(server.stats()["faults"].values()) > 5


@pytest.mark.parametrize("faults", ["none", "hostile"])
def test_a_low_ceiling_splits_windows_until_all_is_found(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path, faults: str
) -> None:
    """With 80 ids per search PubMed is cut by day and then by PMID (120 records share a day), and nothing is lost."""
    server = emulator("--ceiling", "79", "--faults", faults)
    runs = harvest(tmp_path, "pubmed")
    assert complete(runs), runs["pubmed"].message
    assert held(tmp_path)["pubmed"] == truth(server)["pubmed"]
    with Archive(tmp_path / "raw.db", write=False) as archive:
        windows = archive.windows()
    assert {w.status for w in windows} == {"complete", "split"}
    assert any("low" in w.window.parameters for w in windows)
    assert sum(w.received for w in windows if w.status == "complete") == len(truth(server)["pubmed"])


def script(folder: Path, endpoint: str, fault: str) -> str:
    """A file of faults: this one on every request to the endpoint, for ever."""
    path = folder / "faults.json"
    path.write_text(json.dumps({"rules": [{"endpoint": endpoint, "from": 1, "fault": fault}]}))
    return str(path)


def test_what_never_arrives_is_named_and_all_else_is_kept(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path
) -> None:
    """A service that always announces seven more than it gives: exit status 1, the window named, the rest intact.
    When the service has recovered, the next harvest completes the run."""
    server = emulator("--faults", script(tmp_path, "europepmc_search", "overcount"))
    with pytest.raises(SystemExit) as ended:
        main(["fetch", "--data", str(tmp_path)], standalone_mode=False)
    assert ended.value.code == 1
    with Archive(tmp_path / "raw.db", write=False) as archive:
        runs = {run.source: run for run in archive.runs()}
        named = {w.window.key: w.message for w in archive.windows() if w.status == "incomplete"}
    assert {name for name, run in runs.items() if run.status == "incomplete"} == {"europepmc"}
    assert list(named) == ["full"]
    assert runs["europepmc"].message == named["full"] == "full: 1,706 of 1,713 announced arrived"
    assert differences(tmp_path, server) == {}

    emulator("--faults", "none")
    again = harvest(tmp_path, "europepmc")["europepmc"]
    assert (again.id, again.status) == (runs["europepmc"].id, "complete")


def test_records_left_out_of_every_answer_are_asked_for_once_more(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path
) -> None:
    """PubMed leaves the last record out of every batch, for ever: each is fetched by asking for it alone."""
    server = emulator("--faults", script(tmp_path, "efetch", "drop_record"))
    run = harvest(tmp_path, "pubmed")["pubmed"]
    assert run.status == "complete"
    assert held(tmp_path)["pubmed"] == truth(server)["pubmed"]
    assert run.requests == 1 + 2 * math.ceil(run.received / 200)


def test_the_example_of_scripted_faults(
    emulator: Callable[..., Any], hurried: None, shared: Path, tmp_path: Path
) -> None:
    """A 503 with Retry-After, cut XML, repeated pages, resets, 429: all are passed through."""
    server = emulator("--faults", str(shared / "upstream" / "faults_example.json"))
    assert complete(harvest(tmp_path))
    assert differences(tmp_path, server) == {}


# ------------------------------------------------------------ later days


def test_later_harvests_find_every_change_with_a_quarter_of_the_requests(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path
) -> None:
    """A fortnight and another later: new, changed, late-added, retracted and deleted items are all noticed."""
    server = emulator("--epoch", "1")
    whole = sum(run.requests for run in harvest(tmp_path).values())
    for epoch in ("2", "3"):
        server.stop()
        server = emulator("--epoch", epoch)
        runs = harvest(tmp_path)
        assert complete(runs), {name: run.message for name, run in runs.items()}
        assert {run.mode for run in runs.values()} == {"incremental"}
        assert differences(tmp_path, server) == {}
        assert sum(run.requests for run in runs.values()) < whole / 4
        _assert_changes_are_held(tmp_path, server, runs)


def _assert_changes_are_held(folder: Path, server: Any, runs: dict[str, Run]) -> None:
    """Every item that the truth says has changed was stored anew in this run; every deleted one is gone."""
    changes = server.truth()["changes"]
    with Archive(folder / "raw.db", write=False) as archive:
        gone = {(source, source_id) for source, source_id, _ in archive.gone()}
        for name, theirs in SERVICES.items():
            sql = "select source_id from payloads where source = ? and run_id >= ?"
            fresh = {row[0] for row in archive.db.execute(sql, [name, runs[name].id])}
            wanted = {_as_held(name, found) for found in changes[theirs]["new"] + changes[theirs]["changed"]}
            assert wanted <= fresh, (name, sorted(wanted - fresh)[:5])
            assert {(name, _as_held(name, found)) for found in changes[theirs]["gone"]} <= gone


def test_a_second_harvest_on_the_same_day_stores_nothing(
    emulator: Callable[..., Any], hurried: None, tmp_path: Path
) -> None:
    """What is fetched again within the overlap is recognised as unchanged."""
    emulator("--epoch", "1")
    harvest(tmp_path)
    runs = harvest(tmp_path)
    assert complete(runs)
    assert sum(run.new + run.changed + run.gone for run in runs.values()) == 0


def test_every_source_is_harvested_here() -> None:
    """A source that is added must be added to these tests."""
    assert set(sources.fetchable()) == set(SERVICES)
    assert replace(sources.fetchable()["pubmed"].ABOUT).per_second < 3


# ------------------------------------------------------------ killed


def test_three_kills_leave_no_trace(shared: Path, tmp_path: Path) -> None:
    """Killed in the fetch and in the build and started again: both databases are those of an undisturbed run.
    tests/bench/kill_harvest.py does the same with twenty kills."""
    _, kills, differences = kill_harvest.run(tmp_path / "runs", kills=3, seed=5, sources=("pubmed", "crossref"))
    assert differences == []
    assert len(kills) == 3
    assert {step for step, _ in kills} == {"fetch", "build"}
