"""Keys are made once, kept wrapped, and gone when destroyed; sealed text is read with its key in its place only."""

import asyncio
import hashlib
import os
from asyncio import Task
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from asyncpg.pool import PoolConnectionProxy
from hypothesis import given
from hypothesis import strategies as st

from infra.checkpoints import Origin, checkpoint_text, sign, verify
from infra.database import Databases
from infra.kek import KekExposed, KekMalformed, KekMissing, load_kek
from infra.keys import KekForeign, KeyStore, SubjectErased, open_keys
from infra.merkle import EMPTY_ROOT
from infra.seals import Pair, SealBroken, Sealed, TokenMalformed, parse_token, seal, tokens_in, unseal, unseal_all

pytestmark = pytest.mark.bare

KEK = bytes(range(32))
LEDGER = "140423"
EVENT = "0198c6a2-7b1e-7c3d-9a55-0123456789ab"
KEY = hashlib.sha256(b"a data key").digest()
OTHER_KEY = hashlib.sha256(b"another data key").digest()
LIU: Pair = ("person:0198c6a2_liu", "CONTACT")
WANG: Pair = ("person:0198c6a2-wang", "CONTACT")
LIU_CARE: Pair = ("person:0198c6a2_liu", "CARE_PLAN")


# The key-encryption key


def test_the_first_start_makes_a_key_file_that_only_its_user_can_read(tmp_path: Path) -> None:
    kek = load_kek(tmp_path / "home", {})
    assert (tmp_path / "home" / "kek").stat().st_mode & 0o777 == 0o600
    assert len(kek) == 32
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["kek"]


def test_every_later_start_reads_the_same_key(tmp_path: Path) -> None:
    assert load_kek(tmp_path, {}) == load_kek(tmp_path, {})
    assert load_kek(tmp_path, {}) != load_kek(tmp_path / "another", {})


async def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    keks = await asyncio.gather(*(asyncio.to_thread(load_kek, tmp_path, {}) for _ in range(8)))
    assert len(set(keks)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["kek"]


def key_file(path: Path, content: bytes, mode: int = 0o600) -> dict[str, str]:
    path.write_bytes(content)
    path.chmod(mode)
    return {"GONGZHI_KEK_FILE": str(path)}


def test_the_key_file_may_lie_elsewhere(tmp_path: Path) -> None:
    assert load_kek(tmp_path, key_file(tmp_path / "secret", KEK)) == KEK
    assert not (tmp_path / "kek").exists()


def test_a_key_file_that_is_named_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(KekMissing) as missing:
        load_kek(tmp_path, {"GONGZHI_KEK_FILE": str(tmp_path / "mistyped")})
    assert str(tmp_path / "mistyped") in missing.value.zh
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KekExposed):
        load_kek(tmp_path, key_file(tmp_path / "secret", KEK, mode))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_key_file_of_another_user_is_refused(tmp_path: Path) -> None:
    environ = key_file(tmp_path / "secret", KEK)
    os.chown(tmp_path / "secret", 12345, -1)
    with pytest.raises(KekExposed):
        load_kek(tmp_path, environ)


@pytest.mark.parametrize("content", [b"", KEK[:-1], KEK + b"\n"])
def test_a_key_file_of_another_length_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KekMalformed):
        load_kek(tmp_path, key_file(tmp_path / "secret", content))


# The store


@pytest.fixture
async def pool(databases: Databases) -> asyncpg.Pool:
    return await databases.keys_pool(max_size=4)


@pytest.fixture
async def keys(pool: asyncpg.Pool) -> KeyStore:
    return await open_keys(pool, KEK)


async def stored_bytes(pool: asyncpg.Pool) -> bytes:
    tables = ("signing_key", "secret", "data_key")
    rows = [row for table in tables for row in await pool.fetch(f"select wrapped from {table}")]
    return b"".join(row["wrapped"] for row in rows)


async def test_a_ledger_signs_with_the_same_key_from_every_process(pool: asyncpg.Pool) -> None:
    origin = Origin.of(LEDGER)
    stores = [await open_keys(pool, KEK) for _ in range(3)]
    first, *others = await asyncio.gather(*(store.signing_key(LEDGER, origin) for store in stores))
    note = sign(checkpoint_text(origin, 0, EMPTY_ROOT), first)
    assert [verify(note, key.vkey).origin for key in others] == [origin, origin]


async def test_each_origin_of_a_ledger_has_a_signing_key_of_its_own(keys: KeyStore) -> None:
    first = await keys.signing_key(LEDGER, "gongzhi/140423")
    recovered = await keys.signing_key(LEDGER, "gongzhi/140423/2")
    assert first.vkey.public != recovered.vkey.public
    assert recovered.origin == "gongzhi/140423/2"


async def test_a_secret_is_the_same_for_ever_and_another_for_each_purpose(pool: asyncpg.Pool) -> None:
    here, there = await open_keys(pool, KEK), await open_keys(pool, KEK)
    secret = await here.secret(LEDGER, "COMMAND_INPUTS")
    assert secret == await here.secret(LEDGER, "COMMAND_INPUTS") == await there.secret(LEDGER, "COMMAND_INPUTS")
    assert len({secret, await here.secret("140430", "COMMAND_INPUTS"), await here.secret(LEDGER, "PSEUDONYMS")}) == 3


async def test_a_subject_has_a_key_for_each_purpose(keys: KeyStore) -> None:
    made = await keys.data_keys(LEDGER, [LIU, WANG, LIU_CARE, LIU])
    elsewhere = await keys.data_keys("140430", [LIU])
    assert set(made) == {LIU, WANG, LIU_CARE}
    assert len({*made.values(), *elsewhere.values()}) == 4


async def test_a_data_key_is_stored_before_it_is_used(pool: asyncpg.Pool) -> None:
    made = await (await open_keys(pool, KEK)).data_keys(LEDGER, [LIU, WANG])
    assert await (await open_keys(pool, KEK)).find_keys(LEDGER, [LIU, WANG, LIU_CARE]) == made


async def test_processes_that_make_the_same_keys_at_once_agree(pool: asyncpg.Pool) -> None:
    pairs = [(f"person:{number}", "CONTACT") for number in range(50)]
    stores = [await open_keys(pool, KEK) for _ in range(4)]
    orders = [pairs, pairs[::-1], pairs[25:] + pairs[:25], pairs[::2] + pairs[1::2]]
    made = await asyncio.gather(*(store.data_keys(LEDGER, order) for store, order in zip(stores, orders, strict=True)))
    assert all(keys == made[0] for keys in made)


async def test_to_look_for_a_key_makes_none(keys: KeyStore, pool: asyncpg.Pool) -> None:
    assert await keys.find_keys(LEDGER, [LIU]) == {}
    assert await pool.fetchval("select count(*) from data_key") == 0


async def test_no_key_lies_in_the_database_in_clear(keys: KeyStore, pool: asyncpg.Pool) -> None:
    signing = await keys.signing_key(LEDGER, Origin.of(LEDGER))
    clear = [
        signing.private.private_bytes_raw(),
        await keys.secret(LEDGER, "COMMAND_INPUTS"),
        (await keys.data_keys(LEDGER, [LIU]))[LIU],
    ]
    stored = await stored_bytes(pool)
    assert [key in stored for key in clear] == [False, False, False]


async def test_another_key_encryption_key_opens_nothing(keys: KeyStore, pool: asyncpg.Pool) -> None:
    with pytest.raises(KekForeign):
        await open_keys(pool, bytes(32))


async def test_a_key_moved_to_another_subject_does_not_open(keys: KeyStore, pool: asyncpg.Pool) -> None:
    await keys.data_keys(LEDGER, [LIU])
    await pool.execute("update data_key set subject = $1", WANG[0])
    with pytest.raises(KekForeign):
        await (await open_keys(pool, KEK)).find_keys(LEDGER, [WANG])


async def test_a_public_key_put_in_place_of_ours_is_noticed(keys: KeyStore, pool: asyncpg.Pool) -> None:
    await keys.signing_key(LEDGER, Origin.of(LEDGER))
    await pool.execute("update signing_key set public = $1", bytes(32))
    with pytest.raises(KekForeign):
        await keys.signing_key(LEDGER, Origin.of(LEDGER))


async def test_a_connection_serves_as_well_as_a_pool(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        keys = await open_keys(connection, KEK)
        made = await keys.data_keys(LEDGER, [LIU])
        await keys.destroy(LEDGER, LIU[0])
    assert set(made) == {LIU}
    assert await pool.fetchval("select count(*) from data_key") == 0


# Erasure


async def test_a_destroyed_subject_has_no_key_left_for_any_purpose(keys: KeyStore, pool: asyncpg.Pool) -> None:
    made = await keys.data_keys(LEDGER, [LIU, LIU_CARE, WANG])
    await keys.destroy(LEDGER, LIU[0])
    assert await keys.find_keys(LEDGER, [LIU, LIU_CARE, WANG]) == {WANG: made[WANG]}
    assert await pool.fetchval("select array_agg(subject) from data_key") == [WANG[0]]


async def test_a_destroyed_subject_never_gets_a_key_again(keys: KeyStore, pool: asyncpg.Pool) -> None:
    await keys.data_keys(LEDGER, [LIU])
    await keys.destroy(LEDGER, LIU[0])
    for store in (keys, await open_keys(pool, KEK)):
        with pytest.raises(SubjectErased) as erased:
            await store.data_keys(LEDGER, [WANG, LIU, LIU_CARE])
        assert (erased.value.ledger, erased.value.subject) == (LEDGER, LIU[0])
    assert await pool.fetchval("select array_agg(subject) from data_key") == [WANG[0]]


async def test_a_subject_without_keys_can_be_destroyed_too(keys: KeyStore) -> None:
    await keys.destroy(LEDGER, LIU[0])
    with pytest.raises(SubjectErased):
        await keys.data_keys(LEDGER, [LIU])


async def test_destroying_twice_tells_the_time_of_the_first(keys: KeyStore) -> None:
    first = await keys.destroy(LEDGER, LIU[0])
    assert await keys.destroy(LEDGER, LIU[0]) == first


async def test_destruction_in_one_ledger_leaves_the_other(keys: KeyStore) -> None:
    made = await keys.data_keys("140430", [LIU])
    await keys.destroy(LEDGER, LIU[0])
    assert await keys.data_keys("140430", [LIU]) == made


async def test_another_process_forgets_a_destroyed_key_within_its_freshness(pool: asyncpg.Pool) -> None:
    now = [100.0]
    here, there = await open_keys(pool, KEK), await open_keys(pool, KEK, freshness=1.0, clock=lambda: now[0])
    made = await there.data_keys(LEDGER, [LIU])
    await here.destroy(LEDGER, LIU[0])
    now[0] += 0.9
    assert await there.find_keys(LEDGER, [LIU]) == made
    now[0] += 0.1
    assert await there.find_keys(LEDGER, [LIU]) == {}


async def test_keys_held_are_not_read_again(keys: KeyStore, pool: asyncpg.Pool) -> None:
    await keys.destroy(LEDGER, WANG[0])
    made = await keys.data_keys(LEDGER, [LIU])
    await pool.execute("delete from data_key")
    assert await keys.find_keys(LEDGER, [LIU]) == made


async def test_of_the_keys_held_the_longest_unused_gives_way(pool: asyncpg.Pool) -> None:
    keys = await open_keys(pool, KEK, room=2)
    await keys.data_keys(LEDGER, [LIU, WANG])
    await keys.find_keys(LEDGER, [LIU])
    await keys.data_keys(LEDGER, [LIU_CARE])
    await pool.execute("delete from data_key")
    assert set(await keys.find_keys(LEDGER, [LIU, WANG, LIU_CARE])) == {LIU, LIU_CARE}


async def blocked(task: Task[Any], by: asyncpg.Connection | PoolConnectionProxy, pool: asyncpg.Pool) -> None:
    """Return when the task waits for the transaction of that connection."""
    waiting = "select exists (select from pg_stat_activity where $1 = any (pg_blocking_pids(pid)))"
    while not await pool.fetchval(waiting, by.get_server_pid()):
        assert not task.done()


async def test_a_destruction_that_meets_the_making_of_keys_destroys_them(keys: KeyStore, pool: asyncpg.Pool) -> None:
    async with pool.acquire() as maker, maker.transaction():
        made = await (await open_keys(maker, KEK)).data_keys(LEDGER, [LIU])
        destruction = asyncio.create_task(keys.destroy(LEDGER, LIU[0]))
        await blocked(destruction, maker, pool)
    await destruction
    assert set(made) == {LIU}
    assert await pool.fetchval("select count(*) from data_key") == 0


async def test_the_making_of_keys_that_meets_a_destruction_makes_none(keys: KeyStore, pool: asyncpg.Pool) -> None:
    async with pool.acquire() as destroyer, destroyer.transaction():
        await (await open_keys(destroyer, KEK)).destroy(LEDGER, LIU[0])
        making = asyncio.create_task(keys.data_keys(LEDGER, [LIU, WANG]))
        await blocked(making, destroyer, pool)
    with pytest.raises(SubjectErased):
        await making
    assert await pool.fetchval("select array_agg(subject) from data_key") == [WANG[0]]


# Sealing

texts = st.text(st.characters(exclude_categories=["Cs"]))


def token(text: str = "刘春梅", pair: Pair = LIU, key: bytes = KEY) -> str:
    return seal(LEDGER, *pair, EVENT, "full_name", text, key)


@given(texts)
def test_what_was_sealed_is_read_with_its_key(text: str) -> None:
    assert unseal(LEDGER, token(text), KEY) == text


def test_a_token_tells_whose_it_is_and_nothing_else() -> None:
    sealed = parse_token(token("刘春梅"))
    assert sealed == Sealed(*LIU, EVENT, "full_name", sealed.ciphertext)
    assert len(sealed.ciphertext) == 12 + len("刘春梅".encode()) + 16


def test_the_same_text_is_never_sealed_alike() -> None:
    assert token() != token()


def test_a_token_cannot_be_typed() -> None:
    assert (token()[0], token()[-1]) == ("\u0001", "\u0002")


@pytest.mark.parametrize(
    ("part", "other"),
    [(LIU[0], WANG[0]), (EVENT, EVENT.replace("0198", "0199")), ("full_name", "nick_name")],
    ids=["subject", "event", "field"],
)
def test_a_token_moved_elsewhere_is_broken(part: str, other: str) -> None:
    with pytest.raises(SealBroken):
        unseal(LEDGER, token().replace(part, other), KEY)


def test_a_token_of_another_ledger_or_key_is_broken() -> None:
    for ledger, key in (("140430", KEY), (LEDGER, OTHER_KEY)):
        with pytest.raises(SealBroken):
            unseal(ledger, token(), key)


@given(st.integers(0, 200), st.characters(exclude_categories=["Cs"]))
def test_a_token_with_one_character_changed_is_refused(place: int, character: str) -> None:
    whole = token()
    at = place % len(whole)
    changed = whole[:at] + character + whole[at + 1 :]
    if changed != whole and parse_or_none(changed, keep=LIU[1]):
        with pytest.raises(SealBroken):
            unseal(LEDGER, changed, KEY)


def parse_or_none(text: str, *, keep: str) -> Sealed | None:
    """None also where only the purpose changed: then whoever unseals takes another key."""
    try:
        sealed = parse_token(text)
    except TokenMalformed:
        return None
    return sealed if sealed.purpose == keep else None


@pytest.mark.parametrize(
    "text",
    ["", "刘春梅", token()[1:], token()[:-1], token() + "\n", token().replace("v1", "v2"), token().replace(".", "|")],
)
def test_other_texts_are_no_tokens(text: str) -> None:
    with pytest.raises(TokenMalformed):
        parse_token(text)


@pytest.mark.parametrize("ciphertext", ["A", "AB", "A="])
def test_a_ciphertext_written_in_another_way_is_no_token(ciphertext: str) -> None:
    with pytest.raises(TokenMalformed):
        parse_token(f"\u0001v1.{LIU[0]}.CONTACT.{EVENT}.full_name.{ciphertext}\u0002")


@pytest.mark.parametrize(
    ("subject", "purpose", "field"),
    [("liu", "CONTACT", "name"), ("person:1.2", "CONTACT", "name"), ("person:1", "contact", "name"), (*LIU, "a.b")],
)
def test_names_that_would_not_read_back_are_not_sealed(subject: str, purpose: str, field: str) -> None:
    with pytest.raises(TokenMalformed):
        seal(LEDGER, subject, purpose, EVENT, field, "text", KEY)


def test_a_response_is_shown_in_clear_where_there_are_keys_and_null_where_there_are_none() -> None:
    shown = {"name": token(), "others": [token('王\n"建国"\\', WANG), "公示"], "care": token("x", LIU_CARE)}
    payload = orjson.dumps(shown)
    assert tokens_in(payload) == {LIU, WANG, LIU_CARE}
    clear = unseal_all(LEDGER, payload, {LIU: KEY, WANG: KEY})
    assert orjson.loads(clear) == {"name": "刘春梅", "others": ['王\n"建国"\\', "公示"], "care": None}


@given(st.recursive(texts | st.none() | st.integers(-(2**53), 2**53), st.lists, max_leaves=20))
def test_a_response_without_tokens_is_returned_as_it_is(response: object) -> None:
    payload = orjson.dumps(response)
    assert unseal_all(LEDGER, payload, {}) == payload
    assert tokens_in(payload) == set()


@given(st.lists(st.tuples(texts, st.booleans())), st.booleans())
def test_a_response_is_unsealed_wherever_its_tokens_stand(parts: list[tuple[str, bool]], indent: bool) -> None:  # noqa: FBT001
    response = {"a": [token(text) if sealed else text for text, sealed in parts]}
    payload = orjson.dumps(response, option=orjson.OPT_INDENT_2 if indent else 0)
    assert orjson.loads(unseal_all(LEDGER, payload, {LIU: KEY})) == {"a": [text for text, _ in parts]}


@pytest.mark.parametrize(
    "text",
    [
        token().replace("\u0001", "\\u0001").replace("\u0002", "\\u0002"),
        f'"{token()}"',
        f'"{token()}',
        f"{token()} ",
        f" {token()}",
        token() + token(),
    ],
    ids=["escapes typed", "quoted", "after a quote", "followed", "preceded", "two"],
)
def test_a_text_that_only_holds_or_imitates_a_token_stays(text: str) -> None:
    payload = orjson.dumps([text])
    assert unseal_all(LEDGER, payload, {LIU: KEY}) == payload
    assert tokens_in(payload) == set()


def test_a_broken_token_in_a_response_is_not_passed_over() -> None:
    with pytest.raises(SealBroken):
        unseal_all(LEDGER, orjson.dumps([token()]), {LIU: OTHER_KEY})
