"""Tokens: whose word is taken, for how long, and that a role in a token is worth what the ledger grants."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from api.app import development_issuer
from api.errors import TokenInvalid
from api.identity import AUDIENCE, ISSUER, DevelopmentIssuer, Identities, Viewer
from api.pools import open_pools
from api.tokens import development_token, stand_in
from domain.events import Audience
from domain.roles import Role
from infra.address import Address
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.ledgers import open_ledger
from infra.trouble import Trouble
from tests.acting import Acting
from tests.counties import Counties
from tests.wire import LEDGER, OTHER, Wire, fresh_databases, serving

NOON = 1_760_000_000
KEY = OKPKey.generate_key("Ed25519")
GOOD: dict[str, Any] = {"iss": ISSUER, "aud": AUDIENCE, "sub": "person:1", "ledger": LEDGER, "exp": NOON + 60}


@pytest.fixture(scope="module")
async def wire(postgres: EmbeddedPostgres, root: Address, migrated: Databases) -> AsyncIterator[Wire]:
    async with fresh_databases(postgres, root) as databases, serving(databases, postgres.home) as opened:
        yield opened


@pytest.fixture
async def identities(wire: Wire) -> AsyncIterator[Identities]:
    async with open_pools(wire.services.databases, size=1) as pools:
        yield Identities(pools, wire.issuer)


def issuer(now: float = NOON) -> DevelopmentIssuer:
    return DevelopmentIssuer(KEY, lambda: now)


def signed(key: Any = KEY, algorithm: str = "Ed25519", **claims: Any) -> str:
    given = {name: value for name, value in (GOOD | claims).items() if value is not None}
    return jwt.encode({"alg": algorithm}, given, key, algorithms=[algorithm])


def test_a_token_says_who_in_which_ledger_and_role() -> None:
    claims = issuer().claims(issuer().issue(LEDGER, "person:1", Role.TOWN))
    assert (claims["sub"], claims["ledger"], claims["role"]) == ("person:1", LEDGER, "TOWN")


def test_a_token_holds_until_it_expires() -> None:
    token = issuer().issue(LEDGER, "person:1", seconds=60)
    assert issuer(NOON + 59).claims(token)
    with pytest.raises(TokenInvalid):
        issuer(NOON + 61).claims(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"ledger": None},
        {"exp": None},
        {"exp": NOON - 1},
        {"exp": "soon"},
    ],
)
def test_a_token_that_lacks_a_claim_or_was_made_for_others_is_not_taken(claims: dict[str, Any]) -> None:
    assert issuer().claims(signed())
    with pytest.raises(TokenInvalid):
        issuer().claims(signed(**claims))


def test_a_token_of_another_key_or_algorithm_is_not_taken() -> None:
    public = KEY.as_bytes(private=False)
    for forged in (
        signed(OKPKey.generate_key("Ed25519")),
        signed(OctKey.import_key(b"x" * 32), "HS256"),
        signed(OctKey.import_key(public.hex()), "HS256"),
        "eyJhbGciOiJub25lIn0.e30.",
    ):
        with pytest.raises(TokenInvalid):
            issuer().claims(forged)


async def test_who_sends_no_token_is_nobody(identities: Identities) -> None:
    assert await identities.viewer(None) is None


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "x"])
async def test_a_header_that_bears_no_token_is_not_taken(identities: Identities, header: str) -> None:
    with pytest.raises(TokenInvalid):
        await identities.viewer(header)


async def test_a_granted_role_reads_as_its_audience(wire: Wire, identities: Identities) -> None:
    for role, audience in ((Role.TOWN, Audience.STAFF), (Role.FIRM, Audience.PARTIES), (Role.LEGAL, Audience.LEGAL)):
        viewer = await identities.viewer(f"Bearer {await wire.token(role)}")
        assert viewer is not None
        assert (viewer.ledger, viewer.role, viewer.audience) == (LEDGER, role, audience)


async def test_a_role_that_is_not_granted_reads_as_the_public(wire: Wire, identities: Identities) -> None:
    town = await stand_in(wire.services, LEDGER, Role.TOWN)
    await wire.settle()
    for ledger, person, role in (
        (LEDGER, "person:nobody", Role.TOWN),
        (LEDGER, town, Role.LEGAL),
        (OTHER, town, Role.TOWN),
        (LEDGER, town, None),
    ):
        viewer = await identities.viewer(f"Bearer {wire.issuer.issue(ledger, person, role)}")
        assert viewer is not None
        assert viewer.audience is Audience.PUBLIC


async def test_a_grant_counts_from_its_first_day(wire: Wire) -> None:
    token = await wire.token(Role.TOWN)
    async with open_pools(wire.services.databases, size=1) as pools:
        before = Identities(pools, wire.issuer, lambda: date(1999, 12, 31))
        viewer = await before.viewer(f"Bearer {token}")
    assert viewer is not None
    assert viewer.audience is Audience.PUBLIC


async def test_development_tokens_are_believed_only_on_loopback_and_outside_production(wire: Wire) -> None:
    services = wire.services
    assert await development_issuer(services) is not None
    for wrong in ({"production": True}, {"host": "0.0.0.0"}, {"issuer": "https://id.example.cn"}):  # noqa: S104 - refused
        settings = replace(services.settings, **wrong)
        assert await development_issuer(replace(services, settings=settings)) is None


async def test_for_a_token_nothing_is_recorded_in_a_real_ledger(wire: Wire) -> None:
    services, code = wire.services, "140499"
    [*_, opened] = await open_ledger(services.recorder, code, "某县", "admin")
    token = await development_token(services, code, "ADMINISTRATOR", None, "admin")
    assert token.count(".") == 2
    for subject, scope in ((None, None), ("admin", f"{code}:town:1")):
        with pytest.raises(Trouble, match="real ledger"):
            await development_token(services, code, "COUNTY", scope, subject)
    assert await services.recorder.store.head(code) == opened.position


async def test_a_token_without_a_role_is_for_a_person_in_their_own_name(wire: Wire) -> None:
    """In a real ledger nothing is recorded for it, and somebody has to be named."""
    services, code = wire.services, "140498"
    [*_, opened] = await open_ledger(services.recorder, code, "某县", "admin")
    token = await development_token(services, code, None, None, "resident")
    assert "role" not in wire.issuer.claims(token)
    for scope, subject in ((None, None), (f"{code}:town:1", "resident")):
        with pytest.raises(Trouble, match="in whose own name"):
            await development_token(services, code, None, scope, subject)
    assert await services.recorder.store.head(code) == opened.position


@pytest.mark.xdist_group("counties")
async def test_in_a_demonstration_a_resident_is_registered_once_and_reports_a_case_q20(counties: Counties) -> None:
    services, before = counties.services, await counties.services.store.head("140423")
    tokens = [await development_token(services, "140423", None, None, "居民甲") for _ in range(2)]
    claims = (await DevelopmentIssuer.of(services.keys)).claims(tokens[1])
    assert await services.store.head("140423") == (before or 0) + 1
    resident = Acting(counties, "140423", Viewer("140423", str(claims["sub"]), None, Audience.PUBLIC))
    query = """{ ledger(code: "140423") { compounds(first: 1) { edges { node { id } } }
        categories(first: 1) { edges { node { id } } } } }"""
    seen = (await resident.ask(query))["ledger"]
    [compound], [category] = ([e["node"]["id"] for e in seen[each]["edges"]] for each in ("compounds", "categories"))
    case = await resident.do("caseReport", compound=compound, category=category, channel="ONLINE", matterText="灯坏了")
    by_id = await development_token(services, "140423", None, None, f"140423:{claims['sub']}")
    assert (await DevelopmentIssuer.of(services.keys)).claims(by_id)["sub"] == claims["sub"]
    for unknown, why in (("140423:person:nobody", "nobody of this id"), (f"140430:{claims['sub']}", "another ledger")):
        with pytest.raises(Trouble, match=why):
            await development_token(services, "140423", None, None, unknown)
    told = "query ($id: ID!) { node(id: $id) { ... on Case { phase raiser { id } } } }"
    assert (await resident.ask(told, id=case))["node"] == {
        "phase": "REPORTED",
        "raiser": {"id": f"140423:{claims['sub']}"},
    }
