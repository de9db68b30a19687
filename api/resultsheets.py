"""The result of an owners' vote on a sheet to print and post: both sides of every comparison, in Chinese and English.

It is public, as what it tells is; before the count it says how many take part and nothing of how they vote.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, Response

from api.execution import Engine, Request
from api.scalars import decimal
from domain.assemblies import AssemblyStep
from domain.bodies import CHINA
from domain.tallies import Item, Outcome

__all__ = ["ResultSheets"]

QUERY = """query ($id: ID!) { node(id: $id) { ... on Assembly {
    assemblyStep notifiedOn opensOn closesAt rulesRevision rosterDigest
    allHeads allArea castHeads castArea quorumMet posted noticeLate effectiveOn onHold
    compound { name community { name } }
    assemblyQuestions(first: 500) { edges { node {
        questionNo questionItem question outcome byDissent forHeads forArea againstHeads againstArea abstainHeads
        abstainArea silentHeads silentArea quorumHeadsHeld quorumHeadsNeeded quorumAreaHeld quorumAreaNeeded
        passHeadsHeld passHeadsNeeded passAreaHeld passAreaNeeded passStrictly } } } } } }"""
STYLE = """body{font:15px/1.6 "Noto Serif SC","Songti SC",SimSun,serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;text-align:center}h1 small,h2 small,th small,td small{display:block;font-weight:400;color:#555}
table{border-collapse:collapse;width:100%;margin:.6rem 0 1.4rem}th,td{border:1px solid #888;padding:.3rem .6rem}
th{text-align:left;background:#f4f4f0;width:42%}td.n{text-align:right;font-variant-numeric:tabular-nums}
.yes{color:#176b2c}.no{color:#a11}code{font-size:.75rem;word-break:break-all}footer{color:#555;font-size:.85rem}
@media print{body{margin:0;max-width:none}section{break-inside:avoid}}"""
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class ResultSheets:
    """Gives the sheet of an assembly: `/assemblies/140423/assembly:…`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def give(self, http: HttpRequest) -> Response:
        ledger, assembly = http.path_params["ledger"], http.path_params["assembly"]
        answer = await self.engine.answer(Request(QUERY, {"id": f"{ledger}:{assembly}"}))
        told = orjson.loads(answer.body)
        node = (told.get("data") or {}).get("node")
        if not node:
            return HTMLResponse(_page("没有这次会议 No such assembly", ""), 404, HEADERS)
        return HTMLResponse(_sheet(node, told["extensions"]["ledger"]), headers=HEADERS)


def _sheet(node: Mapping[str, Any], cited: Mapping[str, Any]) -> str:
    place = f"{node['compound']['community']['name']} · {node['compound']['name']}"
    questions = sorted((edge["node"] for edge in node["assemblyQuestions"]["edges"]), key=lambda q: q["questionNo"])
    body = _rows(_facts(node, place)) + "".join(map(_question, questions))
    foot = f"账本位置 Ledger position {cited['code']}:{cited['position']}"
    counted = any(each["outcome"] for each in questions)
    title = ("业主大会表决结果", "Result of the owners' vote") if counted else ("业主大会会议", "Owners' assembly")
    return _page(title[0], f"{body}<footer>{escape(foot)}</footer>", title[1])


def _facts(node: Mapping[str, Any], place: str) -> Iterable[tuple[str, str, Any]]:
    yield "小区", "Compound", place
    yield "阶段", "Step", _words(AssemblyStep[node["assemblyStep"]])
    yield "通知日期", "Notified on", node["notifiedOn"]
    yield "表决期间", "Voting", _voting(node) if node["opensOn"] else None
    yield "议事规则版本", "Revision of the rules", node["rulesRevision"]
    yield "参与人数 / 总人数", "Owners who voted / all", _of(node["castHeads"], node["allHeads"])
    yield "参与面积 / 总面积（平方米）", "Their area / all (m²)", _of(node["castArea"], node["allArea"])
    yield "公示日期", "Posted on", node["posted"] and f"{node['posted']}{'（逾期 late）' if node['noticeLate'] else ''}"
    yield (
        "生效日期",
        "In effect from",
        node["effectiveOn"] and ("搁置 on hold" if node["onHold"] else node["effectiveOn"]),
    )
    yield "名册摘要", "Digest of the roster", node["rosterDigest"]


def _question(q: Mapping[str, Any]) -> str:
    item = Item[q["questionItem"]].words
    head = f"<h2>{q['questionNo']}. {escape(q['question'])}<small>{escape(item.zh)} {escape(item.en)}</small></h2>"
    if q["outcome"] is None:
        return f"<section>{head}<p>截止前不公布票数。 Nothing is told before the count.</p></section>"
    outcome = Outcome[q["outcome"]]
    counts = [
        ("同意", "For", f"{q['forHeads']} · {q['forArea']} m²"),
        ("反对", "Against", f"{q['againstHeads']} · {q['againstArea']} m²"),
        ("弃权", "Abstained", f"{q['abstainHeads']} · {q['abstainArea']} m²"),
    ]
    if q["silentHeads"]:
        counts.append(
            ("未表决视为参与", "Silent, counted as taking part", f"{q['silentHeads']} · {q['silentArea']} m²")
        )
    compared = () if q["byDissent"] else _compared(q)
    word = f'<span class="{"yes" if outcome is Outcome.ADOPTED else "no"}">{_words(outcome)}</span>'
    rows = "".join(_row(zh, en, escape(str(value)), "n") for zh, en, value in (*counts, *compared))
    return f"<section>{head}<table>{rows}{_row('结果', 'Outcome', word)}</table></section>"


def _compared(q: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Multiplied out, so that nothing was rounded: held against needed, as `3 × 9 = 27 ≥ 2 × 12 = 24`."""
    strict = q["passStrictly"]
    share = ("过半数", "More than half") if strict else ("达四分之三", "Three quarters")
    passing = (2, ">", 1) if strict else (4, "≥", 3)
    for side, zh, en, factors in (
        ("quorumHeads", "参与人数达三分之二", "Two thirds of all owners take part", (3, "≥", 2)),
        ("quorumArea", "参与面积达三分之二（平方米）", "Two thirds of all area takes part (m²)", (3, "≥", 2)),
        ("passHeads", f"同意人数{share[0]}", f"{share[1]} of these owners are for", passing),
        ("passArea", f"同意面积{share[0]}（平方米）", f"{share[1]} of this area is for (m²)", passing),
    ):
        times, sign, by = factors
        held, needed = q[f"{side}Held"], q[f"{side}Needed"]
        met = held > needed if sign == ">" else held >= needed
        told = decimal if side.endswith("Area") else str
        left, right = f"{times} × {told(held // times)}", f"{by} × {told(needed // by)}"
        yield zh, en, f"{left} = {told(held)} {sign} {right} = {told(needed)} {'✓' if met else '✗'}"


def _voting(node: Mapping[str, Any]) -> str:
    """Days and hours as people in China read them."""
    return f"{node['opensOn']} — {datetime.fromisoformat(node['closesAt']).astimezone(CHINA):%Y-%m-%d %H:%M}"


def _of(part: Any, whole: Any) -> str | None:
    return None if whole is None else f"{part} / {whole}"


def _words(member: Any) -> str:
    return f"{escape(member.words.zh)} {escape(member.words.en)}"


def _rows(facts: Iterable[tuple[str, str, Any]]) -> str:
    return f"<table>{''.join(_row(zh, en, escape(str(v))) for zh, en, v in facts if v is not None)}</table>"


def _row(zh: str, en: str, value: str, kind: str = "") -> str:
    return f'<tr><th>{escape(zh)}<small>{escape(en)}</small></th><td class="{kind}">{value}</td></tr>'


def _page(title: str, body: str, beneath: str = "") -> str:
    small = f"<small>{escape(beneath)}</small>" if beneath else ""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    headed = f"<h1>{escape(title)}{small}</h1>{body}"
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{headed}</body></html>'
