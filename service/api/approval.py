"""The chain of a meeting, and corrections of what was approved."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from minutes.value import Value
from service.api.meetings import MeetingId, meeting_now
from service.api.problems import problems
from service.api.schemas import MeetingOut, Sent
from service.auth import Role
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.meetings.chain import StepKind
from service.meetings.chain_view import ChainView, MarkView, StepView, chain_view
from service.meetings.corrections import correct
from service.meetings.queries import get_meeting

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["meetings"])


class SignOffOut(Value):
    """What happened at a step."""

    step: str = Field(examples=["section_head"])
    step_name: str = Field(examples=["課長承認"])
    outcome: str = Field(description="signed（済）、left_out（省略）、returned（差戻し）、withdrawn（取下げ）")
    by: str = Field(description="行った人の氏名")
    on_behalf_of: str | None = Field(description="代理したときは、代理された人の氏名")
    at: datetime
    version: int
    sha256: str = Field(description="そのとき見ていた版の MinutesDocument の SHA-256")
    to_step: str | None = Field(description="差戻しで戻した段階")
    reason: str | None

    @classmethod
    def of(cls, mark: MarkView) -> "SignOffOut":
        return cls(**vars(mark))


class StepOut(Value):
    id: str = Field(examples=["section_head"])
    name: str = Field(examples=["課長承認"])
    kind: StepKind
    roles: tuple[Role, ...] = Field(description="行える役割（どれか一つ）")
    optional: bool = Field(description="承認依頼のときに省ける")
    position: str = Field(description="done（済）、left_out（省略）、due（いまの段階）、waiting（これから）")
    due_at: datetime | None = Field(description="いまの段階の期限")
    sign_off: SignOffOut | None

    @classmethod
    def of(cls, view: StepView) -> "StepOut":
        step = view.step
        return cls(
            id=step.id,
            name=step.name,
            kind=step.kind,
            roles=step.roles,
            optional=step.optional,
            position=view.position,
            due_at=view.due_at,
            sign_off=SignOffOut.of(view.mark) if view.mark else None,
        )


class ChainOut(Value):
    """The line of steps as it stands, and everything that happened on it."""

    id: str = Field(examples=["standard"])
    name: str
    steps: tuple[StepOut, ...]
    history: tuple[SignOffOut, ...] = Field(description="古い順。差し戻された承認も残る")

    @classmethod
    def of(cls, view: ChainView) -> "ChainOut":
        return cls(
            id=view.id,
            name=view.name,
            steps=tuple(StepOut.of(step) for step in view.steps),
            history=tuple(SignOffOut.of(mark) for mark in view.history),
        )


class CorrectionIn(Sent):
    reason: str = Field(examples=["議題2の答弁の年度が誤っていたため"], max_length=2000)


@router.get(
    "/chain",
    response_model=ChainOut,
    summary="承認の流れ",
    description="段階ごとに、だれがいつ済ませたか、いまどの段階か、いつまでかを返します。",
    responses=problems(404, 422),
)
def read_chain(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> ChainOut:
    with reading(engine) as session:
        return ChainOut.of(chain_view(session, principal, get_meeting(session, principal, meeting_id)))


@router.post(
    "/corrections",
    status_code=201,
    response_model=MeetingOut,
    summary="正誤を始める",
    description="承認された文から新しい会議（確認待ち）を作ります。同じ承認の流れを通り、承認されると、"
    "もとの会議は「差替済」になります。もとの文とハッシュ値はそのまま読めます。",
    responses=problems(403, 404, 409, 422),
)
def start_correction(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, body: CorrectionIn
) -> MeetingOut:
    made = correct(engine, principal, meeting_id, body.reason)
    with reading(engine) as session:
        return meeting_now(session, principal, get_meeting(session, principal, made.id))
