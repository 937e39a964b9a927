"""The way of a meeting as data: which change is possible from which state, and who may make it.

受付 → 作成中 → 確認待ち → (発言者確認) → 承認待ち → 承認済 → 登録済.
発言者確認 is the optional round in which speakers are asked about their own statements. 承認待ち lasts for as many
approvals as the meeting's chain has (service.meetings.chain). 差戻し returns to an earlier step, 取下げ to 確認待ち. 差替済 is
an approved record whose 正誤 has been approved.
The text changes only in 確認待ち and 発言者確認, so an approver always decides on the text that was submitted.
"""

from dataclasses import dataclass
from enum import StrEnum


class MeetingState(StrEnum):
    RECEIVED = "受付"
    DRAFTING = "作成中"
    REVIEW = "確認待ち"
    SPEAKER_CHECK = "発言者確認"
    APPROVAL = "承認待ち"
    APPROVED = "承認済"
    REGISTERED = "登録済"
    SUPERSEDED = "差替済"
    FAILED = "失敗"
    CANCELLED = "取消"


class TransitionName(StrEnum):
    """What a person may do to a meeting. The values are the names in the REST API."""

    CHECK_SPEAKERS = "check_speakers"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    RUN_AGAIN = "run_again"
    REGISTER = "register"
    """With what the 文書管理 system gave back, so not by itself: service.recordkeeping.registration."""


@dataclass(frozen=True)
class Transition:
    """``sources`` → ``target``; ``permission`` is the name of the service.auth action that allows it."""

    name: TransitionName
    label: str
    sources: frozenset[MeetingState]
    target: MeetingState
    permission: str
    needs_reason: bool = False
    meanwhile: MeetingState | None = None
    """Where it leads instead while later steps of the chain remain."""


EDITABLE = frozenset({MeetingState.REVIEW, MeetingState.SPEAKER_CHECK})
BEING_DRAFTED = frozenset({MeetingState.RECEIVED, MeetingState.DRAFTING})
FROZEN = frozenset({MeetingState.APPROVED, MeetingState.REGISTERED, MeetingState.SUPERSEDED})
CORRECTABLE = frozenset({MeetingState.APPROVED, MeetingState.REGISTERED})
"""What a 正誤 may be made of; it becomes 差替済 when that is approved."""
SETTLED = FROZEN | {MeetingState.CANCELLED}
"""Nothing is to be done any more, so there is no deadline and nobody is put in charge."""

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        TransitionName.CHECK_SPEAKERS,
        "発言者確認へ",
        frozenset({MeetingState.REVIEW}),
        MeetingState.SPEAKER_CHECK,
        "submit",
    ),
    Transition(TransitionName.SUBMIT, "承認を依頼", EDITABLE, MeetingState.APPROVAL, "submit"),
    Transition(
        TransitionName.APPROVE,
        "承認",
        frozenset({MeetingState.APPROVAL}),
        MeetingState.APPROVED,
        "approve",
        meanwhile=MeetingState.APPROVAL,
    ),
    Transition(
        TransitionName.RETURN,
        "差戻し",
        frozenset({MeetingState.APPROVAL}),
        MeetingState.REVIEW,
        "return",
        needs_reason=True,
    ),
    Transition(
        TransitionName.WITHDRAW,
        "取下げ",
        frozenset({MeetingState.APPROVAL}),
        MeetingState.REVIEW,
        "submit",
    ),
    Transition(
        TransitionName.CANCEL,
        "取消",
        BEING_DRAFTED | EDITABLE | {MeetingState.FAILED},
        MeetingState.CANCELLED,
        "cancel",
    ),
    Transition(
        TransitionName.RUN_AGAIN,
        "もう一度作成",
        frozenset({MeetingState.FAILED}),
        MeetingState.RECEIVED,
        "upload",
    ),
    Transition(
        TransitionName.REGISTER,
        "文書番号の登録",
        frozenset({MeetingState.APPROVED}),
        MeetingState.REGISTERED,
        "hand_over",
    ),
)

BY_NAME = {transition.name: transition for transition in TRANSITIONS}
