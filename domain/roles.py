"""Roles: in what capacity somebody acts or reads. A grant gives a role over a place for a period (`grants`)."""

from domain.events import Audience
from domain.words import Labelled

__all__ = ["Role"]


class Role(Labelled):
    """In what capacity somebody acts.
    以何种身份行事。"""

    ADMINISTRATOR = "Ledger administrator", "账本管理员"
    COUNTY = "County staff", "县级工作人员"
    TOWN = "Town staff", "乡镇工作人员"
    COMMUNITY = "Community staff", "社区工作人员"
    BRANCH = "Party branch secretary", "支部书记"
    GRID_WORKER = "Grid worker", "网格员"
    COMMITTEE = "Owners' committee or property management committee member", "业委会或物管会成员"
    FIRM = "Property firm", "物业企业"
    UNIT = "Unit that takes part", "共建单位"
    MERCHANT = "Merchant of the alliance", "联盟商户"
    PLAC = "Political and Legal Affairs Commission", "县委政法委"
    INSPECTOR = "Inspector", "督查员"
    AUDITOR = "Auditor", "审计员"
    LEGAL = "Legal officer", "法务人员"

    @property
    def audience(self) -> Audience:
        """Which audience the role reads as."""
        if self in {Role.COMMITTEE, Role.FIRM, Role.UNIT, Role.MERCHANT}:
            return Audience.PARTIES
        return Audience.LEGAL if self is Role.LEGAL else Audience.STAFF

    @property
    def deals_with_people(self) -> bool:
        """Whether the role needs people's names and telephones; who inspects or audits does not (BR-77)."""
        return self in {Role.ADMINISTRATOR, Role.COUNTY, Role.TOWN, Role.COMMUNITY, Role.LEGAL}
