"""A certificate is registered with a sealed number (X36, BR-70)."""

from typing import Any

import pytest

from domain.credentials import CredentialLevel, CredentialRegistered, register
from domain.events import Personal
from domain.periods import PeriodReversed
from domain.specification import born, given
from tests.counties import Counties
from tests.county import C1, COUNTY, DAY, WANG
from tests.hometown import settled


def test_a_certificate_has_a_level_a_number_and_perhaps_an_end() -> None:
    held: dict[str, Any] = {"person": WANG, "community": C1, "credential_level": CredentialLevel.SENIOR}
    made = given(*COUNTY).when(register, **held, credential_number=Personal("A1"), since=DAY)
    event = CredentialRegistered(born("credential"), WANG, C1, CredentialLevel.SENIOR, Personal("A1"), DAY, None)
    made.then(event)
    over: dict[str, Any] = {**held, "credential_number": Personal("A1"), "since": DAY, "until": DAY}
    given(*COUNTY).when(register, **over).refused(PeriodReversed(DAY, DAY))


@pytest.mark.xdist_group("wilds")
async def test_certified_by_community_x36(wilds: Counties) -> None:
    """X36: how many certified social workers has each community on a day? The number is nobody's to read there."""
    home = await settled(wilds)
    person = await home.person()
    held = {"credentialLevel": "SOCIAL_WORKER", "credentialNumber": "2024-0001", "since": "2024-06-01"}
    await home.staff.do("credentialRegister", person=person, community=home.c1, until="2027-06-01", **held)
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) { credentials(asOf: $on) {
        groups(by: COMMUNITY) { count thing { ... on Community { name } } } edges { node { person { id } } } }
        figures(keys: ["certifiedSocialWorkers"]) { value } } }"""
    told = (await home.public.ask(query, l=home.ledger, on="2025-01-01"))["ledger"]
    assert told["credentials"]["groups"] == [{"count": 1, "thing": {"name": "永安社区"}}]
    assert told["credentials"]["edges"] == [{"node": {"person": None}}]
    assert told["figures"] == [{"value": 1}]
    assert (await home.public.ask(query, l=home.ledger, on="2027-06-01"))["ledger"]["credentials"]["edges"] == []
    await home.far.refused("credentialRegister", "NOT_PERMITTED", person=person, community=home.c1, **held)
