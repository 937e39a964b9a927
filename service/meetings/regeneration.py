"""What the job that writes one turn again writes about its proposal, always inside the job's own fenced transaction."""

from sqlalchemy.orm import Session

from minutes.proposal import Proposal
from service.audit import AuditEventName, record
from service.db.tables import ProposalRow
from service.meetings.drafting import SYSTEM, subject
from service.meetings.proposals import ProposalState, end_request


def save_proposal(session: Session, proposal_id: str, content: Proposal) -> None:
    """The sentences are there to be decided on."""
    if end_request(session, proposal_id, ProposalState.READY, content=content.model_dump_json()):
        _audit(session, proposal_id, AuditEventName.PROPOSAL_READY, {"replaced": bool(content.replaced)})


def mark_failed(session: Session, proposal_id: str, category: str) -> None:
    """The job has given up; its own row holds the sentence for people."""
    if end_request(session, proposal_id, ProposalState.FAILED):
        _audit(session, proposal_id, AuditEventName.PROPOSAL_FAILED, {"category": category})


def mark_cancelled(session: Session, proposal_id: str) -> None:
    """The job answered a person's request, which was audited when it was made."""
    end_request(session, proposal_id, ProposalState.CANCELLED)


def _audit(session: Session, proposal_id: str, event: AuditEventName, detail: dict[str, object]) -> None:
    proposal = session.get_one(ProposalRow, proposal_id)
    told = {"proposal": proposal.id, "turn": proposal.turn_id, "model": proposal.model, **detail}
    record(session, actor=SYSTEM, event=event, subject=subject(proposal.meeting_id), detail=told)
