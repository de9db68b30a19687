"""Become a program that the kernel stops when our parent dies: `python -IS mortal.py PARENT UID GID PROGRAM ARG…`.

Run as a program of its own because the wish must be made after privileges are dropped (changing them cancels it) and
code between fork and exec of a process with threads may deadlock. Exec keeps the wish and the process id.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def drop_privileges(uid: int, gid: int) -> None:
    if os.geteuid() == 0 and uid != 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def die_with(parent: int) -> None:
    """Linux only. SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is lost."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:  # it died before the wish was made
        sys.exit(1)


def main(parent: str, uid: str, gid: str, *command: str) -> None:
    drop_privileges(int(uid), int(gid))
    die_with(int(parent))
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
