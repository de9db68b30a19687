"""Matters of a demonstration county: raised by a resident, deliberated by four parties, handled and evaluated."""

from datetime import date, timedelta
from typing import Any

from api.demo.places import Compound
from api.demo.script import Script
from domain import matters, projects, residents
from domain.events import Confidential, Hundredths, Ref
from domain.execution import Actor
from domain.matters import ForumKind, ForumParty
from domain.projects import WorkKind
from domain.residents import ResidenceKind
from domain.roles import Role

__all__ = ["matter_deliberated"]

FOUR = (ForumParty.BRANCH, ForumParty.COMMITTEE, ForumParty.RESIDENTS)
WEEK = timedelta(days=7)
WORKS = (WorkKind.DEMOLITION, WorkKind.WIRING, WorkKind.GREENERY, WorkKind.GATE, WorkKind.PARKING)


def matter_deliberated(
    script: Script, estate: Compound, line: str, body: Ref[Any], *, forums: int, firm: bool, works: bool = False
) -> None:
    """A matter through its five steps, with so many forums, a week apart; the last of them agrees.

    With `works` the body, which is paired with the compound, supports a renovation of five works."""
    home = estate.community
    script.actor = home.staff
    resident = Actor(script.person(f"{line}-resident", "居民"))
    lives = {"residence_kind": ResidenceKind.OWNER, "since": date(2024, 1, 1), "building": estate.buildings[0]}
    script.do(residents.register_resident, f"{line}-lives", compound=estate.ref, person=resident.person, **lives)
    branch = script.staff(f"{line}-branch", "支部书记", Role.BRANCH, home.ref)
    script.actor = resident
    text = Confidential("小区改造事项（示范）")
    matter = script.do(matters.raise_matter, line, compound=estate.ref, matter_text=text)
    script.actor = branch
    script.do(matters.verify, f"{line}-verified", matter=matter)
    parties = (*FOUR, ForumParty.FIRM if firm else ForumParty.COMMUNITY)
    for n in range(1, forums + 1):
        script.on(script.day + WEEK)
        told = {"forum_kind": list(ForumKind)[n % 3], "forum_parties": parties, "forum_on": script.day}
        agreed = "一致同意（示范）" if n == forums else None
        script.do(matters.deliberate, f"{line}-forum{n}", matter=matter, conclusion=agreed, **told)
    script.do(matters.hand_out, f"{line}-handed", matter=matter, in_charge=body)
    if works:
        _renovated(script, line, estate, (matter, body), branch)
    script.on(script.day + WEEK)
    script.do(matters.finish, f"{line}-done", matter=matter, finished_on=script.day)
    script.actor = resident
    script.do(matters.rate, f"{line}-rated", matter=matter, public_score=Hundredths(91_00))
    script.actor = branch
    script.do(matters.close_evaluation, f"{line}-closed", matter=matter)


def _renovated(script: Script, line: str, estate: Compound, on: tuple[Ref[Any], Ref[Any]], branch: Actor) -> None:
    """Five works, each completed within a week and accepted by the branch; `on`: the matter, and who supports it."""
    matter, supporter = on
    script.actor = estate.community.staff
    begun = {"project_name": "老旧小区改造（示范）", "begun_on": script.day, "supporter": supporter}
    project = script.do(projects.start, f"{line}-project", compound=estate.ref, matter=matter, **begun)
    for kind in WORKS:
        script.do(projects.add_work, f"{line}-{kind.name}", project=project, work_kind=kind, work_text=kind.words.zh)
    for number, kind in enumerate(WORKS, 1):
        script.on(script.day + WEEK)
        done = {"project": project, "work_no": number}
        script.actor = estate.community.staff
        script.do(projects.complete_work, f"{line}-{kind.name}-done", **done, completed_on=script.day)
        script.actor = branch
        script.do(projects.accept_work, f"{line}-{kind.name}-accepted", **done, accepted_on=script.day)
