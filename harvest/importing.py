"""A user's own files into the archive, as payloads of the source ``files``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from harvest.archive import Archive, Fact, StoredWindow
from harvest.archive import path_in as archive_path
from harvest.errors import BadInput
from harvest.sources import Batch, Payload, Window, files

SUFFIXES = (".nbib", ".ris", ".xml", ".bib", ".csv", ".tsv", ".txt")


def import_files(folder: Path, paths: Iterable[Path], *, say: Callable[[str], None]) -> bool:
    """Imports the files (a folder stands for the files in it). True when everything could be taken."""
    chosen = list(_expanded(paths))
    with Archive(archive_path(folder)) as archive:
        windows = [Window(f"{number} {path.name}", "changes", "") for number, path in enumerate(chosen, start=1)]
        run = archive.open_run(archive.plan_runs([("files", "import")])[0], "", windows)
        planned = zip(archive.windows(run.id), chosen, strict=True)
        held = files.origins(kept.payload for kept in archive.current("files"))
        taken = [_import(archive, stored, path, held, say) for stored, path in planned]
        done = all(taken) and bool(chosen)
        message = "" if done else "some records or files could not be read"
        # Complete even so: what was refused is in the table rejected, and asking again would not help.
        run = archive.finish_run(run, "complete", message, 0)
    say(f"files: {run.new:,} new, {run.changed:,} changed, {run.unchanged:,} already held")
    if not chosen:
        say("nothing to import: no file with a known ending in there")
    return done


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        else:
            yield path


def _import(
    archive: Archive, stored: StoredWindow, path: Path, held: dict[str, files.Origin], say: Callable[[str], None]
) -> bool:
    """One file, in one transaction; refused items are kept with their reason, and ``held`` learns what came."""
    try:
        contents = files.read_file(path)
    except BadInput as problem:
        archive.reject("files", path.name, str(problem), path.name.encode(), stored.run_id)
        archive.close_window(stored, "complete", f"refused: {problem}")
        say(f"{path}: {problem}")
        return False
    good, facts, refused = [], {}, len(contents.rejected)
    for item in contents.rejected:
        archive.reject("files", f"{path.name} #{item.position}", item.reason, item.excerpt.encode(), stored.run_id)
        say(f"{path}, record {item.position}: {item.reason}")
    for payload in (files.beside(item, held) for item in contents.payloads):
        fact = _fact(payload, say, path)
        if fact is None:
            refused += 1
            archive.reject("files", payload.source_id, "cannot be parsed", payload.body, stored.run_id)
        else:
            good.append(payload)
            facts[payload.source_id] = fact
    archive.store(stored, Batch(payloads=tuple(good)), facts)
    held |= files.origins(good)
    archive.close_window(stored, "complete", f"{refused} refused" if refused else "")
    say(f"{path}: {len(good):,} records ({contents.format})" + (f", {refused} refused" if refused else ""))
    return refused == 0


def _fact(payload: Payload, say: Callable[[str], None], path: Path) -> Fact | None:
    try:
        record = files.parse(payload)
    except BadInput as problem:
        say(f"{path}, {payload.source_id}: {problem}")
        return None
    return Fact.of(record)
