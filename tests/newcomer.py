"""`python -m tests.newcomer MAIN KEYS HOME`: over fresh databases, act and ask by what a new context declares."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path

from api.app import open_engine
from api.composition import services_over
from api.projecting import project_all
from api.schema import printed
from infra.address import Address
from infra.database import Databases
from infra.ledgers import open_ledger
from infra.settings import Settings
from tests.acting import Acting
from tests.counties import Counties

LEDGER = "140423"
ASKED = """query ($well: ID!, $before: Position!) {
    node(id: $well) { ... on Well { name depth history { edges { node { type } } } } }
    ledger(code: "140423") {
        wells { totalCount edges { node { name } } }
        figures(keys: ["wells"]) { label value events { totalCount } }
        events(types: ["WellDug"]) { edges { node { body ... on WellDug { name depth well { name } } } } }
    }
    before: ledger(code: "140423", asKnownAt: {position: $before}) { wells { totalCount } } }"""


async def act(main: str, keys: str, home: Path) -> None:
    databases = Databases(Address(main), Address(keys), "")
    async with services_over(databases, Settings(home=home)) as services:
        await open_ledger(services.recorder, LEDGER, "县", "admin", demo=True)
        projecting = asyncio.create_task(project_all(databases))
        async with open_engine(services) as (engine, _):
            counties = Counties(services, engine)
            acting = Acting(counties, LEDGER, await counties.staff())
            well = await acting.do("wellDig", ledger=LEDGER, name="老井", depth="3.50")
            before = (await acting.head() or 0) - 1
            refused = await acting.refused("wellDeepen", "WELL_DEEPER", well=well, depth="3.50")
            answer = await acting.ask(ASKED, well=well, before=before)
            (event,) = await services.store.recorded(LEDGER, after=before)
            told = {"answer": answer, "refused": refused, "type": event.type, "tags": event.tags, "well": well}
            sys.stdout.write(json.dumps({**told, "schema": printed(engine.schema)}))
        projecting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await projecting
    await databases.close()


if __name__ == "__main__":
    asyncio.run(act(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
