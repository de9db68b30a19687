"""Showcases as people see them: the signature projects of communities."""

from datetime import date
from typing import ClassVar

from domain import places, showcases
from domain.events import Ref
from domain.showcases import ShowcaseStage
from projections.rows import Changes, Row, by, its, new, put


class SignatureProject(Row, frozen=True, kw_only=True):
    """A signature service project of a community.
    社区特色服务项目。"""

    id: Ref[showcases.SignatureProject]
    community: Ref[places.Community]
    name: str
    showcase_stage: ShowcaseStage
    since: date

    on: ClassVar[Changes] = {
        showcases.SignatureProjectRegistered: new(),
        showcases.SignatureProjectAdvanced: put(showcase_stage=its.showcase_stage),
    }
    lists: ClassVar = (by("community"), by("showcase_stage"))
    orders: ClassVar = ("name", "since")
