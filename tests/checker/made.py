"""Invented texts and checked texts for the tests of the checker."""

from __future__ import annotations

from collections.abc import Sequence

from harvest.checker.model import Block, Checked, Document, Judged, Omission, Part, Statement, Unjudged


def pdf(*pages: Sequence[str], title: str = "") -> bytes:
    """A PDF with one line of Helvetica for each string; a page without strings is empty."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line.translate({40: '', 41: '', 92: ''})}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) >>")
    return _file(objects)


def _file(objects: Sequence[str]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


TEXT = "Ketamine is proven to help 70 % of people.\nIt is not addictive. <b>It heals *everything*</b>, says Dr. Foo."


def checked(text: str = TEXT, *, database: bool = True) -> Checked:
    """Three statements of two sentences, one sentence not judged, two omissions."""
    first, second = text.index("\n"), text.index(".", text.index("\n")) + 1
    document = Document(text, (Block(0, len(text), "paragraph"),), "text", "A page", ("One note.",))
    helps = Statement(0, first, "helps", "efficacy", number=70.0, certainty="proven", states={"drug": "ketamine"})
    sure = Statement(0, first, "sure", "safety")
    addictive = Statement(first + 1, second, "addictive", "safety", denies=True)
    verdicts = ("mixed", "supported", "not-shown-directly") if database else ("", "", "")
    parts = (
        Part("direction", "mixed", "Four trials for, one against."),
        Part("number", "contradicted", "Trials give 20 to 40 %."),
        Part("certainty", "contradicted", "One trial is against it."),
    )
    return Checked(
        document,
        (
            Judged(helps, text[:first], "Does ketamine help?", ("a-1", "b-2"), verdicts[0], "Four trials for, one against.",
                   parts if database else (), {"supports": 4, "contradicts": 1, "mixed": 0, "silent": 2}, 1512),
            Judged(sure, text[:first], "Is it sure?", (), verdicts[1], "Three trials."),
            Judged(addictive, text[first + 1 : second], "Is ketamine addictive?", (), verdicts[2], "No trial looked."),
        ),
        (Unjudged(second + 1, len(text), "It asks none of the questions on file."),),
        (
            Omission("nausea", "Nausea", tuple(f"pmid-{n}" for n in range(100, 125)), 7),
            Omission("sedation", "Sedation", ("nct-00000001",), 0),
        ) if database else (),
        () if database else ("No database is at hand.",),
    )  # fmt: skip
