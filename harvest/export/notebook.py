"""The notebook of the export: five worked steps, from counting to joining one's own list.

Plain JSON in the form of https://nbformat.readthedocs.io/en/latest/format_description.html (4.5), without outputs: they
come from the reader's own copy. The site shows the same cells.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Cell:
    """``kind`` is markdown or code."""

    kind: str
    text: str


CELLS: Final = (
    Cell("markdown", """\
# Ketamine evidence: five worked steps

Put this notebook into one folder with `ketamine.db`, `reports.parquet` and `findings.parquet` from the downloads page.
It needs Python with `pandas` and `duckdb`:

    pip install pandas duckdb jupyterlab

**A database of studies, not medical advice.** A tag says what a report is about, a finding what one sentence says.
Counts of either are no verdict on a treatment: read the sentences, and weigh the designs."""),
    Cell("code", """\
import sqlite3
from pathlib import Path

import duckdb
import pandas as pd

# Beside the notebook, or one folder up, where `harvest export` leaves it.
database = next(path for path in (Path("ketamine.db"), Path("../ketamine.db")) if path.is_file())
connection = sqlite3.connect(database)


def ask(sql, parameters=()):
    return pd.read_sql_query(sql, connection, params=parameters)


ask("select name, value from about")"""),
    Cell("markdown", """\
## 1. Count by condition and design

One row per tag, then a table of two ways. `role = 'studied'` leaves out what is mentioned in passing. A report may
study several conditions, so the columns do not add up to the number of reports."""),
    Cell("code", """\
tags = ask('''
    select conditions.label as condition, designs.label as design, reports.id as report_id
    from report_conditions
    join conditions on conditions.id = report_conditions.condition_id
    join reports on reports.id = report_conditions.report_id
    join designs on designs.id = reports.design
    where report_conditions.role = 'studied' and not reports.retracted
''')
counts = tags.groupby(["condition", "design"])["report_id"].nunique().unstack(fill_value=0)
counts["all"] = tags.groupby("condition")["report_id"].nunique()
counts.sort_values("all", ascending=False).head(15)"""),
    Cell("markdown", """\
## 2. Read the words that prove a tag

`start` and `end` count characters from 0, end exclusive, as Python slices do. A copy made for publication withholds
texts that have no open licence; their places stay, but there is nothing to cut."""),
    Cell("code", """\
places = ask('''
    select evidence.report_id, evidence.concept_id, evidence.field, evidence.start, evidence."end", evidence.rule,
           reports.title, reports.abstract, reports.abstract_kind
    from evidence join reports on reports.id = evidence.report_id
    where evidence.dimension = 'condition' and evidence.concept_id = ? and evidence.field in ('title', 'abstract')
    order by evidence.id limit 500
''', ("ptsd",))
text = places["abstract"].where(places["field"] == "abstract", places["title"])
places = places[text.notna()].assign(text=text.dropna())
places["words"] = [text[start:end] for text, start, end in zip(places["text"], places["start"], places["end"])]
# 'digest' marks this project's own summaries: those words are ours, not the authors'.
places[["report_id", "field", "abstract_kind", "words", "rule"]].head(10)"""),
    Cell("code", """\
places["words"].str.casefold().value_counts()"""),
    Cell("markdown", """\
## 3. Findings by outcome and direction, as a picture

Each finding is one sentence about one outcome. Only comparisons between groups are counted here, since people also get
better by themselves. The bars need no plotting library; with matplotlib installed,
`directions.plot.barh(stacked=True)` draws the same."""),
    Cell("code", """\
findings = ask('''
    select outcomes.label as outcome, findings.direction, findings.report_id
    from findings join outcomes on outcomes.id = findings.outcome_id
    join reports on reports.id = findings.report_id
    where findings.basis = 'between-groups' and findings.direction <> 'not-applicable' and not reports.retracted
''')
# A report counts once for each outcome and direction, however many sentences say so.
directions = findings.groupby(["outcome", "direction"])["report_id"].nunique().unstack(fill_value=0)
directions = directions.loc[directions.sum(axis=1).sort_values(ascending=False).head(12).index]
directions.style.bar(axis=None, vmin=0, color="#9ac1cf")"""),
    Cell("markdown", """\
## 4. Ask the Parquet files with DuckDB

No database needed: DuckDB reads the files where they lie, fast even for millions of rows. Lists are lists."""),
    Cell("code", """\
duckdb.sql('''
    select condition, count(*) as reports, median(sample_size) as median_people, max(sample_size) as largest
    from (select unnest(conditions) as condition, sample_size
          from 'reports.parquet' where design = 'randomised-controlled-trial' and retracted = 0)
    group by condition order by reports desc limit 12
''').df()"""),
    Cell("code", """\
duckdb.sql('''
    select outcome_id, direction, count(*) as findings, count(distinct report_id) as reports
    from 'findings.parquet' where hours is not null and hours <= 24
    group by all order by findings desc limit 12
''').df()"""),
    Cell("markdown", """\
## 5. Join your own list of DOIs

Here a list is made up from the database, written as people write DOIs, with one that is not held. Use
`pd.read_csv("my-list.csv")` for yours. The table `identifiers` knows every DOI of a report, also that of its preprint."""),
    Cell("code", """\
some = ask("select value from identifiers where scheme = 'doi' order by value limit 3")["value"]
mine = pd.DataFrame({"doi": ["https://doi.org/" + doi.upper() for doi in some] + ["10.5555/not-in-here"]})

bare = mine["doi"].str.strip().str.lower().str.replace(r"^(https?://)?(dx\\.)?(doi\\.org/|doi:\\s*)", "", regex=True)
known = ask('''
    select identifiers.value as bare, reports.id as report_id, reports.title, reports.year, reports.design,
           reports.direction, reports.retracted
    from identifiers join reports on reports.id = identifiers.report_id where identifiers.scheme = 'doi'
''')
joined = mine.assign(bare=bare).merge(known, on="bare", how="left", indicator=True)
joined["held"] = joined["_merge"] == "both"
joined.drop(columns=["bare", "_merge"])"""),
)  # fmt: skip


def written() -> str:
    """The notebook as a file."""
    return json.dumps(
        {"cells": [_cell(number, cell) for number, cell in enumerate(CELLS)], "metadata": _METADATA, "nbformat": 4,
         "nbformat_minor": 5},
        ensure_ascii=False, indent=1,
    ) + "\n"  # fmt: skip


_METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _cell(number: int, cell: Cell) -> dict[str, Any]:
    form = {"id": f"cell-{number}", "cell_type": cell.kind, "metadata": {}, "source": cell.text.splitlines(True)}
    return {**form, "execution_count": None, "outputs": []} if cell.kind == "code" else form
