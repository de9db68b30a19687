"""Sending files over real connections: broken ones leave nothing, none is held in memory, and none is half kept."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.uploads import MOST
from domain.roles import Role
from infra.address import Address
from infra.arrivals import CHUNK
from infra.database import Databases
from infra.embedded import EmbeddedPostgres
from infra.files import FileMissing
from tests.buckets import s3_server
from tests.crash.served import until
from tests.sending import LARGEST, events, get, left, photo, put
from tests.wire import LEDGER, OTHER, Wire, fresh_databases, serving

pytestmark = pytest.mark.xdist_group("buckets")
HOST = "127.0.0.1"
WINDOW = 32 << 20
"""More than the kernel takes on loopback before anybody reads it."""
KILLED = """
import asyncio, os, signal, sys
from dataclasses import replace
import httpx
from api.app import create_app
from api.uploads import MOST
from api.composition import open_services
from infra.files import Folder
from infra.settings import Settings

class Killing(Folder):
    async def keep(self, *given):
        await super().keep(*given)
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    settings, (token, url) = Settings.from_environment(), sys.argv[1:]
    async with open_services(settings) as services:
        app = create_app(replace(services, files=Killing(services.files.root)))
        transport = httpx.ASGITransport(app)
        headers, content = {"authorization": f"Bearer {token}", "content-type": "image/png"}, sys.stdin.buffer.read()
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://h") as to:
            print((await to.put(url, content=content, headers=headers)).text)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
async def wire(
    postgres: EmbeddedPostgres, root: Address, migrated: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Wire]:
    home = tmp_path_factory.mktemp("uploads")
    async with fresh_databases(postgres, root) as databases, serving(databases, home, largest=LARGEST) as opened:
        yield opened


@pytest.fixture(scope="module")
async def port(wire: Wire) -> AsyncIterator[int]:
    """Where the application listens."""
    server = _Server(uvicorn.Config(create_app(wire.services), host=HOST, port=0, log_level="critical"))
    answering = asyncio.create_task(server.serve())
    await until(partial(_started, server), "the server listens")
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await answering


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _started(server: uvicorn.Server) -> bool:
    return server.started


class Line:
    """A connection, on which anything can be said."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(HOST, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    async def ask(
        self, *headers: str, body: bytes = b"", target: str = f"/files/{LEDGER}", method: str = "PUT"
    ) -> None:
        told = ("host: h", f"authorization: Bearer {self.token}", "content-type: image/png", *headers)
        self.writer.write("\r\n".join([f"{method} {target} HTTP/1.1", *told, "", ""]).encode() + body)
        await self.writer.drain()

    async def answer(self) -> bytes:
        """All that is said until the other side ends it."""
        return await self.reader.read()


@pytest.fixture
async def line(wire: Wire, port: int) -> AsyncIterator[Line]:
    async with Line(port, await wire.token(Role.COMMUNITY)) as opened:
        yield opened


async def coming(wire: Wire) -> bool:
    return bool(left(wire))


async def nothing_left(wire: Wire) -> bool:
    return not left(wire)


@pytest.mark.parametrize("length", ["content-length: 200000", "transfer-encoding: chunked"])
async def test_who_goes_away_leaves_nothing(wire: Wire, line: Line, length: str) -> None:
    before = await wire.head()
    body = photo("gone", 100_000)
    await line.ask(length, body=body if "length" in length else b"186a0\r\n" + body + b"\r\n")
    await until(partial(coming, wire), "the file is coming")
    line.writer.transport.abort()
    await until(partial(nothing_left, wire), "nothing is left of it")
    assert await wire.head() == before


@pytest.mark.parametrize("length", [f"content-length: {LARGEST + 1}", f"content-length: {10**17}"])
async def test_what_says_to_be_too_large_is_not_waited_for(wire: Wire, line: Line, length: str) -> None:
    await line.ask(length, "expect: 100-continue")
    answer = await line.answer()
    assert answer.startswith(b"HTTP/1.1 413 "), answer
    assert left(wire) == []


async def test_who_may_not_send_is_not_asked_to(wire: Wire, port: int) -> None:
    async with Line(port, await wire.token(Role.AUDITOR)) as line:
        await line.ask("content-length: 100", "expect: 100-continue")
        assert (await line.answer()).startswith(b"HTTP/1.1 403 ")


async def test_what_turns_out_too_large_is_not_read_on(wire: Wire, line: Line) -> None:
    """However much is sent, no more is taken than what lies in the sockets."""
    await line.ask("transfer-encoding: chunked", body=b"8\r\n" + photo("", 8) + b"\r\n")
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 2 * WINDOW and not line.writer.is_closing():
            line.writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536
            await line.writer.drain()
    assert sent < WINDOW
    assert left(wire) == []


@pytest.mark.parametrize("framing", ["content-length: 700000", "transfer-encoding: chunked"])
async def test_who_is_refused_while_sending_gets_the_answer(wire: Wire, line: Line, framing: str) -> None:
    """The first bytes are wrong, and the caller reads only when it can send no more."""
    body = b"no picture".ljust(700_000, b"x")
    await line.ask(framing, body=body if "length" in framing else b"AAE60\r\n" + body + b"\r\n")
    assert b"FILE_NOT_AS_DECLARED" in await line.answer()
    assert left(wire) == []


async def test_a_length_that_lies_keeps_nothing_but_what_was_said(wire: Wire, port: int) -> None:
    said, lie = photo("said", 100), photo("lie")
    async with Line(port, await wire.token(Role.COMMUNITY)) as line:
        await line.ask("content-length: 100", body=said + b"and more\r\n\r\n")
        await line.answer()
    assert await events(wire, said + b"and more\r\n\r\n") == []
    async with Line(port, await wire.token(Role.COMMUNITY)) as line:
        await line.ask("content-length: 101", body=lie)
        line.writer.write_eof()
        assert b" 201 " not in await line.answer()
    for headers in (("content-length: 5", "content-length: 100"), ("content-length: -5",), ("content-length: x",)):
        async with Line(port, await wire.token(Role.COMMUNITY)) as line:
            await line.ask(*headers, body=lie)
            assert b" 400 " in (await line.answer())[:20]
    assert await events(wire, lie) == []
    await until(partial(nothing_left, wire), "nothing is left")


async def test_headers_without_end_and_odd_requests_do_no_harm(wire: Wire, port: int) -> None:
    url = (await put(wire, photo("odd"))).json()["url"]
    for headers in ([f"x-{n}: {'y' * 60_000}" for n in range(20)], ["range: bytes=" + "0-1," * 20_000]):
        async with Line(port, await wire.token(Role.COMMUNITY)) as line:
            with contextlib.suppress(ConnectionError):
                await line.ask("connection: close", *headers, target=url, method="GET")
                await line.answer()
    async with Line(port, await wire.token(Role.COMMUNITY)) as line:
        await line.ask("connection: close", target=f"/files/{LEDGER}/{'0' * 64}", method="HEAD")
        answer = await line.answer()
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith(b"\r\n\r\n")
    async with Line(port, await wire.token(Role.COMMUNITY)) as line:
        await line.ask("connection: close", "content-length: 4", body=b"body", target=url, method="GET")
        assert (await line.answer()).endswith(photo("odd"))


async def test_a_damaged_file_is_broken_off_before_its_end(wire: Wire, port: int, tmp_path: Path) -> None:
    content = photo("broken", 2 * CHUNK + 9)
    kept = (await put(wire, content)).json()
    (tmp_path / "wrong").write_bytes(content[:-1] + b"!")
    await wire.services.files.keep(LEDGER, kept["sha256"], tmp_path / "wrong")
    headers = {"authorization": f"Bearer {await wire.token(Role.COMMUNITY)}"}
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get(f"http://{HOST}:{port}{kept['url']}", headers=headers)


async def test_of_two_large_files_at_once_little_is_in_memory(wire: Wire) -> None:
    sent, pieces = [0, 0], LARGEST // 1000

    async def watched(n: int) -> AsyncIterator[bytes]:
        for number in range(1000):
            yield photo(f"{n}", pieces) if not number else bytes(pieces)
            sent[n] += pieces
            if max(sent) < 1000 * pieces:
                assert sum(sent) - sum(path.stat().st_size for path in left(wire)) < 2 * (CHUNK + pieces)

    answers = await asyncio.gather(*(put(wire, watched(n)) for n in range(2)))
    assert [each.status_code for each in answers] == [201, 201]
    assert sent == [1000 * pieces] * 2


async def test_only_so_many_files_come_at_once(wire: Wire) -> None:
    token, more = await wire.token(Role.COMMUNITY), asyncio.Event()

    async def waiting() -> AsyncIterator[bytes]:
        yield photo("one of many", CHUNK)
        await more.wait()

    async def full() -> bool:
        return len(left(wire)) == MOST

    sending = [asyncio.create_task(put(wire, waiting(), token)) for _ in range(MOST)]
    await until(full, "all are coming")
    busy = await put(wire, photo("too many"), token)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")
    more.set()
    assert {(await each).status_code for each in sending} == {200, 201}
    assert (await put(wire, photo("too many"), token)).status_code == 201


async def test_killed_between_store_and_ledger_nothing_is_recorded_and_sending_again_does_it(wire: Wire) -> None:
    content, token = photo("killed", CHUNK + 3), await wire.token(Role.COMMUNITY)
    databases = wire.services.databases
    environment = {"DATABASE_URL": databases.main.dsn, "GONGZHI_HOME": str(wire.services.settings.home)}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", KILLED, token, f"/files/{LEDGER}"),
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate(content)
    assert (child.returncode, said) == (-signal.SIGKILL, b"")
    digest = sha256(content).hexdigest()
    assert await wire.services.files.size(LEDGER, digest) == len(content)
    assert await events(wire, content) == []
    assert (await get(wire, f"/files/{LEDGER}/{digest}")).status_code == 404
    assert (await put(wire, content)).status_code == 201
    assert await events(wire, content) == ["ExhibitKept"]


@pytest.mark.parametrize("store", ["folder", "bucket"])
async def test_without_the_store_nothing_is_recorded_and_people_are_told_to_come_again(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    with s3_server(tmp_path / "data") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        settings: dict[str, Any] = {"files_url": server.url if store == "bucket" else None}
        async with serving(databases, tmp_path / "home", **settings) as wire:
            url = (await put(wire, photo("before"))).json()["url"]
            if store == "bucket":
                server.stop()
            else:
                (root := tmp_path / "home" / "files").rename(tmp_path / "away")
                root.write_text("in the way")
            for answer in (await put(wire, photo("after")), await get(wire, url), await get(wire, url, method="HEAD")):
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert await events(wire, photo("after")) == []
            ready = await wire.client.get("/health/ready")
            told = ready.json()
            assert (ready.status_code, told["ready"], told["degraded"], told["files"]) == (200, True, True, False)


async def test_what_was_left_behind_is_swept_at_the_start(databases: Databases, tmp_path: Path) -> None:
    (folder := tmp_path / "files" / ".arriving").mkdir(parents=True)
    (folder / "left").write_bytes(b"half")
    async with serving(databases, tmp_path) as wire:
        assert left(wire) == []


async def test_a_demonstration_is_dropped_with_its_files(wire: Wire) -> None:
    digest = (await put(wire, photo("demo"), ledger=OTHER)).json()["sha256"]
    databases, home = wire.services.databases, wire.services.settings.home
    environment = {"DATABASE_URL": databases.main.dsn, "GONGZHI_HOME": str(home)}
    command = (sys.executable, "-c", "from api.cli import main; main()", "ledger", "drop-demo", OTHER)
    child = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    assert await child.wait() == 0
    with pytest.raises(FileMissing):
        await wire.services.files.size(OTHER, digest)
