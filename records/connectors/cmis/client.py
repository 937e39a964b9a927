"""The part of the CMIS 1.1 browser binding (OASIS CMIS 1.1, chapter 5) that a delivery needs.

Errors say in Japanese what failed and never quote what the server wrote, but for the exception's name where it is one
of the standard's.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from records.connectors.cmis.form import Content, PropertyValues, controls, multipart
from records.connectors.cmis.objects import (
    CmisObject,
    Repository,
    TypeDefinition,
    object_of,
    part_of,
    repositories_of,
    type_of,
)
from records.connectors.http_client import Answer, HttpClient
from records.connectors.json_answer import json_object, may_pass
from records.connectors.protocol import Refused, Unreachable

_PAGE = 100
_MOST_PAGES = 200

_SAID = {
    "constraint": "リポジトリの決まりに合いません",
    "contentAlreadyExists": "同じ名前の文書がすでにあります",
    "filterNotValid": "問合せの形が受け付けられません",
    "invalidArgument": "値が受け付けられません",
    "nameConstraintViolation": "名前が受け付けられません（使えない文字、又は同じ名前）",
    "notSupported": "この操作に対応していません",
    "permissionDenied": "利用者に権限がありません",
    "streamNotSupported": "この種別の文書には中身を置けません",
    "versioning": "版の管理の決まりに合いません",
}
"""The standard's exceptions that trying again does not mend (2.2.1.4)."""


class CmisRefused(Refused):
    """``exception``: the standard's name of it; empty where the server gave none."""

    exception: str = ""


class NotThere(CmisRefused):
    """objectNotFound, or 404 without a word."""


class Clash(CmisRefused):
    """409: mostly a name that is taken, but products differ in what they call it."""


class CmisClient:
    """``service``: address of the service document. ``csrf_header``: where the server wants a token with every change
    (SAP, and others behind a gateway)."""

    def __init__(self, http: HttpClient, service: httpx2.URL, *, csrf_header: str = "") -> None:
        self._http = http
        self._service = service
        self._csrf_header = csrf_header
        self._csrf: str | None = None

    def repositories(self) -> list[Repository]:
        wish = {self._csrf_header: "Fetch"} if self._csrf_header else {}
        answer = self._http.send("GET", self._service, headers=wish)
        token = answer.headers.get(self._csrf_header, "") if self._csrf_header else ""
        self._csrf = token if token and token.lower() != "required" else None
        found = repositories_of(self._read(answer, "リポジトリの一覧"))
        if not found:
            raise Refused(
                "このアドレスの返答は、CMIS 1.1（ブラウザーバインディング）のものではありません。",
                where=str(self._service),
                remedy="AtomPub 又は SOAP のアドレスでないか、製品の説明書にあるブラウザーバインディングのアドレスかを確かめてください。",
            )
        return found

    def type_definition(self, repository: Repository, type_id: str) -> TypeDefinition | None:
        """None where the repository has no such type."""
        try:
            said = self._get(repository.url, f"種別「{type_id}」", cmisselector="typeDefinition", typeId=type_id)
        except CmisRefused as refused:
            # Servers differ: the standard says objectNotFound, some find the argument invalid.
            if isinstance(refused, NotThere) or refused.exception in ("invalidArgument", "notSupported"):
                return None
            raise
        made = type_of(said)
        return made if made.id == type_id else None

    def object_at(self, repository: Repository, path: str) -> CmisObject | None:
        """The object of that path; None where there is none. ``path`` begins with ``/``."""
        root = self._here(repository.root_url)
        place, asked, query = root.raw_path.decode("ascii").partition("?")
        below = f"{place.rstrip('/')}/{quote(path.strip('/'), safe='/')}".rstrip("/")
        url = root.copy_with(raw_path=f"{below}{asked}{query}".encode())
        try:
            return object_of(
                self._get(url, f"「{path}」", cmisselector="object", succinct="true", includeAllowableActions="true")
            )
        except NotThere:
            return None

    def object(self, repository: Repository, object_id: str, name: str) -> CmisObject:
        return object_of(
            self._get(repository.root_url, f"「{name}」", cmisselector="object", succinct="true", objectId=object_id)
        )

    def children(self, repository: Repository, folder: CmisObject) -> Iterator[CmisObject]:
        """All that is in the folder, a page at a time. Raises Refused above 20,000."""
        for page in range(_MOST_PAGES):
            said = self._get(
                repository.root_url,
                f"フォルダー「{folder.name}」の中",
                cmisselector="children",
                succinct="true",
                objectId=folder.id,
                maxItems=str(_PAGE),
                skipCount=str(page * _PAGE),
            )
            entries = said.get("objects")
            listed = entries if isinstance(entries, list) else []
            yield from (object_of(part_of(each, "object")) for each in listed if isinstance(each, dict))
            if not listed or said.get("hasMoreItems") is False or ("hasMoreItems" not in said and len(listed) < _PAGE):
                return
        raise Refused(
            f"フォルダー「{folder.name}」の中が多すぎて、同じ名前の有無を確かめられません。",
            where=folder.text("cmis:path"),
            remedy="年度ごとのフォルダーなどに分け、引渡し先の設定を直してください。",
        )

    def content(self, repository: Repository, document: CmisObject, *, most: int) -> bytes:
        url = self._here(repository.root_url)
        params = {**dict(url.params), "cmisselector": "content", "objectId": document.id}
        answer = self._http.send("GET", url, params=params, most=most)
        if not answer.ok:
            raise self._error(answer, f"「{document.name}」の中身")
        return answer.content

    def create_folder(self, repository: Repository, parent: CmisObject, properties: PropertyValues) -> str:
        """The id of the new folder."""
        fields = controls("createFolder", properties, objectId=parent.id, succinct="true")
        return self._post(repository, fields, None, f"フォルダー「{properties['cmis:name']}」の作成")

    def create_document(
        self,
        repository: Repository,
        parent: CmisObject,
        properties: PropertyValues,
        content: Content,
        *,
        versioning_state: str,
    ) -> str:
        """The id of the new document."""
        fields = controls(
            "createDocument", properties, objectId=parent.id, succinct="true", versioningState=versioning_state
        )
        return self._post(repository, fields, content, f"文書「{content.name}」の作成")

    def delete(self, repository: Repository, object_id: str, name: str) -> None:
        fields = controls("delete", {}, objectId=object_id, allVersions="true")
        answer = self._send_form(repository, fields, None)
        if not answer.ok:
            raise self._error(answer, f"「{name}」の取消し")

    def _post(self, repository: Repository, fields: list[tuple[str, str]], content: Content | None, what: str) -> str:
        made = object_of(self._read(self._send_form(repository, fields, content), what))
        if not made.id:
            raise self._unreadable(what)
        return made.id

    def _send_form(self, repository: Repository, fields: list[tuple[str, str]], content: Content | None) -> Answer:
        media_type, body = multipart(fields, content)

        def once() -> Answer:
            headers = {"content-type": media_type}
            if self._csrf is not None:
                headers[self._csrf_header] = self._csrf
            url = self._here(repository.root_url)
            return self._http.send("POST", url, headers=headers, content=body)

        answer = once()
        if (
            self._csrf_header
            and answer.status == 403
            and answer.headers.get(self._csrf_header, "").lower() == "required"
        ):
            self.repositories()  # for a new token: the old one ended with its session
            answer = once()
        return answer

    def _get(self, url: str | httpx2.URL, what: str, **params: str) -> Mapping[str, Any]:
        here = self._here(url)
        return self._read(self._http.send("GET", here, params={**dict(here.params), **params}), what)

    def _here(self, url: str | httpx2.URL) -> httpx2.URL:
        """The place that the server names, on the server that was configured.

        Behind a proxy a server names itself as it is called inside. What it names is never followed to another host:
        that host would be given the password.
        """
        try:
            named = self._service.join(url)
            return self._service.copy_with(raw_path=named.raw_path or b"/")
        except httpx2.InvalidURL:
            raise self._unreadable("リポジトリのアドレス") from None

    def _read(self, answer: Answer, what: str) -> Mapping[str, Any]:
        if not answer.ok:
            raise self._error(answer, what)
        said = json_object(answer)
        if said is None and answer.headers.get("content-type", "").lower().startswith("text/html"):
            raise Refused(
                f"{what}を求めたところ、CMIS の返答ではなく、人が見るページが返りました。",
                where=str(self._service),
                remedy="アドレスと、途中の認証の画面（シングルサインオン、プロキシ）がないことを確かめてください。",
            )
        if said is None:
            raise self._unreadable(what)
        return said

    def _unreadable(self, what: str) -> Unreachable:
        return Unreachable(
            f"CMIS サーバーの返答（{what}）を読めません。",
            where=str(self._service),
            remedy="自動で送り直します。続く場合は、相手のサーバーの記録を確かめてください。",
        )

    def _error(self, answer: Answer, what: str) -> Refused | Unreachable:
        said = (json_object(answer) or {}).get("exception")
        name = said if isinstance(said, str) else ""
        where = str(self._service)
        if answer.status in (401, 407):
            return Refused(
                "CMIS サーバーがサインインを受け付けません。",
                where=where,
                remedy="利用者名と、パスワード又はトークン（期限を含む）を直してください。",
            )
        if 300 <= answer.status < 400:
            return Refused(
                f"CMIS サーバーが、{what}を別のアドレスに求めるよう答えました。転送には従いません。",
                where=where,
                remedy="転送先が正しい相手であれば、そのアドレスを設定に書いてください。",
            )
        if name == "storage" or answer.status == 507:
            return Unreachable(
                f"CMIS サーバーに空きがなく、{what}ができません。",
                where=where,
                remedy="相手のサーバーの管理者に、容量の確保を依頼してください。自動で送り直します。",
            )
        if name == "updateConflict" or (name not in _SAID and name != "objectNotFound" and may_pass(answer)):
            return Unreachable(
                f"CMIS サーバーの障害で、{what}ができません（HTTP {answer.status}）。",
                where=where,
                remedy="自動で送り直します。続く場合は、相手のサーバーの記録を確かめてください。",
            )
        kind = NotThere if name == "objectNotFound" or (not name and answer.status == 404) else CmisRefused
        refused = (Clash if kind is CmisRefused and answer.status == 409 else kind)(
            f"CMIS サーバーが{what}を断りました（{_reason(name, answer.status)}）。",
            where=where,
            remedy="引渡し先の設定（フォルダー、文書の種別、プロパティの対応）と、利用者の権限を確かめてください。",
        )
        refused.exception = name
        return refused


def _reason(name: str, status: int) -> str:
    if name == "objectNotFound" or (not name and status == 404):
        return "見つかりません"
    if name in _SAID:
        return f"{_SAID[name]}、{name}"
    return {403: "利用者に権限がありません", 413: "大きすぎます"}.get(status, f"HTTP {status}")
