"""Both README sessions, executed against the demonstration: what they say is what one gets."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.execution import Request
from tests.counties import Counties

pytestmark = pytest.mark.xdist_group("counties")  # recorded once, by one worker

ROOT = Path(__file__).parent.parent
STEP = re.compile(r"```graphql\n(.*?)```\s*```json\n(.*?)```", re.DOTALL)


def steps(name: str) -> Iterator[tuple[str, str]]:
    yield from STEP.findall((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
async def test_the_session_answers_as_it_says(name: str, language: str, counties: Counties) -> None:
    told = list(steps(name))
    assert len(told) == 7
    for query, answer in told:
        signed_in = "commandId" in query
        viewer = await counties.staff() if signed_in else None
        said = await counties.engine.answer(Request(query, {}, viewer=viewer, language=language))
        assert json.loads(said.body).get("data") == json.loads(answer), query


def test_both_tell_the_same_story() -> None:
    assert [q for q, _ in steps("README.md")] == [q for q, _ in steps("README.zh-CN.md")]
