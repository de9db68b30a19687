"""Rooms: every context, from the lowest to the highest; importing this loads all events, states and decisions.

A context uses only those before it. Who adds one writes its word here, and nowhere else.
"""

from importlib import import_module

__all__ = ["ORDER", "ROOMS"]

ORDER = (
    "ledgers",
    "backdating",
    "corrections",
    "people",
    "grants",
    "exhibits",
    "places",
    "units",
    "firms",
    "compounds",
    "grids",
    "coverages",
    "posts",
    "amendments",
    "teams",
    "contacts",
    "committees",
    "lapses",
    "parties",
    "secretaries",
    "chains",
    "retirements",
    "venues",
    "tenancies",
    "interiors",
    "signs",
    "circles",
    "footfalls",
    "merchants",
    "activities",
    "coupons",
    "campaigns",
    "awards",
    "schemes",
    "contracts",
    "enrolments",
    "deliveries",
    "pairings",
    "actions",
    "registrations",
    "placements",
    "hours",
    "triads",
    "agreements",
    "coopted",
    "alliances",
    "visits",
)
ROOMS = tuple(import_module(f"domain.{name}") for name in ORDER)
