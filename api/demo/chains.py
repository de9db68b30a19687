"""Party organisations of a demonstration county; which kinds there are, and under whom, is the county's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.demo.places import Community, Compound, Land, runs_of
from api.demo.script import Script
from domain import chains, parties, secretaries
from domain.events import Ref
from domain.parties import PartyKind
from domain.secretaries import SecretarySource

__all__ = ["branches_of", "committees_of", "organisation"]


def organisation(
    script: Script, line: str, name: str, kind: PartyKind, seat: Ref[Any], *, level: int, parent: Ref[Any] | None = None
) -> Ref[Any]:
    """Establish an organisation and place it under its parent."""
    made = script.do(parties.establish, line, seat=seat, name=name, party_kind=kind, level=level, since=script.day)
    if parent is not None:
        script.do(chains.place_under, f"{line}-under", party_organisation=made, parent=parent, since=script.day)
    return made


def _secretary(script: Script, line: str, of: Ref[Any], pool: Sequence[SecretarySource], number: int) -> None:
    """Appoint the organisation's secretary, the sources taken in turn."""
    person = script.person(f"secretary-{line}", "支部书记")
    script.do(
        secretaries.appoint_secretary,
        f"{line}-secretary",
        party_organisation=of,
        person=person,
        source=pool[number % len(pool)],
        since=script.day,
    )


def committees_of(script: Script, communities: Sequence[Community]) -> dict[str, Ref[Any]]:
    """A Party committee at the head of each community, by the community's line."""
    return {
        c.line: organisation(script, f"{c.line}-committee", "社区党委", PartyKind.COMMUNITY_COMMITTEE, c.ref, level=1)
        for c in communities
    }


def branches_of(
    script: Script, land: Land, count: int, heads: Mapping[str, Ref[Any]], pool: Sequence[SecretarySource]
) -> dict[str, Ref[Any]]:
    """So many branches, each with a secretary, that cover all compounds; the branch of each compound, by its line."""
    branches: dict[str, Ref[Any]] = {}
    for n, run in enumerate(runs_of(land.communities, land.estates, count)):
        branches |= dict.fromkeys((estate.line for estate in run), _branch(script, n, run, heads, pool))
    return branches


def _branch(
    script: Script, number: int, run: Sequence[Compound], heads: Mapping[str, Ref[Any]], pool: Sequence[SecretarySource]
) -> Ref[Any]:
    """A branch of the first compound of a run, which the others of the run are attached to."""
    seat, line = run[0], f"branch{number + 1}"
    script.actor = seat.community.staff
    kind, name = PartyKind.COMPOUND_BRANCH, f"小区党支部{number + 1:02d}"
    branch = organisation(script, line, name, kind, seat.ref, level=2, parent=heads[seat.community.line])
    _secretary(script, line, branch, pool, number)
    for estate in run:
        line = f"{estate.line}-branch"
        script.do(chains.attach_to_branch, line, compound=estate.ref, party_organisation=branch, since=script.day)
    return branch
