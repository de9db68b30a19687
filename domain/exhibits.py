"""Exhibits: files kept as evidence, each known by the SHA-256 of its bytes, so that no other file can take its place.

The bytes lie in the file store; what is recorded is that they were kept, when and by whom. Events refer to an exhibit
as to any other thing.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from domain.decisions import Born, Text, decision
from domain.events import Event, Ref
from domain.refusals import Refusal
from domain.roles import Role
from domain.states import State
from domain.words import Labelled, describe

describe(
    exhibit=("The file kept as evidence.", "佐证文件。"),
    sha256=("The SHA-256 of its bytes, 64 hexadecimal digits.", "文件内容的 SHA-256（64 位十六进制）。"),
    size=("How many bytes it has.", "字节数。"),
    media_type=("What kind of file it is.", "文件类型。"),
    evidence=("The files that prove it.", "佐证文件。"),
)

DIGEST = re.compile("[0-9a-f]{64}")


class MediaType(Labelled):
    """A kind of file that may be kept as evidence.
    可作为佐证的文件类型。"""

    JPEG = "Photograph (JPEG)", "照片（JPEG）"
    PNG = "Picture (PNG)", "图片（PNG）"
    WEBP = "Picture (WebP)", "图片（WebP）"
    PDF = "Document (PDF)", "文档（PDF）"
    XLSX = "Spreadsheet (Excel)", "表格（Excel）"
    DOCX = "Document (Word)", "文档（Word）"
    TEXT = "Plain text", "纯文本"
    MP4 = "Video (MP4)", "视频（MP4）"


class ExhibitKept(Event):
    """A file was kept as evidence.
    留存佐证文件。"""

    exhibit: Ref["Exhibit"]
    sha256: str
    size: int
    media_type: MediaType


class DigestUnfit(Refusal):
    """{sha256} is no SHA-256: that has 64 hexadecimal digits, in lower case.
    该值（{sha256}）不是 SHA-256：应为 64 位小写十六进制。"""

    sha256: str


class Exhibit(State):
    """A file kept as evidence.
    佐证文件。"""

    id: Ref["Exhibit"]
    kept: bool = False

    def evolve(self, event: ExhibitKept) -> "Exhibit":
        return replace(self, kept=True)


def check_digest(sha256: str) -> None:
    """Refuse what is no SHA-256 in hexadecimal."""
    if DIGEST.fullmatch(sha256) is None:
        raise DigestUnfit(sha256)


@decision(roles=frozenset(Role) - {Role.AUDITOR}, anywhere=True, apart=True)
def keep(
    exhibit: Annotated[Exhibit, Born(by="sha256")],
    *,
    sha256: Annotated[str, Text(64)],
    size: int,
    media_type: MediaType,
) -> Iterator[Event]:
    """Keep a file as evidence.
    留存佐证文件。"""
    check_digest(sha256)
    yield ExhibitKept(exhibit.id, sha256, size, media_type)
