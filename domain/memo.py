"""`cache` that keeps a function's own signature for the type checker (classes count as hashable)."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar, cast

__all__ = ["memo"]

F = TypeVar("F", bound=Callable[..., object])


def memo(function: F) -> F:
    return cast("F", cache(function))
