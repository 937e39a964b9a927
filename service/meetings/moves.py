"""A decision carried out: the conditional UPDATE, the sign-offs and the audit row, all in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Principal
from service.db.approval_tables import SignOff
from service.db.base import now
from service.db.tables import MeetingRow
from service.errors import Conflict
from service.meetings.chain import STATE_OF, Step, StepKind
from service.meetings.drafting import subject
from service.meetings.signing import Line, Signer, due_of, line_of, told, write_sign_off
from service.meetings.standing import Outcome, after
from service.meetings.states import CORRECTABLE, MeetingState, Transition, TransitionName
from service.notices.payload import WebhookType
from service.notices.telling import announce, tell_approved, tell_returned, tell_turn


@dataclass(frozen=True)
class Move:
    """One decision on the line: who makes it at which step. ``detail`` is what its audit row says besides the sign-off."""

    session: Session
    principal: Principal
    row: MeetingRow
    line: Line
    step: Step
    change: Transition
    by: Signer
    reason: str | None = None
    to: str | None = None
    skip: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> None:
        """Along the chain, or back."""
        match self.change.name:
            case TransitionName.CHECK_SPEAKERS:
                mark = self._sign(AuditEventName.SPEAKER_CHECK_STARTED)
                speakers = self.line.chain.of_kind(StepKind.SPEAKERS)
                self._enter(self.change.target, speakers, return_reason=None)
                self._tell("meeting.speaker_check", speakers, mark)
            case TransitionName.SUBMIT:
                self._submit()
            case TransitionName.APPROVE:
                self._approve()
            case TransitionName.RETURN | TransitionName.WITHDRAW:
                self._back()
            case _:
                raise AssertionError(self.change.name)

    def _submit(self) -> None:
        chain = self.line.chain
        left_out = chain.left_out(self.skip)
        if unknown := set(self.skip) - {each.id for each in left_out}:
            raise InputError(
                f"「{min(unknown)[:40]}」は省ける段階ではありません。",
                where="skip",
                remedy="省ける段階だけを選んでください。",
            )
        mark = write_sign_off(self.session, self.row, self.step, self.by, Outcome.SIGNED, reason=self.reason)
        speakers = chain.of_kind(StepKind.SPEAKERS)
        skipped = [speakers] if speakers is not None and self.step.kind is StepKind.CHECK else []
        without = [
            told(write_sign_off(self.session, self.row, each, self.by, Outcome.LEFT_OUT))
            for each in [*skipped, *left_out]
        ]
        said = {"left_out": without} if without else {}
        self._audit(AuditEventName.MEETING_SUBMITTED, told(mark), said)
        following = after(chain, self.step, {each.id: each for each in left_out})
        self._enter(self.change.target, following, submitted_by=self.principal.account_id, return_reason=None)
        self._tell("meeting.submitted", following, mark)

    def _approve(self) -> None:
        following = after(self.line.chain, self.step, self.line.counts)
        if following is not None:
            assert self.change.meanwhile is not None
            mark = self._sign(AuditEventName.STEP_SIGNED)
            self._enter(self.change.meanwhile, following, return_reason=None)
            self._tell("meeting.step_signed", following, mark)
            return
        mark = self._sign(AuditEventName.MEETING_APPROVED)
        self._enter(
            self.change.target,
            None,
            approved_version=mark.version,
            approved_sha256=mark.sha256,
            approved_by=self.principal.account_id,
            approved_at=now(),
            return_reason=None,
        )
        tell_approved(self.session, self.row, self.step, mark.number)
        self._tell("meeting.approved", None, mark)
        if self.row.corrects is not None:
            _supersede(self.session, self.principal, self.row, self.row.corrects)

    def _back(self) -> None:
        before = self.line.chain.before(self.step)
        withdrawn = self.change.name is TransitionName.WITHDRAW
        target = self.line.chain.check if withdrawn or self.to is None else self.line.chain.step(self.to)
        if target is None or target not in before:
            raise InputError(
                f"「{(self.to or '')[:40]}」は、いまより前の段階ではありません。",
                where="to",
                remedy=f"{'、'.join(each.id for each in before)} から選んでください。",
            )
        outcome = Outcome.WITHDRAWN if withdrawn else Outcome.RETURNED
        event = AuditEventName.MEETING_WITHDRAWN if withdrawn else AuditEventName.MEETING_RETURNED
        mark = write_sign_off(self.session, self.row, self.step, self.by, outcome, to_step=target, reason=self.reason)
        self._audit(event, told(mark))
        submitter = self.row.submitted_by
        values: dict[str, Any] = {"return_reason": None if withdrawn else self.reason}
        if target.kind is not StepKind.APPROVAL:
            values["submitted_by"] = None
        self._enter(STATE_OF[target.kind], target, **values)
        if withdrawn:
            announce(self.session, self.row, "meeting.withdrawn", target)
            return
        tell_returned(self.session, self.row, target, mark.number, submitter)
        self._tell("meeting.returned", target, mark)

    def _sign(self, event: AuditEventName) -> SignOff:
        mark = write_sign_off(self.session, self.row, self.step, self.by, Outcome.SIGNED, reason=self.reason)
        self._audit(event, told(mark))
        return mark

    def _tell(self, what: WebhookType, step: Step | None, mark: SignOff) -> None:
        announce(self.session, self.row, what, step)
        if step is not None and step.kind is StepKind.APPROVAL:
            tell_turn(self.session, self.row, line_of(self.session, self.row), step, mark.number)

    def _enter(self, state: MeetingState, step: Step | None, **values: Any) -> None:
        roles = " ".join(step.roles) if step is not None and step.kind is StepKind.APPROVAL else None
        apply(self.session, self.row, state, {**values, "step_due_at": due_of(step, now()), "waits_for": roles})

    def _audit(self, event: AuditEventName, *said: Mapping[str, Any]) -> None:
        detail = {**self.detail, **{key: value for each in said for key, value in each.items()}}
        record(self.session, actor=self.principal.login, event=event, subject=subject(self.row.id), detail=detail)


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
    announce(session, session.get_one(MeetingRow, corrected, populate_existing=True), "meeting.superseded", None)


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
