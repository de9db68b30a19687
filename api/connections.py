"""Connection types: edges with cursors, whether there is more, and how many in all when asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.declared import Field, add_fields, listed, object_type, optional
from api.reading import Found, Page

__all__ = ["connection_type", "page_info"]


@dataclass(frozen=True)
class Edge:
    page: Page
    node: Found

    @property
    def cursor(self) -> str:
        return self.page.cursor(self.node)


def page_info() -> Any:
    """The one PageInfo type of a schema."""
    fields = (
        ("hasNextPage", bool, "Whether more follows.\n后面是否还有。", lambda page: page.more),
        ("hasPreviousPage", bool, "Whether it comes after a cursor.\n是否接在某游标之后。", lambda page: page.later),
        ("startCursor", optional(str), "The cursor of the first item.\n首项游标。", lambda page: _cursor(page, 0)),
        ("endCursor", optional(str), "The cursor of the last item.\n末项游标。", lambda page: _cursor(page, -1)),
    )
    return object_type("PageInfo", "Where a page stands in its list.\n页在列表中的位置。", map(_plain, fields))


def connection_type(name: str, node: Any, told: str, info: Any) -> Any:
    """`told` says in both languages what the items are."""
    edge = object_type(f"{name}Edge", _of("One of a list", "列表中的一项", told))
    node_words, cursor_words = "The item.\n该项。", "Where to go on after it.\n从其后继续的位置。"
    add_fields(
        edge,
        map(
            _plain,
            (("node", node, node_words, lambda e: e.node), ("cursor", str, cursor_words, lambda e: e.cursor)),
        ),
    )
    fields = (
        (
            "edges",
            listed(edge),
            "The items of this page: things newest first, events in order.\n本页各项：事物由新到旧，事件按先后。",
            lambda page: [Edge(page, item) for item in page.items],
        ),
        ("pageInfo", info, "Where this page stands.\n本页的位置。", lambda page: page),
    )
    total = Field("totalCount", int, "How many there are in all.\n总数。", _count)
    return object_type(f"{name}Connection", _of("A page of a list", "列表的一页", told), [*map(_plain, fields), total])


def _plain(declared: tuple[str, Any, str, Any]) -> Field:
    name, kind, description, get = declared

    def read(source: Any, _context: Any, _given: Mapping[str, Any]) -> Any:
        return get(source)

    return Field(name, kind, description, read)


async def _count(page: Page, *_: Any) -> int:
    return int(await page.count())


def _cursor(page: Page, index: int) -> str | None:
    return page.cursor(page.items[index]) if page.items else None


def _of(en: str, zh: str, told: str) -> str:
    first, last = told.split("\n")
    return f"{en}: {first}\n{zh}：{last}"
