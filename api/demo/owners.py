"""Owners of a demonstration compound: their committee sits, resolves to call them, and they vote on the fund."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from api.demo.places import Compound
from api.demo.script import Script
from domain import assemblies, ballots, owners, polls, residents, rulebooks, seats, sessions
from domain.ballots import Choice
from domain.bodies import CHINA
from domain.events import Confidential, Hundredths, Ref
from domain.execution import Actor
from domain.owners import AreaSource
from domain.residents import ResidenceKind
from domain.tallies import Item

__all__ = ["owners_vote"]

OWNERS = 12
SEATS = 5
FOR, AGAINST = 8, 1
AREA = Hundredths(100_00)
ELECTED = date(2024, 4, 20)
MEETS, OPENS = date(2026, 4, 2), date(2026, 4, 20)
CLOSES = datetime(2026, 5, 6, 18, tzinfo=CHINA)
DAY = timedelta(days=1)


def owners_vote(script: Script, estate: Compound, committee: Ref[Any]) -> None:
    """Nine of twelve owners vote, eight of them for: quorum and majority are met, by heads and by area."""
    script.on(MEETS)
    script.actor = estate.community.staff
    people = [_owner(script, estate, n) for n in range(1, OWNERS + 1)]
    roster = _roster(script, estate, people)
    _sits(script, estate, committee, people[:SEATS])
    assembly = _called(script, estate, roster)
    for n, person in enumerate(people[: FOR + AGAINST]):
        script.actor = Actor(person)
        choice = Choice.FOR if n < FOR else Choice.AGAINST
        script.do(ballots.cast, f"{estate.line}-ballot{n}", assembly=assembly, choices=(choice,))
    script.on(CLOSES.date() + DAY)
    script.actor = estate.community.staff
    script.do(polls.close_voting, f"{estate.line}-counted", assembly=assembly)
    script.do(polls.post_result, f"{estate.line}-posted", assembly=assembly)


def _owner(script: Script, estate: Compound, number: int) -> Ref[Any]:
    line = f"{estate.line}-owner{number}"
    person, home = script.person(line, "业主"), estate.buildings[number % len(estate.buildings)]
    lives = {"residence_kind": ResidenceKind.OWNER, "since": date(2023, 1, 1), "building": home}
    script.do(residents.register_resident, f"{line}-lives", compound=estate.ref, person=person, **lives)
    return person


def _roster(script: Script, estate: Compound, people: Sequence[Ref[Any]]) -> Ref[Any]:
    roster = script.do(owners.draft, f"{estate.line}-roster", compound=estate.ref)
    measured = {"owners_roster": roster, "measured_area": AREA, "area_source": AreaSource.REGISTER}
    for n, person in enumerate(people, 1):
        placed = {"unit_no": Confidential(f"{n:03d}"), "in_building": estate.buildings[n % len(estate.buildings)]}
        script.do(owners.enter_unit, f"{estate.line}-unit{n}", **measured, **placed, owner=person)
    script.do(owners.freeze, f"{estate.line}-frozen", owners_roster=roster)
    return roster


def _sits(script: Script, estate: Compound, committee: Ref[Any], members: Sequence[Ref[Any]]) -> None:
    """All members are seated, all but one meet, and who meets signs."""
    line, there = f"{estate.line}-committee", tuple(members[:-1])
    for n, person in enumerate(members):
        said = {"is_chair": n == 0, "is_party_member": n < 2, "party_recommended": n < 2, "seated_on": ELECTED}  # noqa: PLR2004
        named = {"committee": committee, "compound": estate.ref, "person": person}
        script.do(seats.seat_member, f"{line}-member{n}", **named, **said)
    script.do(sessions.hold_session, f"{line}-met", committee=committee, present_members=there, session_on=MEETS)
    resolved = {"session_no": 1, "resolution_text": "召开业主大会会议，表决使用专项维修资金（示范）"}
    script.do(sessions.resolve, f"{line}-resolved", committee=committee, signatories=there, **resolved)
    script.on(MEETS + DAY)
    script.do(sessions.post_resolution, f"{line}-posted", committee=committee, resolution_no=1, posted=script.day)


def _called(script: Script, estate: Compound, roster: Ref[Any]) -> Ref[Any]:
    """An assembly whose voting is open."""
    line, compound = f"{estate.line}-assembly", estate.ref
    script.do(rulebooks.adopt_rulebook, f"{estate.line}-rules", compound=compound, most_proxies=1, posting_days=7)
    assembly = script.do(assemblies.propose, line, compound=compound)
    question = "使用专项维修资金更换单元门（示范）"
    script.do(
        assemblies.put_question, f"{line}-question", assembly=assembly, question_item=Item.FUND_USE, question=question
    )
    where = {"assembly": assembly, "owners_roster": roster, "compound": compound}
    told = {"opens_on": OPENS, "closes_at": CLOSES, "committee_told": True}
    script.do(assemblies.notify, f"{line}-noticed", **where, **told)
    script.on(OPENS)
    script.do(assemblies.open_voting, f"{line}-opened", **where)
    return assembly
