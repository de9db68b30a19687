"""Views: what is known of things, folded from the events that concern them; it goes on from any view.

A view holds a state, and where the things lie that its events tell of. It sees just the events that carry its key's
tags and that its state handles, so it is the same whoever folds it, at once or in parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from domain.events import Event, Ref
from domain.memo import memo
from domain.states import KINDS, Key, State, ancestors, evolved, handled

__all__ = ["History", "Sight", "Tagged", "View", "folded", "kind_key", "seen", "unseen"]

Around = Mapping[str, str]
"""Where a thing lies, by kind: `{"community": "community:…"}`."""


class Tagged(NamedTuple):
    """An event with its tags, as the history holds it; its position is 0 until it is recorded."""

    event: Event
    tags: frozenset[str]
    position: int = 0


class History:
    """Events in order with their positions, to be found by a key that concerns them."""

    def __init__(self, events: Iterable[tuple[int, Tagged]]) -> None:
        self._by_tag: dict[str, list[tuple[int, Tagged]]] = defaultdict(list)
        for position, tagged in events:
            for tag in tagged.tags:
                self._by_tag[tag].append((position, tagged))

    def after(self, position: int, key: Key) -> Iterator[Tagged]:
        """At least all later events that carry the key's tags."""
        nearest = min((self._by_tag.get(ref, []) for ref in key.refs), key=len)
        return (tagged for at, tagged in nearest if at > position)


class View(NamedTuple):
    """The state of a key, and what lies where by its events; a thing that is not there is not born."""

    state: State
    lies: Mapping[str, Around]


class Sight:
    """What one command sees: the views of its keys, and where the things lie that it brings about."""

    def __init__(self, views: Mapping[Key, View]) -> None:
        self._views = views
        self._own: dict[str, Around] = {}

    def state(self, key: Key) -> State:
        return self._views[key].state

    def lies(self, ref: Ref[Any]) -> Around | None:
        """Where a thing lies; None: unborn, as far as this command sees. A thing's own view knows it all."""
        view = self._views.get(kind_key(ref))
        tales = [each.lies for each in ([view] if view else self._views.values())]
        told = [lies[ref] for lies in (*tales, self._own) if ref in lies]
        return {kind: tag for around in told for kind, tag in around.items()} if told else None

    def add(self, tagged: Tagged) -> None:
        for tag, around in _told(tagged):
            self._own[tag] = {**self._own.get(tag, {}), **around}


def kind_key(ref: Ref[Any]) -> Key:
    """The state that a thing is born with."""
    return Key(KINDS[ref.kind], (ref,))


def unseen(key: Key) -> View:
    return View(key.state(*key.refs), {})


def seen(key: Key, view: View, history: Iterable[Tagged]) -> View:
    """The view after those events of the history, in order, that concern it."""
    types, own = handled(key.state), frozenset(key.refs)
    concerning = [each for each in history if type(each.event) in types and own <= each.tags]
    if not concerning:
        return view
    state, lies = view.state, dict(view.lies)
    for tagged in concerning:
        state = evolved(state, tagged.event, tagged.position)
        lies |= {tag: {**lies.get(tag, {}), **around} for tag, around in _told(tagged)}
    return View(state, lies)


def folded(views: Mapping[Key, View], history: Iterable[Tagged]) -> dict[Key, View]:
    """Each of the views, after the events of the history that concern it."""
    found = History(enumerate(history, 1))
    return {key: seen(key, view, found.after(0, key)) for key, view in views.items()}


def _told(tagged: Tagged) -> Iterator[tuple[str, Around]]:
    """Of which things the event says that they are there, and where."""
    born = _bears(type(tagged.event))
    for tag in tagged.tags:
        kind = tag.partition(":")[0]
        if kind in born:
            around = {each.partition(":")[0]: each for each in tagged.tags}
            yield tag, {each: around[each] for each in ancestors(kind) if each in around}


@memo
def _bears(event: type[Event]) -> frozenset[str]:
    """The kinds that the event is of the life of."""
    return frozenset(kind for kind, state in KINDS.items() if event in handled(state))
