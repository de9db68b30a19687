"""A small invented world that has every construct the compiler knows, and rows that are hard to serialise.

Nothing here is left in the registries of the product: other tests look at those.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from api.catalogue import Catalogue, product
from domain.decisions import DECISIONS
from domain.events import EVENTS, Audience, Confidential, Event, Hundredths, Personal, Position, Purpose, Ref
from domain.states import KINDS, State
from domain.words import Labelled, Words
from projections.figures import FigureSpec, Unit
from projections.gaps import gap, without
from projections.reports import Report
from projections.rows import By, Row, by

REGISTRIES: tuple[dict[str, Any], ...] = (EVENTS, KINDS, DECISIONS)
before = [set(registry) for registry in REGISTRIES]


class Colour(Labelled):
    """What a cottage is painted.
    房屋颜色。"""

    RED = "Red", "红"
    BLUE = "Blue", "蓝"


class Reach(Purpose):
    """To reach somebody.
    联系。"""


class Hamlet(State):
    """A hamlet.
    村落。"""

    id: Ref["Hamlet"]


class Cottage(State):
    """A cottage.
    房屋。"""

    id: Ref["Cottage"]


class Lodger(State, natural=True):
    """Who lives there.
    住户。"""

    id: Ref["Lodger"]


class Hedge(State):
    """A thing that no row shows.
    没有读模型的事物。"""

    id: Ref["Hedge"]


class CottageBuilt(Event):
    """A cottage was built.
    建房。"""

    cottage: Ref[Cottage]
    hamlet: Ref[Hamlet]
    colour: Colour
    area: Hundredths
    areas: tuple[Hundredths, ...] | None
    built: date | None
    seen: datetime
    floors: int
    open: bool
    thing: Ref[Any] | None
    neighbours: tuple[Ref[Cottage], ...]
    hedge: Ref[Hedge] | None = None
    rooms: int = 3
    spots: tuple[Ref[Cottage | Hedge], ...] = ()
    spot: Ref[Hamlet | Cottage] | None = None
    colours: tuple[Colour, ...] = (Colour.RED,)


class CottageLet(Event, audience=Audience.STAFF):
    """A cottage was let.
    租房。"""

    cottage: Ref[Cottage]
    lodger: Ref[Lodger]
    full_name: Personal[Reach]
    things: tuple[Ref[Any], ...] = ()


class CottagePainted(Event, audience=Audience.PARTIES):
    """A cottage was painted.
    粉刷。"""

    cottage: Ref[Cottage]
    colour: Colour


class CottageCorrected(Event):
    """What was said of a cottage was wrong.
    更正。"""

    corrects: Position
    why: Confidential
    cottage: Ref[Cottage]
    also: Position | None = None


class CottageVoided(Event, audience=Audience.PARTIES):
    """A cottage never was.
    作废。"""

    voids: Position
    cottage: Ref[Cottage]


class HamletRow(Row, frozen=True, kw_only=True):
    """A hamlet.
    村落。"""

    registered: ClassVar = False
    id: Ref[Hamlet]
    name: str


class CottageRow(Row, frozen=True, kw_only=True):
    """A cottage.
    房屋。"""

    registered: ClassVar = False
    plural: ClassVar = "cottages"
    varies: ClassVar = (
        *("other_hamlet", "lodger", "colour", "colours", "areas", "seen", "days", "floors", "open", "note"),
        *("secret", "rumour", "thing", "neighbours", "hedges"),
    )
    id: Ref[Cottage]
    hamlet: Ref[Hamlet]
    other_hamlet: Ref[Hamlet] | None = None
    lodger: Ref[Lodger] | None = None
    colour: Colour
    colours: tuple[Colour, ...] = ()
    area: Hundredths
    areas: tuple[Hundredths, ...] | None = None
    built: date | None = None
    seen: datetime
    sights: tuple[datetime, ...] = ()
    days: tuple[date, ...] | None = None
    floors: int
    open: bool
    note: str | None = None
    notes: tuple[str, ...] = ()
    secret: Personal[Reach] | None = None
    rumour: Confidential | None = None
    thing: Ref[Any] | None = None
    things: tuple[Ref[Any], ...] = ()
    neighbours: tuple[Ref[Cottage], ...] | None = None
    hedge: Ref[Hedge] | None = None
    hedges: tuple[Ref[Hedge], ...] = ()
    spot: Ref[Hamlet | Cottage | Lodger] | None = None
    spots: tuple[Ref[Hamlet | Cottage | Lodger], ...] = ()

    lists: ClassVar[tuple[By, ...]] = (
        by("hamlet"),
        by("other_hamlet"),
        by("colour"),
        by("colours"),
        by("lodger"),
        by("thing"),
        by("spot"),
        by("spots"),
        by("open"),
        by("built"),
        by("note"),
        by("area"),
    )
    orders: ClassVar = ("note", "floors", "built", "seen", "area")
    measures: ClassVar = ("floors", "area")


class LodgerRow(Row, frozen=True, kw_only=True):
    """Who lives there.
    住户。"""

    registered: ClassVar = False
    plural: ClassVar = "lodgers"
    varies: ClassVar = ("full_name", "cottage")
    audience: ClassVar = Audience.STAFF
    id: Ref[Lodger]
    full_name: Personal[Reach]
    cottage: Ref[Cottage]
    lists: ClassVar[tuple[By, ...]] = (by("cottage"),)


class CottageTally(Row, frozen=True, kw_only=True):
    """What is counted of a cottage.
    房屋计数。"""

    registered: ClassVar = False
    plural: ClassVar = "cottageTallies"
    varies: ClassVar = ("visits",)
    id: Ref[Cottage]
    visits: int = 0


class Lane(Row, frozen=True, kw_only=True):
    """A lane, which is no thing of its own.
    巷道。"""

    registered: ClassVar = False
    id: str
    hamlet: Ref[Hamlet]
    end: Ref[Hamlet | Cottage]
    lists: ClassVar[tuple[By, ...]] = (by("hamlet"), by("end"))


class Stay(Row, frozen=True, kw_only=True):
    """Somebody in a cottage, from a day to a day.
    一次居住。"""

    registered: ClassVar = False
    varies: ClassVar = ("gone", "until", "beds", "voided")
    ends: ClassVar = ("gone", "until")
    id: str
    cottage: Ref[Cottage]
    beds: int
    since: date
    until: date | None = None
    gone: date | None = None
    voided: bool
    lists: ClassVar[tuple[By, ...]] = (by("cottage"), by("beds"))
    orders: ClassVar = ("since", "until")
    measures: ClassVar = ("beds",)


class Roof(Row, frozen=True, kw_only=True):
    """What a cottage is covered with, until the next.
    屋面，至下一条为止。"""

    registered: ClassVar = False
    varies: ClassVar = ("cottage", "since")
    until_next: ClassVar = "cottage"
    id: str
    cottage: Ref[Cottage]
    since: date
    lists: ClassVar[tuple[By, ...]] = (by("cottage"),)


without(CottageRow, "WITHOUT_STAY", "无人居住", "Nobody stays", what=Stay, by="cottage")
without(CottageRow, "WITHOUT_WIDE_STAY", "无多人居住", "No stay of many", what=Stay, by="cottage", where="x.beds > 1")
gap(
    Stay,
    "OVERSTAYED",
    "逾期未退",
    "Past its end and not gone",
    "{a}.until <= {on} and coalesce({on} < {a}.gone, true)",
    columns=("until", "gone"),
    held=False,
)


class StayReport(Report):
    """Who has stayed by a day, where.
    截至某日的居住情况。"""

    beds: int
    cottage: Ref[Cottage]
    assigned: Position

    of: ClassVar = CottageRow
    name: ClassVar = "stayed"
    many: ClassVar = True
    rows: ClassVar = (Stay,)
    sql: ClassVar = """select s.beds, s.cottage, s.born as assigned, s.beds % 2 as n from {Stay} s
        where s.ledger = {ledger} and s.cottage = {id} and s.since <= {on}"""


ROWS: tuple[type[Row], ...] = (HamletRow, CottageRow, LodgerRow, CottageTally, Lane, Stay, Roof)
EVENT_TYPES: tuple[type[Event], ...] = (CottageBuilt, CottageLet, CottagePainted, CottageCorrected, CottageVoided)
COUNTS = [FigureSpec("cottages", Words("Cottages", "房屋"), Unit.COUNT, CottageRow)]
COUNTS += [FigureSpec("open", Words("Open ones", "开放"), Unit.COUNT, CottageRow)]
COUNTS += [FigureSpec("never", Words("Never counted", "未计"), Unit.COUNT, CottageRow)]
COUNTS += [FigureSpec("share", Words("Share", "占比"), Unit.PERCENT, of="open", over="cottages")]
COUNTS += [FigureSpec("none", Words("Share of none", "空占比"), Unit.PERCENT, of="never", over="never")]

COUNTS += [
    FigureSpec(
        "ground", Words("Ground", "面积"), Unit.SQUARE_METRE, CottageRow, amount=lambda row: row.area, scale=100
    ),
    FigureSpec("meanGround", Words("Mean", "均值"), Unit.SQUARE_METRE, of="ground", over="cottages", scale=100),
    FigureSpec("leastGround", Words("Least", "最小"), Unit.SQUARE_METRE, CottageRow, amount=int, scale=100, least=True),
    FigureSpec("leastOfNone", Words("None", "无"), Unit.SQUARE_METRE, CottageRow, amount=int, scale=100, least=True),
]

for registry, kept in zip(REGISTRIES, before, strict=True):
    for name in set(registry) - kept:
        registry.pop(name)


def catalogue() -> Catalogue:
    """The village beside ledgers, people and grants, which every schema has."""
    own = product()
    rows = [row for row in own.rows if row.__name__ in {"Ledger", "Person", "Grant"}]
    events = [
        each for each in own.events.values() if each.__module__ in {"domain.ledgers", "domain.people", "domain.grants"}
    ]
    return Catalogue([*rows, *ROWS], [*events, *EVENT_TYPES], [], COUNTS)
