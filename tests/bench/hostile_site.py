"""Searches and addresses made to do harm: none may end in a server error, in markup that runs, or in a traceback.

    python tests/bench/hostile_site.py DATABASE [--searches 2000] [--paths 200] [--seed 1] [--profile public]

Both profiles are asked the same. Prints how many answers of each status came, and every fault; exits with 1 when there
was one. Generated from a seed, so that a fault can be asked for again.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from lxml import etree, html

sys.path.insert(0, str(Path(__file__).parent))
from served import Answer, Client, ours

LONGEST = 5.0
"""Seconds until an answer begins."""
MOST_READ = 1_500_000
"""Bytes; many of these searches find everything, and its export is long."""
ELEMENT, ATTRIBUTE, PRODUCT = "x9element", "onx9attribute", "982007569"
"""What must never come back as an element, as an attribute, or worked out of a template (31337 times 31337)."""

RUNNING: Final = {"href", "src", "action", "formaction", "data"}
FORMATS: Final = ("", ".json", ".csv", ".ris", ".bib", ".csljson", ".nbib", ".atom")
NASTY: Final = (
    f"<{ELEMENT}>", f"\"><{ELEMENT} ", f"'><{ELEMENT}>", f"\" {ATTRIBUTE}=\"1", f"' {ATTRIBUTE}='1", f"</title><{ELEMENT}>",
    f"</textarea><{ELEMENT}>", f"--><{ELEMENT}>", f"]]><{ELEMENT}/>", f"<svg><{ELEMENT}>", "javascript:alert(1)",
    "{{31337*31337}}", "${31337*31337}", "{%25 if 1 %25}", "{# #}", "#{31337*31337}", "<%= 31337*31337 %>",
    "' or 1=1 --", "'; drop table reports; --", "\") union select 1,2,3 --", "1;select sqlite_version()", "%", "_", "\\",
    "/*", "*/", "char(0)", "\x00", "\x01", "\x1b[31m", "\x7f", "\r\n", "\n", "\t", "\u2028", "\ufeff", "\u202e", "\u2066",
    "\u200b", "\u0301" * 20, "😀", "👩‍👩‍👧", "ﬁ", "İ", "ß", "日本語", "שלום", "\U000e0041", "\ufffe", "⟦", "⟧", "⟦⟧",
)  # fmt: skip
GRAMMAR: Final = (
    "(", ")", "((", "))", '"', '""', '"""', "'", "“", "”", "«", "*", "**", "-", "--", "- -", "^", ":", "::", "+", "~", "|", "&",
    "!", "=", "<", ">", "..", "...", "AND", "OR", "NOT", "NEAR", "NEAR(", "NEAR/3", "AND AND", "OR OR", "NOT NOT", "author:",
    "author::", "journal:\"", "year:", "year:..", "year:2015..", "year:..x", "year:9..1", "year:-1", "year:1e99",
    "condition:", "condition:nothing", "condition:(", "outcome:\"\"", "design:rct", "n:>", "n:>>5", "n:<=0", "n:>1e400",
    "n:>99999999999999999999", "title:", "abstract:", "rowid:", "reports_fts:", "a:b:c", "{", "}", "[", "]", "{title} :",
    "- author:", "-year:2015", "-(", "-\"", "OR -x", "\"a OR b", "(a OR", "a) OR (b", "a* b*", "*a", "a*b", "0x00", "null",
)  # fmt: skip
PLAIN: Final = ("ketamine", "depression", "pain", "p<0.05", "O'Brien", "0.5 mg/kg", "3,4-methyl", "TRD", "x", "é")
VALUES: Final = (
    "-1", "0", "1", "99999999999999999999999", "1e309", "NaN", "..", "1..", "..1", "9..1", "x..y", "1...2", "²", "१२", "a,b",
    "null", "[]", "{}", "[\"x\"]", "true", "../../etc/passwd", "..%2f..", "%2e%2e", "\\\\host\\x", "//host/x", "http://host/",
    "sort_key desc; --", "id", "x" * 5000, " ", "+", "%", "&", "#", "?", "=",
)  # fmt: skip
PARAMETERS: Final = (
    "q", "condition", "outcome", "drug", "design", "route", "comparator", "direction", "year", "n", "kind", "source",
    "retracted", "sort", "expand", "page", "mechanism", "setting", "id", "style", "size", "format", "_next", "_size", "_sort",
    "_facet", "_shape", "_where", "sql", "q[]", "",
)  # fmt: skip
ADDRESSES: Final = (
    "/", "/search", "/help", "/map", "/map.json", "/map.csv", "/claims", "/claims.json", "/claims.csv", "/claims/001-13", "/claims/001-13.json",
    "/questions", "/questions/ptsd-efficacy", "/questions/ptsd-efficacy.json", "/ketamine/claims/001-13", "/check", "/cite", "/cite.ris", "/cite.bib", "/cite.txt", "/quote/pmid-1/abstract/1-5", "/ketamine",
    "/ketamine/reports", "/ketamine/reports/pmid-1", "/ketamine/studies/NCT00000001", "/ketamine/conditions/depression",
    "/ketamine/outcomes/dissociation", "/ketamine/drugs/ketamine", "/ketamine/designs/rct", "/ketamine/search",
    "/ketamine/findings_by", "/ketamine/findings/1", "/data", "/schema", "/sql", "/downloads", "/downloads/reports.csv",
    "/notebook", "/notebook.ipynb", "/flow", "/flow/mentioned", "/methods", "/accuracy", "/feeds", "/static/site.css", "/robots.txt", "/sitemap.xml", "/sitemap/reports-1.xml", "/llms.txt", "/llms.txt", "/sitemap/reports-1.xml",
    "/-/versions",
    "/ketamine.json", "/ketamine.db", "/ketamine/reports.csv",
)  # fmt: skip
TELLTALE: Final = ("Traceback (most recent call last)", "site-packages", "OperationalError", "fts5: syntax", PRODUCT)


def searches(number: int, seed: int = 1) -> Iterator[str]:
    """Addresses of /search and its formats: most with a hostile q, some with hostile filters beside it."""
    chance = random.Random(seed)
    for _ in range(number):
        suffix = "" if chance.random() < 0.75 else chance.choice(FORMATS)
        pairs = [("q", encoded(words(chance), chance))]
        while chance.random() < 0.35:
            value = chance.choice((*VALUES, *NASTY, *PLAIN))
            pairs.append((chance.choice(PARAMETERS), encoded(value, chance)))
        yield f"/search{suffix}?" + "&".join(f"{quote(name, safe='')}={value}" for name, value in pairs)


def words(chance: random.Random) -> str:
    """One hostile search: pieces of grammar, markup, SQL and plain words; sometimes very long or deeply nested."""
    kind = chance.random()
    if kind < 0.02:
        return "(" * 2000 + "x" + ")" * chance.choice((0, 2000))
    if kind < 0.04:
        return chance.choice((*GRAMMAR, *NASTY, *PLAIN)) * chance.randint(500, 3000)
    if kind < 0.06:
        return " OR ".join(chance.choices(PLAIN, k=chance.randint(60, 400)))
    pieces = chance.choices((*GRAMMAR, *NASTY, *PLAIN), k=chance.randint(1, 9))
    return chance.choice(("", " ", "  ")).join(pieces)


def encoded(text: str, chance: random.Random) -> str:
    """Percent-encoded; now and then doubly, or with bytes that are no UTF-8 (a surrogate, an overlong slash)."""
    whole = quote(text[:6000], safe="")[:12_000]
    odd = chance.random()
    if odd < 0.05:
        return whole + chance.choice(("%ED%A0%80", "%C0%AF", "%FF", "%F4%90%80%80", "%", "%zz", "%u0041"))
    return quote(whole, safe="")[:12_000] if odd < 0.08 else whole


CHANGES: Final[tuple[Callable[[str, str], str], ...]] = (
    lambda path, odd: f"{path}/../../../etc/passwd",
    lambda path, odd: f"{path}/%2e%2e/%2e%2e/etc/passwd",
    lambda path, odd: f"{path}/%252e%252e%252fetc%252fpasswd",
    lambda path, odd: f"{path}%2f..%2f..%2fetc%2fpasswd",
    lambda path, odd: f"{path}%00",
    lambda path, odd: f"{path}\\..\\x",
    lambda path, odd: f"/{path}",
    lambda path, odd: f"{path}//",
    lambda path, odd: path + "/x" * 1500,
    lambda path, odd: path.rpartition("/")[0] + f"/{odd}",
    lambda path, odd: f"{path}/{odd}",
    lambda path, odd: f"{path}{odd}",
    lambda path, odd: f"{path}.{odd}",
    lambda path, odd: f"{path}?{odd}",
    lambda path, odd: f"{path}?id={odd}&id={odd}&style={odd}&page={odd}&field={odd}",
    lambda path, odd: f"{path}?condition={odd}&outcome={odd}&design={odd}&sort={odd}&year={odd}",
    lambda path, odd: path + "?" + "&".join(f"id=pmid-{number}" for number in range(2000)),
    lambda path, odd: f"/quote/{odd}/abstract/0-5",
    lambda path, odd: f"/quote/pmid-1/{odd}/0-5",
    lambda path, odd: f"/quote/pmid-1/abstract/{odd}",
    lambda path, odd: "/quote/pmid-1/abstract/99999999999999999999999-1",
    lambda path, odd: "/quote/pmid-1/abstract/5-2",
)  # fmt: skip


def paths(number: int, seed: int = 1) -> Iterator[str]:
    """Addresses nobody published: each route in turn, changed in one hostile way."""
    chance = random.Random(seed)
    for place in range(number):
        odd = encoded(chance.choice((*NASTY, *VALUES, *GRAMMAR)), chance)
        yield chance.choice(CHANGES)(ADDRESSES[place % len(ADDRESSES)], odd)


def faults(answer: Answer) -> list[str]:
    """What is wrong with an answer; nothing for a good one."""
    found = []
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    if answer.first > LONGEST:
        found.append(f"began after {answer.first:.1f} s")
    if answer.location and (not answer.location.startswith("/") or answer.location[1:2] in ("/", "\\")):
        found.append(f"leads away, to {answer.location[:100]}")
    found += [f"says {word!r}" for word in TELLTALE if word in answer.text]
    return found + _malformed(answer)


def _malformed(answer: Answer) -> list[str]:
    """Whether the page holds an element or attribute of the visitor's, or the data cannot be read back."""
    if not answer.body or not answer.whole:
        return []
    try:
        if "html" in answer.kind:
            return _intruders(html.fromstring(answer.body))
        if "xml" in answer.kind:
            return _intruders(etree.fromstring(answer.body))
        if "json" in answer.kind:
            json.loads(answer.body)
        elif "csv" in answer.kind:
            list(csv.reader(io.StringIO(answer.text)))
    except (ValueError, etree.ParserError, etree.XMLSyntaxError, csv.Error) as problem:
        return [f"cannot be read as {answer.kind}: {problem}"]
    return []


def _intruders(tree: etree._Element) -> list[str]:
    """Elements and attributes of the visitor's; scripts that stand in the page, unless they are data (JSON-LD)."""
    found = []
    for element in tree.iter(etree.Element):
        name = str(element.tag).rpartition("}")[2].casefold()
        inline = name in {"script", "style"} and (element.text or "").strip() and "json" not in element.get("type", "")
        if name == ELEMENT or inline:
            found.append(f"the page holds <{name}> {element.text or ''}"[:200])
        for attribute, value in element.attrib.items():
            runs = attribute in RUNNING and value.strip().casefold().startswith("javascript:")
            if runs or str(attribute).casefold() == ATTRIBUTE:
                found.append(f"<{name} {attribute}={value!r}>"[:200])
    return found


def asked(client: Client, addresses: Iterator[str]) -> tuple[Counter[int], list[str]]:
    """How many answers of each status came, and a line for each fault."""
    statuses: Counter[int] = Counter()
    wrong = []
    for path in addresses:
        try:
            answer = client.get(path, MOST_READ)
        except OSError as problem:
            wrong.append(f"no answer ({problem}): {path[:300]}")
            continue
        statuses[answer.status] += 1
        wrong += [f"{fault}: {path[:300]}" for fault in faults(answer)]
        if answer.location.startswith("/"):  # Datasette writes odd characters in its own way; what is there?
            wrong += [f"{fault}: {answer.location[:300]}" for fault in faults(client.get(answer.location, MOST_READ))]
    return statuses, wrong


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("database", type=Path)
    options.add_argument("--searches", type=int, default=2000)
    options.add_argument("--paths", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--profile", choices=("public", "local"), action="append", help="one of the two alone")
    given = options.parse_args()
    failed = False
    for profile in given.profile or ("public", "local"):
        with ours(given.database, public=profile == "public") as client:
            for path in ADDRESSES:  # the first visitor waits while indexes are read; that is not the walk's matter
                client.get(path, MOST_READ)
            for kind, made in (("searches", searches), ("paths", paths)):
                statuses, wrong = asked(client, made(getattr(given, kind), given.seed))
                told = ", ".join(f"{number} of status {status}" for status, number in sorted(statuses.items()))
                print(f"{profile} profile, hostile {kind}: {told}; {len(wrong)} faults", flush=True)
                for line in wrong[:30]:
                    print(f"  {line}")
                failed = failed or bool(wrong)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
