"""Of an event that was dated back: by how many days and under which policy, for all; why, for staff (BR-82)."""

from typing import Any

from api.declared import Field, object_type, optional
from api.reading import Found
from api.selections import Chosen
from api.statement import At, Statement
from api.ways import Expression, Same
from domain.events import Audience

__all__ = ["backdating_field", "backdating_type"]


class _IfBackdated(Same):
    """The object, made of the event's own row, if it was dated back."""

    def sql(self, statement: Statement, at: At, alias: str, chosen: Chosen) -> str:
        return f"(case when {alias}.backdated_days is not null then {super().sql(statement, at, alias, chosen)} end)"


class _Reason:
    def sql(self, statement: Statement, _at: At, alias: str, _chosen: Chosen) -> str:
        return f"{alias}.backdated_reason" if statement.sees(Audience.STAFF) else "null::text"


def backdating_field(kind: Any) -> Field:
    told = "How it was dated back; none: it was not.\n追溯登记的情况；非追溯登记为空。"
    return Field("backdated", optional(kind), told, _read, _IfBackdated())


def backdating_type() -> Any:
    fields = [
        _number("daysEarlier", "backdated_days", "How many days earlier it happened.\n早于登记的天数。"),
        _number(
            "policy",
            "backdated_policy",
            "The revision of the ledger's limit that allowed it; 0: the default.\n"
            "所依据的期限规定的修订序号；0 为默认。",
        ),
        Field(
            "reason",
            optional(str),
            "Why it was entered only then; only for staff.\n追溯登记的事由；仅工作人员可见。",
            lambda found, *_: found.row.get("backdated_reason"),
            _Reason(),
        ),
    ]
    return object_type("Backdating", "How an event was dated back.\n追溯登记的情况。", fields)


def _number(name: str, column: str, told: str) -> Field:
    way = Expression(lambda _, alias: f"{alias}.{column}")
    return Field(name, int, told, lambda found, *_: found.row[column], way)


def _read(found: Found, *_: Any) -> Found | None:
    return None if found.row["backdated_days"] is None else found
