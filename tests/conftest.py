"""The real PostgreSQL, once for a run, and two fresh, migrated databases for every test that asks."""

import itertools
from collections.abc import AsyncIterator, Iterator
from functools import partial

import asyncpg
import pytest
from hypothesis import settings

from infra.address import Address
from infra.database import Databases
from infra.embedded import TUNING, EmbeddedPostgres
from infra.provision import USER, embedded
from projections.rebuilding import Connect
from projections.tables import ensure_tables
from tests.counties import Counties, open_counties
from tests.histories import writer_of
from tests.voters import Calendar

LIGHT = {
    **TUNING,
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "min_wal_size": "64MB",
    "fsync": "off",
    "max_connections": "300",  # two counties' servers stay open for a run beside what a test starts
}
BARE = "bare"
"""The template without read models."""
NUMBERS = itertools.count(1)

settings.register_profile("gongzhi", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("gongzhi")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("gongzhi"), tuning=LIGHT) as server:
        yield server


@pytest.fixture(scope="session")
def root(postgres: EmbeddedPostgres) -> Address:
    """As the superuser, in the maintenance database."""
    return Address(postgres.dsn("postgres", "postgres"))


@pytest.fixture(scope="session")
async def migrated(postgres: EmbeddedPostgres, root: Address) -> Databases:
    """Migrated once, tables and all, and connected to by nobody after: the templates of every test's databases."""
    databases = Databases(*await embedded(postgres, None))
    await databases.migrate()
    async with root.connection() as connection:
        await connection.execute(f"create database {BARE} owner {USER} template {USER}")
    owner = await databases.connect("gongzhi_owner")
    await ensure_tables(owner)
    await owner.close()
    return databases


@pytest.fixture
async def databases(
    request: pytest.FixtureRequest, postgres: EmbeddedPostgres, root: Address, migrated: Databases
) -> AsyncIterator[Databases]:
    """Where nobody reads, as `pytest.mark.bare` says, they have no read models, which take most of a second to copy."""
    template = BARE if request.node.get_closest_marker("bare") else USER
    opened = await _copied(name := f"test_{next(NUMBERS)}", postgres, root, migrated, template)
    yield opened
    await opened.close()
    async with root.connection() as connection:
        await connection.execute(f"drop database if exists {name} with (force)")
        await connection.execute(f"drop database if exists {name}_keys with (force)")


@pytest.fixture
async def empty(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Address]:
    """A database that was never migrated, of a user who is no superuser."""
    name = f"test_{next(NUMBERS)}"
    async with root.connection() as connection:
        await connection.execute(f"create database {name} owner {USER} template template0")
    yield Address(postgres.dsn(name, USER))
    async with root.connection() as connection:
        await connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
async def counties(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Counties]:
    """The demonstration, recorded once for a run; its tests may add to it and change nothing of it."""
    async with open_counties(await _copied("counties", postgres, root, migrated), postgres.home) as opened:
        yield opened


@pytest.fixture(scope="session")
async def wilds(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Counties]:
    """The same without the demonstration: each test opens ledgers of its own in it (see `tests/hometown.py`)."""
    databases = await _copied("wilds", postgres, root, migrated)
    async with open_counties(databases, postgres.home, demo=False) as opened:
        yield opened


@pytest.fixture
def calendar(wilds: Counties) -> Iterator[Calendar]:
    """The clock of those counties' recorder, that a test may let run ahead."""
    recorder = wilds.services.recorder
    before = recorder.clock
    yield Calendar(recorder)
    recorder.clock = before


async def _copied(
    name: str, postgres: EmbeddedPostgres, root: Address, migrated: Databases, template: str = USER
) -> Databases:
    """Fresh, migrated databases of that name."""
    async with root.connection() as connection:
        await connection.execute(f"create database {name} owner {USER} template {template}")
        await connection.execute(f"create database {name}_keys owner {USER} template {USER}_keys")
    main, keys = (Address(postgres.dsn(each, USER)) for each in (name, f"{name}_keys"))
    return Databases(main, keys, migrated.where)


@pytest.fixture
async def writer(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    """Over tables that are made, and may be written to."""
    connection = await writer_of(databases)
    yield connection
    connection.terminate()


@pytest.fixture
def connect(databases: Databases) -> Connect:
    """How a rebuild connects."""
    return partial(databases.connect, "gongzhi_owner")
