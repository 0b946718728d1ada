"""``/help``: how to search, every operator with an example that can be clicked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from datasette.utils.asgi import Response

from harvest.schema import DIMENSIONS
from harvest.search import filters, language, scanner
from harvest.search.names import STOP_WORDS
from harvest.site import web


@dataclass(frozen=True)
class Example:
    query: str
    finds: str


@dataclass(frozen=True)
class Section:
    heading: str
    anchor: str
    examples: tuple[Example, ...]


SECTIONS: Final = (
    Section("Words", "words", (
        Example("ketamine depression", "reports with both words, in the title, abstract, digest, MeSH headings, keywords or authors"),
        Example('"suicidal ideation"', "these words beside each other; curly quotation marks work too"),
        Example("ketamin*", "every word that begins so"),
        Example("bladder -rat", "bladder, but not rat; NOT rat does the same"),
        Example("midazolam OR placebo", "either word; | does the same. OR, NOT and AND in capitals"),
        Example("(midazolam OR placebo) suicidal", "brackets say what belongs together; without them AND binds tighter than OR"),
        Example("TRD", "also reports tagged as treatment-resistant depression, whatever words they use"),
    )),
    Section("One place only", "places", (
        Example("title:bladder", "the word in the title"),
        Example('abstract:"0.5 mg/kg"', "in the abstract, or in our digest of it"),
        Example("author:zarate", "an author"),
        Example('journal:"biological psychiatry"', "words of the journal's name"),
        Example("mesh:suicide", "a MeSH heading: an index term that PubMed gives"),
        Example("keyword:glutamate", "a keyword given by the authors"),
        Example("title:(bladder OR cystitis)", "a field may stand before a bracket"),
    )),
    Section("What was studied", "studied", (
        Example("condition:TRD", "reports that study the condition or a narrower one; by id, name or synonym"),
        Example('condition:"bipolar disorder"', "a name of several words stands in quotation marks"),
        Example("outcome:dissociation", "an outcome"),
        Example("drug:esketamine route:intranasal", "a drug and a route"),
        Example("comparator:midazolam design:rct", "what it was compared with, and the design of the study"),
        Example("direction:no-difference", "what the report itself says it found: benefit, no-difference, harm, mixed"),
        Example("use:anaesthetic", "what ketamine was used as; likewise mechanism, setting, adjunct, regimen, attribute"),
    )),
    Section("Numbers", "numbers", (
        Example("year:2015", "published in 2015"),
        Example("year:2015..2020", "from 2015 to 2020; 2015-2020 does the same"),
        Example("year:2015..", "2015 or later; year:..2015 is 2015 or earlier"),
        Example("n:>100", "more than 100 people in the study; also n:>=50, n:<20, n:30..60"),
    )),
    Section("What kind of report", "kinds", (
        Example("kind:registry-entry", "trial registrations; also article, preprint, notice, book"),
        Example("source:pubmed", "held by PubMed; also europepmc, clinicaltrials, crossref, openalex"),
        Example("is:retracted", "retracted; is:concern for an expression of concern, is:animal for studies of animals"),
        Example("ketamine retracted:no", "leaves out what was retracted"),
        Example("has:digest", "told in our own words; also has:abstract, has:findings, has:registration, has:doi, has:pmid"),
    )),
    Section("One report", "one", (
        Example("PMID:10686270", "by its PubMed number"),
        Example("10.1016/s0006-3223(99)00230-9", "by its DOI, with or without https://doi.org/"),
        Example("NCT00088699", "everything that belongs to a registered trial; other registries too"),
    )),
)  # fmt: skip


async def page(datasette: Any, request: Any) -> Response:
    """The page."""
    return await web.page(datasette, request, "help.html", {
        "sections": SECTIONS, "filters": filters.NAMES, "dimensions": tuple(DIMENSIONS), "stop_words": sorted(STOP_WORDS),
        "most_words": language.MOST_WORDS, "deepest": language.DEEPEST, "longest": scanner.LONGEST,
        "shortest_prefix": language.SHORTEST_PREFIX,
    })  # fmt: skip


ROUTES: Final = ((r"/help$", page),)
