"""Digests: structured abstracts in this project's own words, each beside the facts of its report.

``digests.jsonl`` holds one object a line: the bibliographic facts of the report, ``aim``, ``methods``, ``results``,
``conclusion``, and ``abstract_sha256``, the SHA-256 of the abstract (UTF-8) that the digest was written from. The
abstracts themselves stay where they are. How digests are written, and what is proved of them: data/starter/README.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from harvest import identifiers, jsonlines
from harvest.errors import BadInput
from harvest.sources.starter import source_id
from harvest.starter import RECORDS
from harvest.starter.counts import Counts, Facts
from harvest.starter.reports import position, reports_from

DIGESTS: Final = "digests.jsonl"
FACTS: Final = ("pmid", "doi", "title", "authors", "journal", "year")
PARTS: Final = ("aim", "methods", "results", "conclusion")
NEEDED: Final = (*PARTS, "abstract_sha256")
"""Without these nothing can be proved of a digest."""
FIELDS: Final = (*FACTS, *NEEDED)


@dataclass(frozen=True)
class Original:
    """What a digest is written from: the facts that the starter set holds of a report, and its abstract."""

    facts: Facts
    abstract: str

    @property
    def sha256(self) -> str:
        return sha256(self.abstract.encode()).hexdigest()


def name_of(facts: Facts) -> str:
    """``pmid 123`` or ``doi 10.1/x``: how messages name a report; '' without either."""
    return source_id({scheme: str(facts.get(scheme) or "") for scheme in ("pmid", "doi")}).replace(":", " ", 1)


def lacking(digest: Facts, wanted: Iterable[str]) -> list[str]:
    """Those of the ``wanted`` fields that hold no text."""
    return [name for name in wanted if not (isinstance(digest.get(name), str) and digest[name].strip())]


def originals(records: Path) -> dict[str, Original]:
    """Name -> original, of every report that has an abstract; ``records`` is a file of gathered records, or its folder.

    The facts are cleaned as those of reports.jsonl are, so that both files say the same.
    """
    gathered = list(jsonlines.read(records / RECORDS if records.is_dir() else records))
    abstracts: dict[str, str] = {}
    for item in gathered:
        for scheme, clean in (("pmid", identifiers.clean_pmid), ("doi", identifiers.clean_doi)):
            if (value := clean(item.get(scheme))) and item.get("abstract"):
                abstracts.setdefault(f"{scheme} {value}", item["abstract"])
    found = {}
    for facts in reports_from(gathered, {}, Counts()):
        abstract = abstracts.get(f"pmid {facts.get('pmid')}") or abstracts.get(f"doi {facts.get('doi')}")
        if abstract:
            found[name_of(facts)] = Original(facts, abstract)
    return found


def read(path: Path) -> list[Facts]:
    """The digests of a file. Raises `BadInput` where a line is no JSON object or names no report."""
    digests = list(jsonlines.read(path))
    for number, digest in enumerate(digests, start=1):
        if not name_of(digest):
            raise BadInput(f"{path.name}, line {number}: neither pmid nor doi; say which report the digest is of")
    return digests


def add(written: Path, records: Path, path: Path) -> int:
    """Lay the digests of ``written`` (an identifier and the four parts each) into the file ``path``; gives how many.

    Facts and hash come from the record; a digest of the same report is replaced. Raises `BadInput` when a digest
    lacks a part or its report is not among the records; the file then stays as it was.
    """
    known = originals(records)
    held = {name_of(digest): digest for digest in read(path)} if path.exists() else {}
    new = {name_of(digest): _whole(digest, known, written) for digest in read(written)}
    write(path, (held | new).values())
    return len(new)


def write(path: Path, digests: Iterable[Facts]) -> None:
    """A line per digest, by PMID, then DOI; the same digests give the same bytes."""
    jsonlines.write(path, sorted(digests, key=position))


def _whole(digest: Facts, known: Mapping[str, Original], written: Path) -> Facts:
    name = name_of(digest)
    if name not in known:
        raise BadInput(f"{written.name}: {name} is not among the records with an abstract")
    if missing := lacking(digest, PARTS):
        raise BadInput(f"{written.name}: {name} lacks {', '.join(missing)}")
    original = known[name]
    parts = {part: " ".join(digest[part].split()) for part in PARTS}
    facts: Facts = {key: original.facts[key] for key in FACTS if key in original.facts}
    return {**facts, **parts, "abstract_sha256": original.sha256}
