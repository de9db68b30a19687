"""Rules of procedure are kept by revision (BR-10, BR-15)."""

from dataclasses import asdict, replace
from typing import Any

from domain.compounds import ServiceMode, ServiceModeSet
from domain.rulebooks import NoProxyAtAll, Premises, adopt_rulebook
from domain.specification import given
from tests.assembling import HERE, RULES
from tests.county import DAY, FIRM, K1, OTHER_FIRM, days

SAID: dict[str, Any] = {
    name: value for name, value in asdict(RULES).items() if name not in {"compound", "community", "rules_revision"}
}


def test_each_adoption_that_changes_something_is_a_revision() -> None:
    first = given(*HERE).when(adopt_rulebook, compound=K1, **SAID).then(RULES)
    first.when(adopt_rulebook, compound=K1, **SAID).then()
    more = SAID | {"most_proxies": 2}
    first.when(adopt_rulebook, compound=K1, **more).then(replace(RULES, rules_revision=2, most_proxies=2))


def test_nobody_is_kept_from_an_agent_and_every_result_is_posted_br_10() -> None:
    given(*HERE).when(adopt_rulebook, compound=K1, **SAID | {"most_proxies": 0}).refused(NoProxyAtAll(0, 7, 365))
    given(*HERE).when(adopt_rulebook, compound=K1, **SAID | {"posting_days": 0}).refused(NoProxyAtAll(1, 0, 365))
    too_long = SAID | {"posting_days": 366}
    given(*HERE).when(adopt_rulebook, compound=K1, **too_long).refused(NoProxyAtAll(1, 366, 365))


def test_the_firm_that_serves_is_that_of_the_day_br_19() -> None:
    premises = Premises(K1)
    for firm, day in ((FIRM, DAY), (OTHER_FIRM, days(30))):
        premises = premises.evolve(ServiceModeSet(K1, ServiceMode.MARKET, firm, day))
    assert premises.by(days(-1)) is None
    assert premises.by(days(29)) == FIRM
    assert premises.by(days(30)) == OTHER_FIRM
