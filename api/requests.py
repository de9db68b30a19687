"""What somebody sent, and what goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.identity import Viewer

__all__ = ["Answer", "Request"]


@dataclass(frozen=True)
class Request:
    """One operation that somebody sent."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None = None
    viewer: Viewer | None = None
    language: str = "zh"
    only_queries: bool = False


@dataclass(frozen=True)
class Answer:
    """The bytes of a response; `executed` is False if the request was wrong as a whole."""

    body: bytes
    executed: bool = True
    status: int = 200
    retry_after: int | None = None
