"""The rows and figures of every context that has any, in the order of the contexts: so people are shown them."""

from importlib import import_module
from importlib.util import find_spec

from domain.rooms import ORDER

__all__ = ["ROOMS"]

ROOMS = tuple(import_module(f"projections.{name}") for name in ORDER if find_spec(f"projections.{name}"))
ACROSS = tuple(
    import_module(f"projections.{name}")
    for name in ("indicators", "inspections", "responsible", "waiting", "yearbooks")
)
"""What is asked across contexts."""
