"""The keys that seal secrets at rest: how they are written in the settings, and the file that stands in for them."""

import base64
import binascii
import os
import secrets
from pathlib import Path

from minutes.errors import InputError

KEY_FILE = "secret.key"
_BYTES = 32


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys, each as Fernet wants it. Standard Base64 (``openssl rand -base64 32``) and that of URLs are both taken.

    Raises InputError, which says nothing of what is written.
    """
    keys = tuple(each.strip() for each in text.split(",") if each.strip())
    if not keys:
        raise _unfit()
    return tuple(_key(each) for each in keys)


def kept_key(folder: Path) -> str | None:
    """What the key file of the data folder holds; None where there is no such file."""
    try:
        return (folder / KEY_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise InputError(
            f"鍵のファイル「{KEY_FILE}」を読めません。",
            where=KEY_FILE,
            remedy="データのフォルダーにあるこのファイルの持ち主と権限を確かめてください。",
        ) from None


def make_key(folder: Path) -> str:
    """The key file of the data folder, made now unless another process was first; what it holds.

    It appears whole and only once: a link never takes the place of a file that is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    mine = folder / f".{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    handle = os.open(mine, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, folder / KEY_FILE)
        except FileExistsError:
            pass
    finally:
        mine.unlink()
    made = kept_key(folder)
    assert made is not None
    return made


def _key(text: str) -> bytes:
    try:
        raw = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise _unfit() from None
    if len(raw) != _BYTES:
        raise _unfit()
    return base64.urlsafe_b64encode(raw)


def _unfit() -> InputError:
    return InputError(
        "秘密の値を封じる鍵の書き方が正しくありません。",
        where="GIJIYOSHI_SECRET_KEY",
        remedy="openssl rand -base64 32 で作った値を書いてください。鍵を替えるときは、新しい鍵、古い鍵の順に"
        "コンマで区切ります。",
    )
