"""The benchmarks run, on next to nothing, and their table says what was measured; nothing here depends on speed."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from domain.words import Words
from infra.database import Databases
from tests.bench import append, mutation, past, queries, rebuild
from tests.bench.__main__ import app
from tests.bench.measuring import Comparison, Goal, Series, Sizes, at_least, at_most, take_turns
from tests.bench.table import as_json, as_table

TINY = Sizes(rounds=2, seconds=0.05, clients=8, threads=2, events=600)
WHAT, OTHER = Words("ours", "我们"), Words("theirs", "他们")


def shown(comparison: Comparison) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(as_table([comparison]))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def check(comparisons: list[Comparison], target: str, sizes: Sizes = TINY) -> None:
    """Every contestant measured something in every round, and the table has it."""
    for each in comparisons:
        assert each.target == target
        assert len(each.ours) == sizes.rounds
        assert len(each.theirs) in {0, sizes.rounds}
        assert min(each.ours + each.theirs) > 0
        assert target in shown(each)
        assert each.what.zh in shown(each)


async def test_many_append_beside_the_library_and_a_copy(databases: Databases) -> None:
    found = await append.by_many(databases, TINY)
    assert [each.goal for each in found] == [at_least(30), at_least(0.25), None, None]
    check(found, "T1")


async def test_a_list_is_asked_for_in_three_ways_that_answer_alike(databases: Databases) -> None:
    check(await queries.measure(databases, TINY), "T3")


async def test_the_past_is_asked_the_same_as_the_present(databases: Databases) -> None:
    check(await past.measure(databases, TINY), "T5")


async def test_all_is_rebuilt_beside_the_librarys_runner(databases: Databases) -> None:
    once = replace(TINY, rounds=1)
    check(await rebuild.measure(databases, once), "T6", once)


async def test_one_acts_over_http_and_reads_what_came_of_it(databases: Databases) -> None:
    found = await mutation.measure(databases, replace(TINY, rounds=1))
    assert [each.goal for each in found] == [at_most(6), None]
    check(found, "T7", replace(TINY, rounds=1))


def test_the_command_measures_one_append_beside_a_bare_insert_and_writes_json(tmp_path: Path) -> None:
    found = tmp_path / "numbers.json"
    ran = CliRunner().invoke(app, ["--only", "t2", "--rounds", "1", "--seconds", "0.05", "--json", str(found)])
    assert ran.exit_code == 0, ran.output
    assert "T2" in ran.output
    [line] = json.loads(found.read_text("utf-8"))["targets"]
    assert (line["target"], line["against"], line["goal"]) == ("T2", "bare insert of one row", "≤ 2")
    assert line["ratio"]["median"] == line["ours"]["median"] / line["theirs"]["median"] > 0


def test_a_target_that_there_is_not_is_refused() -> None:
    ran = CliRunner().invoke(app, ["--only", "T2,T99"])
    assert ran.exit_code == 2
    assert "T99: there are T1, T2" in ran.output


async def test_contestants_take_turns_and_every_other_round_goes_backwards() -> None:
    order: list[str] = []

    async def measured(name: str) -> float:
        order.append(name)
        return float(len(order))

    async def settled() -> None:
        order.append("-")

    contestants = {name: (lambda name=name: measured(name)) for name in "ab"}
    assert await take_turns(2, contestants, settled) == {"a": (2.0, 8.0), "b": (4.0, 6.0)}
    assert "".join(order) == "-a-b-b-a"


@pytest.mark.parametrize(
    ("goal", "ours", "theirs", "met"),
    [
        (at_least(2), (4.0, 40.0, 6.0), (2.0, 4.0, 3.0), True),
        (at_least(2.1), (4.0, 40.0, 6.0), (2.0, 4.0, 3.0), False),
        (at_most(2), (4.0, 40.0, 6.0), (2.0, 4.0, 3.0), True),
        (at_most(5), (4.0, 40.0, 6.0), (), False),
        (at_least(6), (4.0, 40.0, 6.0), (), True),
        (None, (4.0, 40.0, 6.0), (), None),
    ],
)
def test_a_goal_is_for_the_median_of_the_ratios_or_of_our_own_numbers(
    *, goal: Goal | None, ours: Series, theirs: Series, met: bool | None
) -> None:
    comparison = Comparison("T0", WHAT, "s", ours, OTHER if theirs else None, theirs, goal)
    assert comparison.is_met is met


def test_the_table_and_the_json_say_the_same() -> None:
    comparison = Comparison("T0", WHAT, "events/s", (1500.0, 3000.0), OTHER, (10.0, 10.0), at_least(30))
    text, [told] = shown(comparison), json.loads(json.dumps(as_json([comparison], TINY)))["targets"]
    assert all(part in text for part in ("2,250", "1,500-3,000", "225 (150-300)", "≥ 30", "✓"))
    assert told["ratio"] == {"min": 150, "median": 225, "max": 300, "rounds": [150, 300]}
    assert (told["target"], told["goal"], told["met"]) == ("T0", "≥ 30", True)
    assert shown(replace(comparison, other=None, theirs=())).count("225") == 0
