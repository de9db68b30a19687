"""What the environment may say, and what a person is told when it says something else."""

import os
import pwd
from pathlib import Path

import pytest

from infra.settings import SettingInvalid, Settings

HOME = {"HOME": "/home/lan"}


def test_nothing_needs_to_be_set() -> None:
    assert Settings.from_environment(HOME) == Settings(
        home=Path("/home/lan/.local/share/gongzhi"),
        database_url=None,
        keys_url=None,
        host="127.0.0.1",
        port=8000,
        production=False,
        issuer=None,
        audience=None,
        files_url=None,
        largest=20_000_000,
    )


def test_every_setting_has_its_variable() -> None:
    environ = {
        "GONGZHI_HOME": "/srv/gongzhi",
        "DATABASE_URL": "postgresql://u:p@db/gongzhi",
        "GONGZHI_KEYS_URL": "postgres://u:p@keys/keys",
        "GONGZHI_HOST": "0.0.0.0",  # noqa: S104 - only read
        "GONGZHI_PORT": "8443",
        "GONGZHI_PRODUCTION": "1",
        "GONGZHI_ISSUER": "https://id.example.cn",
        "GONGZHI_AUDIENCE": "gongzhi",
        "GONGZHI_FILES_URL": "s3://evidence/county",
        "GONGZHI_FILES_LARGEST": "5000000",
    }
    assert Settings.from_environment(environ) == Settings(
        home=Path("/srv/gongzhi"),
        database_url="postgresql://u:p@db/gongzhi",
        keys_url="postgres://u:p@keys/keys",
        host="0.0.0.0",  # noqa: S104 - only read
        port=8443,
        production=True,
        issuer="https://id.example.cn",
        audience="gongzhi",
        files_url="s3://evidence/county",
        largest=5_000_000,
    )


def test_an_empty_variable_is_as_good_as_none() -> None:
    empty = dict.fromkeys(("GONGZHI_HOME", "DATABASE_URL", "GONGZHI_PORT", "GONGZHI_PRODUCTION", "GONGZHI_ISSUER"), " ")
    assert Settings.from_environment(HOME | empty) == Settings.from_environment(HOME)


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({"XDG_DATA_HOME": "/data", **HOME}, "/data/gongzhi"),
        ({"XDG_DATA_HOME": "relative", **HOME}, "/home/lan/.local/share/gongzhi"),
        ({"GONGZHI_HOME": "/srv/g", "XDG_DATA_HOME": "/data", **HOME}, "/srv/g"),
        ({}, f"{pwd.getpwuid(os.getuid()).pw_dir}/.local/share/gongzhi"),
    ],
)
def test_data_goes_to_a_folder_of_the_users(
    environ: dict[str, str], home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    assert Settings.from_environment(environ).home == Path(home)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GONGZHI_HOME", "data"),
        ("GONGZHI_HOME", "~nobody-of-this-name/data"),
        ("DATABASE_URL", "mysql://u:secret@db/x"),
        ("GONGZHI_KEYS_URL", "postgresql+asyncpg://u:secret@db/x"),
        ("GONGZHI_PORT", "eighty"),
        ("GONGZHI_PORT", "65536"),
        ("GONGZHI_PORT", "-1"),
        ("GONGZHI_PORT", "８０"),
        ("GONGZHI_PRODUCTION", "maybe"),
        ("GONGZHI_ISSUER", "id.example.cn"),
        ("GONGZHI_FILES_URL", "https://user:secret@bucket"),
        ("GONGZHI_FILES_URL", "s3://"),
        ("GONGZHI_FILES_URL", "s3://user:secret@bucket/x"),
        ("GONGZHI_FILES_LARGEST", "20MB"),
        ("GONGZHI_FILES_LARGEST", "0"),
    ],
)
def test_a_wrong_variable_is_named_in_both_languages_and_its_secret_is_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_environment(HOME | {name: value})
    assert caught.value.name == name
    assert name in caught.value.zh
    assert name in caught.value.en
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("port", ["0", "1", "65535"])
def test_a_port_may_be_any_that_there_is(port: str) -> None:
    assert Settings.from_environment(HOME | {"GONGZHI_PORT": port}).port == int(port)


@pytest.mark.parametrize(("value", "production"), [("1", True), ("TRUE", True), ("0", False), ("off", False)])
def test_production_is_a_switch(value: str, production: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Settings.from_environment(HOME | {"GONGZHI_PRODUCTION": value}).production is production
