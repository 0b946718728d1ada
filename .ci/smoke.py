"""Asks a running site for the pages a reader would open: ``python smoke.py http://127.0.0.1:8001``."""

from __future__ import annotations

import json
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

PAGES = {
    "/": "ketamine",
    "/ketamine/reports": "reports",
    "/search?q=TRD+n:>20+-review": "reports",
    "/ketamine/reports/pmid-24740528": "citation_doi",
    "/map": "Depression",
    "/ketamine/conditions/ptsd": "D013313",
    "/cite?id=pmid-24740528&style=apa": "JAMA Psychiatry",
    "/search.ris?q=pmid:24740528": "TY  - JOUR",
    "/search.atom?condition=ptsd": "<feed",
    "/schema": "report_conditions",
    "/sql": "select",
    "/downloads": "ketamine-csv.zip",
    "/claims": "001-37",
    "/claims/001-37": "the year is 2000, not 2006",
    "/questions/ptsd-efficacy": "select",
    "/check": "Check the text",
    "/methods": "MeSH",
    "/flow": "svg",
    "/accuracy": "ptsd",
    "/ketamine/search?q=depression": "depression",
    "/ketamine/search?q=O'Brien+0.5+mg/kg+p<0.05+%22": "",
    "/ketamine/digests?condition=ptsd": "<strong>Results.</strong>",
    "/ketamine/findings_for?outcome=suicidal-ideation": "our digest",
    "/ketamine/prisma_flow": "Reports",
    "/ketamine.json?sql=select+1": "1",
}


def text(url: str) -> str:
    with urlopen(url.replace(" ", "+").replace("<", "%3C").replace("'", "%27"), timeout=30) as answer:
        return answer.read().decode()


def wait(base: str) -> None:
    for _ in range(100):
        try:
            text(base)
        except (URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    sys.exit("the site did not start")


def main(base: str) -> None:
    wait(base)
    for path, expected in PAGES.items():
        if expected not in text(base + path):
            sys.exit(f"{path}: {expected!r} is not on the page")
        print("ok", path)
    found = json.loads(text(f"{base}/ketamine/search.json?q=ketamine&_shape=array"))
    if not found:
        sys.exit("a search for ketamine found nothing")
    asked = {"text": "Ketamine was approved by the FDA for depression in 2019.", "format": "json"}
    with urlopen(f"{base}/check", data=urlencode(asked).encode(), timeout=30) as answer:
        statements = json.load(answer)["statements"]
    if "contradicted" not in {one["verdict"] for one in statements}:
        sys.exit(f"/check does not correct a false date: {statements}")
    print("ok /check corrects a false date")
    try:
        text(f"{base}//example.org/")
    except HTTPError as problem:
        print("ok: a request for another site is refused with", problem.code)
    print(f"ok: search finds {len(found)} reports")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
