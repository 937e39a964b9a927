"""Decisions of people. Each is one conditional UPDATE on (state, row version) and one audit row, in one transaction."""

from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from minutes.checks import check
from minutes.document import UNRESOLVED, MinutesDocument, Severity
from minutes.errors import InputError, PolicyError, Problem
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import writing
from service.db.tables import MeetingRow, now
from service.errors import Conflict, PreconditionFailed
from service.jobs import requests
from service.jobs.requests import CancelOutcome
from service.meetings.drafting import subject
from service.meetings.house_style import profile_of
from service.meetings.proposals import stop_requests
from service.meetings.queries import draft_version, get_meeting, latest_job
from service.meetings.states import (
    BEING_DRAFTED,
    BY_NAME,
    TRANSITIONS,
    MeetingState,
    Transition,
    TransitionName,
)

REASON_LIMIT = 2000

_EVENTS = {
    TransitionName.CHECK_SPEAKERS: AuditEventName.SPEAKER_CHECK_STARTED,
    TransitionName.SUBMIT: AuditEventName.MEETING_SUBMITTED,
    TransitionName.APPROVE: AuditEventName.MEETING_APPROVED,
    TransitionName.RETURN: AuditEventName.MEETING_RETURNED,
    TransitionName.CANCEL: AuditEventName.MEETING_CANCELLED,
    TransitionName.RUN_AGAIN: AuditEventName.JOB_RUN_AGAIN,
}
_BLOCKED_BY_ERRORS = frozenset({TransitionName.SUBMIT, TransitionName.APPROVE})


class Blocked(Conflict):
    """Error findings or unresolved speakers stand in the way; ``problems`` lists them."""

    category = "findings"


class SameHand(PolicyError):
    """職務の分離: who made, last edited or submitted a draft does not approve it."""

    category = "separation_of_duties"


def transition(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    action: str,
    *,
    reason: str | None = None,
    if_match: int | None = None,
    model: str | None = None,
) -> MeetingRow:
    """Make one decision and return the meeting as it is afterwards.

    ``if_match``: the draft version the person saw; a newer one refuses the decision. ``model``: one that is ready, for
    running again with another than before. Submitting and approving are
    refused (Blocked) while error findings or unresolved speakers remain, approving also by SameHand.
    Cancelling a job that a worker is running leaves 作成中 until that worker has stopped.
    """
    change = _named(action)
    with writing(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action(change.permission), row.department_id)
        if row.state not in change.sources:
            raise _not_now(change, row)
        if if_match is not None and row.current_version != if_match:
            raise PreconditionFailed(
                f"見ていた版のあとに直されています（いまは第{row.current_version}版です）。",
                where="If-Match",
                remedy="最新の版を確かめてから、もう一度行ってください。",
            )
        if model is not None and change.name is not TransitionName.RUN_AGAIN:
            raise InputError(
                f"「{change.label}」では要約モデルを選べません。",
                where="model",
                remedy="要約モデルを選べるのは、失敗した作成をもう一度行うときです。",
            )
        given = _reason(change, reason)
        if change.name is TransitionName.APPROVE and (why := _same_hand(principal, row)):
            raise SameHand(why, where="approve", remedy="ほかの承認者が承認してください。")
        if change.name in _BLOCKED_BY_ERRORS:
            _refuse_errors(session, row)
        detail: dict[str, Any] = {"version": row.current_version} if row.current_version else {}
        if change.name is TransitionName.CANCEL and row.state in BEING_DRAFTED:
            job = latest_job(session, row.id)
            if job is not None and requests.request_cancel(session, job.id) is CancelOutcome.REQUESTED:
                _audit(session, principal, AuditEventName.JOB_CANCEL_REQUESTED, row, {"job": job.id})
                return row
        if change.name is TransitionName.CANCEL:
            stop_requests(session, row.id)
        if change.name is TransitionName.RUN_AGAIN:
            detail |= {"job": _new_job(session, principal, row), "model": model or row.model}
        values = _values(session, principal, row, change.name, given) | ({"model": model} if model else {})
        _apply(session, row, change.target, values)
        if change.name is TransitionName.APPROVE:
            detail["sha256"] = values["approved_sha256"]
        _audit(session, principal, _EVENTS[change.name], row, detail)
        return row


def allowed_actions(principal: Principal, row: MeetingRow, document: MinutesDocument | None) -> tuple[str, ...]:
    """What this person may do now, in the order of the way; submitting and approving only when nothing blocks them."""
    open_errors = document is None or bool(blocking(document))
    return tuple(
        change.name.value
        for change in TRANSITIONS
        if row.state in change.sources
        and principal.may(Action(change.permission), row.department_id)
        and not (change.name in _BLOCKED_BY_ERRORS and open_errors)
        and not (change.name is TransitionName.APPROVE and _same_hand(principal, row))
    )


def blocking(document: MinutesDocument) -> tuple[Problem, ...]:
    """What keeps a draft from being submitted and approved, one problem each; computed from its stored findings."""
    found = [
        Problem(f"[{finding.rule}] {finding.message}", _where(finding.place.model_dump()), "直してから進めてください。")
        for finding in document.findings
        if finding.severity is Severity.ERROR
    ]
    told = {finding.place.block_id for finding in document.findings if finding.severity is Severity.ERROR}
    found += [
        Problem("発言者が決まっていません。", block.id, "発言者を名簿から選んでください。")
        for section in document.sections
        for block in section.blocks
        if block.label is not None and block.label.startswith(UNRESOLVED) and block.id not in told
    ]
    return tuple(found)


def _named(action: str) -> Transition:
    try:
        return BY_NAME[TransitionName(action)]
    except ValueError:
        raise InputError(
            f"操作「{action[:30]}」はありません。",
            where="action",
            remedy=f"{'、'.join(TransitionName)} のいずれかにしてください。",
        ) from None


def _not_now(change: Transition, row: MeetingRow) -> Conflict:
    states = "・".join(state for state in MeetingState if state in change.sources)
    return Conflict(
        f"「{row.state}」の会議では「{change.label}」はできません。",
        where="state",
        remedy=f"できるのは {states} のときです。画面を読み込み直して状態を確かめてください。",
    )


def _reason(change: Transition, reason: str | None) -> str | None:
    text = (reason or "").strip()
    if change.needs_reason and not text:
        raise InputError(
            f"{change.label}の理由がありません。", where="reason", remedy="直してほしい点を書いてください。"
        )
    if len(text) > REASON_LIMIT or "\x00" in text:
        raise InputError(
            "理由を保存できません。", where="reason", remedy=f"{REASON_LIMIT} 文字以内の文で書いてください。"
        )
    return text or None


def _same_hand(principal: Principal, row: MeetingRow) -> str | None:
    hands = (
        (row.created_by, "会議を登録した本人"),
        (row.last_editor_id, "最後に修正した本人"),
        (row.submitted_by, "承認を依頼した本人"),
    )
    mine = [name for account, name in hands if account == principal.account_id]
    return f"{mine[0]}は承認できません。" if mine else None


def _refuse_errors(session: Session, row: MeetingRow) -> None:
    _, document = draft_version(session, row, row.current_version)
    # Checked afresh: rules may have become stricter since this version was saved.
    fresh = document.model_copy(update={"findings": check(document, profile_of(session, row))})
    problems = blocking(fresh)
    if problems:
        raise Blocked(
            f"解決していない指摘が{len(problems)}件あります。",
            remedy="指摘を直してから、もう一度行ってください。",
            problems=problems,
        )


def _values(
    session: Session, principal: Principal, row: MeetingRow, name: TransitionName, reason: str | None
) -> dict[str, Any]:
    match name:
        case TransitionName.SUBMIT:
            return {"submitted_by": principal.account_id, "return_reason": None}
        case TransitionName.RETURN:
            return {"return_reason": reason, "submitted_by": None}
        case TransitionName.APPROVE:
            saved, _ = draft_version(session, row, row.current_version)
            return {
                "approved_version": saved.version,
                "approved_sha256": saved.sha256,
                "approved_by": principal.account_id,
                "approved_at": now(),
            }
        case _:
            return {}


def _new_job(session: Session, principal: Principal, row: MeetingRow) -> str:
    job = latest_job(session, row.id)
    if job is None:
        raise Conflict("やり直す処理がありません。", remedy="会議をもう一度登録してください。")
    return requests.run_again(session, job.id, created_by=principal.account_id).id


def _apply(session: Session, row: MeetingRow, target: MeetingState, values: dict[str, Any]) -> None:
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


def _where(place: dict[str, Any]) -> str:
    return next((str(value) for value in place.values() if value is not None), "")
