"""Rooms: every context, from the lowest to the highest; importing this loads all events, states and decisions."""

from domain import (
    amendments,
    backdating,
    chains,
    committees,
    compounds,
    contacts,
    corrections,
    coverages,
    firms,
    grants,
    grids,
    ledgers,
    parties,
    people,
    places,
    posts,
    retirements,
    secretaries,
    teams,
)

__all__ = ["ROOMS"]

ROOMS = (
    ledgers,
    backdating,
    corrections,
    people,
    grants,
    places,
    firms,
    compounds,
    grids,
    coverages,
    posts,
    amendments,
    teams,
    contacts,
    committees,
    parties,
    secretaries,
    chains,
    retirements,
)
