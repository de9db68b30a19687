"""Corrections: no event is changed; a later one tells its facts anew, or says that it never was so (BR-84).

An event with a field `corrects` is the former, one with `voids` the latter, and the field is the position of what was
wrong. A state that lets its events be corrected keeps what stands of them by position, and asks here what may be done.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Generic, TypeVar

from domain.events import Event
from domain.refusals import Refusal
from domain.words import describe

__all__ = ["AlreadyVoided", "CorrectsNothing", "Standing", "check_on_record"]

describe(
    reason=(
        "Why; it names no private person, and only staff may read it.",
        "事由，不得载明个人信息，仅工作人员可见。",
    ),
    corrects=("What it corrects: the event at this position.", "所更正的事件（按其位置）。"),
    voids=("What it voids: the event at this position.", "所作废的事件（按其位置）。"),
)

E = TypeVar("E", bound=Event)
ABOUT_IT = frozenset({"corrects", "voids", "reason"})
"""What a correction says of itself, and not of the thing."""


class CorrectsNothing(Refusal):
    """Nothing of this kind was recorded about it at position {position}.
    位置 {position} 没有关于该事物的此类记录。"""

    rule = "BR-84"
    position: int
    possible: tuple[int, ...]


class AlreadyVoided(Refusal):
    """What was recorded at position {position} was voided already, at position {voided_at}.
    位置 {position} 的记录已在位置 {voided_at} 作废。"""

    rule = "BR-84"
    position: int
    voided_at: int


@dataclass(frozen=True)
class Standing(Generic[E]):
    """The events of a thing that may be corrected, by position, each as its latest correction has it."""

    facts: Mapping[int, E] = field(default_factory=dict)

    def noted(self, event: E, position: int) -> "Standing[E]":
        """An event that is not recorded yet has no position, and so cannot be corrected yet."""
        at = getattr(event, "corrects", position)
        return Standing({**self.facts, at: event}) if at else self

    def at(self, position: int) -> E:
        """What stands of the event at a position; refuses a position that is none of theirs."""
        check_on_record(position, self.facts)
        return self.facts[position]

    def corrected(self, right: Event) -> Iterator[Event]:
        """The correction, unless it says just what stands already."""
        wrong, told = self.at(right.corrects), (each.name for each in fields(right))  # type: ignore[attr-defined, arg-type]
        if any(getattr(right, name) != getattr(wrong, name) for name in told if name not in ABOUT_IT):
            yield right


def check_on_record(position: int, there: Collection[int], voided: Mapping[int, int] = MappingProxyType({})) -> None:
    """Refuse to correct or void what is not there, or was voided already (`voided`: where, by what was voided)."""
    if position in voided:
        raise AlreadyVoided(position, voided[position])
    if position not in there:
        raise CorrectsNothing(position, tuple(sorted(there)))
