"""The starter set: how it is made from gathered records, and what its files must keep to."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest import identifiers
from harvest.errors import BadInput
from harvest.starter import RECORDS, TRIALS, describe, make
from harvest.starter.names import Journals, author
from harvest.starter.reports import FIELDS
from harvest.text import fold, strip_markup

ROOT = Path(__file__).resolve().parents[1]
SET = ROOT / "data" / "starter"
SHARED = ROOT.parent / "shared" / "records"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the records beside the repository")
Facts = dict[str, Any]

REGISTRY_URL = "https://clinicaltrials.gov/show/NCT01111111"


def rows(name: str) -> list[Facts]:
    return [json.loads(line) for line in (SET / name).read_text(encoding="utf-8").splitlines()]


REPORTS, TRIAL_ROWS = rows("reports.jsonl"), rows("trials.jsonl")


def record(**changes: Any) -> Facts:
    """A gathered record in the shape of the record files; texts invented."""
    plain: Facts = {
        "source": "somewhere", "pmid": "30600000", "doi": "10.9999/Example.1", "title": "Ketamine and sleep in goats.",
        "abstract": "", "year": 2019, "journal": "J Invented Res", "authors": ["Gruff B", "Gruff BJ"],
        "mesh": ["Goats", "*Ketamine/therapeutic use"], "pub_types": ["Journal Article", "journal-article"],
        "keywords": ["goat"], "pmcid": None, "nct": None, "ketamine_focus": "title",
    }  # fmt: skip
    return plain | changes


def gathered(folder: Path, records: list[Facts], trials: list[Facts] | None = None) -> Path:
    for name, items in ((RECORDS, records), (TRIALS, trials or [])):
        with gzip.open(folder / name, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(item) + "\n" for item in items)
    return folder


@pytest.fixture
def mesh(tmp_path: Path) -> Path:
    path = tmp_path / "mesh.csv"
    names = {
        "D007649": "Ketamine",
        "D006041": "Goats",
        "D003863": "Depression",
        "D010149": "Postoperative Pain",
    }
    lines = [f'https://id.nlm.nih.gov/mesh/{ui},MeSH,"{name}"' for ui, name in names.items()]
    path.write_text("\n".join(["id,scheme,subject", *lines]), encoding="utf-8")
    return path


def made(tmp_path: Path, mesh: Path | None, *records: Facts) -> list[Facts]:
    make(gathered(tmp_path, list(records)), mesh, tmp_path / "out")
    return [json.loads(line) for line in (tmp_path / "out" / "reports.jsonl").read_text("utf-8").splitlines()]


def test_a_record_gives_its_facts_and_nothing_else(tmp_path: Path, mesh: Path) -> None:
    """Facts come out cleaned in a fixed order; abstract and keywords do not."""
    (facts,) = made(tmp_path, mesh, record(abstract="Goats slept. Registered as NCT01234567."))
    assert facts == {
        "pmid": "30600000",
        "doi": "10.9999/example.1",
        "title": "Ketamine and sleep in goats",
        "authors": [
            {"name": "Gruff B", "family": "Gruff", "given": "B"},
            {"name": "Gruff BJ", "family": "Gruff", "given": "BJ"},
        ],
        "journal": "J Invented Res",
        "year": 2019,
        "mesh": [{"name": "Goats", "ui": "D006041"}, {"name": "Ketamine", "ui": "D007649", "major": True}],
        "publication_types": [{"name": "Journal Article"}],
        "registrations": ["NCT01234567"],
    }
    assert list(facts) == [name for name in FIELDS if name in facts]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pmid": None, "doi": None}, "neither PMID nor DOI"),
        ({"ketamine_focus": "mention"}, "ketamine is only mentioned"),
        ({"pmid": None, "doi": "10.1038/npp.2014.282"}, "the DOI names a collection of meeting abstracts"),
        ({"title": ""}, "no title"),
    ],
)
def test_what_is_left_out_is_counted_with_its_reason(tmp_path: Path, changes: Facts, reason: str) -> None:
    """Unidentified, off-topic and untitled records are counted, not written."""
    counts = make(gathered(tmp_path, [record(**changes)]), None, tmp_path / "out")
    assert (counts.reports, dict(counts.left_out)) == (0, {reason: 1})
    assert reason in str(counts)


def test_records_of_one_pmid_or_doi_are_joined(tmp_path: Path) -> None:
    """The first record stays, the second fills what it lacked."""
    first = record(journal=None, doi=None)
    second = record(title="Another title", doi="10.9999/EXAMPLE.1")
    third = record(pmid=None, pmcid="PMC42")
    (facts,) = made(tmp_path, None, first, second, third)
    assert facts["title"] == "Ketamine and sleep in goats"
    assert (facts["journal"], facts["doi"], facts["pmcid"]) == (
        "J Invented Res",
        "10.9999/example.1",
        "PMC42",
    )


@pytest.mark.parametrize(
    ("given", "title", "translated"),
    [
        ("[Ketamine in goats.]", "Ketamine in goats", True),
        ("Ketamine in goats]", "Ketamine in goats", True),
        ("Erratum to goats [J Goat 1 (2020) 1-2]", "Erratum to goats [J Goat 1 (2020) 1-2]", False),
        ("CO<sub>2</sub> &amp; R<inf>B</inf> in goats†", "CO2 & RB in goats", False),
        ("KETAMINE FOR GOATS: DOUBLE\u2010BLIND?", "KETAMINE FOR GOATS: DOUBLE-BLIND?", False),
    ],
)
def test_titles_are_clean(tmp_path: Path, given: str, title: str, translated: bool) -> None:
    """Brackets of a translation, markup, entities and footnote marks go; capitals and other brackets stay."""
    (facts,) = made(tmp_path, None, record(title=given))
    assert (facts["title"], facts.get("translated", False)) == (title, translated)


@pytest.mark.parametrize(
    ("pmid", "year", "kept"),
    [("30600000", 2019, True), ("30600000", 2022, False), ("30600000", 2004, False), ("402144", 1977, True),
     ("402144", 2015, False), ("41900000", 2027, False), (None, 2012, True), ("30600000", "2019", False)],
)  # fmt: skip
def test_a_year_must_fit_its_pmid(tmp_path: Path, pmid: str | None, year: Any, kept: bool) -> None:
    """A year the PMID rules out is dropped rather than corrected."""
    (facts,) = made(tmp_path, None, record(pmid=pmid, year=year))
    assert ("year" in facts) is kept


def test_keywords_given_as_mesh_are_dropped_as_a_list(tmp_path: Path, mesh: Path) -> None:
    """Some keywords coincide with headings; a list of which too few are headings gives none."""
    keywords = ["*goat", "sleep quality", "Ketamine", "Depression"]
    assert "mesh" not in made(tmp_path, mesh, record(mesh=keywords))[0]


def test_headings_are_read_in_both_forms_and_under_old_names(tmp_path: Path, mesh: Path) -> None:
    """CENTRAL's brackets, a string cut in a qualifier, check tags and renamed headings are understood."""
    texts = [
        "Depression [*drug therapy]",
        "Ketamine/adverse",
        "effects/*blood",
        "Male",
        "Pain, Postoperative",
    ]
    (facts,) = made(tmp_path, mesh, record(mesh=texts))
    assert facts["mesh"] == [
        {"name": "Depression", "ui": "D003863", "major": True},
        {"name": "Ketamine", "ui": "D007649"},
        {"name": "Male", "ui": "D008297"},
        {"name": "Pain, Postoperative", "ui": "D010149"},
    ]


def test_without_the_list_no_headings_are_written(tmp_path: Path) -> None:
    """Headings cannot be told from keywords without the list of headings."""
    assert "mesh" not in made(tmp_path, None, record())[0]


@pytest.mark.parametrize(
    ("title", "abstract", "numbers"),
    [
        ("Goats", "NCT01234567 and ISRCTN12345678", ["NCT01234567", "ISRCTN12345678"]),
        ("Goats: a systematic review", "NCT01234567", None),
        ("Goats", "NCT00000001 NCT00000002 NCT00000003 NCT00000004", None),
    ],
)
def test_registrations_are_the_reports_own(
    tmp_path: Path, title: str, abstract: str, numbers: list[str] | None
) -> None:
    """Numbers in reviews, or more than three, are other people's trials."""
    (facts,) = made(tmp_path, None, record(title=title, abstract=abstract))
    assert facts.get("registrations") == numbers


def test_a_pmid_of_another_database_is_dropped(tmp_path: Path) -> None:
    """One collection holds numbers beyond its search date; the record stays by its DOI."""
    (facts,) = made(tmp_path, None, record(source="Ineichen-Group/PsyNamic", pmid="38500001", year=None))
    assert "pmid" not in facts and facts["doi"] == "10.9999/example.1"


@pytest.mark.parametrize(
    ("text", "source", "name", "family", "given"),
    [
        ("Gruff B", "", "Gruff B", "Gruff", "B"),
        ("P. Gruff", "", "Gruff P", "Gruff", "P"),
        ("PK. van der Gruff", "", "van der Gruff PK", "van der Gruff", "PK"),
        ("H.-Q. Gruff", "", "Gruff HQ", "Gruff", "HQ"),
        ("Ç. Gruff", "", "Gruff Ç", "Gruff", "Ç"),
        ("Gruff, C", "", "Gruff C", "Gruff", "C"),
        ("Gruff, Michelle A", "", "Gruff MA", "Gruff", "Michelle A"),
        ("Gruff S C R", "", "Gruff SCR", "Gruff", "SCR"),
        ("de Gruff VDO Jr", "", "de Gruff VDO Jr", "de Gruff", "VDO Jr"),
        ("Billy W. Gruff", "", "Gruff BW", "Gruff", "Billy W."),
        ("Gruff Billy W.", "jayded/evidence-inference", "Gruff BW", "Gruff", "Billy W."),
        ("Di Gruff Billy-Bob", "jayded/evidence-inference", "Di Gruff BB", "Di Gruff", "Billy-Bob"),
        ("Gruff Billy Goat", "jayded/evidence-inference", "Gruff Billy Goat", None, None),
        ("Billy Goat Gruff", "", "Billy Goat Gruff", None, None),
    ],
)
def test_names_come_in_one_form(text: str, source: str, name: str, family: str | None, given: str | None) -> None:
    """Every form becomes ``Gruff B``; where family and given name cannot be told apart, the name stays whole."""
    facts = author(text, source)
    assert (facts["name"], facts.get("family"), facts.get("given")) == (name, family, given)


def test_groups_and_debris_among_the_names() -> None:
    """A group is marked; a place holder and a name without its family name are nothing."""
    assert author("Goat Study Group", "") == {"name": "Goat Study Group", "collective": True}
    assert author("[No authors listed]", "") == {} == author("B. A. de", "")


def test_journals_take_their_best_spelling() -> None:
    """Capitals, dots and citations around a journal's name go; addresses are no journals."""
    journals = Journals(["JOURNAL OF GOAT STUDIES", "Journal of goat studies", "Journal of Goat Studies"])
    assert journals.name("JOURNAL OF GOAT STUDIES") == "Journal of Goat Studies"
    assert journals.name("Br.J.Goat.") == "Br J Goat"
    assert journals.name("Goat Studies.204 (2) ()(pp 279-286), 2009.Date of Publication: June 2009.") == "Goat Studies"
    assert journals.name(REGISTRY_URL) == ""
    assert journals.name("J ect") == "J ECT"


def test_trials_keep_registry_facts_only(tmp_path: Path) -> None:
    """Summaries stay out, month-end dates of one database are months, a title cut at "vs." is no title."""
    protocol = {
        "identificationModule": {"nctId": "NCT02222222", "briefTitle": "Ketamine vs. Hay for Goats"},
        "statusModule": {
            "startDateStruct": {"date": "2012-03-31"},
            "completionDateStruct": {"date": "2013-05"},
        },
        "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 0, "type": "ACTUAL"}},
        "conditionsModule": {"conditions": "Insomnia"},
    }
    trials = [
        {"nct": "NCT02222222", "brief_title": "Ketamine vs", "brief_summary": "x",
         "v2_protocolSection_subset": protocol},
        {"nct": "NCT03333333", "brief_title": "Ketamine for Goats.", "start_date": "2012-04-30",
         "interventions": ["hay"], "primary_outcome": "Sleep"},
        {"nct": "NCT04444444", "brief_title": "Ketamine vs"},
    ]  # fmt: skip
    entry = record(pmid=None, doi=None, journal=REGISTRY_URL, title="Goats and Ketamine")
    counts = make(gathered(tmp_path, [entry], trials), None, tmp_path / "out")
    found = [json.loads(line) for line in (tmp_path / "out" / "trials.jsonl").read_text("utf-8").splitlines()]
    assert found == [
        {"nct": "NCT01111111", "brief_title": "Goats and Ketamine"},
        {
            "nct": "NCT02222222", "brief_title": "Ketamine vs. Hay for Goats", "study_type": "INTERVENTIONAL",
            "enrolment": 0, "enrolment_type": "ACTUAL", "start_date": "2012-03-31", "completion_date": "2013-05",
            "conditions": ["Insomnia"],
        },
        {"nct": "NCT03333333", "brief_title": "Ketamine for Goats", "start_date": "2012-04", "interventions": ["hay"]},
    ]  # fmt: skip
    assert counts.trials == 3 and counts.left_out["trial without number or whole title"] == 1


def test_a_missing_or_damaged_file_is_a_clear_message(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(BadInput, match=RECORDS):
        make(tmp_path, None, tmp_path / "out")
    gathered(tmp_path, [])
    (tmp_path / RECORDS).write_bytes(b"not gzip")
    with pytest.raises(BadInput, match=RECORDS):
        make(tmp_path, None, tmp_path / "out")


# The files as they ship


def values(facts: Facts) -> Iterator[tuple[str, str]]:
    """(top-level field, text) of every string in an object."""

    def walk(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)
        elif isinstance(value, str):
            yield value

    for name, value in facts.items():
        for text in walk(value):
            yield name, text


def test_the_set_is_large_enough() -> None:
    """At least 1,200 reports and 450 trials."""
    assert len(REPORTS) >= 1200 and len(TRIAL_ROWS) >= 450


@pytest.mark.parametrize("scheme", ["pmid", "doi", "pmcid"])
def test_identifiers_are_clean_and_occur_once(scheme: str) -> None:
    """No identifier stands twice, and each is in its one form."""
    clean = getattr(identifiers, f"clean_{scheme}")
    found = Counter(facts[scheme] for facts in REPORTS if scheme in facts)
    assert [value for value, number in found.items() if number > 1 or clean(value) != value] == []


def test_reports_and_trials_are_identified_and_titled() -> None:
    """Every report has a PMID or DOI and a title, every trial an NCT number and a title."""
    assert all(("pmid" in facts or "doi" in facts) and facts["title"] for facts in REPORTS)
    assert all(identifiers.clean_nct(facts["nct"]) == facts["nct"] for facts in TRIAL_ROWS)
    assert len({facts["nct"] for facts in TRIAL_ROWS}) == len(TRIAL_ROWS)
    assert all("brief_title" in facts or "official_title" in facts for facts in TRIAL_ROWS)


def test_only_known_fields_and_short_values() -> None:
    """No abstract or summary field, nothing longer than 400 characters, nothing empty, no markup or broken text."""
    assert {name for facts in REPORTS for name in facts} <= set(FIELDS)
    assert not {name for facts in REPORTS + TRIAL_ROWS for name in facts} & {
        "abstract",
        "summary",
        "keywords",
    }
    texts = [text for facts in REPORTS + TRIAL_ROWS for _, text in values(facts)]
    assert max(map(len, texts)) <= 400 and all(texts)
    assert [text for text in texts if re.search(r"</?\w+>|&\w+;|Ã|â€|\ufffd", text) or strip_markup(text) != text] == []


def test_years_and_dates_are_plausible() -> None:
    """Reports between 1950 and 2026; trials start between 1990 and 2026 and do not end before they start."""
    assert all(1950 <= facts["year"] <= 2026 for facts in REPORTS if "year" in facts)
    for facts in TRIAL_ROWS:
        start, end = facts.get("start_date", ""), facts.get("completion_date", "")
        assert not start or "1990" <= start <= "2027"
        assert not (start and end) or start[:7] <= end[:7], facts


def test_headings_types_and_numbers_are_well_formed() -> None:
    """MeSH and type identifiers look like MeSH's, and registration numbers belong to a registry."""
    headings = [heading for facts in REPORTS for heading in facts.get("mesh", [])]
    assert len(headings) > 5000 and len([h for h in headings if "ui" in h]) > 0.99 * len(headings)
    assert all(re.fullmatch(r"D\d{6}(?:\d{3})?", h["ui"]) for h in headings if "ui" in h)
    types = [kind for facts in REPORTS for kind in facts.get("publication_types", [])]
    assert all(re.fullmatch(r"D\d{6}(?:\d{3})?", kind["ui"]) for kind in types if "ui" in kind)
    numbers = [number for facts in REPORTS for number in facts.get("registrations", [])]
    assert numbers and all(identifiers.registry_of(number) for number in numbers)
    assert max(len(facts.get("registrations", [])) for facts in REPORTS) <= 3


def test_the_order_is_fixed() -> None:
    """Reports by PMID, then DOI; trials by number."""
    keys = [(int(facts.get("pmid", 10**9)), facts.get("doi", "")) for facts in REPORTS]
    assert keys == sorted(keys)
    assert [facts["nct"] for facts in TRIAL_ROWS] == sorted(facts["nct"] for facts in TRIAL_ROWS)


def test_the_retracted_reports_are_marked() -> None:
    """Two reports of the set were retracted."""
    assert {facts["pmid"] for facts in REPORTS if facts.get("retracted")} == {"21557878", "26554325"}


def test_the_counts_of_the_readme_hold() -> None:
    """The figures in the description are those of the files, and describe() says them too."""
    readme = (SET / "README.md").read_text(encoding="utf-8")
    assert f"{len(REPORTS):,} reports" in readme and f"{len(TRIAL_ROWS):,} trials" in readme
    for name in FIELDS:
        held = sum(name in facts for facts in REPORTS)
        assert re.search(rf"\| `{name}` \|.*\| {held:,} \|\n", readme), (name, held)
    for name in {name for facts in TRIAL_ROWS for name in facts}:
        held = sum(name in facts for facts in TRIAL_ROWS)
        assert re.search(rf"\| `{name}` \|.*\| {held:,} \|\n", readme), (name, held)
    assert any(line.startswith(f"reports: {len(REPORTS)} ") for line in describe())
    told = len(rows("digests.jsonl"))
    assert readme.count(f"| {told} |\n") == 2
    for text in (readme, (ROOT / "README.md").read_text(encoding="utf-8")):
        assert re.search(rf"\b{told}\b[^.]*digest", text)


# Against the records the set was made from


def shared_lines(name: str) -> list[Facts]:
    with gzip.open(SHARED / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


@pytest.mark.shared
@needs_shared
def test_no_sentence_of_the_records_is_in_the_set() -> None:
    """Apart from titles, no value shares eight words in a row with any abstract or trial description."""
    texts = [str(item.get("abstract") or "") for item in shared_lines(RECORDS)]
    prose = ("detailed_description", "brief_summary")
    texts += [str(item.get(name) or "") for item in shared_lines(TRIALS) for name in prose]
    known = set().union(*map(runs, texts))
    titles = {"title", "brief_title", "official_title"}
    shown = [(name, text) for facts in REPORTS + TRIAL_ROWS for name, text in values(facts) if name not in titles]
    assert [(name, text) for name, text in shown if runs(text) & known] == []


@pytest.mark.shared
@needs_shared
def test_identifiers_and_titles_are_those_of_the_records() -> None:
    """Each report stands in the record files with this PMID, this DOI and this title."""
    held = {(item.get("pmid") or "", identifiers.clean_doi(item.get("doi"))): item for item in shared_lines(RECORDS)}
    by_doi = {doi: item for (_, doi), item in held.items() if doi}
    for facts in REPORTS:
        doi = facts.get("doi", "")
        item = held.get((facts["pmid"], doi)) if "pmid" in facts else by_doi.get(doi)
        assert item, facts
        assert fold(strip_markup(item["title"])) == fold(facts["title"])


@pytest.mark.shared
@needs_shared
def test_the_files_are_what_make_writes(tmp_path: Path) -> None:
    """The shipped files come out of the records again, headings aside (their list is no part of the project)."""
    counts = make(SHARED, None, tmp_path)
    assert (counts.reports, counts.trials) == (len(REPORTS), len(TRIAL_ROWS))
    again = [json.loads(line) for line in (tmp_path / "reports.jsonl").read_text("utf-8").splitlines()]
    assert again == [{k: v for k, v in facts.items() if k != "mesh"} for facts in REPORTS]
    assert (tmp_path / "trials.jsonl").read_bytes() == (SET / "trials.jsonl").read_bytes()
