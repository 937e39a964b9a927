"""Secrets from files: read as Docker and Kubernetes mount them, refused with a sentence, and shown nowhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from service.settings import Settings

ROOT = Path(__file__).parents[2]
KEY = "sk-himitsu-0815"
SERVER = {"openai_base_url": "http://model:8000/v1", "openai_model": "m"}


def written(folder: Path, content: bytes) -> Path:
    path = folder / "secret"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [KEY.encode(), f"{KEY}\n".encode(), f"\ufeff  {KEY}\r\n".encode()])
def test_the_key_is_the_line_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setenv("GIJIYOSHI_OPENAI_API_KEY_FILE", str(written(tmp_path, content)))
    settings = Settings(**SERVER)
    assert settings.openai_api_key is not None and settings.openai_api_key.get_secret_value() == KEY
    assert KEY not in f"{settings!r}{settings.model_dump_json()}"


def test_addresses_with_passwords_come_the_same_way(tmp_path: Path) -> None:
    url = "postgresql+psycopg://g:geheim@db/g"
    assert Settings(database_url_file=written(tmp_path, url.encode())).database() == url
    broker = Settings(broker_url_file=written(tmp_path, b"redis://:pw@r:6379/0\n")).broker_url
    assert broker is not None and broker.get_secret_value() == "redis://:pw@r:6379/0"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b" \n\n", "空です"),
        (f"{KEY}\nsecond".encode(), "1行"),
        (f"{KEY}\x00".encode(), "1行"),
        ("鍵".encode(), "1行"),
        (KEY.encode() + b"\xff", "1行"),
        (KEY.encode() * 1000, "1行"),
    ],
)
def test_a_file_of_no_use_is_refused_without_its_content(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(openai_api_key_file=written(tmp_path, content), **SERVER)
    told = str(refused.value)
    assert words in told and "GIJIYOSHI_OPENAI_API_KEY_FILE" in told and str(tmp_path) in told
    assert KEY not in told


def test_every_secret_may_come_as_a_file(tmp_path: Path) -> None:
    secrets = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert {"smtp_password", "webhook_secret", "openai_api_key"} <= set(secrets)
    for name in secrets:
        value = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU=" if name == "secret_key" else KEY
        settings = Settings(**{f"{name}_file": written(tmp_path, value.encode())})
        assert getattr(settings, name).get_secret_value() == value, name


def test_two_ways_at_once_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="両方") as refused:
        Settings(openai_api_key=SecretStr(KEY), openai_api_key_file=written(tmp_path, b"other"), **SERVER)
    assert KEY not in str(refused.value) and "other" not in str(refused.value)
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(ValidationError, match="読めません"):
            Settings(openai_api_key_file=path, **SERVER)


def command(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIJIYOSHI_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *words],
        check=False, capture_output=True, text=True, timeout=60, cwd=ROOT, env=kept | environment,
    )  # fmt: skip


def test_a_command_says_in_one_line_which_file_it_could_not_use(tmp_path: Path) -> None:
    missing = command("migrate", GIJIYOSHI_DATABASE_URL_FILE=str(tmp_path / "absent"))
    assert missing.returncode == 2 and missing.stderr.count("\n") == 1, missing.stderr
    assert "GIJIYOSHI_DATABASE_URL_FILE" in missing.stderr and "Traceback" not in missing.stderr
    used = command("migrate", GIJIYOSHI_DATABASE_URL_FILE=str(written(tmp_path, f"sqlite:///{tmp_path}/x.db".encode())))
    assert used.returncode == 0 and (tmp_path / "x.db").exists(), used.stderr
    told = command("--help", GIJIYOSHI_OPENAI_API_KEY_FILE=str(written(tmp_path, KEY.encode())))
    assert told.returncode == 0 and KEY not in told.stdout + told.stderr
