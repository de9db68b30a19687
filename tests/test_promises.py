"""A promise of the platform has a measure and a threshold, in versions (X52)."""

from typing import Any

import pytest

from domain.ledgers import ITSELF
from domain.promises import PlatformPromise, PromiseMade, PromiseVersionEarly, make_promise
from domain.specification import given
from tests.counties import Counties
from tests.county import COUNTY, DAY, days
from tests.hometown import settled

WISH: dict[str, Any] = {
    "platform_promise": PlatformPromise.DEMANDS,
    "promise_measure": "受理用时（分钟）",
    "threshold": 30,
    "at_least": False,
}
MADE = PromiseMade(ITSELF, **WISH, since=DAY)


def test_a_later_version_begins_later() -> None:
    held = given(*COUNTY).when(make_promise, **WISH, since=DAY).then(MADE)
    held.when(make_promise, **WISH, since=DAY).then()
    stricter = {**WISH, "threshold": 20}
    for early in (days(-1), DAY):
        held.when(make_promise, **stricter, since=early).refused(PromiseVersionEarly(early, DAY))
    held.when(make_promise, **stricter, since=days(1)).then(PromiseMade(ITSELF, **stricter, since=days(1)))
    other = {**WISH, "platform_promise": PlatformPromise.FORCES}
    held.when(make_promise, **other, since=DAY).then(PromiseMade(ITSELF, **other, since=DAY))


@pytest.mark.xdist_group("wilds")
async def test_is_each_promise_measurable_today_x52(wilds: Counties) -> None:
    """X52: which of the four promises can be measured on a day, and against which threshold?"""
    home = await settled(wilds)
    wish: dict[str, Any] = {"ledger": home.ledger, "platformPromise": "DEMANDS", "promiseMeasure": "受理用时（分钟）"}
    first = {**wish, "threshold": 30, "atLeast": False, "since": "2025-03-01"}
    await home.staff.refused("ledgerMakePromise", "NOT_PERMITTED", **first)
    await home.county.refused("ledgerMakePromise", "NUMBER_UNFIT", **{**first, "threshold": -1})
    await home.county.do("ledgerMakePromise", **first)
    await home.county.refused("ledgerMakePromise", "PROMISE_VERSION_EARLY", **{**first, "threshold": 20})
    await home.county.do("ledgerMakePromise", **{**first, "threshold": 20, "since": "2025-06-01"})
    for on, numbers in (("2025-02-28", []), ("2025-05-31", [30]), ("2025-06-01", [20])):
        found = await home.read(home.public, "promises", "threshold", platformPromise="DEMANDS", asOf=on)
        assert [each["threshold"] for each in found] == numbers
    query = """query ($l: ID!, $on: Date!) { ledger(code: $l) {
        promisesMeasurable(asOf: $on) { platformPromise measurable } } }"""
    for on, kept in (("2025-02-28", set()), ("2025-03-01", {"DEMANDS"})):
        told = (await home.public.ask(query, l=home.ledger, on=on))["ledger"]["promisesMeasurable"]
        assert [each["platformPromise"] for each in told] == ["INFORMATION", "FORCES", "DEMANDS", "SERVICES"]
        assert {each["platformPromise"] for each in told if each["measurable"]} == kept
