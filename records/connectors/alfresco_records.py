"""Alfresco Governance Services by its REST API (``gs/versions/1``): a file becomes a record, is filed, is completed.

The API makes no step twice, and says so with the same answer (422) as to what it cannot do: so a record is read
before each step, and again where one fails.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.connectors.cmis.objects import part_of, text_of
from records.connectors.http_client import Answer, HttpClient
from records.connectors.json_answer import json_object, may_pass
from records.connectors.protocol import Refused, Unreachable

BELOW = "api/-default-/public/gs/versions/1"
_PAGE = 100
_MOST_PAGES = 100

DECLARE, FILE, COMPLETE = "記録の宣言", "記録フォルダーへのファイル", "記録の完了"
_WHOSE = "記録管理（Governance Services）の担当"


@dataclass(frozen=True)
class Record:
    id: str
    name: str
    """Alfresco puts the record's number into it when it is declared: ``議事要旨 (2026-0000000012).pdf``."""
    parent_id: str
    completed: bool


@dataclass(frozen=True)
class RecordFolder:
    id: str
    path: str


class AlfrescoRecords:
    def __init__(self, http: HttpClient) -> None:
        self._http = http

    def record_folder(self, path: str) -> RecordFolder:
        """By the names from the file plan down. Raises Refused where it is absent, closed or a category."""
        parts = path.strip("/").split("/")
        listed = "file-plans/-filePlan-/categories"
        entry: Mapping[str, Any] = {}
        for depth, name in enumerate(parts, start=1):
            found = self._child(listed, name, path)
            here = "/".join(parts[:depth])
            if found is None:
                raise _no_folder(path, f"ファイルプランに「{here}」がありません")
            entry = found
            listed = f"record-categories/{text_of(entry, 'id')}/children"
            if _is_folder(entry) and depth < len(parts):
                raise _no_folder(path, f"「{here}」は記録フォルダーなので、その中に記録フォルダーはありません")
        if not _is_folder(entry):
            raise _no_folder(path, f"「{path.strip('/')}」は記録分類です。記録をファイルできるのは記録フォルダーです")
        folder = self._entry(self._get(f"record-folders/{text_of(entry, 'id')}"), "記録フォルダー")
        if folder.get("isClosed") is True:
            raise _no_folder(path, f"記録フォルダー「{path.strip('/')}」は、閉じられています")
        return RecordFolder(text_of(folder, "id"), path)

    def record(self, node_id: str) -> Record | None:
        """None where the node is a file and no record yet."""
        answer = self._get(f"records/{node_id}")
        if answer.status in (400, 404):
            return None
        entry = self._entry(answer, "記録")
        aspects = entry.get("aspectNames")
        return Record(
            id=text_of(entry, "id"),
            name=text_of(entry, "name"),
            parent_id=text_of(entry, "parentId"),
            completed=entry.get("isCompleted") is True
            or (isinstance(aspects, list) and "rma:declaredRecord" in aspects),
        )

    def declare(self, node_id: str, name: str) -> Record:
        """The record, also where it became one in the meantime."""
        answer = self._post(f"files/{node_id}/declare", None)
        record = self.record(node_id) if not may_pass(answer) else None
        if record is None:
            raise self._failed(
                answer,
                DECLARE,
                name,
                f"{_WHOSE}に、引渡し用の利用者を記録管理サイトの役割に加え、記録を宣言する権限を与えるよう依頼してください。",
            )
        return record

    def file(self, record: Record, folder: RecordFolder) -> Record:
        """Raises Refused for a record that lies in another record folder: filing it again would only link it."""
        if record.parent_id == folder.id:
            return record
        if self._get(f"record-folders/{record.parent_id}").ok:
            raise Refused(
                f"{FILE}ができません。「{record.name}」は、別の記録フォルダーにファイルされています。",
                where=folder.path,
                remedy=f"{_WHOSE}に、正しい記録フォルダーへ移すか、引渡し先の設定を直すかを確かめてください。",
            )
        body = json.dumps({"targetParentId": folder.id}).encode()
        answer = self._post(f"records/{record.id}/file", body)
        filed = self.record(record.id) if not may_pass(answer) else None
        if filed is None or filed.parent_id != folder.id:
            raise self._failed(
                answer,
                FILE,
                record.name,
                f"{_WHOSE}に、記録フォルダー「{folder.path}」が開いていて保留（ホールド）がなく、引渡し用の利用者に"
                "「読取りとファイル」の権限があることを確かめるよう依頼してください。",
            )
        return filed

    def complete(self, record: Record) -> Record:
        if record.completed:
            return record
        answer = self._post(f"records/{record.id}/complete", None)
        done = self.record(record.id) if not may_pass(answer) else None
        if done is None or not done.completed:
            raise self._failed(
                answer,
                COMPLETE,
                record.name,
                f"{_WHOSE}が、記録の必須の項目を埋め、保留（ホールド）がないことを確かめてから、ここでやり直してください"
                "（記録管理の画面で完了にしてもかまいません。やり直すと、完了済みと分かります）。",
            )
        return done

    def _child(self, listed: str, name: str, path: str) -> Mapping[str, Any] | None:
        for page in range(_MOST_PAGES):
            answer = self._get(listed, skipCount=str(page * _PAGE), maxItems=str(_PAGE))
            if answer.status == 404 and listed.startswith("file-plans/"):
                raise Refused(
                    "Alfresco に、記録管理サイト（ファイルプラン）がありません。",
                    where=str(self._http.base),
                    remedy="Governance Services が導入され、記録管理サイトが作られていることを、Alfresco の管理者に確かめてください。",
                )
            said = self._read(answer, "ファイルプラン")
            page_of = part_of(said, "list")
            entries = page_of.get("entries")
            for each in entries if isinstance(entries, list) else []:
                entry = part_of(each, "entry") if isinstance(each, dict) else {}
                if text_of(entry, "name") == name:
                    return entry
            if not entries or part_of(page_of, "pagination").get("hasMoreItems") is not True:
                return None
        raise _no_folder(path, f"「{name}」のある階層が大きすぎて、探しきれません")

    def _get(self, path: str, **params: str) -> Answer:
        return self._answered(self._http.send("GET", self._http.below(f"{BELOW}/{path}"), params=params))

    def _post(self, path: str, body: bytes | None) -> Answer:
        headers = {"content-type": "application/json"}
        return self._answered(
            self._http.send("POST", self._http.below(f"{BELOW}/{path}"), headers=headers, content=body)
        )

    def _answered(self, answer: Answer) -> Answer:
        if answer.status == 401:
            raise Refused(
                "Alfresco の記録管理がサインインを受け付けません。",
                where=str(self._http.base),
                remedy="利用者名とパスワード（又はトークン）を直してください。",
            )
        return answer

    def _entry(self, answer: Answer, what: str) -> Mapping[str, Any]:
        entry = part_of(self._read(answer, what), "entry")
        if not text_of(entry, "id"):
            raise self._unreadable(what)
        return entry

    def _read(self, answer: Answer, what: str) -> Mapping[str, Any]:
        if not answer.ok:
            raise self._failed(
                answer, f"{what}の読取り", "", f"{_WHOSE}に、引渡し用の利用者が{what}を読めるかを確かめてください。"
            )
        said = json_object(answer)
        if said is None:
            raise self._unreadable(what)
        return said

    def _unreadable(self, what: str) -> Unreachable:
        return Unreachable(
            f"Alfresco の返答（{what}）を読めません。",
            where=str(self._http.base),
            remedy="自動で送り直します。続く場合は、Alfresco の記録を確かめてください。",
        )

    def _failed(self, answer: Answer, step: str, name: str, remedy: str) -> Refused | Unreachable:
        of = f"「{name}」の" if name else ""
        if may_pass(answer):
            return Unreachable(
                f"Alfresco の障害で、{of}{step}ができません（HTTP {answer.status}）。",
                where=step,
                remedy="自動で続きから送り直します。続く場合は、Alfresco の記録を確かめてください。",
            )
        why = {
            403: "権限がありません",
            404: "見つかりません",
            422: "記録管理の決まりに合いません",
        }.get(answer.status, f"HTTP {answer.status}")
        return Refused(f"Alfresco が、{of}{step}を断りました（{why}）。", where=step, remedy=remedy)


def _is_folder(entry: Mapping[str, Any]) -> bool:
    return text_of(entry, "nodeType") == "rma:recordFolder" or entry.get("isRecordFolder") is True


def _no_folder(path: str, what: str) -> Refused:
    return Refused(
        f"{what}。",
        where=path,
        remedy="引渡し先の設定の「記録フォルダー」を、ファイルプランの記録分類から順に / で区切って書いてください。",
    )
