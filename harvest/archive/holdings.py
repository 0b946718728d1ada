"""What the archive holds of each source, what is gone, and what a run listed but did not bring."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from harvest.archive.connection import Connection
from harvest.archive.schema import Fact, Kept, Run, StoredWindow
from harvest.archive.storing import mark_gone
from harvest.sources import Payload

Key = tuple[str, str]
"""(source, source id)."""

_SEEN_IN = "select source_id from sightings join windows on windows.id = window_id where run_id = ?"
_LISTING = "kind in ('full', 'census')"


class Holdings(Connection):
    """Reading what is held; noticing what is not."""

    # ------------------------------------------------------------ completeness, deletions

    def sliced(self, stored: StoredWindow) -> int:
        """Distinct ids that the slices of a split window have seen, and the slices of these."""
        found = self._rows(
            "with recursive slices(id) as "
            "(select ? union select windows.id from windows join slices on parent = slices.id) "
            "select count(distinct source_id) from sightings where window_id in slices",
            stored.id,
        )
        return int(found[0][0])

    def undelivered(self, stored: StoredWindow) -> list[str]:
        """Ids that the window has seen listed and whose payloads did not come in its run."""
        return self._ids(
            "select source_id from sightings where window_id = ? and source_id not in (select source_id from holdings "
            "where last_run = ? and source = (select source from runs where id = ?)) order by source_id",
            stored.id, stored.run_id, stored.run_id)  # fmt: skip

    def unheld(self, run: Run) -> list[str]:
        """Ids that some window of the run lists and for which no payload is held."""
        held = "select source_id from holdings where source = ? and gone_run is null"
        return self._ids(
            f"select distinct source_id from ({_SEEN_IN}) where source_id not in ({held}) order by source_id",  # noqa: S608
            run.id, run.source)  # fmt: skip

    def unseen(self, run: Run) -> list[str]:
        """Ids held for the run's source that none of its full or census windows has seen."""
        earlier = "select source_id from holdings where source = ? and gone_run is null and last_run != ?"
        sql = f"{earlier} and source_id not in ({_SEEN_IN} and {_LISTING}) order by source_id"
        return self._ids(sql, run.source, run.id, run.id)

    def mark_gone(self, run_id: int, source_ids: Iterable[str], reason: str) -> int:
        """Marks ids as no longer served; their payloads stay. Gives how many were held until now."""
        with self._transaction() as connection:
            return mark_gone(connection, run_id, source_ids, reason)

    # ------------------------------------------------------------ what is held

    def ids(self, source: str) -> list[str]:
        """Ids held and still served."""
        return self._ids(
            "select source_id from holdings where source = ? and gone_run is null order by source_id", source
        )

    def count(self, source: str) -> int:
        return int(self._rows("select count(*) from holdings where source = ? and gone_run is null", source)[0][0])

    def current(self, source: str | None = None, *, between: tuple[Key, Key] | None = None) -> Iterator[Kept]:
        """Current payloads by source and id; ``between`` gives the first and the last (source, id) wanted."""
        first, last = between or (("", ""), ("\U0010ffff", ""))
        with self._readable():
            cursor = self.db.conn.execute(
                "select p.source, p.source_id, p.body, p.media, h.fetched_at, p.hash from holdings h "
                "join payloads p using (source, source_id, hash) where h.gone_run is null and (? is null or h.source = ?) "
                "and (h.source, h.source_id) >= (?, ?) and (h.source, h.source_id) <= (?, ?) "
                "order by h.source, h.source_id",
                (source, source, *first, *last),
            )
            for name, source_id, body, media, fetched_at, digest in cursor:
                yield Kept(Payload(name, source_id, zlib.decompress(body), media, fetched_at), digest)

    def slices(self, size: int) -> list[tuple[Key, Key]]:
        """First and last (source, id) of runs of ``size`` current payloads, for ``current(between=...)``."""
        keys = [(str(row[0]), str(row[1])) for row in self._rows(
            "select source, source_id from holdings where gone_run is null order by source, source_id")]  # fmt: skip
        return [(keys[start], keys[min(start + size, len(keys)) - 1]) for start in range(0, len(keys), size)]

    def gone(self, source: str | None = None, *, since_run: int = 0) -> list[tuple[str, str, str]]:
        """(source, source_id, reason) of everything its source does not serve any more."""
        return [tuple(row) for row in self._rows(
            "select source, source_id, gone_reason from holdings where gone_run is not null "
            "and (? is null or source = ?) and gone_run > ? order by source, source_id",
            source, source, since_run)]  # fmt: skip

    def newest_change(self, source: str) -> str:
        """The latest date of change that any payload of the source states, '' when none does."""
        return str(self._rows("select coalesce(max(revised), '') from holdings where source = ?", source)[0][0])

    def changed_elsewhere(self, source: str, since_run: int) -> tuple[Fact, ...]:
        """What is known of the payloads that other sources brought, new or changed, in runs after ``since_run``."""
        return tuple(Fact(**dict(row)) for row in self._rows(
            "select distinct h.revised, h.pmid, h.doi, h.notice from holdings h "
            "join payloads p using (source, source_id, hash) where h.source != ? and p.run_id > ? "
            "order by h.pmid, h.doi, h.notice, h.revised", source, since_run))  # fmt: skip

    def _ids(self, sql: str, *values: object) -> list[str]:
        return [str(row[0]) for row in self._rows(sql, *values)]
