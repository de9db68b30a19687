"""A small county on the wire: a ledger of a test's own with places, and the people who act in it through GraphQL.

`town = await settled(wilds)` and then `await town.staff.do("venueRegister", location=town.c1, …)`.
"""

import itertools
from dataclasses import dataclass
from typing import Any

from api.identity import Viewer
from domain.events import Audience
from domain.roles import Role
from infra.ledgers import open_ledger
from tests.acting import Acting
from tests.counties import Counties

__all__ = ["Hometown", "of", "own_name", "settled"]

NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Hometown:
    """Communities C1 (compounds K1 with four buildings, K2 with three, K3 with two) and C2 (K4 with two)."""

    counties: Counties
    ledger: str
    county: Acting
    town: Acting
    staff: Acting
    """Of the community C1."""
    far: Acting
    """Of the community C2."""
    t1: str
    c1: str
    c2: str
    compounds: tuple[str, ...]
    buildings: dict[str, tuple[str, ...]]
    """By compound."""

    async def acting(self, role: Role, scope: str | None = None) -> Acting:
        """Somebody new who holds a role over a place, a firm or unit, or the whole ledger."""
        return Acting(self.counties, self.ledger, await self.counties.staff(role, scope, self.ledger))

    @property
    def public(self) -> Acting:
        return Acting(self.counties, self.ledger, None)

    async def person(self, name: str = "某人") -> str:
        return await self.county.do("personRegister", ledger=self.ledger, fullName=name)

    async def grid(self, name: str, buildings: tuple[str, ...], since: str = "2025-03-01") -> str:
        """A grid of C1."""
        return await self.staff.do(
            "gridDelineate", community=self.c1, name=name, since=since, buildings=list(buildings)
        )

    async def rows(self, field: str, selection: str, **given: Any) -> list[Any]:
        """The nodes of a list of the ledger, as the county's staff read it: `rows("grids", "id", community=…)`."""
        return await self.read(self.county, field, selection, **given)

    async def read(self, reader: Acting, field: str, selection: str, **given: Any) -> list[Any]:
        """The same as somebody else reads it."""
        kinds = reader.counties.engine.schema.type_map["Ledger"].fields[field].args  # type: ignore[attr-defined]
        declared = "".join(f", ${name}: {kinds[name].type}" for name in given)
        passed = ", ".join(["first: 500", *(f"{name}: ${name}" for name in given)])
        listed = f"{field}({passed}) {{ edges {{ node {{ {selection} }} }} }}"
        query = f"query ($ledger: ID!{declared}) {{ ledger(code: $ledger) {{ {listed} }} }}"
        answer = await reader.ask(query, ledger=self.ledger, **given)
        return [edge["node"] for edge in answer["ledger"][field]["edges"]]


async def settled(counties: Counties) -> Hometown:
    """A ledger that is open, with its places registered and staff for each level."""
    ledger = f"home{next(NUMBERS)}"
    await open_ledger(counties.services.recorder, ledger, "试验县", "admin")
    county = Acting(counties, ledger, await counties.staff(Role.COUNTY, ledger=ledger))
    t1 = await county.do("townRegister", ledger=ledger, name="古韩镇")
    town = Acting(counties, ledger, await counties.staff(Role.TOWN, t1, ledger))
    c1, c2 = [await town.do("communityRegister", town=t1, name=name) for name in ("永安社区", "府前社区")]
    compounds, buildings = [], {}
    for n, (community, count) in enumerate(((c1, 4), (c1, 3), (c1, 2), (c2, 2)), 1):
        compound = await town.do("compoundRegister", community=community, name=f"K{n}")
        made = [await town.do("buildingRegister", compound=compound, name=f"K{n}-{b}") for b in range(1, count + 1)]
        compounds.append(compound)
        buildings[compound] = tuple(made)
    staff, far = [Acting(counties, ledger, await counties.staff(Role.COMMUNITY, c, ledger)) for c in (c1, c2)]
    return Hometown(counties, ledger, county, town, staff, far, t1, c1, c2, tuple(compounds), buildings)


async def own_name(home: Hometown, name: str) -> Acting:
    """A person of the ledger who is signed in and holds no role."""
    person = (await home.person(name)).split(":", 1)[1]
    return Acting(home.counties, home.ledger, Viewer(home.ledger, person, None, Audience.PUBLIC))


def of(somebody: Acting) -> str:
    """Who acts, by their public id."""
    assert somebody.viewer
    return f"{somebody.ledger}:{somebody.viewer.person}"
