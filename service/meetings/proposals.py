"""Sentences written again by a model, as a person asks for them, and what the person makes of them.

A proposal never touches the draft by itself: taking it is an edit of the newest version like any other.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.proposal import Proposal, rewritable, sentences_of_turn, take
from minutes.public import closed_ids
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import new_id, now
from service.db.engine import reading, writing
from service.db.tables import DraftVersion, MeetingRow, ProposalRow
from service.errors import Conflict, NotFound
from service.jobs import requests
from service.jobs.requests import CancelOutcome, JobKind
from service.meetings.drafting import subject
from service.meetings.model_choice import model_for
from service.meetings.new_version import Overtaken, require_editable, save_edit
from service.meetings.queries import draft_version, get_meeting, latest_job, plain
from service.settings import Settings


class ProposalState(StrEnum):
    REQUESTED = "requested"
    """Its job has not ended."""
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TAKEN = "taken"
    DISCARDED = "discarded"


UNDECIDED = (ProposalState.REQUESTED, ProposalState.READY)
TO_BE_SEEN = (*UNDECIDED, ProposalState.FAILED)
"""What a person still has to wait for, decide on or take note of."""

_ALREADY = "この発言には、まだ決めていない案があります。"


def ask(
    engine: Engine,
    settings: Settings,
    principal: Principal,
    meeting_id: str,
    turn_id: str,
    *,
    model: str | None,
    if_match: int | None = None,
) -> ProposalRow:
    """Have one turn written again; publishes nothing (the dispatcher finds the job).

    Raises NotFound for an unknown turn, Conflict where the draft may not change now, has no place for the turn, or a
    proposal for it is undecided; InputError and PolicyError for the model; PreconditionFailed for an old version.
    """
    try:
        with writing(engine) as session:
            row = get_meeting(session, principal, meeting_id)
            require(principal, Action.edit, row.department_id)
            require_editable(row)
            if if_match is not None and row.current_version != if_match:
                raise Overtaken(row.current_version)
            _, document = draft_version(session, row, row.current_version)
            closed = _closed(document, turn_id)
            chosen = model_for(settings, model, closed=closed)
            if undecided(session, row.id, turn_id) is not None:
                raise _undecided()
            proposal = ProposalRow(
                id=new_id(),
                meeting_id=row.id,
                turn_id=turn_id,
                model=chosen,
                base_version=row.current_version,
                state=ProposalState.REQUESTED,
                asked_by=principal.account_id,
                asked_at=now(),
            )
            session.add(proposal)
            session.flush()
            job = requests.create(
                session,
                kind=JobKind.REGENERATE,
                subject_id=proposal.id,
                created_by=principal.account_id,
                max_attempts=settings.job_max_attempts,
            )
            _audit(session, principal, AuditEventName.PROPOSAL_REQUESTED, proposal, job=job.id)
            return proposal
    except IntegrityError:
        # Two people asked at once; the index let one of them in.
        raise _undecided() from None


def take_proposal(
    engine: Engine, principal: Principal, meeting_id: str, proposal_id: str, *, if_match: int
) -> DraftVersion:
    """Put the proposed sentences in place of those of their turn: a new version. What others changed elsewhere since
    ``if_match`` is kept. Errors as for an edit; Conflict where the proposal is not there to be taken."""
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, row.department_id)
        proposal = get_proposal(session, row, proposal_id)
        content = content_of(proposal)
    if content is None or proposal.state != ProposalState.READY:
        raise _not_now(proposal)

    def decided(session: Session, saved: DraftVersion) -> None:
        _decide(session, principal, proposal, ProposalState.TAKEN, taken_version=saved.version)

    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: take(document, content),
        if_match=if_match,
        change=f"モデルの案の採用（{proposal.turn_id}、{proposal.model}）",
        event=AuditEventName.PROPOSAL_TAKEN,
        detail={"proposal": proposal.id, "turn": proposal.turn_id, "model": proposal.model},
        alongside=decided,
        rests_on=lambda document: _stands(document, proposal.turn_id),
    )


def _stands(document: MinutesDocument, turn_id: str) -> tuple[object, ...]:
    """What of a draft taking a proposal depends on: who spoke the turn and what is written of it."""
    return (
        [turn.attendee_id for turn in document.turns if turn.id == turn_id],
        [(each.id, each.text) for each in sentences_of_turn(document, turn_id)],
    )


def discard_proposal(engine: Engine, principal: Principal, meeting_id: str, proposal_id: str) -> ProposalRow:
    """Leave the draft as it is. Raises Conflict where the proposal is neither ready nor failed."""
    with writing(engine) as session:
        proposal = _to_edit(session, principal, meeting_id, proposal_id)
        _decide(session, principal, proposal, ProposalState.DISCARDED)
        _audit(session, principal, AuditEventName.PROPOSAL_DISCARDED, proposal)
        session.refresh(proposal)
        return proposal


def cancel_proposal(engine: Engine, principal: Principal, meeting_id: str, proposal_id: str) -> ProposalRow:
    """Stop the job; a running worker ends it within about a second. Raises Conflict where it has ended."""
    with writing(engine) as session:
        proposal = _to_edit(session, principal, meeting_id, proposal_id)
        job = latest_job(session, proposal.id)
        outcome = requests.request_cancel(session, job.id) if job is not None else CancelOutcome.TOO_LATE
        if job is None or outcome is CancelOutcome.TOO_LATE:
            raise _not_now(proposal)
        if outcome is CancelOutcome.CANCELLED:
            end_request(session, proposal.id, ProposalState.CANCELLED)
        _audit(session, principal, AuditEventName.PROPOSAL_CANCELLED, proposal, job=job.id)
        session.refresh(proposal)
        return proposal


def stop_requests(session: Session, meeting_id: str) -> None:
    """With the meeting, whatever is still being written for it ends; part of the caller's transaction."""
    waiting = select(ProposalRow.id).where(
        ProposalRow.meeting_id == meeting_id, ProposalRow.state == ProposalState.REQUESTED
    )
    for proposal_id in session.scalars(waiting).all():
        job = latest_job(session, proposal_id)
        if job is not None and requests.request_cancel(session, job.id) is CancelOutcome.CANCELLED:
            end_request(session, proposal_id, ProposalState.CANCELLED)


def get_proposal(session: Session, row: MeetingRow, proposal_id: str) -> ProposalRow:
    """One proposal of this meeting; NotFound when there is none."""
    proposal = session.get(ProposalRow, plain(proposal_id))
    if proposal is None or proposal.meeting_id != row.id:
        raise NotFound("案が見つかりません。", where="proposal_id", remedy="番号を確かめてください。")
    return proposal


def proposals_of(session: Session, row: MeetingRow) -> tuple[ProposalRow, ...]:
    """All proposals of the meeting, newest first."""
    query = select(ProposalRow).where(ProposalRow.meeting_id == row.id)
    return tuple(session.scalars(query.order_by(ProposalRow.id.desc())))


def undecided(session: Session, meeting_id: str, turn_id: str) -> ProposalRow | None:
    return session.scalar(
        select(ProposalRow).where(
            ProposalRow.meeting_id == meeting_id, ProposalRow.turn_id == turn_id, ProposalRow.state.in_(UNDECIDED)
        )
    )


def content_of(proposal: ProposalRow) -> Proposal | None:
    """What the model proposes; None before it has, and where it could not."""
    return None if proposal.content is None else Proposal.model_validate_json(proposal.content)


def end_request(session: Session, proposal_id: str, state: ProposalState, **values: Any) -> bool:
    """Let the job's end be the end of the request; False where a person was quicker."""
    change = (
        update(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.state == ProposalState.REQUESTED)
        .values(state=state, **values)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(change).first() is not None


def _closed(document: MinutesDocument, turn_id: str) -> bool:
    turn = next((each for each in document.turns if each.id == turn_id), None)
    if turn is None:
        raise NotFound(
            f"発言のまとまり「{turn_id[:20]}」はありません。",
            where="turn_id",
            remedy="素案の turns にある番号を使ってください。",
        )
    if turn_id not in rewritable(document):
        raise Conflict(
            "この発言は素案に欄がないため、作り直せません。",
            where="turn_id",
            remedy="素案の blocks の turn_ids にある発言を選んでください。",
        )
    return not closed_ids(document).isdisjoint(turn.utterance_ids)


def _to_edit(session: Session, principal: Principal, meeting_id: str, proposal_id: str) -> ProposalRow:
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.edit, row.department_id)
    return get_proposal(session, row, proposal_id)


def _decide(session: Session, principal: Principal, proposal: ProposalRow, state: ProposalState, **values: Any) -> None:
    sources = (ProposalState.READY,) if state is ProposalState.TAKEN else (ProposalState.READY, ProposalState.FAILED)
    change = (
        update(ProposalRow)
        .where(ProposalRow.id == proposal.id, ProposalRow.state.in_(sources))
        .values(state=state, decided_by=principal.account_id, decided_at=now(), **values)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(change).first() is None:
        raise _not_now(proposal)


_NOT_NOW = {
    ProposalState.REQUESTED: ("案はまだできていません。", "できるまで待つか、取り消してください。"),
    ProposalState.FAILED: ("案を作れませんでした。", "理由を確かめ、もう一度作り直しを頼んでください。"),
    ProposalState.CANCELLED: ("案の作成は取り消されています。", "必要なら、もう一度作り直しを頼んでください。"),
}


def _not_now(proposal: ProposalRow) -> Conflict:
    what, remedy = _NOT_NOW.get(
        ProposalState(proposal.state),
        ("この案はすでに片付いています。", "画面を読み込み直し、今の文を確かめてください。"),
    )
    return Conflict(what, where="proposal_id", remedy=remedy)


def _undecided() -> Conflict:
    return Conflict(_ALREADY, where="turn_id", remedy="その案を採用するか破棄してから、もう一度頼んでください。")


def _audit(session: Session, principal: Principal, event: AuditEventName, proposal: ProposalRow, **detail: str) -> None:
    told = {"proposal": proposal.id, "turn": proposal.turn_id, "model": proposal.model, **detail}
    record(session, actor=principal.login, event=event, subject=subject(proposal.meeting_id), detail=told)
