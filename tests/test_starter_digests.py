"""Digests: how they are written into the set, what is proved of them, and which reports get one. All texts invented."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harvest import vocabulary
from harvest.cli import main
from harvest.errors import BadInput
from harvest.starter import choice, digests, proof
from harvest.starter.digests import DIGESTS, FACTS, PARTS
from harvest.starter.verify import verify

ROOT = Path(__file__).resolve().parents[1]
Facts = dict[str, Any]

ABSTRACT = (
    "BACKGROUND: Lamp fatigue is common and there is no licensed treatment for it in any country. METHODS: In this "
    "randomised, double-blind trial, forty-two adults with major depression received ketamine (.50 mg/kg) or midazolam "
    "by intravenous infusion, twice weekly. RESULTS: The Montgomery-Asberg Depression Rating Scale fell more with "
    "ketamine than with midazolam (mean difference 6.4, 95% CI 2.1 to 10.7, P = 0.004). Dizziness was reported by "
    "12 of 21 patients given ketamine. CONCLUSIONS: Ketamine may help; larger trials in phase III are needed."
)
RECORD: Facts = {
    "source": "somewhere", "pmid": "30600000", "doi": "10.9999/Example.1", "title": "Ketamine for lamp fatigue.",
    "abstract": ABSTRACT, "year": 2019, "journal": "J Invented Res", "authors": ["Gruff B"], "mesh": [],
    "pub_types": [], "keywords": [], "pmcid": None, "nct": None, "ketamine_focus": "title",
}  # fmt: skip
WRITTEN: Facts = {
    "pmid": "30600000",
    "aim": "To see whether repeated ketamine eases depression in people whose lamps have tired them out.",
    "methods": "In a randomised double-blind trial, 42 adults with major depression received intravenous ketamine "
    "0.5 mg/kg or midazolam twice weekly.",
    "results": "Depression on the MADRS dropped more under ketamine than under midazolam (mean difference 6.4, 95% CI "
               "2.1 to 10.7, p = 0.004). Dizziness was felt by 12 of 21 people on ketamine.",
    "conclusion": "The authors hold that ketamine may be of use and ask for bigger trials.",
}  # fmt: skip


def records_file(folder: Path, *records: Facts) -> Path:
    path = folder / "records.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for record in records or (RECORD,))
    return path


def lines_file(path: Path, rows: Iterable[Facts]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def added(folder: Path, *records: Facts, **changes: Any) -> tuple[Path, Path]:
    """(digests, records) with one digest laid in."""
    records_path = records_file(folder, *records)
    place = folder / DIGESTS
    digests.add(lines_file(folder / "written.jsonl", [{**WRITTEN, **changes}]), records_path, place)
    return place, records_path


def changed(place: Path, **changes: Any) -> None:
    (digest,) = digests.read(place)
    digests.write(place, [{**digest, **changes}])


# ------------------------------------------------------------------ writing


def test_facts_and_hash_come_from_the_record(tmp_path: Path) -> None:
    """As reports.jsonl has them: title without full stop, DOI in lower case."""
    place, _ = added(tmp_path)
    (digest,) = digests.read(place)
    assert {name: digest[name] for name in FACTS} == {
        "pmid": "30600000", "doi": "10.9999/example.1", "title": "Ketamine for lamp fatigue",
        "authors": [{"name": "Gruff B", "family": "Gruff", "given": "B"}], "journal": "J Invented Res", "year": 2019,
    }  # fmt: skip
    assert digest["abstract_sha256"] == sha256(ABSTRACT.encode()).hexdigest()
    assert [digest[part] for part in PARTS] == [WRITTEN[part] for part in PARTS]


def test_a_digest_is_replaced_and_others_stay_in_order(tmp_path: Path) -> None:
    """By PMID, those without one behind; the same digests give the same bytes."""
    more = [{**RECORD, "pmid": "9", "doi": None}, {**RECORD, "pmid": None, "doi": "10.9999/b"}]
    records = records_file(tmp_path, RECORD, *more)
    place = tmp_path / DIGESTS
    everyone = [{**WRITTEN, "pmid": None, "doi": "10.9999/b"}, WRITTEN, {**WRITTEN, "pmid": "9"}]
    assert digests.add(lines_file(tmp_path / "all.jsonl", everyone), records, place) == 3
    before = place.read_bytes()
    assert [digests.name_of(one) for one in digests.read(place)] == ["pmid 9", "pmid 30600000", "doi 10.9999/b"]
    digests.add(lines_file(tmp_path / "one.jsonl", [{**WRITTEN, "aim": "To see."}]), records, place)
    assert [one["aim"] == "To see." for one in digests.read(place)] == [False, True, False]
    digests.add(lines_file(tmp_path / "one.jsonl", [WRITTEN]), records, place)
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**WRITTEN, "pmid": "7"}, "pmid 7 is not among the records"),
        ({**WRITTEN, "results": " "}, "pmid 30600000 lacks results"),
        ({"aim": "To see."}, "line 1: neither pmid nor doi"),
    ],
)
def test_what_cannot_be_laid_in_is_named_and_nothing_is_written(tmp_path: Path, row: Facts, message: str) -> None:
    records = records_file(tmp_path)
    with pytest.raises(BadInput, match=message):
        digests.add(lines_file(tmp_path / "written.jsonl", [row]), records, tmp_path / DIGESTS)
    assert not (tmp_path / DIGESTS).exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"pmid": "1"}\n{"pmid": \n', "written.jsonl, line 2: not JSON"),
        ('["pmid"]\n', "line 1: not a JSON object"),
        (None, "cannot read .*written.jsonl"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "written.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        digests.read(tmp_path / "written.jsonl")


# ------------------------------------------------------------------ proof


def test_a_sound_digest_passes_and_reads_like_its_abstract(tmp_path: Path) -> None:
    """Nothing to complain of, and every aspect is read equally."""
    outcome = verify(*added(tmp_path))
    assert outcome.problems == ()
    rates = {rate.aspect: (rate.equal, rate.reports) for rate in outcome.rates}
    assert rates["design"] == rates["sample size"] == rates["direction"] == rates["drug"] == rates["route"] == (1, 1)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": "Esketamine for lamp fatigue"}, "title is 'Esketamine for lamp fatigue', the record has"),
        ({"year": 2018}, "year is 2018, the record has 2019"),
        ({"doi": "10.9999/other"}, "doi is '10.9999/other'"),
        ({"abstract_sha256": "0" * 64}, "abstract_sha256 is of another text"),
        ({"source": "somewhere"}, "unknown fields source"),
        ({"aim": ""}, "lacks aim"),
        ({"aim": 42}, "lacks aim"),
        ({"aim": "To see whether it helps"}, "aim does not end with a full stop"),
        ({"methods": "A trial.", "results": "It helped."}, "words; 60 to 120 are wanted"),
        ({"aim": "To see. " * 60}, "words; 60 to 120 are wanted"),
        ({"conclusion": "The authors hold that 43 people may be helped and ask for bigger trials."},
         "numbers that the abstract does not hold: 43"),
        ({"conclusion": "The authors hold that it may help after seven weeks and ask for bigger trials."},
         "numbers that the abstract does not hold: 7"),
        ({"aim": "Lamp fatigue is common and there is no licensed treatment, which this trial set out to change."},
         "words of the abstract: 'Lamp fatigue is common and there is no licensed treatment'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_report(tmp_path: Path, changes: Facts, problem: str) -> None:
    place, records = added(tmp_path)
    changed(place, **changes)
    found = verify(place, records).problems
    assert any(line.startswith("pmid ") and problem in line for line in found), found


def test_a_report_without_record_or_with_two_digests_is_named(tmp_path: Path) -> None:
    place, records = added(tmp_path)
    (digest,) = digests.read(place)
    digests.write(place, [digest, digest, {**digest, "pmid": "8"}])
    assert verify(place, records).problems == (
        "pmid 8: its report is not among the records with an abstract",
        "pmid 30600000: has more than one digest",
    )


def test_differences_say_what_was_read_on_both_sides(tmp_path: Path) -> None:
    place, records = added(tmp_path, methods=WRITTEN["methods"].replace("42 adults", "adults"))
    assert (
        "pmid 30600000: sample size not stated in the digest, 42 in the abstract" in verify(place, records).differences
    )


@pytest.mark.parametrize(
    ("digest", "abstract"),
    [
        ("0.5", ".50"), ("0.5", "0·5"), ("1234", "1,234"), ("1,234", "1234"), ("12", "twelve"), ("twelve", "12"),
        ("1.5", "1,5"), ("phase 3", "phase III"), ("2 doses", "given twice"), ("105", "one hundred and five"),
        ("5-HT2A", "5-HT2A receptors"),
    ],
)  # fmt: skip
def test_a_number_may_be_written_otherwise(digest: str, abstract: str) -> None:
    assert proof.numbers(digest) <= proof.numbers(abstract, generous=True)


@pytest.mark.parametrize(
    ("digest", "abstract"),
    [
        ("0.5", "0.05"),
        ("12", "120"),
        ("1.5", "15"),
        ("3", "phase II"),
        ("2", "once"),
        ("0.5", "5"),
        ("1234", "1 and 234"),
    ],
)
def test_another_number_is_another_number(digest: str, abstract: str) -> None:
    assert not proof.numbers(digest) <= proof.numbers(abstract, generous=True)


@pytest.fixture(scope="module")
def names() -> proof.Names:
    return proof.Names(vocabulary.load())


def test_names_and_statistics_are_nobodys_own_words(names: proof.Names) -> None:
    """A drug with its dose against another, on a scale with its interval, can be said in one way only."""
    text = (
        "Montgomery-Asberg Depression Rating Scale: ketamine 0.5 mg/kg versus midazolam (95% CI 2.1 to 10.7, P = 0.004)"
    )
    assert list(names.copied(text, f"We saw {text} then.")) == []


def test_a_run_is_found_across_punctuation_and_case_and_shown_as_written(names: proof.Names) -> None:
    copied = names.copied("And so: the lamps burned all night; while nobody slept.",
                          "Because THE LAMPS burned, all night while nobody slept, we stopped.")  # fmt: skip
    assert list(copied) == ["the lamps burned all night; while nobody slept"]


def test_seven_words_are_no_run(names: proof.Names) -> None:
    seven = "the lamps burned all night and day"
    assert list(names.copied(f"Here {seven} long", f"There {seven} too")) == []
    assert list(names.copied(f"Here {seven} too", f"There {seven} too")) == [f"{seven} too"]


# ------------------------------------------------------------------ choice

RULE = """
abstract_characters: [20, 5000]
never: [protocol]
designs: [systematic-review, randomised-controlled-trial]
strata:
  - {id: named, why: Known to all., most: 5, reports: [3]}
  - {id: ptsd, why: Many claims., most: 2, conditions: [ptsd]}
  - {id: cohorts, why: Long follow-up., most: 9, conditions: [depression], designs: [cohort]}
"""


def candidates() -> list[Facts]:
    texts = {
        "1": ("Ketamine for PTSD: a randomised controlled trial", "We randomised 20 adults with PTSD to ketamine."),
        "2": (
            "Ketamine for PTSD: another randomised controlled trial",
            "We randomised 90 adults with PTSD to ketamine.",
        ),
        "3": ("Ketamine and lamps: a case report", "One person with PTSD was given ketamine."),
        "4": ("Ketamine for PTSD: a systematic review", "We searched for trials of ketamine in PTSD."),
        "5": ("Ketamine for PTSD: study protocol for a trial", "Adults with PTSD will receive ketamine."),
        "6": ("Ketamine in depression: a cohort study", "In this cohort study, depression eased."),
        "7": ("Ketamine in depression: a trial", "We randomised 30 adults with depression to ketamine."),
        "9": ("'Ketamine for PTSD: a systematic review': Corrigendum", "We searched for trials of ketamine in PTSD."),
        "8": ("Retracted: Ketamine for PTSD: a systematic review", "We searched for trials of ketamine in PTSD."),
    }
    return [{**RECORD, "pmid": n, "doi": None, "year": None, "title": t, "abstract": a} for n, (t, a) in texts.items()]


def rule_file(folder: Path, text: str = RULE) -> Path:
    path = folder / "choice.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rule_chooses_by_stratum_design_and_size(tmp_path: Path) -> None:
    """Reviews before trials, larger before smaller, each report once; protocols, notices and retracted reports never."""
    found = choice.choose(records_file(tmp_path, *candidates()), choice.read_rule(rule_file(tmp_path)))
    assert [(chosen.stratum, chosen.candidate.original.facts["pmid"]) for chosen in found] == [
        ("named", "3"), ("ptsd", "4"), ("ptsd", "2"), ("cohorts", "6"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE.replace("conditions: [ptsd]", "condition: [ptsd]"), "stratum ptsd has unknown keys condition"),
        ("strata: 3", "cannot read the rule of choice"),
        ("designs: [a]", "cannot read the rule of choice"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        choice.read_rule(rule_file(tmp_path, text))


def test_every_concept_of_the_shipped_rule_exists() -> None:
    """A misspelt concept would choose nothing, silently."""
    words = vocabulary.load()
    for stratum in choice.read_rule(ROOT / "data" / "starter" / choice.FILE).strata:
        assert stratum.why and stratum.most > 0
        for dimension, ids in {**stratum.words, "design": stratum.designs}.items():
            assert set(ids) <= {concept.id for concept in words.of(dimension)}, (stratum.id, dimension)


# ------------------------------------------------------------------ commands


def test_the_commands_add_verify_and_choose(tmp_path: Path) -> None:
    """As a contributor uses them; verify exits with 1 and names the problem once one is there."""
    records, written = records_file(tmp_path), lines_file(tmp_path / "written.jsonl", [WRITTEN])
    place = tmp_path / DIGESTS
    run = CliRunner().invoke
    laid = run(main, ["starter", "add", str(written), "--records", str(records), "--to", str(place)])
    assert laid.exit_code == 0 and "1 digests laid into digests.jsonl" in laid.output
    proved = run(main, ["starter", "verify", "--records", str(records), "--digests", str(place), "--differences"])
    assert proved.exit_code == 0 and "1 digests, 0 problems" in proved.output
    assert "design: 1 of 1 equal (100.0%)" in proved.output
    changed(place, year=1900)
    failed = run(main, ["starter", "verify", "--records", str(records), "--digests", str(place)])
    assert failed.exit_code == 1 and "pmid 30600000: year is 1900" in failed.output
    chosen = run(main, ["starter", "choose", "--records", str(records_file(tmp_path, *candidates())),
                        "--rule", str(rule_file(tmp_path))])  # fmt: skip
    assert chosen.exit_code == 0 and "ptsd\tpmid 2\trandomised-controlled-trial\tKetamine for PTSD" in chosen.output
