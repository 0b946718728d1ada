"""JSON lines in, JSON lines out: ``harvest tag`` and its fellows.

One answer for each valid line, in order. A line that is no valid record gets an error on standard error that names
its number, and the exit status is 1 after all other lines were answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TextIO

from harvest import vocabulary
from harvest.dedupe import cluster_labels, record_from_stream
from harvest.errors import BadInput
from harvest.extraction import Extracted, Extractor
from harvest.findings import question
from harvest.tagging import Fields, MeshHeading, Typed

Record = dict[str, Any]
Line = tuple[int, Record]
"""Number of the line, from 1, and the record on it."""

PUBLISHED_IDS: Final = {
    "drug": "ketamine esketamine arketamine",
    "condition": (
        "depression treatment-resistant-depression bipolar-disorder anxiety ptsd ocd pain chronic-pain acute-pain"
        " migraine suicidality alcohol-use-disorder substance-use-disorder cognitive-impairment psychosis anaesthesia"
        " ketamine-misuse healthy-volunteers eating-disorder dementia palliative-care"
    ),
    "outcome": (
        "depressive-symptoms suicidal-ideation anxiety-symptoms ptsd-symptoms ocd-symptoms pain-intensity response"
        " remission relapse cognition dissociation psychotomimetic-effects cardiovascular-effects adverse-events"
        " urinary-effects abuse-liability quality-of-life functioning opioid-consumption abstinence neuroimaging"
        " biomarkers electrophysiology pharmacokinetics sleep mortality"
    ),
    "route": "intravenous intramuscular subcutaneous intranasal oral sublingual topical epidural rectal inhaled",
    "comparator": "placebo active-placebo midazolam ect antidepressant opioid other-dose usual-care none",
    "design": (
        "guideline systematic-review meta-analysis randomised-controlled-trial non-randomised-trial cohort case-control"
        " cross-sectional case-series case-report qualitative narrative-review protocol registry-entry animal-study"
        " in-vitro secondary-analysis editorial other"
    ),
}  # fmt: skip
"""Dimension -> the ids that an answer may hold. Narrower ones are answered by the broader one they imply."""
_PUBLISHED: Final = {(dimension, one) for dimension, ids in PUBLISHED_IDS.items() for one in ids.split()}
_LISTS: Final = {
    "drugs": "drug", "conditions": "condition", "outcomes": "outcome", "routes": "route", "comparators": "comparator",
}  # fmt: skip
_MESH_UI: Final = re.compile(r"[CD]\d{6,9}")


def tag_stream(stdin: Iterable[str | bytes], stdout: TextIO, stderr: TextIO) -> int:
    """``harvest tag`` with the shipped vocabulary. Exit status: 0, or 1 when a line was invalid."""
    return tag_lines(stdin, stdout, stderr, Extractor(vocabulary.load()))


def tag_lines(lines: Iterable[str | bytes], out: TextIO, err: TextIO, extractor: Extractor) -> int:
    """Answers every record with its tags, one line after the other, so that a stream may be endless."""

    def one(record: Record) -> Record:
        return _tag_answer(record, extractor.extract(_fields(record)))

    return answer(lines, out, err, lambda valid: ((number, one(record)) for number, record in valid), check=_fields)


def tag_all(records: Sequence[Record]) -> list[Record]:
    """The answers of ``harvest tag``, for records at hand. Raises `BadInput`."""
    extractor = Extractor(vocabulary.load())
    return [_tag_answer(record, extractor.extract(_fields(record))) for record in records]


def dedupe_all(records: Sequence[Record]) -> list[Record]:
    """The answers of ``harvest dedupe``, for records at hand. Raises `BadInput`."""
    labels = cluster_labels([record_from_stream(record) for record in records])
    return [{"id": record["id"], "cluster": label} for record, label in zip(records, labels, strict=True)]


def dedupe_stream(stdin: Iterable[str | bytes], stdout: TextIO, stderr: TextIO) -> int:
    """``harvest dedupe``: reads all records, then answers each with its cluster. Exit status as for tags."""

    def clusters(valid: Iterator[Line]) -> Iterator[Line]:
        lines = list(valid)
        yield from zip((number for number, _ in lines), dedupe_all([record for _, record in lines]), strict=True)

    return answer(stdin, stdout, stderr, clusters, check=record_from_stream)


def findings_stream(stdin: Iterable[str | bytes], stdout: TextIO, stderr: TextIO) -> int:
    """``harvest findings``: one answer after the other. Exit status as for tags."""

    def answers(valid: Iterator[Line]) -> Iterator[Line]:
        return ((number, _finding_answer(record)) for number, record in valid)

    return answer(stdin, stdout, stderr, answers, check=_question)


def findings_all(records: Sequence[Record]) -> list[Record]:
    """The answers of ``harvest findings``, for records at hand. Raises `BadInput`."""
    return [_finding_answer(record) for record in records]


def answer(
    lines: Iterable[str | bytes],
    out: TextIO,
    err: TextIO,
    function: Callable[[Iterator[Line]], Iterable[Line]],
    *,
    check: Callable[[Record], object] = lambda record: None,
) -> int:
    """Passes the valid records to the function and writes what it answers; returns the exit status.

    The function gets all records as one iterator of (line number, record) and yields (line number, answer) in the same
    order: while it reads (tags) or after it has read everything (clusters). ``check`` raises `BadInput` for a record
    that the function cannot take; blank lines are passed over.
    """
    invalid: list[int] = []

    def valid() -> Iterator[Line]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = parse(line)
                check(record)
            except BadInput as problem:
                invalid.append(number)
                err.write(f"line {number}: {problem}\n")
            else:
                yield number, record

    for _, answered in function(valid()):
        out.write(json.dumps(answered, ensure_ascii=False) + "\n")
    out.flush()
    return 1 if invalid else 0


def parse(line: str | bytes) -> Record:
    """The record on a line. Raises `BadInput`: bad encoding, no JSON, no object, no id."""
    try:
        text = line.decode("utf-8-sig") if isinstance(line, bytes) else line.removeprefix("\ufeff")
        # Python reads NaN and lone surrogates, which cannot be written again as valid JSON in UTF-8.
        record = json.loads(text, parse_constant=_no_constant)
        text.encode()
        if "\\u" in text:
            json.dumps(record, ensure_ascii=False).encode()
    except UnicodeError as problem:
        raise BadInput(f"not valid UTF-8: {problem}") from problem
    except json.JSONDecodeError as problem:
        raise BadInput(f"not valid JSON: {problem}") from problem
    except RecursionError as problem:
        raise BadInput("not valid JSON: nested too deeply") from problem
    if not isinstance(record, dict):
        raise BadInput("must be a JSON object, one on each line")
    identifier = record.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or identifier == "":
        raise BadInput("needs an id, a string or a whole number")
    return record


def _no_constant(name: str) -> None:
    raise BadInput(f"not valid JSON: {name} is no JSON number")


def _fields(record: Record) -> Fields:
    return Fields(
        id=str(record["id"]),
        title=_text(record, "title"),
        abstract=_text(record, "abstract"),
        mesh=tuple(_heading(name) for name in _texts(record, "mesh")),
        keywords=_texts(record, "keywords"),
        publication_types=tuple(_type(name) for name in _texts(record, "publication_types")),
    )


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a string, not {type(value).__name__}")
    return value


def _texts(record: Record, name: str) -> tuple[str, ...]:
    values = record.get(name)
    if values is None:
        return ()
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadInput(f"{name} must be a list of strings")
    return tuple(values)


def _heading(name: str) -> MeshHeading:
    """A heading as MEDLINE exports write it: ``Ketamine/*pharmacology``, ``*Depression``, or its identifier."""
    if _MESH_UI.fullmatch(name):
        return MeshHeading(name, name)
    return MeshHeading(name.partition("/")[0].strip("* "), major="*" in name)


def _type(name: str) -> Typed:
    return Typed(name, name if _MESH_UI.fullmatch(name) else "")


def _tag_answer(record: Record, extracted: Extracted) -> Record:
    tags = extracted.tags
    answered: Record = {"id": record["id"]}
    for name, dimension in _LISTS.items():
        answered[name] = [one for one in tags.studied(dimension) if (dimension, one) in _PUBLISHED]
    # By dimension and id: psychotherapies and controls, say, may share an id.
    shown = {
        ("design", tags.design),
        *((dimension, one) for name, dimension in _LISTS.items() for one in answered[name]),
    }
    who = tags.population
    return answered | {
        "design": tags.design,
        "population": {"species": who.species, "age": list(who.age), "healthy": who.healthy},
        "sample_size": extracted.sample_size,
        "direction": extracted.direction,
        "evidence": [
            {"tag": e.concept_id, "field": e.field, "start": e.start, "end": e.end,
             "text": record[e.field][e.start : e.end]}
            for e in tags.evidence
            if e.role == "studied" and (e.dimension, e.concept_id) in shown and e.field in ("title", "abstract")
        ],
    }  # fmt: skip


def _question(record: Record) -> question.Question:
    return question.Question(
        abstract=_text(record, "abstract"),
        intervention=_text(record, "intervention"),
        comparator=_text(record, "comparator"),
        outcome=_text(record, "outcome"),
        title=_text(record, "title"),
    )


def _finding_answer(record: Record) -> Record:
    return {"id": record["id"], **question.answer(_question(record))._asdict()}
