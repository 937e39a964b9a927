"""The one way in which the text of a draft changes: a new version, checked anew, in one audited transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.draft import with_findings_since
from minutes.profiles import load_profile
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import writing
from service.db.tables import DraftVersion, MeetingRow, now
from service.errors import Conflict, PreconditionFailed
from service.meetings.drafting import add_version, subject
from service.meetings.queries import draft_version, get_meeting
from service.meetings.states import EDITABLE, FROZEN


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
) -> DraftVersion:
    """``add_edit`` in a transaction of its own. ``alongside`` writes in it too; what it raises undoes all."""
    with writing(engine) as session:
        saved = add_edit(
            session, principal, meeting_id, edit, if_match=if_match, change=change, event=event, detail=detail
        )
        alongside(session, saved)
        return saved


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
) -> DraftVersion:
    """Save what ``edit`` makes of the newest version as the next one, checked anew, with its audit row.

    Part of the caller's transaction. ``if_match`` is the version the person saw. Raises PreconditionFailed when the
    draft moved on, Conflict when it may not change now, and what ``edit`` raises.
    """
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.edit, row.department_id)
    require_editable(row)
    if row.current_version != if_match:
        raise moved_on(row.current_version)
    _, document = draft_version(session, row, if_match)
    edited = edit(document)
    checked = with_findings_since(document, edited, load_profile(edited.profile))
    version = if_match + 1
    won = session.execute(
        update(MeetingRow)
        .where(MeetingRow.id == row.id, MeetingRow.state == row.state, MeetingRow.row_version == row.row_version)
        .values(
            current_version=version,
            row_version=row.row_version + 1,
            last_editor_id=principal.account_id,
            updated_at=now(),
        )
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if won is None:
        raise moved_on(None)
    session.refresh(row)
    saved = add_version(session, row.id, version, checked, change=change, created_by=principal.account_id)
    record(
        session,
        actor=principal.login,
        event=event,
        subject=subject(row.id),
        detail={**detail, "version": version, "sha256": saved.sha256},
    )
    return saved


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


def moved_on(current: int | None) -> PreconditionFailed:
    """The refusal of a change to a version that is no longer the newest."""
    now_at = f"（いまは第{current}版です）" if current is not None else ""
    return PreconditionFailed(
        f"ほかの人が先に直しました{now_at}。",
        where="If-Match",
        remedy="最新の版を読み込み、変更を重ねてから保存してください。",
    )
