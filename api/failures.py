"""How errors are told: problems in the caller's language, faults of ours by a number that the log has too."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import asyncpg
import structlog
from graphql import GraphQLError

from api.errors import DatabaseBusy, Failed, FilesUnreachable, GraphqlInvalid, Problem, TookTooLong
from api.pools import Unreachable
from infra.arrivals import FilesUnavailable
from infra.outages import UNREACHABLE, StoreUnavailable

__all__ = ["formatted", "problem_of"]

log = structlog.get_logger("graphql")


def formatted(error: Exception, language: str, kind: Callable[[str], Problem] = GraphqlInvalid) -> dict[str, Any]:
    """An entry of `errors`; `kind` is for what graphql-core itself found wrong, whose English words are kept."""
    if not isinstance(error, GraphQLError):
        return problem_of(error).formatted(language)
    if error.original_error is None or isinstance(error.original_error, GraphQLError):
        problem = kind(error.message)
    else:
        problem = problem_of(error.original_error)
    return {**error.formatted, **problem.formatted(language)}


def problem_of(error: BaseException) -> Problem:
    """What may be told of an error; what may not is logged, and told by its number."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, asyncpg.QueryCanceledError):
        return TookTooLong()
    if isinstance(error, (Unreachable, StoreUnavailable, *UNREACHABLE)):
        return DatabaseBusy()
    if isinstance(error, FilesUnavailable):
        log.warning("store of files unavailable", exc_info=error)
        return FilesUnreachable()
    number = uuid4().hex[:12]
    log.error("request failed", id=number, exc_info=error)
    return Failed(number)
