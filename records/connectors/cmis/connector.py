"""Delivery into a content repository by CMIS 1.1, browser binding: each file a document, with its metadata."""

from typing import Annotated, Literal

import httpx2
from pydantic import Field

from records.connectors.cmis.access import by_password, by_token
from records.connectors.cmis.client import CmisClient
from records.connectors.cmis.filing import Filing
from records.connectors.cmis.retention import Retain, retention_of, with_retention
from records.connectors.cmis.target import TargetConfig, find_target
from records.connectors.http_client import HttpClient
from records.connectors.protocol import Parcel, Receipt
from records.connectors.reach import Reach


class CmisConfig(TargetConfig):
    url: Annotated[
        str,
        Field(
            title="アドレス",
            description="CMIS 1.1 のブラウザーバインディング（JSON）のアドレスです。AtomPub と SOAP のものは使えません",
            examples=["https://ecm.example.lg.jp/nuxeo/json/cmis"],
        ),
    ]
    repository: Annotated[
        str,
        Field(
            title="リポジトリID",
            description="一つしかないときは空欄でかまいません",
            examples=["default"],
        ),
    ] = ""
    authentication: Annotated[
        Literal["パスワード", "トークン"],
        Field(title="認証の方法", description="パスワードは Basic 認証、トークンは Bearer で送ります"),
    ] = "パスワード"
    retention: Annotated[
        Retain,
        Field(
            title="保存期間の種別",
            description="リポジトリが CMIS の保存期間の種別（cmis:rm_clientMgtRetention など）を提供しているときに付けます。"
            "付けた文書は、満了日まで、リポジトリで削除できなくなります",
        ),
    ] = "満了日"
    csrf_header: Annotated[
        str,
        Field(
            title="CSRF対策のヘッダー名",
            description="変更のたびにトークンを求めるサーバーで使うヘッダーの名前です。分からなければ、そのままにします",
            pattern="^[A-Za-z0-9-]*$",
        ),
    ] = "X-CSRF-Token"


class Cmis:
    def __init__(self, config: CmisConfig, secret: str | None, reach: Reach) -> None:
        self._config = config
        self._secret = secret
        self._reach = reach

    def check(self) -> str:
        with self._http() as http:
            return find_target(self._client(http), self._config, self._config.repository).described()

    def deliver(self, parcel: Parcel) -> Receipt:
        with self._http() as http:
            client = self._client(http)
            target = find_target(client, self._config, self._config.repository)
            retention = retention_of(parcel.metadata.file, self._config.retention, target.retention)
            prepared = [(file, with_retention(target.properties_of(file, parcel), retention)) for file in parcel.files]
            filing = Filing(client, target, folder_type=self._config.folder_type)
            placed = [filing.place(file, properties) for file, properties in prepared]
        return Receipt(
            places=tuple(each.path for each in placed),
            already=not any(each.made for each in placed),
            notes=(retention.note,) if retention.note else (),
        )

    def _client(self, http: HttpClient) -> CmisClient:
        return CmisClient(http, http.base, csrf_header=self._config.csrf_header)

    def _http(self) -> HttpClient:
        config = self._config
        auth: httpx2.Auth = (
            by_password(config.user, self._secret) if config.authentication == "パスワード" else by_token(self._secret)
        )
        return HttpClient(config.base(), self._reach, other="CMIS サーバー", auth=auth, ca_file=config.ca_file)
