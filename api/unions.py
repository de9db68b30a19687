"""References to things of several kinds: a union for each set of kinds, named by the field that first declares it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.catalogue import Catalogue
from api.declared import union_type
from api.naming import camel, said
from domain.events import Field, fields_of
from domain.words import WORDS, Words
from projections.reports import REPORTS, report_fields
from projections.rows import Row, columns

__all__ = ["Kinds", "union_types"]

Kinds = frozenset[str]


def union_types(catalogue: Catalogue, types: Mapping[type[Row], Any]) -> dict[Kinds, Any]:
    """By the kinds that are shown; where only one of them is, its own type."""
    made: dict[Kinds, Any] = {}
    for owner, field in _declared(catalogue):
        rows = [catalogue.nodes[kind] for kind in field.kinds if kind in catalogue.nodes]
        if len(field.kinds) > 1 and rows and frozenset(field.kinds) not in made:
            members = [types[row] for row in rows]
            name = owner + "".join(word.capitalize() for word in field.name.split("_"))
            several = len(members) > 1
            made[frozenset(field.kinds)] = union_type(name, _told(field, rows), members) if several else members[0]
    return made


def _declared(catalogue: Catalogue) -> Iterator[tuple[str, Field]]:
    owners: Iterable[tuple[type[Any], Iterable[Field]]] = (
        *((row, columns(row)) for row in catalogue.rows),
        *((event, fields_of(event)) for event in catalogue.events.values()),
        *((report, report_fields(report)) for report in REPORTS if report.of in catalogue.rows),
    )
    return ((owner.__name__, field) for owner, fields in owners for field in fields)


def _told(field: Field, rows: Iterable[type[Row]]) -> str:
    names, words = [row.__name__ for row in rows], WORDS.get(field.name, Words(camel(field.name), "所指事物"))
    en, zh = words.en.rstrip("."), words.zh.rstrip("。")
    return said(Words(f"{en}: {', '.join(names[:-1])} or {names[-1]}.", f"{zh}：{'、'.join(names)} 之一。"))
