"""K20 and what stands around it: communities of centres, who stands between them, and how both change."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

Pairs = Mapping[tuple[Any, Any], float]
Edges = tuple[tuple[Any, Any, float], ...]
KEPT = 24
"""Of so many networks what was found is kept: years that are over do not change, and a year of 100 centres takes 150 ms
of processor time."""


class Network(NamedTuple):
    """`communities` hold every centre once, the largest first; `modularity` Q of them, None without a pair."""

    communities: tuple[frozenset[Any], ...]
    modularity: float | None


def network(pairs: Pairs) -> Network:
    """The network of centres with a joint object, pairs weighed by C_ij (K18), in communities: greedy modularity
    (Clauset, Newman & Moore 2004), Q = Σ (e − a²). The same for the same pairs in any order."""
    return _network(_edges(pairs)) if pairs else Network((), None)


def brokers(pairs: Pairs) -> Mapping[Any, float]:
    """The betweenness of each centre between 0 and 1: the share of shortest paths of all other pairs that lead through
    it (Freeman 1977), a pair being as long as 1 ÷ C_ij (Newman 2001)."""
    return _brokers(_edges(pairs))


@lru_cache(maxsize=KEPT)
def _network(edges: Edges) -> Network:
    from networkx import community

    graph = _graph(edges)
    found = community.greedy_modularity_communities(graph, weight="weight")
    communities = sorted((frozenset(each) for each in found), key=lambda each: (-len(each), sorted(each)))
    return Network(tuple(communities), float(community.modularity(graph, communities, weight="weight")))


@lru_cache(maxsize=KEPT)
def _brokers(edges: Edges) -> Mapping[Any, float]:
    from networkx import betweenness_centrality

    return MappingProxyType(dict(betweenness_centrality(_graph(edges), weight="length")))


def _edges(pairs: Pairs) -> Edges:
    return tuple(sorted((*sorted(pair), weight) for pair, weight in pairs.items()))


def _graph(edges: Edges) -> Any:
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(sorted({each for one, other, _weight in edges for each in (one, other)}))
    for one, other, weight in edges:
        graph.add_edge(one, other, weight=weight, length=1 / weight)
    return graph


def numbered(now: Sequence[Collection[Hashable]], before: Mapping[int, Collection[Hashable]], first: int) -> list[int]:
    """A number for each community: that of the earlier one with which it has most members in common, each given once,
    the largest share first (Jaccard); new numbers count on from `first`."""
    shares = sorted(
        (
            (len(set(these) & set(those)) / len(set(these) | set(those)), -place, -number)
            for place, these in enumerate(now)
            for number, those in before.items()
        ),
        reverse=True,
    )
    given: dict[int, int] = {}
    for share, place, number in shares:
        if share and -place not in given and -number not in given.values():
            given[-place] = -number
    for place in range(len(now)):
        if place not in given:
            given[place], first = first, first + 1
    return [given[place] for place in range(len(now))]
