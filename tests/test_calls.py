"""A fifth of the owners can have an assembly called; if it is not, the town sees to it (BR-13)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.assemblies import AssemblyCancelled, NotOfThisCompound
from domain.calls import (
    CallPending,
    ExtraordinaryMeetingRequired,
    MeetingCallLapsed,
    NotOwners,
    ProposersTooFew,
    lapse_call,
    require_meeting,
    watch_call,
)
from domain.events import Hundredths, Ref
from domain.owners import OwnersRosterFrozen, RosterNotFrozen
from domain.people import PersonRegistered
from domain.periods import PeriodReversed
from domain.reactions import act_on
from domain.specification import given
from tests.assembling import ASSEMBLY, BEFORE, DIGEST, DRAFTED, HERE, NOTIFIED, ROSTER, UNITS, at, unit
from tests.casework import WHY
from tests.county import C1, FAR, K1, LI, WANG, ZHAO

BY = at("06-01 00:00").date()
WISH: dict[str, Any] = {"owners_roster": ROSTER, "compound": K1, "call_by": BY, "now": at("05-01 09:00")}
REQUIRED = ExtraordinaryMeetingRequired(ROSTER, K1, C1, 1, 3, BY)


def test_a_fifth_of_the_heads_is_enough_br_13() -> None:
    given(*BEFORE).when(require_meeting, **WISH, proposers=(ZHAO,)).then(REQUIRED)
    crowd = [Ref[Any](f"person:o{n}") for n in range(6)]
    people = [PersonRegistered(each, "某人") for each in crowd]  # type: ignore[arg-type]
    six = (*HERE, *people, DRAFTED, *(unit(f"{n}", each) for n, each in enumerate(crowd)))
    frozen = OwnersRosterFrozen(ROSTER, K1, C1, 6, 6, Hundredths(600_00), DIGEST)
    given(*six, frozen).when(require_meeting, **WISH, proposers=(crowd[0],)).refused(ProposersTooFew(1, 2))
    given(*six, frozen).when(require_meeting, **WISH, proposers=(crowd[0], crowd[0])).refused(ProposersTooFew(1, 2))
    two = given(*six, frozen).when(require_meeting, **WISH, proposers=tuple(crowd[:2]))
    two.then(ExtraordinaryMeetingRequired(ROSTER, K1, C1, 2, 6, BY))


def test_only_owners_of_a_frozen_roster_propose_and_for_a_day_to_come_br_13() -> None:
    given(*BEFORE).when(require_meeting, **WISH, proposers=(ZHAO, WANG, LI)).refused(NotOwners((LI, WANG)))
    given(*HERE, DRAFTED, *UNITS).when(require_meeting, **WISH, proposers=(ZHAO,)).refused(RosterNotFrozen)
    past = WISH | {"call_by": at("04-30 00:00").date()}
    given(*BEFORE).when(require_meeting, **past, proposers=(ZHAO,)).refused(
        PeriodReversed(at("05-01 00:00").date(), past["call_by"])
    )


def test_what_is_not_called_in_time_goes_to_the_town_br_13() -> None:
    lapse: dict[str, Any] = {"compound": K1, "call_by": BY}
    assert list(watch_call(REQUIRED)) == [act_on(BY + timedelta(1), lapse_call, **lapse)]
    lapsed = given(*BEFORE, REQUIRED).when(lapse_call, **lapse).then(MeetingCallLapsed(ROSTER, K1, C1, BY))
    lapsed.when(lapse_call, **lapse).then()
    newer = replace(NOTIFIED, owners_roster=Ref("owners_roster:newer"))
    for called in (NOTIFIED, newer):
        given(*BEFORE, REQUIRED, called).when(lapse_call, **lapse).then()
    gone = given(*BEFORE, REQUIRED, NOTIFIED, AssemblyCancelled(ASSEMBLY, K1, WHY))
    gone.when(lapse_call, **lapse).then(MeetingCallLapsed(ROSTER, K1, C1, BY))
    given(*BEFORE, REQUIRED).when(lapse_call, compound=K1, call_by=BY + timedelta(9)).then()


def test_one_call_at_a_time_and_none_is_put_off_br_13() -> None:
    later = WISH | {"call_by": BY + timedelta(30)}
    given(*BEFORE, REQUIRED).when(require_meeting, **later, proposers=(ZHAO,)).refused(CallPending(BY))
    given(*BEFORE, REQUIRED, NOTIFIED).when(require_meeting, **later, proposers=(ZHAO,)).then(
        replace(REQUIRED, call_by=BY + timedelta(30))
    )
    given(*BEFORE).when(require_meeting, **WISH | {"compound": FAR}, proposers=(ZHAO,)).refused(NotOfThisCompound(K1))
