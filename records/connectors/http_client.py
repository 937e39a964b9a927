"""HTTP to one server: to an address that was checked, with its certificate verified, within limits.

Its errors say in Japanese what failed and never quote an answer's text, a password or a header.
"""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpcore2
import httpx2

from records.connectors.guarded_transport import Deadline, GuardedTransport
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach

MOST = 2_000_000
"""Bytes of an answer that are read unless more is asked for."""

_CERTIFICATE = {
    9: "まだ有効になっていません",
    10: "期限が切れています",
    18: "認証局ではなく、サーバー自身が発行したものです",
    19: "知らない認証局が発行したものです",
    20: "知らない認証局が発行したものです",
    21: "知らない認証局が発行したものです",
    62: "サーバーの名前と一致しません",
    64: "サーバーのアドレスと一致しません",
}


@dataclass(frozen=True)
class Answer:
    """``content`` is whole: an answer above the limit is an error."""

    status: int
    headers: httpx2.Headers
    content: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def server_url(text: str, *, plain: bool = False) -> httpx2.URL:
    """A server's address as a person wrote it. ``plain``: whether ``http`` may be used, unprotected.

    Raises ValueError with a sentence for that person.
    """
    try:
        url = httpx2.URL(text.strip())
    except (httpx2.InvalidURL, TypeError):
        raise ValueError("アドレスとして読めません。https:// から書いてください。") from None
    if url.userinfo or "@" in text:
        raise ValueError("アドレスに利用者名及びパスワードを書かず、それぞれの欄に書いてください。")
    if url.scheme not in ("https", "http") or not url.host or "\\" in text:
        raise ValueError("https:// から始まるアドレスを書いてください。")
    if not 0 < (url.port or 443) < 65536:
        raise ValueError("ポートの番号を確かめてください。")
    if url.scheme == "http" and not plain:
        raise ValueError("http:// は、通信が保護されません。https:// にするか、保護のない通信を認めてください。")
    if url.fragment or url.query:
        raise ValueError("アドレスの ? 又は # から後を除いてください。")
    return url


class HttpClient:
    """``other``: what people call the other side, e.g. 「WebDAV サーバー」. Not for several threads."""

    def __init__(
        self, base: httpx2.URL, reach: Reach, *, other: str, auth: httpx2.Auth | None = None, ca_file: str = ""
    ) -> None:
        self.base = base
        self._other = other
        self._reach = reach
        self._deadline = Deadline()
        self._client = httpx2.Client(
            transport=GuardedTransport(reach, _tls(base, ca_file), self._deadline),
            auth=auth,
            timeout=reach.timeout_seconds,
            headers={"user-agent": "gijiyoshi", "accept-encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def below(self, path: str) -> httpx2.URL:
        """The address of ``path`` under the base; its parts are quoted."""
        root = self.base.raw_path.decode("ascii").rstrip("/")
        return self.base.copy_with(raw_path=f"{root}/{quote(path, safe='/')}".encode())

    def send(
        self,
        method: str,
        url: httpx2.URL | str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        most: int | None = None,
    ) -> Answer:
        """Whatever the server answers, redirects included. ``params`` replace the query that ``url`` has; ``most`` is
        given where a larger answer than MOST is meant.

        Raises Unreachable where no whole answer comes in time, Refused for a certificate that does not hold, an
        answer that is larger, an address on another server and what Reach does not allow.
        """
        request = self._client.build_request(
            method, self._own(url), headers=headers, content=content, params=params, data=data, files=files
        )
        size = int(request.headers.get("content-length", "0"))
        self._deadline.set(self._reach.within(size + (most or 0)))
        try:
            answer = self._client.send(request, stream=True)
            try:
                return Answer(answer.status_code, answer.headers, b"".join(self._limited(answer, most or MOST)))
            finally:
                answer.close()
        except (httpx2.TimeoutException, httpcore2.TimeoutException):
            raise Unreachable(
                f"{self._other}が時間内に答えません。",
                where=str(self.base),
                remedy="相手のサーバーが混んでいないか、動いているかを確かめてください。",
            ) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise self._failed(error) from None

    def _limited(self, answer: httpx2.Response, most: int) -> Iterator[bytes]:
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > most:
                raise Refused(
                    f"{self._other}の返答が大きすぎます（{most:,} バイトを超えました）。",
                    where=str(self.base),
                    remedy="アドレスが正しいかを確かめてください。",
                )
            yield part

    def _own(self, url: httpx2.URL | str) -> httpx2.URL:
        """``url`` itself. An address that the server names elsewhere would be given the password."""
        try:
            meant = httpx2.URL(url)
        except httpx2.InvalidURL:
            meant = httpx2.URL("")
        if meant.userinfo or _origin(meant) != _origin(self.base):
            raise Refused(
                f"{self._other}が、別のサーバーのアドレスを示しました。",
                where=str(self.base),
                remedy="相手のサーバーの、外から見たアドレスの設定を確かめてください。",
            )
        return meant

    def _failed(self, error: BaseException) -> Refused | Unreachable:
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return Refused(
                    f"{self._other}の証明書を確かめられません（{_certificate(cause)}）。",
                    where=str(self.base),
                    remedy="証明書を直すか、庁内の認証局の証明書のファイルを設定に書いてください。",
                )
            if isinstance(cause, ssl.SSLError):
                return Unreachable(
                    f"{self._other}との暗号化通信を始められません。",
                    where=str(self.base),
                    remedy="http:// と https:// の別を確かめてください。",
                )
        if isinstance(error, httpcore2.ConnectError):
            return Unreachable(
                f"{self._other}につながりません。",
                where=str(self.base),
                remedy="相手のサーバーが動いているか、途中のファイアウォールで止められていないかを確かめてください。",
            )
        return Unreachable(
            f"{self._other}との通信が途中で切れました。",
            where=str(self.base),
            remedy="自動で送り直します。続く場合は、相手のサーバーの記録を確かめてください。",
        )


def _tls(base: httpx2.URL, ca_file: str) -> ssl.SSLContext | None:
    if base.scheme != "https":
        return None
    if not ca_file:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ValueError):  # absent and no certificate alike: a form is no way to ask what files there are
        raise Refused(
            "認証局の証明書のファイルを読めません。",
            where=ca_file[:200],
            remedy="場所と、PEM 形式の証明書であることを確かめてください。",
        ) from None


def _origin(url: httpx2.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    return _CERTIFICATE.get(error.verify_code, f"検証の番号 {error.verify_code}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
