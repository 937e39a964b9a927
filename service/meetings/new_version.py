"""The one way in which the text of a draft changes: a new version, checked anew, in one audited transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.draft import with_findings, with_findings_since
from minutes.profile import Profile
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import now
from service.db.engine import writing
from service.db.tables import DraftVersion, MeetingRow
from service.errors import Conflict, PreconditionFailed
from service.meetings.drafting import add_version, subject
from service.meetings.house_style import profile_of
from service.meetings.queries import draft_version, get_meeting
from service.meetings.states import EDITABLE, FROZEN

_TRIES = 3
"""On PostgreSQL two people may read the same version at once; the later one tries again on the newer one."""


def _nothing(_session: Session, _saved: DraftVersion) -> None:
    return None


def save_edit(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    edit: Callable[[MinutesDocument], MinutesDocument],
    *,
    if_match: int,
    change: str,
    event: AuditEventName,
    detail: Mapping[str, str],
    alongside: Callable[[Session, DraftVersion], None] = _nothing,
    rests_on: Callable[[MinutesDocument], object] | None = None,
    restores: int | None = None,
) -> DraftVersion:
    """``add_edit`` in a transaction of its own, tried again on the newer version where the edit does not rest on what
    changed. ``alongside`` writes in it too; what it raises undoes all.
    """
    for tried in range(1, _TRIES + 1):
        with writing(engine) as session:
            try:
                saved = add_edit(
                    session,
                    principal,
                    meeting_id,
                    edit,
                    if_match=if_match,
                    change=change,
                    event=event,
                    detail=detail,
                    rests_on=rests_on,
                    restores=restores,
                )
            except Overtaken:
                if rests_on is None or tried == _TRIES:
                    raise
                session.rollback()
                continue
            alongside(session, saved)
            return saved
    raise Overtaken(None)


def add_edit(
    session: Session,
    principal: Principal,
    meeting_id: str,
    edit: Callable[[MinutesDocument], MinutesDocument],
    *,
    if_match: int,
    change: str,
    event: AuditEventName,
    detail: Mapping[str, str],
    rests_on: Callable[[MinutesDocument], object] | None = None,
    restores: int | None = None,
) -> DraftVersion:
    """Save what ``edit`` makes of the newest version as the next one, checked anew, with its audit row.

    Part of the caller's transaction. ``if_match`` is the version the person saw. ``rests_on`` says what of a draft the
    edit depends on: where a newer version has the same of it, the edit is made on that version. ``restores``: the
    version that the new one equals.
    Raises PreconditionFailed when the draft moved on, Conflict when it may not change now, and what ``edit`` raises.
    """
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.edit, row.department_id)
    require_editable(row)
    document = _base(session, row, if_match, rests_on)
    checked = _checked(document, edited := edit(document), profile_of(session, row, edited))
    version = row.current_version + 1
    if not _won(session, row, version, principal, checked.profile):
        raise Overtaken(None)
    session.refresh(row)
    saved = add_version(
        session, row.id, version, checked, change=change, created_by=principal.account_id, restores=restores
    )
    record(
        session,
        actor=principal.login,
        event=event,
        subject=subject(row.id),
        detail={**detail, "version": version, "sha256": saved.sha256},
    )
    return saved


def _base(
    session: Session, row: MeetingRow, if_match: int, rests_on: Callable[[MinutesDocument], object] | None
) -> MinutesDocument:
    """The newest version, where the edit may be made on it."""
    _, document = draft_version(session, row, row.current_version)
    if row.current_version != if_match:
        if rests_on is None or not 0 < if_match < row.current_version:
            raise Overtaken(row.current_version)
        _, seen = draft_version(session, row, if_match)
        if rests_on(seen) != rests_on(document):
            raise Overtaken(row.current_version)
    return document


def _checked(before: MinutesDocument, edited: MinutesDocument, profile: Profile) -> MinutesDocument:
    # What was found in sentences that stand as they stood holds only under the same profile.
    same = edited.profile == before.profile
    return with_findings_since(before, edited, profile) if same else with_findings(edited, profile)


def _won(session: Session, row: MeetingRow, version: int, principal: Principal, profile: str) -> bool:
    change = (
        update(MeetingRow)
        .where(MeetingRow.id == row.id, MeetingRow.state == row.state, MeetingRow.row_version == row.row_version)
        .values(
            current_version=version,
            profile=profile,
            row_version=row.row_version + 1,
            last_editor_id=principal.account_id,
            updated_at=now(),
        )
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(change).first() is not None


def require_editable(row: MeetingRow) -> None:
    """Raises Conflict unless the text may change in the state the meeting is in."""
    if row.state in EDITABLE:
        return
    if row.state in FROZEN:
        what, remedy = "承認された議事要旨は直せません。", "誤りが見つかったときは、正誤を作ってください。"
    elif row.current_version:
        what, remedy = f"「{row.state}」の間は直せません。", "直すには、承認者または確認者が差し戻してください。"
    else:
        what, remedy = "素案がまだありません。", "作成が終わるのを待ってください。"
    raise Conflict(what, where="state", remedy=remedy)


class Overtaken(PreconditionFailed):
    """A change to a version that is no longer the newest. ``current``: the newest version, where it is known."""

    def __init__(self, current: int | None) -> None:
        now_at = f"（いまは第{current}版です）" if current is not None else ""
        super().__init__(
            f"ほかの人が先に直しました{now_at}。",
            where="If-Match",
            remedy="最新の版を読み込み、変更を重ねてから保存してください。",
        )
