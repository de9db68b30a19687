"""Group commit: one writer a ledger and process collects the appends that wait and commits them in one statement.

Whoever moves the head hands out the positions, so position order is commit order and nothing is ever skipped. A lost
race is built again; a connection lost on the way leaves a doubt, which the leaf at its first position decides.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import asyncpg

from domain.recording import LedgerUnknown
from infra.admission import ConditionFailed, admit, is_of
from infra.checkpoints import Origin, SigningKey
from infra.commits import COMMIT, SIGN, Batch, Tip, Waiting, build, signed
from infra.keys import KeyStore
from infra.latest import Latest
from infra.merkle import Frontier
from infra.outages import UNREACHABLE, Connection, Pauses, connected

log = logging.getLogger("gongzhi.writer")

MOST_WAITING = 4096
MOST_EVENTS = 2000  # of a commit, unless one append alone has more
MOST_MISSED = 5000  # events of other writers that are read to catch up; after more, memory starts afresh
MOST_RACES = 2  # lost in a row before the head is locked
SIGN_EVERY = 1.0
# A writer that is stopped while it holds the head must not stop the others.
HEAD = """
select h.position, h.frontier, h.recorded_at, coalesce(c.position, 0) as signed,
    (select leaf from event e where e.ledger = h.ledger and e.position = 1) as log,
    extract(epoch from now() - c.signed_at)::float8 as age, {}
from head h left join lateral (
    select position, signed_at from checkpoint c where c.ledger = h.ledger order by position desc limit 1) c on true
where h.ledger = $1"""
READ_HEAD = HEAD.format("null")
LOCK_HEAD = HEAD.format("set_config('idle_in_transaction_session_timeout', '5s', true)") + " for no key update of h"
MISSED = """
select type, tags, position, leaf from event where ledger = $1 and position > $2 and position <= $3 order by position"""
LANDED = "select position, leaf from event where ledger = $1 and position = any ($2::bigint[])"
KNOWN = "select id from command where ledger = $1 and id = any ($2::text[])"

Clock = Callable[[], datetime]


class Writer:
    def __init__(self, ledger: str, pool: asyncpg.Pool, keys: KeyStore, clock: Clock, patience: float) -> None:
        self.ledger = ledger
        self._pool, self._keys, self._clock, self._patience = pool, keys, clock, patience
        self._queue: asyncio.Queue[Waiting | None] = asyncio.Queue(MOST_WAITING)
        self._tip: Tip | None = None
        self._sure = False  # whether the tip is, as far as we know, the head
        self._latest = Latest(0)
        self._key: SigningKey | None = None
        self._signed = 0
        self._sign_at = 0.0
        self._task = asyncio.create_task(self._run(), name=f"writer of {ledger}")

    @property
    def position(self) -> int:
        return self._tip.position if self._tip else 0

    def distrust(self) -> None:
        """The ledger is not what it was: before the next commit, look again."""
        self._sure = False

    async def put(self, waiting: Waiting) -> None:
        """Waits while too many wait already."""
        await self._queue.put(waiting)

    async def close(self) -> None:
        """Commit what waits and sign the last state, as far as patience goes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await self._queue.put(None)
                await asyncio.shield(self._task)
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        ended = False
        while not ended:
            waiting, ended = await self._gather()
            if waiting:
                await self._serve(waiting, [])
            if self._tip and (ended or self._sign_in() == 0):
                await self._sign_last(self._tip)

    async def _gather(self) -> tuple[list[Waiting], bool]:
        """The appends that wait now, or none when it is time to sign; and whether they are the last."""
        try:
            async with asyncio.timeout(self._sign_in()):
                next_ = await self._queue.get()
        except TimeoutError:
            return [], False
        gathered: list[Waiting] = []
        events = 0
        while next_ is not None:
            gathered.append(next_)
            events += len(next_.drafts)
            if self._queue.empty() or events >= MOST_EVENTS:
                return gathered, False
            next_ = self._queue.get_nowait()
        return gathered, True

    async def _serve(self, waiting: Sequence[Waiting], doubts: list[Batch]) -> None:
        """Until each is answered or given up. One that fails for reasons of its own does not take others with it."""
        pauses, races = Pauses(), 0
        while waiting := [each for each in waiting if not each.is_over]:
            try:
                async with connected(self._pool, self._patience) as connection:
                    won = await self._try(connection, waiting, doubts, lock=races >= MOST_RACES)
                races = 0 if won else races + 1
            except UNREACHABLE as error:
                self._sure = False
                log.warning("The commit of %s is tried again: %r", self.ledger, error)
                await pauses.rest()
            except Exception as error:  # noqa: BLE001 - told to whoever waits
                self._sure = False
                await self._fail(waiting, doubts, error)

    async def _try(
        self, connection: Connection, waiting: Sequence[Waiting], doubts: list[Batch], *, lock: bool
    ) -> bool:
        try:
            return await self._attempt(connection, waiting, doubts, lock=lock)
        except asyncpg.UniqueViolationError as error:
            self._sure = False
            if error.table_name != "command" or not await self._refuse_known(connection, waiting):
                raise
            return True

    async def _attempt(
        self, connection: Connection, waiting: Sequence[Waiting], doubts: list[Batch], *, lock: bool
    ) -> bool:
        """One commit; False when another writer moved the head meanwhile."""
        async with connection.transaction() if lock else contextlib.nullcontext():
            if self._tip is None or lock or not self._sure or not all(is_of(self._tip, each) for each in waiting):
                self._tip = await self._reload(connection, self._tip, lock=lock)
                await self._decide(connection, doubts)
            admitted = await admit(connection, self.ledger, self._latest, self._tip, waiting)
            if not admitted:
                return True
            batch = build(self._tip, admitted, self._clock())
            if self._key and (self._tip.position == 0 or time.monotonic() >= self._sign_at):
                batch.note = signed(batch.tip, self._key)
            doubts.append(batch)
            try:
                self._sure = bool(await connection.fetch(COMMIT, *batch.parameters(self.ledger)))
            except UNREACHABLE:
                raise
            except asyncpg.PostgresError:
                doubts.remove(batch)
                raise
        doubts.remove(batch)
        if self._sure:
            self._settle(batch)
        return self._sure

    def _settle(self, batch: Batch) -> None:
        for position, draft in enumerate(batch.drafts, batch.base.position + 1):
            self._latest.note(draft.type, draft.tags, position)
        self._tip = batch.tip
        if batch.note:
            self._has_signed(batch.tip.position)
        batch.answer()

    async def _reload(self, connection: Connection, known: Tip | None, *, lock: bool) -> Tip:
        row = await connection.fetchrow(LOCK_HEAD if lock else READ_HEAD, self.ledger)
        if row is None:
            raise LedgerUnknown(self.ledger)
        tip = Tip(row["position"], Frontier.from_bytes(row["frontier"]), row["recorded_at"], row["log"])
        if known is None or not await self._catch_up(connection, known, tip):
            self._key = await self._keys.signing_key(self.ledger, Origin.of(self.ledger))
            self._latest = Latest(tip.position)
        self._signed = row["signed"]
        self._sign_at = time.monotonic() + SIGN_EVERY - min(SIGN_EVERY, max(0, row["age"] or SIGN_EVERY))
        self._sure = True
        return tip

    async def _catch_up(self, connection: Connection, known: Tip, tip: Tip) -> bool:
        """Learn what others recorded; False if the head is not the log that we knew, grown by just that."""
        if not 0 <= tip.position - known.position <= MOST_MISSED:
            return False
        missed = await connection.fetch(MISSED, self.ledger, known.position, tip.position)
        if known.frontier.extend([row["leaf"] for row in missed]) != tip.frontier:
            return False
        for row in missed:
            self._latest.note(row["type"], row["tags"], row["position"])
        return True

    async def _decide(self, connection: Connection, doubts: list[Batch]) -> None:
        """Answer those whose commit came through though we were not told; the others are tried again."""
        if not doubts:
            return
        rows = await connection.fetch(LANDED, self.ledger, [doubt.base.position + 1 for doubt in doubts])
        landed = {row["position"]: row["leaf"] for row in rows}
        for doubt in doubts:
            if landed.get(doubt.base.position + 1) == doubt.leaves[0]:
                doubt.answer()

    async def _refuse_known(self, connection: Connection, waiting: Sequence[Waiting]) -> bool:
        """Whether a command was recorded meanwhile, by another process that was sent it too."""
        ids = [command.id for each in waiting for command in each.commands]
        known = {row["id"] for row in await connection.fetch(KNOWN, self.ledger, ids)}
        for each in waiting:
            if any(command.id in known for command in each.commands) and not each.is_over:
                each.answer.set_exception(ConditionFailed(None))
        return bool(known)

    async def _fail(self, waiting: Sequence[Waiting], doubts: list[Batch], error: Exception) -> None:
        if len(waiting) > 1 and not isinstance(error, LedgerUnknown):
            for each in waiting:
                await self._serve([each], doubts)
            return
        for each in waiting:
            if not each.is_over:
                each.answer.set_exception(error)

    def _sign_in(self) -> float | None:
        """Seconds until the last state is to be signed; None if it is."""
        if self._tip is None or self._key is None or self._signed >= self._tip.position:
            return None
        return max(0.0, self._sign_at - time.monotonic())

    async def _sign_last(self, tip: Tip) -> None:
        if self._key is None or self._signed >= tip.position:
            return
        parameters = (tip.position, tip.frontier.to_bytes(), tip.frontier.root(), signed(tip, self._key))
        try:
            async with connected(self._pool, self._patience) as connection:
                # Signs nothing if the head moved on: then whoever moved it signs.
                await connection.execute(SIGN, self.ledger, *parameters)
            self._has_signed(tip.position)
        except Exception as error:  # noqa: BLE001 - the next commit or second signs; recording goes on
            log.warning("The checkpoint of %s is signed later: %r", self.ledger, error)
            self._sign_at = time.monotonic() + SIGN_EVERY

    def _has_signed(self, position: int) -> None:
        self._signed = max(self._signed, position)
        self._sign_at = time.monotonic() + SIGN_EVERY
