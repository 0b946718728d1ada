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
from harvest.client import Client
from harvest.errors import BadInput, HarvestError, ServiceError
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
    with Archive(folder / "raw.db") as archive, Bars() as bars:
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
        """Continues what was interrupted, or else begins a run of each source; gives the runs as they ended."""
        modules = {module.ABOUT.name: module for module in modules_in_order}
        runs, interrupted = self.archive.unfinished(list(modules))
        if not interrupted:
            rest = [name for name in modules if name not in {run.source for run in runs}]
            runs += self.archive.plan_runs((name, self._mode(modules[name], full)) for name in rest)
        order = list(modules)
        runs.sort(key=lambda run: order.index(run.source))
        return [self._run(modules[run.source], run) for run in runs]

    def _mode(self, module: ModuleType, full: bool) -> str:
        last = self.archive.last_run(module.ABOUT.name, kinds=("full",))
        due = last is None or _day(now()) - _day(last.started_at) >= FULL_AFTER
        return "full" if full or due else "incremental"

    # ------------------------------------------------------------ one run

    def _run(self, module: ModuleType, run: Run) -> Run:
        sent = self.client.requests_sent.get(run.source, 0)
        problems: list[str] = []
        try:
            if run.status == "planned":
                held = self._held(module, run)
                run = self.archive.open_run(run, held.query, module.plan(held))
            self._windows(module, run, problems)
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
        pmids, dois = self.archive.changed_elsewhere(name, last.id)
        return Held(
            query, since=(newest - OVERLAP).isoformat(), count=self.archive.count(name),
            census_due=(_day(now()) - _day(listed.started_at)).days >= module.ABOUT.census_days,
            pmids=pmids, dois=dois,
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
            if split or expected is None or received >= expected:
                self.archive.close_window(stored, "split" if split else "complete")
                return
            log.info("%s %s: %d of %d, trying again", module.ABOUT.name, stored.window.key, received, expected)
        message = f"{stored.window.key}: {received:,} of {expected:,} announced arrived"
        self.archive.close_window(stored, "incomplete", message)
        problems.append(message)

    def _batches(self, module: ModuleType, stored: StoredWindow, window: Window) -> tuple[int | None, int, bool]:
        """(expected, received, whether the window was split) after the last batch."""
        expected, received, split = stored.expected, stored.received, False
        for batch in module.fetch(self.client, window):
            received = self.archive.store(stored, batch, self._facts(module, stored, batch))
            expected = expected if batch.expected is None else batch.expected
            split = split or bool(batch.split)
            self.progress.advance(received, expected)
            if batch.absent:
                self.archive.mark_gone(stored.run_id, batch.absent, f"{module.ABOUT.title} does not serve it any more")
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
                facts[payload.source_id] = Fact(record.revised, record.pmid, record.doi)
        return facts

    # ------------------------------------------------------------ deletions, completeness

    def _deletions(self, run: Run, problems: list[str]) -> None:
        """After a full listing: ids not listed are gone; ids listed but never delivered are a problem."""
        windows = self.archive.windows(run.id)
        listing = [w for w in windows if w.window.kind in ("full", "census")]
        if problems or not listing:
            return
        announced = next((w.expected for w in listing if w.expected is not None), None)
        listed = self.archive.listed(run)
        if announced is not None and listed < announced:
            problems.append(f"the slices list {listed:,} of {announced:,} announced")
            return
        if missing := self.archive.unheld(run):
            problems.append(f"listed but not delivered: {', '.join(missing[:10])}{' …' if len(missing) > 10 else ''}")
        unseen, held = self.archive.unseen(run), self.archive.count(run.source)
        if len(unseen) > max(20, LARGEST_LOSS * held) and not self.accept_deletions:
            problems.append(
                f"{len(unseen):,} of {held:,} ids are not listed any more; nothing was marked as gone. "
                "If that is right, run again with --accept-deletions"
            )
            return
        self.archive.mark_gone(run.id, unseen, "not listed by its source any more")


def _day(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])
