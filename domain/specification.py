"""Given what happened, when somebody decides, then this happened: how rules are tested.

`given(Opened(...)).when(rate, round=R1, rater=R7, score=800).then(RatingGiven(...))` or `.refused(RoundClosed)`; to be
told the numbers too, compare `.refused(RoundClosed(at=…))`. Things born take the id of `born(kind)`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Self

from domain.bodies import CHINA
from domain.decisions import Decision, new_ref
from domain.events import Event, Ref
from domain.execution import Actor, Command, Tagged, execute, queries, tagged
from domain.refusals import Refusal

__all__ = ["NOON", "Scenario", "born", "given"]

NOON = datetime(2025, 3, 1, 12, tzinfo=CHINA)
SYSTEM = Actor()


def born(kind: str, command: str = "command") -> Ref[Any]:
    """The id that a thing brought into being by the tested command gets."""
    return new_ref(kind, command)


def given(*events: Event) -> "Scenario":
    """The history before: tags follow from references and surroundings, as in the event store."""
    return Scenario(tuple(_recorded(tagged(events, []))))


def _recorded(history: Iterable[Tagged]) -> Iterator[Tagged]:
    return (each._replace(position=position) for position, each in enumerate(history, 1))


@dataclass(frozen=True)
class Scenario:
    """A history, and the events or the refusal that the last decision added."""

    history: tuple[Tagged, ...]
    new: tuple[Event, ...] = ()
    refusal: Refusal | None = None
    now: datetime = NOON

    def on(self, day: date) -> Self:
        """From here on it is noon of that day."""
        return replace(self, now=datetime.combine(day, time(12), CHINA))

    def when(
        self,
        decision: Decision,
        *,
        now: datetime | None = None,
        actor: Actor = SYSTEM,
        command: str = "command",
        occurred: datetime | None = None,
        backdated_reason: str | None = None,
        **inputs: Any,
    ) -> Self:
        """Take a decision; its events join the history, so that one may go on with `.when`."""
        self._assert_accepted()
        wish = Command(command, decision, inputs, actor, now or self.now, occurred, None, backdated_reason)
        try:
            outcome = execute(wish, self._looked_at(wish))
        except Refusal as refusal:
            return replace(self, new=(), refusal=refusal)
        return replace(
            self, history=tuple(_recorded((*self.history, *outcome.events))), new=tuple(t.event for t in outcome.events)
        )

    def then(self, *events: Event) -> Self:
        """Exactly these events happened."""
        self._assert_accepted()
        assert self.new == events, f"happened: {self.new}"
        return self

    def tagged(self, *tags: Iterable[str]) -> Self:
        """The new events carry exactly these tags, one set each."""
        assert [set(t.tags) for t in self.history[len(self.history) - len(self.new) :]] == [set(each) for each in tags]
        return self

    def refused(self, expected: type[Refusal] | Refusal) -> Self:
        """The decision was refused for this reason, with these numbers if an instance is given."""
        assert self.refusal is not None, f"happened: {self.new}"
        if isinstance(expected, Refusal):
            assert (type(self.refusal), self.refusal.details) == (type(expected), expected.details)
        else:
            assert type(self.refusal) is expected, repr(self.refusal)
        return replace(self, refusal=None)

    def _looked_at(self, command: Command) -> list[Tagged]:
        """Just what the event store would load: a decision that needs more than it asks for is found out."""
        asked = queries(command)
        return [tagged for tagged in self.history if any(query.matches(tagged) for query in asked)]

    def _assert_accepted(self) -> None:
        assert self.refusal is None, str(self.refusal)
