# ruff: noqa: I001 - in the one order in which each context may use those before it
"""All contexts; importing this declares every row and every figure, in the order in which people are shown them."""

from projections import ledgers
from projections import people
from projections import grants

__all__ = ["grants", "ledgers", "people"]
