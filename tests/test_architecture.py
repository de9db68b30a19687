"""The house stands as its plan says: what may import what, and what is installed from where."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

HOME = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))
LOCK = (HOME / "requirements.lock").read_text("utf-8")


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=module, level=level):
                yield "domain" if level else str(module).partition(".")[0]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def dependencies() -> set[str]:
    return {normal(re.split(r"[^\w.-]", line)[0]) for line in PYPROJECT["project"]["dependencies"]}


def test_the_domain_imports_nothing_but_the_standard_library_and_itself() -> None:
    allowed = sys.stdlib_module_names | {"domain"}
    strangers = {
        f"{file.relative_to(HOME)}: {name}"
        for file in (HOME / "domain").rglob("*.py")
        for name in imported(file.read_text("utf-8"))
        if name not in allowed
    }
    assert strangers == set()


def test_an_import_of_any_form_is_seen() -> None:
    source = "import asyncpg.pool as pool, json\nfrom orjson import dumps\nif pool:\n  from . import words"
    assert list(imported(source)) == ["asyncpg", "json", "orjson", "domain"]


def test_the_import_contract_forbids_the_domain_every_dependency() -> None:
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    forbidden = {name for contract in contracts for name in contract.get("forbidden_modules", ())}
    sources = packages_distributions()
    assert {normal(source) for name in forbidden for source in sources[name]} == dependencies()


def test_every_dependency_is_locked_with_hashes() -> None:
    locked = re.findall(r"^([a-z0-9.-]+)==.*\\\n    --hash=sha256:[0-9a-f]{64}", LOCK, re.MULTILINE)
    assert len(locked) == len(re.findall(r"^[^\s#]", LOCK, re.MULTILINE))
    assert dependencies() <= set(locked)


def test_the_lock_names_no_host() -> None:
    assert re.findall(r"\S*(?:://|index-url|find-links| @ )\S*", LOCK) == []
