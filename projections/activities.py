"""Activities as people see them: when they were held, who took part, whom they reached."""

from datetime import date
from typing import ClassVar

from domain import activities, merchants, places, units
from domain.activities import ActivityKind
from domain.events import Ref
from projections.figures import counts, sums
from projections.rows import Changes, Row, by, its, new, put


class Activity(Row, frozen=True, kw_only=True):
    """An activity of a community, with its outcome in numbers once that is recorded.
    社区活动及其成效。"""

    id: Ref[activities.Activity]
    community: Ref[places.Community]
    activity_kind: ActivityKind
    name: str
    planned: date
    held: date | None = None
    cancelled: date | None = None
    merchant_count: int = 0
    service_count: int = 0
    resident_count: int = 0

    on: ClassVar[Changes] = {
        activities.ActivityScheduled: new(),
        activities.ActivityHeld: put(held=its.held),
        activities.ActivityCancelled: put(cancelled=its.cancelled),
        activities.ActivityOutcomeRecorded: put(
            merchant_count=its.merchant_count,
            service_count=its.service_count,
            resident_count=its.resident_count,
        ),
    }
    plural: ClassVar = "activities"
    lists: ClassVar = (by("community"), by("activity_kind"), by("held"))
    orders: ClassVar = ("planned", "held", "resident_count")
    measures: ClassVar = ("merchant_count", "service_count", "resident_count")


def participation(event: activities.ParticipantAdded) -> str:
    return f"{event.activity}@{event.participant}"


class Participation(Row, frozen=True, kw_only=True):
    """A merchant or unit that takes part in an activity.
    商户或单位参与一次活动。"""

    id: str
    activity: Ref[activities.Activity]
    community: Ref[places.Community]
    participant: Ref[merchants.Merchant | units.PartnerUnit]

    on: ClassVar[Changes] = {activities.ParticipantAdded: new(key=participation)}
    lists: ClassVar = (by("activity"), by("participant"), by("community"))


def fair(row: Activity) -> bool:
    return row.activity_kind is ActivityKind.VOLUNTEER_FAIR and row.held is not None


sums(
    "foodFestivalMerchants",
    "美食节参与商户",
    "Merchants at food festivals",
    Activity,
    lambda row: row.merchant_count,
    where=lambda row: row.activity_kind is ActivityKind.FOOD_FESTIVAL and row.held is not None,
)
sums(
    "volunteerFairMerchants",
    "志愿服务大赶集商户",
    "Merchants at volunteer fairs",
    Activity,
    lambda row: row.merchant_count,
    where=fair,
)
sums(
    "volunteerFairServices",
    "志愿服务大赶集服务项目",
    "Services at volunteer fairs",
    Activity,
    lambda row: row.service_count,
    where=fair,
)
sums(
    "volunteerFairResidents",
    "志愿服务大赶集服务居民",
    "Residents served at volunteer fairs",
    Activity,
    lambda row: row.resident_count,
    where=fair,
)
counts(
    "yonganJointActivities",
    "联合活动",
    "Joint activities held",
    Activity,
    where=lambda row: row.activity_kind is ActivityKind.JOINT_ACTIVITY and row.held is not None,
)
