"""Counting: the figures of a batch, from the rows that changed in it and the things that were counted before.

Pure, and the same for any cut of the history into batches: what one event does to a count is summed before it shows.
"""

from collections.abc import Mapping
from typing import NamedTuple

from projections.figures import FIGURES, Counted, Figure, counting, figures_of
from projections.folding import Batch, Share
from projections.rows import Row

__all__ = ["Movement", "count", "counted_keys", "movements"]

FIRST = 1


class Movement(NamedTuple):
    """By how many rows, and by what amount, more or less a thing counts from a position on."""

    position: int
    figure: str
    thing: str
    step: int
    amount: int

    @property
    def key(self) -> str:
        return f"{self.figure}|{self.thing}"


def movements(batch: Batch) -> list[Movement]:
    """What the batch does to the counts, in the order of events."""
    steps: dict[tuple[int, str, str], tuple[int, int]] = {}
    for each in batch.transitions:
        for spec in counting(each.row):
            was, now = spec.things(each.before), spec.things(each.after)
            if was != now:
                for step, things in ((-1, was), (1, now)):
                    for thing, amount in things:
                        at = (each.position, spec.key, thing)
                        rows, sum_ = steps.get(at, (0, 0))
                        steps[at] = rows + step, sum_ + step * amount
    return [Movement(*at, *step) for at, step in steps.items() if any(step)]


def counted_keys(moved: list[Movement]) -> set[str]:
    return {movement.key for movement in moved}


def count(
    batch: Batch, moved: list[Movement], counted: Mapping[str, Row | None], figures: Mapping[str, Row | None]
) -> None:
    """Add to the batch what became of the counted things and of the figures."""
    things, numbers = Share(counted), Share(figures)
    batch.shares |= {Counted: things, Figure: numbers}
    if batch.after < FIRST <= batch.position:
        _begin(numbers)
    turned: dict[tuple[int, str], int] = {}
    for movement in moved:
        if turn := _move(things, movement):
            at = (movement.position, movement.figure)
            turned[at] = turned.get(at, 0) + turn
    for (position, figure), step in turned.items():
        for key, part in figures_of(figure) if step else ():
            _turn(numbers, key, part, step, position)


def _begin(numbers: Share) -> None:
    """Every figure is told from the first event on, and then is nought."""
    for spec in FIGURES.values():
        numbers.put(None, _nought(spec.key, FIRST), FIRST)


def _nought(key: str, position: int) -> Figure:
    over = None if FIGURES[key].over is None else 0
    return Figure(id=key, value=0, denominator=over, born=position, known_since=position)


def _move(things: Share, movement: Movement) -> int:
    """Count a thing; by how much its figure turns: 1 if it now counts and did not, -1 if it no longer does, or its
    amount."""
    position, figure, thing, step, amount = movement
    before: Counted | None = things.get(movement.key)
    was, born, since = (before.n, before.born, before.position) if before else (0, position, position)
    after = Counted(
        born=born,
        known_since=position,
        id=movement.key,
        figure=figure,
        thing=thing,
        n=was + step,
        amount=(before.amount if before else 0) + amount,
        position=since if was and not amount else position,
    )
    things.put(before, after, position)
    return (after.n > 0) - (was > 0) if FIGURES[figure].amount is None else amount


def _turn(numbers: Share, key: str, part: str, step: int, position: int) -> None:
    before: Figure = numbers.get(key) or _nought(key, position)
    value, over = before.value, before.denominator
    if part == "value":
        value += step
    else:
        over = (over or 0) + step
    after = Figure(id=key, value=value, denominator=over, born=before.born, known_since=position)
    numbers.put(before, after, position)
