"""A property firm is registered under a unified social credit code that proves itself (GB 32100-2015)."""

import pytest

from domain.firms import CHARACTERS, CreditCodeInvalid, FirmRegistered, is_credit_code, register
from domain.specification import born, given

STANDARD = "91350100M000100Y43"
"""The example printed in the standard."""


def test_a_firm_is_registered_with_its_credit_code() -> None:
    registered = given().when(register, name="甲物业", credit_code=STANDARD)
    registered.then(FirmRegistered(born("firm"), "甲物业", STANDARD)).tagged({born("firm")})


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(STANDARD[:-1], id="a character short"),
        pytest.param(STANDARD + "0", id="a character long"),
        pytest.param("91350100M000100Y4I", id="a letter that the standard leaves out"),
        pytest.param("91350100m000100y43", id="small letters"),
        pytest.param("91350100M000100Y48", id="a wrong check character"),
        pytest.param("91350100M00010Y043", id="two neighbours swapped"),
    ],
)
def test_a_code_that_does_not_prove_itself_is_refused(code: str) -> None:
    given().when(register, name="甲物业", credit_code=code).refused(CreditCodeInvalid(code, len(code)))


def test_every_single_wrong_character_is_found() -> None:
    wrong = (STANDARD[:i] + c + STANDARD[i + 1 :] for i in range(18) for c in CHARACTERS if c != STANDARD[i])
    assert is_credit_code(STANDARD)
    assert not any(map(is_credit_code, wrong))


@pytest.mark.parametrize("code", ["91110000600037341L", "911100001000050226"])
def test_codes_of_other_shapes_hold_too(code: str) -> None:
    assert is_credit_code(code)
