"""The harvest engine with an invented source: what is asked, what is counted, what an interruption costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from harvest import fetch as fetching
from harvest import sources
from harvest.archive import Archive, Run, StoredWindow
from harvest.client import Client, Identity
from harvest.errors import BadInput, HarvestError, Refused
from harvest.fetch import Harvest
from harvest.record import Record
from harvest.sources import Batch, Held, Payload, Source, Window

SIZE = 3


class Killed(BaseException):
    """Stands for SIGKILL: nothing that catches errors may catch it."""


@dataclass
class Service:
    """An invented source that lists items in batches of three.

    announced
        Added to the announced count, for services that cannot count.
    withheld
        Ids that are listed but not delivered.
    dies
        Raises at that request, once.
    capacity
        More items than this in a window are split in halves; ``forgets`` loses the second half.
    """

    name: str = "alpha"
    items: dict[str, str] = field(default_factory=dict)
    announced: int = 0
    withheld: set[str] = field(default_factory=set)
    absent: tuple[str, ...] = ()
    dies: BaseException | None = None
    dies_at: int = 0
    capacity: int = 10_000
    forgets: bool = False
    words: str = "ketamine"
    census_days: int = 0
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    plans: list[Held] = field(default_factory=list)

    @property
    def module(self) -> ModuleType:
        about = Source(self.name, self.name.title(), "", "", "", "", census_days=self.census_days)
        return cast(ModuleType, SimpleNamespace(
            ABOUT=about, query=lambda drugs: self.words, plan=self.plan, fetch=self.fetch, parse=self.parse,
        ))  # fmt: skip

    def plan(self, held: Held) -> list[Window]:
        self.plans.append(held)
        if not held.since:
            return [Window("all", "full", held.query)]
        changes = Window("changes", "changes", held.query, {"since": held.since})
        return [changes, Window("all ids", "census", held.query)] if held.census_due else [changes]

    def fetch(self, client: Client, window: Window) -> Iterator[Batch]:
        found = self._found(window)
        if len(found) > self.capacity:
            self._ask(client, window, ())
            yield Batch(expected=len(found) + self.announced, split=self._halves(window, found))
            return
        expected = len(found) + self.announced
        if window.kind == "census":
            self._ask(client, window, tuple(found))
            yield Batch(expected=expected, listed=tuple(found))
            return
        start = window.state.get("start", 0)
        while start < len(found) or (start == 0 and not found):
            part = found[start : start + SIZE]
            self._ask(client, window, tuple(part))
            start += SIZE
            bodies = tuple(self._payload(i) for i in part if i not in self.withheld)
            yield Batch(bodies, expected, listed=tuple(part), state={"start": start}, absent=self.absent)
            if not found:
                return

    def parse(self, payload: Payload) -> Record:
        text = payload.body.decode()
        if "unreadable" in text:
            raise BadInput(f"{payload.source} {payload.source_id}: cannot be read")
        revised = text.partition("revised ")[2]
        return Record(source=payload.source, source_id=payload.source_id, title=text, kind="article", revised=revised)

    def _found(self, window: Window) -> list[str]:
        since, limits = window.parameters.get("since", ""), window.parameters
        return sorted(
            i for i, text in self.items.items()
            if text.partition("revised ")[2] >= since and limits.get("low", "") <= i <= limits.get("high", "~")
        )  # fmt: skip

    def _halves(self, window: Window, found: list[str]) -> tuple[Window, ...]:
        half = len(found) // 2
        low, high = window.parameters.get("low", ""), window.parameters.get("high", "~")
        since = {"since": window.parameters["since"]} if "since" in window.parameters else {}
        below, above = (
            Window(f"{window.kind} {start}-{end}", window.kind, window.query, {"low": start, "high": end} | since)
            for start, end in ((low, found[half - 1]), (found[half], high))
        )
        return (below,) if self.forgets else (below, above)

    def _ask(self, client: Client, window: Window, ids: tuple[str, ...]) -> None:
        client.requests_sent[self.name] = client.requests_sent.get(self.name, 0) + 1
        if self.dies and len(self.asked) == self.dies_at:
            problem, self.dies = self.dies, None
            raise problem
        self.asked.append((window.key, ids))

    def _payload(self, source_id: str) -> Payload:
        return Payload(self.name, source_id, self.items[source_id].encode(), "xml")


def numbered(count: int, first: int = 0) -> dict[str, str]:
    return {f"{n:03d}": f"invented {n}, revised 2026-03-01" for n in range(first, first + count)}


class Silent:
    def window(self, source: str, stored: StoredWindow) -> None: ...

    def advance(self, received: int, expected: int | None) -> None: ...


Run_ = Callable[..., list[Run]]


@pytest.fixture
def run(tmp_path: Path) -> Run_:
    """Harvests services into one folder, each time with a fresh client as a new process would."""

    def harvest(*services: Service, accept_deletions: bool = False, **options: Any) -> list[Run]:
        client = Client(Identity(), sleep=lambda _: None)
        with Archive(tmp_path / "raw.db") as archive:
            engine = Harvest(archive, client, (), Silent(), accept_deletions)
            return engine.run([service.module for service in services], **options)

    return harvest


@pytest.fixture
def look(tmp_path: Path) -> Callable[[], Archive]:
    return lambda: Archive(tmp_path / "raw.db", write=False)


def later(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr(fetching, "now", lambda: f"{day}T00:00:00Z")


# ------------------------------------------------------------ completeness


def test_a_complete_run(run: Run_, look: Callable[[], Archive]) -> None:
    """Everything listed is held, counted and requests are summed; the source starts with nothing known."""
    service = Service(items=numbered(8))
    (ended,) = run(service)
    assert (ended.status, ended.mode, ended.new, ended.expected, ended.requests) == ("complete", "full", 8, 8, 3)
    assert (ended.query, service.plans) == ("ketamine", [Held("ketamine")])
    assert look().ids("alpha") == sorted(service.items)


def test_no_hits_are_a_complete_run(run: Run_) -> None:
    """A true zero is no failure."""
    assert [(r.status, r.received) for r in run(Service())] == [("complete", 0)]


def test_a_short_window_is_tried_again_then_named(run: Run_, look: Callable[[], Archive]) -> None:
    """Announced but not arrived: once more from the start, then incomplete, with window and numbers in the message."""
    service = Service(items=numbered(4), announced=2)
    (ended,) = run(service)
    assert (ended.status, ended.message) == ("incomplete", "all: 4 of 6 announced arrived")
    assert len(service.asked) == 4
    assert [(w.status, w.message) for w in look().windows()] == [("incomplete", "all: 4 of 6 announced arrived")]
    assert look().count("alpha") == 4


def test_a_window_that_recovers_on_the_second_try_is_complete(run: Run_) -> None:
    """What the first try brought counts."""
    service = Service(items=numbered(4), announced=1)
    fetch = service.fetch

    def recover(client: Client, window: Window) -> Iterator[Batch]:
        yield from fetch(client, window)
        service.announced = 0

    service.fetch = recover  # type: ignore[method-assign]
    assert [(r.status, r.new) for r in run(service)] == [("complete", 4)]


def test_the_next_run_goes_on_with_what_was_short(run: Run_) -> None:
    """The same run is reopened, not a new one begun; it ends complete when the service counts right again."""
    service = Service(items=numbered(4), announced=2)
    (short,) = run(service)
    service.announced = 0
    (ended,) = run(service)
    assert (ended.id, ended.status, ended.message, ended.new) == (short.id, "complete", "", 4)
    assert len(service.plans) == 1


@pytest.mark.parametrize("kind", ["full", "changes"])
def test_listed_but_not_delivered_is_named(run: Run_, kind: str) -> None:
    """Also when an older content is held: a revision that does not come must not be passed over."""
    service = Service(items=numbered(5))
    if kind == "changes":
        run(service)
        service.items["002"] = "rewritten, revised 2099-01-01"
    service.withheld = {"002"}
    (ended,) = run(service)
    assert ended.status == "incomplete"
    assert ended.message.endswith("listed but not delivered: 002")
    service.withheld = set()
    assert [r.status for r in run(service)] == ["complete"]


# ------------------------------------------------------------ interruptions


@pytest.mark.parametrize("moment", range(5))
def test_an_interrupted_run_goes_on_without_asking_again(run: Run_, look: Callable[[], Archive], moment: int) -> None:
    """Killed at any request: afterwards every part was asked for exactly once, and the counts are those of one run."""
    service = Service(items=numbered(13), dies=Killed(), dies_at=moment)
    with pytest.raises(Killed):
        run(service)
    assert look().count("alpha") == 3 * moment
    (ended,) = run(service)
    assert (ended.status, ended.new, ended.received, ended.mode) == ("complete", 13, 13, "full")
    assert len(service.asked) == len(set(service.asked)) == 5
    assert len(look().runs()) == 1


def test_finished_sources_are_not_begun_again(run: Run_, look: Callable[[], Archive]) -> None:
    """Of three sources the second is killed: the next harvest goes on with it and does the third, and only these."""
    first, second, third = (Service(name, items=numbered(4)) for name in ("alpha", "beta", "gamma"))
    second.dies, second.dies_at = Killed(), 1
    with pytest.raises(Killed):
        run(first, second, third)
    runs = run(first, second, third)
    assert [(r.source, r.status, r.new) for r in runs] == [("beta", "complete", 4), ("gamma", "complete", 4)]
    assert [len(service.plans) for service in (first, second, third)] == [1, 1, 1]
    assert [r.source for r in run(first, second, third)] == ["alpha", "beta", "gamma"]


def test_sources_that_the_interrupted_harvest_left_out_are_begun(run: Run_, look: Callable[[], Archive]) -> None:
    """A harvest of one source was killed; the next one, of all, does not stop at that source."""
    first, second = Service("alpha", items=numbered(4), dies=Killed(), dies_at=1), Service("beta", items=numbered(2))
    with pytest.raises(Killed):
        run(first)
    assert [(r.source, r.status) for r in run(first, second)] == [("alpha", "complete"), ("beta", "complete")]


def test_an_interruption_between_the_last_batch_and_the_end_of_a_run(
    run: Run_, look: Callable[[], Archive], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything was stored, nothing closed: the restart asks for nothing."""
    service = Service(items=numbered(4))

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Archive, "close_window", die)
        run(service)
    asked = len(service.asked)
    assert [r.status for r in run(service)] == ["complete"]
    assert len(service.asked) == asked


def test_a_failed_source_does_not_stop_the_others(run: Run_, look: Callable[[], Archive]) -> None:
    """It keeps what it had stored and goes on from there the next time; its message is kept."""
    first, second = Service("alpha", items=numbered(7)), Service("beta", items=numbered(2))
    first.dies, first.dies_at = Refused("Alpha answered 401: who are you?"), 1
    runs = run(first, second)
    assert [(r.source, r.status, r.message) for r in runs] == [
        ("alpha", "failed", "Alpha answered 401: who are you?"), ("beta", "complete", ""),
    ]  # fmt: skip
    assert look().count("alpha") == 3
    again = run(first, second)
    assert [(r.source, r.status) for r in again] == [("alpha", "complete"), ("beta", "complete")]
    assert again[0].id == runs[0].id
    assert len(first.asked) == len(set(first.asked)) == 3


# ------------------------------------------------------------ splits


def test_splits_cover_everything_and_survive_a_kill(run: Run_, look: Callable[[], Archive]) -> None:
    """Windows split until they are small enough; killed in between, no part is asked for twice."""
    service = Service(items=numbered(20), capacity=6, dies=Killed(), dies_at=6)
    with pytest.raises(Killed):
        run(service)
    (ended,) = run(service)
    assert (ended.status, ended.new, ended.expected) == ("complete", 20, 20)
    assert len(service.asked) == len(set(service.asked))
    assert {w.status for w in look().windows()} == {"split", "complete"}


@pytest.mark.parametrize("kind", ["full", "changes"])
def test_slices_that_do_not_add_up_are_noticed(run: Run_, kind: str) -> None:
    """A splitting that loses a part: incomplete, whether everything or only the changes were asked for, and mended by
    splitting anew."""
    service = Service(items=numbered(20))
    if kind == "changes":
        run(service)
        service.items = {i: text.replace("2026", "2099") for i, text in service.items.items()}
    service.capacity, service.forgets = 12, True
    (ended,) = run(service)
    assert ended.status == "incomplete"
    assert "its slices list 10 of 20 announced" in ended.message
    service.forgets = False
    (ended,) = run(service)
    assert (ended.status, ended.received) == ("complete", 20)


# ------------------------------------------------------------ deletions


def test_a_full_run_marks_what_is_not_listed_any_more(run: Run_, look: Callable[[], Archive]) -> None:
    """Gone from the counts, kept in the archive, told with its reason."""
    service = Service(items=numbered(10))
    run(service)
    del service.items["004"]
    (ended,) = run(service, full=True)
    assert (ended.status, ended.gone, ended.unchanged) == ("complete", 1, 9)
    assert look().gone() == [("alpha", "004", "not listed by its source any more")]


def test_a_census_notices_deletions_in_an_incremental_run(run: Run_, look: Callable[[], Archive]) -> None:
    """It lists ids only; what the changes brought in the same run is not mistaken for gone."""
    service = Service(items=numbered(10))
    run(service)
    del service.items["004"]
    service.items |= {"100": "new, revised 2099-01-01"}
    (ended,) = run(service)
    assert (ended.mode, ended.status, ended.new, ended.gone) == ("incremental", "complete", 1, 1)
    assert look().ids("alpha") == sorted(service.items)


def test_a_great_loss_is_doubted_until_it_is_accepted(run: Run_, look: Callable[[], Archive]) -> None:
    """More than a tenth (and more than twenty): nothing is marked, the message says how to believe it."""
    service = Service(items=numbered(300))
    run(service)
    everything, service.items = service.items, numbered(250)
    (ended,) = run(service)
    assert (ended.status, ended.gone, look().count("alpha")) == ("incomplete", 0, 300)
    assert "50 of 300 ids are not listed any more" in ended.message
    assert "--accept-deletions" in ended.message

    (ended,) = run(service, accept_deletions=True)
    assert (ended.status, ended.gone, look().count("alpha")) == ("complete", 50, 250)

    service.items = everything  # they come back
    (ended,) = run(service, full=True)
    assert (ended.status, ended.changed, look().count("alpha")) == ("complete", 50, 300)


def test_a_doubted_census_is_asked_for_anew(run: Run_, look: Callable[[], Archive]) -> None:
    """A passing weakness of the service: the next run lists again, believes that, and needs no accepting."""
    service = Service(items=numbered(300))
    run(service)
    everything, service.items = service.items, numbered(200)
    assert [r.status for r in run(service)] == ["incomplete"]
    service.items, before = everything, len(service.asked)
    assert [(r.status, r.gone) for r in run(service)] == [("complete", 0)]
    assert [key for key, _ in service.asked[before:]] == ["all ids"]


def test_a_small_loss_is_believed(run: Run_) -> None:
    """Up to twenty ids are marked however few are held."""
    service = Service(items=numbered(30))
    run(service)
    service.items = numbered(12)
    assert [(r.status, r.gone) for r in run(service)] == [("complete", 18)]


def test_a_census_that_lists_what_no_window_brought_leads_to_a_full_run(run: Run_) -> None:
    """Records that appear without a date of change: this run is incomplete, the next fetches everything."""
    service = Service(items=numbered(5))
    run(service)
    service.items["100"] = "added with an old date, revised 2001-01-01"
    (ended,) = run(service)
    assert (ended.status, ended.mode) == ("incomplete", "incremental")
    assert "listed but not held: 100; the next run fetches everything" in ended.message
    (ended,) = run(service)
    assert (ended.status, ended.mode, ended.new) == ("complete", "full", 1)


def test_ids_that_a_service_says_it_lacks_are_gone(run: Run_, look: Callable[[], Archive]) -> None:
    """Asked for by id and absent."""
    service = Service(items=numbered(5))
    run(service)
    service.absent, service.census_days = ("001",), 30
    (ended,) = run(service)
    assert (ended.status, ended.gone) == ("complete", 1)
    assert look().gone() == [("alpha", "001", "its source does not serve it any more")]


# ------------------------------------------------------------ what is asked when


def test_changes_are_asked_for_from_a_week_before_the_newest_known_one(run: Run_) -> None:
    """From the newest stated change, or the start of the last run when that is earlier."""
    service = Service(items=numbered(3))
    (first,) = run(service)
    run(service)
    assert service.plans[-1].since == "2026-02-22"
    assert (service.plans[-1].count, service.plans[-1].census_due) == (3, True)
    service.items["999"] = "from the future, revised 2999-01-01"
    run(service)
    run(service)
    day = fetching._day(first.started_at)
    assert service.plans[-1].since == (day - fetching.OVERLAP).isoformat()


def test_the_census_waits_as_long_as_the_source_says(run: Run_, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted from the last listing, full or census."""
    service = Service(items=numbered(3), census_days=30)
    (first,) = run(service)
    start = fetching._day(first.started_at)
    for days, due in ((29, False), (30, True)):
        later(monkeypatch, (start + timedelta(days=days)).isoformat())
        run(service)
        assert service.plans[-1].census_due is due


def test_everything_is_fetched_again_after_a_year_on_demand_and_for_another_query(
    run: Run_, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise only what changed."""
    service = Service(items=numbered(3))
    modes = [run(service)[0].mode for _ in range(2)] + [run(service, full=True)[0].mode]
    service.words = "ketamine OR esketamine"
    modes += [run(service)[0].mode for _ in range(2)]
    (last,) = run(service)
    start = fetching._day(last.started_at)
    later(monkeypatch, (start + timedelta(days=364)).isoformat())
    modes += [run(service)[0].mode]
    later(monkeypatch, (start + timedelta(days=365)).isoformat())
    modes += [run(service)[0].mode]
    assert modes == ["full", "incremental", "full", "full", "incremental", "incremental", "full"]


def test_later_sources_are_told_what_earlier_ones_brought(run: Run_) -> None:
    """PubMed's deletions of the same harvest reach the sources after it."""
    first, second = Service("pubmed", items=numbered(5)), Service("beta", items=numbered(5))
    run(first, second)
    del first.items["003"]
    run(first, second)
    run(first, second)
    assert [held.gone_pmids for held in second.plans] == [(), ("003",), ()]


# ------------------------------------------------------------ what cannot be read


def test_what_cannot_be_parsed_is_kept_and_listed_and_the_rest_goes_on(run: Run_, look: Callable[[], Archive]) -> None:
    """The payload stays (a better parser may read it), and rejected names it with its reason, once."""
    service = Service(items=numbered(5) | {"002": "unreadable"})
    (ended,) = run(service)
    run(service, full=True)
    assert (ended.status, ended.new) == ("complete", 5)
    assert [row[:3] for row in look().rejections()] == [("alpha", "002", "alpha 002: cannot be read")]
    assert look().count("alpha") == 5


# ------------------------------------------------------------ the command


def test_unknown_sources_are_named(tmp_path: Path) -> None:
    """With the ones there are; no archive is made."""
    with pytest.raises(HarvestError, match=r"no such source: pubmud; there are pubmed, europepmc, .*openalex"):
        fetching.fetch(tmp_path, ["pubmed", "pubmud"], say=print)
    assert list(tmp_path.iterdir()) == []


def test_openalex_is_left_out_without_a_key_unless_it_is_named() -> None:
    """It says so; a missing address is told as well. Named, it is tried and refused with the way to a key."""
    said: list[str] = []
    everything = list(sources.fetchable())
    keyless, keyed = Client(Identity()), Client(Identity("reader@example.org", "", "invented"))
    names = [module.ABOUT.name for module in fetching._chosen([], keyless, said.append)]
    assert names == [name for name in everything if name != "openalex"]
    assert "OPENALEX_API_KEY" in said[0]
    assert "HARVEST_EMAIL is not set" in said[1]
    assert [m.ABOUT.name for m in fetching._chosen(["openalex"], keyless, said.append)] == ["openalex"]
    said.clear()
    assert [m.ABOUT.name for m in fetching._chosen([], keyed, said.append)] == everything
    assert said == []


def test_the_summary_tells_the_counts_and_the_trouble(run: Run_) -> None:
    """One line per source."""
    first, second = Service("alpha", items=numbered(1200)), Service("beta", items=numbered(2), announced=1)
    lines = [fetching._summary(ended) for ended in run(first, second)]
    assert lines == [
        "alpha: 1,200 new, 0 changed, 0 unchanged, 0 gone; 400 requests",
        "beta: 2 new, 0 changed, 0 unchanged, 0 gone; 2 requests (incomplete: all: 2 of 3 announced arrived)",
    ]
