"""What a file says it is: media types as HTTP calls them, and the bytes with which such files begin."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from domain.exhibits import MediaType

__all__ = ["LEADING", "NAMES", "TYPES", "begins_as"]

LEADING = 512
"""So many bytes are looked at."""
OFFICE = "application/vnd.openxmlformats-officedocument"
OTHERS = re.compile(rb"\xff\xd8\xff|\x89PNG|RIFF|%PDF-|PK\x03\x04|....ftyp|\x7fELF|MZ|GIF8|\xd0\xcf\x11\xe0", re.DOTALL)


class Kind(NamedTuple):
    name: str
    begins: Callable[[bytes], bool]


def _with(pattern: bytes) -> Callable[[bytes], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda leading: compiled.match(leading) is not None


def _as_text(leading: bytes) -> bool:
    """Without what text never has, in whatever encoding, and not as another kind begins."""
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x7f]", leading) and not OTHERS.match(leading)


KINDS: Mapping[MediaType, Kind] = {
    MediaType.JPEG: Kind("image/jpeg", _with(rb"\xff\xd8\xff")),
    MediaType.PNG: Kind("image/png", _with(rb"\x89PNG\r\n\x1a\n")),
    MediaType.WEBP: Kind("image/webp", _with(rb"RIFF....WEBP")),
    MediaType.PDF: Kind("application/pdf", _with(rb"%PDF-")),
    MediaType.XLSX: Kind(f"{OFFICE}.spreadsheetml.sheet", _with(rb"PK\x03\x04")),
    MediaType.DOCX: Kind(f"{OFFICE}.wordprocessingml.document", _with(rb"PK\x03\x04")),
    MediaType.TEXT: Kind("text/plain", _as_text),
    MediaType.MP4: Kind("video/mp4", _with(rb"....ftyp")),
}
NAMES: Mapping[MediaType, str] = {media: kind.name for media, kind in KINDS.items()}
TYPES: Mapping[str, MediaType] = {name: media for media, name in NAMES.items()}


def begins_as(media: MediaType, leading: bytes) -> bool:
    return KINDS[media].begins(leading)
