"""A decision carried out: the conditional UPDATE, the sign-offs and the audit row, all in the caller's transaction."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Principal
from service.db.tables import MeetingRow, now
from service.errors import Conflict
from service.meetings.chain import STATE_OF, Step, StepKind
from service.meetings.drafting import subject
from service.meetings.queries import draft_version
from service.meetings.signing import Line, Signer, due_of, told, write_sign_off
from service.meetings.standing import Outcome, after
from service.meetings.states import CORRECTABLE, MeetingState, Transition, TransitionName


@dataclass(frozen=True)
class Decision:
    change: Transition
    by: Signer
    reason: str | None
    to: str | None
    skip: tuple[str, ...]


def move(
    session: Session, principal: Principal, row: MeetingRow, line: Line, decision: Decision, detail: dict[str, Any]
) -> None:
    """Along the chain, or back. ``detail`` is what the audit row says besides the sign-off."""
    step = line.step
    assert step is not None
    match decision.change.name:
        case TransitionName.CHECK_SPEAKERS:
            speakers = line.chain.of_kind(StepKind.SPEAKERS)
            _sign(session, principal, row, step, decision, AuditEventName.SPEAKER_CHECK_STARTED, detail)
            _enter(session, row, decision.change.target, speakers, {"return_reason": None})
        case TransitionName.SUBMIT:
            _submit(session, principal, row, line, step, decision, detail)
        case TransitionName.APPROVE:
            _approve(session, principal, row, line, step, decision, detail)
        case TransitionName.RETURN | TransitionName.WITHDRAW:
            _back(session, principal, row, line, step, decision, detail)
        case _:
            raise AssertionError(decision.change.name)


def _submit(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    line: Line,
    step: Step,
    decision: Decision,
    detail: dict[str, Any],
) -> None:
    left_out = line.chain.left_out(decision.skip)
    if unknown := [id for id in decision.skip if id not in {each.id for each in left_out}]:
        raise InputError(
            f"「{unknown[0][:40]}」は省ける段階ではありません。",
            where="skip",
            remedy="省ける段階だけを選んでください。",
        )
    mark = write_sign_off(session, row, step, decision.by, Outcome.SIGNED, reason=decision.reason)
    speakers = line.chain.of_kind(StepKind.SPEAKERS)
    skipped = [speakers] if speakers is not None and step.kind is StepKind.CHECK else []
    without = [
        told(write_sign_off(session, row, each, decision.by, Outcome.LEFT_OUT)) for each in [*skipped, *left_out]
    ]
    said = {**detail, **told(mark)} | ({"left_out": without} if without else {})
    _audit(session, principal, AuditEventName.MEETING_SUBMITTED, row, said)
    done = {each.id: None for each in left_out}
    values = {"submitted_by": principal.account_id, "return_reason": None}
    _enter(session, row, decision.change.target, after(line.chain, step, done), values)


def _approve(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    line: Line,
    step: Step,
    decision: Decision,
    detail: dict[str, Any],
) -> None:
    following = after(line.chain, step, line.counts)
    if following is not None:
        assert decision.change.meanwhile is not None
        _sign(session, principal, row, step, decision, AuditEventName.STEP_SIGNED, detail)
        _enter(session, row, decision.change.meanwhile, following, {"return_reason": None})
        return
    saved, _ = draft_version(session, row, row.current_version)
    _sign(session, principal, row, step, decision, AuditEventName.MEETING_APPROVED, detail)
    _enter(
        session,
        row,
        decision.change.target,
        None,
        {
            "approved_version": saved.version,
            "approved_sha256": saved.sha256,
            "approved_by": principal.account_id,
            "approved_at": now(),
            "return_reason": None,
        },
    )
    if row.corrects is not None:
        _supersede(session, principal, row, row.corrects)


def _back(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    line: Line,
    step: Step,
    decision: Decision,
    detail: dict[str, Any],
) -> None:
    withdrawn = decision.change.name is TransitionName.WITHDRAW
    target = line.chain.check if withdrawn or decision.to is None else line.chain.step(decision.to)
    if target is None or target not in line.chain.before(step):
        raise InputError(
            f"「{(decision.to or '')[:40]}」は、いまより前の段階ではありません。",
            where="to",
            remedy=f"{'、'.join(each.id for each in line.chain.before(step))} から選んでください。",
        )
    outcome = Outcome.WITHDRAWN if withdrawn else Outcome.RETURNED
    event = AuditEventName.MEETING_WITHDRAWN if withdrawn else AuditEventName.MEETING_RETURNED
    mark = write_sign_off(session, row, step, decision.by, outcome, to_step=target, reason=decision.reason)
    _audit(session, principal, event, row, {**detail, **told(mark)})
    values: dict[str, Any] = {"return_reason": None if withdrawn else decision.reason}
    if target.kind is not StepKind.APPROVAL:
        values["submitted_by"] = None
    _enter(session, row, STATE_OF[target.kind], target, values)


def _supersede(session: Session, principal: Principal, row: MeetingRow, corrected: str) -> None:
    won = session.execute(
        update(MeetingRow)
        .where(MeetingRow.id == corrected, MeetingRow.state.in_(CORRECTABLE), MeetingRow.superseded_by.is_(None))
        .values(
            state=MeetingState.SUPERSEDED,
            superseded_by=row.id,
            row_version=MeetingRow.row_version + 1,
            updated_at=now(),
        )
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if won is None:
        raise Conflict(
            "正誤のもとの議事要旨は、すでに差し替えられています。",
            where="state",
            remedy="新しい版の正誤として作り直してください。",
        )
    record(
        session,
        actor=principal.login,
        event=AuditEventName.MEETING_SUPERSEDED,
        subject=subject(corrected),
        detail={"superseded_by": row.id},
    )


def _sign(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    step: Step,
    decision: Decision,
    event: AuditEventName,
    detail: dict[str, Any],
) -> None:
    mark = write_sign_off(session, row, step, decision.by, Outcome.SIGNED, reason=decision.reason)
    _audit(session, principal, event, row, {**detail, **told(mark)})


def _enter(session: Session, row: MeetingRow, state: MeetingState, step: Step | None, values: dict[str, Any]) -> None:
    apply(session, row, state, {**values, "step_due_at": due_of(step, now())})


def apply(session: Session, row: MeetingRow, target: MeetingState, values: dict[str, Any]) -> None:
    """The one conditional UPDATE. Raises Conflict when the row is no longer as it was read."""
    won = session.execute(
        update(MeetingRow)
        .where(MeetingRow.id == row.id, MeetingRow.state == row.state, MeetingRow.row_version == row.row_version)
        .values(state=target, row_version=row.row_version + 1, updated_at=now(), **values)
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if won is None:
        raise Conflict(
            "同時にほかの操作がありました。", where="state", remedy="画面を読み込み直し、状態を確かめてください。"
        )
    session.refresh(row)


def _audit(
    session: Session, principal: Principal, event: AuditEventName, row: MeetingRow, detail: dict[str, Any]
) -> None:
    record(session, actor=principal.login, event=event, subject=subject(row.id), detail=detail)
