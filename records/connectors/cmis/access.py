"""How a repository knows who asks: a password, or a token that stands for a person."""

from collections.abc import Generator

import httpx2

from records.connectors.protocol import Refused


class Header(httpx2.Auth):
    """The same ``Authorization`` with every request."""

    def __init__(self, value: str) -> None:
        self._value = value

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        request.headers["authorization"] = self._value
        yield request


def by_password(user: str, secret: str | None) -> httpx2.Auth:
    """Basic. Raises Refused where one of both is missing, or the name holds what ends it."""
    if not user or not secret or ":" in user:
        raise Refused(
            "利用者名とパスワードが揃っていません。" if ":" not in user else "利用者名に「:」は使えません。",
            where="利用者名",
            remedy="引渡し先の設定に、利用者名とパスワードの両方を書いてください。",
        )
    return httpx2.BasicAuth(user, secret)


def by_token(secret: str | None) -> httpx2.Auth:
    """Bearer. Raises Refused for what cannot be a token."""
    token = (secret or "").strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise Refused(
            "トークンがないか、使えない文字を含んでいます。",
            where="パスワード又はトークン",
            remedy="発行されたトークンを、前後の空白や改行を除いて入れ直してください。",
        )
    return Header(f"Bearer {token}")
