"""The embedded PostgreSQL comes up, is private, and comes back whoever is killed."""

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from infra.address import Address
from infra.binaries import Account, copied, installed, programs
from infra.embedded import TUNING, EmbeddedPostgres, HomeUnusable, ServerSilent
from infra.pidfile import PORT, PidFile
from infra.postmaster import PostgresFailed
from infra.sockets import LIMIT, SocketFolderForeign, socket_folder
from tests.conftest import LIGHT

SMALL = {**LIGHT, "shared_buffers": "16MB"}
SUPERVISOR = f"""
import sys
from pathlib import Path
from infra.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), tuning={SMALL!r}).attach_or_start()
print(server.dsn("postgres", "postgres"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        yield server


@contextlib.asynccontextmanager
async def supervisor(home: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Address]]:
    """Another process that supervises the home until it is killed or has nothing more to read."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SUPERVISOR, str(home)),
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stdin
    try:
        yield process, Address((await process.stdout.readline()).decode().strip())
    finally:
        process.stdin.close()
        await process.wait()


async def ask(server: EmbeddedPostgres | Address, sql: str) -> object:
    address = server if isinstance(server, Address) else Address(server.dsn("postgres", "postgres"))
    async with address.connection() as connection:
        return await connection.fetchval(sql)


async def until(holds: Callable[[], object]) -> None:
    """What other processes do is waited for, while the event loop goes on."""

    def wait() -> None:
        pause, deadline = threading.Event(), time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline
            pause.wait(0.01)

    await asyncio.to_thread(wait)


@contextlib.contextmanager
def stranger(account: Account, *, zombie: bool) -> Iterator[int]:
    """A program of the server's account that is no server, running, or dead with nobody having asked."""
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=account.uid, group=account.gid, cwd="/") as cat:
        if zombie:
            cat.kill()
            os.waitid(os.P_PID, cat.pid, os.WEXITED | os.WNOWAIT)
        yield cat.pid
        assert zombie or cat.poll() is None


def pid_file(home: Path) -> PidFile:
    found = PidFile.of(home / "pgdata")
    assert found
    return found


async def test_it_loses_nothing_and_is_tuned_for_short_statements(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        async with Address(server.dsn("postgres", "postgres")).connection() as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes", "jit", "max_connections", "max_wal_size"):
                value = {"jit": "off", "max_connections": "100", "max_wal_size": "2GB"}.get(name, "on")
                assert await connection.fetchval(f"show {name}") == value
            assert await connection.fetchval("show shared_buffers") == TUNING["shared_buffers"] == "256MB"


async def test_it_listens_on_a_private_socket_and_on_no_port(server: EmbeddedPostgres, home: Path) -> None:
    folder = pid_file(home).sockets
    assert await ask(server, "show listen_addresses") == ""
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / f".s.PGSQL.{PORT}").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "postgres.log").stat().st_mode) == 0o600


async def test_no_variable_of_the_shell_leads_it_astray(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nonexistent", "PGHOST": "nowhere", "PGUSER": "nobody"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "show port") == str(PORT)


async def test_a_deep_home_with_any_name_works(tmp_path: Path) -> None:
    home = tmp_path / "共治 'ledger', \"一号\"" / ("deep" * 30)
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        sockets = pid_file(home).sockets
        assert len(os.fsencode(sockets / f".s.PGSQL.{PORT}")) <= LIMIT
        assert await ask(server, "select 1") == 1
    assert not sockets.exists()


@pytest.mark.parametrize(("name", "inside"), [("a: \"b\" 'c' %20 @共治", True), ("here,there", False)])
async def test_a_home_of_odd_letters_works_and_holds_its_own_socket_if_it_can(name: str, *, inside: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / name
        home.mkdir(mode=0o755)
        with EmbeddedPostgres(home, tuning=SMALL) as server:
            assert (pid_file(home).sockets == home / "run") is inside
            assert await ask(server, "select 1") == 1


async def test_folders_above_the_home_keep_their_modes(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedPostgres(closed / "inner" / "home", tuning=SMALL) as server:
        assert await ask(server, "select 1") == 1
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_socket_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    folder = socket_folder(tmp_path / "home", Account.for_data(tmp_path))
    folder.chmod(0o755)
    with (
        pytest.raises(SocketFolderForeign, match=str(folder)),
        EmbeddedPostgres(tmp_path / "home", tuning=SMALL),
    ):
        pass
    folder.rmdir()


async def test_it_outlives_the_thread_that_asked_for_it(home: Path) -> None:
    server = EmbeddedPostgres(home, tuning=SMALL)
    thread = threading.Thread(target=server.attach_or_start)
    thread.start()
    await asyncio.to_thread(thread.join)
    before = server.pid
    assert await ask(server, "select 1") == 1
    assert server.pid == before
    server.stop()


async def test_a_second_process_uses_the_server_and_leaves_it_running(server: EmbeddedPostgres, home: Path) -> None:
    async with supervisor(home) as (_, address):
        assert address.dsn == server.dsn("postgres", "postgres")
        assert await ask(address, "select 1") == 1
    assert await ask(server, "select 1") == 1
    assert server.owns


async def test_when_the_supervisor_leaves_a_user_takes_over_at_the_same_address(home: Path) -> None:
    async with supervisor(home) as (process, address):
        first = pid_file(home).pid
        with EmbeddedPostgres(home, tuning=SMALL) as follower:
            assert not follower.owns
            assert process.stdin
            process.stdin.close()
            await until(lambda: follower.owns and follower.pid)
            assert follower.pid != first
            assert await ask(address, "select 1") == 1
    assert not PidFile.of(home / "pgdata")


async def test_stopping_leaves_nobody_running_and_the_data_there(home: Path) -> None:
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        running = pid_file(home)
        await ask(server, "create table kept as select 42 as n")
    assert not running.runs()
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "select n from kept") == 42


async def test_a_killed_server_is_started_again_loudly(
    server: EmbeddedPostgres, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await ask(server, "create table kept as select 42 as n")
    killed = pid_file(home).pid
    os.kill(killed, signal.SIGKILL)
    await until(lambda: server.pid not in {None, killed})
    assert await ask(server, "select n from kept") == 42
    assert "PostgreSQL died" in caplog.text


async def test_a_pool_goes_on_after_its_server_was_killed(server: EmbeddedPostgres, home: Path) -> None:
    pool = Address(server.dsn("postgres", "postgres")).pool({}, min_size=2, max_size=2)
    async with pool:
        assert await pool.fetchval("select 1") == 1
        killed = pid_file(home).pid
        os.kill(killed, signal.SIGKILL)
        await until(lambda: server.pid not in {None, killed})
        assert await pool.fetchval("select 1") == 1


async def test_the_server_goes_when_its_supervisor_is_killed_and_a_new_one_recovers(home: Path) -> None:
    async with supervisor(home) as (process, address):
        await ask(address, "create table kept as select 42 as n")
        running = pid_file(home)
        process.kill()
        await process.wait()
        await until(lambda: not running.runs())
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "select n from kept") == 42


async def test_a_new_supervisor_does_not_wait_for_the_old_ones_server_to_go(home: Path) -> None:
    async with supervisor(home) as (process, address):
        await ask(address, "create table kept as select 42 as n")
        connection = await address.connect()
        process.kill()
        await process.wait()
        with EmbeddedPostgres(home, tuning=SMALL) as server:
            assert await ask(server, "select n from kept") == 42
        with contextlib.suppress(asyncpg.PostgresError, OSError):
            await connection.close()


async def test_an_orphan_is_asked_to_leave(server: EmbeddedPostgres, home: Path) -> None:
    orphan = pid_file(home)
    await asyncio.to_thread(orphan.retire)
    assert not orphan.runs()
    await until(lambda: server.pid not in {None, orphan.pid})
    assert "received fast shutdown request" in (home / "postgres.log").read_text()


async def test_both_killed_at_once_are_recovered_from(home: Path) -> None:
    async with supervisor(home) as (process, address):
        await ask(address, "create table kept as select 42 as n")
        os.kill(pid_file(home).pid, signal.SIGKILL)
        process.kill()
        await process.wait()
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "select n from kept") == 42


@pytest.mark.parametrize("zombie", [False, True])
async def test_a_pid_that_now_is_another_programs_is_not_believed(home: Path, *, zombie: bool) -> None:
    with EmbeddedPostgres(home, tuning=SMALL):
        written = (home / "pgdata/postmaster.pid").read_text()
    with stranger(Account.for_data(home / "pgdata"), zombie=zombie) as pid:
        _, rest = written.split("\n", 1)
        (home / "pgdata/postmaster.pid").write_text(f"{pid}\n{rest}")
        with EmbeddedPostgres(home, tuning=SMALL) as server:
            assert await ask(server, "select 1") == 1


async def test_half_made_data_is_made_again(home: Path) -> None:
    (home / "pgdata-left").mkdir(parents=True)
    (home / "pgdata-left/PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "select 1") == 1
    assert not (home / "pgdata-left").exists()


async def test_a_server_that_cannot_start_says_why_and_lets_go(home: Path) -> None:
    with pytest.raises(PostgresFailed, match=r"(?s)日志.*nonsense"), EmbeddedPostgres(home, tuning={"nonsense": "1"}):
        pass
    with EmbeddedPostgres(home, tuning=SMALL) as server:
        assert await ask(server, "select 1") == 1


async def test_whoever_cannot_make_the_cluster_says_why(home: Path) -> None:
    home.mkdir()
    (home / "postgres.log").mkdir()
    with pytest.raises(HomeUnusable, match="GONGZHI_HOME"), EmbeddedPostgres(home, tuning=SMALL):
        pass


def test_a_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeUnusable, match="file"), EmbeddedPostgres(tmp_path / "file"):
        pass


def test_waiting_for_a_supervisor_that_never_gets_ready_ends(home: Path) -> None:
    home.mkdir()
    mute = EmbeddedPostgres(home)
    assert mute._seize()  # noqa: SLF001 - a supervisor that holds the lock and starts nothing
    with pytest.raises(ServerSilent, match=r"postgres\.log"), EmbeddedPostgres(home, patience=0.2):
        pass
    mute._release()  # noqa: SLF001


def test_leaving_before_it_came_is_no_error(home: Path) -> None:
    server = EmbeddedPostgres(home)
    server.stop()
    with pytest.raises(ServerSilent):
        server.attach_or_start()
    assert not server.owns


def test_a_closed_environment_is_copied_to_where_everybody_can_run_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = copied(installed(), tmp_path / "cache")
    finally:
        os.umask(before)
    assert copied(installed(), tmp_path / "cache") == folder
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o755
    assert all(path.is_symlink() or path.stat().st_mode & 0o004 for path in (tmp_path / "cache").rglob("*"))
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert said.startswith("postgres (PostgreSQL) 18")


def test_programs_that_can_be_reached_are_used_where_they_are() -> None:
    assert programs(Account(os.geteuid(), os.getegid())) == installed()
