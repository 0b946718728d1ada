"""Relations that no source states, read from titles: notices that name a report, preprints titled as an article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from harvest.dedupe.compare import same_journal
from harvest.dedupe.keys import fold_title, journal_forms
from harvest.identifiers import unique
from harvest.link.tables import INFERRED, INVERSE, ReportLink
from harvest.record import Author, LinkKind
from harvest.report import Report

_PREPRINT_YEARS: Final = 3
_MARKER: Final = r"(?P<{}>retraction|correction|erratum|corrigendum|addendum|expression of concern)"
_NAMES_TARGET: Final = (
    re.compile(
        r"\W*(?:(?:author|publisher|editorial)\W*s?\s+)?"
        + _MARKER.format("kind")
        + r"(?:\s+(?:note|notice|statement))?(?:\s+(?:to|for|of|on))?\s*[:.,—–-]?\s*(?P<title>.{12,})",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<title>.{12,}?)\W+" + _MARKER.format("kind") + r"(?:\s+(?:note|notice))?\W*$", re.IGNORECASE),
)
_DOES: Final[Mapping[str, LinkKind]] = {
    "retraction": "retracts",
    "expression of concern": "raises-concern-about",
}
_QUOTED: Final = re.compile(r"[\"“”„«'‘](.{12,})[\"“”»'’]")
_CITATION: Final = re.compile(r"\s*[\[(][^\])]*(?:\d{4}|doi)[^\])]*[\])]\W*$", re.IGNORECASE)


def named_title(notice: str) -> tuple[LinkKind, str] | None:
    """What a notice does and the folded title of the report it names; None when it names none.

    >>> named_title("Correction to: Effects of a small dose"), named_title("'Effects of a small dose': Erratum")
    (('corrects', 'effects of a small dose'), ('corrects', 'effects of a small dose'))
    """
    for pattern in _NAMES_TARGET:
        found = pattern.match(notice)
        if found:
            marker, title = found["kind"].lower(), _CITATION.sub("", found["title"])
            quoted = _QUOTED.search(title) if title[:1] in "\"“„«'‘" else None
            folded = fold_title(quoted.group(1) if quoted else title)
            return _DOES.get(marker, "corrects"), folded
    return None


def titled_notices(reports: Sequence[Report], stated: Iterable[ReportLink]) -> Iterator[ReportLink]:
    """Notices whose relation no source states but whose title names one report, of the same journal as far as known."""
    done = {one.report_id for one in stated if one.target_id} | {one.target_id for one in stated if one.kind in INVERSE}
    by_title = _by_title(report for report in reports if report.kind in ("article", "conference-abstract"))
    for notice in reports:
        named = named_title(notice.title) if notice.kind == "notice" and notice.id not in done else None
        if named is None:
            continue
        kind, title = named
        targets = [r for r in by_title.get(title.replace(" ", ""), ()) if _may_concern(notice, r)]
        if len(targets) == 1:
            source = notice.joins[0].record.source
            yield ReportLink(0, notice.id, kind, targets[0].id, "", "", f"{INFERRED}notice-title", source)


def _may_concern(notice: Report, report: Report) -> bool:
    if notice.year and report.year and notice.year < report.year:
        return False
    names, others = _journals(notice), _journals(report)
    return not names or not others or same_journal(names, others)


def _journals(report: Report) -> tuple[tuple[str, ...], ...]:
    names = unique(name for r in report.records for name in (r.journal, r.journal_abbreviation))
    return tuple(dict.fromkeys(form for name in names for form in journal_forms(name)))


def titled_preprints(reports: Sequence[Report], stated: Iterable[ReportLink]) -> Iterator[ReportLink]:
    """Preprints whose title, first author and time are those of one article, where no source states the pair."""
    done = {one.report_id for one in stated if one.kind == "preprint-of" and one.target_id}
    done |= {one.target_id for one in stated if one.kind == "has-preprint"}
    by_title = _by_title(report for report in reports if report.kind == "article")
    for preprint in reports:
        if preprint.kind != "preprint" or preprint.id in done:
            continue
        same = [r for r in by_title.get(_compact(preprint.title), ()) if _may_publish(preprint, r)]
        if len(same) == 1:
            source = preprint.joins[0].record.source
            yield ReportLink(0, preprint.id, "preprint-of", same[0].id, "", "", f"{INFERRED}preprint-title", source)


def _may_publish(preprint: Report, article: Report) -> bool:
    """First authors share a name, and the article follows within three years (or by a year's end before)."""
    if not preprint.authors or not article.authors:
        return False
    if not _first_words(preprint.authors) & _first_words(article.authors):
        return False
    if preprint.year is None or article.year is None:
        return True
    return -1 <= article.year - preprint.year <= _PREPRINT_YEARS


def _first_words(authors: Sequence[Author]) -> set[str]:
    first = authors[0]
    return {word for word in fold_title(first.family or first.name).split() if len(word) > 1}


def _compact(title: str) -> str:
    return fold_title(title).replace(" ", "")


def _by_title(reports: Iterable[Report]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        for title in {_compact(record.title) for record in report.records} - {""}:
            found[title].append(report)
    return found
