"""What an answer is cited by: each ledger and position that it was read at, and the head that was signed by then.

`ledger` where all of it was read at one moment of one ledger, `ledgers` otherwise. All of it is settled once the
position is recorded, so that the same question about that position is answered with the same bytes for ever, where it
is compiled; what the standard executor answers is the same JSON.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from api.errors import Problem
from api.moments import CODES, HEAD, SIGNED_POSITION, plain_known_at
from api.reading import Fetch
from api.statement import Read, built, literal

__all__ = ["Reading", "citation", "plain_citation"]

Reading = tuple[str | None, Any]
"""A ledger (None: every one) and the moment that it was read at (None: now)."""

SIGNED = """left join lateral (
    select s.position, s.root from checkpoint s where s.ledger = {0}.ledger and s.position = {1}) c on true"""
ROOT = "select position, root from checkpoint where ledger = $1 and position = " + SIGNED_POSITION.format(
    ledger="$1", until="$2"
)


def citation(readings: Sequence[Read], version: str) -> str:
    """The extensions of an answer, of what its root fields read."""
    if not readings:
        return "null::json"
    if len(readings) > 1 or readings[0].every:
        return _of_several(readings, version)
    [(at, _)] = readings
    position = at.known or "p.position"
    signed = SIGNED.format("p", SIGNED_POSITION.format(ledger="p.ledger", until=position))
    one = built([("ledger", _entry("p.ledger", position, version))])
    return f"(select {one} from projector p {signed} where p.ledger = {at.ledger})"


def _of_several(readings: Sequence[Read], version: str) -> str:
    """Each once, in the order met; the ledgers of a root field that reads them all by their codes."""
    met = " union all ".join(f"select {n}, {_met(each)}" for n, each in enumerate(readings))
    position = "coalesce(r.known, p.position)"
    joined = f"({met}) r(n, ledger, known) join projector p on p.ledger = r.ledger group by p.ledger, {position}"
    each = f"select min(r.n) as n, p.ledger, {position} as position from {joined}"
    signed = SIGNED.format("e", SIGNED_POSITION.format(ledger="e.ledger", until="e.position"))
    entry = _entry("e.ledger", "e.position", version)
    several = built([("ledgers", f"json_agg({entry} order by e.n, e.ledger)")])
    alone = built([("ledger", f"(array_agg({entry}))[1]")])
    least = 0 if any(read.every for read in readings) else 1
    told = f"case when count(*) > {least} then {several} when count(*) = 1 then {alone} end"
    return f"(select {told} from ({each}) e {signed})"


def _met(read: Read) -> str:
    at, every = read
    return f"{at.ledger}, {at.known or 'null'}::bigint{every and f' from {every}'}"


def _entry(ledger: str, position: str, version: str) -> str:
    root = "encode(c.root, 'hex')"
    pairs = [("code", ledger), ("position", position), ("signed", "c.position"), ("root", root)]
    return built([*pairs, ("projections", literal(version))])


async def plain_citation(fetch: Fetch, readings: Iterable[Reading], version: str) -> dict[str, Any]:
    """The same, plainly; what could not be read is not cited."""
    found: dict[tuple[str, int], Any] = {}
    every = False
    for ledger, moment in readings:
        every = every or ledger is None
        codes = [ledger] if ledger is not None else [row["ledger"] for row in await fetch(CODES)]
        for code in codes:
            if (position := await _position(fetch, code, moment)) is not None:
                found.setdefault((code, position), await _cited(fetch, code, position, version))
    entries = list(found.values())
    return {} if not entries else {"ledger": entries[0]} if len(entries) == 1 and not every else {"ledgers": entries}


async def _position(fetch: Fetch, ledger: str, moment: Any) -> int | None:
    try:
        known = await plain_known_at(fetch, ledger, moment)
    except Problem:
        return None
    rows = await fetch(HEAD, ledger)
    return None if not rows else int(rows[0]["position"]) if known is None else known


async def _cited(fetch: Fetch, ledger: str, position: int, version: str) -> dict[str, Any]:
    rows = await fetch(ROOT, ledger, position)
    signed, root = (rows[0]["position"], rows[0]["root"].hex()) if rows else (None, None)
    return {"code": ledger, "position": position, "signed": signed, "root": root, "projections": version}
