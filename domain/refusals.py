"""Refusals: the state of the world that forbids an act.

A refusal's docstring is what people are told, English then Chinese; its fields are the numbers that failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, dataclass_transform

from domain.words import Labelled, snake, words_of

__all__ = ["REFUSALS", "Refusal"]

REFUSALS: dict[str, type["Refusal"]] = {}


@dataclass_transform()
class Refusal(Exception):
    """Base of all refusals; `code` defaults to the class name in upper snake, `rule` names the by-law (`BR-60`)."""

    code: ClassVar[str]
    rule: ClassVar[str | None] = None
    labels: ClassVar[tuple[type[Labelled], ...]] = ()
    """Whose members its details are the names of, where such a name means several things."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(eq=False)(cls)
        cls.code = cls.__dict__.get("code", snake(cls.__name__).upper())
        if REFUSALS.setdefault(cls.code, cls) is not cls:
            raise TypeError(f"two refusals with the code {cls.code}")

    @property
    def details(self) -> dict[str, Any]:
        """The numbers and ids that failed, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]

    def message(self, language: str = "zh", told: Mapping[str, Any] | None = None) -> str:
        """What people are told, in `zh` or `en`; `told`: the details as they are to be shown."""
        return words_of(type(self)).in_language(language).format(**(self.details if told is None else told))

    def __str__(self) -> str:
        return f"{self.code}: {self.message('en')} {self.details}"
