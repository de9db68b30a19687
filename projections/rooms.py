# ruff: noqa: I001 - in the one order in which each context may use those before it
"""All contexts; importing this declares every row and every figure, in the order in which people are shown them."""

from projections import ledgers
from projections import people
from projections import grants
from projections import places
from projections import firms
from projections import compounds
from projections import grids
from projections import coverages
from projections import posts
from projections import teams
from projections import contacts
from projections import committees
from projections import parties
from projections import chains
from projections import secretaries

__all__ = [
    "chains",
    "committees",
    "compounds",
    "contacts",
    "coverages",
    "firms",
    "grants",
    "grids",
    "ledgers",
    "parties",
    "people",
    "places",
    "posts",
    "secretaries",
    "teams",
]
