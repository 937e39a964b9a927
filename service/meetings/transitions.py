"""Decisions of people. Each is one conditional UPDATE on (state, row version) and one audit row, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.checks import check
from minutes.document import UNRESOLVED, MinutesDocument, Severity
from minutes.errors import InputError, Problem
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require, require_role
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import Conflict, Forbidden, PreconditionFailed
from service.jobs import requests
from service.jobs.requests import CancelOutcome
from service.meetings.chain import Step, StepKind
from service.meetings.drafting import subject
from service.meetings.house_style import profile_of
from service.meetings.moves import Move, apply
from service.meetings.proposals import stop_requests
from service.meetings.queries import draft_version, get_meeting, latest_job, lock_meeting
from service.meetings.signing import Line, Signer, is_deputy, line_of, may_sign, signer
from service.meetings.speaker_states import unheard
from service.meetings.standing import Outcome
from service.meetings.states import (
    BEING_DRAFTED,
    BY_NAME,
    TRANSITIONS,
    MeetingState,
    Transition,
    TransitionName,
)
from service.notices.payload import WebhookType
from service.notices.telling import announce

REASON_LIMIT = 2000

_EVENTS = {
    TransitionName.CANCEL: AuditEventName.MEETING_CANCELLED,
    TransitionName.RUN_AGAIN: AuditEventName.JOB_RUN_AGAIN,
}
_ANNOUNCED: Mapping[TransitionName, WebhookType] = {
    TransitionName.CANCEL: "meeting.cancelled",
    TransitionName.RUN_AGAIN: "meeting.run_again",
}
_BLOCKED_BY_ERRORS = frozenset({TransitionName.SUBMIT, TransitionName.APPROVE})


class Blocked(Conflict):
    """Error findings or unresolved speakers stand in the way; ``problems`` lists them."""

    category = "findings"


def transition(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    action: str,
    *,
    reason: str | None = None,
    if_match: int | None = None,
    to: str | None = None,
    skip: Sequence[str] = (),
    model: str | None = None,
) -> MeetingRow:
    """Make one decision and return the meeting as it is afterwards.

    ``if_match``: the draft version the person saw; a newer one refuses the decision. ``to``: the step that a return
    leads to, the first if None. ``skip``: optional approvals that a submission leaves out. ``model``: one that is
    ready, for running again with another than before. Submitting and approving are refused (Blocked) while error
    findings or unresolved speakers remain, signing a step also by SameHand.
    Cancelling a job that a worker is running leaves 作成中 until that worker has stopped.
    """
    change = _named(action)
    with writing(engine) as session:
        lock_meeting(session, meeting_id)
        row = get_meeting(session, principal, meeting_id)
        line = line_of(session, row)
        _permit(session, principal, row, change, line)
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
        if change.name is TransitionName.REGISTER:
            raise InputError(
                "文書番号は、決裁日及び決裁者とともに登録します。",
                where="action",
                remedy="会議の「記録」の画面、又は POST …/registration を使ってください。",
            )
        given = _reason(change, reason)
        detail: dict[str, Any] = {"version": row.current_version} if row.current_version else {}
        if change.name in _ON_THE_LINE:
            by = _signer(session, principal, row, line, change)
            if change.name in _BLOCKED_BY_ERRORS:
                _refuse_errors(session, row)
            assert line.step is not None
            if change.name is TransitionName.SUBMIT and (silent := _unheard(session, row)):
                detail["not_heard"] = silent
            Move(session, principal, row, line, line.step, change, by, given, to, tuple(skip), detail).make()
            return row
        if change.name is TransitionName.CANCEL and row.state in BEING_DRAFTED:
            job = latest_job(session, row.id)
            if job is not None and requests.request_cancel(session, job.id) is CancelOutcome.REQUESTED:
                _audit(session, principal, AuditEventName.JOB_CANCEL_REQUESTED, row, {"job": job.id})
                return row
        if change.name is TransitionName.CANCEL:
            stop_requests(session, row.id)
        if change.name is TransitionName.RUN_AGAIN:
            detail |= {"job": _new_job(session, principal, row), "model": model or row.model}
        apply(session, row, change.target, {"step_due_at": None} | ({"model": model} if model else {}))
        _audit(session, principal, _EVENTS[change.name], row, detail)
        announce(session, row, _ANNOUNCED[change.name], None)
        return row


_ON_THE_LINE = frozenset(
    {
        TransitionName.CHECK_SPEAKERS,
        TransitionName.SUBMIT,
        TransitionName.APPROVE,
        TransitionName.RETURN,
        TransitionName.WITHDRAW,
    }
)


def allowed_actions(
    session: Session, principal: Principal, row: MeetingRow, document: MinutesDocument | None
) -> tuple[str, ...]:
    """What this person may do now, in the order of the way; submitting and approving only when nothing blocks them."""
    open_errors = document is None or bool(blocking(document))
    line = line_of(session, row)
    return tuple(
        change.name.value
        for change in TRANSITIONS
        if row.state in change.sources
        and not (change.name in _BLOCKED_BY_ERRORS and open_errors)
        and _may(session, principal, row, change, line)
    )


def _may(session: Session, principal: Principal, row: MeetingRow, change: Transition, line: Line) -> bool:
    permitted = principal.may(Action(change.permission), row.department_id)
    step = line.step
    match change.name:
        case TransitionName.APPROVE:
            return step is not None and may_sign(session, principal, row, line, step)
        case TransitionName.SUBMIT:
            return (
                permitted
                and step is not None
                and not _refused_submission(line, step)
                and may_sign(session, principal, row, line, step)
            )
        case TransitionName.CHECK_SPEAKERS:
            asked = line.chain.of_kind(StepKind.SPEAKERS) is not None
            return permitted and asked and step is not None and may_sign(session, principal, row, line, step)
        case TransitionName.RETURN:
            return permitted or is_deputy(session, principal, row, step)
        case TransitionName.WITHDRAW:
            return permitted and row.submitted_by == principal.account_id and not _begun(line)
        case _:
            return permitted


def _permit(session: Session, principal: Principal, row: MeetingRow, change: Transition, line: Line) -> None:
    """The role alone; what else stands in the way is said after the state, so that the first reason is the true one."""
    step = line.step
    if change.name in {TransitionName.APPROVE, TransitionName.RETURN} and is_deputy(session, principal, row, step):
        return
    if change.name is TransitionName.APPROVE and step is not None and step.kind is StepKind.APPROVAL:
        require_role(principal, step.roles, Action.approve, row.department_id, step=step.name)
        return
    require(principal, Action(change.permission), row.department_id)


def _signer(session: Session, principal: Principal, row: MeetingRow, line: Line, change: Transition) -> Signer:
    step = line.step
    assert step is not None  # in each of these source states one is due
    match change.name:
        case TransitionName.WITHDRAW:
            if row.submitted_by != principal.account_id:
                raise Forbidden(
                    "取り下げられるのは、承認を依頼した本人だけです。",
                    remedy="承認者か確認者に差戻しを頼んでください。",
                )
            if _begun(line):
                raise Conflict(
                    "すでに承認された段階があるので、取り下げられません。",
                    where="state",
                    remedy="承認者か確認者に差戻しを頼んでください。",
                )
            return Signer(principal.account_id)
        case TransitionName.RETURN:
            return Signer(principal.account_id)
        case TransitionName.CHECK_SPEAKERS if line.chain.of_kind(StepKind.SPEAKERS) is None:
            raise Conflict(
                f"「{line.chain.name}」の流れに発言者確認はありません。",
                where="action",
                remedy="承認を依頼してください。",
            )
        case TransitionName.SUBMIT if refusal := _refused_submission(line, step):
            raise Conflict(refusal, where="action", remedy="先に「発言者に確認する」を行ってください。")
        case _:
            return signer(session, principal, row, line, step)


def _refused_submission(line: Line, step: Step) -> str | None:
    speakers = line.chain.of_kind(StepKind.SPEAKERS)
    if step.kind is StepKind.CHECK and speakers is not None and not speakers.optional:
        return f"「{speakers.name}」を省いて承認を依頼することはできません。"
    return None


def _unheard(session: Session, row: MeetingRow) -> list[str]:
    """Attendees whose answer does not cover the text that is handed in."""
    _, document = draft_version(session, row, row.current_version)
    return [each.attendee_id for each in unheard(session, row, document)]


def _begun(line: Line) -> bool:
    """Whether an approval has been signed already."""
    return any(mark.outcome == Outcome.SIGNED for step in line.chain.approvals if (mark := line.counts.get(step.id)))


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


def _refuse_errors(session: Session, row: MeetingRow) -> None:
    _, document = draft_version(session, row, row.current_version)
    # Checked afresh: rules may have become stricter since this version was saved.
    fresh = document.model_copy(update={"findings": check(document, profile_of(session, row, document))})
    problems = blocking(fresh)
    if problems:
        raise Blocked(
            f"解決していない指摘が{len(problems)}件あります。",
            remedy="指摘を直してから、もう一度行ってください。",
            problems=problems,
        )


def _new_job(session: Session, principal: Principal, row: MeetingRow) -> str:
    job = latest_job(session, row.id)
    if job is None:
        raise Conflict("やり直す処理がありません。", remedy="会議をもう一度登録してください。")
    return requests.run_again(session, job.id, created_by=principal.account_id).id


def _audit(
    session: Session, principal: Principal, event: AuditEventName, row: MeetingRow, detail: dict[str, Any]
) -> None:
    record(session, actor=principal.login, event=event, subject=subject(row.id), detail=detail)


def _where(place: dict[str, Any]) -> str:
    return next((str(value) for value in place.values() if value is not None), "")
