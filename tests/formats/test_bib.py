"""BibTeX: LaTeX undone without losing characters, damaged entries kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from harvest.formats import bib
from harvest.record import Record

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "files"


def records(name: str) -> list[Record]:
    return [bib.record(item.fields) for item in bib.read((FIXTURES / name).read_text()).items]


def abstract(text: str) -> str:
    return bib.record({"ENTRYTYPE": ["article"], "abstract": [text]}).abstract


def test_zotero() -> None:
    """Macros, braces, string names, escaped identifiers and the PMID in the note."""
    article, preprint, *_ = records("zotero.bib")
    assert article.title == "Ketamine syrup for invented sorrow: 50% more syrup"
    assert article.abstract == "Forty people took syrup (P<0.001), a fall of 5%. Sørrow & β-syrup."
    assert article.journal == "Journal of Invented Mood"
    assert (article.doi, article.pmid, article.pmcid) == (
        "10.5555/invented_2031_101",
        "90000101",
        "PMC9000101",
    )
    assert (article.date, article.pages, article.language) == ("2031-09", "101-109", "eng")
    assert [(a.name, a.collective) for a in article.authors] == [
        ("Marsh AB", False), ("van der Reed J", False), ("Syrup Study Group", True),
    ]  # fmt: skip
    assert (preprint.kind, preprint.pmid, preprint.authors[0].family) == ("preprint", "90000109", "Märsh")


def test_repeated_keys_and_fields_are_no_reason_to_lose_an_item() -> None:
    """Merged libraries use a key twice; of a repeated field the first counts."""
    *_, pasted, again = records("zotero.bib")
    assert pasted.title.startswith("Pasted")
    assert (again.title, again.date) == ("The same key for another item", "2030")


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("20% of 50 people & more\\_x", "20% of 50 people & more_x"),
        ("about ~50, but Fig.~3 \\& $p < 0.05$", "about ~50, but Fig. 3 & p < 0.05"),
        ("it cost $10 and $20, {x}", "it cost $10 and $20, x"),
        ("P{\\textless}0.001 {\\textpm} 3{\\textdegree}", "P<0.001 ± 3°"),
        ("{\\textalpha}- and $\\beta$-syrup, \\textLambda", "α- and β-syrup, Λ"),
        ("an \\unheardof macro", "an \\unheardof macro"),
        ("\\textit{in vivo} M{\\\"u}ller", "in vivo Müller"),
        ("no LaTeX: P<0.001, 5%", "no LaTeX: P<0.001, 5%"),
        ("{" * 500 + "deep" + "}" * 500, "deep"),
    ],
)  # fmt: skip
def test_latex_is_undone_and_pasted_text_is_kept(latex: str, text: str) -> None:
    """Plain abstracts in a .bib hold %, &, $ and ~, which LaTeX would swallow; unknown macros stay visible."""
    assert abstract(latex) == text


def test_damaged_entries_stand_between_good_ones() -> None:
    """Positions count all entries; the reasons name lines."""
    found = bib.read((FIXTURES / "cut.bib").read_text())
    assert [item.position for item in found.items] == [1, 3]
    assert [item.position for item in found.rejected] == [2, 4]
    assert "line 6" in found.rejected[0].reason
    assert "end of file" in found.rejected[1].reason


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ({"year": "2030"}, "2030"),
        ({"year": "2030", "month": "may"}, "2030-05"),
        ({"year": "{2030}", "month": "5", "day": "14"}, "2030-05-14"),
        ({"year": "2030", "month": "14 may"}, "2030-05-14"),
        ({"year": "2030", "month": "May 14"}, "2030-05-14"),
        ({"date": "2030-05-14/2030-06-01"}, "2030-05-14"),
        ({"year": "forthcoming"}, ""),
    ],
)
def test_dates(fields: dict[str, str], date: str) -> None:
    """BibTeX's year and month in all their forms, BibLaTeX's date, of ranges the beginning."""
    assert bib.record({"ENTRYTYPE": ["article"], **{k: [v] for k, v in fields.items()}}).date == date
