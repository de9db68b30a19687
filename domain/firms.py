"""Firms: property service firms, each known by its unified social credit code.

A code has eighteen characters, the last of which proves the others (GB 32100-2015). A name or code that was registered
wrongly is corrected (BR-84).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from domain.corrections import Standing
from domain.decisions import New, Text, decision
from domain.events import Confidential, Event, Position, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import describe

describe(
    firm=("The property service firm.", "物业服务企业。"),
    credit_code=("The unified social credit code, 18 characters.", "统一社会信用代码（18 位）。"),
)

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


class FirmRegistered(Event):
    """A property firm was registered.
    登记物业企业。"""

    firm: Ref["Firm"]
    name: str
    credit_code: str


class FirmCorrected(Event):
    """A firm was registered with a wrong name or code; this is right.
    更正物业企业登记。"""

    corrects: Position
    reason: Confidential
    firm: Ref["Firm"]
    name: str
    credit_code: str


class CreditCodeInvalid(Refusal):
    """{credit_code} is no unified social credit code: its length, a character or the check character is wrong.
    统一社会信用代码 {credit_code} 无效：长度、字符或校验码不符。"""

    credit_code: str
    length: int


class Firm(State, scoping=True):
    """A property service firm.
    物业服务企业。"""

    id: Ref["Firm"]
    registered: bool = False

    def evolve(self, event: FirmRegistered) -> "Firm":
        return replace(self, registered=True)


class FirmFacts(State):
    """What a firm is registered with.
    物业企业登记事项。"""

    id: Ref[Firm]
    standing: Standing[FirmRegistered | FirmCorrected] = Standing()

    def evolve(self, event: FirmRegistered | FirmCorrected, position: int = 0) -> "FirmFacts":
        return replace(self, standing=self.standing.noted(event, position))


def is_credit_code(code: str) -> bool:
    """Whether it has 18 fit characters whose sum, weighted by powers of 3, is a multiple of 31 (GB 32100-2015)."""
    if len(code) != LENGTH or not set(code) <= set(CHARACTERS):
        return False
    *values, check = map(CHARACTERS.index, code)
    return (sum(value * pow(3, i, 31) for i, value in enumerate(values)) + check) % 31 == 0


def completed(code: str) -> str:
    """Seventeen characters with the check character that makes them a code."""
    return next(code + c for c in CHARACTERS if is_credit_code(code + c))


@decision(roles={Role.COUNTY, Role.TOWN})
def register(firm: New[Firm], *, name: str, credit_code: Annotated[str, Text(40)]) -> Iterator[Event]:
    """Register a property firm.
    登记物业企业。"""
    _check_code(credit_code)
    yield FirmRegistered(firm.id, name, credit_code)


@decision(roles={Role.COUNTY, Role.TOWN})
def correct(
    firm: FirmFacts,
    *,
    corrects: Position,
    reason: Confidential,
    name: str | None = None,
    credit_code: Annotated[str, Text(40)] | None = None,
) -> Iterator[Event]:
    """Correct the name or code that a firm was registered with; what is not given stays.
    更正物业企业登记的名称或信用代码，未填写的不变。"""
    wrong = firm.standing.at(corrects)
    right = FirmCorrected(corrects, reason, firm.id, name or wrong.name, credit_code or wrong.credit_code)
    _check_code(right.credit_code)
    yield from firm.standing.corrected(right)


def _check_code(code: str) -> None:
    if not is_credit_code(code):
        raise CreditCodeInvalid(code, len(code))
