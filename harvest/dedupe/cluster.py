"""Records into clusters: the strongest joins first, and never one that would put conflicting identifiers together."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from harvest.dedupe import block
from harvest.dedupe.compare import SAME, compare_titles, firm_kind, firm_kinds_conflict
from harvest.dedupe.keys import Keys
from harvest.dedupe.match import RANK, Rule, same_under_one_identifier, similar
from harvest.record import Record
from harvest.report import Join

_SOURCES: Final = ("pubmed", "europepmc", "clinicaltrials", "crossref", "openalex", "files", "starter")
_RANK_OF_SOURCE: Final = {name: rank for rank, name in enumerate(_SOURCES)}


@dataclass(frozen=True, slots=True)
class Edge:
    """A reason to join two records, by their positions."""

    a: int
    b: int
    rule: str


@dataclass(slots=True)
class Facts:
    """What a cluster may hold only once."""

    pmids: frozenset[str] = frozenset()
    dois: frozenset[str] = frozenset()
    pmcids: frozenset[str] = frozenset()
    registrations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @classmethod
    def of(cls, keys: Keys) -> Facts:
        record = keys.record
        stated = (record.pmid, keys.doi, record.pmcid, keys.registration, firm_kind(keys))
        return cls(*(frozenset((value,)) if value else frozenset() for value in stated))


@dataclass(slots=True)
class Forest:
    """Clusters as a union-find over positions, with the facts of each and the edges that made them."""

    keys: Sequence[Keys]
    root: list[int] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)
    facts: list[Facts] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = list(range(len(self.keys)))
        self.members = [[index] for index in self.root]
        self.facts = [Facts.of(key) for key in self.keys]

    def join(self, edge: Edge) -> bool:
        """Unites the two clusters unless they are one already or must stay apart."""
        a, b = self.root[edge.a], self.root[edge.b]
        if a == b or self.apart(a, b, edge.rule):
            return False
        if len(self.members[a]) < len(self.members[b]):
            a, b = b, a
        for index in self.members[b]:
            self.root[index] = a
        self.members[a] += self.members[b]
        self.members[b] = []
        self.facts[a] = _united(self.facts[a], self.facts[b])
        self.edges.append(edge)
        return True

    def apart(self, a: int, b: int, rule: str) -> bool:
        """The clusters with these roots may not become one by this rule."""
        one, other = self.facts[a], self.facts[b]
        if _differ(one.pmids, other.pmids) or _differ(one.registrations, other.registrations):
            return True
        dois_differ = _differ(one.dois, other.dois)
        if rule == "doi":  # sources differ in what they call the document; they mean the same one
            return dois_differ or _kinds_apart(one.kinds, other.kinds, only_registry=True)
        if dois_differ and rule not in _SETTLES_DOI:
            return True
        return _differ(one.pmcids, other.pmcids) or _kinds_apart(one.kinds, other.kinds)


_SETTLES_DOI: Final = frozenset({"pmid"})
"""A document may have two DOIs (a journal that changed its publisher); the same PMID with the same title says so."""


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Both know the identifier and neither's values are all known to the other."""
    return bool(one and other) and not (one <= other or other <= one)


def _kinds_apart(one: frozenset[str], other: frozenset[str], only_registry: bool = False) -> bool:
    if only_registry:
        return bool(one and other) and ("registry-entry" in one) != ("registry-entry" in other)
    return any(firm_kinds_conflict(a, b) for a in one or ("",) for b in other or ("",))


def _united(one: Facts, other: Facts) -> Facts:
    return Facts(
        one.pmids | other.pmids,
        one.dois | other.dois,
        one.pmcids | other.pmcids,
        one.registrations | other.registrations,
        one.kinds | other.kinds,
    )


def cluster(records: Sequence[Record]) -> list[tuple[Join, ...]]:
    """Every record in exactly one cluster, each with the rule that joined it and to which record.

    The result depends on the records only, not on their order: clusters stand in the order of their first records,
    and first is the record of the leading source with the smallest id.
    """
    keys = [Keys(record) for record in sorted(records, key=_order)]
    forest = _clustered(keys)
    return [_joins(group, keys, edges) for group, edges in _groups(forest)]


def _order(record: Record) -> tuple[int | str, ...]:
    rank = _RANK_OF_SOURCE.get(record.source, len(_SOURCES))
    content = (record.title, record.doi, record.pmid, record.date, record.pages)  # where two records have one id
    return (rank, record.source, len(record.source_id), record.source_id, *content)


def _clustered(keys: Sequence[Keys]) -> Forest:
    forest = Forest(keys)
    for scheme, groups in block.identifier_blocks(keys).items():
        for group in groups:
            _join_by_identifier(forest, scheme, group)
    edges = sorted(_likeness_edges(forest), key=lambda e: (RANK[e[1].name], _kinds_differ(keys, e[0]), e[0]))
    for (a, b), rule in edges:
        if not rule.unique:
            forest.join(Edge(a, b, rule.name))
    _join_unique(forest, [(pair, rule) for pair, rule in edges if rule.unique])
    return forest


def _kinds_differ(keys: Sequence[Keys], pair: block.Pair) -> bool:
    return keys[pair[0]].kind != keys[pair[1]].kind


def _join_by_identifier(forest: Forest, scheme: str, group: list[int]) -> None:
    """Joins what shares the identifier and does not contradict itself in title, kind or another identifier."""
    keys = forest.keys
    for a, b in block.pairs(group, keys, forest.root):
        if forest.root[a] == forest.root[b] or not same_under_one_identifier(keys[a], keys[b], scheme):
            continue
        if keys[a].doi != keys[b].doi and keys[a].doi and keys[b].doi and compare_titles(keys[a], keys[b]) != SAME:
            continue
        versions = scheme == "doi" and keys[a].record.doi != keys[b].record.doi
        forest.join(Edge(a, b, "doi-version" if versions else scheme))


def _likeness_edges(forest: Forest) -> Iterator[tuple[block.Pair, Rule]]:
    """Every pair of different clusters that some rule of likeness would join."""
    seen: set[block.Pair] = set()
    for group in block.likeness_blocks(forest.keys):
        for pair in block.pairs(group, forest.keys, forest.root):
            if pair in seen or forest.apart(forest.root[pair[0]], forest.root[pair[1]], ""):
                continue
            seen.add(pair)
            rule = similar(forest.keys[pair[0]], forest.keys[pair[1]])
            if rule:
                yield pair, rule


def _join_unique(forest: Forest, edges: Iterable[tuple[block.Pair, Rule]]) -> None:
    """Joins by the weak rules, where a record fits a single cluster of its own kind, or a single one at all."""
    edges = list(edges)
    partners: dict[int, set[int]] = defaultdict(set)
    for (a, b), _ in edges:
        partners[a].add(b)
        partners[b].add(a)
    for (a, b), rule in edges:
        if _only_choice(forest, a, b, partners[a]) and _only_choice(forest, b, a, partners[b]):
            forest.join(Edge(a, b, rule.name))


def _only_choice(forest: Forest, record: int, chosen: int, partners: set[int]) -> bool:
    own = forest.root[record]
    choices = {forest.root[other] for other in partners} - {own}
    alike = {
        forest.root[other]
        for other in partners
        if forest.root[other] != own and forest.keys[other].kind == forest.keys[record].kind
    }
    return forest.root[chosen] in (alike or choices) and len(alike or choices) == 1


def _groups(forest: Forest) -> list[tuple[list[int], dict[int, list[tuple[int, str]]]]]:
    """Clusters as sorted positions, each with the edges inside it by record."""
    neighbours: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for edge in forest.edges:
        neighbours[edge.a].append((edge.b, edge.rule))
        neighbours[edge.b].append((edge.a, edge.rule))
    groups = sorted(sorted(members) for members in forest.members if members)
    return [(group, neighbours) for group in groups]


def _joins(group: list[int], keys: Sequence[Keys], edges: dict[int, list[tuple[int, str]]]) -> tuple[Join, ...]:
    """The cluster's records, each after the one it was matched to."""
    joins = [Join(keys[group[0]].record, "first")]
    seen, waiting = {group[0]}, deque([group[0]])
    while waiting:
        current = waiting.popleft()
        for other, rule in sorted(edges.get(current, ())):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                joins.append(Join(keys[other].record, rule, keys[current].record.key))
    return tuple(joins)
