"""The digests that ship: what can be proved of them here, and, where the records are at hand, against their abstracts."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harvest import vocabulary
from harvest.extraction import Extracted, Extractor
from harvest.sources.starter import abstract_of, kind_of
from harvest.starter import proof
from harvest.starter.digests import DIGESTS, FACTS, FIELDS, PARTS, name_of
from harvest.starter.verify import verify
from harvest.tagging import Fields

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "data" / "starter" / DIGESTS
RECORDS = ROOT.parent / "shared" / "records" / "ketamine_records.jsonl.gz"
Facts = dict[str, Any]

HELD: list[Facts] = [json.loads(line) for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
REPORTS: dict[str, Facts] = {
    name_of(facts): facts
    for line in SHIPPED.with_name("reports.jsonl").read_text(encoding="utf-8").splitlines()
    for facts in [json.loads(line)]
}


@pytest.fixture(scope="module")
def extracted() -> list[Extracted]:
    extractor = Extractor(vocabulary.load())
    return [extractor.extract(Fields(name_of(one), one["title"], abstract_of(one)[0])) for one in HELD]


def test_there_are_several_hundred_each_of_its_own_report() -> None:
    """No report twice, and hardly a title twice."""
    assert len(HELD) >= 400
    assert len({name_of(one) for one in HELD}) == len(HELD)
    assert len({one["title"].casefold() for one in HELD}) > 0.98 * len(HELD)


@pytest.mark.parametrize("one", HELD, ids=name_of)
def test_each_keeps_its_form(one: Facts) -> None:
    """Known fields, four parts of whole sentences, the promised length; the facts are those of reports.jsonl."""
    assert set(one) <= set(FIELDS) and re.fullmatch(r"[0-9a-f]{64}", one["abstract_sha256"])
    assert all(one[part].endswith((".", "?")) and one[part] == " ".join(one[part].split()) for part in PARTS)
    assert proof.SHORTEST <= len(proof.whole(one).split()) <= proof.LONGEST
    assert {name: one.get(name) for name in FACTS} == {name: REPORTS[name_of(one)].get(name) for name in FACTS}


def test_notices_and_retracted_reports_are_not_told_again() -> None:
    """A notice that repeats an abstract would count its study twice."""
    assert [name_of(one) for one in HELD if kind_of(one["title"], one.get("doi", "")) == "notice"] == []
    assert [name for one in HELD if REPORTS[name := name_of(one)].get("retracted")] == []


def test_every_condition_that_is_claimed_is_covered(extracted: list[Extracted]) -> None:
    """As read by our own tags; few records are at hand on migraine and OCD."""
    told = Counter(condition for one in extracted for condition in one.tags.studied("condition"))
    least = {"treatment-resistant-depression": 100, "ptsd": 25, "ocd": 8, "bipolar-disorder": 40, "suicidality": 60,
             "anxiety": 25, "alcohol-use-disorder": 12, "opioid-use-disorder": 8, "stimulant-use-disorder": 3,
             "chronic-pain": 25, "postoperative-pain": 30, "neuropathic-pain": 10, "cancer-pain": 3, "migraine": 1,
             "cognitive-impairment": 15, "perinatal-depression": 15, "ketamine-misuse": 15}  # fmt: skip
    assert {name: told[name] for name, number in least.items() if told[name] < number} == {}
    assert sum("paediatric" in one.tags.population.age for one in extracted) >= 15


def test_nulls_and_harms_have_their_place(extracted: list[Extracted]) -> None:
    """Reports that found no difference, and findings that are a harm; trials and reviews are most of the set."""
    directions = Counter(one.direction for one in extracted)
    assert directions["no-difference"] >= 60 and directions["mixed"] >= 25
    assert sum(any(found.direction == "harm" for found in one.findings) for one in extracted) >= 100
    designs = Counter(one.tags.design for one in extracted)
    assert designs["randomised-controlled-trial"] >= 250
    assert designs["meta-analysis"] + designs["systematic-review"] >= 120


@pytest.mark.shared
@pytest.mark.skipif(not RECORDS.is_file(), reason="needs the records beside the repository")
def test_every_digest_is_proved_against_its_abstract() -> None:
    """No problem at all, and extraction mostly reads the same from both."""
    outcome = verify(SHIPPED, RECORDS)
    assert outcome.problems == ()
    rates = {rate.aspect: rate.equal / rate.reports for rate in outcome.rates}
    assert rates["design"] > 0.9 and rates["sample size"] > 0.85 and rates["direction"] > 0.65 and rates["drug"] > 0.95
