"""An assembly is proposed, noticed fifteen days ahead, opened on a frozen roster, extended or cancelled (BR-11, BR-12,
BR-15)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from api.commands import refused
from domain.assemblies import (
    AssemblyCancelled,
    AssemblyFrozen,
    AssemblyProposed,
    AssemblyStepUnfit,
    ClosedIsFinal,
    EndUnfit,
    ExtensionNotAllowed,
    MatterElsewhere,
    NoSuchQuestion,
    NotDecidedByAssembly,
    NoticeTooShort,
    NotOfThisCompound,
    NotOnTheDay,
    NotTheNoticedRoster,
    ParkingDiffers,
    QuestionPut,
    QuestionsMissing,
    RulebookMissing,
    RulesChanged,
    TooEarly,
    TopicNotNoticed,
    VotingClosed,
    VotingExtended,
    VotingIsClosed,
    cancel,
    edit_question,
    extend_voting,
    follow_deliberation,
    notify,
    open_voting,
    propose,
    put_question,
)
from domain.compounds import ServiceMode, ServiceModeSet
from domain.events import Hundredths, Ref
from domain.matters import AssemblyRequired, MatterRaised
from domain.owners import OwnersRosterDrafted, RosterNotFrozen
from domain.reactions import act
from domain.specification import born, given
from domain.tallies import Item
from tests.assembling import (
    ADMITTED,
    ASSEMBLY,
    BEFORE,
    DRAFTED,
    ENDS,
    FROZEN,
    HERE,
    NOTIFIED,
    OPENED,
    OPENS,
    PROPOSED,
    PUT,
    ROSTER,
    RULES,
    UNITS,
    at,
    voting,
)
from tests.casework import WHY
from tests.county import C1, C2, DAY, FAR, FIRM, K1, LI

NOTICE: dict[str, Any] = {
    "assembly": ASSEMBLY,
    "owners_roster": ROSTER,
    "compound": K1,
    "opens_on": OPENS,
    "closes_at": ENDS,
    "committee_told": True,
    "now": at("05-01 09:00"),
}
OPENING: dict[str, Any] = {"assembly": ASSEMBLY, "owners_roster": ROSTER, "compound": K1, "now": at("05-16 09:00")}
SERVED = ServiceModeSet(K1, ServiceMode.MARKET, FIRM, DAY)
ASKED: dict[str, Any] = {"question_item": PUT.question_item, "question": PUT.question}


def test_an_assembly_is_proposed_with_its_questions_br_12() -> None:
    given(*HERE).when(propose, compound=K1).then(
        AssemblyProposed(born("assembly"), K1, C1, extraordinary=False, on_matter=None)
    )
    put = given(*HERE, PROPOSED).when(put_question, assembly=ASSEMBLY, **ASKED).then(PUT)
    again = put.when(put_question, assembly=ASSEMBLY, question_item=Item.FIRM, question="选聘物业")
    again.then(QuestionPut(ASSEMBLY, 2, Item.FIRM, "选聘物业"))
    edited: dict[str, Any] = {"question_item": Item.FIRM, "question": "续聘物业"}
    again.when(edit_question, assembly=ASSEMBLY, question_no=2, **edited).then(
        QuestionPut(ASSEMBLY, 2, Item.FIRM, "续聘物业")
    )
    again.when(edit_question, assembly=ASSEMBLY, question_no=1, **ASKED).then()
    again.when(edit_question, assembly=ASSEMBLY, question_no=3, **edited).refused(NoSuchQuestion(3, 2))
    unanimous: dict[str, Any] = {"question_item": Item.BUSINESS_USE, "question": "住改商"}
    put.when(put_question, assembly=ASSEMBLY, **unanimous).refused(NotDecidedByAssembly)


def test_what_was_agreed_on_in_a_forum_is_proposed_by_itself_br_12() -> None:
    matter = Ref[Any]("matter:m")
    raised = MatterRaised(matter, FAR, C2, None, LI, WHY, DAY)
    given(*HERE, raised).when(propose, compound=K1, matter=matter).refused(MatterElsewhere)
    assert list(follow_deliberation(AssemblyRequired(matter, K1))) == [act(propose, compound=K1, matter=matter)]


@pytest.mark.parametrize(("opens", "fits"), [("05-15 00:00", False), ("05-16 00:00", True)])
def test_notice_is_given_fifteen_days_ahead_and_its_day_not_counted_br_11(opens: str, *, fits: bool) -> None:
    first = at(opens).date()
    noticed = given(*BEFORE).when(notify, **NOTICE | {"opens_on": first})
    if fits:
        noticed.then(NOTIFIED).when(notify, **NOTICE).then()
    else:
        noticed.refused(NoticeTooShort(NOTIFIED.notified_on, first, OPENS))


def test_a_notice_is_recorded_on_the_day_itself_br_11() -> None:
    """What is dated back by a day is refused, by an hour of the same day it is not."""
    day = NOTIFIED.notified_on
    yesterday = NOTICE["now"] - timedelta(days=1)
    late = given(*BEFORE).when(notify, **NOTICE, occurred=yesterday, backdated_reason="补登")
    late.refused(NotOnTheDay(day - timedelta(days=1), day))
    hour = given(*BEFORE).when(notify, **NOTICE, occurred=NOTICE["now"] - timedelta(hours=1), backdated_reason="补登")
    hour.then(NOTIFIED)


def test_a_notice_names_questions_a_roster_of_the_compound_and_an_end_br_12() -> None:
    bare = (*HERE, RULES, DRAFTED, *UNITS, FROZEN, PROPOSED)
    given(*bare).when(notify, **NOTICE).refused(QuestionsMissing)
    begins = at("05-16 00:00")
    given(*BEFORE).when(notify, **NOTICE | {"closes_at": begins}).refused(EndUnfit(begins, begins))
    elsewhere = OwnersRosterDrafted(Ref("owners_roster:far"), FAR, C2, None, parking_counted=False)
    far = given(*BEFORE, elsewhere).when(notify, **NOTICE | {"owners_roster": Ref("owners_roster:far")})
    far.refused(NotOfThisCompound(K1))


def test_what_was_noticed_is_not_changed_and_nothing_is_added_br_12_br_15() -> None:
    for history in ((*BEFORE, NOTIFIED), (*BEFORE, NOTIFIED, OPENED)):
        given(*history).when(edit_question, assembly=ASSEMBLY, question_no=1, **ASKED).refused(AssemblyFrozen)
        given(*history).when(put_question, assembly=ASSEMBLY, **ASKED).refused(TopicNotNoticed)


def test_opening_copies_roster_and_rules_and_admits_every_owner_br_15() -> None:
    noticed = given(*BEFORE, SERVED, NOTIFIED)
    noticed.when(open_voting, **OPENING).then(OPENED, *ADMITTED)
    early = at("05-15 23:59")
    noticed.when(open_voting, **OPENING | {"now": early}).refused(TooEarly(OPENS))
    noticed.when(open_voting, **OPENING | {"now": ENDS}).refused(VotingIsClosed(ENDS))
    noticed.when(open_voting, **OPENING | {"compound": FAR}).refused(NotOfThisCompound(K1))
    given(*BEFORE).when(open_voting, **OPENING).refused(AssemblyStepUnfit("PROPOSED", ("NOTIFIED",)))
    drafted = (*HERE, RULES, DRAFTED, *UNITS, PROPOSED, PUT, NOTIFIED)
    given(*drafted).when(open_voting, **OPENING).refused(RosterNotFrozen)
    lawless = (*HERE, DRAFTED, *UNITS, FROZEN, PROPOSED, PUT, NOTIFIED)
    given(*lawless).when(open_voting, **OPENING).refused(RulebookMissing)
    unlike = (*HERE, replace(RULES, parking_counted=True), DRAFTED, *UNITS, FROZEN, PROPOSED, PUT, NOTIFIED)
    given(*unlike).when(open_voting, **OPENING).refused(ParkingDiffers(parking_counted=True))
    second = Ref[Any]("owners_roster:second")
    switched = given(*BEFORE, NOTIFIED, replace(DRAFTED, owners_roster=second))
    switched.when(open_voting, **OPENING | {"owners_roster": second}).refused(NotTheNoticedRoster)
    later = replace(RULES, rules_revision=2, most_proxies=5)
    given(*BEFORE, SERVED, NOTIFIED, later).when(open_voting, **OPENING).refused(RulesChanged(1, 2))


def test_closed_is_final_br_15() -> None:
    closed = voting(VotingClosed(ASSEMBLY, K1, 0, Hundredths(0), ENDS, ENDS))
    closed.when(open_voting, **OPENING).refused(ClosedIsFinal)
    closed.when(cancel, assembly=ASSEMBLY, reason=WHY).refused(ClosedIsFinal)
    closed.when(put_question, assembly=ASSEMBLY, **ASKED).refused(ClosedIsFinal)
    closed.when(extend_voting, assembly=ASSEMBLY, closes_at=at("06-30 18:00"), reason=WHY, now=ENDS).refused(
        VotingIsClosed(ENDS)
    )


def test_a_voting_is_extended_only_before_its_end_and_by_its_rules_br_15() -> None:
    later = at("06-15 18:00")
    wish: dict[str, Any] = {"assembly": ASSEMBLY, "reason": WHY}
    longer = voting().when(extend_voting, **wish, closes_at=later, now=ENDS)
    longer.then(VotingExtended(ASSEMBLY, WHY, later))
    over = at("05-30 18:00").replace(second=1)
    voting().when(extend_voting, **wish, closes_at=later, now=over).refused(VotingIsClosed(ENDS))
    voting().when(extend_voting, **wish, closes_at=ENDS, now=ENDS).refused(EndUnfit(ENDS, ENDS))
    dated_back = voting().when(extend_voting, **wish, closes_at=later, now=over, occurred=ENDS, backdated_reason="补录")
    dated_back.refused(VotingIsClosed(ENDS))
    strict = given(*BEFORE, NOTIFIED, replace(OPENED, extension_allowed=False))
    strict.when(extend_voting, **wish, closes_at=later, now=ENDS).refused(ExtensionNotAllowed)


def test_an_assembly_is_cancelled_with_its_reason_br_15() -> None:
    gone = voting().when(cancel, assembly=ASSEMBLY, reason=WHY, now=ENDS).then(AssemblyCancelled(ASSEMBLY, K1, WHY))
    gone.when(cancel, assembly=ASSEMBLY, reason=WHY).then()
    over = ENDS.replace(second=1)
    voting().when(cancel, assembly=ASSEMBLY, reason=WHY, now=over).refused(VotingIsClosed(ENDS))
    gone.when(open_voting, **OPENING).refused(AssemblyStepUnfit("CANCELLED", ("NOTIFIED",)))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "该会议当前为 已通知，此操作仅限于 表决中。"),
        ("en", "This assembly is Owners notified; that is done only while it is Voting."),
    ],
)
def test_people_are_told_labels_and_not_the_names_of_values(language: str, told: str) -> None:
    refusal = AssemblyStepUnfit("NOTIFIED", ("VOTING",))
    answer = refused(refusal, open_voting, language, "140423")
    assert answer.message == told
    assert answer.details == {"stepNow": "NOTIFIED", "stepNeeded": ["VOTING"]}
