"""`gongzhi demo`: record the counties, ask the API for each figure as anybody would, and compare."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from api.app import open_engine
from api.composition import Services
from api.demo.figures import EXPECTED, Expected
from api.demo.loading import load
from api.demo.playing import COUNTIES
from api.execution import Engine, Request
from domain.recording import LedgerUnknown

__all__ = ["Checked", "ask", "check", "checked"]

FIGURES = """
query ($code: ID!, $keys: [String!]) {
  ledger(code: $code) {
    figures(keys: $keys) {
      key label value numerator denominator events(first: 1) { totalCount edges { node { position type } } } } } }
"""


class Checked(NamedTuple):
    """A figure as the article has it and as the API answers it, with its evidence."""

    ledger: str
    key: str
    label: str
    expected: Expected
    found: Expected
    events: int
    first: str

    @property
    def right(self) -> bool:
        return self.expected == self.found and self.events > 0


async def check(services: Services, ledger: str | None, as_json: bool, out: Console) -> bool:  # noqa: FBT001
    """Whether all figures are right; prints each."""
    codes = [ledger] if ledger else list(COUNTIES)
    for code in codes:
        if code not in COUNTIES:
            raise LedgerUnknown(code)
        await load(services, COUNTIES[code])
    async with open_engine(services) as (engine, _):
        figures = [figure for code in codes for figure in await checked(engine, code)]
    if as_json:
        out.print_json(json.dumps([_as_json(figure) for figure in figures], ensure_ascii=False))
    else:
        out.print(_table(figures))
    return all(figure.right for figure in figures)


async def checked(engine: Engine, code: str) -> list[Checked]:
    """All figures of a county that the rooms can answer."""
    return list(_compared(code, await ask(engine, FIGURES, code=code, keys=list(EXPECTED[code]))))


async def ask(engine: Engine, query: str, **variables: Any) -> Any:
    """What the public gets for a query."""
    answer = json.loads((await engine.answer(Request(query, variables))).body)
    if "errors" in answer:
        raise RuntimeError(answer["errors"])
    return answer["data"]


def _compared(code: str, data: Any) -> Iterator[Checked]:
    for figure in data["ledger"]["figures"]:
        found = Expected(figure["value"], figure["numerator"], figure["denominator"])
        evidence, node = figure["events"], figure["events"]["edges"][0]["node"]
        first = f"{node['type']} @ {node['position']}"
        expected = EXPECTED[code][figure["key"]]
        yield Checked(code, figure["key"], figure["label"], expected, found, evidence["totalCount"], first)


def _table(figures: list[Checked]) -> Table:
    table = Table("账本", "指标 figure", "", "应为 expected", "实为 found", "证据 events", "首条 first", "")
    for each in figures:
        mark = "[green]✓[/]" if each.right else "[red]✗[/]"
        expected, found = _number(each.expected), _number(each.found)
        table.add_row(each.ledger, each.key, each.label, expected, found, str(each.events), each.first, mark)
    return table


def _number(value: Expected) -> str:
    if value.denominator is None:
        return f"{value.value:g}"
    return f"{value.numerator}/{value.denominator} = {value.value:g}"


def _as_json(each: Checked) -> dict[str, Any]:
    return {
        "ledger": each.ledger,
        "key": each.key,
        "expected": each.expected._asdict(),
        "found": each.found._asdict(),
        "events": each.events,
        "right": each.right,
    }
