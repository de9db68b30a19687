"""Ballots as people see them: that they were cast, not by whom nor how; authorities are for staff."""

from typing import ClassVar

from domain import assemblies, ballots, people
from domain.events import Audience, Ref
from projections.rows import Changes, Row, by, new, put


class Ballot(Row, frozen=True, kw_only=True):
    """A ballot that was cast: whoever has its id holds its receipt.
    已投选票，持有编号者即持有回执。"""

    id: Ref[ballots.Ballot]
    assembly: Ref[assemblies.Assembly]
    ballot_channel: ballots.BallotChannel

    on: ClassVar[Changes] = {ballots.BallotCast: new()}
    listed: ClassVar = False


class AssemblyProxy(Row, frozen=True, kw_only=True):
    """An owner's authority to another, as given or taken back.
    业主投票委托。"""

    id: str
    assembly: Ref[assemblies.Assembly]
    owner: Ref[people.Person]
    agent: Ref[people.Person]
    authority_sha256: str
    voided: bool = False

    on: ClassVar[Changes] = {
        ballots.ProxyGranted: new(key=lambda event: f"{event.assembly}@{event.owner}@{event.agent}"),
        ballots.ProxyRevoked: put(key=lambda event: f"{event.assembly}@{event.owner}@{event.agent}", voided=True),
    }
    plural: ClassVar = "assemblyProxies"
    lists: ClassVar = (by("assembly"), by("owner"), by("agent"))
    audience: ClassVar = Audience.STAFF
    own: ClassVar = ("owner", "agent")
