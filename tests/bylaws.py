"""Which test shows which business rule: read from the tests' own names and words, printed by `make printed`.

A test names a rule (`…_br_38`, BR-38) in its name or docstring; a refusal says the rule that it is of.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import domain.execution  # noqa: F401 - the refusals of the kernel are loaded too
from api.catalogue import product

__all__ = ["PRINTED", "printed", "refusals", "shown"]

HOME = Path(__file__).parent
PRINTED = HOME.parent / "docs" / "rules.md"
RULE = re.compile(r"\bBR[- ](\d\d)([AB]?)\b")


def shown() -> Mapping[str, list[str]]:
    """The tests of each rule that any test names."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(HOME.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                text = f"{node.name.replace('_', ' ')} {ast.get_docstring(node) or ''}".upper()
                for number, letter in dict.fromkeys(RULE.findall(text)):
                    found[f"BR-{number}{letter.lower()}"].append(f"{file.stem}::{node.name}")
    return found


def refusals() -> Mapping[str, list[str]]:
    """The codes of the refusals that each rule gives."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for refusal in sorted(product().refusals, key=lambda each: each.code):
        if refusal.rule:
            found[refusal.rule].append(refusal.code)
    return found


def printed() -> str:
    """The table of rules, their refusals and their tests."""
    named, codes = shown(), refusals()
    lines = [
        "# Rules, their refusals and their tests 规则、拒绝代码与测试",
        "",
        "Written by `make printed` from what the code and the tests say of themselves.",
        "由 `make printed` 依代码与测试自述生成。",
        "",
        "| rule 规则 | refusals 拒绝代码 | tests 测试 |",
        "|---|---|---|",
        *(
            f"| {rule} | {_told(codes.get(rule, []))} | {_told(named.get(rule, []))} |"
            for rule in sorted({*named, *codes})
        ),
    ]
    return "\n".join(lines) + "\n"


def _told(names: list[str]) -> str:
    return "<br>".join(dict.fromkeys(names))


if __name__ == "__main__":
    PRINTED.write_text(printed(), "utf-8")
