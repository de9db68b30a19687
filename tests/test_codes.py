"""The page of codes is printed from the declarations and lists every code that a caller can meet."""

import re

from api.catalogue import product
from api.codes import COMMITTED, page
from api.errors import PROBLEMS
from domain.refusals import REFUSALS
from domain.words import words_of

CODE = re.compile(r"^\| `([A-Z0-9_]+)` \| (.*) \|$", re.MULTILINE)


def test_the_committed_page_is_the_one_that_is_declared() -> None:
    assert COMMITTED.read_text("utf-8") == page(product()), "if on purpose: make printed"


def test_every_code_stands_there_once_with_its_words() -> None:
    told = CODE.findall(page(product()))
    refusals = {refusal.code for refusal in product().refusals}
    assert len(told) == len(dict(told))
    assert set(dict(told)) == refusals | PROBLEMS.keys()
    for code, row in told:
        en, zh = words_of(REFUSALS.get(code) or PROBLEMS[code])
        assert _without_names(row).endswith(_without_names(f"{en} | {zh}"))


def test_a_row_names_the_rule_and_the_numbers() -> None:
    rows = dict(CODE.findall(page(product())))
    assert rows["POSITION_CONFLICT"].startswith("BR-80 | `expected`, `actual` | Something was recorded")
    assert rows["PAGE_UNFIT"].startswith("400 | `first`, `most` | A page has")


def _without_names(text: str) -> str:
    return re.sub(r"{\w+}", "{}", text)
