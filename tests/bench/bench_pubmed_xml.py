"""How many PubMed records a second this project reads, beside pubmed-parser on the same file in the same run.

    python tests/bench/bench_pubmed_xml.py --records 2000 --peer-python PATH

``PATH`` is an interpreter that can import pubmed_parser; without it only our own figures are printed.
The file is invented, the same at every run, and of the size of today's records (labelled abstract, MeSH, 30
references).
"""

from __future__ import annotations

import argparse
import gzip
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from harvest.pubmed_xml import articles, parse_article, split

WORDS = """
ketamine infusion placebo response remission depression score baseline week patient trial dose adverse event receptor
glutamate anxiety pain control group change difference interval treatment sedation onset relapse sleep memory cortex
signal protein mouse surgery opioid recovery outcome rating scale follow randomised double blind
""".split()
NAMES = [
    "Abel",
    "Brandt",
    "Castro",
    "Dufour",
    "Eriksen",
    "Fiala",
    "Garcia",
    "Hansen",
    "Ito",
    "Jansen",
    "Kovács",
    "Müller",
]
SECTIONS = (("BACKGROUND", 30), ("METHODS", 60), ("RESULTS", 90), ("CONCLUSIONS", 35))
PEER = """
import sys, time
import pubmed_parser
started = time.perf_counter()
count = sum(1 for _ in pubmed_parser.parse_medline_xml(sys.argv[1], year_info_only=False))
print(count, time.perf_counter() - started)
"""
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""


def sentence(chance: random.Random, length: int) -> str:
    words = [chance.choice(WORDS) for _ in range(length)]
    return " ".join(words).capitalize() + f" (p &lt; 0.0{chance.randint(1, 9)}; <i>n</i> = {chance.randint(8, 400)})."


def author(chance: random.Random) -> str:
    return (
        f'<Author ValidYN="Y"><LastName>{chance.choice(NAMES)}</LastName><ForeName>{chance.choice(NAMES)} K</ForeName>'
        f'<Initials>{chance.choice("ABCDEF")}K</Initials><Identifier Source="ORCID">0000-0002-0000-'
        f"{chance.randint(1000, 9999)}</Identifier><AffiliationInfo><Affiliation>Department of {chance.choice(WORDS)}, "
        f"University of {chance.choice(NAMES)}, Somewhere, Country.</Affiliation></AffiliationInfo></Author>"
    )


def heading(chance: random.Random) -> str:
    ui, word = chance.randint(1, 99999), chance.choice(WORDS).capitalize()
    return (
        f'<MeshHeading><DescriptorName UI="D{ui:06}" MajorTopicYN="N">{word}</DescriptorName>'
        f'<QualifierName UI="Q000494" MajorTopicYN="{chance.choice("YN")}">pharmacology</QualifierName></MeshHeading>'
    )


def reference(chance: random.Random) -> str:
    pmid = chance.randint(10**6, 4 * 10**7)
    return (
        f"<Reference><Citation>{chance.choice(NAMES)} A, {chance.choice(NAMES)} B. {sentence(chance, 9)} J Invented. "
        f'2019;{chance.randint(1, 90)}(3):11-19.</Citation><ArticleIdList><ArticleId IdType="doi">10.5555/ref.{pmid}'
        f'</ArticleId><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></Reference>'
    )


def day(chance: random.Random, month: str = "05") -> str:
    return f"<Year>2023</Year><Month>{month}</Month><Day>{chance.randint(1, 28):02}</Day>"


def article(number: int) -> str:
    """One invented record; the same number gives the same record."""
    chance = random.Random(number)
    pmid = 50_000_000 + number
    abstract = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{sentence(chance, n // 2)} {sentence(chance, n // 2)}'
        "</AbstractText>"
        for label, n in SECTIONS
    )
    chemicals = "".join(
        f'<Chemical><RegistryNumber>0</RegistryNumber><NameOfSubstance UI="D{chance.randint(1, 99999):06}">'
        f"{chance.choice(WORDS)}</NameOfSubstance></Chemical>"
        for _ in range(4)
    )
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}">{day(chance)}<Hour>6</Hour><Minute>0</Minute></PubMedPubDate>'
        for status in ("received", "accepted", "medline", "pubmed", "entrez")
    )
    keywords = "".join(f'<Keyword MajorTopicYN="N">{chance.choice(WORDS)}</Keyword>' for _ in range(6))
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f'<DateRevised>{day(chance)}</DateRevised><Article PubModel="Print-Electronic"><Journal>'
        f'<ISSN IssnType="Electronic">1234-5678</ISSN><JournalIssue CitedMedium="Internet"><Volume>7</Volume>'
        f"<Issue>2</Issue><PubDate><Year>2023</Year><Month>May</Month></PubDate></JournalIssue>"
        f"<Title>Journal of invented results</Title><ISOAbbreviation>J Invent Res</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{sentence(chance, 12)}</ArticleTitle><Pagination><StartPage>11</StartPage><EndPage>19</EndPage>"
        f'<MedlinePgn>11-19</MedlinePgn></Pagination><ELocationID EIdType="doi" ValidYN="Y">10.5555/own.{pmid}'
        f"</ELocationID><Abstract>{abstract}<CopyrightInformation>Invented.</CopyrightInformation></Abstract>"
        f'<AuthorList CompleteYN="Y">{"".join(author(chance) for _ in range(7))}</AuthorList><Language>eng</Language>'
        f'<PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>'
        f'<ArticleDate DateType="Electronic">{day(chance, "03")}</ArticleDate></Article><MedlineJournalInfo>'
        f"<Country>England</Country><MedlineTA>J Invent Res</MedlineTA><NlmUniqueID>0000001</NlmUniqueID>"
        f"<ISSNLinking>1234-5678</ISSNLinking></MedlineJournalInfo><ChemicalList>{chemicals}</ChemicalList>"
        f"<MeshHeadingList>{''.join(heading(chance) for _ in range(14))}</MeshHeadingList>"
        f'<KeywordList Owner="NOTNLM">{keywords}</KeywordList></MedlineCitation><PubmedData>'
        f"<History>{history}</History>"
        f"<PublicationStatus>ppublish</PublicationStatus><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId IdType="doi">10.5555/own.{pmid}</ArticleId>'
        f"</ArticleIdList><ReferenceList>{''.join(reference(chance) for _ in range(30))}</ReferenceList></PubmedData>"
        "</PubmedArticle>\n"
    )


def write(path: Path, records: int) -> int:
    """Writes the gzipped file; bytes of XML."""
    body = (HEAD + "".join(map(article, range(records))) + "</PubmedArticleSet>\n").encode()
    path.write_bytes(gzip.compress(body, 1))
    return len(body)


def streamed(path: Path) -> int:
    return sum(1 for record in map(parse_article, articles(gzip.decompress(path.read_bytes()))) if record.doi)


def divided(path: Path) -> int:
    return len(split(gzip.decompress(path.read_bytes())).articles)


def seconds(work: Callable[[Path], int], path: Path, records: int) -> float:
    started = time.perf_counter()
    count = work(path)
    if count != records:
        raise SystemExit(f"{work.__name__}: {count} of {records} records")
    return time.perf_counter() - started


def peer_seconds(python: str, path: Path, records: int) -> float:
    done = subprocess.run([python, "-c", PEER, str(path)], capture_output=True, text=True, check=True)
    count, took = done.stdout.split()
    if int(count) != records:
        raise SystemExit(f"pubmed-parser: {count} of {records} records")
    return float(took)


def measure(path: Path, records: int, rounds: int, peer: str) -> dict[str, list[float]]:
    """Seconds of each round. The contenders take turns, so that a busy machine slows all of them alike."""
    payloads = [xml for _, xml in split(gzip.decompress(path.read_bytes())).articles]

    def archived(_: Path) -> int:
        return sum(1 for record in map(parse_article, payloads) if record.doi)

    took: dict[str, list[float]] = {}
    for _ in range(rounds):
        took.setdefault("file to records", []).append(seconds(streamed, path, records))
        took.setdefault("file to payloads (split)", []).append(seconds(divided, path, records))
        took.setdefault("payloads to records", []).append(seconds(archived, path, records))
        if peer:
            took.setdefault("pubmed-parser, file to dicts", []).append(peer_seconds(peer, path, records))
    return took


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peer-python", default="")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invented.xml.gz"
        size = write(path, chosen.records)
        took = measure(path, chosen.records, chosen.rounds, chosen.peer_python)
    print(f"{chosen.records} records, {size / 1e6:.1f} MB, Python {platform.python_version()}")
    rates = {name: chosen.records / statistics.median(times) for name, times in took.items()}
    for name, rate in rates.items():
        print(f"{name:30} {rate:8.0f} records/s")
    if chosen.peer_python:
        ratio = rates["file to records"] / rates["pubmed-parser, file to dicts"]
        print(f"ours / pubmed-parser           {ratio:8.2f}")
        sys.exit(ratio < 1)


if __name__ == "__main__":
    main()
