"""K20 and what stands around it: communities of centres, who stands between them, and how both change."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

Pairs = Mapping[tuple[Any, Any], float]


class Network(NamedTuple):
    """`communities` hold every centre once, the largest first; `modularity` Q of them, None without a pair; `brokers`
    the betweenness of each centre between 0 and 1."""

    communities: list[frozenset[Any]]
    modularity: float | None
    brokers: dict[Any, float]


def network(pairs: Pairs) -> Network:
    """The network of centres with a joint object, pairs weighed by C_ij (K18).

    Communities: greedy modularity (Clauset, Newman & Moore 2004), Q = Σ (e − a²). Brokers: betweenness, the share of
    shortest paths of all other pairs that lead through a centre (Freeman 1977), a pair being as long as 1 ÷ C_ij
    (Newman 2001). The same for the same pairs in any order.
    """
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(sorted({each for pair in pairs for each in pair}))
    for (one, other), weight in sorted(pairs.items()):
        graph.add_edge(one, other, weight=weight, length=1 / weight)
    if not pairs:
        return Network([], None, {})
    found = networkx.community.greedy_modularity_communities(graph, weight="weight")
    communities = sorted((frozenset(each) for each in found), key=lambda each: (-len(each), sorted(each)))
    return Network(
        communities,
        float(networkx.community.modularity(graph, communities, weight="weight")),
        dict(networkx.betweenness_centrality(graph, weight="length")),
    )


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
