"""Conflicts: who may rate whom, as what (BR-54).

Pure: what ties a rater to the rated comes from recorded relations, on the cut-off date of what is rated; whoever rates
says nothing of themselves. `MATRIX` is read like the by-law's table: a tie is a row, what is rated a column, and in the
cell stand the classes as which one so tied may rate.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from domain.refusals import Refusal
from domain.words import Labelled

__all__ = ["MATRIX", "ConflictOfInterest", "RatedKind", "RaterClass", "Tie", "check_free", "cooled_off", "in_the_way"]


class RatedKind(Labelled):
    """What is rated.
    评价对象类别。"""

    FIRM = "Property firm", "物业企业"
    BRANCH = "Compound Party branch", "小区党支部"
    SECRETARY = "Secretary of a community Party organisation", "社区党组织书记"
    GRID_WORKER = "Grid worker", "网格员"
    HANDLER = "Who handled an order", "承办人"
    COMMITTEE = "Owners' committee or property management committee", "业委会或物管会"


class RaterClass(Labelled):
    """As what somebody rates.
    评价主体类别。"""

    SELF = "The rated itself", "自评"
    PUBLIC = "Residents and owners", "居民测评"
    COMMUNITY = "Community, branch and committee", "社区评价"
    DEPARTMENT = "Town and departments", "部门评价"
    ADVISORY = "Paired unit, for advice", "结对单位参考评价"


class Tie(Labelled):
    """What ties a rater to what is rated.
    与评价对象的关系。"""

    ITSELF = "Is the rated, or speaks for it", "为评价对象本身"
    INSPECTS = "Inspects or audits", "负责督查或审计"
    EMPLOYED_BY = "Works for the firm, manages it or holds a share", "在该企业任职或持股"
    LEFT_LATELY = "Left the firm within the cool-off time", "离职未满回避期"
    KIN_EMPLOYED = "Spouse or direct relative of such a person", "近亲属在该企业任职或持股"
    SECRETARY_ON_STAFF = "Is a secretary and works for a property firm", "任书记并在物业企业任职"
    SITS_ON_COMMITTEE = "Sits on the compound's committee", "为小区业委会或物管会委员"
    DISPATCHED_IT = "Dispatched the order", "派单人"
    PAIRED_WITH = "Belongs to the paired unit", "结对单位人员"
    NOMINATED_BY = "Belongs to the unit that nominated the rated", "推荐单位人员"


class ConflictOfInterest(Refusal):
    """Whoever is so tied to what is rated may not rate it as this: {tie}.
    存在利害关系（{tie}），不得以此身份评价。"""

    code, rule = "CONFLICT_OF_INTEREST", "BR-54"
    tie: str
    relation: str


NOBODY: AbstractSet[RaterClass] = frozenset()
SELF, ADVICE = frozenset({RaterClass.SELF}), frozenset({RaterClass.ADVISORY})
PEERS = frozenset({RaterClass.PUBLIC, RaterClass.COMMUNITY})
ANY = frozenset(RaterClass) - SELF
NEVER: Mapping[RatedKind, AbstractSet[RaterClass]] = dict.fromkeys(RatedKind, NOBODY)

MATRIX: Mapping[Tie, Mapping[RatedKind, AbstractSet[RaterClass]]] = {
    Tie.ITSELF: dict.fromkeys(RatedKind, SELF),
    Tie.INSPECTS: NEVER,
    Tie.EMPLOYED_BY: NEVER,
    Tie.LEFT_LATELY: NEVER,
    Tie.KIN_EMPLOYED: NEVER,
    Tie.SECRETARY_ON_STAFF: {**NEVER, RatedKind.BRANCH: ANY},
    Tie.SITS_ON_COMMITTEE: {
        RatedKind.FIRM: frozenset({RaterClass.COMMUNITY}),
        RatedKind.BRANCH: PEERS,
        RatedKind.SECRETARY: PEERS,
        RatedKind.GRID_WORKER: PEERS,
        RatedKind.HANDLER: PEERS,
        RatedKind.COMMITTEE: NOBODY,
    },
    Tie.DISPATCHED_IT: {**dict.fromkeys(RatedKind, ANY), RatedKind.HANDLER: NOBODY},
    Tie.PAIRED_WITH: {**dict.fromkeys(RatedKind, ADVICE), RatedKind.HANDLER: NOBODY},
    Tie.NOMINATED_BY: {**dict.fromkeys(RatedKind, ADVICE), RatedKind.SECRETARY: NOBODY, RatedKind.HANDLER: NOBODY},
}
"""Ties to a firm are to one that the rated has to do with: itself, the one that serves where a branch or committee is,
those that serve in a secretary's community, or the one that a worker or handler works for. Fees owed are no tie."""


def in_the_way(rated: RatedKind, as_class: RaterClass, ties: AbstractSet[Tie]) -> Tie | None:
    """The first tie, in the order of the table, that forbids it.

    Whoever is the rated rates it as that and as nothing else, whatever more ties them to it."""
    if Tie.ITSELF in ties:
        ties = {Tie.ITSELF, *(ties & {Tie.INSPECTS})}
    return next((tie for tie, row in MATRIX.items() if tie in ties and as_class not in row[rated]), None)


def check_free(rated: RatedKind, as_class: RaterClass, ties: Mapping[Tie, str]) -> None:
    """Refuse who is tied; `ties` says to whom."""
    if tie := in_the_way(rated, as_class, ties.keys()):
        raise ConflictOfInterest(tie.name, ties[tie])


def cooled_off(left: date, on: date, months: int) -> bool:
    """Whether so many months have passed by a day since somebody left, whose first free day `left` was."""
    year, month = divmod(left.year * 12 + left.month - 1 + months, 12)
    return on >= _same_day(year, month + 1, left.day)


def _same_day(year: int, month: int, day: int) -> date:
    """That day of the month, or its last day (Civil Code art. 202)."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(following - timedelta(1), date(year, month, 1) + timedelta(day - 1))
