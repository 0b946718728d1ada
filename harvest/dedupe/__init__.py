"""Which records describe the same document: block, match, cluster, with a stored, named rule for every join.

Identifiers come first, likeness second, and two documents with conflicting identifiers never become one, not even
by way of a third record. Rules are in `harvest.dedupe.match`, in the order of their strength.
"""

from harvest.dedupe.cluster import cluster
from harvest.dedupe.stream import cluster_labels, record_from_stream

__all__ = ["cluster", "cluster_labels", "record_from_stream"]
