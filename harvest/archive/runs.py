"""Runs and windows: what is planned, what is open, what ended how."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from harvest.archive.connection import Connection
from harvest.archive.schema import Run, StoredWindow, now
from harvest.sources import Window

_SHORT = (
    "status = 'failed' or status = 'incomplete' and exists "
    "(select 1 from windows where run_id = runs.id and windows.status in ('incomplete', 'open'))"
)
"""Runs that go on when their open windows do. An incomplete run without such a window is over: see `Runs.doubtful`."""


def marks(values: Iterable[object]) -> str:
    """``?, ?, ?``, one for each value."""
    return ", ".join("?" for _ in values)


def add_windows(
    connection: sqlite3.Connection, run_id: int, windows: Iterable[Window], parent: int | None = None
) -> None:
    """New open windows; one that is there already (a window is split once more) is opened again."""
    connection.executemany(
        "insert into windows (run_id, parent, key, kind, query, parameters, state, status) "
        "values (?, ?, ?, ?, ?, ?, ?, 'open') on conflict (run_id, key) do update set "
        "status = 'open', state = excluded.state, message = '' where id is not excluded.parent",
        [(run_id, parent, w.key, w.kind, w.query, json.dumps(w.parameters), json.dumps(w.state)) for w in windows],
    )


class Runs(Connection):
    """Planning, opening, reading and ending runs and windows."""

    def plan_runs(self, planned: Iterable[tuple[str, str]]) -> list[Run]:
        """Begins a harvest: one run per (source, mode), all at once, so that a restart knows what was still to come."""
        at = now()
        with self._transaction() as connection:
            ids = [
                connection.execute(
                    "insert into runs (source, mode, status, started_at) values (?, ?, 'planned', ?)", (*run, at)
                ).lastrowid
                for run in planned
            ]
        return [self.run(run_id or 0) for run_id in ids]

    def open_run(self, run: Run, query: str, windows: Iterable[Window]) -> Run:
        with self._transaction() as connection:
            connection.execute("update runs set status = 'open', query = ? where id = ?", (query, run.id))
            add_windows(connection, run.id, windows)
        return self.run(run.id)

    def unfinished(self, sources: list[str]) -> tuple[list[Run], str]:
        """The runs of these sources to go on with, and when the harvest began that was interrupted ('' if none was).

        Interrupted: some run is still planned or open; what that harvest had finished is not to be begun again.
        Runs that ended short (incomplete, failed) are reopened with the windows they lack.
        """
        interrupted = self._latest(sources, "status in ('planned', 'open')")
        short = self._latest(sources, _SHORT)
        with self._transaction() as connection:
            for run in short:
                _reopen(connection, run.id)
        runs = [self.run(run.id) for run in sorted(interrupted + short, key=lambda run: run.id)]
        return runs, min((run.started_at for run in interrupted), default="")

    def finished_since(self, sources: list[str], moment: str) -> set[str]:
        """The sources whose latest run ended at that moment or later."""
        return {run.source for run in self._latest(sources, "finished_at != ''") if run.finished_at >= moment}

    def doubtful(self, source: str) -> bool:
        """Whether the latest run ended incomplete though all its windows are complete: what it lists is not held."""
        return bool(self._latest([source], f"status = 'incomplete' and not ({_SHORT})"))

    def _latest(self, sources: list[str], condition: str) -> list[Run]:
        """Of each source the latest run, where the condition holds for it; in the order of their numbers."""
        latest = f"select max(id) from runs where source in ({marks(sources)}) group by source"  # noqa: S608
        return self._runs(f"where id in ({latest}) and ({condition}) order by id", *sources)

    def run(self, run_id: int) -> Run:
        return self._runs("where id = ?", run_id)[0]

    def runs(self) -> list[Run]:
        return self._runs("order by id")

    def last_run(self, source: str, *, kinds: tuple[str, ...] = ()) -> Run | None:
        """The latest complete run of the source; with ``kinds`` the latest that had a window of such a kind."""
        having = f"and id in (select run_id from windows where kind in ({marks(kinds)}))" if kinds else ""  # noqa: S608
        tail = f"where source = ? and status = 'complete' {having} order by id desc limit 1"
        return next(iter(self._runs(tail, source, *kinds)), None)

    def _runs(self, tail: str, *values: Any) -> list[Run]:
        return [Run(**dict(row)) for row in self._rows(f"select * from runs {tail}", *values)]  # noqa: S608

    def windows(self, run_id: int | None = None) -> list[StoredWindow]:
        """The windows of a run, or all, in the order in which they were planned."""
        tail, values = ("where run_id = ?", (run_id,)) if run_id is not None else ("", ())
        return [_stored(row) for row in self._rows(f"select * from windows {tail} order by id", *values)]  # noqa: S608

    def close_window(self, stored: StoredWindow, status: str, message: str = "") -> None:
        with self._transaction() as connection:
            connection.execute("update windows set status = ?, message = ? where id = ?", (status, message, stored.id))

    def finish_run(self, run: Run, status: str, message: str, requests: int) -> Run:
        """Ends the run; when it is complete its sightings, needed only while it lasted, go."""
        with self._transaction() as connection:
            connection.execute(
                "update runs set status = ?, message = ?, finished_at = ?, requests = requests + ?, "
                "translation = coalesce((select translation from windows "
                "where run_id = runs.id and translation != '' order by id limit 1), ''), "
                "expected = (select sum(expected) from windows "
                "where run_id = runs.id and kind != 'census' and status != 'split') where id = ?",
                (status, message, now(), requests, run.id),
            )
            if status == "complete":
                own = "select id from windows where run_id = ?"
                connection.execute(f"delete from sightings where window_id in ({own})", (run.id,))  # noqa: S608
        return self.run(run.id)


def _stored(row: sqlite3.Row) -> StoredWindow:
    window = Window(row["key"], row["kind"], row["query"], json.loads(row["parameters"]), json.loads(row["state"]))
    numbers = (row["id"], row["run_id"], row["status"])
    return StoredWindow(*numbers, window, row["expected"], row["received"], row["translation"], row["message"])


def _reopen(connection: sqlite3.Connection, run_id: int) -> None:
    """The run goes on with the windows it lacks, from their start; a doubted census is listed anew."""
    lacking = "run_id = ? and status = 'incomplete'"
    connection.execute(
        f"delete from sightings where window_id in (select id from windows where {lacking} and kind = 'census')",  # noqa: S608
        (run_id,),
    )
    connection.execute(
        "update runs set message = '', finished_at = '', status = case when exists "
        "(select 1 from windows where run_id = runs.id) then 'open' else 'planned' end where id = ?",
        (run_id,),
    )
    connection.execute(f"update windows set status = 'open', state = '{{}}', message = '' where {lacking}", (run_id,))  # noqa: S608
