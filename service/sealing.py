"""Passwords and keys of other systems at rest: sealed with the key of the deployment, opened only where they are used.

Sealed text is of no use without the key, so a copy of the database gives nobody the password of a records system. A
key that was lost costs those passwords, which somebody types in again, and nothing else.
"""

from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from minutes.errors import GijiyoshiError, InputError
from service.sealing_keys import kept_key, make_key, read_keys
from service.settings import Settings


class Sealed(GijiyoshiError):
    """A secret that the keys at hand do not open."""

    status = 409
    category = "sealed"


@dataclass(frozen=True)
class Sealer:
    """Its keys, the first of which seals."""

    keys: tuple[bytes, ...] = field(repr=False)

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises Sealed for what another key sealed and for what was changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Sealed(
                "保存した秘密の値（パスワードなど）を、いまの鍵では開けません。",
                where="GIJIYOSHI_SECRET_KEY",
                remedy="元の鍵を設定に戻すか、引渡し先の画面で秘密の値を入力し直してください。",
            ) from None

    def reseal(self, sealed: str) -> str:
        """The same secret under the first key. Raises Sealed."""
        return self.seal(self.open(sealed))

    @property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.keys])


def sealer_to_seal(settings: Settings) -> Sealer:
    """The keys of the settings, else that of the data folder, which is made at the first need.

    Raises InputError in production without a setting: workers on other machines would not have the file.
    """
    text = _written(settings)
    if text is None and settings.environment == "production":
        raise InputError(
            "秘密の値を封じる鍵が設定されていないので、保存できません。",
            where="GIJIYOSHI_SECRET_KEY",
            remedy="サーバーの運用担当に、GIJIYOSHI_SECRET_KEY（又は GIJIYOSHI_SECRET_KEY_FILE）の設定を依頼して"
            "ください。API とワーカーの全てに同じ鍵が要ります。",
        )
    return Sealer(read_keys(text or make_key(settings.data_dir)))


def sealer_to_open(settings: Settings) -> Sealer:
    """The same without making a key: one made now would open nothing. Raises Sealed where there is none."""
    text = _written(settings)
    if text is None:
        raise Sealed(
            "秘密の値（パスワードなど）を封じた鍵がありません。",
            where="GIJIYOSHI_SECRET_KEY",
            remedy="API とワーカーの全てに、封じたときと同じ鍵を設定してください。失ったときは、引渡し先の画面で"
            "秘密の値を入力し直してください。",
        )
    return Sealer(read_keys(text))


def _written(settings: Settings) -> str | None:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    return None if settings.environment == "production" else kept_key(settings.data_dir)
