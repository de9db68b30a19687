"""Each owner votes once, by whatever channel; who and how is sealed; agents vote as told (BR-07 to BR-10)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.assemblies import TooEarly, VotingIsClosed
from domain.ballots import (
    AgentIsFirmStaff,
    AgentUnfit,
    BallotAlreadyCast,
    BallotChannel,
    BallotDelivered,
    BallotRecast,
    ChannelUnfit,
    Choice,
    ChoicesUnfit,
    NoBallotYet,
    NoProxy,
    NotElector,
    ProxyGiven,
    ProxyGranted,
    ProxyRevoked,
    SilenceNotCounted,
    TooManyProxies,
    cast,
    cast_by_proxy,
    cast_on_paper,
    change,
    decoded,
    encoded,
    grant_proxy,
    prove_delivery,
    revoke_proxy,
)
from domain.employments import EmploymentBegun, EmploymentKind
from domain.events import Hundredths
from domain.execution import Actor
from domain.exhibits import DigestUnfit
from domain.specification import given
from tests.assembling import (
    ABSTAIN,
    ADMITTED,
    AGAINST,
    ASSEMBLY,
    AUTHORITY,
    BEFORE,
    ENDS,
    FOR,
    NOTIFIED,
    OPENED,
    at,
    ballot_of,
    cast_by,
    voting,
)
from tests.casework import QIAN, SUN
from tests.county import DAY, FIRM, LI, WANG, ZHAO

NOON: dict[str, Any] = {"assembly": ASSEMBLY, "now": at("05-20 12:00")}
GIVEN = ProxyGranted(ASSEMBLY, ZHAO, LI, AUTHORITY, encoded((FOR,)))
AUTHORISED: dict[str, Any] = {**NOON, "authority_sha256": AUTHORITY, "choices": (FOR,)}


def test_all_ballots_of_an_assembly_are_equally_long_br_09() -> None:
    pairs = [(a, b) for a in Choice for b in Choice]
    assert {len(encoded(pair)) for pair in pairs} == {4}
    assert [decoded(encoded(pair)) for pair in pairs] == pairs


def test_one_owner_one_ballot_whatever_the_channel_br_09() -> None:
    once = voting().when(cast, **NOON, choices=(FOR,), actor=Actor(SUN)).then(cast_by(SUN, FOR, area=200_00))
    receipt = BallotAlreadyCast(ballot_of(SUN))
    once.when(cast, **NOON, choices=(FOR,), actor=Actor(SUN)).refused(receipt)
    paper: dict[str, Any] = {**NOON, "owner": SUN, "choices": (FOR,), "actor": Actor(WANG)}
    once.when(cast_on_paper, **paper, ballot_channel=BallotChannel.PAPER).refused(BallotAlreadyCast(None))
    first = voting().when(cast_on_paper, **paper, ballot_channel=BallotChannel.AT_THE_DOOR)
    first.then(cast_by(SUN, FOR, area=200_00, way=BallotChannel.AT_THE_DOOR))
    first.when(cast, **NOON, choices=(FOR,), actor=Actor(SUN)).refused(receipt)


def test_only_owners_on_the_frozen_roster_vote_and_on_every_question_br_01_br_07() -> None:
    voting().when(cast, **NOON, choices=(FOR,), actor=Actor(WANG)).refused(NotElector)
    voting().when(cast, **NOON, choices=(), actor=Actor(SUN)).refused(ChoicesUnfit(1, 0))
    voting().when(cast, **NOON, choices=(FOR, FOR), actor=Actor(SUN)).refused(ChoicesUnfit(1, 2))
    abstained = voting().when(cast, **NOON, choices=(ABSTAIN,), actor=Actor(ZHAO))
    abstained.then(cast_by(ZHAO, ABSTAIN))


@pytest.mark.parametrize(("seconds", "counts"), [(0, True), (1, False)])
def test_after_the_end_nobody_votes_br_15(seconds: int, *, counts: bool) -> None:
    late = voting().when(cast, assembly=ASSEMBLY, now=ENDS.replace(second=seconds), choices=(FOR,), actor=Actor(ZHAO))
    late.then(cast_by(ZHAO, FOR)) if counts else late.refused(VotingIsClosed(ENDS))


def test_a_ballot_is_changed_only_where_the_rules_say_so_br_09() -> None:
    wish: dict[str, Any] = {**NOON, "choices": (AGAINST,), "actor": Actor(ZHAO)}
    voting(cast_by(ZHAO, FOR)).when(change, **wish).refused(NoBallotYet)
    free = given(*BEFORE, NOTIFIED, replace(OPENED, ballots_changeable=True), *ADMITTED)
    free.when(change, **wish).refused(NoBallotYet)
    cast_ = free.when(cast, **NOON, choices=(FOR,), actor=Actor(ZHAO))
    cast_.when(change, **wish).then(BallotRecast(ASSEMBLY, ballot_of(ZHAO), encoded((AGAINST,))))


def test_an_agent_votes_as_the_owner_said_br_10() -> None:
    made = voting().when(grant_proxy, **AUTHORISED, agent=LI, actor=Actor(ZHAO)).then(GIVEN)
    made.when(grant_proxy, **AUTHORISED, agent=WANG, actor=Actor(ZHAO)).refused(ProxyGiven)
    made.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(WANG)).refused(NoProxy)
    made.when(cast_by_proxy, **NOON, owner=QIAN, actor=Actor(LI)).refused(NoProxy)
    done = made.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(LI))
    done.then(cast_by(ZHAO, FOR, way=BallotChannel.BY_PROXY))
    done.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(LI)).refused(BallotAlreadyCast(None))
    done.when(revoke_proxy, **NOON, actor=Actor(ZHAO)).refused(BallotAlreadyCast(ballot_of(ZHAO)))
    back = made.when(revoke_proxy, **NOON, actor=Actor(ZHAO)).then(ProxyRevoked(ASSEMBLY, ZHAO, LI))
    back.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(LI)).refused(NoProxy)
    back.when(revoke_proxy, **NOON, actor=Actor(ZHAO)).refused(NoProxy)


def test_who_votes_in_person_makes_the_authority_void_br_10() -> None:
    own = voting(GIVEN).when(cast, **NOON, choices=(AGAINST,), actor=Actor(ZHAO))
    own.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(LI)).refused(BallotAlreadyCast(None))
    own.when(grant_proxy, **AUTHORISED, agent=LI, actor=Actor(ZHAO)).refused(BallotAlreadyCast(ballot_of(ZHAO)))


@pytest.mark.parametrize("kind", EmploymentKind)
def test_who_is_with_the_serving_firm_is_nobodys_agent_br_10(kind: EmploymentKind) -> None:
    staff = voting(EmploymentBegun(LI, FIRM, kind, DAY))
    staff.when(grant_proxy, **AUTHORISED, agent=LI, actor=Actor(ZHAO)).refused(AgentIsFirmStaff(FIRM))
    since = voting(GIVEN, EmploymentBegun(LI, FIRM, kind, DAY))
    since.when(cast_by_proxy, **NOON, owner=ZHAO, actor=Actor(LI)).refused(AgentIsFirmStaff(FIRM))


def test_no_chains_and_no_more_owners_than_the_rules_allow_br_10() -> None:
    voting().when(grant_proxy, **AUTHORISED, agent=ZHAO, actor=Actor(ZHAO)).refused(AgentUnfit)
    voting(GIVEN).when(grant_proxy, **AUTHORISED, agent=LI, actor=Actor(QIAN)).refused(TooManyProxies(1))
    voting(GIVEN).when(grant_proxy, **AUTHORISED, agent=ZHAO, actor=Actor(QIAN)).refused(AgentUnfit)
    to_qian = voting(ProxyGranted(ASSEMBLY, ZHAO, QIAN, AUTHORITY, encoded((FOR,))))
    to_qian.when(grant_proxy, **AUTHORISED, agent=SUN, actor=Actor(QIAN)).refused(AgentUnfit)
    voting().when(grant_proxy, **AUTHORISED, agent=LI, actor=Actor(WANG)).refused(NotElector)
    unfit = AUTHORISED | {"authority_sha256": "纸质委托书"}
    voting().when(grant_proxy, **unfit, agent=LI, actor=Actor(ZHAO)).refused(DigestUnfit("纸质委托书"))


@pytest.mark.parametrize("way", [BallotChannel.ONLINE, BallotChannel.BY_PROXY])
def test_staff_enter_only_what_owners_gave_in_person_and_while_the_voting_is_open_br_09(way: BallotChannel) -> None:
    paper: dict[str, Any] = {"assembly": ASSEMBLY, "owner": SUN, "choices": (FOR,), "actor": Actor(WANG)}
    voting().when(cast_on_paper, **paper, ballot_channel=way, now=NOON["now"]).refused(ChannelUnfit(way.name))
    early = voting().when(cast_on_paper, **paper, ballot_channel=BallotChannel.PAPER, now=at("05-16 08:59"))
    early.refused(TooEarly(at("05-16 00:00").date()))


def test_a_delivery_is_proved_once_and_only_where_silence_counts_br_08() -> None:
    wish: dict[str, Any] = {"assembly": ASSEMBLY, "owner": ZHAO, "proof_sha256": AUTHORITY, "actor": Actor(WANG)}
    on_time = at("05-20 09:00")
    voting().when(prove_delivery, **wish, now=on_time).refused(SilenceNotCounted)
    joins = given(*BEFORE, NOTIFIED, replace(OPENED, silent_join=True), *ADMITTED)
    proved = joins.when(prove_delivery, **wish, now=on_time)
    proved.then(BallotDelivered(ASSEMBLY, ballot_of(ZHAO), Hundredths(100_00), AUTHORITY))
    proved.when(prove_delivery, **wish, now=on_time).then()
    joins.when(prove_delivery, **{**wish, "proof_sha256": "x"}, now=on_time).refused(DigestUnfit)
    joins.when(prove_delivery, **{**wish, "owner": LI}, now=on_time).refused(NotElector)
    joins.when(prove_delivery, **wish, now=ENDS + timedelta(seconds=1)).refused(VotingIsClosed(ENDS))


def test_no_entry_says_who_voted_for_themselves_or_another_br_09() -> None:
    assert [made.hides_actor for made in (cast, cast_by_proxy, change, cast_on_paper)] == [True, True, True, False]
