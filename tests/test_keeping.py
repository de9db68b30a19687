"""What a store of files promises, kept by a folder and by a real S3 server; and files on their way into it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from infra.arrivals import CHUNK, Arrivals, FilesUnavailable
from infra.files import PART, FileMissing, Files, Folder, bucket, open_files
from infra.settings import Settings
from infra.trouble import Trouble
from tests.buckets import S3Server, s3_server

pytestmark = pytest.mark.xdist_group("buckets")  # one server, for one worker
LEDGER, OTHER = "140423", "14042"
HOLDS = """
import asyncio, pathlib, sys
from infra.arrivals import Arrivals
async def main():
    async with Arrivals(pathlib.Path(sys.argv[1])).arriving() as arrival:
        await arrival.take(b"half")
        print("ready", flush=True)
        await asyncio.sleep(3600)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    if request.param == "folder":
        return open_files(Settings(home=tmp_path))[0]
    server: S3Server = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return open_files(Settings(home=tmp_path, files_url=f"{server.url}/{tmp_path.name}"))[0]


@pytest.fixture
def arrivals(tmp_path: Path) -> Arrivals:
    return Arrivals(tmp_path / "files" / ".arriving")


async def kept(files: Files, arrivals: Arrivals, content: bytes, ledger: str = LEDGER) -> str:
    async with arrivals.arriving() as arrival:
        for start in range(0, len(content), 1 << 16):
            await arrival.take(content[start : start + (1 << 16)])
        await arrival.settle()
        await files.keep(ledger, arrival.sha256, arrival.path)
    return arrival.sha256


async def read(files: Files, digest: str, ledger: str = LEDGER) -> list[bytes]:
    return [chunk async for chunk in files.read(ledger, digest)]


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, PART, PART + 1, 2 * PART + 7])
async def test_what_was_kept_is_read_by_its_digest(files: Files, arrivals: Arrivals, size: int) -> None:
    content = os.urandom(size)
    digest = await kept(files, arrivals, content)
    assert digest == sha256(content).hexdigest()
    assert await files.size(LEDGER, digest) == size
    chunks = await read(files, digest)
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= max(CHUNK, 1 << 20), "by chunks, not at once"
    assert list(arrivals.folder.iterdir()) == []


async def test_kept_twice_it_is_one_and_mended(files: Files, arrivals: Arrivals, tmp_path: Path) -> None:
    digest = await kept(files, arrivals, b"content")
    (other := tmp_path / "other").write_bytes(b"damaged")
    await files.keep(LEDGER, digest, other)
    assert await read(files, digest) == [b"damaged"]
    assert await kept(files, arrivals, b"content") == digest
    assert await read(files, digest) == [b"content"]


async def test_what_is_not_there_is_missing(files: Files, arrivals: Arrivals) -> None:
    digest = await kept(files, arrivals, b"content")
    for ledger, name in ((LEDGER, "0" * 64), (OTHER, digest)):
        with pytest.raises(FileMissing):
            await files.size(ledger, name)
        with pytest.raises(FileMissing):
            await read(files, name, ledger)


async def test_a_ledger_is_dropped_with_its_files_and_no_other(files: Files, arrivals: Arrivals) -> None:
    digests = [await kept(files, arrivals, f"{n}".encode()) for n in range(3)]
    await kept(files, arrivals, b"0", OTHER)
    await files.drop(LEDGER)
    await files.drop(LEDGER)
    for digest in digests:
        with pytest.raises(FileMissing):
            await files.size(LEDGER, digest)
    assert await files.size(OTHER, digests[0]) == 1


async def test_a_store_that_answers(files: Files) -> None:
    await files.check()


async def test_a_bucket_that_does_not_answer(
    tmp_path: Path, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server(tmp_path / "data") as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        files = open_files(Settings(home=tmp_path, files_url=server.url))[0]
        digest = await kept(files, arrivals, b"content")
        server.stop()
        await all_unavailable(files, arrivals, digest)


async def test_a_folder_that_cannot_be_used(tmp_path: Path, arrivals: Arrivals) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / LEDGER).write_text("in the way")
    await all_unavailable(Folder(tmp_path / "files"), arrivals, "0" * 64, check=False)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FilesUnavailable):
        await Folder(tmp_path / "file").check()


async def all_unavailable(files: Files, arrivals: Arrivals, digest: str, *, check: bool = True) -> None:
    for asked in (files.size(LEDGER, digest), read(files, digest), kept(files, arrivals, b"more")):
        with pytest.raises(FilesUnavailable):
            await asked
    assert list(arrivals.folder.iterdir()) == []
    if check:
        with pytest.raises(FilesUnavailable):
            await files.check()


async def test_wrong_keys_are_no_missing_file(
    s3: S3Server, tmp_path: Path, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (s3.environment | {"AWS_SECRET_ACCESS_KEY": "wrong"}).items():
        monkeypatch.setenv(name, value)
    await all_unavailable(open_files(Settings(home=tmp_path, files_url=s3.url))[0], arrivals, "0" * 64)


async def test_a_bucket_that_takes_a_call_and_says_nothing(
    tmp_path: Path, arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}", "AWS_REGION": "x"}
        for name, value in (environment | {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}).items():
            monkeypatch.setenv(name, value)
        await all_unavailable(bucket("s3://evidence", patience=0.2), arrivals, "0" * 64)


def test_a_bucket_that_cannot_be_is_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "perhaps")
    with pytest.raises(Trouble, match="cannot be used"):
        open_files(Settings(home=tmp_path, files_url="s3://evidence"))


async def test_no_more_than_a_chunk_waits_in_memory(arrivals: Arrivals) -> None:
    piece = b"x" * 60_000
    async with arrivals.arriving() as arrival:
        for n in range(1, 101):
            await arrival.take(piece)
            assert n * len(piece) - arrival.path.stat().st_size < CHUNK
        await arrival.settle()
        assert arrival.path.stat().st_size == arrival.size == 100 * len(piece)


async def test_a_broken_upload_leaves_nothing(arrivals: Arrivals) -> None:
    async def breaks_off() -> None:
        async with arrivals.arriving() as arrival:
            await arrival.take(b"x" * CHUNK)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await breaks_off()
    assert list(arrivals.folder.iterdir()) == []


async def test_what_a_killed_process_left_is_swept_and_what_is_coming_is_not(arrivals: Arrivals) -> None:
    assert arrivals.sweep() == 0
    async with holding(arrivals) as killed, holding(arrivals):
        assert arrivals.sweep() == 0
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
        assert len(list(arrivals.folder.iterdir())) == 2
        assert arrivals.sweep() == 1
        assert len(list(arrivals.folder.iterdir())) == 1


@contextlib.asynccontextmanager
async def holding(arrivals: Arrivals) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process in the middle of receiving a file."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDS, str(arrivals.folder)), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert await child.stdout.readline() == b"ready\n"
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
