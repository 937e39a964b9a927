"""Passwords and random tokens. Only hashes are ever stored."""

import hashlib
import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from minutes.errors import InputError

MIN_PASSWORD = 12
MAX_PASSWORD = 200  # argon2id has no limit of its own; without one a request could make it hash megabytes

PASSWORD_COST = PasswordHasher()
"""argon2id with the library's parameters, RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes."""

NO_PASSWORD = "!"  # noqa: S105
"""Stored in place of a hash where there is no password: nothing fits it."""

# No 0 O 1 l I: one-time passwords are typed from a screen or paper.
_ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def normalise(text: str) -> str:
    """NFKC, so that full-width letters from a Japanese input method are the same as half-width ones."""
    return unicodedata.normalize("NFKC", text)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return PASSWORD_COST.hash(_bytes(password))


def password_fits(stored: str, password: str) -> bool:
    """Whether ``password`` belongs to the stored hash; False for an unreadable hash."""
    if len(password) > MAX_PASSWORD:
        return False
    try:
        return PASSWORD_COST.verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return PASSWORD_COST.check_needs_rehash(stored)


def spend_as_much(password: str) -> None:
    """Do the work of a verification for a login that does not exist, so that the time taken names no accounts."""
    password_fits(_dummy_hash(), password)


def check_new_password(password: str, *, login: str) -> None:
    """InputError when a chosen password is too short, too long, contains the login or hardly any other character."""
    plain = normalise(password)
    if len(plain) < MIN_PASSWORD:
        raise InputError(
            "新しいパスワードが短すぎます。", where="new_password", remedy=f"{MIN_PASSWORD} 文字以上にしてください。"
        )
    if len(password) > MAX_PASSWORD:
        raise InputError(
            "新しいパスワードが長すぎます。", where="new_password", remedy=f"{MAX_PASSWORD} 文字以下にしてください。"
        )
    name, folded = login.lower(), plain.lower()
    # A login of three letters is in many good passwords by chance.
    if (len(name) > 3 and name in folded) or name * 2 in folded or folded.startswith(name):
        raise InputError(
            "新しいパスワードにログイン名が入っています。",
            where="new_password",
            remedy="ログイン名を含まないものにしてください。",
        )
    if len(set(plain)) < 5:
        raise InputError(
            "新しいパスワードが推測しやすすぎます。",
            where="new_password",
            remedy="同じ文字の繰り返しを避け、5種類以上の文字を使ってください。",
        )


def one_time_password() -> str:
    """20 characters in groups, about 99 bits."""
    groups = ("".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def new_token(prefix: str = "") -> str:
    """256 random bits, URL-safe."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hex. A plain hash is enough for 256 random bits; passwords need argon2id."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _bytes(password: str) -> bytes:
    # A form can carry lone surrogates; they are a wrong password, not a fault.
    return normalise(password).encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return PASSWORD_COST.hash(secrets.token_urlsafe(16))
