"""Figures: the numbers that reports quote, each with the events that made it so."""

from collections.abc import Mapping
from typing import Any

from api.declared import Argument, Field, enum_type, listed, object_type, optional
from api.errors import FigureUnknown
from api.happenings import TAGLESS, Happenings, Source
from api.lists import PAGE_ARGUMENTS, text
from api.pages import Sets
from api.reading import Found, Here, counted_events, figure_rows
from api.selections import Chosen
from api.statement import At, Statement, literal
from api.ways import Expression, source
from domain.words import Words
from projections.figures import Counted, Figure, FigureSpec, Unit
from projections.rows import LEDGER
