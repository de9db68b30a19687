"""What a running PostgreSQL says of itself in `postmaster.pid`, and how far to believe it.

The file is read and never unlinked: it holds the interlock on shared memory that keeps two servers apart.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PORT = 5432
FAREWELL = (
    (signal.SIGINT, 30),
    (signal.SIGQUIT, 10),
    (signal.SIGKILL, 10),
)  # fast, immediate, and at last by force


@dataclass(frozen=True, slots=True)
class PidFile:
    data: Path
    pid: int
    sockets: Path
    status: str

    @classmethod
    def of(cls, data: Path) -> Self | None:
        """Lines 1, 5 and 8; None while they are being written or when nobody runs."""
        try:
            lines = (data / "postmaster.pid").read_text().split("\n")
            return cls(data, int(lines[0]), Path(lines[4]), lines[7].strip())
        except (OSError, ValueError, IndexError):
            return None

    def answers(self) -> bool:
        if self.status != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.connect(str(self.sockets / f".s.PGSQL.{PORT}"))
            return True
        return False

    def runs(self) -> bool:
        """False when the number is nobody's, a zombie's, or by now another program's."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):  # a zombie has no folder
                return Path(f"/proc/{self.pid}/cwd").samefile(self.data)
            return False
        asked = ["ps", "-o", "command=", "-p", str(self.pid)]
        return str(self.data) in subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    def retire(self) -> None:
        """Stop a server that outlived its supervisor. Only for the holder of the lock."""
        for wish, patience in FAREWELL:
            if not self.runs():
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, wish)
            self._wait(patience)

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.runs() and time.monotonic() < deadline:
            time.sleep(0.02)
