"""Answering an operation: by one SQL statement where it can be, by the standard executor otherwise."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import structlog
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType
from graphql.execution import execute
from graphql.execution.values import VariableValues

from api.catalogue import Catalogue
from api.citations import Reading, citation, plain_citation
from api.documents import Document, Documents, Invalid, Operation, Roots, Shape
from api.errors import (
    GraphqlInvalid,
    IntrospectionOff,
    OperationNotQuery,
    PositionBeyondHead,
    PositionNotReached,
    Problem,
    QueryTooCostly,
    SubscriptionNotHere,
)
from api.failures import formatted, problem_of
from api.identity import Viewer
from api.limits import LIMITS, Limits
from api.metrics import Metrics
from api.pools import Pools
from api.progress import PATIENCE, Progress
from api.reading import Fetch, Reader
from api.requests import Answer, Request
from api.selections import Inputs, Unfit
from api.statement import Plan, Statement
from domain.events import Audience
from infra.keys import KeyStore
from infra.recorder import Recorder
from infra.seals import tokens_in, unseal_all

__all__ = ["Answer", "Context", "Engine", "Request"]

log = structlog.get_logger("graphql")
HEADS = "select ledger, position as head from head where $1::text is null or ledger = $1"
MOST_PLANS = 32
"""Of one shape of one operation: by audience, language and the kinds of things asked for by id."""


@dataclass(frozen=True)
class Context:
    """What plain resolvers work with."""

    reader: Reader
    viewer: Viewer | None
    engine: "Engine"
    readings: list[Reading]
    """What the answer is cited by; mutations add what they read."""

    @property
    def language(self) -> str:
        return self.reader.language


class Engine:
    def __init__(  # noqa: PLR0917 - the parts of the composition root
        self,
        catalogue: Catalogue,
        schema: GraphQLSchema,
        pools: Pools,
        progress: Progress,
        keys: KeyStore,
        recorder: Recorder | None = None,
        limits: Limits = LIMITS,
        *,
        introspection: bool = True,
        compiled: bool = True,
        patience: float = PATIENCE,
    ) -> None:
        self.catalogue, self.schema, self.pools, self.progress = catalogue, schema, pools, progress
        self.keys, self.recorder, self.limits, self.compiled = keys, recorder, limits, compiled
        self.metrics = Metrics()
        self.documents = Documents(schema, limits, suggestions=introspection)
        self.introspection, self.patience = introspection, patience

    async def answer(self, request: Request) -> Answer:
        """Never raises: what goes wrong is told in the answer, masked where it is our fault."""
        try:
            with self.metrics.seconds.time():
                return await self._answer(request)
        except Invalid as invalid:
            return self._failed(request, invalid.errors, invalid.kind)
        except Exception as error:  # noqa: BLE001 - told by number, logged in full
            return self._failed(request, [error])

    async def _answer(self, request: Request) -> Answer:
        document = self.documents.get(request.query)
        operation = document.operation(request.operation_name)
        self._check_kind(operation, request)
        values = operation.values(request.variables)
        operation.check(values, self.limits)
        shape = operation.shape(values)
        inputs = _inputs(values, request.viewer)
        roots = shape.roots(inputs)
        await self._wait(roots)
        audience = _audience(request.viewer, roots)
        if operation.node.operation is OperationType.QUERY:
            try:
                return await self._compiled(shape, roots, inputs, audience, request)
            except Unfit as unfit:
                self.metrics.fallbacks.labels(unfit.reason).inc()
                self._check_plain(operation, values, unfit)
        return await self._plainly(document, operation, roots, audience, request)

    def _check_kind(self, operation: Operation, request: Request) -> None:
        kind = operation.node.operation
        if kind is OperationType.SUBSCRIPTION:
            raise SubscriptionNotHere
        if request.only_queries and kind is not OperationType.QUERY:
            raise OperationNotQuery
        if not self.introspection and operation.introspects:
            raise IntrospectionOff

    def _check_plain(self, operation: Operation, values: VariableValues, unfit: Unfit) -> None:
        """Where little enough can be answered to be read one by one; else what was amiss, if that is known."""
        try:
            operation.weigh(values, self.limits._replace(cost=self.limits.plain))
        except QueryTooCostly as costly:
            raise unfit.__cause__ or costly from None

    async def _wait(self, roots: Roots) -> None:
        """For what is recorded, not for what is not; a moment that is not there is told where it was asked for."""
        for ledger, position in roots.floors:
            if ledger is None or not self.progress.passed(ledger, position):
                for row in await self._heads(ledger):
                    if position > row["head"]:
                        raise PositionBeyondHead(position, row["head"])
                    await self._wait_for(row["ledger"], position)
        for ledger, position in roots.known:
            if not self.progress.passed(ledger, position):
                for row in await self._heads(ledger):
                    if position <= row["head"]:
                        await self._wait_for(ledger, position)

    async def _heads(self, ledger: str | None) -> Sequence[Mapping[str, Any]]:
        return await self.pools.fetching(Audience.PUBLIC)(HEADS, ledger)

    async def _wait_for(self, ledger: str, position: int) -> None:
        if not await self.progress.reached(ledger, position, self.patience):
            raise PositionNotReached(ledger, position)

    async def _compiled(
        self, shape: Shape, roots: Roots, inputs: Inputs, audience: Audience, request: Request
    ) -> Answer:
        if not self.compiled:
            raise Unfit("switched off")
        plan = self._plan(shape, roots, inputs, audience, request)
        try:
            row = await self._row(audience, plan.sql, plan.arguments(inputs))
        except Problem as problem:
            raise Unfit("argument") from problem
        except asyncpg.QueryCanceledError:
            raise
        except asyncpg.PostgresError as error:
            log.warning("compiled statement failed", error=str(error))
            raise Unfit("statement failed") from error
        if row["unfit"]:
            raise Unfit("position beyond head")
        cited = b',"extensions":%b' % row["cited"] if row["cited"] else b""
        body = b'{"data":%b%b}' % (row["data"], cited)
        self.metrics.requests.labels("compiled").inc()
        return Answer(await self._unsealed(body, request.viewer) if plan.personal else body)

    async def _row(self, audience: Audience, sql: str, values: Sequence[Any]) -> Any:
        """Once more where it only met another transaction: the standard executor writes the same in other bytes."""
        try:
            return await self.pools.row(audience, sql, values)
        except asyncpg.TransactionRollbackError:
            return await self.pools.row(audience, sql, values)

    def _plan(self, shape: Shape, roots: Roots, inputs: Inputs, audience: Audience, request: Request) -> Plan:
        key = audience, request.language, inputs.ledger is not None, roots.kinds
        plan = shape.plans.get(key)
        if plan is None:
            try:
                plan = Statement(self.catalogue, shape.selector, inputs, audience, request.language).plan(cite)
            except Unfit as unfit:
                plan = unfit
            if len(shape.plans) >= MOST_PLANS:
                shape.plans.clear()
            shape.plans[key] = plan
            self.documents.measure(request.query)
        if isinstance(plan, Unfit):
            raise plan
        return plan

    async def _plainly(
        self, document: Document, operation: Operation, roots: Roots, audience: Audience, request: Request
    ) -> Answer:
        """The standard executor: a query in one snapshot, a mutation after what it recorded."""
        if operation.node.operation is OperationType.QUERY:
            async with self.pools.snapshot(audience) as fetch:
                result, cited = await self._executed(document, fetch, audience, request, roots.readings)
        else:
            fetch = self.pools.fetching(audience)
            result, cited = await self._executed(document, fetch, audience, request)
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [formatted(error, request.language) for error in result.errors]
            for each in body["errors"]:
                self.metrics.problems.labels(each["extensions"]["code"]).inc()
        if cited:
            body["extensions"] = cited
        self.metrics.requests.labels("plain").inc()
        encoded = orjson.dumps(body)
        if request.viewer is not None:
            encoded = await self._unsealed(encoded, request.viewer)
        later = next((each for each in map(_later, result.errors or ()) if each), None) if result.data is None else None
        return Answer(encoded, status=later.status, retry_after=later.retry_after) if later else Answer(encoded)

    async def _executed(
        self, document: Document, fetch: Fetch, audience: Audience, request: Request, readings: Sequence[Reading] = ()
    ) -> tuple[ExecutionResult, dict[str, Any]]:
        """The result, and what it is cited by: what the root fields read and what mutations noted."""
        viewer = request.viewer
        named = (viewer.ledger, viewer.person) if viewer else (None, None)
        reader = Reader(fetch, self.catalogue, audience, request.language, *named)
        context = Context(reader, request.viewer, self, [*readings])
        result = execute(
            self.schema,
            document.node,
            context_value=context,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        result = await result if isinstance(result, Awaitable) else result
        return result, await plain_citation(fetch, context.readings, self.catalogue.version)

    async def _unsealed(self, body: bytes, viewer: Viewer | None) -> bytes:
        """Personal text in clear for whom it is opened, and one's own; null for others and without its key."""
        if not (pairs := tokens_in(body)):
            return body
        if viewer is None:
            return unseal_all("", body, {})
        opened = tuple(pair for pair in pairs if viewer.opens or pair[0] == viewer.person)
        return unseal_all(viewer.ledger, body, await self.keys.find_keys(viewer.ledger, opened) if opened else {})

    def _failed(
        self, request: Request, errors: Sequence[Exception], kind: Callable[[str], Problem] = GraphqlInvalid
    ) -> Answer:
        told = [formatted(error, request.language, kind) for error in errors]
        problem = problem_of(errors[0]) if not isinstance(errors[0], GraphQLError) else None
        for each in told:
            self.metrics.problems.labels(each["extensions"]["code"]).inc()
        self.metrics.requests.labels("refused").inc()
        return Answer(
            orjson.dumps({"errors": told}),
            executed=False,
            status=problem.status if problem else 400,
            retry_after=problem.retry_after if problem else None,
        )


def _later(error: GraphQLError) -> Problem | None:
    """What keeps us from answering now, if the caller is to ask again."""
    problem = problem_of(error.original_error) if error.original_error else None
    return problem if problem and problem.retry_after is not None else None


def _inputs(values: VariableValues, viewer: Viewer | None) -> Inputs:
    if viewer is None:
        return Inputs(values)
    role = None if viewer.role is None else viewer.role.name
    return Inputs(values, viewer.ledger, viewer.person, role, viewer.audience.name)


def _audience(viewer: Viewer | None, roots: Roots) -> Audience:
    """The viewer's own in the viewer's own ledger; whoever looks further is a stranger."""
    if viewer is None or roots.ledgers is None or not roots.ledgers <= {viewer.ledger}:
        return Audience.PUBLIC
    return viewer.audience


def cite(statement: Statement) -> str:
    return citation(statement.readings, statement.catalogue.version)
