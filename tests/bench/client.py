"""A client that costs as little as can be: keep-alive connections that post GraphQL requests made ahead."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Self

__all__ = ["HOST", "AnsweredBadly", "Client", "Reply", "free_port", "rate", "request"]

HOST = "127.0.0.1"
HEAD = (
    "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n"
    "accept: application/graphql-response+json\r\n{}content-length: {}\r\n\r\n"
)


class Reply(NamedTuple):
    status: int
    body: bytes


class AnsweredBadly(Exception):
    """The server answered with an error of its own, or called the request wrong."""


class Client:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def connected(cls, port: int) -> AsyncIterator[Self]:
        reader, writer = await asyncio.open_connection(HOST, port, limit=2**20)
        try:
            yield cls(reader, writer)
        finally:
            writer.close()

    async def ask(self, request: bytes) -> Reply:
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        return Reply(int(head[9:12]), await self._reader.readexactly(int(length)))


def request(path: str, query: str, variables: Mapping[str, Any] | None = None, token: str = "") -> bytes:
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    return HEAD.format(path, HOST, bearer, len(body)).encode() + body


async def rate(port: int, clients: int, requests: Sequence[bytes], seconds: float) -> float:
    """Good answers a second, of all clients together; whom the server is too busy for asks again."""
    begun = time.perf_counter()
    counts = await asyncio.gather(*(_ask_until(port, requests, n, begun + seconds) for n in range(clients)))
    return sum(counts) / (time.perf_counter() - begun)


async def _ask_until(port: int, requests: Sequence[bytes], first: int, until: float) -> int:
    done = 0
    async with Client.connected(port) as client:
        while not done or time.perf_counter() < until:
            reply = await client.ask(requests[(first + done) % len(requests)])
            if reply.status not in {200, 503}:
                raise AnsweredBadly(reply)
            done += reply.status == 200
    return done


def free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port
