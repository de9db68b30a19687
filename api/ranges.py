"""What part of a file is asked for, and whether the caller has it already (RFC 9110 §13, §14)."""

import re
from collections.abc import Mapping

__all__ = ["RangeUnfit", "has_it", "range_of"]

ONE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


class RangeUnfit(Exception):
    """Nothing of the file lies there."""


def has_it(headers: Mapping[str, str], etag: str) -> bool:
    """Whether If-None-Match names what would be answered."""
    given = headers.get("if-none-match", "")
    return given.strip() == "*" or etag in {each.strip().removeprefix("W/") for each in given.split(",")}


def range_of(headers: Mapping[str, str], size: int, etag: str) -> tuple[int, int] | None:
    """From where and up to where, if one part is asked for; what is not understood is passed over."""
    match = ONE.fullmatch(headers.get("range", ""))
    if match is None or headers.get("if-range", etag).strip() != etag:
        return None
    first, last = match.groups()
    if not first:
        return _last(int(last), size) if last else None
    start, stop = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeUnfit
    return start, stop


def _last(count: int, size: int) -> tuple[int, int]:
    if count == 0:
        raise RangeUnfit
    return max(size - count, 0), size
