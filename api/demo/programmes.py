"""What a demonstration county set out to do: its programmes, leading group, smart platform, themes and pilots."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.demo.places import Community, Compound, Grid
from api.demo.script import Script
from domain import boards, bylines, headships, modules, pilots, programmes, showcases, surveys, themes
from domain.events import Ref
from domain.execution import Actor
from domain.programmes import Issuer, ProgrammeKind
from domain.showcases import ShowcaseStage
from domain.themes import ThemeKind

__all__ = ["area_themes", "campaign_of_xiangyuan", "pilot_of_qin", "smart_platform"]

NAMED_MODULES = ("党的建设", "政务服务", "社区治理", "社区生活")
MODULES = (*NAMED_MODULES, "模块五（示范）", "模块六（示范）", "模块七（示范）")
TYPES = (
    ThemeKind.SELF_GOVERNING,
    ThemeKind.CULTURAL,
    ThemeKind.SERVING,
    ThemeKind.HEALTHY,
    ThemeKind.ECOLOGICAL,
)
HOMES = (ThemeKind.WARM_HOME, ThemeKind.CARING_HOME, ThemeKind.HARMONIOUS_HOME)


def campaign_of_xiangyuan(
    script: Script, county: Actor, communities: Sequence[Community], nets: Sequence[Grid]
) -> None:
    """The programme with its parts and its policy basis, the leading group, a board and a signature project."""
    script.actor, day = county, script.day
    model = ("党建引领", "一网统筹", "数字社区", "多元共治")
    action = {"programme_kind": ProgrammeKind.ACTION, "name": "社区治理专项行动（示范）", "keywords": model}
    whole = script.do(programmes.launch, "programme", **action, since=day)
    for n, (kind, name) in enumerate(
        (
            (ProgrammeKind.PROJECT, "书记领航工程"),
            (ProgrammeKind.PLAN, "物业管理服务水平提升工作方案"),
            (ProgrammeKind.DOCUMENT, "城市基层党建三级联动体系实施意见"),
            (ProgrammeKind.CAPACITY, "素质提升计划"),
        )
    ):
        script.do(programmes.launch, f"programme-{n}", part_of=whole, programme_kind=kind, name=name, since=day)
    for level in (Issuer.CENTRAL, Issuer.PROVINCE, Issuer.CITY):
        document = f"{level.words.zh}级文件（示范）"
        line = f"basis-{level.name.lower()}"
        script.do(programmes.cite_basis, line, programme=whole, issued_by=level, document=document)
    measure = script.do(programmes.add_measure, "measure", programme=whole, name="网格划定", since=day)
    script.do(programmes.report_measure, "measure-done", measure=measure, percent=100, reported_on=day)
    chair = script.person("group-chair", "领导小组组长")
    group = script.do(headships.establish, "group", name="领导小组（示范）", since=day)
    script.do(headships.appoint_chair, "group-chair", leading_group=group, person=chair, since=day)
    cited = {"title": "示范报道", "publisher": "示范日报", "published": date(2024, 5, 1), "reporters": 1}
    script.do(bylines.cite, "byline", **cited)
    script.actor = nets[0].community.staff
    notice = {"title": "全科网格服务公示（示范）", "text": "网格名称、范围与工作电话（示范）"}
    script.do(boards.post, "board", grid=nets[0].ref, **notice, since=day)
    fuqian = communities[1]
    script.actor = fuqian.staff
    project = {"name": "社区课堂（示范）", "showcase_stage": ShowcaseStage.PUBLICISED}
    script.do(showcases.register, "showcase", community=fuqian.ref, **project, since=day)


def area_themes(script: Script, estates: Sequence[Compound], kinds: Sequence[ThemeKind] = TYPES) -> None:
    """As many areas as there are themes, each with one of its own."""
    for estate, kind in zip(estates, kinds, strict=False):
        script.actor = estate.community.staff
        script.do(
            themes.declare_theme_compound,
            f"{estate.line}-theme",
            compound=estate.ref,
            theme_kind=kind,
            feature=f"{kind.words.zh}（示范）",
            since=script.day,
        )


def smart_platform(script: Script, county: Actor, communities: Sequence[Community]) -> None:
    """All seven modules in the town's communities; four of them are named."""
    script.actor = county
    script.do(modules.list_modules, "modules", ledger=script.ledger, modules=MODULES, since=script.day)
    for place in communities:
        script.actor = place.staff
        for n, module in enumerate(MODULES, 1):
            line = f"{place.line}-module{n}"
            script.do(modules.enable_module, line, community=place.ref, module=module, since=script.day)


def pilot_of_qin(
    script: Script, town: Ref[Any], staff: Actor, communities: Sequence[Community], estates: Sequence[Compound]
) -> None:
    """The survey of members, the pilot, and three homes with a theme each."""
    script.actor, day = staff, script.day
    survey = script.do(surveys.open_survey, "survey", town=town, name="党员摸底（示范）", since=day)
    for estate in estates:
        script.actor = estate.community.staff
        script.do(
            surveys.count_members,
            f"{estate.line}-members",
            survey=survey,
            compound=estate.ref,
            community=estate.community.ref,
            party_members=20,
            surveyed_on=day,
        )
    script.actor = staff
    pilot = {"name": "社区养老试点", "keywords": ("党建", "社区", "物业", "养老")}
    script.do(pilots.designate, "pilot", community=communities[0].ref, **pilot, since=day)
    area_themes(script, estates, HOMES)
