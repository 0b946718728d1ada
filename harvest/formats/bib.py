"""BibTeX and BibLaTeX, as Zotero, Mendeley, JabRef and publishers write them.

Cut by bibtexparser; its LaTeX decoding runs when an item becomes a record.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import Any

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import BlockAbortedException, ParserStateException
from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ParsingFailedBlock,
)
from pylatexenc import latex2text  # type: ignore[import-untyped]  # comes with bibtexparser

from harvest.dates import partial
from harvest.errors import BadInput
from harvest.formats import Fields, Item, Items, Rejection, excerpt, first, values
from harvest.identifiers import clean_doi, clean_pmcid, clean_pmid, registrations, unique
from harvest.people import group
from harvest.record import Author, Kind, Record
from harvest.text import clean, strip_markup

# It writes every damaged block to the log; the rejections say the same and name the file.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_KINDS: dict[str, Kind] = {
    "article": "article", "inproceedings": "conference-abstract", "conference": "conference-abstract",
    "proceedings": "book", "book": "book", "inbook": "book", "incollection": "book", "booklet": "book",
    "mvbook": "book", "collection": "book", "dataset": "dataset", "preprint": "preprint", "unpublished": "other",
}  # fmt: skip
_ENTRY = re.compile(r"^[ \t]*@[ \t]*(?!comment|string|preamble)[A-Za-z]+[ \t]*[{(]", re.IGNORECASE | re.MULTILINE)
_DEEPEST = 40  # braces; the deepest title in practice has about five
_OWN_TYPE, _OWN_KEY = "ENTRYTYPE", "ID"


def holds(text: str) -> bool:
    return _ENTRY.search(text) is not None


def read(text: str) -> Items:
    """Items are entries, also those whose key or a field occurs twice; damaged or cut-off entries are rejected."""
    try:
        library = parse_string(text)
    except (ParserStateException, BlockAbortedException, ValueError, RecursionError) as problem:
        raise BadInput(f"not readable as BibTeX ({problem}); export it again") from problem
    items: list[Item] = []
    rejected: list[Rejection] = []
    for block in library.blocks:
        entry = _entry(block)
        position = len(items) + len(rejected) + 1
        if entry is not None:
            items.append(Item(position, _fields(entry)))
        elif isinstance(block, ParsingFailedBlock):
            reason = f"the entry at line {(block.start_line or 0) + 1} is damaged or cut off ({_reason(block)})"
            rejected.append(Rejection(position, reason, excerpt(block.raw or "")))
    return Items(tuple(items), tuple(rejected))


def _entry(block: object) -> Entry | None:
    """The entry in a block; one whose key or field is a repetition is an entry all the same."""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        block = block.ignore_error_block
    return block if isinstance(block, Entry) else None


def _reason(block: ParsingFailedBlock) -> str:
    reason = getattr(block.error, "abort_reason", "") or str(block.error)
    return " ".join(reason.split()).rstrip(". ")


def _fields(entry: Entry) -> Fields:
    fields: Fields = {_OWN_TYPE: [entry.entry_type.lower()], _OWN_KEY: [entry.key]}
    for field in entry.fields:
        fields.setdefault(field.key.lower(), []).append(str(field.value))
    return fields


def record(fields: Fields) -> Record:
    """The record of one item, without source and source id. LaTeX is undone, braces around names make a group."""
    title = values.title(_text(fields, "title"))
    abstract, sections = values.abstract(_text(fields, "abstract"))
    journal = strip_markup(_text(fields, "journaltitle", "journal", "booktitle"))
    url = first(fields, "url").replace("\\", "")
    server = _text(fields, "publisher", "archiveprefix", "eprinttype", "howpublished", "institution")
    nct = values.nct_in_address(url, first(fields, "howpublished"))
    stated = _KINDS.get(first(fields, _OWN_TYPE), "other")
    kind = values.kind_of(stated, nct, journal, server)
    return Record(
        source="",
        source_id="",
        title=title,
        kind=kind,
        abstract=abstract,
        abstract_kind=values.abstract_kind(abstract, kind),
        sections=sections,
        authors=_authors(first(fields, "author")),
        date=_date(fields),
        journal="" if kind in ("preprint", "registry-entry") else journal,
        journal_abbreviation=strip_markup(_text(fields, "shortjournal")),
        issn=clean(first(fields, "issn").partition(",")[0]),
        volume=clean(first(fields, "volume")),
        issue=clean(first(fields, "number", "issue")),
        pages=values.pages(_text(fields, "pages")),
        publisher=clean(server if kind == "preprint" else _text(fields, "publisher")),
        language=values.language(first(fields, "language", "langid")),
        pmid=_pmid(fields),
        pmcid=clean_pmcid(first(fields, "pmcid", "pmc")) or values.pmcid_in(url, *_notes(fields)),
        doi=clean_doi(_plain_identifier(first(fields, "doi"))) or clean_doi(_plain_identifier(url)),
        registrations=unique((nct, *registrations(title, abstract))),
        keywords=unique(clean(word) for word in re.split(r"[,;\n]", _text(fields, "keywords", "keyword"))),
        retracted=values.says_retracted(title),
        url=clean(url),
    )


def _notes(fields: Fields) -> list[str]:
    return [value for name in ("note", "annote", "annotation", "addendum") for value in fields.get(name, ())]


def _pmid(fields: Fields) -> str:
    if first(fields, "eprinttype", "archiveprefix").lower() in ("pubmed", "pmid"):
        return clean_pmid(first(fields, "eprint"))
    return clean_pmid(first(fields, "pmid")) or values.pmid_in(first(fields, "url"), *_notes(fields))


def _date(fields: Fields) -> str:
    """``date`` (BibLaTeX), else year with month; of a range of days or months the beginning."""
    year, month = clean(first(fields, "year").strip("{}")), clean(first(fields, "month").strip("{}"))
    whole = values.date_of(first(fields, "date").partition("/")[0])
    named = re.match(r"(?:(\d{1,2})\s+)?([A-Za-z]+|\d{1,2})(?:\s+(\d{1,2})\b)?", month)
    if whole or not named:
        return whole or values.date_of(year)
    day, name, later_day = named.groups()
    return partial(year, name, day or first(fields, "day") or later_day)


def _authors(text: str) -> tuple[Author, ...]:
    """``Berman, R. and {Ketamine Group} and others``: names are joined by ``and`` outside braces."""
    found = []
    for name in _split_names(text):
        whole = name.startswith("{") and name.endswith("}") and name.count("{") == name.count("}") == 1
        author = group(_decoded(name)) if whole else values.author(_decoded(name))
        if author is not None and author.name:
            found.append(author)
    return tuple(found)


def _split_names(text: str) -> list[str]:
    names, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", text):
        if found.group() in "{}":
            depth += 1 if found.group() == "{" else -1
        elif depth <= 0:
            names.append(text[start : found.start()])
            start = found.end()
    return [name.strip() for name in (*names, text[start:]) if name.strip()]


def _plain_identifier(text: str) -> str:
    """DOIs are written with escaped underscores (``10.1000/a\\_b``)."""
    return re.sub(r"\\([_%&#])|[{}]", r"\1", text)


def _text(fields: Fields, *names: str) -> str:
    return _decoded(first(fields, *names))


# ------------------------------------------------------------ LaTeX

_LATEX = re.compile(r"[\\{}$~]|--|``|''")
_BARE = re.compile(r"(?<!\\)([%&#])")  # LaTeX would take the rest of a line after % for a comment
_ABOUT = re.compile(r"(?<!\S)~|~(?=\s)")  # "~50 patients"; between words the tilde is a space
_FORMULA = re.compile(r"(?<!\\)\$([^$\n]{1,200}?)(?<!\\)\$")
# Zotero and Mendeley write these for characters that LaTeX reserves; pylatexenc does not know all of them.
_NAMED = {
    "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_", "textasciitilde": "~",
    "textasciicircum": "^", "textbackslash": "\\", "textdollar": "$", "textpercent": "%", "textquotedbl": '"',
    "textdegree": "°", "textmu": "µ", "texttimes": "×", "textpm": "±", "textminus": "−", "texttrademark": "™",
    "textregistered": "®", "textcopyright": "©", "textonehalf": "½", "textellipsis": "…", "textendash": "–",
    "textemdash": "—", "textquotesingle": "'", "textbraceleft": "{", "textbraceright": "}",
}  # fmt: skip
_GREEK = re.compile(r"text([a-z]+|[A-Z][a-z]+)")


def _decoder() -> LatexDecodingMiddleware:
    """LaTeX to text. A macro that nobody knows is kept as it is written: pylatexenc would drop it in silence."""
    known = latex2text.get_default_latex_context_db()
    macros = [latex2text.MacroTextSpec(name, character) for name, character in _NAMED.items()]
    macros.append(latex2text.MacroTextSpec("url", "%s"))
    known.add_context_category("reference managers", macros=macros, prepend=True)
    known.set_unknown_macro_spec(latex2text.MacroTextSpec("", simplify_repl=_unknown))
    return LatexDecodingMiddleware(decoder=latex2text.LatexNodes2Text(latex_context=known, math_mode="text"))


def _unknown(node: Any) -> str:
    """``\\textbeta`` is the Greek letter; anything else stays."""
    greek = _GREEK.fullmatch(node.macroname)
    try:
        return (
            unicodedata.lookup(_greek_name(greek.group(1))) if greek else f"\\{node.macroname}{node.macro_post_space}"
        )
    except KeyError:
        return f"\\{node.macroname}{node.macro_post_space}"


def _greek_name(word: str) -> str:
    size = "CAPITAL" if word[0].isupper() else "SMALL"
    return f"GREEK {size} LETTER {'LAMDA' if word.lower() == 'lambda' else word.upper()}"


_DECODER = _decoder()


def _decoded(text: str) -> str:
    """LaTeX as plain text. Abstracts pasted into a .bib hold bare %, &, $ and ~, which are characters here."""
    if not _LATEX.search(text):
        return text
    shielded = _ABOUT.sub(r"\\textasciitilde{}", _BARE.sub(r"\\\1", text))
    pieces, position = [], 0
    for formula in _FORMULA.finditer(shielded):
        if re.search(r"[\\^_{<>=]", formula.group(1)):  # else these are amounts of money
            pieces += [_money(shielded[position : formula.start()]), formula.group()]
            position = formula.end()
    pieces.append(_money(shielded[position:]))
    return _latex_to_text("".join(pieces), text)


def _money(text: str) -> str:
    return re.sub(r"(?<!\\)\$", r"\\$", text)


def _latex_to_text(latex: str, original: str) -> str:
    """Decoded, or with its braces removed when the decoder cannot follow."""
    if _depth(latex) > _DEEPEST:
        return re.sub(r"[{}]", "", original)
    library = _DECODER.transform(Library([Entry("misc", "x", [Field("x", latex)])]))
    block = library.blocks[0]
    return str(block["x"]) if isinstance(block, Entry) else re.sub(r"[{}]", "", original)


def _depth(text: str) -> int:
    depth = deepest = 0
    for brace in re.findall(r"[{}]", text):
        depth += 1 if brace == "{" else -1
        deepest = max(deepest, depth)
    return deepest
