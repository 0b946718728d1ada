"""harvest.evaluate: figures from labelled sets of our own making, small enough to count by hand."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from harvest import accuracy, evaluate
from harvest.cli import main
from harvest.errors import BadInput
from harvest.evaluate import figures, measure, tags
from harvest.evaluate.model import Measurement, Question

ROWS = [
    ("a", "Ketamine for depression", "Patients with depression received ketamine.", ["depression"], ["pain"]),
    ("b", "Ketamine for pain", "We enrolled 20 patients with chronic pain, who received ketamine.", ["pain"], ["depression"]),
    ("c", "Ketamine after surgery", "Patients with depression received ketamine.", [], ["depression", "pain"]),
    ("d", "Ketamine in the clinic", "Ketamine was given to many people.", ["depression"], ["pain"]),
    *((f"e{n}", "Depression and ketamine", "Patients with depression received ketamine.", ["depression"], ["pain"])
      for n in range(3)),
]  # fmt: skip


def write_set(folder: Path, name: str, rows: list[dict[str, object]]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"sets": {name: {"file": f"{name}.jsonl"}}}), "utf-8")
    return folder


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    return write_set(tmp_path / "sets", "outcomes", [
        {"id": one, "input": {"id": one, "title": title, "abstract": abstract},
         "labels": {"conditions": {"yes": yes, "no": no}, "design_class": "other"}}
        for one, title, abstract, yes, no in ROWS
    ])  # fmt: skip


def figure(found: list[Measurement], dimension: str, concept: str | None) -> Measurement:
    return next(one for one in found if (one.question.dimension, one.question.concept_id) == (dimension, concept))


def test_tags_are_counted_against_their_labels(labelled: Path) -> None:
    depression = figure(evaluate.evaluate([labelled]), "condition", "depression")
    # right: a, e0, e1, e2; too much: c; missed: d
    assert (depression.n, depression.positives) == (7, 5)
    assert (depression.precision, depression.recall, depression.f1) == (4 / 5, 4 / 5, 4 / 5)
    assert depression.ci_low <= depression.value <= depression.ci_high <= 1


def test_concepts_with_few_labels_are_left_out(labelled: Path) -> None:
    assert not [one for one in evaluate.evaluate([labelled]) if one.question.concept_id == "pain"]


def test_two_folders_are_pooled(labelled: Path) -> None:
    assert figure(evaluate.evaluate([labelled, labelled]), "condition", "depression").n == 14


def test_figures_are_the_same_at_every_run(labelled: Path) -> None:
    assert evaluate.evaluate([labelled]) == evaluate.evaluate([labelled])


def test_sizes_are_judged_with_and_without_an_answer(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "input": {"id": str(n), "title": "Ketamine", "abstract": abstract},
            "labels": {"sample_size": 40},
        }
        for n, abstract in enumerate(["Forty patients were randomised.", "Fifty patients were randomised.", "Nothing."])
    ]
    found = evaluate.evaluate([write_set(tmp_path, "samplesize", rows)])  # type: ignore[arg-type]
    by_measure = {one.question.measure: one.value for one in found}
    assert by_measure == {"exactly right": 1 / 3, "exactly right of those answered": 1 / 2}


def test_findings_and_duplicates_have_judges_of_their_own(tmp_path: Path) -> None:
    abstract = "RESULTS: Pain scores were significantly lower with ketamine than with saline (p<0.01)."
    asked = {"intervention": "ketamine", "comparator": "saline", "outcome": "pain scores"}
    finding = {
        "id": "f", "article": "1", "input": {"id": "f", "title": "", "abstract": abstract, **asked},
        "labels": {"in_abstract": True, "direction": "decreased", "evidence": [{"start": 9, "end": 40}]},
    }  # fmt: skip
    found = evaluate.evaluate([write_set(tmp_path / "f", "findings", [finding])])
    assert {(one.question.concept_id, one.question.measure, one.value) for one in found} == {
        (None, "accuracy", 1), (None, "accuracy of those answered", 1), ("evidence", "recall", 1),
    }  # fmt: skip
    record = {"title": "Ketamine for pain after knee surgery", "doi": "10.1234/abc", "year": 2020}
    records = [
        {"id": one, "dataset": "own", "input": {"id": one, **record}, "labels": {"cluster": cluster}}
        for one, cluster in (("x", "1"), ("y", "1"), ("z", "2"))
    ]
    found = evaluate.evaluate([write_set(tmp_path / "d", "dedupe", records)])
    assert {one.question.measure: one.value for one in found} == {"precision": 1 / 3, "recall": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "missed"), ("{", "must hold"), ('{"sets": []}', "must hold"),
        ('{"sets": {"outcomes": {"file": "nowhere.jsonl"}}}', "nowhere.jsonl"),
        ('{"sets": {"outcomes": {"file": "manifest.json"}}}', "line 1"), ('{"sets": {}}', "no set"),
    ],
)  # fmt: skip
def test_what_is_no_set_is_named(tmp_path: Path, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(BadInput, match="missing" if content is None else said):
        evaluate.evaluate([tmp_path])


def test_the_command_prints_and_keeps_nothing_unless_asked(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "write", lambda *_: pytest.fail("kept figures that nobody asked to keep"))
    told = CliRunner().invoke(main, ["evaluate", "--sets", str(labelled)])
    assert told.exit_code == 0, told.output
    assert "depression" in told.output


def test_kept_figures_are_rows_of_the_table(labelled: Path, tmp_path: Path) -> None:
    measurements = evaluate.evaluate([labelled])
    rows = figures.rows(measurements, {"outcomes": {"human": {"condition": "alpha .8"}}}, "rules")
    figures.write(rows, tmp_path / accuracy.NAME)
    assert accuracy.read(tmp_path) == rows
    assert rows[0]["id"] == 1
    assert {row["human"] for row in rows if row["dimension"] == "condition"} == {"alpha .8"}


def test_the_shipped_figures_are_measurements() -> None:
    """Shares between 0 and 1, intervals around their value, sets that are described."""
    shipped = accuracy.read()
    known = yaml.safe_load((Path(figures.__file__).parents[2] / "data" / "evaluation.yml").read_text("utf-8"))["sets"]
    assert shipped
    for row in shipped:
        assert 0 <= row["ci_low"] <= row["value"] <= row["ci_high"] <= 1, row
        assert row["dataset"] in known, row
        assert row["n"] > 0, row


def test_the_version_of_the_rules_changes_with_any_rule(tmp_path: Path) -> None:
    package = tmp_path / "harvest"
    shutil.copytree(
        Path(accuracy.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__", "data", "site")
    )
    before = accuracy.rules_version(package)
    assert before == accuracy.rules_version()
    for changed in ("tagging/design.py", "numbers/times.py", "findings/sieve.py", "dedupe/compare.py"):
        with (package / changed).open("a", encoding="utf-8") as file:
            file.write("# another rule\n")
        after = accuracy.rules_version(package)
        assert after != before, changed
        before = after


def test_statistics_by_hand() -> None:
    cells = Counter({("yes", "yes"): 6, ("yes", "no"): 2, ("no", "yes"): 4, ("no", "no"): 8})
    assert (measure.precision(cells), measure.recall(cells), measure.specificity(cells)) == (0.6, 0.75, 8 / 12)
    assert math.isclose(measure.f1(cells), 2 * 0.6 * 0.75 / 1.35)
    assert measure.accuracy(cells) == 14 / 20
    answered = Counter({("1", "1"): 3, ("2", "1"): 1, ("2", ""): 6})
    assert (measure.answered_accuracy(answered), measure.accuracy(answered)) == (0.75, 0.3)
    assert measure.precision(Counter()) == measure.accuracy(Counter()) == 0


def test_intervals_narrow_with_the_number_of_units() -> None:
    def width(times: int) -> float:
        units = [((("yes", "yes"),)), ((("yes", "no"),))] * times
        one = measure.measured(Question("x", None, "y", "recall"), units, measure.recall)
        assert one.ci_low <= 0.5 <= one.ci_high
        return one.ci_high - one.ci_low

    assert width(10) > width(100) > width(1000)


@pytest.mark.parametrize(
    ("size", "name"), [(None, "Unknown"), (1, "1-20"), (20, "1-20"), (21, "21-40"), (1000, "≥1000")]
)
def test_ranges_of_sizes(size: int | None, name: str) -> None:
    assert tags.size_bin(size) == name
