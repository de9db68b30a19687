"""People who act and ask through GraphQL, as scenarios tell it; on a refusal nothing may have been recorded."""

import json
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from graphql import GraphQLUnionType, get_named_type

from api.execution import Request
from api.identity import Viewer
from tests.counties import Counties

__all__ = ["PLAINLY", "Acting"]

PLAINLY = "__schema { queryType { name } }"
"""Beside other fields, what makes the standard executor answer."""


@dataclass(frozen=True)
class Acting:
    """Somebody signed in (or nobody) to one ledger."""

    counties: Counties
    ledger: str
    viewer: Viewer | None

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = json.loads((await self.counties.engine.answer(Request(query, variables, viewer=self.viewer))).body)
        assert "errors" not in answer, answer
        return answer["data"]

    async def do(self, mutation: str, **given: Any) -> str:
        """Act, and be recorded; the id of the thing that it is about, if the actor may see it."""
        outcome = await self._outcome(mutation, given)
        assert "receipts" in outcome, outcome
        return str((outcome["node"] or {"id": ""})["id"])

    async def refused(self, mutation: str, code: str, **given: Any) -> dict[str, Any]:
        """Act, and be refused with this code; what failed."""
        outcome = await self.refusal(mutation, **given)
        assert outcome["code"] == code, outcome
        return dict(outcome["details"] or {})

    async def refusal(self, mutation: str, **given: Any) -> dict[str, Any]:
        """Act, and be refused; all that is told of it."""
        before = await self.head()
        outcome = await self._outcome(mutation, given)
        assert "code" in outcome, outcome
        assert await self.head() == before
        return dict(outcome)

    async def head(self) -> int | None:
        return await self.counties.services.store.head(self.ledger)

    async def _outcome(self, mutation: str, given: dict[str, Any]) -> Any:
        given.setdefault("commandId", uuid4().hex)
        field = self.counties.engine.schema.mutation_type.fields[mutation]  # type: ignore[union-attr]
        declared = ", ".join(f"${name}: {field.args[name].type}" for name in given)
        passed = ", ".join(f"{name}: ${name}" for name in given)
        union = cast("GraphQLUnionType", get_named_type(field.type))
        recorded = next(each.name for each in union.types if each.name != "Refused")
        query = f"""mutation ({declared}) {{ {mutation}({passed}) {{
            ... on {recorded} {{ node {{ id }} receipts {{ position type }} }}
            ... on Refused {{ code rule message path details }} }} }}"""
        return (await self.ask(query, **given))[mutation]
