"""What the environment may say, read once and checked before anything starts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.trouble import Trouble

POSTGRES_SCHEMES = ("postgresql://", "postgres://")
LAST_PORT = 65535
LARGEST = 20_000_000
"""So many bytes may a file have that is kept as evidence, unless told otherwise."""
SWITCH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


class SettingInvalid(Trouble):
    """An environment variable holds what cannot be used. Its value is shown only where it is no secret."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(f"环境变量 {name} 有误：{zh}", f"The environment variable {name} is wrong: {en}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    database_url: str | None = None
    keys_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    production: bool = False
    issuer: str | None = None
    audience: str | None = None
    files_url: str | None = None
    largest: int = LARGEST

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        return cls(
            home=_home(given),
            database_url=_postgres_url(given, "DATABASE_URL"),
            keys_url=_postgres_url(given, "GONGZHI_KEYS_URL"),
            host=given.get("GONGZHI_HOST", "127.0.0.1"),
            port=_port(given),
            production=_production(given),
            issuer=_issuer(given),
            audience=given.get("GONGZHI_AUDIENCE"),
            files_url=_files_url(given),
            largest=_largest(given),
        )


def _home(given: Mapping[str, str]) -> Path:
    """The data folder: as told, or the user's own (XDG base directories); never the working tree."""
    if told := given.get("GONGZHI_HOME"):
        return _absolute("GONGZHI_HOME", _expanded(told))
    data = Path(given.get("XDG_DATA_HOME", ""))
    if data.is_absolute():  # the XDG specification says to ignore a relative one
        return data / "gongzhi"
    user = Path(given["HOME"]) if "HOME" in given else _expanded("~")
    return _absolute("HOME", user) / ".local" / "share" / "gongzhi"


def _expanded(told: str) -> Path:
    try:
        return Path(told).expanduser()
    except RuntimeError:
        raise SettingInvalid(
            "GONGZHI_HOME",
            "当前用户没有主目录，请把它设为数据目录的绝对路径。",
            "this user has no home folder; set it to the absolute path of a data folder.",
        ) from None


def _absolute(name: str, path: Path) -> Path:
    if path.is_absolute():
        return path
    raise SettingInvalid(
        name,
        f"“{path}” 不是绝对路径，请写完整路径，如 /var/lib/gongzhi。",
        f'"{path}" is not an absolute path; write it in full, like /var/lib/gongzhi.',
    )


def _postgres_url(given: Mapping[str, str], name: str) -> str | None:
    url = given.get(name)
    if url is None or url.startswith(POSTGRES_SCHEMES):
        return url
    raise SettingInvalid(
        name,
        "须以 postgresql:// 开头，如 postgresql://用户:密码@主机:5432/gongzhi；不设则用内置数据库。",
        "it must start with postgresql://, like postgresql://user:password@host:5432/gongzhi; "
        "leave it unset for the embedded database.",
    )


def _port(given: Mapping[str, str]) -> int:
    told = given.get("GONGZHI_PORT", "8000")
    if told.isascii() and told.isdigit() and int(told) <= LAST_PORT:
        return int(told)
    raise SettingInvalid(
        "GONGZHI_PORT",
        f"“{told}” 不是端口号，请填 1 至 65535 的整数（0 表示任选空闲端口），如 8000。",
        f'"{told}" is not a port; give a whole number from 1 to 65535 (0 picks a free one), like 8000.',
    )


def _production(given: Mapping[str, str]) -> bool:
    told = given.get("GONGZHI_PRODUCTION", "0")
    if told.lower() in SWITCH:
        return SWITCH[told.lower()]
    raise SettingInvalid(
        "GONGZHI_PRODUCTION",
        f"“{told}” 无法识别，正式运行填 1，否则填 0 或不设。",
        f'"{told}" is not understood; set 1 for production, or 0, or nothing.',
    )


def _issuer(given: Mapping[str, str]) -> str | None:
    issuer = given.get("GONGZHI_ISSUER")
    if issuer is None or issuer.startswith(("https://", "http://")):
        return issuer
    raise SettingInvalid(
        "GONGZHI_ISSUER",
        f"“{issuer}” 不是网址，请填身份提供方的签发者地址，如 https://id.example.cn。",
        f'"{issuer}" is not a URL; give the issuer of the identity provider, like https://id.example.cn.',
    )


def _files_url(given: Mapping[str, str]) -> str | None:
    url = given.get("GONGZHI_FILES_URL")
    if url is None or re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[^?#]*)?", url):
        return url
    raise SettingInvalid(
        "GONGZHI_FILES_URL",
        "请填 s3://存储桶/前缀，密钥与地址用 AWS_… 变量；不设则存入数据目录。",
        "give s3://bucket/prefix, with keys and endpoint in the variables AWS_…; leave it unset for the data folder.",
    )


def _largest(given: Mapping[str, str]) -> int:
    told = given.get("GONGZHI_FILES_LARGEST", str(LARGEST))
    if re.fullmatch("[1-9][0-9]{0,11}", told):
        return int(told)
    raise SettingInvalid(
        "GONGZHI_FILES_LARGEST",
        f"“{told}” 不是字节数，请填正整数，如 20000000。",
        f'"{told}" is no number of bytes; give a whole number, like 20000000.',
    )
