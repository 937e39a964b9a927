"""Delivery into Alfresco: uploaded by CMIS, then declared as a record, filed in its record folder, completed."""

import base64
import json
import re
from typing import Annotated, Literal

import httpx2
from pydantic import Field

from records.connectors.alfresco_records import AlfrescoRecords, Record, RecordFolder
from records.connectors.cmis.access import Header, by_password, by_token
from records.connectors.cmis.client import CmisClient
from records.connectors.cmis.filing import Filing
from records.connectors.cmis.objects import part_of, text_of
from records.connectors.cmis.target import FolderPath, TargetConfig, find_target
from records.connectors.http_client import HttpClient
from records.connectors.json_answer import json_object
from records.connectors.protocol import Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach

_CMIS = "api/-default-/public/cmis/versions/1.1/browser"
_TICKETS = "api/-default-/public/authentication/versions/1/tickets"


def record_name(wanted: str, found: str) -> bool:
    """Whether ``found`` is what Alfresco makes of a name when it becomes a record's: the number goes before the ending."""
    dot = wanted.rfind(".")
    stem, ending = (wanted[:dot], wanted[dot:]) if dot > 0 else (wanted, "")
    return found == wanted or re.fullmatch(rf"{re.escape(stem)} \([^()]+\){re.escape(ending)}", found) is not None


class AlfrescoConfig(TargetConfig):
    url: Annotated[
        str,
        Field(
            title="アドレス",
            description="Alfresco のリポジトリのアドレスです。/alfresco まで書きます（/share ではありません）",
            examples=["https://ecm.example.lg.jp/alfresco"],
        ),
    ]
    folder: Annotated[
        FolderPath,
        Field(
            title="引渡し先のフォルダー",
            description="アップロードする、ふつうのサイトのフォルダーのパスです。記録にした後も、ここから見えます",
            examples=["/Sites/kaigi/documentLibrary/議事要旨"],
        ),
    ]
    record_folder: Annotated[
        FolderPath,
        Field(
            title="記録フォルダー",
            description="記録をファイルする先です。ファイルプランの記録分類から順に / で区切り、記録フォルダーまで書きます",
            examples=["/会議/審議会等/令和7年度"],
        ),
    ]
    authentication: Annotated[
        Literal["パスワード", "チケット", "トークン"],
        Field(
            title="認証の方法",
            description="チケットは、初めに一度だけパスワードを送り、後は期限のある札で済ませます。トークンは、認証基盤（Identity Service）が発行したものを使います",
        ),
    ] = "パスワード"
    complete: Annotated[
        bool,
        Field(
            title="記録を完了にする",
            description="完了した記録は、中身も項目も変えられなくなります。記録管理の担当が確かめてから完了にする運用では、外します",
        ),
    ] = True


class Alfresco:
    def __init__(self, config: AlfrescoConfig, secret: str | None, reach: Reach) -> None:
        self._config = config
        self._secret = secret
        self._reach = reach

    def check(self) -> str:
        with self._http() as http:
            target = find_target(_cmis(http), self._config, "")
            folder = AlfrescoRecords(http).record_folder(self._config.record_folder)
        end = "完了にします" if self._config.complete else "完了にはしません"
        return (
            f"{target.described()}記録フォルダー「{folder.path}」も開いています。"
            f"記録を{end}（宣言とファイルの権限は、試さなければ分からないので、確かめていません）。"
        )

    def deliver(self, parcel: Parcel) -> Receipt:
        with self._http() as http:
            client, records = _cmis(http), AlfrescoRecords(http)
            target = find_target(client, self._config, "")
            folder = records.record_folder(self._config.record_folder)
            filing = Filing(client, target, folder_type=self._config.folder_type, same_name=record_name)
            prepared = [(file, target.properties_of(file, parcel)) for file in parcel.files]
            places, changed = [], False
            for file, properties in prepared:
                placed = filing.place(file, properties)
                record, done = self._as_record(records, folder, _node_id(placed.document.id), file.path)
                changed = changed or placed.made or done
                places.append(f"{folder.path}/{record.name}")
        return Receipt(places=tuple(places), already=not changed, notes=self._notes())

    def _as_record(
        self, records: AlfrescoRecords, folder: RecordFolder, node_id: str, path: str
    ) -> tuple[Record, bool]:
        """The record at the end of its way, and whether a step was left to make."""
        before = records.record(node_id)
        record = records.file(before or records.declare(node_id, path), folder)
        if self._config.complete:
            record = records.complete(record)
        return record, record != before

    def _notes(self) -> tuple[str, ...]:
        kept = "保存期間と満了時の措置は、記録分類の保存スケジュールによります。パッケージの満了日は付けていません。"
        return (kept,) if self._config.complete else (kept, "記録は、完了にしていません。")

    def _http(self) -> HttpClient:
        config = self._config
        if config.authentication == "トークン":
            return self._opened(by_token(self._secret))
        password = by_password(config.user, self._secret)
        return self._opened(password if config.authentication == "パスワード" else Header(self._ticket()))

    def _opened(self, auth: httpx2.Auth | None) -> HttpClient:
        return HttpClient(self._config.base(), self._reach, other="Alfresco", auth=auth, ca_file=self._config.ca_file)

    def _ticket(self) -> str:
        """Not handed back at the end: Alfresco gives one person one ticket, and another delivery may hold it."""
        body = json.dumps({"userId": self._config.user, "password": self._secret}).encode()
        with self._opened(None) as http:
            answer = http.send("POST", http.below(_TICKETS), headers={"content-type": "application/json"}, content=body)
        ticket = text_of(part_of(json_object(answer) or {}, "entry"), "id") if answer.ok else ""
        if answer.status in (401, 403):
            raise Refused(
                "Alfresco がサインインを受け付けません。",
                where="利用者名",
                remedy="利用者名とパスワードを直してください。",
            )
        if not ticket.isascii() or not ticket:
            raise Unreachable(
                f"Alfresco からチケットを受け取れません（HTTP {answer.status}）。",
                where=str(self._config.base()),
                remedy="アドレスを確かめてください。続く場合は、認証の方法をパスワードに変えてください。",
            )
        return f"Basic {base64.b64encode(ticket.encode()).decode()}"


def _cmis(http: HttpClient) -> CmisClient:
    return CmisClient(http, http.below(_CMIS))


def _node_id(object_id: str) -> str:
    """Of ``workspace://SpacesStore/UUID;1.0``, of which Alfresco's CMIS writes only the end, the UUID."""
    return object_id.partition(";")[0].rpartition("/")[2]
