"""記載事項: what a clerk wrote about the record of one meeting, complete or not, and what the registration adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.errors import InputError, Problem
from records.metadata.description import Description, examine
from records.metadata.fiscal_year import read_fiscal_year
from records.metadata.retention import counted_from, expires_on, read_period
from records.metadata.table_csv import refuse
from records.package.agreement import disagreements
from service.audit import AuditEventName, record
from service.auth import Action, Principal
from service.db.engine import writing
from service.db.record_tables import RecordDescription, Registration
from service.db.tables import MeetingRow
from service.errors import Conflict, PreconditionFailed
from service.meetings.drafting import subject
from service.meetings.queries import draft_version, lock_meeting
from service.meetings.states import MeetingState
from service.recordkeeping.registered import registered
from service.recordkeeping.rules import Rules, rules_of
from service.recordkeeping.whose import meeting_for
from service.recordkeeping.written import written

_MATTERS = (
    frozenset({"class_code", "class_large", "class_mid", "file_title"}),
    frozenset({"record_kind", "retention_period", "disposal", "retention_start", "retention_end"}),
    frozenset({"openness", "openness_reason"}),
)
"""Fields that are about one thing: whoever writes one of them has decided on all."""

_OF_ONE_CASE = frozenset({"number", "drafted_on", "decided_on", "enforced_on"})

FROM_REGISTRATION = ("number", "decided_on")
"""Of the item: once registered they are what the registration says."""


@dataclass(frozen=True)
class RecordNow:
    """The description as it stands. ``content``: as written, or while nobody has saved one, what it begins with;
    with number and date of the registration."""

    content: Mapping[str, Mapping[str, Any]]
    row_version: int
    """0: not saved yet."""
    updated_by: str | None
    updated_at: datetime | None
    missing: tuple[Problem, ...]
    faults: tuple[Problem, ...]
    description: Description | None
    """None while something is missing or wrong."""
    rules: Rules
    registration: Registration | None

    @property
    def presets(self) -> Mapping[str, Any]:
        """What holds for a description that comes from elsewhere and says nothing itself."""
        return _as_registered(self.rules.presets, self.registration)


def record_of(session: Session, row: MeetingRow) -> RecordNow:
    """Nothing is filled in that nobody has written: an empty preset stays empty."""
    saved = session.get(RecordDescription, row.id)
    rules = rules_of(session, row.body_id)
    registration = registered(session, row.id)
    content = _as_registered(saved.content if saved is not None else _before(session, row, rules), registration)
    examined = examine(content, classification=rules.classification, retention=rules.retention)
    faults = [*examined.faults]
    if examined.description is not None and row.approved_version and row.approved_at is not None:
        _, document = draft_version(session, row, row.approved_version)
        faults += disagreements(document, row.approved_at, examined.description)
    return RecordNow(
        content=content,
        row_version=saved.row_version if saved is not None else 0,
        updated_by=saved.updated_by if saved is not None else None,
        updated_at=saved.updated_at if saved is not None else None,
        missing=examined.missing,
        faults=tuple(faults),
        description=None if faults else examined.description,
        rules=rules,
        registration=registration,
    )


@dataclass(frozen=True)
class Dates:
    """What follows from year and period. None: 常用 has neither, 永年 no end."""

    period: str
    start: date | None
    end: date | None


def dates_of(record: RecordNow) -> Dates | None:
    """As soon as year and period are there, whatever else is missing; None before, and where one cannot be read."""
    file, table = record.content["file"], record.rules.retention
    try:
        year = read_fiscal_year(str(file.get("fiscal_year", "")))
        kind = str(file.get("record_kind", ""))
        period = read_period(str(file.get("retention_period", "")) if table is None else table.rule(kind).period)
        return Dates(period, counted_from(period, year), expires_on(period, year))
    except (ValueError, InputError):
        return None


def save_description(engine: Engine, principal: Principal, meeting_id: str, given: object, *, seen: int) -> RecordNow:
    """Keep what was written, complete or not; ``seen`` is the row version that the person saw, 0 before the first.

    Raises InputError for what is wrong in it, PreconditionFailed when somebody else saved meanwhile.
    """
    with writing(engine) as session:
        lock_meeting(session, meeting_id)
        row = meeting_for(session, principal, meeting_id, Action.hand_over)
        if row.state == MeetingState.CANCELLED:
            raise Conflict("取り消された会議です。", where="state", remedy="記載事項は要りません。")
        saved = session.get(RecordDescription, row.id)
        if seen != (saved.row_version if saved is not None else 0):
            raise PreconditionFailed(
                "表示していた記載事項のあとに、ほかの人が保存しました。",
                where="If-Match",
                remedy="最新の記載事項を確かめて、もう一度保存してください。",
            )
        content = written(given)
        registration = registered(session, row.id)
        _refuse_other_than_registered(content, registration)
        rules = rules_of(session, row.body_id)
        whole = _as_registered(content, registration)
        refuse(examine(whole, classification=rules.classification, retention=rules.retention).faults)
        if saved is None:
            saved = RecordDescription(meeting_id=row.id, row_version=0, content={}, updated_by="")
            session.add(saved)
        changed = _changed(saved.content, content)
        saved.content = content
        saved.row_version += 1
        saved.updated_by = principal.account_id
        record(
            session,
            actor=principal.login,
            event=AuditEventName.RECORD_DESCRIBED,
            subject=subject(row.id),
            detail={"row_version": saved.row_version, "fields": changed},
        )
        session.flush()
        return record_of(session, row)


def _before(session: Session, row: MeetingRow, rules: Rules) -> Mapping[str, Any]:
    """What stands in a description that nobody has saved: for a correction what was written of the record that it takes
    the place of, but for the numbers and days of its own 起案; else the presets."""
    corrected = session.get(RecordDescription, row.corrects) if row.corrects else None
    if corrected is None:
        return rules.presets
    item = {name: value for name, value in corrected.content["item"].items() if name not in _OF_ONE_CASE}
    return {"file": corrected.content["file"], "item": item}


def with_presets(presets: Mapping[str, Any], given: object) -> object:
    """``given`` with what the body fills in beforehand, where it says nothing of the matter itself."""
    if not isinstance(given, Mapping) or not all(isinstance(given.get(part), Mapping) for part in presets):
        return given
    merged: dict[Any, Any] = dict(given)
    for part, fields in presets.items():
        said = {name for name, value in given[part].items() if value is not None}
        spoken_of = {name for matter in _MATTERS if said & matter for name in matter}
        merged[part] = {
            **{name: value for name, value in fields.items() if name not in said | spoken_of},
            **given[part],
        }
    return merged


def _as_registered(content: Mapping[str, Any], registration: Registration | None) -> dict[str, dict[str, Any]]:
    item = dict(content["item"])
    if registration is not None:
        item |= {"number": registration.document_number, "decided_on": registration.decided_on.isoformat()}
    return {"file": dict(content["file"]), "item": item}


def _refuse_other_than_registered(content: dict[str, dict[str, Any]], registration: Registration | None) -> None:
    if registration is None:
        return
    has = _as_registered({"file": {}, "item": {}}, registration)["item"]
    for name in FROM_REGISTRATION:
        given = content["item"].pop(name, None)
        if given is not None and given != has[name]:
            raise InputError(
                "文書番号及び決裁日は、登録されています。",
                where=f"item.{name}",
                remedy="文書番号の登録の訂正で直してください。",
            )


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of fields, never their words: those are no business of the log."""
    return [
        f"{part}.{name}"
        for part in ("file", "item")
        for name in sorted({*before.get(part, {}), *after[part]})
        if before.get(part, {}).get(name) != after[part].get(name)
    ]
