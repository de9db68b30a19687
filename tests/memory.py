"""The library's in-memory recorder behind the event store's interface, and the event store behind the library's."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator, Coroutine, Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, Protocol, TypeVar

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.popo import InMemoryDCBRecorder, SimpleDCBReadResponse

from domain.recording import LedgerUnknown
from infra.admission import BeyondHead
from infra.commits import Appended, Issued
from infra.store import Read
from tests.recording import now

T = TypeVar("T")


class Store(Protocol):
    """What every event store does."""

    async def head(self, ledger: str) -> int | None: ...

    async def read(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> Read: ...

    async def append(
        self,
        ledger: str,
        events: Sequence[DCBEvent],
        condition: DCBAppendCondition | None = None,
        commands: Sequence[Issued] = (),
    ) -> Appended: ...

    def subscribe(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncGenerator[DCBSequencedEvent, None]: ...


class MemoryStore:
    """One ledger, kept by the library; it knows no commands."""

    def __init__(self, ledger: str) -> None:
        self._recorders = {ledger: InMemoryDCBRecorder()}

    async def head(self, ledger: str) -> int | None:
        recorder = self._recorders.get(ledger)
        return recorder.read().head or 0 if recorder else None

    async def read(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> Read:
        if ledger not in self._recorders:
            return Read([], None)
        response = self._recorders[ledger].read(query, after=after, limit=limit)
        return Read(list(response), response.head)

    async def append(
        self,
        ledger: str,
        events: Sequence[DCBEvent],
        condition: DCBAppendCondition | None = None,
        commands: Sequence[Issued] = (),  # noqa: ARG002 - as every event store's
    ) -> Appended:
        await self._check_reached(ledger, condition.after if condition else None)
        last = self._recorders[ledger].append([sorted_(event) for event in events], condition)
        return Appended(last - len(events) + 1, last, now())

    async def subscribe(
        self, ledger: str, query: DCBQuery | None = None, *, after: int | None = None
    ) -> AsyncGenerator[DCBSequencedEvent, None]:
        await self._check_reached(ledger, after)
        with self._recorders[ledger].subscribe(query, after=after) as subscription:
            while event := await asyncio.to_thread(next, subscription, None):
                yield event

    async def _check_reached(self, ledger: str, after: int | None) -> None:
        """The library lets one decide on what is not there yet."""
        head = await self.head(ledger)
        if head is None:
            raise LedgerUnknown(ledger)
        if (after or 0) > head:
            raise BeyondHead(None)


def sorted_(event: DCBEvent) -> DCBEvent:
    return DCBEvent(event.type, event.data, sorted(set(event.tags)))


class Facade(DCBRecorder):
    """The library's interface over one ledger of an event store; its opaque bytes travel as JSON.

    For other threads than that of the event store's loop."""

    def __init__(self, store: Store, ledger: str, loop: asyncio.AbstractEventLoop) -> None:
        self._store, self._ledger, self._loop = store, ledger, loop

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        read = self._run(self._store.read(self._ledger, query, after=after, limit=limit))
        return SimpleDCBReadResponse(iter([opened(each) for each in read.events]), read.head)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        wrapped = [DCBEvent(event.type, wrap(event.data), event.tags) for event in events]
        return self._run(self._store.append(self._ledger, wrapped, condition)).last

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> "Subscription":
        return Subscription(self, self._store.subscribe(self._ledger, query, after=after), self._loop)


class Subscription(DCBSubscription[Facade]):
    """The events of a store, one by one, for one other thread."""

    def __init__(
        self, facade: Facade, events: AsyncGenerator[DCBSequencedEvent, None], loop: asyncio.AbstractEventLoop
    ) -> None:
        super().__init__(facade)
        self._events, self._loop = events, loop
        self._next: Future[DCBSequencedEvent] | None = None

    def __next__(self) -> DCBSequencedEvent:
        self._next = asyncio.run_coroutine_threadsafe(self._pull(), self._loop)
        try:
            return self._next.result()
        except CancelledError:
            raise StopIteration from None

    def stop(self) -> None:
        super().stop()
        if self._next is None or not self._next.cancel():
            asyncio.run_coroutine_threadsafe(self._events.aclose(), self._loop).result()

    async def _pull(self) -> DCBSequencedEvent:
        return opened(await anext(self._events))


def wrap(data: bytes) -> bytes:
    return b'{"bytes":"%b"}' % b64encode(data)


def opened(sequenced: DCBSequencedEvent) -> DCBSequencedEvent:
    event = sequenced.event
    data = b64decode(json.loads(event.data)["bytes"])
    return DCBSequencedEvent(DCBEvent(event.type, data, event.tags), sequenced.position)
