"""Files that people take away. Every one is audited before it is handed out."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.errors import InputError
from minutes.profiles import load_profile
from minutes.public import public_view
from minutes.render import MEDIA_TYPES, Format, render
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import reading, writing
from service.errors import Conflict
from service.meetings.drafting import subject
from service.meetings.queries import draft_version, get_meeting

Edition = Literal["public", "full"]

FORMATS: tuple[Format, ...] = tuple(MEDIA_TYPES)
EDITIONS: dict[str, tuple[str, Action, AuditEventName]] = {
    "public": ("公開版", Action.export_public, AuditEventName.EXPORTED_PUBLIC),
    "full": ("保存版", Action.export_full, AuditEventName.EXPORTED_FULL),
}


@dataclass(frozen=True)
class Export:
    content: bytes
    media_type: str
    filename: str
    """In Japanese, e.g. ``第8回…会議_議事要旨_公開版.docx``; names an unapproved text 素案."""


def take(engine: Engine, principal: Principal, meeting_id: str, format: str, edition: str = "public") -> Export:
    """Like ``export``, with transactions of its own: making a PDF takes a while and must not hold up other writers."""
    with reading(engine) as session:
        made, detail = _made(session, principal, meeting_id, format, edition)
    with writing(engine) as session:
        _record(session, principal, meeting_id, edition, detail)
    return made


def export(session: Session, principal: Principal, meeting_id: str, format: str, edition: str = "public") -> Export:
    """The approved version when there is one, else the newest draft, whose file name says 素案.

    Raises InputError for an unknown format or edition, Conflict before the first draft.
    """
    made, detail = _made(session, principal, meeting_id, format, edition)
    _record(session, principal, meeting_id, edition, detail)
    return made


def _made(
    session: Session, principal: Principal, meeting_id: str, format: str, edition: str
) -> tuple[Export, dict[str, Any]]:
    chosen = next((known for known in FORMATS if known == format), None)
    if chosen is None:
        raise InputError(
            f"形式「{format[:20]}」では出力できません。",
            where="format",
            remedy=f"{'、'.join(FORMATS)} から選んでください。",
        )
    if edition not in EDITIONS:
        raise InputError(
            f"版「{edition[:20]}」はありません。",
            where="edition",
            remedy="public（公開版）か full（保存版）にしてください。",
        )
    name, action, _ = EDITIONS[edition]
    row = get_meeting(session, principal, meeting_id)
    require(principal, action, row.department_id)
    version = row.approved_version or row.current_version
    if not version:
        raise Conflict("素案がまだありません。", where="state", remedy="作成が終わるのを待ってください。")
    saved, document = draft_version(session, row, version)
    shown = public_view(document) if edition == "public" else document
    content = render(shown, load_profile(document.profile), chosen)
    status = "議事要旨" if row.approved_version else "議事要旨_素案"
    # Windows refuses these in file names, and line breaks would end the header.
    stem = re.sub(r'[\\/:*?"<>|\s]+', "_", row.title)[:80]
    made = Export(content, MEDIA_TYPES[chosen], f"{stem}_{status}_{name}.{chosen}")
    return made, {"version": version, "format": chosen, "sha256": saved.sha256}


def _record(session: Session, principal: Principal, meeting_id: str, edition: str, detail: dict[str, Any]) -> None:
    event = EDITIONS[edition][2]
    record(session, actor=principal.login, event=event, subject=subject(meeting_id), detail=detail)
