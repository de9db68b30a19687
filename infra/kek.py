"""The key-encryption key: 32 bytes in a file that only the service's user can read, and in no database."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_hex

from infra.trouble import Trouble

KEY_SIZE = 32


class KekMissing(Trouble):
    pass


class KekExposed(Trouble):
    pass


class KekMalformed(Trouble):
    pass


def load_kek(home: Path, environ: Mapping[str, str] = os.environ) -> bytes:
    """The key-encryption key: of the file GONGZHI_KEK_FILE, or of <home>/kek, which is made at first use."""
    told = environ.get("GONGZHI_KEK_FILE", "").strip()
    path = Path(told) if told else home / "kek"
    if not told and not path.exists():
        _make_kek(path)
    try:
        return _read_kek(path)
    except OSError as error:
        raise KekMissing(
            f"无法读取密钥文件 {path}（{error.strerror}）。请放回备份；没有它，已密封的内容无法读出。",
            f"The key file {path} cannot be read ({error.strerror}). Put the backup in its place: "
            "what is sealed cannot be read without it.",
        ) from error


def _make_kek(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"kek.{token_hex(8)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(token_bytes(KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # linked when whole: who comes second reads the key of the first
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_kek(path: Path) -> bytes:
    with path.open("rb") as file:
        status, kek = os.fstat(file.fileno()), file.read(KEY_SIZE + 1)
    if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid not in {os.geteuid(), 0}:
        raise KekExposed(
            f"其他用户可以读取密钥文件 {path}。请改为仅本服务的用户可读：chmod 600。",
            f"Other users can read the key file {path}. Let only the user of this service: chmod 600.",
        )
    if len(kek) != KEY_SIZE:
        raise KekMalformed(
            f"密钥文件 {path} 须恰为 {KEY_SIZE} 字节，请放回备份。",
            f"The key file {path} must hold exactly {KEY_SIZE} bytes. Put the backup in its place.",
        )
    return kek
