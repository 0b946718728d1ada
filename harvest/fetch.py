"""A harvest: runs of sources, window by window, into the archive. Interrupted at any point, it goes on from there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Protocol

from harvest import sources, vocabulary
from harvest.archive import Archive, Fact, Run, StoredWindow, now
from harvest.archive import path_in as archive_path
from harvest.client import Client
from harvest.errors import BadInput, HarvestError, ServiceError
from harvest.identifiers import unique
from harvest.progress import Bars
from harvest.sources import Batch, Held, Window
from harvest.vocabulary import Concept

log = logging.getLogger(__name__)

OVERLAP = timedelta(days=7)
"""Changes are asked for from the newest known change minus this: services index with delay."""
FULL_AFTER = timedelta(days=365)
"""After a year everything is fetched again, whatever the dates say."""
TRIES_PER_WINDOW = 2
LARGEST_LOSS = 0.10
"""A census that would mark more than this share as gone is doubted instead of believed."""


class Progress(Protocol):
    """How a harvest shows itself; `harvest.progress` draws bars, tests pass a silent one."""

    def window(self, source: str, stored: StoredWindow) -> None: ...

    def advance(self, received: int, expected: int | None) -> None: ...


def fetch(
    folder: Path, names: Sequence[str], *, full: bool = False, accept_deletions: bool = False,
    say: Callable[[str], None],
) -> list[Run]:  # fmt: skip
    """Harvests the named sources (all when none is named) into the folder's raw.db and tells what came of it."""
    client = Client()
    modules = _chosen(names, client, say)
    with Archive(archive_path(folder)) as archive, Bars() as bars:
        harvest = Harvest(archive, client, vocabulary.drugs(), bars, accept_deletions)
        runs = harvest.run(modules, full=full)
    for run in runs:
        say(_summary(run))
    return runs


def _chosen(names: Sequence[str], client: Client, say: Callable[[str], None]) -> list[ModuleType]:
    known = sources.fetchable()
    if unknown := [name for name in names if name not in known]:
        raise HarvestError(f"no such source: {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = {name: known[name] for name in known if not names or name in names}
    if "openalex" in chosen and not names and not client.identity.openalex_key:
        say("openalex: left out; it needs a (free) key in OPENALEX_API_KEY")
        del chosen["openalex"]
    if not client.identity.email:
        say("HARVEST_EMAIL is not set; NCBI and Crossref ask for an address to write to if something goes wrong")
    return list(chosen.values())


def _summary(run: Run) -> str:
    counts = f"{run.new:,} new, {run.changed:,} changed, {run.unchanged:,} unchanged, {run.gone:,} gone"
    trouble = f" ({run.status}: {run.message})" if run.status != "complete" else ""
    return f"{run.source}: {counts}; {run.requests:,} requests{trouble}"


@dataclass(frozen=True)
class Harvest:
    """Everything a run needs. ``accept_deletions`` believes a census however much it misses."""

    archive: Archive
    client: Client
    drugs: tuple[Concept, ...]
    progress: Progress
    accept_deletions: bool = False

    # ------------------------------------------------------------ which runs

    def run(self, modules_in_order: Sequence[ModuleType], *, full: bool = False) -> list[Run]:
        """Continues what was interrupted or ended short, begins a run of every other source; gives all as they ended.

        What an interrupted harvest had finished is not begun again.
        """
        modules = {module.ABOUT.name: module for module in modules_in_order}
        order = list(modules)
        runs, interrupted = self.archive.unfinished(order)
        done = {run.source for run in runs}
        if interrupted:
            done |= self.archive.finished_since(order, interrupted)
        rest = [name for name in order if name not in done]
        runs += self.archive.plan_runs([(name, self._mode(modules[name], full)) for name in rest])
        runs.sort(key=lambda run: order.index(run.source))
        return [self._run(modules[run.source], run) for run in runs]

    def _mode(self, module: ModuleType, full: bool) -> str:
        """Everything at first, once a year, for another query, and when the last run listed what is not held."""
        name = module.ABOUT.name
        last, whole = self.archive.last_run(name), self.archive.last_run(name, kinds=("full",))
        if full or last is None or whole is None or self.archive.doubtful(name):
            return "full"
        due = _day(now()) - _day(whole.started_at) >= FULL_AFTER
        return "full" if due or last.query != module.query(self.drugs) else "incremental"

    # ------------------------------------------------------------ one run

    def _run(self, module: ModuleType, run: Run) -> Run:
        sent = self.client.requests_sent.get(run.source, 0)
        problems: list[str] = []
        try:
            if run.status == "planned":
                held = self._held(module, run)
                run = self.archive.open_run(run, held.query, module.plan(held))
            self._windows(module, run, problems)
            self._slices(run, problems)
            self._deletions(run, problems)
            status = "incomplete" if problems else "complete"
        except ServiceError as problem:
            problems.append(str(problem))
            status = "failed"
        requests = self.client.requests_sent.get(run.source, 0) - sent
        return self.archive.finish_run(run, status, "; ".join(problems), requests)

    def _held(self, module: ModuleType, run: Run) -> Held:
        """What the archive holds of the source, for its plan."""
        name = module.ABOUT.name
        query = module.query(self.drugs)
        last, listed = self.archive.last_run(name), self.archive.last_run(name, kinds=("full", "census"))
        if run.mode == "full" or last is None or listed is None:
            return Held(query)
        newest = min(_day(last.started_at), _day(self.archive.newest_change(name) or last.started_at))
        news = self.archive.changed_elsewhere(name, last.id)
        return Held(
            query, since=(newest - OVERLAP).isoformat(), count=self.archive.count(name),
            census_due=(_day(now()) - _day(listed.started_at)).days >= module.ABOUT.census_days,
            pmids=unique(fact.pmid for fact in news), dois=unique(fact.doi for fact in news),
            notices=unique(fact.notice for fact in news),
            gone_pmids=tuple(source_id for _, source_id, _ in self.archive.gone("pubmed", since_run=last.id)),
        )  # fmt: skip

    def _windows(self, module: ModuleType, run: Run, problems: list[str]) -> None:
        """Works through the open windows until none is left; splits add more."""
        while opened := [w for w in self.archive.windows(run.id) if w.status == "open"]:
            for stored in opened:
                self._window(module, stored, problems)

    def _window(self, module: ModuleType, stored: StoredWindow, problems: list[str]) -> None:
        self.progress.window(module.ABOUT.name, stored)
        for attempt in range(TRIES_PER_WINDOW):
            window = stored.window if attempt == 0 else stored.window.with_state({})
            expected, received, split = self._batches(module, stored, window)
            if split:
                self.archive.close_window(stored, "split")
                return
            message = (
                "" if expected is None or received >= expected else f"{received:,} of {expected:,} announced arrived"
            )
            if not message:
                break
            log.info("%s %s: %s", module.ABOUT.name, stored.window.key, message)
        if not message and stored.window.kind != "census" and (missing := self.archive.undelivered(stored)):
            message = f"listed but not delivered: {_some(missing)}"
        self._close(stored, message, problems)

    def _close(self, stored: StoredWindow, message: str, problems: list[str]) -> None:
        """Ends the window: complete, or incomplete with a message that names it."""
        message = message and f"{stored.window.key}: {message}"
        self.archive.close_window(stored, "incomplete" if message else "complete", message)
        if message:
            problems.append(message)

    def _batches(self, module: ModuleType, stored: StoredWindow, window: Window) -> tuple[int | None, int, bool]:
        """(expected, received, whether the window was split) after the last batch."""
        expected, received, split = stored.expected, stored.received, False
        for batch in module.fetch(self.client, window):
            received = self.archive.store(stored, batch, self._facts(module, stored, batch))
            expected = expected if batch.expected is None else batch.expected
            split = split or bool(batch.split)
            self.progress.advance(received, expected)
        return expected, received, split

    def _facts(self, module: ModuleType, stored: StoredWindow, batch: Batch) -> dict[str, Fact]:
        """Identifiers and date of change of each payload; what cannot be parsed is kept and listed as rejected."""
        facts = {}
        for payload in batch.payloads:
            try:
                record = module.parse(payload)
            except BadInput as problem:
                self.archive.reject(payload.source, payload.source_id, str(problem), payload.body, stored.run_id)
            else:
                facts[payload.source_id] = Fact.of(record)
        return facts

    # ------------------------------------------------------------ deletions, completeness

    def _slices(self, run: Run, problems: list[str]) -> None:
        """The slices of a split window must together list what the service announced for the whole."""
        if problems:  # of the slices themselves; when they are mended the sum is looked at again
            return
        for stored in self.archive.windows(run.id):
            listed = self.archive.sliced(stored) if stored.status == "split" else 0
            if stored.status == "split" and stored.expected is not None and listed < stored.expected:
                self._close(stored, f"its slices list {listed:,} of {stored.expected:,} announced", problems)

    def _deletions(self, run: Run, problems: list[str]) -> None:
        """After a full listing: ids not listed are gone; ids listed but not held are a problem."""
        listing = [w for w in self.archive.windows(run.id) if w.window.kind in ("full", "census")]
        if problems or not listing:
            return
        unseen, held = self.archive.unseen(run), self.archive.count(run.source)
        if len(unseen) > max(20, LARGEST_LOSS * held) and not self.accept_deletions:
            doubt = (
                f"{len(unseen):,} of {held:,} ids are not listed any more; nothing was marked as gone. "
                "If that is right, run again with --accept-deletions"
            )
            self._close(listing[0], doubt, problems)
            return
        self.archive.mark_gone(run.id, unseen, "not listed by its source any more")
        if missing := self.archive.unheld(run):
            problems.append(f"listed but not held: {_some(missing)}; the next run fetches everything again")


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:10]) + (f" and {len(ids) - 10:,} more" if len(ids) > 10 else "")


def _day(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])
