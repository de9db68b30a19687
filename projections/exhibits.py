"""Exhibits as people find them: files kept as evidence, by their digest."""

from typing import ClassVar

from domain import exhibits
from domain.events import Ref
from domain.exhibits import MediaType
from projections.rows import Changes, Row, by, new


class Exhibit(Row, frozen=True, kw_only=True):
    """A file kept as evidence; its bytes are at `/files`.
    佐证文件，内容见 `/files`。"""

    id: Ref[exhibits.Exhibit]
    sha256: str
    size: int
    media_type: MediaType

    on: ClassVar[Changes] = {exhibits.ExhibitKept: new()}
    lists: ClassVar = (by("sha256"), by("media_type"))
    measures: ClassVar = ("size",)
    address: ClassVar[str] = "/files/{ledger}/{sha256}"
