"""The shape of campaign trees, apart from the database: who lies beneath whom, and ways from one to another.

An edge (parent, child) says that `child` is an item of `parent`. A campaign may stand in several others, so the trees
of a project together are a directed graph without cycles.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from graphlib import TopologicalSorter
from uuid import UUID

Edge = tuple[UUID, UUID]


def children_first(campaigns: Iterable[UUID], edges: Iterable[Edge]) -> list[UUID]:
    """The campaigns in an order in which each comes after everything beneath it. Raises CycleError if there is none."""
    sorter: TopologicalSorter[UUID] = TopologicalSorter(dict.fromkeys(campaigns, ()))
    for parent, child in edges:
        sorter.add(parent, child)
    return list(sorter.static_order())


def beneath(campaigns: Iterable[UUID], edges: Sequence[Edge]) -> dict[UUID, frozenset[UUID]]:
    """Each campaign's whole tree: itself and everything beneath it at any depth."""
    children = children_of(edges)
    trees: dict[UUID, frozenset[UUID]] = {}
    for campaign in children_first(campaigns, edges):
        trees[campaign] = frozenset({campaign}).union(*(trees[child] for child in children[campaign]))
    return trees


def way(edges: Iterable[Edge], start: UUID, end: UUID) -> list[UUID] | None:
    """A shortest way from `start` down to `end`, both included; None if there is none."""
    children = children_of(edges)
    reached_from: dict[UUID, UUID | None] = {start: None}
    waiting = deque([start])
    while waiting:
        campaign = waiting.popleft()
        if campaign == end:
            return _back(reached_from, end)
        for child in children[campaign]:
            if child not in reached_from:
                reached_from[child] = campaign
                waiting.append(child)
    return None


def children_of(edges: Iterable[Edge]) -> defaultdict[UUID, list[UUID]]:
    """Each campaign's direct sub-campaigns."""
    children: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for parent, child in edges:
        children[parent].append(child)
    return children


def _back(reached_from: dict[UUID, UUID | None], end: UUID) -> list[UUID]:
    steps: list[UUID] = []
    step: UUID | None = end
    while step is not None:
        steps.append(step)
        step = reached_from[step]
    return steps[::-1]
