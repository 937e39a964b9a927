"""What holds for the records of one 会議体: its 文書分類表 and 保存期間表, what is filled in beforehand, its own form."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from records.metadata import ClassificationTable, RetentionTable, read_classification, read_retention_table
from records.metadata.description import examine
from records.metadata.table_csv import refuse, text_of
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.record_tables import RecordRule
from service.db.tables import Body
from service.errors import Forbidden, NotFound, PreconditionFailed
from service.recordkeeping.own_form import checked_form
from service.recordkeeping.written import written

TABLE_LIMIT = 2_000_000
"""Bytes of a table; 20,000 lines have half of it."""
NAME_LIMIT = 300


@dataclass(frozen=True)
class Rules:
    """``row_version`` 0: nobody has set any."""

    classification: ClassificationTable | None = None
    retention: RetentionTable | None = None
    presets: Mapping[str, Any] = field(default_factory=lambda: {"file": {}, "item": {}})
    form_name: str | None = None
    row_version: int = 0


@dataclass(frozen=True)
class Table:
    """A kind of table. ``column``: where its text is kept; ``read``: checks it."""

    name: str
    column: str
    read: Callable[[bytes], ClassificationTable | RetentionTable]


TABLES: Mapping[str, Table] = {
    "classification": Table("文書分類表", "classification_csv", read_classification),
    "retention": Table("保存期間表", "retention_csv", read_retention_table),
}


def rules_of(session: Session, body_id: str | None) -> Rules:
    """Those of a body; none for a meeting of no body."""
    row = session.get(RecordRule, body_id) if body_id else None
    if row is None:
        return Rules()
    return Rules(
        classification=read_classification(row.classification_csv.encode()) if row.classification_csv else None,
        retention=read_retention_table(row.retention_csv.encode()) if row.retention_csv else None,
        presets=row.presets,
        form_name=row.form_name,
        row_version=row.row_version,
    )


def form_of(session: Session, body_id: str | None) -> bytes | None:
    """Its own Word form."""
    return session.scalar(select(RecordRule.form).where(RecordRule.body_id == body_id)) if body_id else None


def body_of(session: Session, principal: Principal, body_id: str) -> Body:
    """The body, for whoever administers its department. Forbidden for whoever administers none, NotFound else."""
    if not principal.departments(Action.administer):
        raise Forbidden("記録の決まりを管理する権限がありません。", remedy="管理者に依頼してください。")
    body = session.get(Body, body_id.replace("\x00", ""))
    if body is None:
        raise NotFound("会議体が見つかりません。", where="body", remedy="一覧を読み込み直してください。")
    require(principal, Action.administer, body.department_id)
    return body


def table_named(kind: str) -> Table:
    table = TABLES.get(kind)
    if table is None:
        raise NotFound("その表はありません。", where="table", remedy="文書分類表か保存期間表を選んでください。")
    return table


def table_text(kind: str, data: bytes) -> str:
    """The text of a table that can be read. Raises InputError with the place of every mistake in it."""
    table = table_named(kind)
    if not data:
        raise InputError("ファイルが選ばれていません。", where=table.name, remedy="CSVファイルを選んでください。")
    if len(data) > TABLE_LIMIT:
        raise InputError(
            f"表が大きすぎます（{len(data):,} バイト）。",
            where=table.name,
            remedy=f"{TABLE_LIMIT:,} バイトまでにしてください。",
        )
    table.read(data)
    return text_of(data).replace("\r\n", "\n")


def table_as_kept(session: Session, body_id: str, kind: str) -> str | None:
    row = session.get(RecordRule, body_id)
    return getattr(row, table_named(kind).column) if row is not None else None


def save_table(session: Session, principal: Principal, body_id: str, kind: str, text: str, *, seen: int) -> None:
    """``text`` "": the body has no such table any more. ``seen``: the row version that the person saw."""
    table = table_named(kind)
    kept = table_text(kind, text.encode("utf-8", "replace")) if text else None
    said = {"rows": kept.count("\n"), "sha256": hashlib.sha256(kept.encode()).hexdigest()} if kept else {}
    _change(session, principal, body_id, seen=seen, values={table.column: kept}, said={"what": table.name, **said})


def save_presets(session: Session, principal: Principal, body_id: str, given: object, *, seen: int) -> None:
    """Raises InputError for what is wrong with them; what is missing stays open until a clerk describes a record."""
    rules = rules_of(session, body_of(session, principal, body_id).id)
    presets = written(given)
    refuse(examine(presets, classification=rules.classification, retention=rules.retention).faults)
    said = {"what": "初めから記入しておく値", **presets}
    _change(session, principal, body_id, seen=seen, values={"presets": presets}, said=said)


def save_form(session: Session, principal: Principal, body_id: str, name: str, data: bytes, *, seen: int) -> None:
    """A Word form that can be filled in, or with ``data`` b"" none any more. Raises InputError with each name in it that
    no value has."""
    body = body_of(session, principal, body_id)
    if data:
        checked_form(session, body.id, data)
    values = {"form": data or None, "form_name": name.replace("\x00", "")[:NAME_LIMIT] or "様式.docx" if data else None}
    said = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} if data else {}
    _change(session, principal, body_id, seen=seen, values=values, said={"what": "所定の様式", **said})


def _change(
    session: Session, principal: Principal, body_id: str, *, seen: int, values: dict[str, Any], said: dict[str, Any]
) -> None:
    body = body_of(session, principal, body_id)
    # The row of the body stands for one that is not there yet: two people may both write the first rule.
    session.execute(select(Body.id).where(Body.id == body.id).with_for_update())
    row = session.get(RecordRule, body.id, populate_existing=True)
    if seen != (row.row_version if row is not None else 0):
        raise PreconditionFailed(
            "表示していた内容のあとに、ほかの人が変えました。",
            where="version",
            remedy="今の内容を確かめて、もう一度保存してください。",
        )
    if row is None:
        row = RecordRule(body_id=body.id, presets={"file": {}, "item": {}}, row_version=0, updated_by="")
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.row_version += 1
    row.updated_by = principal.account_id
    record(
        session,
        actor=principal.login,
        event=AuditEventName.RECORD_RULES_CHANGED,
        subject=f"body:{body.id}",
        detail=said,
    )
