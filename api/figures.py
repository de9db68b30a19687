"""Figures: the numbers that reports quote, each with the events that made it so."""

from collections.abc import Mapping
from typing import Any

from api import reading
from api.declared import Argument, Field, enum_type, listed, object_type, optional
from api.errors import FigureUnknown
from api.happenings import Happenings, Source
from api.lists import PAGE_ARGUMENTS
from api.reading import Found, Page
from api.selections import Chosen
from api.statement import At, Statement, literal
from api.versions import source
from api.ways import Expression
from api.ways import object_type as type_of
from projections.figures import Counted, Figure, FigureSpec, Unit, tenths_of_mean, tenths_of_percent
from projections.rows import LEDGER

__all__ = ["figure_type", "figures_field"]

KEYS = Argument("keys", optional(listed(str)), "Which, by key; none: all.\n按键名选取；空为全部。")
VALUE = """(case when {a}.over is null then {a}.value::float8 / {a}.scale
    when {a}.denominator > 0 and {a}.unit = 'PERCENT'
        then ((2000 * {a}.value + {a}.denominator) / (2 * {a}.denominator))::float8 / 10
    when {a}.denominator > 0 then ((20 * {a}.value + {a}.denominator * {a}.scale)
        / (2 * {a}.denominator * {a}.scale))::float8 / 10 end)"""


class Figures:
    """All figures of a ledger: what is declared, beside what has been counted."""

    def sql(self, statement: Statement, at: At, _alias: str, chosen: Chosen) -> str:
        specs = statement.catalogue.figures
        keys = chosen.given.get("keys")
        statement.require(keys, known_to(specs))
        if not specs:
            return "'[]'::json"
        rows = ", ".join(_declared(spec, n, statement.language) for n, spec in enumerate(specs.values()))
        s, f, o = statement.alias(), statement.alias(), statement.alias()
        columns = f"{s}.*, {_counted_value(statement, at, s, f)} as value, {f}.denominator"
        joined = f"{source(statement, at, Figure)} {f} on {f}.{LEDGER} = {at.ledger} and {f}.id = {s}.key"
        where = "" if keys is None else f" where {s}.key = any({statement.parameter(keys, 'text[]', known_to(specs))})"
        told = f"(values {rows}) {s}(n, key, label, unit, counted, over, scale, least)"
        each = f"select {columns} from {told} left join {joined}{where}"
        body = statement.object(type_of(chosen), chosen.sets, at, o)
        return f"(select coalesce(json_agg({body} order by {o}.n), '[]') from ({each}) {o})"


def _declared(spec: FigureSpec, n: int, language: str) -> str:
    over = "null::text" if spec.over is None else literal(spec.over)
    texts = (spec.key, spec.words.in_language(language), spec.unit.name, spec.of or spec.key)
    return f"({n}, {', '.join(map(literal, texts))}, {over}, {spec.scale}, {'true' if spec.least else 'false'})"


def _counted_value(statement: Statement, at: At, s: str, f: str) -> str:
    """As it was summed up; the least is looked for among the things that count."""
    c = statement.alias()
    counted = f"{source(statement, at, Counted)} {c} where {c}.{LEDGER} = {at.ledger} and {c}.figure = {s}.key"
    least = f"(select min({c}.amount) from {counted} and {c}.n > 0)"
    return f"(case when {s}.least then {least} else coalesce({f}.value, 0) end)"


def known_to(specs: Mapping[str, FigureSpec]) -> Any:
    def check(keys: list[str]) -> list[str]:
        for key in keys:
            if key not in specs:
                raise FigureUnknown(key)
        return keys

    return check


def evidence(statement: Statement, at: At, alias: str, _chosen: Chosen) -> Source:
    """The events that made each thing count that counts; of a ratio, the things above the line."""
    c = statement.alias()
    counted = f"{source(statement, at, Counted)} {c} where {c}.{LEDGER} = {at.ledger} and {c}.figure = {alias}.counted"
    positions = f"(select distinct {c}.position from {counted} and {c}.n > 0)"
    return Source(f"{positions} t join log l on l.ledger = {at.ledger} and l.position = t.position", (), "t.position")


def figures_field(figure: Any) -> Field:
    words = "The figures of this ledger.\n本账本的各项指标。"
    return Field("figures", listed(figure), words, _read_figures, Figures(), [KEYS])


def figure_type(events: Any) -> Any:
    """`events` is the type of connections of events."""
    told = "A number that reports quote, worked out from the events.\n报告所引用的数字，由事件计算得出。"
    of_row = "{a}.{name}"
    part = "case when {a}.over is not null then coalesce({a}.{name}, 0)::int end"
    return object_type(
        "Figure",
        told,
        [
            _field("key", str, "Its name for programs.\n程序使用的键名。", lambda s, _: s.key, of_row),
            _field(
                "label", str, "Its name for people.\n名称。", lambda s, f: s.words.in_language(_language(f)), of_row
            ),
            _field("unit", enum_type(Unit), "What it measures.\n计量单位。", lambda s, _: s.unit, of_row),
            _field(
                "value",
                optional(float),
                "Its value, a ratio in percent with one decimal; none if not known or withheld.\n"
                "数值，比率为百分数保留一位小数；未知或不予公布时为空。",
                lambda s, f: _value(s, f.row),
                VALUE,
            ),
            _field(
                "numerator",
                optional(int),
                "Of a ratio or mean: what is above the line; of a mean of areas, in 0.01 m².\n"
                "比率或平均值的分子；面积平均值以 0.01 平方米计。",
                _part("value"),
                part,
                column="value",
            ),
            _field(
                "denominator",
                optional(int),
                "Of a ratio or mean: what is below the line.\n比率或平均值的分母。",
                _part("denominator"),
                part,
            ),
            Field(
                "events",
                events,
                "The events that made each thing count.\n使各项计入的事件。",
                _read_evidence,
                Happenings(evidence),
                PAGE_ARGUMENTS,
            ),
        ],
    )


def _field(name: str, kind: Any, words: str, read: Any, sql: str, *, column: str = "") -> Field:
    way = Expression(lambda _, alias: sql.format(a=alias, name=column or name))
    return Field(name, kind, words, lambda found, *_: read(found.row["spec"], found), way)


def _value(spec: FigureSpec, row: Mapping[str, Any]) -> float | None:
    if spec.over is None:
        return None if row["value"] is None else row["value"] / spec.scale
    if spec.is_mean:
        tenths = tenths_of_mean(row["value"], row["denominator"] or 0, spec.scale)
    else:
        tenths = tenths_of_percent(row["value"], row["denominator"] or 0)
    return None if tenths is None else tenths / 10


def _part(name: str) -> Any:
    return lambda spec, found: None if spec.over is None else found.row[name] or 0


def _language(found: Found) -> str:
    return found.here.reader.language


async def _read_figures(ledger: Found, _context: Any, given: Mapping[str, Any]) -> list[Found]:
    return await reading.figures(ledger.here, given.get("keys"))


async def _read_evidence(figure: Found, _context: Any, given: Mapping[str, Any]) -> Page:
    return await reading.event_page(figure.here, await reading.evidence(figure), given)
