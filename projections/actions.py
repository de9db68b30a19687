"""Actions as people see them: what pairs did together, and which were idle in a quarter (BR-64)."""

from datetime import date
from typing import ClassVar

from domain import actions, exhibits, places, units
from domain.events import Ref
from domain.words import describe
from projections.gaps import gap, holding
from projections.ledgers import Ledger
from projections.pairings import Pairing
from projections.reports import Report
from projections.rows import Changes, Row, around, by, new
from projections.units import PartnerUnit

describe(
    paired=("How many pairs there were on the day.", "当日结对数。"),
    joint_actions_done=(
        "How many joint actions there were in the quarter up to the day.",
        "当季截至当日的联合行动数。",
    ),
    idle_units=("The units with a pair and no joint action in that quarter.", "当季无联合行动的结对单位。"),
    idle_compounds=("The compounds whose pair had no joint action in that quarter.", "当季无联合行动的结对小区。"),
)


class JointAction(Row, frozen=True, kw_only=True):
    """Something that a compound and its partner unit did together.
    单位与小区的联合行动。"""

    id: Ref[actions.JointAction]
    compound: Ref[places.Compound]
    community: Ref[places.Community] | None
    unit: Ref[units.PartnerUnit]
    joint_action_kind: actions.JointActionKind
    acted_on: date
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()

    on: ClassVar[Changes] = {actions.JointActionLogged: new(community=around("community"))}
    lists: ClassVar = (by("compound"), by("community"), by("unit"), by("joint_action_kind"))
    orders: ClassVar = ("acted_on",)


IdleUnit = Ref[units.PartnerUnit]
IdleCompound = Ref[places.Compound]


class JointWorkReport(Report):
    """How pairs worked together in the quarter of a day, up to that day (BR-64).
    某日所在季度结对共建情况（截至当日）。"""

    paired: int
    joint_actions_done: int
    idle_units: tuple[IdleUnit, ...]
    idle_compounds: tuple[IdleCompound, ...]

    of: ClassVar = Ledger
    name: ClassVar = "jointWork"
    rows: ClassVar = (Pairing, JointAction)
    sql: ClassVar = """
        with pair as (
            select p.compound, p.unit from {Pairing} p where p.ledger = {ledger}
                and p.since <= {on} and coalesce({on} < p.until, true)),
        done as (
            select a.compound, a.unit from {JointAction} a where a.ledger = {ledger}
                and date_trunc('quarter', {on}::date)::date <= a.acted_on and a.acted_on <= {on})
        select (select count(*) from pair)::int as paired, (select count(*) from done)::int as joint_actions_done,
            array(select distinct unit from pair where unit not in (select unit from done) order by unit)
                as idle_units,
            array(select compound from pair where (compound, unit) not in (select compound, unit from done)
                order by compound) as idle_compounds"""


gap(
    PartnerUnit,
    "WITHOUT_JOINT_ACTION",
    "有结对而本季无联合行动",
    "Paired, and no joint action in the quarter up to the day",
    f"""exists (select from {holding(Pairing, "unit")})
        and not exists (select from {{JointAction}} y where y.ledger = {{a}}.ledger and y.unit = {{a}}.id
            and date_trunc('quarter', {{on}}::date)::date <= y.acted_on and y.acted_on <= {{on}})""",
    reads=(Pairing, JointAction),
)
