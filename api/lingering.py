"""Refusing a body before its end: whoever is still sending gets the answer, which would be lost with the connection.

No more than a little is read on, and nobody is waited for longer than a moment.
"""

import asyncio
import contextlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

__all__ = ["Body", "Lingering"]

MOST = 1 << 20
MOMENT = 1.0


class Body:
    """What a request brings, and whether all of it was read."""

    def __init__(self, http: Request) -> None:
        self._receive, headers = http.receive, http.headers
        self.read = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
        self._held_back = "expect" in headers
        self.http = Request(http.scope, self.receive)

    async def receive(self) -> Message:
        self._held_back = False
        message = await self._receive()
        self.read |= not message.get("more_body", False)
        return message

    @property
    def is_coming(self) -> bool:
        """Whether the caller sends more of it, and does not wait to be asked."""
        return not self.read and not self._held_back

    async def pass_over(self) -> None:
        """A little of what still comes, until the caller has seen the answer and ends."""
        passed = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MOMENT):
                while passed < MOST and not self.read:
                    passed += len((await self.receive()).get("body", b""))
                if not self.read:
                    await asyncio.sleep(MOMENT)


class Lingering(Response):
    """An answer that is there at once and ends a little later."""

    def __init__(self, answer: Response, body: Body) -> None:
        self.answer, self.coming = answer, body
        super().__init__(answer.body, answer.status_code)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def unended(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["more_body"] = True
            await send(message)

        await self.answer(scope, receive, unended)
        await self.coming.pass_over()
        await send({"type": "http.response.body", "body": b"", "more_body": False})
