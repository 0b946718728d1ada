"""How many abstracts a second are tagged, and read for everything, beside spaCy with negspacy in the same run.

    python tests/bench/bench_tags.py [--peer-python PATH] [--records FILE] [--memory 100000]

``PATH`` is an interpreter that can import spacy and negspacy; without it only our own figures are printed. The peer
looks for the same synonyms and acronyms with PhraseMatcher, splits sentences by rule and marks negation with negex.
``FILE`` holds JSON lines with title and abstract; without it abstracts are put together from the example sentences of
the vocabularies, the same at every run. ``--memory N`` also streams N abstracts and prints the memory along the way.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from harvest import vocabulary
from harvest.extraction import Extractor
from harvest.tagging import Fields, Tagger

PEER = """
import json, sys, time
import spacy
from spacy.matcher import PhraseMatcher
from spacy.tokens import Span
from spacy.util import filter_spans
from negspacy.negation import Negex
terms, texts = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
nlp = spacy.blank("en")
nlp.add_pipe("sentencizer")
matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
for concept, words in terms.items():
    matcher.add(concept, [nlp.make_doc(word) for word in words])
negex = Negex(nlp, name="negex", neg_termset={
    "pseudo_negations": ["no further", "not certain", "without difficulty"], "preceding_negations": ["no", "without",
    "denies", "absence of", "not"], "following_negations": ["were excluded", "was ruled out", "unlikely"],
    "termination": ["but", "however", "although", "except"]}, ent_types=[], extension_name="negex", chunk_prefix=[])
started = time.perf_counter()
found = 0
for doc in nlp.pipe(texts):
    doc.ents = filter_spans([Span(doc, s, e, label=m) for m, s, e in matcher(doc)])
    found += len(negex(doc).ents)
print(found, time.perf_counter() - started)
"""
ROUNDS = 5


def abstracts(path: Path | None) -> Iterator[tuple[str, str]]:
    """Title and abstract, without end."""
    if path:
        with path.open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        while True:
            yield from ((row.get("title") or "", row.get("abstract") or "") for row in rows)
    sentences = [text for concept in vocabulary.load().concepts for text in (*concept.match, *concept.no_match)]
    chance = random.Random(1)
    while True:
        parts = [" ".join(chance.choices(sentences, k=3)) for _ in range(4)]
        yield (
            chance.choice(sentences),
            " ".join(
                f"{label}: {part}"
                for label, part in zip(("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"), parts, strict=True)
            ),
        )


def rate(work: Callable[[Fields], object], fields: list[Fields]) -> float:
    started = time.perf_counter()
    for one in fields:
        work(one)
    return len(fields) / (time.perf_counter() - started)


def peer(python: str, texts: list[str]) -> float:
    terms = {
        f"{c.dimension}/{c.id}": [w.rstrip("*") for w in (*c.synonyms, *c.acronyms)] for c in vocabulary.load().concepts
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("terms", terms), ("texts", texts)):
            (Path(folder) / name).write_text(json.dumps(content), "utf-8")
        out = subprocess.run(
            [python, "-W", "ignore", "-c", PEER, f"{folder}/terms", f"{folder}/texts"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
    return len(texts) / float(out.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python")
    parser.add_argument("--records", type=Path)
    parser.add_argument("--number", type=int, default=500)
    parser.add_argument("--memory", type=int, default=0)
    given = parser.parse_args()
    source = abstracts(given.records)
    fields = [Fields(str(i), title, abstract) for i, (title, abstract) in enumerate(islice(source, given.number))]
    words = vocabulary.load()
    tagger, extractor = Tagger(words), Extractor(words)
    size = statistics.mean(len(one.abstract) for one in fields)
    print(f"{platform.machine()}, Python {platform.python_version()}; {len(fields)} abstracts of {size:.0f} characters")
    ours, everything, theirs = [], [], []
    for _ in range(ROUNDS):
        ours.append(rate(tagger.tag, fields))
        everything.append(rate(extractor.extract, fields))
        if given.peer_python:
            theirs.append(peer(given.peer_python, [f"{one.title}\n{one.abstract}" for one in fields]))
    for name, found in (("tags", ours), ("everything", everything), ("spaCy + negspacy", theirs)):
        if found:
            print(f"{name}: median {statistics.median(found):,.0f} a second ({min(found):,.0f} to {max(found):,.0f})")
    if theirs:
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        print(f"tags against spaCy + negspacy: median {statistics.median(ratios):.1f} times (least {min(ratios):.1f})")
    for number, (title, abstract) in enumerate(islice(source, given.memory), start=1):
        extractor.extract(Fields(str(number), title, abstract))
        if number % (given.memory // 10) == 0:
            kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            print(f"{number:,} abstracts: at most {kilobytes / 1024:.0f} MB", flush=True)


if __name__ == "__main__":
    main()
