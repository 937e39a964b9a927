"""Going back and forth between versions. What is undone stays in the history: going back makes a new version that
equals the earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.audit import AuditEventName
from service.auth import Action, Principal, require
from service.db.engine import reading
from service.db.tables import DraftVersion, MeetingRow
from service.errors import Conflict
from service.meetings.new_version import Overtaken, require_editable, save_edit
from service.meetings.queries import draft_version, draft_versions, get_meeting


@dataclass(frozen=True)
class Position:
    """Where the draft stands in its history. ``undo`` and ``redo``: the version that one step leads to."""

    undo: DraftVersion | None
    redo: DraftVersion | None
    undone: DraftVersion | None
    """The change that ``undo`` takes back."""


def position_of(versions: Sequence[DraftVersion]) -> Position:
    """Computed from all versions of a draft, in any order."""
    if not versions:
        return Position(None, None, None)
    by_number = {each.version: each for each in versions}
    past: list[int] = []
    future: list[int] = []
    present = min(by_number)
    for number in sorted(by_number)[1:]:
        restored = by_number[number].restores
        if restored is None:
            past, future, present = [*past, present], [], number
        elif past and past[-1] == restored:
            past, future, present = past[:-1], [*future, present], restored
        elif future and future[-1] == restored:
            past, future, present = [*past, present], future[:-1], restored
        else:
            past, future, present = [*past, present], [], restored
    return Position(
        by_number[past[-1]] if past else None, by_number[future[-1]] if future else None, by_number[present]
    )


def undo(engine: Engine, principal: Principal, meeting_id: str, *, if_match: int) -> DraftVersion:
    """Take the last change back. Raises Conflict where there is none, PreconditionFailed when the draft moved on."""
    target = _step(engine, principal, meeting_id, if_match, back=True)
    return restore(engine, principal, meeting_id, target.version, if_match=if_match, change="元に戻す")


def redo(engine: Engine, principal: Principal, meeting_id: str, *, if_match: int) -> DraftVersion:
    """Make the change again that was taken back last. Errors as for ``undo``."""
    target = _step(engine, principal, meeting_id, if_match, back=False)
    return restore(engine, principal, meeting_id, target.version, if_match=if_match, change="やり直し")


def restore(
    engine: Engine, principal: Principal, meeting_id: str, version: int, *, if_match: int, change: str = "版の復元"
) -> DraftVersion:
    """Make a new version that equals an earlier one. Raises NotFound for an unknown version."""
    with reading(engine) as session:
        _, earlier = draft_version(session, get_meeting(session, principal, meeting_id), version)
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda _newest: earlier,
        if_match=if_match,
        change=f"{change}（第{version}版の内容）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"restored": str(version)},
        restores=version,
    )


def _step(engine: Engine, principal: Principal, meeting_id: str, if_match: int, *, back: bool) -> DraftVersion:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, row.department_id)
        require_editable(row)
        if row.current_version != if_match:
            raise Overtaken(row.current_version)
        position = _position(session, row)
    target = position.undo if back else position.redo
    if target is None:
        what = "元に戻す変更がありません。" if back else "やり直す変更がありません。"
        raise Conflict(what, where="version", remedy="版の履歴を確かめてください。")
    return target


def _position(session: Session, row: MeetingRow) -> Position:
    return position_of(draft_versions(session, row))
