"""Changes of the review desk, undo and redo, two versions compared, the dictionary of a department."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import Field

from minutes.document import Waiver
from minutes.value import Value
from minutes.waivers import waived
from service.api.drafts import DRAFT_ETAG, edited
from service.api.meetings import MeetingId
from service.api.preconditions import RequiredVersion
from service.api.problems import problems
from service.api.schemas import ID_EXAMPLE, EditedOut, Sent
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.tables import HouseWord
from service.errors import NotFound
from service.meetings import dictionary, history
from service.meetings.closed import shown_document
from service.meetings.comparison import ComparedLine, compare
from service.meetings.desk import AnyChange, make_change
from service.meetings.queries import current_draft, draft_version, get_meeting

router = APIRouter(tags=["drafts"])
_MEETING = "/meetings/{meeting_id}"

_EXAMPLES = {
    "文を直す": {"do": "edit_sentence", "sentence": "s0003", "text": "都は、来年度に研修を拡充する。"},
    "根拠を加える": {"do": "add_evidence", "sentence": "s0003", "utterance": "u0012"},
    "根拠を外す": {"do": "remove_evidence", "sentence": "s0003", "utterance": "u0012"},
    "文を削除する": {"do": "delete_sentence", "sentence": "s0003"},
    "修正案をまとめて採用する": {"do": "fix_rule", "rule": "K12"},
    "発言を分ける": {"do": "split_statement", "block": "b0004", "sentence": "s0006"},
    "前の発言とつなぐ": {"do": "merge_statement", "block": "b0005"},
    "発言を移す": {"do": "move_statement", "block": "b0004", "agenda_no": 2, "after": "b0006"},
    "発言を一つ上へ移す": {"do": "shift_statement", "block": "b0004", "direction": "up"},
    "発言を欄ごと消す": {"do": "delete_statement", "block": "b0004"},
    "載せていない発言を載せる": {"do": "pull_in", "utterance": "u0012"},
    "発言者を変える": {"do": "change_speaker", "utterance": "u0012", "attendee": "tanaka", "scope": "label"},
    "出席者を加える": {"do": "add_attendee", "name": "新田 一", "org": "青梅市", "post": "企画課長"},
    "議事を非公開にする": {"do": "close_item", "agenda_no": 2, "reason": "法人情報のため"},
    "発言を非公開にする": {"do": "close_talk", "utterance": "u0012", "scope": "turn", "reason": "法人情報のため"},
    "非公開を取り消す": {"do": "reopen", "closing": "c0001"},
    "指摘を見送る": {
        "do": "waive",
        "rule": "K21",
        "message": "文が長すぎます（120字）。",
        "sentence": "s0003",
        "agenda_no": 2,
        "reason": "発言のとおりのため",
    },
    "指摘をまとめて見送る": {"do": "waive_rule", "rule": "K21", "reason": "発言のとおりのため"},
    "メモを残す": {"do": "add_note", "place_id": "s0003", "text": "年度を担当課に確認"},
    "メモを消す": {"do": "remove_note", "note": "n0001"},
}


@router.post(
    _MEETING + "/draft/changes",
    response_model=EditedOut,
    summary="素案に一つの変更を加える",
    description="`do` で変更の種類を選びます。新しい版として保存し、点検をやり直した結果を返します。`If-Match` は見ていた版です。"
    "ほかの人がその後に別の所を直していたときは、最新の版に重ねて保存します。同じ所を直していたときは 412 です。"
    "できるのは「確認待ち」「発言者確認」の間だけです（ほかは 409）。",
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def change_draft(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    body: Annotated[AnyChange, Body(openapi_examples={name: {"value": value} for name, value in _EXAMPLES.items()})],
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    return edited(make_change(engine, principal, meeting_id, body, if_match=version).saved, response)


@router.post(
    _MEETING + "/draft/undo",
    response_model=EditedOut,
    summary="直前の変更を元に戻す",
    description="一つ前の内容と同じ新しい版を作ります。履歴は消えません。戻す変更がなければ 409 です。",
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def undo(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, version: RequiredVersion, response: Response
) -> EditedOut:
    return edited(history.undo(engine, principal, meeting_id, if_match=version), response)


@router.post(
    _MEETING + "/draft/redo",
    response_model=EditedOut,
    summary="元に戻した変更をやり直す",
    description="元に戻したあとに別の変更をすると、やり直せません（409）。",
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def redo(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, version: RequiredVersion, response: Response
) -> EditedOut:
    return edited(history.redo(engine, principal, meeting_id, if_match=version), response)


_Version = Annotated[int, Path(ge=1, le=1_000_000_000, description="版の番号")]


@router.post(
    _MEETING + "/versions/{number}/restore",
    response_model=EditedOut,
    summary="ある版の内容に戻す",
    description="その版と同じ内容の新しい版を作ります。",
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def restore(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    number: _Version,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    return edited(history.restore(engine, principal, meeting_id, number, if_match=version), response)


class ComparisonOut(Value):
    """Two versions of a draft, line by line."""

    before: int
    after: int
    lines: tuple[ComparedLine, ...]


@router.get(
    _MEETING + "/versions/{number}/changes",
    response_model=ComparisonOut,
    summary="二つの版を比べる",
    description="`since` の版からの違いを、見出し・発言者・文ごとに返します。変わった文は句の単位で印が付きます。",
    responses=problems(404, 422),
)
def compare_versions(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    number: _Version,
    since: Annotated[int, Query(ge=1, le=1_000_000_000, description="比べる前の版")] = 1,
    whole: Annotated[bool, Query(description="変わらない行も返す")] = False,
) -> ComparisonOut:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        old, new = (shown_document(principal, row, draft_version(session, row, each)[1]) for each in (since, number))
    lines = tuple(each for each in compare(old, new) if whole or each.change != "same")
    return ComparisonOut(before=since, after=number, lines=lines)


class WaivedOut(Value):
    version: int
    waivers: tuple[Waiver, ...]


@router.get(
    _MEETING + "/waivers",
    response_model=WaivedOut,
    summary="見送った指摘",
    description="最新の版で見送られている指摘と、その理由、見送った人。文が変わった指摘は見送りから外れます。",
    responses=problems(404, 422),
)
def read_waivers(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> WaivedOut:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
    if draft is None:
        raise NotFound("素案がまだありません。", where="draft", remedy="作成が終わるのを待ってください。")
    return WaivedOut(
        version=draft[0].version,
        waivers=tuple(waiver for _, waiver in waived(shown_document(principal, row, draft[1]))),
    )


class WordIn(Sent):
    wrong: str = Field(examples=["子ども食堂"], description="誤（素案に出る形）")
    right: str = Field(examples=["こども食堂"], description="正（所属の書き方）")
    kind: str = Field(examples=["表記"], description="用字用語・表記・名前")


class WordOut(Value):
    """An entry of a department's dictionary."""

    id: str = Field(examples=[ID_EXAMPLE])
    wrong: str = Field(examples=["子ども食堂"])
    right: str = Field(examples=["こども食堂"])
    kind: str = Field(examples=["表記"])
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, word: HouseWord) -> "WordOut":
        return cls(**{name: getattr(word, name) for name in cls.model_fields})


_DEPARTMENT = "/departments/{department_id}/dictionary"
_DepartmentId = Annotated[str, Path(description="所属の番号", max_length=36)]


@router.get(
    _DEPARTMENT,
    response_model=tuple[WordOut, ...],
    summary="所属の辞書",
    description="誤の語の順。素案にこの語があると K30 の指摘になります。",
    responses=problems(403, 404, 422),
)
def read_dictionary(engine: EngineDep, principal: PrincipalDep, department_id: _DepartmentId) -> tuple[WordOut, ...]:
    with reading(engine) as session:
        return tuple(WordOut.of(each) for each in dictionary.list_words(session, principal, department_id))


@router.post(
    _DEPARTMENT,
    status_code=201,
    response_model=WordOut,
    summary="辞書に加える",
    description="修正の権限が要ります。同じ誤の語がすでにあれば 409 です。",
    responses=problems(403, 404, 409, 422),
)
def add_word(engine: EngineDep, principal: PrincipalDep, department_id: _DepartmentId, body: WordIn) -> WordOut:
    return WordOut.of(
        dictionary.add_word(engine, principal, department_id, wrong=body.wrong, right=body.right, kind=body.kind)
    )


class RemovedOut(Value):
    id: str = Field(examples=[ID_EXAMPLE])


@router.delete(
    _DEPARTMENT + "/{word_id}",
    response_model=RemovedOut,
    summary="辞書から削除する",
    description="修正の権限が要ります。",
    responses=problems(403, 404, 422),
)
def remove_word(
    engine: EngineDep,
    principal: PrincipalDep,
    department_id: _DepartmentId,
    word_id: Annotated[str, Path(description="語の番号", max_length=36)],
) -> RemovedOut:
    dictionary.remove_word(engine, principal, department_id, word_id)
    return RemovedOut(id=word_id)
