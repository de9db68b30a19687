"""Which test shows which mechanism of the two articles: read from the tests' own words, printed by `make printed`.

A test names a row (X38, Q55) in its docstring or name; a row counts as shown once a test that speaks GraphQL names it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

__all__ = ["PRINTED", "ROWS", "Shown", "printed", "shown"]

HOME = Path(__file__).parent
PRINTED = HOME.parent / "docs" / "mechanisms.md"
ROW = re.compile(r"\b([XQ])(\d\d)(?:\s*[-–]\s*([XQ])?(\d\d))?\b")
WIRE = frozenset({"wilds", "counties", "home", "town", "wire", "street"})
"""The fixtures of tests that act and ask through GraphQL."""

ROWS: Mapping[str, str] = {
    "X01": "Venues by town 阵地",
    "X02": "Notice board of a grid 网格公示栏",
    "X03": "The community as the root of places 社区为基本单元",
    "X04": "Communities and compounds 社区、小区",
    "X05": "Origin of a compound 小区类型",
    "X06": "Problems of a compound 小区问题",
    "X07": "Programmes and their measures 专项行动",
    "X08": "The four parts of the model 四位一体模式",
    "X09": "Policy basis 政策依据",
    "X10": "Leading group and its chair 领导小组",
    "X11": "Leader-place contact 包联",
    "X12": "Town leaders in contact with grids 乡镇领导联系网格",
    "X13": "Grids 普通网格",
    "X14": "Micro-grids 微网格",
    "X15": "Full-time grid workers 专职网格员",
    "X16": "Micro-grid leaders 微网格长",
    "X17": "Notices of grids 醒目位置公示",
    "X18": "Community Party committees 社区党委",
    "X19": "Compound Party branches 小区党支部",
    "X20": "Grid Party groups 网格党小组",
    "X21": "Central households, without who they are 党员中心户",
    "X22": "The chain of Party organisations 四级组织体系",
    "X23": "Star rating of compound branches 评星定级",
    "X24": "Five haves 五有",
    "X25": "Benchmark branches 标杆小区党支部",
    "X26": "Making branches substantive 支部实体化",
    "X27": "Secretaries lead the way 书记领航",
    "X28": "Star-graded secretaries 书记星级化管理",
    "X29": "Reserve cadres 后备干部",
    "X30": "Branch secretaries and their pools 支部书记来源",
    "X31": "Three post classes, eighteen grades 三岗十八级",
    "X32": "Transition 过渡办理",
    "X33": "Capacity plan 素质提升",
    "X34": "Lead-goose training 领头雁培训",
    "X35": "Rotation training 轮训",
    "X36": "Social-worker certificates 社工证",
    "X37": "Double registration, double service 双报到双服务",
    "X38": "Pairing of units and compounds 结对共建",
    "X39": "Five joint tasks 五联",
    "X40": "1+9+X",
    "X41": "County centre 县中心",
    "X42": "Town centres 镇中心",
    "X43": "Community centres 社区中心",
    "X44": "Stations and their tenure 小区站点",
    "X45": "Service circle 服务圈",
    "X46": "Lists and registration in the circle 三清单、双报到",
    "X47": "Centre, grid and service 中心+网格+服务",
    "X48": "Governance community 治理共同体",
    "X49": "Rest stations 暖新驿站",
    "X50": "Mobile reporters 新业态群体参与治理",
    "X51": "Smart-platform modules 智慧平台模块",
    "X52": "Platform promises 平台承诺",
    "X53": "Merchants' alliance 商圈联盟",
    "X54": "Food festival 美食节",
    "X55": "Coupons 优惠券",
    "X56": "Volunteer fair 志愿服务大赶集",
    "X57": "Property-industry Party committee 物业行业党委",
    "X58": "Property-firm Party branches 物业公司党支部",
    "X59": "Joint-building agreements 党建联建",
    "X60": "Living files 动态档案",
    "X61": "Property-service coverage 物业服务覆盖率",
    "X62": "Market-provided service 市场化物业",
    "X63": "Owners' committees 业委会",
    "X64": "Property management committees 物管会",
    "X65": "One body for every compound 业委会、物管会覆盖",
    "X66": "Work plan 工作方案",
    "X67": "Triads 三方结对",
    "X68": "Three joints, three commons 三联三共",
    "X69": "Deliberation of a compound 小区协商",
    "X70": "Campaigns 专项治理",
    "X72": "Five-good star rating of firms 五好红色物业星级企业",
    "X71": "Civilised families 文明家庭",
    "X73": "Model civilised compounds 文明示范小区",
    "X74": "The pattern as a whole 党建引领格局",
    "X75": "Opinions on the linked system 实施意见",
    "X76": "County joint meetings 县联席会议",
    "X77": "Town and community joint meetings 镇、社区联席会议",
    "X78": "Forums of three kinds 恳谈会、协调会、议事厅",
    "X79": "Renovation of old compounds 老旧小区改造",
    "X80": "Deliberation meetings of a renovation 协商议事会",
    "X81": "Paired units support projects 结对单位支持改造",
    "X82": "Works of a renovation 改造工程内容",
    "X83": "Part-time committee members 兼职委员",
    "X84": "Needs, resources, projects 三张清单",
    "X85": "Party-building alliance 党建联盟",
    "X86": "Joint activities 联合活动",
    "X87": "Signature projects 特色服务项目",
    "X88": "Community types and themes 五型社区",
    "X89": "Community class and award 社区课堂、奖项",
    "X90": "Social organisations engaged 引入社会组织",
    "Q01": "Since 2023 起始时间",
    "Q02": "Grid Party branches 网格党支部",
    "Q03": "Survey of members 党员摸底",
    "Q04": "Primary-level branches 基层党支部",
    "Q05": "Source of secretaries 书记来源",
    "Q06": "Retired cadre members 退休干部党员",
    "Q07": "Branch on the compound 支部建在小区",
    "Q08": "Home themes 三个家园",
    "Q09": "Three guarantees 三项保障",
    "Q10": "Three supports 三项支撑",
    "Q11": "Three roles of a station 三个主阵地",
    "Q12": "Pooled forces 力量整合",
    "Q13": "One-to-one help and visits 结对帮扶",
    "Q14": "Branch, grid, member 支部+网格+党员",
    "Q15": "Feature grids 特色网格",
    "Q16": "One net 一网覆盖",
    "Q17": "Settled where it arises 枫桥经验",
    "Q18": "Online and offline 线上线下双线联动",
    "Q19": "One platform for governance 网格化治理平台",
    "Q20": "Residents place orders 群众点单",
    "Q21": "Organisations dispatch 组织派单",
    "Q22": "Members claim 党员领单",
    "Q23": "Branches show 支部晒单",
    "Q24": "Two evaluations 两评",
    "Q25": "Four parties deliberate 四方协商",
    "Q26": "Residents raise 居民提事",
    "Q27": "The branch verifies 支部核事",
    "Q28": "Deliberation 协商议事",
    "Q29": "Joint handling 联动办事",
    "Q30": "Residents evaluate 群众评事",
    "Q31": "Rules of the four lists 四单有登记",
    "Q32": "Linked data 数据联动",
    "Q33": "Talent into the two committees 三类人才",
    "Q34": "Open recruitment 公开招聘",
    "Q35": "Election and recommendation 选任推荐",
    "Q36": "Pay published 薪酬公示",
    "Q37": "Assessment of secretaries 考核打分",
    "Q38": "Two full terms 连任两届",
    "Q39": "Three unifications 三统一",
    "Q40": "Eight haves 八有",
    "Q41": "Names of stations 名称规范",
    "Q42": "Eight functions 八大功能",
    "Q43": "Public rooms on floor 1 一楼接待",
    "Q44": "Five kinds of room 五类场所",
    "Q45": "Signs 挂牌",
    "Q46": "Work rules on the wall 制度上墙",
    "Q47": "Functions of the merged centre 五项功能",
    "Q48": "Windows and their items 服务窗口",
    "Q49": "Who answers for a venue 责任分工",
    "Q50": "Branch on the grid 支部建在网格",
    "Q51": "Coverage as assessment item 覆盖考核",
    "Q52": "Comprehensive station 综合服务站",
    "Q53": "Leader, worker, checker 三级网格岗",
    "Q54": "Service team of six roles 服务队伍",
    "Q55": "Members enter grids 党员入格",
    "Q56": "Nearest, or balanced 就近统筹",
    "Q57": "Registered members in grids 报到编格",
    "Q58": "Part-time grid workers 兼职网格员",
    "Q59": "Red property 红色物业",
    "Q60": "Four-level chain 四级体系",
    "Q61": "Committees built under Party leadership 党组织领建业委会",
    "Q62": "Elderly-care scheme 养老项目",
    "Q63": "Pilots 试点",
    "Q64": "Care contract 托养合同",
    "Q65": "Elders aged 60 or more 60 岁以上",
    "Q66": "Targets of the four teams 四方联动目标任务",
    "Q67": "Under one leadership 小区党组织统一领导",
    "Q68": "Duty, work, service 运行制度",
    "Q69": "Neighbour-help station 互助服务站",
    "Q70": "Three-party linkage 三方联动",
    "Q71": "Functional places 功能场所",
    "Q72": "Who sits on committees 业委会成员",
    "Q73": "Gatekeeping of major matters 重大事项把关",
    "Q74": "Supervision of the firm 对物业的监督",
    "Q75": "Property service centre 物业服务中心",
    "Q76": "Sources 来源",
}
"""The mechanisms that are built: places, organisations, posts, relations, venues, activities and care."""


class Shown(NamedTuple):
    """A test that names a row."""

    test: str
    wire: bool


def shown() -> Mapping[str, list[Shown]]:
    """The tests of each row that any test names."""
    found: defaultdict[str, list[Shown]] = defaultdict(list)
    for file in sorted(HOME.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                wire = bool(WIRE & {argument.arg for argument in node.args.args})
                for row in _named(f"{node.name.replace('_', ' ').upper()} {ast.get_docstring(node) or ''}"):
                    found[row].append(Shown(f"{file.stem}::{node.name}", wire))
    return found


def printed() -> str:
    """The table of rows and tests."""
    tests = shown()
    lines = [
        "# Mechanisms and their tests 机制与测试",
        "",
        "Written by `make printed` from what the tests say of themselves. **Bold**: through GraphQL.",
        "由 `make printed` 依测试自述生成；粗体为经 GraphQL 的测试。",
        "",
        "| row | mechanism 机制 | tests 测试 |",
        "|---|---|---|",
        *(f"| {row} | {words} | {_told(tests.get(row, []))} |" for row, words in ROWS.items()),
    ]
    return "\n".join(lines) + "\n"


def _named(text: str) -> Iterator[str]:
    rows: dict[str, None] = {}
    for letter, first, _, last in ROW.findall(text):
        rows |= dict.fromkeys(f"{letter}{n:02}" for n in range(int(first), int(last or first) + 1))
    yield from rows


def _told(tests: list[Shown]) -> str:
    return "<br>".join(f"**{each.test}**" if each.wire else each.test for each in dict.fromkeys(tests))


if __name__ == "__main__":
    PRINTED.write_text(printed(), "utf-8")
