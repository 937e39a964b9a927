"""Secrets at rest: opened by the keys of the deployment and by nothing else, and a lost key costs no more than them."""

import base64
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from minutes.errors import InputError
from service.sealing import Sealed, sealer_to_open, sealer_to_seal
from service.sealing_keys import KEY_FILE, make_key
from service.settings import Settings

SECRET = "himitsu-no-aikotoba-0815"


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def keyed(*keys: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, secret_key=SecretStr(",".join(keys)))


def test_what_is_sealed_is_opened_by_the_same_key_only(tmp_path: Path) -> None:
    mine = key()
    sealed = sealer_to_seal(keyed(mine, folder=tmp_path)).seal(SECRET)
    assert SECRET not in sealed and base64.b64encode(SECRET.encode()).decode() not in sealed
    assert sealer_to_open(keyed(mine, folder=tmp_path)).open(sealed) == SECRET
    for other in (keyed(key(), folder=tmp_path), Settings(data_dir=tmp_path / "empty")):
        with pytest.raises(Sealed, match="鍵"):
            sealer_to_open(other).open(sealed)
    with pytest.raises(Sealed):
        sealer_to_open(keyed(mine, folder=tmp_path)).open(sealed[:-2] + "AA")
    assert list(tmp_path.iterdir()) == []  # with a key in the settings no file is made


def test_a_new_key_takes_over_while_the_old_one_still_opens(tmp_path: Path) -> None:
    old, new = key(), key()
    sealed = sealer_to_seal(keyed(old, folder=tmp_path)).seal(SECRET)
    both = sealer_to_open(keyed(new, old, folder=tmp_path))
    assert both.open(sealed) == SECRET
    again = both.reseal(sealed)
    assert sealer_to_open(keyed(new, folder=tmp_path)).open(again) == SECRET
    with pytest.raises(Sealed):
        sealer_to_open(keyed(new, folder=tmp_path)).open(sealed)


def test_keys_are_written_as_openssl_or_for_urls(tmp_path: Path) -> None:
    raw = b"\xfb\xff" * 16
    standard, of_urls = base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()
    assert standard != of_urls
    sealed = sealer_to_seal(keyed(standard, folder=tmp_path)).seal(SECRET)
    assert sealer_to_open(keyed(of_urls, folder=tmp_path)).open(sealed) == SECRET


@pytest.mark.parametrize("wrong", ["short", "QUJDQUJD", "鎖", " , , ", f"{'A' * 43}=,second"])
def test_a_key_that_is_none_stops_the_start_and_is_not_repeated(wrong: str) -> None:
    with pytest.raises(ValidationError, match="GIJIYOSHI_SECRET_KEY") as refused:
        Settings(secret_key=SecretStr(wrong))
    assert wrong not in str(refused.value)


def test_without_a_setting_a_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with pytest.raises(Sealed):
        sealer_to_open(settings)
    assert not (tmp_path / "data").exists()
    sealed = sealer_to_seal(settings).seal(SECRET)
    file = tmp_path / "data" / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and [each.name for each in file.parent.iterdir()] == [KEY_FILE]
    assert sealer_to_open(settings).open(sealed) == sealer_to_seal(settings).open(sealed) == SECRET
    before = file.read_bytes()
    with ThreadPoolExecutor(4) as pool:
        assert {each.encode() for each in pool.map(lambda _: make_key(file.parent), range(8))} == {before}


def test_processes_that_need_the_first_key_at_once_end_up_with_the_same(tmp_path: Path) -> None:
    make = "import sys; from pathlib import Path; from service.sealing_keys import make_key; print(make_key(Path(sys.argv[1])))"
    started = [
        subprocess.Popen([sys.executable, "-c", make, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert len({each.communicate(timeout=60)[0] for each in started}) == 1
    assert [each.name for each in tmp_path.iterdir()] == [KEY_FILE]


def test_in_production_a_key_has_to_be_set(tmp_path: Path) -> None:
    live = Settings(
        environment="production", secure_cookies=True, public_url="https://g.example.lg.jp", data_dir=tmp_path
    )
    with pytest.raises(InputError, match="GIJIYOSHI_SECRET_KEY"):
        sealer_to_seal(live)
    sealer_to_seal(Settings(data_dir=tmp_path)).seal(SECRET)
    with pytest.raises(Sealed):  # the file that was made while developing is nobody's in production
        sealer_to_open(live)


def test_a_key_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(InputError, match=KEY_FILE):
        sealer_to_seal(Settings(data_dir=tmp_path))


def test_no_key_shows_where_things_are_printed(tmp_path: Path) -> None:
    mine = key()
    settings = keyed(mine, folder=tmp_path)
    sealer = sealer_to_seal(settings)
    inner = mine.rstrip("=")
    assert inner not in f"{settings!r}{settings.model_dump_json()}{sealer!r}"
