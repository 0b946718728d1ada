"""raw.db: what is stored with what, what is counted, what survives a kill."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harvest.archive import FORMAT, Archive, Fact, Run, StoredWindow
from harvest.errors import ArchiveError
from harvest.sources import Batch, Payload, Window


def payload(source_id: str, text: str = "", source: str = "pubmed") -> Payload:
    return Payload(source, source_id, f"<Invented id='{source_id}'>{text}</Invented>".encode(), "xml")


def batch(*ids: str, text: str = "", **more: object) -> Batch:
    return Batch(payloads=tuple(payload(source_id, text) for source_id in ids), **more)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "raw.db") as opened:
        yield opened


def begin(
    archive: Archive, *windows: Window, source: str = "pubmed", mode: str = "full"
) -> tuple[Run, list[StoredWindow]]:
    run = archive.open_run(archive.plan_runs([(source, mode)])[0], "ketamine", windows or (FULL,))
    return run, archive.windows(run.id)


def end(archive: Archive, run: Run, status: str = "complete") -> Run:
    for stored in archive.windows(run.id):
        if stored.status == "open":
            archive.close_window(stored, "complete")
    return archive.finish_run(run, status, "", 1)


def counts(run: Run) -> tuple[int, int, int]:
    return run.new, run.changed, run.unchanged


FULL = Window("all", "full", "ketamine")
CENSUS = Window("all ids", "census", "ketamine")
CHANGES = Window("changes", "changes", "ketamine", {"since": "2026-01-01"})


# ------------------------------------------------------------ storing


def test_new_changed_and_unchanged_are_told_apart(archive: Archive) -> None:
    """The content decides, not the date; the newest content is the current one."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", "2", "3"), {})
    assert counts(archive.run(run.id)) == (3, 0, 0)
    end(archive, run)
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", "4"), {})
    archive.store(stored, batch("2", text="revised"), {})
    assert counts(archive.run(run.id)) == (1, 1, 1)
    assert {kept.payload.source_id: b"revised" in kept.payload.body for kept in archive.current()} == {
        "1": False, "2": True, "3": False, "4": False,
    }  # fmt: skip


def test_an_item_met_twice_in_a_run_is_counted_once(archive: Archive) -> None:
    """Pages that repeat records, and windows that overlap, do not inflate the counts."""
    run, (first, second) = begin(archive, FULL, CHANGES)
    assert archive.store(first, batch("1", "2"), {}) == 2
    assert archive.store(first, batch("2", "3"), {}) == 3
    assert archive.store(second, batch("3"), {}) == 1
    assert archive.run(run.id).received == 3
    assert counts(archive.run(run.id)) == (3, 0, 0)


def test_every_content_is_kept_once(archive: Archive) -> None:
    """A record that goes back to an earlier wording takes up no further room, and the earlier one is current again."""
    for text in ("first", "second", "first"):
        run, (stored,) = begin(archive)
        archive.store(stored, batch("1", text=text), {})
        end(archive, run)
    assert [b"first" in kept.payload.body for kept in archive.current()] == [True]
    assert [b"first" in kept.payload.body for kept in archive.current()] == [True]
    assert archive.db["payloads"].count == 2
    assert counts(archive.run(run.id)) == (0, 1, 0)


def test_the_state_is_stored_with_its_batch_or_not_at_all(archive: Archive) -> None:
    """When storing fails in the middle neither payloads nor position nor counts move."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", state={"cursor": "A"}, expected=3, translation="as understood"), {})
    unstorable = Payload("pubmed", None, b"<x/>", "xml")  # type: ignore[arg-type]
    with pytest.raises(ArchiveError):
        archive.store(stored, Batch(payloads=(payload("2"), unstorable), state={"cursor": "B"}), {})
    (after,) = archive.windows(run.id)
    assert (after.window.state, after.received, after.expected) == ({"cursor": "A"}, 1, 3)
    assert after.translation == "as understood"
    assert archive.ids("pubmed") == ["1"]
    archive.store(stored, batch("2", state={"cursor": "C"}), {})
    (after,) = archive.windows(run.id)
    assert (after.window.state, after.received, after.expected) == ({"cursor": "C"}, 2, 3)


def test_a_restart_forgets_what_the_window_saw(archive: Archive) -> None:
    """After a stale cursor the count begins again, while the payloads stay."""
    _, (stored,) = begin(archive)
    archive.store(stored, batch("1", "2"), {})
    assert archive.store(stored, Batch(restart=True), {}) == 0
    assert archive.store(stored, batch("2"), {}) == 1
    assert archive.ids("pubmed") == ["1", "2"]


def test_a_split_window_is_replaced_by_its_slices(archive: Archive) -> None:
    """Slices are stored with the split, counted together, and one that is there already is opened again."""
    run, (stored,) = begin(archive)
    slices = (Window("a", "full", "q", {"low": 1}), Window("b", "full", "q"))
    archive.store(stored, Batch(expected=3, split=slices), {})
    whole, a, b = archive.windows(run.id)
    assert [w.status for w in (whole, a, b)] == ["split", "open", "open"]
    assert a.window == slices[0]
    archive.store(a, batch("1", "2"), {})
    archive.store(b, Batch(split=(Window("b1", "full", "q"), Window("b", "full", "q"))), {})
    assert archive.windows(run.id)[2].status == "split"  # a slice that is the window itself adds nothing
    archive.store(archive.windows(run.id)[3], batch("2", "3"), {})
    assert archive.sliced(whole) == 3
    archive.close_window(a, "complete")
    archive.store(whole, Batch(split=slices), {})
    assert archive.windows(run.id)[1].status == "open"


# ------------------------------------------------------------ deletions


def test_gone_ids_are_marked_and_come_back(archive: Archive) -> None:
    """Ids that are not served any more leave the counts but keep their payload; seen again, they are back."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", "2"), {})
    end(archive, run)
    run, _ = begin(archive)
    assert archive.mark_gone(run.id, ["2", "2", "unknown"], "deleted") == 1
    assert archive.run(run.id).gone == 1
    assert (archive.ids("pubmed"), archive.count("pubmed")) == (["1"], 1)
    assert archive.gone() == archive.gone("pubmed") == [("pubmed", "2", "deleted")]
    assert archive.gone("crossref") == archive.gone(since_run=run.id) == []
    assert [kept.payload.source_id for kept in archive.current("pubmed")] == ["1"]
    end(archive, run)
    run, (stored,) = begin(archive)
    archive.store(stored, batch("2"), {})
    assert archive.gone() == []
    assert counts(archive.run(run.id)) == (0, 1, 0)


def test_what_a_source_says_is_absent_goes_with_its_batch(archive: Archive) -> None:
    """Ids asked for and not there are marked in the transaction of the batch: no kill can fall between."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", "2"), {})
    archive.store(stored, Batch(absent=("1",)), {})
    assert archive.gone() == [("pubmed", "1", "its source does not serve it any more")]
    assert archive.run(run.id).gone == 1


def test_unseen_unheld_and_undelivered(archive: Archive) -> None:
    """Held but not listed; listed but not held; listed by a window and not brought by its run."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch("1", "2", "3", "4"), {})
    end(archive, run)
    run, (changes, census) = begin(archive, CHANGES, CENSUS, mode="incremental")
    archive.store(changes, Batch(listed=("3", "5")), {})
    archive.store(changes, batch("4", "5"), {})
    archive.store(census, Batch(listed=("1", "3", "6")), {})
    assert archive.unseen(run) == ["2"]  # 4 and 5 came in this very run, so they are served
    assert archive.unheld(run) == ["6"]
    assert archive.undelivered(changes) == ["3"]  # held, but its revision did not come
    assert archive.undelivered(archive.windows(run.id)[1]) == ["1", "3", "6"]


# ------------------------------------------------------------ runs


def test_planned_and_open_runs_are_interrupted_ones(archive: Archive) -> None:
    """A restart finds both, in order, with the moment at which that harvest began; a finished one is left alone."""
    first, second, third = archive.plan_runs([("pubmed", "full"), ("crossref", "full"), ("openalex", "full")])
    archive.finish_run(first, "complete", "", 3)
    archive.open_run(second, "q", [FULL])
    runs, began = archive.unfinished(["openalex", "pubmed", "crossref"])
    assert [(run.source, run.status) for run in runs] == [("crossref", "open"), ("openalex", "planned")]
    assert began == third.started_at
    assert archive.finished_since(["pubmed", "crossref"], began) == {"pubmed"}
    assert archive.finished_since(["pubmed"], "3000-01-01") == set()
    assert [run.source for run in archive.unfinished(["openalex"])[0]] == ["openalex"]


@pytest.mark.parametrize("status", ["incomplete", "failed"])
def test_a_run_that_ended_short_is_reopened_with_what_it_lacks(archive: Archive, status: str) -> None:
    """Complete windows stay complete; incomplete ones begin again; the harvest does not count as interrupted."""
    run, (changes, census) = begin(archive, CHANGES, CENSUS)
    archive.store(changes, batch("1", state={"cursor": "A"}), {})
    archive.close_window(changes, "incomplete", "1 of 2 arrived")
    archive.store(census, Batch(listed=("1",)), {})
    archive.close_window(census, "complete")
    archive.finish_run(run, status, "short", 1)
    runs, began = archive.unfinished(["pubmed"])
    assert (runs[0].id, runs[0].status, runs[0].message, began) == (run.id, "open", "", "")
    changes, census = archive.windows(run.id)
    assert (changes.status, changes.window.state, changes.message) == ("open", {}, "")
    assert census.status == "complete"


def test_a_run_that_failed_before_it_had_windows_is_planned_again(archive: Archive) -> None:
    """Without windows there is nothing to go on with."""
    (run,) = archive.plan_runs([("pubmed", "full")])
    archive.finish_run(run, "failed", "no answer", 8)
    assert [r.status for r in archive.unfinished(["pubmed"])[0]] == ["planned"]


def test_an_incomplete_run_whose_windows_are_complete_is_doubtful_not_unfinished(archive: Archive) -> None:
    """It could be reopened for ever without anything being asked; the next run has to fetch everything."""
    run, _ = begin(archive)
    end(archive, run, "incomplete")
    assert archive.doubtful("pubmed")
    assert archive.unfinished(["pubmed"]) == ([], "")
    run, _ = begin(archive)
    end(archive, run)
    assert not archive.doubtful("pubmed")


def test_a_doubted_census_is_listed_anew(archive: Archive) -> None:
    """What the doubted listing saw is forgotten, so that only the new one decides."""
    run, (_, census) = begin(archive, CHANGES, CENSUS)
    archive.store(census, Batch(listed=("1",)), {})
    archive.close_window(census, "incomplete", "doubted")
    archive.finish_run(run, "incomplete", "doubted", 1)
    archive.unfinished(["pubmed"])
    assert archive.unheld(run) == []


def test_the_last_complete_run(archive: Archive) -> None:
    """Of the source, complete, and on request with a window of a kind."""
    whole, _ = begin(archive)
    end(archive, whole)
    later, _ = begin(archive, CHANGES)
    end(archive, later)
    failed, _ = begin(archive)
    archive.finish_run(failed, "failed", "", 0)
    assert [getattr(archive.last_run(*a, kinds=k), "id", None) for a, k in (
        (("pubmed",), ()), (("pubmed",), ("full", "census")), (("pubmed",), ("lookup",)), (("crossref",), ()),
    )] == [later.id, whole.id, None, None]  # fmt: skip


def test_a_finished_run_tells_what_it_was_and_forgets_the_sightings(archive: Archive) -> None:
    """Requests add up over continuations; expected leaves out the census and split windows."""
    run, (full, census) = begin(archive, FULL, CENSUS)
    archive.store(full, batch("1", expected=5, translation="understood"), {})
    archive.store(census, Batch(listed=("1",), expected=5), {})
    archive.finish_run(run, "incomplete", "short", 4)
    assert archive.db["sightings"].count == 2
    done = archive.finish_run(run, "complete", "", 3)
    assert (done.requests, done.expected, done.translation, done.received) == (7, 5, "understood", 1)
    assert archive.db["sightings"].count == 0


# ------------------------------------------------------------ what later runs ask


def test_facts_decide_what_other_sources_are_asked(archive: Archive) -> None:
    """The newest stated change; what is known of the documents that others brought since a run."""
    run, (stored,) = begin(archive)
    facts = {
        "1": Fact("2026-03-01", "1", "10.5555/a"), "2": Fact("2026-05-01", "2"), "3": Fact(notice="Retraction of it"),
    }  # fmt: skip
    archive.store(stored, batch("1", "2", "3"), facts)
    assert archive.newest_change("pubmed") == "2026-05-01"
    assert archive.newest_change("crossref") == ""
    assert set(archive.changed_elsewhere("openalex", 0)) == set(facts.values())
    assert archive.changed_elsewhere("openalex", run.id) == archive.changed_elsewhere("pubmed", 0) == ()


def test_a_refused_item_is_kept_once(archive: Archive) -> None:
    """The same item with the same reason twice is one row; another reason is another."""
    for reason in ("cut off", "cut off", "not XML"):
        archive.reject("files", "a.xml", reason, b"<")
    assert [row[:3] for row in archive.rejections()] == [("files", "a.xml", "cut off"), ("files", "a.xml", "not XML")]


# ------------------------------------------------------------ opening


def test_a_second_writer_is_refused_and_readers_are_not(archive: Archive) -> None:
    """The message says what to do; the lock ends with its holder."""
    with pytest.raises(ArchiveError, match=r"another harvest is writing .* wait for it or use --data"):
        Archive(archive.path)
    with Archive(archive.path, write=False) as reader:
        assert reader.runs() == []
    archive.close()
    with Archive(archive.path) as next_writer:
        assert next_writer.ids("pubmed") == []


def test_reading_a_missing_archive_says_how_to_get_one(tmp_path: Path) -> None:
    """And leaves no file behind."""
    with pytest.raises(ArchiveError, match=r"does not exist; run 'harvest fetch'"):
        Archive(tmp_path / "raw.db", write=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    "content", [b"this is no database, however long it may be" * 50, b"SQLite format 3\0" + b"\7" * 5000]
)
def test_a_damaged_archive_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes, write: bool) -> None:
    """The message names the file; the lock is let go."""
    path = tmp_path / "raw.db"
    path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(ArchiveError, match=r"raw\.db cannot be read as an archive: .*; move it away"):
            Archive(path, write=write)
    assert path.read_bytes() == content


def test_damage_in_the_middle_is_told_in_the_same_words(archive: Archive) -> None:
    """Found while reading, it is still a message and no traceback."""
    run, (stored,) = begin(archive)
    archive.store(stored, batch(*map(str, range(500)), text="x" * 200), {})
    end(archive, run)
    archive.close()
    body = bytearray(archive.path.read_bytes())
    body[8192:] = b"\7" * (len(body) - 8192)
    archive.path.write_bytes(body)
    with Archive(archive.path, write=False) as damaged, pytest.raises(ArchiveError, match="cannot be"):
        list(damaged.current())
        damaged.runs()


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("number", [0, FORMAT + 1])
def test_another_format_is_refused(tmp_path: Path, number: int, write: bool) -> None:
    """Also a database of somebody else, whose number is 0: nothing is written into it."""
    path = tmp_path / "raw.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs (x)")
        connection.execute(f"pragma user_version = {number}")
    connection.close()
    with pytest.raises(ArchiveError, match=f"has format {number}, this version reads {FORMAT}"):
        Archive(path, write=write)
    with sqlite3.connect(path) as connection:
        assert [row[0] for row in connection.execute("select name from sqlite_master")] == ["theirs"]


# ------------------------------------------------------------ killed

WRITER = """
import sys
from pathlib import Path
from harvest.archive import Archive
from harvest.sources import Batch, Payload, Window

with Archive(Path(sys.argv[1])) as archive:
    run = archive.open_run(archive.plan_runs([("pubmed", "full")])[0], "q", [Window("all", "full", "q")])
    (stored,) = archive.windows(run.id)
    for number in range(10_000):
        ids = [f"{number}-{i}" for i in range(50)]
        items = tuple(Payload("pubmed", i, f"<x>{i}</x>".encode() * 400, "xml") for i in ids)
        archive.store(stored, Batch(payloads=items, state={"number": number}), {})
        print(number, flush=True)
"""


@pytest.mark.parametrize("pause", [0.0, 0.013, 0.05])
def test_a_kill_in_the_middle_of_storing_loses_nothing_and_leaves_nothing_half(tmp_path: Path, pause: float) -> None:
    """SIGKILL while batches of 50 are stored: all that was reported is there, in whole batches, with its position."""
    path = tmp_path / "raw.db"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    for _ in range(4):
        reported = int(writer.stdout.readline())
    time.sleep(pause)
    os.kill(writer.pid, signal.SIGKILL)
    reported = max([reported, *map(int, writer.stdout.read().split())])
    assert writer.wait() == -signal.SIGKILL
    with Archive(path) as archive:
        (run,) = archive.unfinished(["pubmed"])[0]
        (stored,) = archive.windows(run.id)
        batches = stored.window.state["number"] + 1
        assert batches in (reported + 1, reported + 2)
        assert archive.count("pubmed") == stored.received == run.received == run.new == 50 * batches
        assert sum(1 for _ in archive.current()) == 50 * batches
        assert archive.db.execute("pragma integrity_check").fetchone() == ("ok",)
