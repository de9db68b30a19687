"""Names and words as the API shows them, all taken from the domain."""

from typing import Any

from domain.words import WORDS, Words, words_of

__all__ = ["camel", "said", "told", "words"]


def camel(name: str) -> str:
    """`full_name` → `fullName`."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def said(words: Words) -> str:
    """A description: an English line, then a Chinese one."""
    return f"{words.en}\n{words.zh}"


def told(name: str) -> str:
    """The description of a field or argument of the domain, by its name; a test finds what is not described."""
    return said(WORDS[name]) if name in WORDS else ""


def words(thing: type[Any] | Any) -> str:
    return said(words_of(thing))
