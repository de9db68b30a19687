"""The private folder of the server's Unix socket: whoever can enter it can speak to the database, so nobody else can.

A socket's path has at most 107 bytes, and the server's account has to reach it. A home that is too deep, closed to
that account, or awkward in a URL has its socket in a folder of mode 700 under /tmp whose name is derived from the home.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from infra.binaries import Account
from infra.pidfile import PORT
from infra.trouble import Trouble

LIMIT = 107  # sockaddr_un.sun_path without its ending zero
SHORT = Path("/tmp")  # noqa: S108 - the folder in it is checked before use


class SocketFolderForeign(Trouble):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} 属于别的用户或对他人开放：请删除它，或改设路径较短的 GONGZHI_HOME。",
            f"{folder} is another user's or open to others: remove it, or set a GONGZHI_HOME with a shorter path.",
        )


def socket_folder(home: Path, account: Account) -> Path:
    """Made, private and the account's. The home exists."""
    folder = home / "run" if _fits(home / "run") and account.reaches(home) else _short(home)
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    ours = found.st_uid in {os.geteuid(), account.uid}
    if not (ours and stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == stat.S_IRWXU):
        raise SocketFolderForeign(folder)
    account.own(folder)
    return folder


def remove_short(folder: Path) -> None:
    if folder.parent == SHORT:
        with contextlib.suppress(OSError):  # a killed server may have left its socket
            folder.rmdir()


def _fits(folder: Path) -> bool:
    """A comma would part two hosts in a connection URL."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LIMIT and "," not in str(folder)


def _short(home: Path) -> Path:
    return SHORT / f"gongzhi-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
