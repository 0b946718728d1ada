"""Pages with the claims that stand on them, written down apart from the rules of the checker.

``tests/cases/seed_claims.json`` holds places in the pages beside the project: offsets in code points only, for the pages are
not ours. ``claims``: where each claim of ``data/claims.yml`` stands; ``near``: questions besides its own that are accepted there;
``unlisted``: claims and praise that the list does not name; ``not_claims``: what claims nothing of ketamine, for readers of the file.
``tests/cases/clinic_pages/`` holds pages of ours, each with its claims in a file of the same name: ``start``, ``end`` and
``words`` (of HTML the words only: offsets depend on how it is read), ``questions`` that are asked there (none: no question
of ours covers it), ``same``: what counts as one of them, ``near``: accepted there but not looked for, ``optional``: may be missed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harvest.checker import reading
from harvest.checker.model import Document
from harvest.claims.model import Library

CASES = Path(__file__).resolve().parents[1] / "cases"
LONGEST = 500
"""Characters. A longer mark is at the place of no claim: who marks whole pages has found nothing."""
OPINION = frozenset({"opinion"})
Place = tuple[int, int]


@dataclass(frozen=True)
class Gold:
    """A claim of a page and where it stands (any of ``places``).

    questions
        What it asks; none when no question of ours does.
    near
        Questions that are accepted at its place, but not looked for.
    same
        Questions that count as one of ``questions``: ``{"onset-any": "onset-depression"}`` where a page on depression speaks of
        fast relief without naming it.
    required
        Whether missing it counts; praise and claims that the list of the page does not name may be missed.
    """

    id: str
    places: tuple[Place, ...]
    questions: frozenset[str]
    near: frozenset[str] = frozenset()
    required: bool = True
    same: Mapping[str, str] = field(default_factory=dict)

    def holds(self, place: Place) -> bool:
        return place[1] - place[0] <= LONGEST and any(at_same_place(place, one) for one in self.places)

    @property
    def praise(self) -> bool:
        return not self.required and self.questions == OPINION


@dataclass(frozen=True)
class Page:
    """A text with its claims."""

    name: str
    document: Document
    gold: tuple[Gold, ...]


def at_same_place(one: Place, other: Place) -> bool:
    """Whether the two share at least half of the shorter.

    >>> at_same_place((0, 10), (5, 30)), at_same_place((0, 10), (6, 30)), at_same_place((0, 100), (40, 50))
    (True, False, True)
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared > 0 and 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def seeds(folder: Path, library: Library) -> list[Page]:
    """The pages beside the project. The questions of their claims are those of ``data/claims.yml``."""
    pages = []
    for item in json.loads((CASES / "seed_claims.json").read_text("utf-8")):
        raw = (folder / item["page"]).read_bytes()
        if hashlib.sha256(raw).hexdigest() != item["sha256"]:
            raise SystemExit(f"{item['page']} is not the text whose places were written down")
        gold = [
            Gold(
                id,
                tuple(map(tuple, places)),
                frozenset(library.claims[id].questions),
                frozenset(item["near"].get(id, ())),
            )
            for id, places in item["claims"].items()
        ]
        gold += [
            Gold(
                f"unlisted at {one['start']}",
                ((one["start"], one["end"]),),
                frozenset(one["questions"]),
                required=False,
            )
            for one in item["unlisted"]
        ]
        pages.append(Page(item["page"], reading.read_text(raw.decode("utf-8")), tuple(gold)))
    return pages


def invented() -> list[Page]:
    """The pages of ours."""
    files = sorted(path for path in (CASES / "clinic_pages").iterdir() if path.suffix in (".txt", ".html"))
    return [_invented(path) for path in files]


def _invented(path: Path) -> Page:
    if path.suffix == ".html":
        document = reading.read_bytes(path.read_bytes())
    else:
        document = reading.read_text(path.read_bytes().decode("utf-8"))
    items = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return Page(path.name, document, tuple(_gold(f"{path.stem}-{n:02}", it, document) for n, it in enumerate(items, 1)))


def _gold(id: str, item: dict[str, Any], document: Document) -> Gold:
    place = (item["start"], item["end"]) if "start" in item else place_of(item["words"], document.text)
    near, required = frozenset(item.get("near", ())), not item.get("optional", False)
    return Gold(id, (place,), frozenset(item["questions"]), near, required, item.get("same", {}))


def place_of(words: str, text: str) -> Place:
    """Where the words stand in the text of an HTML page, whose offsets depend on how it is read; spaces may differ."""
    match = re.search(r"\s+".join(map(re.escape, words.split())), text)
    if match is None:
        raise SystemExit(f"not in the text that was read: {words}")
    return match.span()
