"""A folder of a WebDAV server (RFC 4918)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal
from xml.etree.ElementTree import Element, ParseError

import httpx2
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import Field, model_validator

from minutes.value import Value
from records.connectors.http_client import MOST, Answer, HttpClient, server_url
from records.connectors.placing import LARGEST, Found, Taken, no_space, place, try_out
from records.connectors.protocol import Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.server_fields import CaFile, PlainHttp

_ASKED = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop></propfind>'
)
_REFUSALS = {
    401: ("利用者名又はパスワードが受け付けられません", "利用者名、パスワード及び認証の方法を確かめてください。"),
    403: (
        "権限がありません",
        "このフォルダーに書き、名前を変え、消す権限を、サーバーの管理者に付けてもらってください。",
    ),
    404: ("フォルダーがサーバーにありません", "アドレスを確かめるか、サーバーの管理者に作ってもらってください。"),
    405: ("この場所では WebDAV を使えません", "アドレスが WebDAV のフォルダーのものかを確かめてください。"),
    409: (
        "置く先のフォルダーがサーバーにありません",
        "アドレスを確かめるか、サーバーの管理者に作ってもらってください。",
    ),
    413: ("ファイルが大きすぎます", "1ファイルの大きさの上限を上げるよう、サーバーの管理者に依頼してください。"),
}
_BUSY = {
    423: ("ファイルがほかの人に使われています（ロック）", "開いている人に閉じてもらってください。"),
    429: ("混んでいます", "自動で送り直します。"),
    502: (
        "サーバーの手前の中継に失敗しました",
        "中継（リバースプロキシ）の設定を確かめてください。名前の変更（MOVE）の宛先を書き換えない中継では、こうなります。",
    ),
    503: ("混んでいるか、止めています", "自動で送り直します。"),
}


class WebdavConfig(Value):
    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            title="フォルダーのアドレス",
            description="https:// から書きます。フォルダーは先に作っておきます",
            examples=["https://dav.example.lg.jp/gijiroku/"],
        ),
    ]
    user: Annotated[
        str, Field(max_length=100, title="利用者名", description="認証のないサーバーでは空欄", examples=["gijiyoshi"])
    ] = ""
    authentication: Annotated[Literal["basic", "digest"], Field(title="認証の方法", examples=["basic"])] = "basic"
    ca_file: CaFile = ""
    plain: PlainHttp = False

    @model_validator(mode="after")
    def _address(self) -> "WebdavConfig":
        server_url(self.url, plain=self.plain)
        return self


class Webdav:
    """``secret``: the password."""

    def __init__(self, config: WebdavConfig, secret: str | None, reach: Reach) -> None:
        self._config = config
        self._secret = secret or ""
        self._reach = reach

    def deliver(self, parcel: Parcel) -> Receipt:
        with self._store() as store:
            return place(store, parcel)

    def check(self) -> str:
        with self._store() as store:
            return "".join(("サーバーにつながり、フォルダーに置けます。試しのファイルは消しました。", *try_out(store)))

    @contextmanager
    def _store(self) -> Iterator["_WebdavStore"]:
        config = self._config
        ways = {"basic": httpx2.BasicAuth, "digest": httpx2.DigestAuth}
        auth = ways[config.authentication](config.user, self._secret) if config.user else None
        base = server_url(config.url, plain=config.plain)
        with HttpClient(base, self._reach, other="WebDAV サーバー", auth=auth, ca_file=config.ca_file) as client:
            store = _WebdavStore(client)
            store.require_folder()
            yield store


class _WebdavStore:
    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def require_folder(self) -> None:
        seen = self._seen("")
        if seen is None or not seen.folder:
            raise self._error(404, "")

    def look(self, path: str) -> Found | None:
        seen = self._seen(path)
        if seen is None:
            return None
        if seen.folder:
            raise Refused(
                "同じ名前のフォルダーがあります。",
                where=self.place(path),
                remedy="移すか消してから、もう一度送ってください。",
            )
        if seen.size is not None and seen.size > LARGEST:
            return Found(seen.size, None)
        answer = self._ask(
            "GET", path, {"cache-control": "no-cache"}, most=LARGEST if seen.size is None else max(seen.size, MOST)
        )
        if answer.status in (403, 405) and seen.size is not None:  # a folder into which one may only throw
            return Found(seen.size, None)
        self._require(answer, path)
        return Found(len(answer.content), hashlib.sha256(answer.content).hexdigest())

    def make_folder(self, path: str) -> None:
        answer = self._ask("MKCOL", path)
        if answer.status == 405:
            seen = self._seen(path)
            if seen is not None and seen.folder:
                return
        self._require(answer, path)

    def write(self, path: str, content: bytes) -> None:
        answer = self._ask("PUT", path, {"if-none-match": "*"}, content=content)
        if answer.status == 412:
            raise Taken
        self._require(answer, path)

    def rename(self, old: str, new: str) -> None:
        answer = self._ask("MOVE", old, {"destination": _absolute(self._client.below(new)), "overwrite": "F"})
        if answer.status == 412:
            raise Taken
        self._require(answer, new)

    def remove(self, path: str) -> None:
        answer = self._ask("DELETE", path)
        if answer.status not in (404, 410):
            self._require(answer, path)

    def place(self, path: str) -> str:
        return str(self._client.below(path))

    def _seen(self, path: str) -> "_Properties | None":
        answer = self._ask("PROPFIND", path, {"depth": "0", "content-type": "application/xml"}, content=_ASKED)
        if answer.status in (404, 410):
            return None
        if answer.status != 207:
            raise self._error(405 if answer.ok else answer.status, path)
        try:
            return _Properties(fromstring(answer.content))
        except (ParseError, DefusedXmlException):
            raise self._error(405, path) from None

    def _ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        *,
        content: bytes | None = None,
        most: int | None = None,
    ) -> Answer:
        return self._client.send(method, self._client.below(path), headers=headers, content=content, most=most)

    def _require(self, answer: Answer, path: str) -> None:
        # 207: of several things that were asked for some failed.
        if not answer.ok or answer.status == 207:
            raise self._error(answer.status, path)

    def _error(self, status: int, path: str) -> Refused | Unreachable:
        where = self.place(path)
        if status == 507:
            return no_space(where)
        if status in _BUSY:
            what, remedy = _BUSY[status]
            return Unreachable(f"WebDAV サーバー：{what}（{status}）。", where=where, remedy=remedy)
        if status in _REFUSALS:
            what, remedy = _REFUSALS[status]
            return Refused(f"WebDAV サーバー：{what}（{status}）。", where=where, remedy=remedy)
        if 300 <= status < 400:
            return Refused(
                f"WebDAV サーバーが、別のアドレスへ移るよう求めました（{status}）。",
                where=where,
                remedy="移った先のアドレス（末尾の / を含む）を設定に書いてください。",
            )
        if 400 <= status < 500:
            return Refused(
                f"WebDAV サーバーが断りました（{status}）。",
                where=where,
                remedy="サーバーの記録を、サーバーの管理者に確かめてもらってください。",
            )
        return Unreachable(
            f"WebDAV サーバーの中で誤りが起きました（{status}）。",
            where=where,
            remedy="自動で送り直します。続く場合は、サーバーの記録及び空き容量を、サーバーの管理者に確かめてもらってください。",
        )


class _Properties:
    """What the server says of one thing. ``size``: in bytes; None where it does not say."""

    def __init__(self, answer: Element) -> None:
        self.folder = answer.find(".//{DAV:}resourcetype/{DAV:}collection") is not None
        said = answer.findtext(".//{DAV:}getcontentlength") or ""
        self.size = int(said) if said.isascii() and said.isdigit() else None


def _absolute(url: httpx2.URL) -> str:
    port = f":{url.port}" if url.port else ""
    host = url.raw_host.decode("ascii")
    return f"{url.scheme}://{f'[{host}]' if ':' in host else host}{port}{url.raw_path.decode('ascii')}"
