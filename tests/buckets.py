"""A real S3 server on loopback, with one bucket and keys of its own; stopped by its process id."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import HOST, free_port

__all__ = ["S3Server", "s3_server"]

RCLONE = Path(sys.executable).with_name("rclone")
KEY, SECRET = "evidence-key", "evidence-secret"
PATIENCE = 30.0


@dataclass(frozen=True)
class S3Server:
    process: subprocess.Popen[bytes]
    folder: Path
    endpoint: str
    url: str = "s3://evidence/gongzhi"

    @property
    def environment(self) -> dict[str, str]:
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": "us-east-1", **keys}

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    (folder / "evidence").mkdir(parents=True)
    port = free_port()
    command = (
        RCLONE,
        "serve",
        "s3",
        "--config",
        "",
        "--addr",
        f"{HOST}:{port}",
        "--auth-key",
        f"{KEY},{SECRET}",
        folder,
    )
    with (folder.with_suffix(".log")).open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    server = S3Server(process, folder, f"http://{HOST}:{port}")
    try:
        _until_it_answers(server, port)
        yield server
    finally:
        server.stop()


def _until_it_answers(server: S3Server, port: int) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        assert server.process.poll() is None, "the S3 server ended"
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        assert time.monotonic() < ends, "the S3 server does not answer"
