"""harvest.streams: one answer for each valid line, in order, and a numbered error for each other."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from harvest import streams, vocabulary
from harvest.extraction import Extractor

TAGGER = Extractor(vocabulary.load())
PUBLISHED = {one for ids in streams.PUBLISHED_IDS.values() for one in ids.split()}


def run(lines: Iterable[str | bytes]) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    status = streams.tag_lines(lines, out, err, TAGGER)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def one(**record: object) -> dict[str, Any]:
    status, answers, errors = run([json.dumps({"id": "a"} | record)])
    assert (status, errors, len(answers)) == (0, "", 1)
    return answers[0]


def test_the_answer_has_the_published_shape() -> None:
    answered = one(
        title="Esketamine nasal spray for treatment-resistant depression",
        abstract="Adults were randomly assigned to esketamine or placebo.",
    )
    assert list(answered) == [
        "id", "drugs", "conditions", "outcomes", "routes", "comparators", "design", "population", "sample_size",
        "direction", "evidence",
    ]  # fmt: skip
    assert answered["drugs"] == ["esketamine"]
    assert answered["conditions"] == ["depression", "treatment-resistant-depression"]
    assert answered["routes"] == ["intranasal"]
    assert answered["comparators"] == ["placebo"]
    assert answered["design"] == "randomised-controlled-trial"
    assert answered["population"] == {"species": "human", "age": ["adult"], "healthy": False}
    assert (answered["sample_size"], answered["direction"]) == (None, "not-stated")
    tagged = {
        *answered["drugs"],
        *answered["conditions"],
        *answered["routes"],
        *answered["comparators"],
        answered["design"],
    }
    assert tagged <= {evidence["tag"] for evidence in answered["evidence"]}


@pytest.mark.parametrize("prefix", ["", "e\u0301 ", "𝒳\u200b  ", "ﬁ – ß\u00ad ", "\ufeff\u0130 \u00a0 "])
def test_evidence_offsets_are_code_points_of_the_field_as_given(prefix: str) -> None:
    title, abstract = (
        prefix + "(S)-ketamine\u2009–  pain",
        prefix + "We gave S(+)\u2011Ketamin\u0301e to patients with pa\u00adin.",
    )
    answered = one(title=title, abstract=abstract)
    given = {"title": title, "abstract": abstract}
    assert answered["evidence"]
    for evidence in answered["evidence"]:
        assert given[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["text"]
    texts = {evidence["text"] for evidence in answered["evidence"]}
    assert {"(S)-ketamine", "S(+)\u2011Ketamin\u0301e", "pa\u00adin"} <= texts


def test_lists_hold_what_is_studied_not_what_is_mentioned() -> None:
    answered = one(
        title="Ketamine for depression",
        abstract="Migraine is common too. Patients with psychosis were excluded.",
    )
    assert answered["conditions"] == ["depression"]


def test_narrower_ids_are_answered_by_the_published_one() -> None:
    answered = one(title="Norketamine in plasma")
    assert answered["drugs"] == ["ketamine"]
    assert {"ketamine"} <= {evidence["tag"] for evidence in answered["evidence"]} <= PUBLISHED


def test_answers_hold_published_ids_alone() -> None:
    """Concepts that the database knows beyond the published list stay out of the streams."""
    answered = one(title="Norketamine after stroke surgery in status epilepticus: craving, delirium and sedation")
    lists = [answered[name] for name in ("drugs", "conditions", "outcomes", "routes", "comparators")]
    assert {one for ids in lists for one in ids} <= PUBLISHED


def test_headings_are_names_or_identifiers_and_give_no_evidence_rows() -> None:
    for mesh in (["*Migraine Disorders"], ["Migraine Disorders/*drug therapy"]):
        assert "migraine" in one(title="Relief", mesh=mesh)["conditions"]
    by_identifier = one(title="Relief", abstract="Migraine was eased.", mesh=["D008881"])
    assert {evidence["field"] for evidence in by_identifier["evidence"]} <= {"title", "abstract"}


def test_publication_types_decide_the_design() -> None:
    assert one(title="Relief", publication_types=["Journal Article", "Case Reports"])["design"] == "case-report"
    assert one(title="Relief", publication_types=["D016454"])["design"] == "narrative-review"


def test_a_record_of_an_id_alone_is_answered() -> None:
    answered = one()
    assert (answered["drugs"], answered["design"], answered["evidence"]) == ([], None, [])


def test_numbers_as_ids_come_back_as_given() -> None:
    assert one(id=17)["id"] == 17


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not valid JSON"),
        ("[1]", "must be a JSON object"),
        ('"text"', "must be a JSON object"),
        ('{"title": "x"}', "needs an id"),
        ('{"id": null}', "needs an id"),
        ('{"id": ""}', "needs an id"),
        ('{"id": true}', "needs an id"),
        ('{"id": ["a"]}', "needs an id"),
        ('{"id": "a", "title": 3}', "title must be a string"),
        ('{"id": "a", "abstract": ["x"]}', "abstract must be a string"),
        ('{"id": "a", "mesh": "Pain"}', "mesh must be a list of strings"),
        ('{"id": "a", "publication_types": [1]}', "publication_types must be a list of strings"),
        ('{"id": "a", "n": NaN}', "NaN is no JSON number"),
        ('{"id": "a", "title": "\\ud800"}', "not valid UTF-8"),
        (b'{"id": "\xff"}', "not valid UTF-8"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_an_invalid_line_is_named_and_the_others_are_answered(line: str | bytes, message: str) -> None:
    status, answers, errors = run(['{"id": "first"}\n', line, '{"id": "last"}'])
    assert status == 1
    assert [answered["id"] for answered in answers] == ["first", "last"]
    assert errors.startswith("line 2: ")
    assert message in errors
    assert errors.count("\n") == 1


def test_bytes_text_blank_lines_and_a_byte_order_mark_are_taken() -> None:
    status, answers, errors = run([b'\xef\xbb\xbf{"id": "a"}\r\n', "\n", b"  \n", '{"id": "\u00e9"}\n'])
    assert (status, errors) == (0, "")
    assert [answered["id"] for answered in answers] == ["a", "\u00e9"]


def test_a_line_number_counts_blank_lines() -> None:
    assert run(["\n", '{"id": "a"}', "", "{"])[2].startswith("line 4: ")


def test_answers_flow_while_lines_arrive() -> None:
    """The first answer is there before the second line is read: a stream may be endless."""
    out, seen = io.StringIO(), []

    def lines() -> Iterator[str]:
        for number in range(3):
            seen.append(out.getvalue().count("\n"))
            yield json.dumps({"id": str(number)})

    streams.tag_lines(lines(), out, io.StringIO(), TAGGER)
    assert seen == [0, 1, 2]


def test_answer_serves_functions_that_need_all_lines_first() -> None:
    """What `harvest dedupe` does: read everything, then answer in order; the invalid line is still reported."""

    def count(valid: Iterator[streams.Line]) -> Iterator[streams.Line]:
        everything = list(valid)
        for number, record in everything:
            yield number, {"id": record["id"], "of": len(everything)}

    out, err = io.StringIO(), io.StringIO()
    status = streams.answer(['{"id": "a"}', "{", '{"id": "b"}'], out, err, count)
    assert status == 1
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"id": "a", "of": 2},
        {"id": "b", "of": 2},
    ]
    assert err.getvalue().startswith("line 2: ")


def test_tag_stream_uses_the_shipped_vocabulary() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert streams.tag_stream(io.BytesIO(b'{"id": "a", "title": "Ketamine"}\n'), out, err) == 0
    assert json.loads(out.getvalue())["drugs"] == ["ketamine"]
