"""Keys: signing keys, keyed-hash secrets, and a data key per person and purpose.

They lie in a database of their own, wrapped (AES-256-GCM) by a key-encryption key (`kek`) that lies in no database.
Destroying a person's keys makes what was sealed with them (`seals`) unreadable.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from secrets import token_bytes

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.checkpoints import Origin, SigningKey
from infra.kek import KEY_SIZE
from infra.seals import NONCE_SIZE, Pair
from infra.trouble import Trouble

Database = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy

KEEP_SIGNING_KEY = """
insert into signing_key (ledger, origin, public, wrapped) values ($1, $2, $3, $4) on conflict do nothing"""
READ_SIGNING_KEY = "select public, wrapped from signing_key where ledger = $1 and origin = $2"
FIND_KEYS = """
select subject, purpose, wrapped
from data_key join unnest($2::text[], $3::text[]) wanted (subject, purpose) using (subject, purpose)
where ledger = $1"""
# The update on conflict changes nothing: it locks the subject's row, and leaves out whoever is destroyed.
KEEP_KEYS = """
with wanted as (select * from unnest($2::text[], $3::text[], $4::bytea[]) wanted (subject, purpose, wrapped)),
living as (
    insert into data_subject (ledger, subject) select distinct $1::text, subject from wanted order by subject
    on conflict (ledger, subject) do update set destroyed_at = data_subject.destroyed_at
    where data_subject.destroyed_at is null returning subject)
insert into data_key (ledger, subject, purpose, wrapped)
select $1::text, subject, purpose, wrapped from wanted join living using (subject) on conflict do nothing"""
BURY = """
insert into data_subject (ledger, subject, destroyed_at) values ($1, $2, now())
on conflict (ledger, subject) do update
set destroyed_at = coalesce(data_subject.destroyed_at, excluded.destroyed_at) returning destroyed_at"""
DESTROY = """
with gone as (delete from data_key where ledger = $1 and subject = $2)
insert into generation (ledger, number) values ($1, 1)
on conflict (ledger) do update set number = generation.number + 1 returning number"""
READ_GENERATION = "select number from generation where ledger = $1"


class KekForeign(Trouble):
    pass


class SubjectErased(Exception):
    """The keys of this person were destroyed; nothing is sealed for them any more.
    此人的密钥已销毁，不再为其加密任何内容。"""

    def __init__(self, ledger: str, subject: str) -> None:
        super().__init__(f"{ledger}:{subject}")
        self.ledger, self.subject = ledger, subject


async def open_keys(
    database: Database,
    kek: bytes,
    *,
    room: int = 65_536,
    freshness: float = 1.0,
    clock: Callable[[], float] = time.monotonic,
) -> KeyStore:
    """The key store of this database; refused (KekForeign) when another key-encryption key wrapped it.

    At most `room` data keys are held, and a key destroyed elsewhere is forgotten within `freshness` seconds.
    """
    keys = KeyStore(database, kek, room=room, freshness=freshness, clock=clock)
    await keys.secret("", "KEK_CHECK")
    return keys


class KeyStore:
    def __init__(
        self, database: Database, kek: bytes, *, room: int, freshness: float, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._kek = AESGCM(kek)
        self._room, self._freshness, self._clock = room, freshness, clock
        self._held: OrderedDict[tuple[str, int, str, str], bytes] = OrderedDict()
        self._generations: dict[str, tuple[int, float]] = {}  # by ledger: number, when it was read
        self._secrets: dict[tuple[str, str], bytes] = {}

    async def signing_key(self, ledger: str, origin: str) -> SigningKey:
        fresh = Ed25519PrivateKey.generate()
        public = fresh.public_key().public_bytes_raw()
        wrapped = self._wrap(fresh.private_bytes_raw(), "signing_key", ledger, origin, public.hex())
        await self._database.execute(KEEP_SIGNING_KEY, ledger, Origin(origin), public, wrapped)
        [(public, wrapped)] = await self._database.fetch(READ_SIGNING_KEY, ledger, origin)
        private = self._unwrap(wrapped, "signing_key", ledger, origin, public.hex())
        return SigningKey(Origin(origin), Ed25519PrivateKey.from_private_bytes(private))

    async def secret(self, ledger: str, purpose: str) -> bytes:
        """A key for keyed hashes (HMAC); made at first use, the same for ever."""
        if (ledger, purpose) not in self._secrets:
            keep = "insert into secret (ledger, purpose, wrapped) values ($1, $2, $3) on conflict do nothing"
            read = "select wrapped from secret where ledger = $1 and purpose = $2"
            fresh = self._wrap(token_bytes(KEY_SIZE), "secret", ledger, purpose)
            await self._database.execute(keep, ledger, purpose, fresh)
            wrapped = await self._database.fetchval(read, ledger, purpose)
            self._secrets[ledger, purpose] = self._unwrap(wrapped, "secret", ledger, purpose)
        return self._secrets[ledger, purpose]

    async def data_keys(self, ledger: str, pairs: Sequence[Pair]) -> dict[Pair, bytes]:
        """A key for each subject and purpose, to seal with; missing ones are made, durable on return."""
        keys = await self.find_keys(ledger, pairs)
        if missing := [pair for pair in dict.fromkeys(pairs) if pair not in keys]:
            wrapped = [self._wrap(token_bytes(KEY_SIZE), "data_key", ledger, *pair) for pair in missing]
            await self._database.execute(KEEP_KEYS, ledger, *_columns(missing), wrapped)
            keys |= await self.find_keys(ledger, missing)
        for pair in missing:
            if pair not in keys:
                raise SubjectErased(ledger, pair[0])
        return keys

    async def find_keys(self, ledger: str, pairs: Sequence[Pair]) -> dict[Pair, bytes]:
        """The keys that there are, to unseal with; none is made, and a destroyed one is not among them."""
        generation = await self._generation(ledger)
        keys = {pair: key for pair in pairs if (key := self._held.get((ledger, generation, *pair)))}
        if absent := [pair for pair in dict.fromkeys(pairs) if pair not in keys]:
            for subject, purpose, wrapped in await self._database.fetch(FIND_KEYS, ledger, *_columns(absent)):
                keys[subject, purpose] = self._unwrap(wrapped, "data_key", ledger, subject, purpose)
        self._hold(ledger, generation, keys)
        return keys

    async def destroy(self, ledger: str, subject: str) -> datetime:
        """Delete every key of the subject for ever; when it happened, also if asked again."""
        async with self._transaction() as connection:
            # Two statements: the second sees the keys of whoever held the subject's row before us.
            at: datetime = await connection.fetchval(BURY, ledger, subject)
            number: int = await connection.fetchval(DESTROY, ledger, subject)
        self._learn(ledger, number, self._clock())
        return at

    async def _generation(self, ledger: str) -> int:
        number, read_at = self._generations.get(ledger, (0, float("-inf")))
        if (now := self._clock()) - read_at >= self._freshness:
            self._learn(ledger, await self._database.fetchval(READ_GENERATION, ledger) or 0, now)
            number, _ = self._generations[ledger]
        return number

    def _learn(self, ledger: str, number: int, read_at: float) -> None:
        known, _ = self._generations.get(ledger, (0, 0.0))
        if number > known:
            self._held.clear()  # a destroyed key leaves the memory too
        self._generations[ledger] = max(number, known), read_at

    def _hold(self, ledger: str, generation: int, keys: Mapping[Pair, bytes]) -> None:
        # Under the generation read before the keys: what a destruction overtook is never found again.
        for pair, key in keys.items():
            self._held[(ledger, generation, *pair)] = key
            self._held.move_to_end((ledger, generation, *pair))
        while len(self._held) > self._room:
            self._held.popitem(last=False)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection | PoolConnectionProxy]:
        if isinstance(self._database, asyncpg.Pool):
            async with self._database.acquire() as connection, connection.transaction():
                yield connection
        else:
            async with self._database.transaction():
                yield self._database

    def _wrap(self, key: bytes, *place: str) -> bytes:
        nonce = token_bytes(NONCE_SIZE)
        return nonce + self._kek.encrypt(nonce, key, "\0".join(place).encode())  # bound to its row

    def _unwrap(self, wrapped: bytes, *place: str) -> bytes:
        try:
            return self._kek.decrypt(wrapped[:NONCE_SIZE], wrapped[NONCE_SIZE:], "\0".join(place).encode())
        except InvalidTag:
            raise KekForeign(
                "密钥库由另一把主密钥加密，或其内容被改动。请放回与该库配套的密钥文件。",
                "The key database was wrapped by another key-encryption key, or was changed. "
                "Put the key file that belongs to it in its place.",
            ) from None


def _columns(pairs: Sequence[Pair]) -> tuple[list[str], list[str]]:
    return [subject for subject, _ in pairs], [purpose for _, purpose in pairs]
