"""発言者確認 for programs: where each speaker stands, asking, answers entered, proposals decided on."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, File, Path, Request, Response, UploadFile
from pydantic import Field

from minutes.render import MEDIA_TYPES
from minutes.value import Value
from service.api.meetings import MeetingId
from service.api.preconditions import RequiredVersion
from service.api.problems import problems
from service.api.schemas import Sent
from service.auth import Action, require
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.errors import NotFound, ProblemItem
from service.meetings import asking
from service.meetings.answering import SHEET_MAX_BYTES, Said, answer_by_hand, answer_by_sheet
from service.meetings.queries import current_draft, get_meeting
from service.meetings.speaker_states import Decision, Speaker, SpeakerState, Standing, StatementState, speakers

router = APIRouter(prefix="/meetings/{meeting_id}/confirmations", tags=["confirmations"])

AttendeeId = Annotated[str, Path(max_length=100, description="名簿の id", examples=["tanaka"])]


class SpeakerOut(Value):
    """Where one speaker stands in 発言者確認."""

    attendee_id: str
    name: str
    state: SpeakerState
    statements: int = Field(description="素案にある発言の数")
    undecided: int = Field(description="採否を決めていない修正案の数")
    again: int = Field(description="回答のあとに文が変わり、もう一度確かめてもらう発言の数")
    sent_at: datetime | None
    reminded_at: datetime | None
    due_at: datetime | None

    @classmethod
    def of(cls, speaker: Speaker) -> "SpeakerOut":
        check = speaker.check
        return cls(
            attendee_id=speaker.attendee_id,
            name=speaker.name,
            state=speaker.state,
            statements=len(speaker.statements),
            undecided=speaker.undecided,
            again=speaker.again,
            sent_at=check.sent_at if check else None,
            reminded_at=check.reminded_at if check else None,
            due_at=check.due_at if check else None,
        )


class AnswerOut(Value):
    """The newest answer on one statement."""

    id: str
    way: str = Field(description="link（リンク）、sheet（確認票）、hand（事務局が入力）")
    seen: str = Field(description="回答したときに見ていた文")
    proposed: str | None = Field(description="修正案。null は「このままでよい」")
    remark: str | None
    decision: Decision | None = Field(description="taken（採用）、changed（直して採用）、declined（採用しない）")
    decision_reason: str | None
    answered_at: datetime


class OwnStatementOut(Value):
    block_id: str = Field(examples=["b0004"])
    heading: str
    closed: bool = Field(description="非公開の議事での発言")
    text: str
    sha256: str = Field(description="いまの文のハッシュ値。回答のときは `seen` に渡す")
    question: str | None = Field(description="答えた質問（書式で示すことにしているとき）")
    standing: Standing
    answer: AnswerOut | None

    @classmethod
    def of(cls, state: StatementState) -> "OwnStatementOut":
        own, answer = state.statement, state.answer
        return cls(
            block_id=own.block_id,
            heading=own.heading,
            closed=own.closed,
            text=own.text,
            sha256=own.sha256,
            question=own.question,
            standing=state.standing,
            answer=AnswerOut(
                id=answer.id,
                way=answer.way,
                seen=answer.seen,
                proposed=answer.proposed,
                remark=answer.remark,
                decision=Decision(answer.decision) if answer.decision else None,
                decision_reason=answer.decision_reason,
                answered_at=answer.at,
            )
            if answer
            else None,
        )


class SpeakerStatementsOut(SpeakerOut):
    """One speaker with each of their statements."""

    own: tuple[OwnStatementOut, ...]


class AskIn(Sent):
    last: date = Field(description="回答期限の日（日本時間のその日の終わりまで）", examples=["2026-06-05"])


class LinkOut(Value):
    """A link for one person. It is answered once; only its hash is kept."""

    url: str = Field(examples=["https://gijiyoshi.example/confirm/…"])
    last: date


class SaidIn(Sent):
    block_id: str = Field(max_length=100, examples=["b0004"])
    seen: str = Field(max_length=64, description="見た文の sha256。文がそのあとに直されていれば 409")
    proposed: str | None = Field(None, max_length=4000, description="修正案。省略すると「このままでよい」")
    remark: str | None = Field(None, max_length=4000)


class AnswersIn(Sent):
    answers: tuple[SaidIn, ...] = Field(min_length=1, max_length=2000)


class DecisionIn(Sent):
    decision: Decision
    text: str | None = Field(None, max_length=4000, description="「直して採用」のときの文")
    reason: str = Field("", max_length=2000, description="「採用」のほかは必要")


class SheetTakenOut(Value):
    answered: int = Field(description="取り込んだ回答の数")
    problems: tuple[ProblemItem, ...] = Field(description="取り込めなかった行")


@router.get(
    "",
    response_model=tuple[SpeakerOut, ...],
    summary="発言者確認の状態",
    description="素案に発言のある人ごとに、未送付・照会中・修正あり・了承・期限経過のどれかを返します。"
    "登録者と確認者だけが読めます。",
    responses=problems(403, 404, 422),
)
def read_confirmations(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> tuple[SpeakerOut, ...]:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.submit, row.department_id)
        draft = current_draft(session, row)
        return tuple(SpeakerOut.of(each) for each in speakers(session, row, draft[1])) if draft else ()


@router.get(
    "/{attendee_id}",
    response_model=SpeakerStatementsOut,
    summary="一人の発言と回答",
    description="その人の発言だけを、回答と修正案の採否とともに返します。登録者と確認者だけが読めます。",
    responses=problems(403, 404, 422),
)
def read_confirmation(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, attendee_id: AttendeeId
) -> SpeakerStatementsOut:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.submit, row.department_id)
        draft = current_draft(session, row)
        found = speakers(session, row, draft[1]) if draft else ()
        speaker = next((each for each in found if each.attendee_id == attendee_id), None)
        if speaker is None:
            raise NotFound("その人の発言は素案にありません。", where="attendee_id", remedy="一覧から選んでください。")
        own = tuple(OwnStatementOut.of(each) for each in speaker.statements)
        return SpeakerStatementsOut(**dict(SpeakerOut.of(speaker)), own=own)


@router.post(
    "/{attendee_id}/link",
    status_code=201,
    response_model=LinkOut,
    summary="リンクで照会する",
    description="一人用のリンクを作ります。もう一度作ると督促になり、前のリンクは使えなくなります。"
    "送るのは呼び出した側です。このシステムからは送りません。",
    responses=problems(403, 404, 409, 422),
)
def make_link(
    *,
    request: Request,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    attendee_id: AttendeeId,
    body: AskIn,
) -> LinkOut:
    token = asking.ask(engine, principal, meeting_id, attendee_id, last=body.last)
    base = request.app.state.settings.public_url or str(request.base_url)
    return LinkOut(url=f"{base.rstrip('/')}/confirm/{token}", last=body.last)


@router.delete(
    "/{attendee_id}/link",
    response_model=SpeakerStatementsOut,
    summary="リンクを取り消す",
    description="いまのリンクを使えなくします。",
    responses=problems(403, 404, 409, 422),
)
def revoke_link(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, attendee_id: AttendeeId
) -> SpeakerStatementsOut:
    asking.revoke_link(engine, principal, meeting_id, attendee_id)
    return read_confirmation(engine, principal, meeting_id, attendee_id)


@router.post(
    "/{attendee_id}/sheet",
    response_class=Response,
    summary="確認票（Word）で照会する",
    description="確認票を作ります。照会したことになります。記入されたものは `sheet/answers` に送ります。",
    responses={
        200: {"content": {MEDIA_TYPES["docx"]: {"schema": {"type": "string", "format": "binary"}}}},
        **problems(403, 404, 409, 422),
    },
)
def make_sheet(
    *, engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, attendee_id: AttendeeId, body: AskIn
) -> Response:
    content = asking.sheet(engine, principal, meeting_id, attendee_id, last=body.last)
    return Response(content, media_type=MEDIA_TYPES["docx"])


@router.post(
    "/{attendee_id}/sheet/answers",
    response_model=SheetTakenOut,
    summary="記入された確認票を取り込む",
    description="使えない行は、ほかの行を取り込んだうえで `problems` に返します。使える行が一つもなければ 422 です。",
    responses=problems(403, 404, 409, 422),
)
async def take_sheet(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    attendee_id: AttendeeId,
    sheet: Annotated[UploadFile, File(description="確認票（docx）")],
) -> SheetTakenOut:
    data = await sheet.read(SHEET_MAX_BYTES + 1)
    answered, faults = answer_by_sheet(engine, principal, meeting_id, attendee_id, data)
    return SheetTakenOut(
        answered=answered,
        problems=tuple(ProblemItem(what=each.what, where=each.where, remedy=each.remedy) for each in faults),
    )


@router.post(
    "/{attendee_id}/answers",
    response_model=SpeakerStatementsOut,
    summary="回答を入力する",
    description="電話や紙、ほかのシステムで受けた回答を、事務局の入力として記録します。",
    responses=problems(403, 404, 409, 422),
)
def enter_answers(
    *, engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, attendee_id: AttendeeId, body: AnswersIn
) -> SpeakerStatementsOut:
    said = [Said(each.block_id, each.seen, each.proposed, each.remark) for each in body.answers]
    answer_by_hand(engine, principal, meeting_id, attendee_id, said)
    return read_confirmation(engine, principal, meeting_id, attendee_id)


@router.post(
    "/{attendee_id}/proposals/{answer_id}",
    response_model=SpeakerStatementsOut,
    summary="修正案の採否を決める",
    description="採用すると新しい版ができ、点検がやり直されます。`If-Match` は見ていた版です。",
    responses=problems(403, 404, 409, 412, 422, 428),
)
def decide_on_proposal(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    attendee_id: AttendeeId,
    answer_id: Annotated[str, Path(max_length=36, description="回答の id")],
    body: DecisionIn,
    version: RequiredVersion,
) -> SpeakerStatementsOut:
    text = body.text.strip() if body.text is not None else None
    asking.decide(
        engine, principal, meeting_id, answer_id, body.decision, text=text, reason=body.reason, if_match=version
    )
    return read_confirmation(engine, principal, meeting_id, attendee_id)
