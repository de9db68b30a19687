"""Files that people send and get back over HTTP, and what there is of them."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from domain.roles import Role
from infra.arrivals import CHUNK
from tests.wire import LEDGER, Wire

__all__ = ["LARGEST", "PNG", "events", "get", "left", "photo", "put"]

LARGEST = 3 * CHUNK
PNG = b"\x89PNG\r\n\x1a\n"


def photo(name: str, size: int = 100) -> bytes:
    return (PNG + name.encode()).ljust(size, b"\x00")


async def put(
    wire: Wire, content: Any, token: str | None = None, query: str = "", ledger: str = LEDGER, **headers: str
) -> httpx.Response:
    given = {"content-type": "image/png"} | {name.replace("_", "-"): value for name, value in headers.items()}
    signed = {"authorization": f"Bearer {token or await wire.token(Role.COMMUNITY, ledger)}"}
    return await wire.client.put(f"/files/{ledger}{query}", content=content, headers=signed | given)


async def get(wire: Wire, url: str, token: str | None = None, method: str = "GET", **headers: str) -> httpx.Response:
    signed = {"authorization": f"Bearer {token or await wire.token(Role.COMMUNITY)}"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await wire.client.request(method, url, headers=signed | given)


async def events(wire: Wire, content: bytes) -> list[str]:
    recorded = await wire.services.store.recorded(LEDGER)
    digest = sha256(content).hexdigest()
    return [each.type for each in recorded if each.type == "ExhibitKept" and each.body["sha256"] == digest]


def left(wire: Wire) -> list[Path]:
    folder = wire.services.arrivals.folder
    return list(folder.iterdir()) if folder.is_dir() else []
