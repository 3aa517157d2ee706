"""Giving units out as a problem: wishes at places, limits they share, and why a wish was not met. Pure functions.

Amounts are whole steps of a place. A limit counts them in thousandths of the instrument's unit (what one instrument
offers), or in minutes, where time of several instruments is added up (quotas, shares).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

THOUSANDTHS = 1000
"""Units are counted in thousandths, so that all of it is whole numbers."""


@dataclass(frozen=True)
class Place:
    """An instrument at which a wish can be met: from `least` to `most` steps of `step` thousandths, `minutes` each."""

    instrument: str
    step: int
    minutes: int
    least: int
    most: int


@dataclass(frozen=True)
class Wish:
    """A leg. `rank` orders by merit, then R-11, 1 is the best; `merit` above zero, high is good.

    `excluded` says why it takes no part: `not_feasible`, `not_offered`, `below` (the merit asked for).
    """

    key: str
    group: str
    rank: int
    merit: float
    places: tuple[Place, ...]
    required: bool = True
    depends_on: tuple[str, ...] = ()
    excluded: str = ""


@dataclass(frozen=True)
class Limit:
    """At most `most`, and if it can be at least `least`, over what its members get. Kinds: `offer` and `per_proposal`
    (thousandths of units), `category`, `partner` and `outsiders` (minutes)."""

    kind: str
    name: str
    members: frozenset[tuple[str, str]]
    most: int
    least: int = 0

    def cost(self, place: Place) -> int:
        """What one step counts in this limit."""
        return place.step if self.kind in {"offer", "per_proposal"} else place.minutes


@dataclass(frozen=True)
class Problem:
    wishes: tuple[Wish, ...]
    limits: tuple[Limit, ...]

    def groups(self) -> dict[str, list[Wish]]:
        """The wishes of each proposal, the best proposal first."""
        found: dict[str, list[Wish]] = defaultdict(list)
        for wish in sorted(self.wishes, key=lambda each: (each.rank, each.key)):
            found[wish.group].append(wish)
        return found

    def limits_of(self) -> dict[tuple[str, str], list[int]]:
        """For a wish at an instrument, the positions of the limits that count it."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, limit in enumerate(self.limits):
            for member in limit.members:
                found[member].append(number)
        return found


Given = Mapping[str, tuple[Place, int]]
"""By wish, where it is met and with how many steps."""


@dataclass(frozen=True)
class Stop:
    """A limit that stopped a wish, and how much more of it would have let the least amount in."""

    kind: str
    name: str
    short: int


@dataclass(frozen=True)
class Why:
    """`full`, `part`, `limit`, `together` (another leg of the proposal was stopped), `depends`, or an exclusion."""

    code: str
    stops: tuple[Stop, ...] = ()
    others: tuple[str, ...] = ()


@dataclass
class Slack:
    """What is left of each limit."""

    problem: Problem
    left: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.left = [limit.most for limit in self.problem.limits]
        self.of = self.problem.limits_of()

    def take(self, wish: Wish, place: Place, steps: int) -> None:
        for number in self.of[wish.key, place.instrument]:
            self.left[number] -= steps * self.problem.limits[number].cost(place)

    def room(self, wish: Wish, place: Place) -> int:
        """How many steps still fit at a place, at most those wanted."""
        limits = ((self.left[n], self.problem.limits[n].cost(place)) for n in self.of[wish.key, place.instrument])
        return max(0, min([place.most, *(left // cost for left, cost in limits if cost)]))

    def stops(self, wish: Wish, place: Place, needed: Mapping[int, int] | None = None) -> tuple[Stop, ...]:
        """The limits without room for the least amount here, or for what is `needed` of them altogether."""
        found = []
        for number in self.of[wish.key, place.instrument]:
            limit = self.problem.limits[number]
            short = (needed or {}).get(number, place.least * limit.cost(place)) - self.left[number]
            if short > 0:
                found.append(Stop(limit.kind, limit.name, short))
        return tuple(sorted(found, key=lambda stop: (stop.kind, stop.name)))


def slack_after(problem: Problem, given: Given) -> Slack:
    slack = Slack(problem)
    for wish in problem.wishes:
        if wish.key in given:
            slack.take(wish, *given[wish.key])
    return slack


def filled(problem: Problem, given: Given) -> dict[str, tuple[Place, int]]:
    """What is given, and in order of rank whatever else fits: after it no proposal, optional leg or step does.

    So a reason can always be named for what is not given. Of nothing it makes the allocation by rank alone.
    """
    result = dict(given)
    slack = slack_after(problem, given)
    for wishes in problem.groups().values():
        needed = [wish for wish in wishes if wish.required]
        if not all(wish.key in result for wish in needed):
            _place_together(needed, result, slack)
        if all(wish.key in result for wish in needed):
            for wish in (each for each in wishes if not each.required and each.key not in result):
                _place_together([wish], result, slack)
    for wish in sorted(problem.wishes, key=lambda each: (each.rank, each.key)):
        if wish.key in result:
            place, steps = result[wish.key]
            more = min(place.most - steps, slack.room(wish, place))
            slack.take(wish, place, more)
            result[wish.key] = (place, steps + more)
    return result


def _place_together(wishes: list[Wish], result: dict[str, tuple[Place, int]], slack: Slack) -> None:
    """All of them with their least amount, or none."""
    chosen: dict[str, tuple[Place, int]] = {}
    for wish in wishes:
        ready = not wish.excluded and all(key in result or key in chosen for key in wish.depends_on)
        place = next((each for each in wish.places if ready and slack.room(wish, each) >= each.least), None)
        if place is None:
            for other in wishes:
                if other.key in chosen:
                    slack.take(other, chosen[other.key][0], -chosen[other.key][1])
            return
        chosen[wish.key] = (place, place.least)
        slack.take(wish, place, place.least)
    result.update(chosen)


def reasons(problem: Problem, given: Given) -> dict[str, Why]:
    """For every wish, why it got what it got: the slack of each limit against what the wish needs at least."""
    slack = slack_after(problem, given)
    found: dict[str, Why] = {}
    for wishes in problem.groups().values():
        missing = [wish for wish in wishes if wish.required and wish.key not in given]
        needed = _needed(problem, slack, missing)
        for wish in wishes:
            if wish.key in given:
                found[wish.key] = _of_given(slack, wish, *given[wish.key])
            elif wish.excluded or not wish.places:
                found[wish.key] = Why(wish.excluded or "not_offered")
            else:
                found[wish.key] = _of_missing(slack, wish, needed if wish.required else None)
        stopped = tuple(wish.key for wish in missing if found[wish.key].stops or wish.excluded or not wish.places)
        for wish in wishes:
            if wish.key not in given and not found[wish.key].stops and found[wish.key].code == "limit":
                others = tuple(key for key in stopped if key != wish.key)
                waiting = tuple(key for key in wish.depends_on if key not in given)
                found[wish.key] = Why("together", others=others) if others else Why("depends", others=waiting)
    return found


def _needed(problem: Problem, slack: Slack, wishes: Iterable[Wish]) -> dict[int, int]:
    """What required legs that are still missing need of each limit together, each at its likeliest place."""
    needed: dict[int, int] = defaultdict(int)
    for wish in wishes:
        if wish.places and not wish.excluded:
            place = _likeliest(slack, wish)
            for number in slack.of[wish.key, place.instrument]:
                needed[number] += place.least * problem.limits[number].cost(place)
    return needed


def _likeliest(slack: Slack, wish: Wish) -> Place:
    return min(wish.places, key=lambda place: (sum(stop.short for stop in slack.stops(wish, place)), place.instrument))


def _of_given(slack: Slack, wish: Wish, place: Place, steps: int) -> Why:
    if steps >= place.most:
        return Why("full")
    stops = []
    for number in slack.of[wish.key, place.instrument]:
        limit = slack.problem.limits[number]
        short = (place.most - steps) * limit.cost(place) - slack.left[number]
        if short > 0:
            stops.append(Stop(limit.kind, limit.name, short))
    return Why("part", tuple(sorted(stops, key=lambda stop: (stop.kind, stop.name))))


def _of_missing(slack: Slack, wish: Wish, needed: Mapping[int, int] | None) -> Why:
    return Why("limit", slack.stops(wish, _likeliest(slack, wish), needed))


@dataclass(frozen=True)
class Bands:
    """How sure what is given is: `certain` per cent of an instrument's offer in order of rank are priority A, the rest
    B; `reserve` per cent of it more wait on the reserve list."""

    certain: int = 90
    reserve: int = 30


def priorities(problem: Problem, given: Given, bands: Bands) -> dict[str, str]:
    """`A` or `B` of everything given, by rank at each instrument."""
    offers = {limit.name: limit.most for limit in problem.limits if limit.kind == "offer"}
    taken: dict[str, int] = defaultdict(int)
    found = {}
    for wish in sorted(problem.wishes, key=lambda each: (each.rank, each.key)):
        if wish.key in given:
            place, steps = given[wish.key]
            taken[place.instrument] += steps * place.step
            sure = taken[place.instrument] * 100 <= offers.get(place.instrument, 0) * bands.certain
            found[wish.key] = "A" if sure else "B"
    return found


def on_reserve(problem: Problem, given: Given, bands: Bands) -> dict[str, int]:
    """The place on its instrument's reserve list of everything that waits there, by rank.

    A proposal waits with all its missing required legs or not at all.
    """
    room = {limit.name: limit.most * bands.reserve // 100 for limit in problem.limits if limit.kind == "offer"}
    places: dict[str, int] = defaultdict(int)
    found: dict[str, int] = {}
    for wishes in problem.groups().values():
        needed = [wish for wish in wishes if wish.required and wish.key not in given]
        optional = [[wish] for wish in wishes if not wish.required and wish.key not in given]
        waits = True
        for together in (needed, *optional):
            cost: dict[str, int] = defaultdict(int)
            for wish in together:
                if wish.places and not wish.excluded:
                    cost[wish.places[0].instrument] += wish.places[0].least * wish.places[0].step
            possible = all(wish.places and not wish.excluded for wish in together)
            waits = waits and possible and all(room[name] >= amount for name, amount in cost.items())
            if not waits:
                if together is needed:
                    break
                waits = True
                continue
            for name, amount in cost.items():
                room[name] -= amount
            for wish in together:
                places[wish.places[0].instrument] += 1
                found[wish.key] = places[wish.places[0].instrument]
    return found
