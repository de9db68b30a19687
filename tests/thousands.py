"""`python -m tests.thousands [--owners 5000]`: owners vote through GraphQL; the count is exact, or it fails.

Prints how long it took to enter and freeze the roster, to open, to vote and to count.
"""

import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from api.execution import Request
from infra.database import Databases
from tests.acting import Acting
from tests.bench.place import open_place
from tests.counties import open_counties
from tests.hometown import settled
from tests.voters import Calendar, all_of, rostered

CAST = """mutation ($assembly: ID!, $choices: [Choice!]!, $commandId: ID) {
    ballotCast(assembly: $assembly, choices: $choices, commandId: $commandId) {
        ... on BallotRecorded { node { id } } ... on Refused { code } } }"""
COUNT = """query ($id: ID!) { node(id: $id) { ... on Assembly { castHeads castArea allHeads allArea
    assemblyQuestions { edges { node { outcome forHeads forArea againstHeads abstainHeads passHeadsHeld
        passHeadsNeeded } } } } } }"""
AT_ONCE = 256
"""So many requests are under way; the others wait, as they do at the server's door."""
SAYINGS = ("FOR", "FOR", "FOR", "AGAINST", "ABSTAIN")
AGAIN: Counter[str] = Counter()
app = typer.Typer(add_completion=False)


@contextmanager
def timed(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    typer.echo(f"{what}: {time.perf_counter() - begun:.1f} s")


async def somewhere(owners: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gongzhi-votes-") as home:
        async with open_place(Path(home)) as place, place.databases() as databases:
            return await vote(databases, Path(home) / "home", owners)


async def vote(databases: Databases, home: Path, owners: int) -> dict[str, Any]:
    async with open_counties(databases, home, demo=False) as counties:
        town = await settled(counties)
        calendar = Calendar(counties.services.recorder)
        with timed(f"{owners} owners and {owners + owners // 20} units entered through GraphQL"):
            voters = await rostered(town, owners, several=owners // 20)
        with timed("frozen, noticed, opened"):
            assembly = await opened(town, voters.compound, voters.roster, calendar)
        with timed(f"{owners} ballots cast, {AT_ONCE} at a time"):
            answers = await all_of((cast(who, assembly, n) for n, who in enumerate(voters.owners)), AT_ONCE)
        receipts = {answer["ballotCast"]["node"]["id"] for answer in answers}
        assert len(receipts) == owners, "every owner has a receipt of their own"
        calendar.pass_(15)
        with timed("closed and counted"):
            await town.staff.do("assemblyCloseVoting", assembly=assembly)
        return dict((await town.public.ask(COUNT, id=assembly))["node"])


async def opened(town: Any, compound: str, roster: str, calendar: Calendar) -> str:
    staff = town.staff
    await staff.do("ownersRosterFreeze", ownersRoster=roster)
    await staff.do("compoundAdoptRulebook", compound=compound, mostProxies=1, postingDays=7)
    assembly = str(await staff.do("assemblyPropose", compound=compound))
    await staff.do("assemblyPutQuestion", assembly=assembly, questionItem="FIRM", question="选聘物业服务企业")
    when = {"opensOn": calendar.day(15), "closesAt": calendar.moment(29)}
    await staff.do(
        "assemblyNotify", assembly=assembly, ownersRoster=roster, committeeTold=True, compound=compound, **when
    )
    calendar.pass_(15)
    await staff.do("assemblyOpenVoting", assembly=assembly, ownersRoster=roster, compound=compound)
    return assembly


async def cast(who: Acting, assembly: str, n: int) -> Any:
    """As a client does that is told to ask again: with the same command id, so that nobody votes twice."""
    given = {"assembly": assembly, "choices": [SAYINGS[n % len(SAYINGS)]], "commandId": f"vote-{n}"}
    while True:
        answer = json.loads((await who.counties.engine.answer(Request(CAST, given, viewer=who.viewer))).body)
        later = [each["extensions"]["retryAfter"] for each in answer.get("errors", ())]
        if not later:
            return answer["data"]
        AGAIN.update(["asked again"])
        await asyncio.sleep(later[0] + random.random())


def expected(owners: int) -> dict[str, Any]:
    said = [SAYINGS[n % len(SAYINGS)] for n in range(owners)]
    areas = [200 if n < owners // 20 else 100 for n in range(owners)]
    for_area = sum(area for area, each in zip(areas, said, strict=True) if each == "FOR")
    return {
        "castHeads": owners,
        "castArea": f"{sum(areas)}.00",
        "forHeads": said.count("FOR"),
        "forArea": f"{for_area}.00",
        "againstHeads": said.count("AGAINST"),
        "abstainHeads": said.count("ABSTAIN"),
        "outcome": "ADOPTED",
    }


@app.command()
def main(owners: Annotated[int, typer.Option(help="How many owners. 业主人数。")] = 5_000) -> None:
    """Let owners vote at once, and check the totals. 全体业主同时投票并核对总数。"""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told = runner.run(somewhere(owners))
    [edge] = told["assemblyQuestions"]["edges"]
    found = {name: {**told, **edge["node"]}[name] for name in expected(owners)}
    typer.echo(json.dumps({**found, **AGAIN}, ensure_ascii=False))
    if found != expected(owners):
        typer.echo(f"expected {json.dumps(expected(owners))}")
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
