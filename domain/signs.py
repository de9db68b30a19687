"""Signs: what hangs at a venue, in the county's order of sizes and ranks, and what may be written on it.

The county adopts the wordings that any venue may hang; beside them a venue hangs its own official name. Other signs are
not refused: they are found as unauthorised and taken down (BR-93).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from domain.decisions import New, Past, decision
from domain.events import Event, Ref
from domain.ledgers import Ledger
from domain.periods import in_order
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.venues import Venue
from domain.words import describe

describe(
    sign=("The signboard.", "牌匾。"),
    wording=("What is written on it.", "牌匾文字。"),
    wordings=("What any venue may hang.", "各阵地可统一悬挂的牌匾文字。"),
    width_mm=("Its width in millimetres.", "宽度（毫米）。"),
    height_mm=("Its height in millimetres.", "高度（毫米）。"),
    rank=("Its place in the order of hanging, 1 first.", "悬挂次序，1 为首位。"),
)


class SignWordingsAdopted(Event):
    """From a date on, any venue may hang these.
    统一牌匾名称。"""

    ledger: Ref[Ledger]
    wordings: tuple[str, ...]
    since: date


class SignHung(Event):
    """A sign hangs at a venue from a date on.
    悬挂牌匾。"""

    sign: Ref["Sign"]
    venue: Ref[Venue]
    wording: str
    width_mm: int
    height_mm: int
    rank: int
    since: date


class SignRemoved(Event):
    """A sign that hung since one date was taken down on another.
    摘除牌匾。"""

    sign: Ref["Sign"]
    venue: Ref[Venue]
    since: date
    ended: date


class SignUnfit(Refusal):
    """A sign has a width, a height and a rank from 1 on; given were {width_mm} and {height_mm} mm, rank {rank}.
    牌匾须有宽、高，次序自 1 起；所填为宽 {width_mm}、高 {height_mm} 毫米，次序 {rank}。"""

    width_mm: int
    height_mm: int
    rank: int


class SignDown(Refusal):
    """This sign was taken down on {ended}.
    该牌匾已于 {ended} 摘除。"""

    rule = "BR-93"
    ended: date


class Sign(State, within=Venue):
    """A signboard at a venue.
    阵地牌匾。"""

    id: Ref["Sign"]
    venue: Ref[Venue] = Ref()
    since: date = date.min
    ended: date | None = None

    def evolve(self, event: SignHung | SignRemoved) -> "Sign":
        if isinstance(event, SignRemoved):
            return replace(self, ended=event.ended)
        return replace(self, venue=event.venue, since=event.since)


class Wordings(State):
    """What any venue may hang.
    统一牌匾名称。"""

    id: Ref[Ledger]
    wordings: tuple[str, ...] = ()
    since: date = date.min

    def evolve(self, event: SignWordingsAdopted) -> "Wordings":
        return replace(self, wordings=event.wordings, since=event.since)


@decision(roles={Role.COUNTY})
def adopt_sign_wordings(ledger: Wordings, *, wordings: tuple[str, ...], since: Past) -> Iterator[Event]:
    """Adopt the wordings that any venue may hang, in place of the former ones.
    统一规定各阵地可悬挂的牌匾名称，取代此前规定。"""
    if wordings != ledger.wordings:
        in_order(ledger.since, since)
        yield SignWordingsAdopted(ledger.id, wordings, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def hang(
    sign: New[Sign], venue: Venue, *, wording: str, width_mm: int, height_mm: int, rank: int, since: Past
) -> Iterator[Event]:
    """Hang a sign at a venue.
    悬挂牌匾。"""
    venue.check_open(since)
    if not (width_mm and height_mm and rank):
        raise SignUnfit(width_mm, height_mm, rank)
    yield SignHung(sign.id, venue.id, wording, width_mm, height_mm, rank, since)


@decision(roles={Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.BRANCH})
def remove(sign: Sign, *, ended: Past) -> Iterator[Event]:
    """Take a sign down.
    摘除牌匾。"""
    if sign.ended == ended:
        return
    if sign.ended is not None:
        raise SignDown(sign.ended)
    in_order(sign.since, ended)
    yield SignRemoved(sign.id, sign.venue, sign.since, ended)
