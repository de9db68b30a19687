"""A ledger as simple as it can be told: dictionaries, and for each command what it does to them or why it may not.

Written from the by-laws and without the domain's code, so that the two can be held against each other. Things go by
short names: a grid and a grant by the id of the command that made them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self

__all__ = [
    "ACTS",
    "BUILDINGS",
    "COMMUNITY",
    "COMPOUNDS",
    "EVER",
    "FAR",
    "PEOPLE",
    "Answer",
    "Forbidden",
    "Model",
    "Wish",
]

PEOPLE = ("ann", "ben", "cai")
BUILDINGS = ("b1", "b2", "b3")
COMMUNITY, FAR = "near", "far"
COMPOUNDS = ("k1", "k2")
EVER = date.max
ROLES = {
    "give": {"ADMINISTRATOR"},
    "end": {"ADMINISTRATOR"},
    "assign": {"COUNTY"},
    "release": {"COUNTY"},
    "delineate": {"TOWN", "COMMUNITY"},
    "join": {"COMMUNITY", "BRANCH", "GRID_WORKER"},
    "leave": {"COMMUNITY", "BRANCH", "GRID_WORKER"},
}
ACTS = tuple(ROLES)


class Forbidden(Exception):
    """A command may not be; its only argument is the code."""


class Wish(NamedTuple):
    """A command: what is wished, by whom (None: the system) and on what day; with what position it is expected."""

    id: str
    act: str
    given: tuple[tuple[str, Any], ...]
    actor: str | None
    today: date
    expected: int | None = None

    def get(self, name: str) -> Any:
        return dict(self.given).get(name)


class Answer(NamedTuple):
    """What one command came to: the thing it is about, the positions and types of its events, the last position."""

    node: str
    events: tuple[tuple[int, str], ...]
    position: int


class Happened(NamedTuple):
    type: str
    things: tuple[str, ...]
    change: Callable[[], None]


class Spell(NamedTuple):
    """Something that holds from a day to a day."""

    who: str
    since: date
    until: date = EVER


class Grant(NamedTuple):
    person: str
    role: str
    scope: str | None
    since: date
    until: date = EVER


@dataclass
class Model:
    """One ledger."""

    head: int
    last: dict[str, int] = field(default_factory=dict)
    known: dict[str, tuple[Wish, Answer]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    grids: dict[str, date] = field(default_factory=dict)
    """Since when."""
    drawn: dict[str, date] = field(default_factory=dict)
    """When what they cover last changed."""
    covers: dict[tuple[str, str, date], date] = field(default_factory=dict)
    contacts: dict[tuple[str, str, date], date] = field(default_factory=dict)
    kept: dict[str, Spell] = field(default_factory=dict)
    """The latest contact of each place, and of each leader with each kind of place."""
    members: dict[tuple[str, str, str, date], date] = field(default_factory=dict)
    roles: dict[tuple[str, str, str], Spell] = field(default_factory=dict)

    def copy(self) -> Self:
        """Values never change, only which there are."""
        return type(self)(self.head, *(dict(each) for name, each in vars(self).items() if name != "head"))

    def answers(self, wishes: Sequence[Wish]) -> list[Answer]:
        """All of the commands, later ones seeing what earlier ones did; Forbidden changes nothing."""
        former = self.copy()
        latest, said = dict(self.last), {id_: wish for id_, (wish, _) in self.known.items()}
        found: dict[str, Answer] = {id_: answer for id_, (_, answer) in self.known.items()}
        try:
            for wish in wishes:
                _check_same(said.setdefault(wish.id, wish), wish)
                if wish.id not in found:
                    found[wish.id] = self._answer(wish, latest)
        except Forbidden:
            vars(self).update(vars(former))
            raise
        answers = (found[wish.id] for wish in wishes)
        return [each if each.events else each._replace(position=self.head) for each in answers]

    def _answer(self, wish: Wish, latest: dict[str, int]) -> Answer:
        node = wish.id if wish.act in {"give", "delineate"} else str(wish.get(NODES[wish.act]))
        self._check(wish, node, latest)
        happened = list(getattr(self, f"_{wish.act}")(wish))
        for event in happened:
            event.change()
        first = self.head + 1
        self.head += len(happened)
        for position, event in enumerate(happened, first):
            self.last |= dict.fromkeys(event.things, position)
        events = tuple((position, event.type) for position, event in enumerate(happened, first))
        answer = Answer(node, events, self.head)
        if events:
            self.known[wish.id] = wish, answer
        return answer

    def _check(self, wish: Wish, node: str, latest: dict[str, int]) -> None:
        """Who acts, then what there is, then whether it is over the right ground, then what the caller saw."""
        if not self._holds(wish, anything=True):
            raise Forbidden("NOT_PERMITTED")
        if wish.get("person") not in {None, *PEOPLE} or not self._is_there(wish):
            raise Forbidden("NOT_FOUND")
        if not self._holds(wish):
            raise Forbidden("NOT_PERMITTED")
        if wish.expected is not None and latest.get(node, 0) > wish.expected:
            raise Forbidden("POSITION_CONFLICT")

    def _is_there(self, wish: Wish) -> bool:
        grids = {wish.get("grid"), wish.get("neighbour")} - {None}
        return grids <= self.grids.keys() and wish.get("grant") in {None, *self.grants}

    def _holds(self, wish: Wish, *, anything: bool = False) -> bool:
        if wish.actor is None:
            return True
        ground = None if wish.act in {"give", "end"} else COMMUNITY
        ground = wish.get("scope") if wish.act == "give" else ground
        if wish.act in {"assign", "release"} and not wish.get("places"):
            ground = None
        return any(
            each.person == wish.actor
            and each.role in ROLES[wish.act]
            and each.since <= wish.today < each.until
            and (anything or each.scope in {None, ground})
            for each in self.grants.values()
        )

    def _give(self, wish: Wish) -> Iterator[Happened]:
        person, role, scope, since, until = map(wish.get, ("person", "role", "scope", "since", "until"))
        if until is not None and until <= since:
            raise Forbidden("PERIOD_REVERSED")
        grant = Grant(person, role, scope, since, until or EVER)
        yield Happened("GrantGiven", (wish.id, person), lambda: self.grants.update({wish.id: grant}))

    def _end(self, wish: Wish) -> Iterator[Happened]:
        grant = self.grants[wish.get("grant")]
        if grant.until <= wish.today:
            raise Forbidden("GRANT_OVER")
        ended = {wish.get("grant"): grant._replace(until=wish.today)}
        yield Happened("GrantEnded", (*ended, grant.person), lambda: self.grants.update(ended))

    def _assign(self, wish: Wish) -> Iterator[Happened]:
        person, since = wish.get("person"), wish.get("since")
        if not wish.get("places"):
            raise Forbidden("PLACE_UNNAMED")
        for place in wish.get("places"):
            there, engaged = self.kept.get(place), self.kept.get(_side(person, place))
            if there and there.who == person and there.until == EVER:
                if there.since != since:
                    raise Forbidden("ALREADY_SO")
                continue
            if engaged and since < engaged.until:
                raise Forbidden("LEADER_ENGAGED")
            if there and since < there.until:
                raise Forbidden("PLACE_HAS_LEADER")
            yield Happened("ContactAssigned", (person,), self._keeping(place, person, since, EVER))

    def _release(self, wish: Wish) -> Iterator[Happened]:
        person, ended = wish.get("person"), wish.get("ended")
        if not wish.get("places"):
            raise Forbidden("PLACE_UNNAMED")
        for place in wish.get("places"):
            there = self.kept.get(place)
            if there is None or there.who != person or there.until not in {EVER, ended}:
                raise Forbidden("NOT_IN_CONTACT")
            if there.until == ended:
                continue
            if ended < there.since:
                raise Forbidden("PERIOD_REVERSED")
            yield Happened("ContactEnded", (person,), self._keeping(place, person, there.since, ended))

    def _keeping(self, place: str, person: str, since: date, until: date) -> Callable[[], None]:
        def change() -> None:
            self.contacts[place, person, since] = until
            self.kept[place] = self.kept[_side(person, place)] = Spell(person, since, until)

        return change

    def _delineate(self, wish: Wish) -> Iterator[Happened]:
        grid, giver, since = wish.id, wish.get("neighbour"), wish.get("since")
        places = list(dict.fromkeys(wish.get("places")))
        yield Happened("GridDelineated", (grid,), lambda: self._draw(grid, since, born=True))
        now = {place: (of, began) for (place, of, began), until in self.covers.items() if until == EVER}
        if any(now[place][0] == giver for place in places if place in now and giver):
            if since < self.drawn[giver]:
                raise Forbidden("EFFECTIVE_DATE_ORDER")
            yield Happened("GridRedrawn", (giver,), lambda: None)
        for place in places:
            if place in now:
                yield self._leaving(place, now[place], giver, since)
            yield Happened("GridCoverageBegan", (grid,), self._covering(place, grid, since, EVER, since))

    def _leaving(self, place: str, now: tuple[str, date], giver: str | None, since: date) -> Happened:
        of, began = now
        if of != giver:
            raise Forbidden("GRID_OVERLAP")
        if since <= began:
            raise Forbidden("EFFECTIVE_DATE_ORDER")
        return Happened("GridCoverageEnded", (of,), self._covering(place, of, began, since, since))

    def _covering(self, place: str, grid: str, since: date, until: date, drawn: date) -> Callable[[], None]:
        def change() -> None:
            self.covers[place, grid, since] = until
            self._draw(grid, drawn)

        return change

    def _draw(self, grid: str, on: date, *, born: bool = False) -> None:
        self.drawn[grid] = max(on, self.drawn.get(grid, on))
        if born:
            self.grids[grid] = on

    def _join(self, wish: Wish) -> Iterator[Happened]:
        grid, person, role, since = map(wish.get, ("grid", "person", "role", "since"))
        held = self.roles.get((grid, person, role))
        if held and held.until == EVER:
            if held.since != since:
                raise Forbidden("ALREADY_SO")
            return
        if since < max(self.grids[grid], held.until if held else date.min):
            raise Forbidden("EFFECTIVE_DATE_ORDER")
        if role in POSTS:
            raise Forbidden("NOT_IN_POST")
        yield Happened("ServiceTeamJoined", (grid, person), self._serving(grid, person, role, since, EVER))

    def _leave(self, wish: Wish) -> Iterator[Happened]:
        grid, person, role, ended = map(wish.get, ("grid", "person", "role", "ended"))
        held = self.roles.get((grid, person, role))
        if held is None:
            raise Forbidden("NOT_IN_TEAM")
        if held.until != EVER:
            if held.until != ended:
                raise Forbidden("ALREADY_SO")
            return
        if ended < held.since:
            raise Forbidden("PERIOD_REVERSED")
        yield Happened("ServiceTeamLeft", (grid, person), self._serving(grid, person, role, held.since, ended))

    def _serving(self, grid: str, person: str, role: str, since: date, until: date) -> Callable[[], None]:
        def change() -> None:
            self.members[grid, person, role, since] = until
            self.roles[grid, person, role] = Spell(person, since, until)

        return change


POSTS = {"GRID_LEADER", "GRID_WORKER", "CHECKER"}
"""Roles of a team that go with a post; nobody has one here."""
NODES = {"end": "grant", "assign": "person", "release": "person", "join": "grid", "leave": "grid"}


def _check_same(one: Wish, other: Wish) -> None:
    """Under one id only the same may be said; on what day it comes and what is expected does not count."""
    said = [
        (each.act, {name: value for name, value in each.given if value is not None}, each.actor)
        for each in (one, other)
    ]
    if said[0] != said[1]:
        raise Forbidden("COMMAND_ID_REUSED")


def _side(person: str, place: str) -> str:
    return f"{person} in a {'compound' if place in COMPOUNDS else 'community'}"
