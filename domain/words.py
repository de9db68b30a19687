"""The words people read: every class, field, argument and enum value is told in English and Chinese.

A docstring's first line is English, its second Chinese. Field names mean one thing everywhere, so they are described
once, by `describe`, in the context that brings them.
"""

import re
from enum import Enum
from inspect import cleandoc
from typing import Any, NamedTuple, Self

from domain.memo import memo

__all__ = ["WORDS", "Labelled", "Words", "describe", "snake", "words_of"]


class Words(NamedTuple):
    """The same thing said in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


class Undescribed(TypeError):
    """A name or class of the domain lacks its English or Chinese words."""


WORDS: dict[str, Words] = {}


def describe(**names: tuple[str, str]) -> None:
    """Say what field names mean, `name=(English, Chinese)`; a name has one meaning in all contexts."""
    for name, (en, zh) in names.items():
        if WORDS.setdefault(name, Words(en, zh)) != (en, zh):
            raise Undescribed(f"{name} already means {WORDS[name]}")


def words_of(thing: type[Any] | Any) -> Words:
    """English and Chinese of a class or function: all of its docstring up to the first Chinese line, and the rest."""
    lines = cleandoc(thing.__doc__ or "").splitlines()
    first = next((i for i, line in enumerate(lines) if re.match("[\u3000-\u9fff\uff00-\uffef]", line)), 0)
    if not first:
        raise Undescribed(f"{thing.__qualname__} needs a docstring in English, then Chinese")
    return Words(" ".join(lines[:first]).strip(), "".join(lines[first:]).strip())


class Labelled(Enum):
    """A closed set whose members carry both languages: `MARKET = "Market-provided", "市场化"`; value = name."""

    words: Words

    def __new__(cls, *_words: str) -> Self:
        return object.__new__(cls)

    def __init__(self, en: str, zh: str) -> None:
        self._value_ = self._name_
        self.words = Words(en, zh)

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        return cls.__members__.get(str(value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


@memo
def snake(name: str) -> str:
    """`MicroGrid` → `micro_grid`, `gridPosts` → `grid_posts`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
