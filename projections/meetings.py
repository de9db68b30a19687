"""Meetings as people see them: which bodies meet by a cadence, and each meeting with who was there."""

from datetime import date
from typing import Any, ClassVar

from domain import exhibits, meetings, places
from domain.cadences import MeetingKind, MeetingParty
from domain.events import Confidential, Ref
from domain.words import describe
from projections.rows import Changes, Row, around, by, its, new, put

describe(
    cancelled_reason=("Why it was cancelled; none: it was not.", "取消原因；空为未取消。"),
    held_on_day=("The day on which it was held; none: not yet.", "召开日期；空为未召开。"),
    minutes_approved=("The day on which its minutes were approved; none: not yet.", "纪要审定日期；空为未审定。"),
    counts_for=("The first day of the period it counts for; none: it counts for none.", "计入周期的首日；空为未计入。"),
    added_late=("Whether it was entered only after its period.", "是否届满后补录。"),
)


class MeetingSeries(Row, frozen=True, kw_only=True):
    """A body that meets by a cadence, from a date to a date.
    定期会议制度。"""

    id: Ref[meetings.MeetingSeries]
    host: Ref[Any]
    meeting_kind: MeetingKind
    town: Ref[places.Town] | None
    community: Ref[places.Community] | None
    since: date
    until: date | None = None

    on: ClassVar[Changes] = {
        meetings.MeetingSeriesBegun: new(town=around("town"), community=around("community")),
        meetings.MeetingSeriesEnded: put(until=its.ended),
    }
    lists: ClassVar = (by("host"), by("meeting_kind"), by("town"), by("community"))
    orders: ClassVar = ("since",)
    plural: ClassVar = "meetingSeriesList"


class Meeting(Row, frozen=True, kw_only=True):
    """A meeting: convened, postponed, cancelled or held.
    会议。"""

    id: Ref[meetings.Meeting]
    meeting_series: Ref[meetings.MeetingSeries]
    agenda: str
    convened_for: date
    cancelled_reason: Confidential | None = None
    held_on_day: date | None = None
    parties_present: tuple[MeetingParty, ...] = ()
    missing_parties: tuple[MeetingParty, ...] = ()
    evidence: tuple[Ref[exhibits.Exhibit], ...] = ()
    minutes_due: date | None = None
    minutes_approved: date | None = None
    counts_for: date | None = None
    added_late: bool = False

    on: ClassVar[Changes] = {
        meetings.MeetingConvened: new(evidence=(), minutes_due=None),
        meetings.MeetingPostponed: put(convened_for=its.convened_for),
        meetings.MeetingCancelled: put(cancelled_reason=its.reason),
        meetings.MeetingHeld: put(
            held_on_day=its.held,
            parties_present=its.parties_present,
            missing_parties=its.missing_parties,
            evidence=its.evidence,
            minutes_due=its.minutes_due,
            added_late=its.entered_late,
        ),
        meetings.MinutesApproved: put(minutes_approved=its.approved),
        meetings.MeetingCounted: put(counts_for=its.period_since),
    }
    lists: ClassVar = (by("meeting_series"), by("added_late"))
    orders: ClassVar = ("convened_for",)
