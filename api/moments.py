"""As known at: an earlier position or time of a ledger, in SQL and plainly."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import strawberry

from api.declared import Argument, optional
from api.errors import PositionBeyondHead, TimeAhead
from api.reading import Fetch
from api.scalars import Position
from api.selections import Getter
from api.statement import At, Statement

__all__ = ["CODES", "HEAD", "MOMENT_ARGUMENTS", "SIGNED_POSITION", "Moment", "everywhere", "known_at", "plain_known_at"]

THEN = "gongzhi.position_at({}, {})"
PLAINLY = f"select {THEN.format('$1', '$2')} as position, $2::timestamptz > now() as ahead"
HEAD = "select position from projector where ledger = $1"
CODES = "select ledger from projector order by ledger"
SIGNED_POSITION = """coalesce(
    (select max(position) from checkpoint where ledger = {ledger} and position < {until}),
    (select min(position) from checkpoint where ledger = {ledger}))"""
"""Of the latest head signed before a position was recorded, or of the first, signed with the first events.

A head at the position itself may be signed a second later or never: what is told of a position must not wait for it."""


@strawberry.input(
    one_of=True, description="An earlier state: exactly one of a position or a time.\n较早的状态：位置或时间，择一。"
)
class Moment:
    position: Position | None = strawberry.field(
        default=strawberry.UNSET, description="As of this position.\n截至此位置。"
    )
    time: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="As the ledger had it at this time.\n截至此时刻账本所记。"
    )


MOMENT_ARGUMENTS = (
    Argument(
        "asKnownAt", optional(Moment), "Answer as the ledger knew it then; none: now.\n按账本当时所知回答；空为现在。"
    ),
    Argument(
        "atLeast",
        optional(Position),
        "Wait until this position can be read, for at most five seconds.\n等待至此位置可读，最多五秒。",
    ),
)


def known_at(statement: Statement, ledger: str, moment: Getter | None) -> At:
    """Where a root field reads; a position or time that is not there yet is for the standard executor to refuse."""
    if moment is None:
        return At(ledger)
    if statement.now(moment).get("position") is not None:
        known = statement.parameter(lambda inputs: moment(inputs)["position"], "bigint")
        statement.checks.append(f"{known} > (select p.position from projector p where p.ledger = {ledger})")
        return At(ledger, known)
    table, time = statement.alias(), _time(statement, moment)
    statement.tables.append(f"{table} as materialized (select {THEN.format(ledger, time)} as position)")
    return At(ledger, f"(select {table}.position from {table})")


def everywhere(statement: Statement, moment: Getter | None) -> tuple[str, At]:
    """All ledgers as what stands after FROM, and where each is read."""
    p = statement.alias()
    if moment is None:
        return f"projector {p}", At(f"{p}.ledger")
    if statement.now(moment).get("position") is not None:
        known = statement.parameter(lambda inputs: moment(inputs)["position"], "bigint")
        statement.checks.append(f"exists (select from projector p where p.position < {known})")
        return f"projector {p}", At(f"{p}.ledger", known)
    table, time = statement.alias(), _time(statement, moment)
    then = f"select p.ledger, {THEN.format('p.ledger', time)} as position from projector p"
    statement.tables.append(f"{table} as materialized ({then})")
    return f"{table} {p}", At(f"{p}.ledger", f"{p}.position")


def _time(statement: Statement, moment: Getter) -> str:
    time = statement.parameter(lambda inputs: moment(inputs)["time"], "timestamptz")
    statement.checks.append(f"{time} > now()")
    return time


async def plain_known_at(fetch: Fetch, ledger: str, moment: Moment | Mapping[str, Any] | None) -> int | None:
    """`moment` as an argument of a resolver, or as graphql-core coerces it."""
    if moment is None:
        return None
    given = moment if isinstance(moment, Mapping) else vars(moment)
    position = given.get("position")
    if position is None or position is strawberry.UNSET:
        [row] = await fetch(PLAINLY, ledger, given["time"])
        if row["ahead"]:
            raise TimeAhead(given["time"].isoformat())
        return int(row["position"])
    heads = await fetch(HEAD, ledger)
    if heads and position > heads[0]["position"]:
        raise PositionBeyondHead(position, heads[0]["position"])
    return int(position)
