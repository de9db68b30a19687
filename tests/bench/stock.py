"""The library's own projection runner: one event per transaction, here into the same rows as ours of such an event."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Decision, Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL
from psycopg.types.json import Json

from infra.address import Address
from tests.bench.library import parts_of
from tests.bench.workload import TYPE

__all__ = ["StockRunner"]

TABLES = (
    """create table if not exists revisions (
        id text primary key, compound text, file text, revision int, reason text, text text)""",
    "create index if not exists revisions_of on revisions (compound)",
    "create table if not exists happenings (position bigint primary key, type text, tags text[], body json)",
    "create table if not exists happening_tags (tag text, position bigint, primary key (tag, position))",
)
WRITE = """
with revised as (
    insert into revisions values (%(id)s, %(compound)s, %(file)s, %(revision)s, %(reason)s, %(text)s)
    on conflict (id) do update set reason = excluded.reason, text = excluded.text),
happened as (insert into happenings values (%(position)s, %(type)s, %(tags)s, %(body)s))
insert into happening_tags select tag, %(position)s from unnest(%(tags)s::text[]) tag"""
BATCH = 500
MODULES = {"LIBRARY": "eventsourcing.dcb.postgres_tt", "REVISIONS": "eventsourcing.postgres"}


class Revised(msgspec.Struct, Decision):
    """The event, as the library's mapper gives it to the projection."""

    body: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return self.body


class BodyMapper(DCBMapper[Revised]):
    def to_dcb_event(self, event: Tagged[Revised]) -> DCBEvent:
        return DCBEvent(TYPE, msgspec.json.encode(event.decision.body), event.tags)

    def to_domain_event(self, event: DCBEvent) -> Tagged[Revised]:
        return Tagged(event.tags, Revised(msgspec.json.decode(event.data)))


class EventsUsedUp(Exception):
    """The runner may have waited for events, and then its rate says nothing."""


class Library(DCBApplication):
    """The application whose events are projected."""


class RevisionRows(PostgresTrackingRecorder):
    """The read model: the same rows as ours of such an event, written in one statement."""

    def __init__(self, datastore: PostgresDatastore, **names: Any) -> None:
        super().__init__(datastore, **names)
        self.sql_create_statements += [SQL(table).format() for table in TABLES]

    def revise(self, tagged: Tagged[Revised], tracking: Tracking) -> None:
        body, position = tagged.decision.body, tracking.notification_id
        key = f"{body['compound']}@{body['file']}@{body['revision']}"
        row = {**body, "id": key, "position": position, "type": TYPE, "tags": tagged.tags, "body": Json(body)}
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(WRITE, row)


class Revisions(Projection[RevisionRows]):
    topics = (TYPE,)

    def process_event(self, domain_event: Tagged[Revised], tracking: Tracking) -> None:
        self.view.revise(domain_event, tracking)


class StockRunner:
    """Goes on from round to round over the same events, each projected once."""

    def __init__(self, address: Address) -> None:
        parts = {f"POSTGRES_{name.upper()}": value for name, value in parts_of(address)._asdict().items()}
        modules = {f"{name}_PERSISTENCE_MODULE": module for name, module in MODULES.items()}
        self._env = parts | modules | {"MAPPER_TOPIC": f"{__name__}:{BodyMapper.__name__}"}

        self._last = 0

    def store(self, events: Sequence[DCBEvent]) -> None:
        with Library(self._env) as library:
            for at in range(0, len(events), BATCH):
                self._last = library.recorder.append(events[at : at + BATCH])

    async def rate(self, seconds: float) -> float:
        """Events a second, counted from when it is under way."""
        return await asyncio.to_thread(self._rate, seconds)

    def _rate(self, seconds: float) -> float:
        with self._running() as runner:
            begun = _position(runner)
            runner.wait(begun + 1, timeout=30)
            first, started = _position(runner), time.perf_counter()
            runner.run_forever(timeout=seconds)
            done, taken = _position(runner), time.perf_counter() - started
        if done == self._last:
            raise EventsUsedUp(done)
        return (done - first) / taken

    @contextlib.contextmanager
    def _running(self) -> Iterator[ProjectionRunner[Library, RevisionRows]]:
        runner = ProjectionRunner(
            application_class=Library, projection_class=Revisions, view_class=RevisionRows, env=self._env
        )
        try:
            with runner:
                yield runner
        finally:
            runner.view.datastore.close()


def _position(runner: ProjectionRunner[Library, RevisionRows]) -> int:
    return runner.view.max_tracking_id(runner.app_name) or 0
