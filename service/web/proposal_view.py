"""What the review page shows of a proposal: the wording of today and the proposed one, phrase by phrase."""

from dataclasses import dataclass
from datetime import datetime

from minutes.document import MinutesDocument, ModelCard, Severity
from minutes.labels import speaker_label
from minutes.phrases import Marked, Stretch, compared
from minutes.profile import Profile
from minutes.proposal import Proposal, sentences_of_turn
from service.db.tables import Job, ProposalRow
from service.meetings.proposals import ProposalState, content_of
from service.web import wording
from service.web.review_view import RANK


@dataclass(frozen=True)
class ProposedSentence:
    stretches: tuple[Stretch, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Remark:
    rule: str
    severity: Severity
    message: str


@dataclass(frozen=True)
class Comparison:
    """A proposal that can be decided on, beside what stands in the draft now."""

    current: Marked
    proposed: tuple[ProposedSentence, ...]
    same: bool
    replaced: str
    remarks: tuple[Remark, ...]
    """Gravest first."""
    card: ModelCard
    other_speaker: str | None
    """For whom it was written, where somebody else has been found to have spoken since."""


@dataclass(frozen=True)
class ProposalProgress:
    words: str
    final: bool
    """True: nothing moves by itself any more, so a page stops asking."""


@dataclass(frozen=True)
class ProposalView:
    id: str
    turn_id: str
    model: str
    by: str
    at: datetime
    failed: bool
    progress: ProposalProgress
    comparison: Comparison | None
    """None while it is being made, and where it could not be."""


def proposal_view(
    document: MinutesDocument, profile: Profile, proposal: ProposalRow, job: Job | None, by: str
) -> ProposalView:
    """For somebody who sees all of the draft. ``by``: the name of who asked."""
    content = content_of(proposal)
    return ProposalView(
        proposal.id,
        proposal.turn_id,
        wording.model(proposal.model),
        by,
        proposal.asked_at,
        proposal.state == ProposalState.FAILED,
        proposal_progress(proposal, job, job.error_public if job is not None else None),
        _comparison(document, profile, content)
        if content is not None and proposal.state == ProposalState.READY
        else None,
    )


def proposal_progress(proposal: ProposalRow, job: Job | None, failure: str | None) -> ProposalProgress:
    """``failure``: why the job failed, as the person who looks may read it."""
    match proposal.state:
        case ProposalState.REQUESTED:
            return ProposalProgress(_under_way(job), final=False)
        case ProposalState.READY:
            return ProposalProgress("案ができました。", final=True)
        case ProposalState.FAILED:
            return ProposalProgress(failure or "案を作れませんでした。", final=True)
        case _:
            return ProposalProgress(wording.PROPOSAL[proposal.state], final=True)


def _under_way(job: Job | None) -> str:
    if job is not None and job.cancel_requested_at is not None:
        return "取り消しています"
    if job is None or job.state == "queued":
        return "順番を待っています" if job is None or job.attempt == 0 else "中断したため、まもなく再開します"
    return "モデルが書いています"


def _comparison(document: MinutesDocument, profile: Profile, content: Proposal) -> Comparison:
    standing = sentences_of_turn(document, content.turn_id)
    current, proposed = compared([each.text for each in standing], [each.text for each in content.sentences])
    # M1 says what ``replaced`` says.
    told = (each for each in content.findings if each.rule != "M1")
    remarks = (Remark(each.rule, each.severity, each.message) for each in told)
    return Comparison(
        current,
        tuple(
            ProposedSentence(stretches, sentence.evidence)
            for stretches, sentence in zip(proposed, content.sentences, strict=True)
        ),
        [(each.text, each.evidence) for each in standing] == [(e.text, e.evidence) for e in content.sentences],
        content.replaced,
        tuple(sorted(remarks, key=lambda each: RANK[each.severity])),
        content.card,
        _other_speaker(document, profile, content),
    )


def _other_speaker(document: MinutesDocument, profile: Profile, content: Proposal) -> str | None:
    turn = next((each for each in document.turns if each.id == content.turn_id), None)
    if turn is None or turn.attendee_id == content.attendee_id:
        return None
    return speaker_label(content.attendee_id, None, document.meeting, profile)
