"""Star ratings of a demonstration county: rounds for Party branches and secretaries, and benchmark branches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from api.demo.places import Community, Compound
from api.demo.script import Script
from domain import openings, outcomes, ratings, residents, rubrics, secretaries, titles
from domain.conflicts import RatedKind
from domain.decisions import Decision
from domain.events import Confidential, Hundredths, Ref
from domain.execution import Actor
from domain.residents import ResidenceKind
from domain.secretaries import SecretarySource

__all__ = ["benchmarks_named", "branches_rated", "secretaries_rated"]

WEEK, CRITERIA = timedelta(days=7), ("组织建设（示范）", "服务居民（示范）")
STARS: dict[str, Any] = {
    "trial": True,
    "criteria": CRITERIA,
    "maxima": (Hundredths(40_00), Hundredths(60_00)),
    "proofs": ("台账", "回访记录"),
    "self_weight": 0,
    "public_weight": 60,
    "community_weight": 0,
    "department_weight": 40,
    "least_raters": 1,
    "band_floors": tuple(map(Hundredths, (90_00, 80_00, 70_00, 60_00, 0))),
    "band_names": ("五星", "四星", "三星", "二星", "不定星"),
    "band_stars": (5, 4, 3, 2, 0),
    "notice_days": 7,
    "cool_off_months": 6,
}


@dataclass
class Rounds:
    """Rounds by one rubric: all opened and rated, then closed, then decided after the notice."""

    script: Script
    town: Actor
    rubric: Ref[Any]
    opened: dict[str, Ref[Any]]

    def open(self, line: str, opening: Decision, neighbour: Ref[Any], **rated: Any) -> None:
        """Open a round; a resident and the town rate, the round's number deciding how well."""
        day, script = self.script.day, self.script
        script.actor = self.town
        bound = {"rubric": self.rubric, "rubric_version": 1, "cutoff": day, "closes_on": day + WEEK}
        made = self.opened[line] = script.do(opening, line, **rated, **bound)
        scores = tuple(Hundredths(full - len(self.opened) % 3 * 5_00) for full in (40_00, 58_00))
        script.do(ratings.rate_for_department, f"{line}-town", rating_round=made, scores=scores)
        script.actor = Actor(neighbour)
        script.do(ratings.rate, f"{line}-rated", rating_round=made, scores=scores)

    def finish(self) -> None:
        self.script.on(self.script.day + WEEK)
        self.script.actor = self.town
        for line, made in self.opened.items():
            self.script.do(outcomes.close, f"{line}-closed", rating_round=made)
        self.script.on(self.script.day + WEEK + timedelta(days=1))
        for line, made in self.opened.items():
            self.script.do(outcomes.decide, f"{line}-decided", rating_round=made)


def _rounds(script: Script, county: Actor, town: Actor, name: str, kind: RatedKind) -> Rounds:
    script.on(script.day + timedelta(days=1))
    script.actor, line = county, f"rubric-{kind.name.lower()}"
    rubric = script.do(rubrics.adopt, line, name=name, rated_kind=kind, since=script.day, **STARS)
    return Rounds(script, town, rubric, {})


def _resident(script: Script, estate: Compound) -> Ref[Any]:
    script.actor = estate.community.staff
    person = script.person(f"{estate.line}-resident", "居民")
    lives = {"building": estate.buildings[0], "residence_kind": ResidenceKind.OCCUPANT, "since": date(2024, 1, 1)}
    script.do(residents.register_resident, f"{estate.line}-resides", compound=estate.ref, person=person, **lives)
    return person


def branches_rated(
    script: Script, county: Actor, town: Actor, seats: Sequence[tuple[Compound, Ref[Any]]]
) -> dict[str, Ref[Any]]:
    """A round for each branch in the compound that it sits in; the residents who rated, by their compound's line."""
    rounds = _rounds(script, county, town, "小区党支部评星定级办法（示范）", RatedKind.BRANCH)
    neighbours = {}
    for n, (estate, branch) in enumerate(seats, 1):
        neighbours[estate.line] = _resident(script, estate)
        rated = {"compound": estate.ref, "party_organisation": branch}
        rounds.open(f"stars-branch{n}", openings.open_for_branch_rating_round, neighbours[estate.line], **rated)
    rounds.finish()
    return neighbours


def secretaries_rated(
    script: Script,
    county: Actor,
    town: Actor,
    heads: Mapping[str, Ref[Any]],
    judges: Sequence[tuple[Community, Ref[Any]]],
) -> None:
    """A round for the secretary of each community's Party committee, under the trial rules."""
    name = "社区党组织书记星级化管理实施细则（试行）"
    rounds = _rounds(script, county, town, name, RatedKind.SECRETARY)
    for place, neighbour in judges:
        script.actor, line = place.staff, f"stars-{place.line}"
        person, head = script.person(f"{line}-secretary", "社区党委书记"), heads[place.line]
        office = {"party_organisation": head, "person": person, "source": SecretarySource.TWO_COMMITTEES}
        script.do(secretaries.appoint_secretary, f"{line}-office", **office, since=date(2024, 1, 1))
        rated = {"community": place.ref, "party_organisation": head, "person": person}
        rounds.open(line, openings.open_for_secretary_rating_round, neighbour, **rated)
    rounds.finish()


def benchmarks_named(script: Script, county: Actor, seats: Sequence[tuple[Compound, Ref[Any]]]) -> None:
    """Branches that the county names as benchmarks."""
    script.actor = county
    for n, (estate, branch) in enumerate(seats, 1):
        nominated = {"compound": estate.ref, "party_organisation": branch, "grounds": Confidential("评星五星（示范）")}
        honour = script.do(titles.nominate_branch, f"benchmark{n}", **nominated)
        script.do(titles.award, f"benchmark{n}-awarded", honour=honour, since=script.day)
