"""The build: whole, repeatable, atomic, and honest about what changed and what could not be read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harvest import build as building
from harvest import check, database, public
from harvest.archive import Archive, Fact
from harvest.errors import CheckFailed
from harvest.sources import Batch, Payload, Window, dump
from harvest.sources import starter as starter_set

ARTICLE = """<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>
<DateRevised><Year>2033</Year><Month>02</Month><Day>03</Day></DateRevised>
<Article PubModel="Print"><Journal><JournalIssue><Volume>3</Volume><PubDate><Year>2032</Year></PubDate></JournalIssue>
<Title>Invented journal</Title></Journal><ArticleTitle>{title}.</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.1234/k{pmid}</ELocationID>
<Abstract><AbstractText>{abstract}</AbstractText></Abstract>
<AuthorList><Author ValidYN="Y"><LastName>Muster</LastName><ForeName>Mia</ForeName><Initials>M</Initials></Author></AuthorList>
<Language>eng</Language></Article></MedlineCitation></PubmedArticle>"""
PREPRINT_RIGHTS = "https://creativecommons.org/licenses/by/4.0/"


def article(pmid: int, title: str = "", abstract: str = "Ketamine eased depression in adults.") -> Payload:
    title = title or f"Ketamine for depression, trial number {pmid}"
    return Payload("pubmed", str(pmid), ARTICLE.format(pmid=pmid, title=title, abstract=abstract).encode(), "xml")


@dataclass
class Harvested:
    """A data folder whose archive is filled by hand."""

    folder: Path
    runs: int = field(default=0)

    def bring(self, *payloads: Payload, gone: tuple[str, ...] = ()) -> Harvested:
        with Archive(self.folder / "raw.db") as archive:
            for source in sorted({payload.source for payload in payloads}):
                own = tuple(payload for payload in payloads if payload.source == source)
                run = archive.open_run(
                    archive.plan_runs([(source, "full")])[0], "ketamine", [Window("all", "full", "q")]
                )
                stored = archive.windows(run.id)[0]
                archive.store(stored, Batch(payloads=own), {p.source_id: Fact() for p in own})
                archive.close_window(stored, "complete")
                if source == "pubmed" and gone:
                    archive.mark_gone(run.id, gone, "deleted in this test")
                archive.finish_run(run, "complete", "", 1)
        return self

    def build(self, **options: bool) -> sqlite3.Connection:
        building.build(self.folder, starter=options.pop("starter", False), **options)
        return self.open()

    def open(self) -> sqlite3.Connection:
        return sqlite3.connect(database.path_in(self.folder))


@pytest.fixture
def harvested(tmp_path: Path) -> Harvested:
    return Harvested(tmp_path)


def rows(db: sqlite3.Connection, sql: str, *values: object) -> list[tuple[object, ...]]:
    return db.execute(sql, values).fetchall()


def dumped(db: sqlite3.Connection) -> Iterator[str]:
    return db.iterdump()


def test_a_fresh_checkout_builds_the_starter_set(tmp_path: Path) -> None:
    """Without any harvest there are reports, trials and tags, and every check holds."""
    building.build(tmp_path)
    with sqlite3.connect(database.path_in(tmp_path)) as db:
        kinds = dict(rows(db, "select kind, count(*) from reports group by kind"))
        assert kinds["article"] >= 1200
        assert kinds["registry-entry"] >= 450
        assert rows(db, "select distinct abstract_kind, abstract_open from reports where abstract is not null") == [
            ("digest", 1)
        ]
        # "Not stated" would say that somebody read the abstract.
        assert rows(db, "select count(*) from reports where direction = 'not-stated' and abstract is null") == [(0,)]
        assert rows(db, "select count(*) from reports where abstract is not null")[0][0] >= 400
        assert rows(db, "select count(*) from findings where field = 'abstract'")[0][0] > 1000
        assert rows(db, "select count(*) from accuracy")[0][0] > 50
    assert len(check.check_file(tmp_path)) == len(check.CHECKS)


def test_a_harvested_abstract_takes_the_place_of_a_digest_which_stays_beside_it(harvested: Harvested) -> None:
    """What was read of the digest is gone, its words can still be found, and the copy for publication keeps it."""
    digest = next(one for one in starter_set.payloads() if "digest" in one.json() and "pmid" in one.json()).json()
    pmid, aim = digest["pmid"], digest["digest"]["aim"]
    asked = f"select abstract, abstract_kind, abstract_source, digest from reports where pmid = '{pmid}'"
    ((alone, kind, source, beside),) = rows(harvested.build(starter=True), asked)
    assert (kind, source) == ("digest", "starter") and alone == beside and str(alone).startswith(f"Aim: {aim}")

    text = "METHODS: Forty adults with depression had ketamine 0.5 mg/kg. RESULTS: Nausea occurred in 12% (zyxwv)."
    harvested.bring(article(int(pmid), digest["title"], text))
    db = harvested.build(starter=True, accept_shrink=True)
    assert rows(db, asked) == [(text, "abstract", "pubmed", beside)]
    assert rows(db, "select sample_size from reports where pmid = ?", pmid) == [(40,)]
    kinds = (
        "select distinct text_kind from {} join reports on reports.id = report_id where pmid = ? and field = 'abstract'"
    )
    for view in ("evidence_text", "finding_text"):
        assert rows(db, kinds.format(view), pmid) == [("abstract",)]
    search = "select pmid from reports_fts join reports on reports.rowid = reports_fts.rowid where reports_fts match ?"
    words = " ".join(f'"{word}"' for word in re.findall(r"\w+", aim))
    assert (pmid,) in rows(db, search, words) and rows(db, search, "zyxwv") == [(pmid,)]

    out = harvested.folder / "public" / "ketamine.db"
    public.publish(harvested.folder, out)
    with sqlite3.connect(out) as published:
        assert rows(published, asked) == [(None, "abstract", "pubmed", beside)]


def test_the_same_archive_gives_the_same_database(harvested: Harvested, tmp_path: Path) -> None:
    """Two builds of one archive are equal, row for row and in the same order."""
    harvested.bring(*(article(100 + n) for n in range(5)))
    first = list(dumped(harvested.build()))
    assert list(dumped(harvested.build())) == first


def test_evidence_points_at_the_words(harvested: Harvested) -> None:
    """The text between start and end is the word that was found, also behind letters outside the basic plane."""
    harvested.bring(article(7, "\U0001d4af rial of KETAMINE", "\U0001f600 PTSD and ketamine."))
    found = rows(harvested.build(), "select field, text from evidence_text where concept_id in ('ketamine', 'ptsd')")
    assert {("title", "KETAMINE"), ("abstract", "ketamine"), ("abstract", "PTSD")} <= set(found)


def test_numbers_and_findings_stand_where_they_say(harvested: Harvested) -> None:
    """With emoji and Hebrew before them; and a check fails when an offset is moved."""
    text = "😀 שלום. METHODS: Forty adults with depression had ketamine 0.5 mg/kg. RESULTS: Nausea occurred in 12%."
    db = harvested.bring(article(7, abstract=text)).build()
    assert {("sample-size", "Forty"), ("dose", "0.5 mg/kg")} <= set(rows(db, "select kind, stated from quantities"))
    assert rows(
        db, "select f.outcome_id, f.direction, f.rate, t.sentence from findings f join finding_text t using (id)"
    ) == [
        ("nausea", "harm", 12.0, "RESULTS: Nausea occurred in 12%."),
    ]
    assert rows(db, "select sample_size, direction from reports") == [(40, "not-stated")]
    db.execute("update quantities set start = start + 1 where kind = 'dose'")
    db.commit()
    with pytest.raises(CheckFailed, match="numbers"):
        check.check_file(harvested.folder)
    db.execute("update quantities set start = start - 1 where kind = 'dose'")
    db.execute('update findings set cue_end = "end" + 1')
    db.commit()
    with pytest.raises(CheckFailed, match="findings"):
        check.check_file(harvested.folder)


def test_one_document_of_two_sources_is_one_report(harvested: Harvested) -> None:
    """Records of one DOI make one report; each keeps the rule that joined it."""
    crossref = {"DOI": "10.1234/k9", "title": ["Ketamine for depression, trial number 9"], "type": "journal-article"}
    harvested.bring(article(9), Payload("crossref", "10.1234/k9", dump(crossref), "json"))
    db = harvested.build()
    assert rows(db, "select id, records, sources from reports") == [("pmid-9", 2, '["crossref", "pubmed"]')]
    assert rows(db, "select source, source_id, match_rule, matched_to from records order by source") == [
        ("crossref", "10.1234/k9", "doi", "pubmed:9"),
        ("pubmed", "9", "first", None),
    ]


def test_what_cannot_be_read_is_listed_and_the_rest_goes_on(harvested: Harvested) -> None:
    """A broken payload stands in rejected with its id and reason, and the counts include it."""
    harvested.bring(article(1), Payload("pubmed", "2", b"<PubmedArticle><Medline", "xml"), article(3))
    db = harvested.build()
    assert [row[0] for row in rows(db, "select id from reports order by id")] == ["pmid-1", "pmid-3"]
    ((source_id, stage, reason),) = rows(db, "select source_id, stage, reason from rejected")
    assert (source_id, stage) == ("2", "parse")
    assert reason
    assert rows(db, "select number from flow where stage = 'unreadable'") == [(1,)]


def test_the_first_build_tells_no_changes_and_later_ones_all(harvested: Harvested) -> None:
    """Added, changed and removed reports are told with the fields that changed."""
    db = harvested.bring(*(article(n) for n in (1, 2, 3))).build()
    assert rows(db, "select count(*) from changes") == [(0,)]
    harvested.bring(article(2, abstract="Esketamine, now with another abstract."), article(4), gone=("3",))
    db = harvested.build()
    assert rows(db, "select report_id, change from changes order by id") == [
        ("pmid-2", "changed"), ("pmid-4", "added"), ("pmid-3", "removed"),
    ]  # fmt: skip
    assert "abstract" in str(rows(db, "select fields from changes where change = 'changed'")[0][0])
    assert rows(db, "select number from flow where stage = 'withdrawn'") == [(1,)]


def test_a_published_id_goes_on_answering(harvested: Harvested) -> None:
    """A report known by its DOI keeps that id as an alias when PubMed brings its PMID, through later builds too."""
    crossref = {"DOI": "10.1234/k5", "title": ["Ketamine for depression, trial number 5"], "type": "journal-article"}
    db = harvested.bring(Payload("crossref", "10.1234/k5", dump(crossref), "json"), article(1)).build()
    (old,) = [row[0] for row in rows(db, "select id from reports where doi = '10.1234/k5'")]
    harvested.bring(article(5))
    for _ in range(2):
        db = harvested.build()
        assert rows(db, "select report_id from aliases where id = ?", old) == [("pmid-5",)]
    harvested.bring(article(1), gone=("5",))
    assert ("pmid-5", old) in rows(harvested.build(), "select id, report_id from aliases")


def test_a_failed_check_leaves_the_old_database(harvested: Harvested, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is published that broke a promise, and no half-made file stays."""
    before = database.path_in(harvested.folder)
    harvested.bring(article(1)).build()
    bytes_before = before.read_bytes()

    def broken(_: object) -> str:
        raise CheckFailed("broken on purpose")

    monkeypatch.setitem(check.CHECKS, "on purpose", broken)
    with pytest.raises(CheckFailed, match="on purpose"):
        harvested.bring(article(2)).build()
    assert before.read_bytes() == bytes_before
    assert not list(harvested.folder.glob("*.building*"))


def test_a_table_that_shrinks_is_published_only_when_asked(harvested: Harvested) -> None:
    """Losing more than a tenth of the rows stops the build, unless it is accepted."""
    harvested.bring(*(article(n) for n in range(1, 31))).build()
    harvested.bring(article(1), gone=tuple(str(n) for n in range(2, 9)))
    with pytest.raises(CheckFailed, match="reports from 30 to 23 rows"):
        harvested.build()
    assert rows(harvested.build(accept_shrink=True), "select count(*) from reports") == [(23,)]


def test_what_a_killed_build_left_is_cleared_away(harvested: Harvested) -> None:
    """An unfinished file of an earlier build does no harm."""
    harvested.bring(article(1))
    (harvested.folder / "ketamine.db.building").write_bytes(b"half a database")
    assert rows(harvested.build(), "select count(*) from reports") == [(1,)]
    assert not list(harvested.folder.glob("*.building*"))


def test_the_public_copy_holds_abstracts_only_under_open_licences(harvested: Harvested) -> None:
    """Withheld texts are in no page of the file; tags, offsets and open texts stay, and the checks hold."""
    secret = "Confidentialword ketamine text of a publisher"
    preprint = {
        "DOI": "10.1234/open", "title": ["Ketamine preprint"], "type": "posted-content", "subtype": "preprint",
        "abstract": "<jats:p>Openlicensed ketamine text.</jats:p>", "license": [{"URL": PREPRINT_RIGHTS}],
    }  # fmt: skip
    harvested.bring(article(1, abstract=secret), Payload("crossref", "10.1234/open", dump(preprint), "json"))
    harvested.build()
    out = harvested.folder / "public" / "ketamine.db"
    public.publish(harvested.folder, out)
    body = out.read_bytes().lower()
    assert b"confidentialword" not in body
    assert b"openlicensed" in body
    with sqlite3.connect(out) as db:
        assert rows(db, "select count(*) from evidence where field = 'abstract' and report_id = 'pmid-1'")[0][0]
        assert rows(db, "select count(*) from reports_fts where reports_fts match 'openlicensed'") == [(1,)]
        assert rows(db, "select count(*) from reports_fts where reports_fts match 'confidentialword'") == [(0,)]
    assert check.check(database.open_read_only(out))
