"""Comments on a draft."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy import Engine

from minutes.value import Value
from service.api.meetings import MeetingId
from service.api.problems import problems
from service.api.schemas import ID_EXAMPLE, Sent
from service.auth import Principal
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.errors import NotFound
from service.meetings.comments import CommentsView, RemarkView, ThreadView, comment, comments_of, delete, reopen
from service.meetings.comments import reply as write_reply
from service.meetings.comments import resolve as settle
from service.meetings.queries import current_draft, get_meeting

router = APIRouter(prefix="/meetings/{meeting_id}/comments", tags=["comments"])

_CommentId = Annotated[str, Path(description="コメントの番号", max_length=36)]


class RemarkOut(Value):
    """What one person wrote."""

    id: str = Field(examples=[ID_EXAMPLE])
    text: str | None = Field(
        description="null は削除された。「（非公開）」は読む権限がない", examples=["年度を確認してください。"]
    )
    by: str = Field(description="書いた人の表示名")
    at: datetime
    mentions: tuple[str, ...] = Field(description="知らせた人の表示名")
    deleted_at: datetime | None

    @classmethod
    def of(cls, remark: RemarkView) -> "RemarkOut":
        return cls(**{name: getattr(remark, name) for name in RemarkOut.model_fields})


class CommentOut(RemarkOut):
    """A comment with its replies, oldest first."""

    place: str | None = Field(
        description="文・段落・発言の番号。null は会議全体、又は読む権限のない所", examples=["s0003"]
    )
    quote: str | None = Field(description="書いたときの、その場所の文")
    version: int = Field(description="書いたときの素案の版")
    gone: bool = Field(description="いまの版に、その場所がない")
    changed: bool = Field(description="その場所の文が変わった")
    withheld: bool = Field(description="非公開の発言についてのため、読む権限がない")
    open: bool = Field(description="まだ解決していない")
    resolved_by: str | None
    resolved_at: datetime | None
    replies: tuple[RemarkOut, ...]

    @classmethod
    def of_thread(cls, thread: ThreadView) -> "CommentOut":
        own = {name: getattr(thread, name) for name in cls.model_fields if hasattr(thread, name)}
        remark = {name: getattr(thread.remark, name) for name in RemarkOut.model_fields}
        return cls(**{**own, **remark, "replies": tuple(RemarkOut.of(each) for each in thread.replies)})


class PersonOut(Value):
    id: str = Field(description="`mentions` に書く番号", examples=[ID_EXAMPLE])
    name: str = Field(description="表示名。文に `@表示名` と書いてもよい")


class CommentsOut(Value):
    """All comments of a meeting, in the order in which a reader of the draft comes across them."""

    open: int = Field(description="解決していないコメントの数。承認を妨げない")
    comments: tuple[CommentOut, ...]
    people: tuple[PersonOut, ...] = Field(description="名前を挙げられる人（会議の所属で役割を持つ人）")

    @classmethod
    def of(cls, view: CommentsView) -> "CommentsOut":
        return cls(
            open=len(view.open),
            comments=tuple(CommentOut.of_thread(each) for each in view.threads),
            people=tuple(PersonOut(id=each.id, name=each.name) for each in view.people),
        )


class RemarkIn(Sent):
    text: str = Field(
        description="2000字まで。制御文字（改行とタブを除く）は使えない",
        examples=["@佐藤 健　年度を確認してください。"],
    )
    mentions: tuple[str, ...] = Field((), description="知らせる人の番号（`people` の `id`）", max_length=100)


class CommentIn(RemarkIn):
    place: str | None = Field(
        None, description="文（s0003）・段落（b0004）・発言（u0012）の番号。null は会議全体", examples=["s0003"]
    )


@router.get(
    "",
    response_model=CommentsOut,
    summary="コメントを読む",
    description="素案を読める人が読めます。非公開の発言についてのコメントと、非公開の発言を引いたコメントは、"
    "`read_closed` のない人には「（非公開）」と返します。",
    responses=problems(404, 422),
)
def read_comments(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> CommentsOut:
    return CommentsOut.of(_view(engine, principal, meeting_id))


@router.post(
    "",
    status_code=201,
    response_model=CommentOut,
    summary="コメントを書く",
    description="文・段落・発言・会議全体のどれかに書きます。名前を挙げた人にはお知らせが届きます（コメントの文は載りません）。"
    "書けるのは「確認待ち」「発言者確認」「承認待ち」の間です（ほかは 409）。素案の版とハッシュ値、出力には入りません。",
    responses=problems(403, 404, 409, 422),
)
def write_comment(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, body: CommentIn) -> CommentOut:
    made = comment(engine, principal, meeting_id, text=body.text, place=body.place, mentions=body.mentions)
    return _thread(engine, principal, meeting_id, made)


@router.post(
    "/{comment_id}/replies",
    status_code=201,
    response_model=CommentOut,
    summary="コメントに返信する",
    description="返信は一段だけです。もとのコメントを書いた人にもお知らせが届きます。解決済みのコメントには返信できません（409）。",
    responses=problems(403, 404, 409, 422),
)
def reply(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, comment_id: _CommentId, body: RemarkIn
) -> CommentOut:
    made = write_reply(engine, principal, meeting_id, comment_id, text=body.text, mentions=body.mentions)
    return _thread(engine, principal, meeting_id, made)


@router.post(
    "/{comment_id}/resolve",
    response_model=CommentOut,
    summary="コメントを解決済みにする",
    description="もう対応の要らないことを示します。すでに解決済みなら、そのままです。",
    responses=problems(403, 404, 409, 422),
)
def resolve(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, comment_id: _CommentId) -> CommentOut:
    settle(engine, principal, meeting_id, comment_id)
    return _thread(engine, principal, meeting_id, comment_id)


@router.post(
    "/{comment_id}/reopen",
    response_model=CommentOut,
    summary="解決済みのコメントを再開する",
    description="解決していないコメントに戻します。",
    responses=problems(403, 404, 409, 422),
)
def reopen_comment(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, comment_id: _CommentId
) -> CommentOut:
    reopen(engine, principal, meeting_id, comment_id)
    return _thread(engine, principal, meeting_id, comment_id)


@router.delete(
    "/{comment_id}",
    response_model=CommentOut,
    summary="自分のコメントを削除する",
    description="自分のコメント又は返信の文を消します。削除されたことと、書いた人・日時は残ります。ほかの人のものは 403 です。",
    responses=problems(403, 404, 409, 422),
)
def delete_comment(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, comment_id: _CommentId
) -> CommentOut:
    return _thread(engine, principal, meeting_id, delete(engine, principal, meeting_id, comment_id))


def _view(engine: Engine, principal: Principal, meeting_id: str) -> CommentsView:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
        return comments_of(session, principal, row, draft[1] if draft is not None else None)


def _thread(engine: Engine, principal: Principal, meeting_id: str, comment_id: str) -> CommentOut:
    """The whole thread in which that comment or reply stands."""
    for each in _view(engine, principal, meeting_id).threads:
        if comment_id in {each.id, *(answer.id for answer in each.replies)}:
            return CommentOut.of_thread(each)
    raise NotFound("コメントが見つかりません。", where="comment_id", remedy="番号を確かめてください。")
