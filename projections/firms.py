"""Firms as people look them up, by their unified social credit code."""

from typing import ClassVar

from domain import firms
from domain.events import Ref
from projections.gaps import doubled
from projections.rows import Changes, Row, by, its, new, put


class Firm(Row, frozen=True, kw_only=True):
    """A property service firm.
    物业服务企业。"""

    id: Ref[firms.Firm]
    name: str
    credit_code: str

    on: ClassVar[Changes] = {
        firms.FirmRegistered: new(),
        firms.FirmCorrected: put(name=its.name, credit_code=its.credit_code),
    }
    lists: ClassVar = (by("credit_code"),)
    orders: ClassVar = ("name",)


doubled(
    Firm,
    "SAME_CODE",
    "统一社会信用代码重复登记",
    "Another firm has the same unified social credit code",
    same=("credit_code",),
)
