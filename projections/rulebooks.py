"""Rulebooks as people see them: the rules of procedure of a compound's assembly, by revision."""

from typing import ClassVar

from domain import places, rulebooks
from domain.events import Ref
from projections.rows import Changes, Row, by, new


class Rulebook(Row, frozen=True, kw_only=True):
    """The rules of procedure of a compound's owners' assembly.
    业主大会议事规则。"""

    id: str
    compound: Ref[places.Compound]
    rules_revision: int
    parking_counted: bool
    ballots_changeable: bool
    extension_allowed: bool
    fund_by_dissent: bool
    silent_join: bool
    most_proxies: int
    posting_days: int

    on: ClassVar[Changes] = {rulebooks.RulebookAdopted: new(key=lambda e: f"{e.compound}@{e.rules_revision}")}
    lists: ClassVar = (by("compound"),)
