"""Where each speaker stands in 発言者確認, computed from what was asked and answered and from the text as it is now.

A confirmation names the words it confirms. When they change afterwards, it no longer counts and the speaker is to be
asked again; nothing of this is stored, so it cannot be forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.confirmation import OwnStatement, speakers_of, statements_of
from minutes.document import Finding, MinutesDocument, Place, Severity
from minutes.labels import full_name
from service.db.approval_tables import SpeakerAnswer, SpeakerCheck
from service.db.base import now
from service.db.tables import MeetingRow
from service.meetings.chain import StepKind
from service.meetings.signing import line_of
from service.meetings.standing import Outcome
from service.meetings.states import MeetingState
from service.profiles.revisions import profile_named

UNHEARD = "S1"


class SpeakerState(StrEnum):
    UNSENT = "未送付"
    ASKED = "照会中"
    CHANGES = "修正あり"
    ACCEPTED = "了承"
    OVERDUE = "期限経過"


class Standing(StrEnum):
    """Of one statement."""

    OPEN = "未回答"
    UNDECIDED = "採否未定"
    SETTLED = "済"
    AGAIN = "再確認"
    """Answered, but the words were changed since."""


class Decision(StrEnum):
    TAKEN = "taken"
    CHANGED = "changed"
    DECLINED = "declined"


@dataclass(frozen=True)
class StatementState:
    statement: OwnStatement
    answer: SpeakerAnswer | None
    """The newest one."""
    standing: Standing
    asked: bool
    """Whether the speaker was asked about these very words."""


@dataclass(frozen=True)
class Speaker:
    attendee_id: str
    name: str
    check: SpeakerCheck | None
    statements: tuple[StatementState, ...]
    state: SpeakerState

    @property
    def undecided(self) -> int:
        return sum(each.standing is Standing.UNDECIDED for each in self.statements)

    @property
    def again(self) -> int:
        return sum(each.standing is Standing.AGAIN for each in self.statements)

    @property
    def settled(self) -> bool:
        return all(each.standing is Standing.SETTLED for each in self.statements)


def speakers(
    session: Session, row: MeetingRow, document: MinutesDocument, *, at: datetime | None = None
) -> tuple[Speaker, ...]:
    """Everybody with a statement in the draft, in the order of the roster."""
    moment = at or now()
    query = select(SpeakerCheck).where(SpeakerCheck.meeting_id == row.id)
    checks = {each.attendee_id: each for each in session.scalars(query)}
    answers = _newest(session, [each.id for each in checks.values()])
    profile = profile_named(session, document.profile)
    found = []
    for attendee_id in speakers_of(document):
        check = checks.get(attendee_id)
        said = answers.get(check.id, {}) if check else {}
        states = tuple(
            StatementState(
                each,
                said.get(each.block_id),
                standing_of(each, said.get(each.block_id)),
                check is not None and check.asked.get(each.block_id) == each.sha256,
            )
            for each in statements_of(document, attendee_id, profile)
        )
        name = full_name(document.meeting.attendee(attendee_id))
        found.append(Speaker(attendee_id, name, check, states, state_of(check, states, moment)))
    return tuple(found)


def standing_of(statement: OwnStatement, answer: SpeakerAnswer | None) -> Standing:
    if answer is None:
        return Standing.OPEN
    if answer.proposed is not None and answer.decision is None:
        return Standing.UNDECIDED
    # Words that the clerk put in the place of the speaker's own were never seen by the speaker.
    confirmed = answer.text_sha256 if answer.proposed is None else answer.decided_sha256
    if answer.decision == Decision.CHANGED or statement.sha256 != confirmed:
        return Standing.AGAIN
    return Standing.SETTLED


def state_of(check: SpeakerCheck | None, statements: Sequence[StatementState], at: datetime) -> SpeakerState:
    kinds = {each.standing for each in statements}
    if Standing.UNDECIDED in kinds:
        return SpeakerState.CHANGES
    if kinds == {Standing.SETTLED}:
        proposed = any(each.answer is not None and each.answer.proposed is not None for each in statements)
        return SpeakerState.CHANGES if proposed else SpeakerState.ACCEPTED
    open_ones = [each for each in statements if each.standing is not Standing.SETTLED]
    if check is None or check.sent_at is None or not all(each.asked for each in open_ones):
        return SpeakerState.UNSENT
    return SpeakerState.OVERDUE if check.due_at is not None and check.due_at <= at else SpeakerState.ASKED


def unheard(session: Session, row: MeetingRow, document: MinutesDocument) -> tuple[Speaker, ...]:
    """Speakers whose answer does not cover what the draft says now; empty where the round was left out, and once the
    record is approved: then only the audit log knows."""
    line = line_of(session, row)
    step = line.chain.of_kind(StepKind.SPEAKERS)
    mark = line.counts.get(step.id) if step else None
    signed = mark is not None and mark.outcome == Outcome.SIGNED
    held = row.state == MeetingState.SPEAKER_CHECK or (row.state == MeetingState.APPROVAL and signed)
    return tuple(each for each in speakers(session, row, document) if not each.settled) if held else ()


def unheard_findings(session: Session, row: MeetingRow, document: MinutesDocument) -> tuple[Finding, ...]:
    """For who decides; never stored with the draft, so that no record prints who did not answer."""
    return tuple(
        Finding(
            rule=UNHEARD,
            severity=Severity.WARN,
            message=f"発言者未確認：{each.name}（{each.state}）",
            place=Place(
                block_id=next(s.statement.block_id for s in each.statements if s.standing is not Standing.SETTLED)
            ),
        )
        for each in unheard(session, row, document)
    )


def _newest(session: Session, check_ids: Sequence[str]) -> Mapping[str, dict[str, SpeakerAnswer]]:
    """Check id -> block id -> the newest answer."""
    found: dict[str, dict[str, SpeakerAnswer]] = {}
    query = select(SpeakerAnswer).where(SpeakerAnswer.check_id.in_(check_ids)).order_by(SpeakerAnswer.id)
    for each in session.scalars(query):
        found.setdefault(each.check_id, {})[each.block_id] = each
    return found
