"""What a built database promises, proved. A build runs all of it before it publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from harvest import database
from harvest.changes import Previous
from harvest.claims import answers
from harvest.errors import CheckFailed
from harvest.schema import DIMENSIONS, SEARCH_TABLE, TABLES

LARGEST_LOSS = 0.10
"""No table may lose more than this share of its rows from one build to the next, unless asked to."""
_MAY_SHRINK = {"changes", "runs", "windows", "rejected", "flow"}


def check_file(folder: Path) -> list[str]:
    """All checks on the folder's ketamine.db, a line each. Raises `CheckFailed` with the first rows that break one."""
    db = database.open_to_check(database.path_in(folder))
    try:
        return check(db)
    finally:
        db.close()


def check(db: Database) -> list[str]:
    return [f"{name}: {verify(db)}" for name, verify in CHECKS.items()]


def shrinkage(db: Database, before: Previous) -> None:
    """Raises `CheckFailed` when a table lost more than a tenth of its rows since the last build."""
    lost = []
    for shape in TABLES:
        old, new = before.row_counts.get(shape.name, 0), db[shape.name].count
        if shape.name not in _MAY_SHRINK and old >= 20 and new < (1 - LARGEST_LOSS) * old:
            lost.append(f"{shape.name} from {old:,} to {new:,} rows")
    if lost:
        raise CheckFailed(
            f"tables would shrink: {', '.join(lost)}. The published database was left as it is; "
            "if this is right, build with --accept-shrink"
        )


def _integrity(db: Database) -> str:
    # Not integrity_check: that also compares every index with its table, which takes ten times as long and guards
    # against faults of SQLite, not of this program.
    problems = [row[0] for row in db.execute("pragma quick_check(5)").fetchall()]
    if problems != ["ok"]:
        raise CheckFailed(f"the file is damaged: {'; '.join(problems)}")
    return "the file is sound"


def _foreign_keys(db: Database) -> str:
    broken = db.execute("pragma foreign_key_check").fetchmany(5)
    if broken:
        raise CheckFailed(f"rows point to nothing: {', '.join(f'{row[0]} row {row[1]} -> {row[2]}' for row in broken)}")
    return "every reference leads somewhere"


def _evidence(db: Database) -> str:
    """Every evidence row holds words of its text, and every tag has evidence."""
    # A slice that leaves its text is shorter than it says; one moved by a character mostly starts or ends with a space.
    # The text is named once, since SQLite would cut it anew each time.
    wrong = db.execute(
        """select id, report_id, field, start, "end", text from evidence_text
           where (start < 0 or "end" <= start or length(trim(text)) is not "end" - start) and (text is not null or ?)""",
        [not database.is_public_edition(db)],
    ).fetchmany(5)
    if wrong:
        raise CheckFailed(f"evidence that is not words of its text: {wrong}")
    without = db.execute(
        "select report_id, dimension, concept_id from report_concepts as tag where not exists (select 1 from evidence e "
        "where e.report_id = tag.report_id and e.dimension = tag.dimension and e.concept_id = tag.concept_id)"
    ).fetchmany(5)
    if without:
        raise CheckFailed(f"tags without evidence: {without}")
    return f"{db['evidence'].count:,} evidence rows are words of their texts, every tag has some"


def _quantities(db: Database) -> str:
    """Every number is quoted exactly as it stands in its text."""
    wrong = db.execute(
        """select id, report_id, stated from (select q.*, case q.field when 'title' then r.title else r.abstract end as text
             from quantities q join reports r on r.id = q.report_id)
           where substr(text, start + 1, "end" - start) is not stated and (text is not null or ?)""",
        [not database.is_public_edition(db)],
    ).fetchmany(5)
    if wrong:
        raise CheckFailed(f"numbers that do not stand where they say: {wrong}")
    return f"{db['quantities'].count:,} numbers stand where they say"


def _findings(db: Database) -> str:
    """Every finding lies within its text, and its deciding words within its sentence."""
    wrong = db.execute(
        """select id, report_id, field, start, "end", cue_start, cue_end from
             (select f.*, length(case f.field when 'title' then r.title else r.abstract end) as size
              from findings f join reports r on r.id = f.report_id)
           where not (0 <= start and start <= cue_start and cue_start < cue_end and cue_end <= "end")
              or "end" > size or (size is null and ?)""",
        [not database.is_public_edition(db)],
    ).fetchmany(5)
    if wrong:
        raise CheckFailed(f"findings outside their text: {wrong}")
    return f"{db['findings'].count:,} findings lie within their sentences"


def _digests(db: Database) -> str:
    """A digest is never taken for the authors' words: where it stands in for the abstract, it says so and is the same."""
    wrong = db.execute(
        """select id from reports
           where (abstract_kind is 'digest') != (abstract is not null and abstract is digest) limit 5"""
    ).fetchall()
    if wrong:
        raise CheckFailed(f"digests and abstracts are confused: {wrong}")
    held = db.execute("select count(*) from reports where digest is not null").fetchone()[0]
    return f"{held:,} digests say what they are"


def _claims(db: Database) -> str:
    """Every verdict with its counts is what the SQL shown to readers gives."""
    if problems := answers.problems(db):
        raise CheckFailed(f"verdicts that their own SQL does not give: {'; '.join(problems[:5])}")
    return (
        f"{db['questions'].count:,} questions and {db['claims'].count:,} claims have the verdicts that their SQL gives"
    )


def _search(db: Database) -> str:
    """The full-text index holds exactly the words of the reports."""
    if problem := database.search_problem(db):
        raise CheckFailed(f"the search index differs from the reports: {problem}")
    indexed = db.execute(f"select count(*) from {SEARCH_TABLE}_docsize").fetchone()[0]  # noqa: S608
    if indexed != db["reports"].count:
        raise CheckFailed(f"the search index holds {indexed:,} of {db['reports'].count:,} reports")
    return f"{indexed:,} reports can be searched"


def _sort_keys(db: Database) -> str:
    wrong = db.execute(
        "select id from reports where sort_key != coalesce(date, '0000') || '|' || id limit 5"
    ).fetchall()
    if wrong:
        raise CheckFailed(f"sort keys are wrong: {wrong}")
    return "sort keys are unique and in order"


def _flow(db: Database) -> str:
    """The PRISMA counts add up, and agree with the tables."""
    numbers = {(row[0], row[1]): row[2] for row in db.execute("select stage, source, number from flow").fetchall()}
    total: Counter[str] = Counter()
    for (stage, _), number in numbers.items():
        total[stage] += number
    sums = {
        "payloads": (total["identified"],
                     total["withdrawn"] + total["unreadable"] + total["records"]),
        "reports": (total["records"], total["duplicates"] + total["reports"]),
        "scopes": (total["reports"], total["studied"] + total["mentioned"] + total["unnamed"]),
        "records table": (total["records"], db["records"].count),
        "reports table": (total["reports"], db["reports"].count),
        "studies table": (total["studies"], db["studies"].count),
    }  # fmt: skip
    wrong = [f"{name}: {left:,} against {right:,}" for name, (left, right) in sums.items() if left != right]
    wrong += [
        f"{source}: flow says {numbers.get(('records', source), 0):,}, the table {count:,}"
        for source, count in db.execute("select source, count(*) from records group by source").fetchall()
        if numbers.get(("records", source), 0) != count
    ]
    if wrong:
        raise CheckFailed(f"the PRISMA counts do not add up: {'; '.join(wrong)}")
    return f"PRISMA counts add up: {total.get('identified', 0):,} payloads, {total['reports']:,} reports"


def _concepts(db: Database) -> str:
    """The numbers of reports beside the concepts, and the arrays in reports, are those of the tags."""
    for dimension, name in DIMENSIONS.items():
        wrong = db.execute(
            f"""select id, reports, (select count(*) from report_{name} where {dimension}_id = {name}.id) as counted
                from {name} where reports != counted limit 5"""  # noqa: S608
        ).fetchall()
        if wrong:
            raise CheckFailed(f"{name}: counts differ from the tags: {wrong}")
    for dimension, name in DIMENSIONS.items():
        if name == "designs":
            continue
        wrong = db.execute(
            f"""select id from reports where json_array_length({name}) !=
                (select count(*) from report_{name} where report_id = reports.id and role = 'studied') limit 5"""  # noqa: S608
        ).fetchall()
        if wrong:
            raise CheckFailed(f"reports.{name} differs from report_{name} ({dimension}): {wrong}")
    return "counts and arrays agree with the tags"


CHECKS: dict[str, Callable[[Database], str]] = {
    "integrity": _integrity,
    "foreign keys": _foreign_keys,
    "evidence": _evidence,
    "quantities": _quantities,
    "findings": _findings,
    "digests": _digests,
    "claims": _claims,
    "search": _search,
    "sort keys": _sort_keys,
    "flow": _flow,
    "tags": _concepts,
}
