"""What a batch of commands comes to, each seeing what those before it did, and no more than its own keys show."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from domain.execution import Command, Opening, decide
from domain.recording import CommandIdReused
from domain.refusals import Refusal
from domain.states import Key
from domain.views import View, folded
from infra.receipts import check_id, fingerprint
from infra.sealing import Decided

__all__ = ["decide_all", "looked_at"]


@contextmanager
def _naming(command: Command) -> Iterator[None]:
    """The command that is to blame is told with the refusal."""
    try:
        yield
    except Refusal as refusal:
        refusal.add_note(command.id)
        raise


def looked_at(commands: Iterable[Command]) -> tuple[Key, ...]:
    """All that the commands look at, once; refuses what cannot be a command."""
    keys: dict[Key, None] = {}
    for command in commands:
        with _naming(command):
            check_id(command)
            keys |= dict.fromkeys(command.looked_at)
    return tuple(keys)


def decide_all(
    commands: Sequence[Command],
    views: Mapping[Key, View],
    secret: bytes,
    *,
    known: Mapping[str, str],
    latest: Mapping[str, int],
    opening: Opening = str,
) -> list[Decided]:
    """What those commands come to that are not among the `known` ones, whose digests are given."""
    seen, done = dict(known), set(known)
    unfolding = Unfolding(views)
    decided: list[Decided] = []
    for command in commands:
        with _naming(command):
            digest = fingerprint(command, secret)
            if seen.setdefault(command.id, digest.hex()) != digest.hex():
                raise CommandIdReused(command.id)
            if command.id in done:
                continue
            outcome = decide(command, unfolding.of(command.looked_at), latest.get(command.node, 0), opening)
        done.add(command.id)
        decided.append(Decided(command, digest, outcome))
        if len(commands) > 1:
            unfolding.add(decided[-1])
    return decided


class Unfolding:
    """Views that go on from one command to the next."""

    def __init__(self, views: Mapping[Key, View]) -> None:
        self._views = dict(views)
        self._by_ref: dict[str, list[Key]] = defaultdict(list)
        for key in views:
            self._by_ref[key.refs[0]].append(key)

    def of(self, keys: Iterable[Key]) -> dict[Key, View]:
        return {key: self._views[key] for key in keys}

    def add(self, decided: Decided) -> None:
        events = decided.outcome.events
        tags = {tag for tagged in events for tag in tagged.tags}
        concerned = {key: self._views[key] for tag in tags for key in self._by_ref.get(tag, ())}
        self._views |= folded(concerned, events)
