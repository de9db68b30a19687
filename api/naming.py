"""Names and words as the API shows them, all taken from the domain."""

from typing import Any

from domain.words import WORDS, Words, words_of

__all__ = ["camel", "kind_of", "said", "told", "upper_first"]


class Untold(TypeError):
    """A name appears in the schema without English and Chinese words."""


def camel(name: str) -> str:
    """`full_name` → `fullName`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def upper_first(name: str) -> str:
    return name[:1].upper() + name[1:]


def said(words: Words) -> str:
    """A description: an English line, then a Chinese one."""
    return f"{words.en}\n{words.zh}"


def told(name: str) -> str:
    """The description of a field or argument of the domain, by its name."""
    try:
        return said(WORDS[name])
    except KeyError:
        raise Untold(f"describe({name}=(English, Chinese)) is missing in the domain") from None


def kind_of(state: type[Any]) -> str:
    from domain.words import snake

    return snake(state.__name__)


def words(thing: type[Any] | Any) -> str:
    return said(words_of(thing))
