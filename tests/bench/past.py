"""T5: the same questions half-way back and now, over a long history, by one client after the other."""

import itertools
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.app import open_engine
from api.composition import services_over
from api.execution import Engine, Request
from domain.compounds import ServiceMode
from domain.words import Words
from infra.database import Databases
from infra.settings import Settings
from tests.bench.long import FIRMS, LEDGER, communities_of, compounds_of, make_history
from tests.bench.measuring import Comparison, Contestant, Sizes, at_least, take_turns

__all__ = ["measure"]

NODE = "id name problems serviceMode serviceSince community { id name } provider { id name }"
PAGE = f"{{ edges {{ cursor node {{ {NODE} }} }} pageInfo {{ hasNextPage endCursor }} }}"
DECLARED = "$code: ID!, $id: ID!, $mode: ServiceMode!, $firm: ID!, $at: Moment"


@dataclass(frozen=True)
class Question:
    what: Words
    text: str

    @property
    def query(self) -> str:
        """With the variables that it uses."""
        used = [each for each in DECLARED.split(", ") if each.partition(":")[0] in self.text]
        return f"query ({', '.join(used)}) {{ {self.text} }}"


def _of_ledger(text: str) -> str:
    return f"ledger(code: $code, asKnownAt: $at) {{ {text} }}"


QUESTIONS = (
    Question(
        Words("a compound by id", "按编号取一个小区"),
        f"node(id: $id, asKnownAt: $at) {{ ... on Compound {{ {NODE} }} }}",
    ),
    Question(
        Words("50 by what never changes (community)", "按不变的列（社区）筛选 50 项"),
        f"node(id: $id, asKnownAt: $at) {{ ... on Community {{ compounds(first: 50) {PAGE} }} }}",
    ),
    Question(
        Words("50 by what changes (way of service)", "按会变的列（物业方式）筛选 50 项"),
        _of_ledger(f"compounds(first: 50, serviceMode: $mode) {PAGE}"),
    ),
    Question(
        Words("50 by a reference that changes (firm)", "按会变的引用（物业企业）筛选 50 项"),
        _of_ledger(f"compounds(first: 50, provider: $firm) {PAGE}"),
    ),
    Question(
        Words("10 communities, 10 compounds each, their buildings", "10 个社区各 10 个小区及其楼栋"),
        _of_ledger(
            f"communities(first: 10) {{ edges {{ node {{ name compounds(first: 10) {{ edges {{ node {{ {NODE} "
            "buildings(first: 5) { edges { node { name grid { name } } } } } } } } } }"
        ),
    ),
)


class NothingToSay(Exception):
    """An answer has errors, or nothing in it."""


async def measure(databases: Databases, sizes: Sizes) -> list[Comparison]:
    owner = await databases.connect("gongzhi_owner")
    try:
        await make_history(databases, owner, sizes.events)
        await owner.execute("vacuum analyze")
    finally:
        await owner.close()
    with tempfile.TemporaryDirectory(prefix="gongzhi-bench-") as home:
        async with (
            services_over(databases, Settings(home=Path(home))) as services,
            open_engine(services) as (engine, _),
        ):
            found = await take_turns(sizes.rounds, dict(_contestants(engine, sizes)))
    return [_line(each, sizes.events, found) for each in QUESTIONS]


def _line(question: Question, head: int, found: Mapping[Any, tuple[float, ...]]) -> Comparison:
    what = Words(
        f"{question.what.en}, half-way back of {head:,} events", f"{question.what.zh}，{head:,} 个事件的一半处"
    )
    now = Words("the same, now", "同一查询，现在")
    return Comparison("T5", what, "requests/s", found[question, True], now, found[question, False], at_least(0.5))


def _contestants(engine: Engine, sizes: Sizes) -> Any:
    for question in QUESTIONS:
        for past in (True, False):
            moment = {"position": sizes.events // 2} if past else None
            asked = _variables(question, sizes.events, moment)
            yield (question, past), _asking(engine, question.query, asked, sizes.seconds)


def _asking(engine: Engine, query: str, asked: Callable[[int], dict[str, Any]], seconds: float) -> Contestant:
    numbers = itertools.count()

    async def ask() -> float:
        """Requests a second."""
        first, began = next(numbers), time.perf_counter()
        for done, n in enumerate(itertools.count(first), 1):
            answer = await engine.answer(Request(query, asked(n)))
            if n == first:
                _check(answer.body)
            if (taken := time.perf_counter() - began) >= seconds:
                return done / taken
        raise AssertionError

    return ask


def _variables(question: Question, events: int, moment: dict[str, Any] | None) -> Callable[[int], dict[str, Any]]:
    kind, many = ("community", communities_of) if "Community" in question.text else ("compound", compounds_of)

    def asked(n: int) -> dict[str, Any]:
        mode = (ServiceMode.MARKET, ServiceMode.COMMUNITY)[n % 2].name
        id_ = f"{LEDGER}:{kind}:{n * 7919 % many(events)}"
        return {"code": LEDGER, "id": id_, "mode": mode, "firm": f"{LEDGER}:firm:{n % FIRMS}", "at": moment}

    return asked


def _check(body: bytes) -> None:
    answer = json.loads(body)
    if "errors" in answer or b'"edges" : []' in body or not all(answer["data"].values()):
        raise NothingToSay(body)
