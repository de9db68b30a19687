"""One PostgreSQL server over the data folder of a home: made and started, by the account that owns it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from infra.binaries import Account, programs
from infra.pidfile import PORT, PidFile
from infra.trouble import Trouble

LOG_LIMIT = 16 * 1024 * 1024
MORTAL = Path(__file__).with_name("mortal.py")
CWD = Path("/proc/self/cwd")
CTYPE = "C.UTF-8" if sys.platform == "linux" else "C"
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={CTYPE}")


class PostgresFailed(Trouble):
    def __init__(self, log: Path, tail: str) -> None:
        super().__init__(
            f"内置 PostgreSQL 没有启动，日志在 {log}：\n{tail}",
            f"The embedded PostgreSQL did not start; its log is {log}:\n{tail}",
        )
        self.tail = tail

    @property
    def passes(self) -> bool:
        """The last children of a killed server still hold its memory; they leave within moments."""
        return "shared memory block" in self.tail


class HomeUnreachable(Trouble):
    def __init__(self, home: Path) -> None:
        super().__init__(
            f"运行 PostgreSQL 的系统用户进不了 {home}：请改设 GONGZHI_HOME，或不以 root 运行。",
            f"The system user that runs PostgreSQL cannot enter {home}: set GONGZHI_HOME, or do not run as root.",
        )


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[bytes]
    log_from: int


@dataclass(frozen=True, slots=True)
class Postmaster:
    home: Path
    tuning: Mapping[str, str]

    @property
    def data(self) -> Path:
        return self.home / "pgdata"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def account(self) -> Account:
        return Account.for_data(self.data)

    def create(self) -> None:
        """Make the cluster beside its place and move it there whole: a killed `initdb` leaves nothing half made."""
        if self.data.exists():
            return
        for half in self.home.glob("pgdata-*"):
            shutil.rmtree(half, ignore_errors=True)
        made = Path(tempfile.mkdtemp(prefix="pgdata-", dir=self.home))
        self.account.own(made)
        sync = ("--no-sync",) if self.tuning.get("fsync") == "off" else ()
        running = self._run(made, "initdb", ("--username=postgres", "--auth=trust", *LOCALE, *sync))
        if running.process.wait() != 0:
            raise self._failure(running)
        made.rename(self.data)

    def start(self, sockets: Path) -> Running:
        folder = str(sockets).replace('"', '""')
        options = {
            **self.tuning,
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{folder}"',
            "unix_socket_permissions": "0700",
            "logging_collector": "off",
        }
        return self._run(self.data, "postgres", tuple(f"--{name}={value}" for name, value in options.items()))

    def is_ready(self, running: Running) -> bool:
        if running.process.poll() is not None:
            raise self._failure(running)
        found = PidFile.of(self.data)
        return found is not None and found.pid == running.process.pid and found.status == "ready"

    def _run(self, data: Path, program: str, flags: tuple[str, ...]) -> Running:
        account = self.account
        path = programs(account) / program
        mortal = (sys.executable, "-IS", str(MORTAL), str(os.getpid()), str(account.uid), str(account.gid))
        with self._open_log() as log:
            process = subprocess.Popen(
                (*mortal, str(path), "-D", str(self._name(data, account)), *flags),
                cwd=data,
                env=self._environment(path),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for us; the server is stopped when we have finished
            )
            return Running(process, log.tell())

    def _name(self, data: Path, account: Account) -> Path:
        """Its path; or, below a folder closed to the account (say /root), the folder it is started in."""
        if account.reaches(data):
            return data
        if sys.platform == "linux":
            return CWD
        raise HomeUnreachable(self.home)

    def _environment(self, program: Path) -> dict[str, str]:
        """Nothing of ours: no PGPORT, PGDATA or secret of the shell. A pid file left behind is not to be believed."""
        env = {"PATH": f"{program.parent}:{os.defpath}", "LC_ALL": CTYPE}
        left = PidFile.of(self.data)
        return env if left is None else {**env, "PG_GRANDPARENT_PID": str(left.pid)}

    def _open_log(self) -> BinaryIO:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        log = os.fdopen(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
        log.seek(0, os.SEEK_END)
        return log

    def _failure(self, running: Running) -> PostgresFailed:
        with self.log.open("rb") as log:
            log.seek(running.log_from)
            return PostgresFailed(self.log, log.read()[-2000:].decode(errors="replace").strip())
