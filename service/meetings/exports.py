"""Files that people take away. Every one is audited before it is handed out."""

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.errors import InputError
from minutes.profile import Profile
from minutes.public import public_view
from minutes.render import MEDIA_TYPES, Format, render
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, MeetingRow
from service.errors import Conflict
from service.meetings.drafting import subject
from service.meetings.queries import draft_version, get_meeting
from service.meetings.states import MeetingState
from service.profiles.revisions import profile_named

Edition = Literal["public", "full"]

FORMATS: tuple[Format, ...] = tuple(MEDIA_TYPES)
SUPERSEDED_NOTICE = "【差替前】この議事要旨は、正誤により新しい議事要旨に差し替えられました。"
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


def text_to_take(session: Session, row: MeetingRow) -> tuple[DraftVersion, MinutesDocument, Profile]:
    """The approved version when there is one, else the newest draft, with the profile it is set out in.

    Raises Conflict before the first draft.
    """
    version = row.approved_version or row.current_version
    if not version:
        raise Conflict("素案がまだありません。", where="state", remedy="作成が終わるのを待ってください。")
    saved, document = draft_version(session, row, version)
    return saved, document, profile_named(session, document.profile)


def take(engine: Engine, principal: Principal, meeting_id: str, format: str, edition: str = "public") -> Export:
    """The approved version when there is one, else the newest draft, whose file name says 素案.

    The file is made between two transactions: a PDF takes a while and must not hold up other writers. The audit row is
    committed before the file is handed out. Raises InputError for an unknown format or edition, Conflict before the
    first draft.
    """
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
    name, action, event = EDITIONS[edition]
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, action, row.department_id)
        saved, document, profile = text_to_take(session, row)
    shown = public_view(document) if edition == "public" else document
    superseded = row.state == MeetingState.SUPERSEDED
    notice = SUPERSEDED_NOTICE if superseded else None
    # A printed sheet is parted from its file name: it says itself that it is not the approved or not the public text.
    marks = ("" if row.approved_version else "素案", "" if edition == "public" else name)
    mark = "　".join(filter(None, marks))
    content = render(shown, profile, chosen, notice=notice, mark=mark)
    with writing(engine) as session:
        detail = {"version": saved.version, "format": chosen, "sha256": saved.sha256}
        record(session, actor=principal.login, event=event, subject=subject(row.id), detail=detail)
    status = "議事要旨_差替前" if superseded else "議事要旨" if row.approved_version else "議事要旨_素案"
    # Windows refuses these in file names, and line breaks would end the header.
    stem = re.sub(r'[\\/:*?"<>|\s]+', "_", row.title)[:80]
    return Export(content, MEDIA_TYPES[chosen], f"{stem}_{status}_{name}.{chosen}")
