"""`gongzhi serve`: one process answers, its child projects; both end together, and a dead child is started again."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg
import structlog
import uvicorn

from api.app import create_app
from api.composition import Services, open_services
from api.demo.loading import load_missing
from infra.outages import UNREACHABLE
from infra.settings import Settings
from infra.trouble import Trouble
from projections.leases import bury

__all__ = ["AddressTaken", "serve"]

log = structlog.get_logger("serve")
AGAIN = 1.0
Tell = Callable[[str], None]


class AddressTaken(Trouble):
    def __init__(self, host: str, port: int, why: OSError) -> None:
        super().__init__(
            f"不能在 {host}:{port} 监听（{why.strerror}）：可能已有服务在运行，"
            "请用 --port 换一个端口，0 表示任选空闲端口。",
            f"{host}:{port} cannot be listened on ({why.strerror}): perhaps a server runs there already; "
            "choose another with --port, or 0 for any that is free.",
        )


async def serve(settings: Settings, *, demo: bool, tell: Tell) -> None:
    """Serve until told to stop; `tell` gets the sentences for people."""
    with _told_to_stop(), _address(settings) as address:
        async with open_services(settings) as services:
            tell(services.databases.where)
            if demo:
                await load_missing(services)
            async with projector(services):
                config = uvicorn.Config(
                    create_app(services), log_level="warning", access_log=False, timeout_graceful_shutdown=5
                )
                await _answer(_Server(config), address, tell)


class _Server(uvicorn.Server):
    """Without a hand for signals: there is more to end than answering, and in order."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        return contextlib.nullcontext()


async def _answer(server: uvicorn.Server, address: socket.socket, tell: Tell) -> None:
    """Until cancelled; then what is being answered is finished."""
    answering = asyncio.create_task(server.serve([address]))
    try:
        while not server.started and not answering.done():  # noqa: ASYNC110 - uvicorn tells by a flag
            await asyncio.sleep(0.01)
        if server.started:
            host, port = address.getsockname()[:2]
            root = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            tell(f"就绪 Ready: {root}/graphql · {root}/health/ready · {root}/metrics")
        await asyncio.shield(answering)
    finally:
        server.should_exit = True
        await answering


@contextlib.contextmanager
def _told_to_stop() -> Iterator[None]:
    """SIGTERM ends all of it in order, and is no failure."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    told: list[int] = []

    def stop() -> None:
        told.append(signal.SIGTERM)
        if task:
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not told:
            raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


@contextlib.contextmanager
def _address(settings: Settings) -> Iterator[socket.socket]:
    """Taken before anything is started; nobody is kept waiting on it before all of it is."""
    host, port = settings.host, settings.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)[0]
        taken = socket.socket(family, kind, protocol)  # told the protocol, asyncio sets TCP_NODELAY
    except OSError as error:
        raise AddressTaken(host, port, error) from None
    with taken:
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(address)
        except OSError as error:
            raise AddressTaken(host, port, error) from None
        yield taken


@contextlib.asynccontextmanager
async def projector(services: Services) -> AsyncIterator[None]:
    """The projector's process beside this one, for as long as this one."""
    watching = asyncio.create_task(_keep(services))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _keep(services: Services) -> None:
    """Told the database's address, the child never starts an embedded one of its own."""
    environment = {**os.environ, "DATABASE_URL": services.databases.main.dsn}
    while True:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.projecting", str(os.getpid())),
            env=environment,
            start_new_session=True,  # Ctrl-C is for us; it is stopped when all is answered
        )
        try:
            log.error("projector ended, starting it again", code=await child.wait())
            with contextlib.suppress(asyncpg.PostgresError, *UNREACHABLE):
                await bury(services.writer_pool, child.pid)
        except asyncio.CancelledError:
            child.terminate()
            await child.wait()
            raise
        await asyncio.sleep(AGAIN)
