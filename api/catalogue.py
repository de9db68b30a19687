"""What the API is made of: the events, rows, decisions and figures that the product declares."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import domain.rooms  # noqa: F401 - all contexts are loaded before the schema is made of them
import projections.rooms  # noqa: F401
from domain.decisions import DECISIONS, Decision
from domain.events import EVENTS, Audience, Event
from domain.refusals import REFUSALS, Refusal
from projections.figures import FIGURES, FigureSpec
from projections.rows import ROWS, Row, kind_of
from projections.tables import projections as read_models

__all__ = ["Catalogue", "product"]


class Catalogue:
    """The declarations that one schema is made of."""

    def __init__(
        self,
        rows: Iterable[type[Row]],
        events: Iterable[type[Event]],
        decisions: Iterable[Decision],
        figures: Iterable[FigureSpec],
        refusals: Iterable[type[Refusal]] = (),
    ) -> None:
        self.rows, self.refusals = tuple(rows), tuple(refusals)
        self.decisions = tuple(d for d in decisions if (d.roles or d.anyone) and not d.apart)
        """Those that people may take by a mutation; the others are the system's own, or have a face of their own."""
        self.events: Mapping[str, type[Event]] = {event.__name__: event for event in events}
        self.figures: Mapping[str, FigureSpec] = {figure.key: figure for figure in figures}

    @cached_property
    def nodes(self) -> Mapping[str, type[Row]]:
        """By kind, the row class that shows the things of the kind: the first that is about them."""
        found: dict[str, type[Row]] = {}
        for row in self.rows:
            if (kind := kind_of(row)) is not None:
                found.setdefault(kind, row)
        return found

    def hidden(self, audience: Audience) -> frozenset[str]:
        """The kinds of things that an audience is not shown: not by their fields, and not by asking for them."""
        return frozenset(self.nodes.keys() - {kind for kind, _ in self.visible(audience)})

    def visible(self, audience: Audience) -> Iterable[tuple[str, type[Row]]]:
        return ((kind, row) for kind, row in self.nodes.items() if audience.sees(row.audience))

    @cached_property
    def version(self) -> str:
        """Of the projections: the same rows are made of the same events as long as it is the same."""
        return hashlib.sha256("".join(each.fingerprint for each in read_models()).encode()).hexdigest()[:16]


def product() -> Catalogue:
    """Only what is declared in the product, whoever else has declared something in this process."""
    return Catalogue(
        (row for row in ROWS if _own(row)),
        (event for event in EVENTS.values() if _own(event)),
        (decision for decision in DECISIONS.values() if _own(decision.function)),
        (figure for figure in FIGURES.values() if figure.row is None or _own(figure.row)),
        (refusal for refusal in REFUSALS.values() if _own(refusal)),
    )


def _own(thing: Any) -> bool:
    return thing.__module__.partition(".")[0] in {"domain", "projections", "infra"}
