"""The draft: reading its versions, editing the newest one, taking it away as a file."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Response
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.render import Format
from service.api.meetings import MeetingId
from service.api.preconditions import RequiredVersion, etag
from service.api.problems import problems
from service.api.schemas import (
    BlockIn,
    EditedOut,
    FindingsOut,
    FixesIn,
    SentenceIn,
    SpeakerIn,
    VersionOut,
    findings_out,
)
from service.auth import Principal
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.tables import DraftVersion, MeetingRow
from service.errors import NotFound
from service.meetings import editing
from service.meetings.closed import sees_closed, shown_change, shown_document
from service.meetings.exports import Edition, take
from service.meetings.queries import current_draft, draft_version, draft_versions, get_meeting
from service.meetings.speaker_states import unheard_findings

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["drafts"])

DRAFT_ETAG = {"ETag": {"description": '版の番号。修正のとき If-Match に渡す。例："3"', "schema": {"type": "string"}}}
_CLOSED = "非公開の内容を見る権限がなければ、そこは「（非公開）」になります。"
_EDIT = (
    "新しい版として保存し、点検をやり直した結果を返します。"
    "できるのは「確認待ち」「発言者確認」の間だけです（ほかは 409）。"
)


@router.get(
    "/draft",
    response_model=MinutesDocument,
    summary="最新の素案",
    description="MinutesDocument（docs/schema の minutes.schema.json）を返します。文ごとに根拠の発言があります。"
    + _CLOSED,
    responses={200: {"headers": DRAFT_ETAG}, **problems(404, 422)},
)
def read_draft(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> Response:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return _as_json(principal, row, *_current(session, row))


@router.get(
    "/versions",
    response_model=tuple[VersionOut, ...],
    summary="版の一覧",
    description="新しい順。上書きはされません。",
    responses=problems(404, 422),
)
def read_versions(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> tuple[VersionOut, ...]:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return tuple(VersionOut.of(each, shown_change(principal, row, each)) for each in draft_versions(session, row))


@router.get(
    "/versions/{version}",
    response_model=MinutesDocument,
    summary="ある版の素案",
    description="保存されたとおりの MinutesDocument を返します。" + _CLOSED,
    responses={200: {"headers": DRAFT_ETAG}, **problems(404, 422)},
)
def read_version(
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    version: Annotated[int, Path(ge=1, le=1_000_000_000, description="版の番号")],
) -> Response:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return _as_json(principal, row, *draft_version(session, row, version))


@router.get(
    "/findings",
    response_model=FindingsOut,
    summary="点検の結果",
    description="最新の版の指摘。severity が error の指摘が残る間は承認できません。安全に直せる指摘には `fix`（修正案）と "
    "`fixed_text`（採用したときの文）があります。",
    responses=problems(404, 422),
)
def read_findings(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> FindingsOut:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        saved, document = _current(session, row)
        shown = shown_document(principal, row, document)
        # Who was not heard may have spoken in closed talk only.
        extra = unheard_findings(session, row, document) if shown is document else ()
        return FindingsOut(
            version=saved.version,
            findings=findings_out(shown.model_copy(update={"findings": (*shown.findings, *extra)})),
        )


@router.patch(
    "/draft/sentences/{sentence_id}",
    response_model=EditedOut,
    summary="文を直す",
    description="文の番号と根拠はそのままで、文だけを替えます。" + _EDIT,
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def edit_sentence(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    sentence_id: Annotated[str, Path(description="文の番号", examples=["s0003"], max_length=20)],
    body: SentenceIn,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    saved = editing.edit_sentence(engine, principal, meeting_id, sentence_id, body.text, if_match=version)
    return edited(saved, response)


@router.put(
    "/draft/blocks/{block_id}",
    response_model=EditedOut,
    summary="発言の文をまとめて置き換える",
    description="並びのとおりに置き換えます。`id` のある文は番号と根拠を保ちます。" + _EDIT,
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def edit_block(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    block_id: Annotated[str, Path(description="発言の番号", examples=["b0002"], max_length=20)],
    body: BlockIn,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    saved = editing.edit_block(engine, principal, meeting_id, block_id, body.sentences, if_match=version)
    return edited(saved, response)


@router.post(
    "/draft/fixes",
    response_model=EditedOut,
    summary="修正案を採用する",
    description="点検の結果にある `fix` を、そのまま `fixes` に入れて渡します。最新の版の指摘にない修正案と、"
    "同じ文の中で重なる修正案は 422 で断り、何も変えません。" + _EDIT,
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def apply_fixes(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    body: FixesIn,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    saved = editing.apply_fixes(engine, principal, meeting_id, body.fixes, if_match=version)
    return edited(saved, response)


@router.post(
    "/draft/blocks/{block_id}/leave-out",
    response_model=EditedOut,
    summary="発言を載せないことにする",
    description="発言の文をすべて外し、引用していた発言を、人が決めた「省略」として記録します。"
    "答えのない質問など、黙って落とすと誤りになる発言に使います。" + _EDIT,
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def leave_out(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    block_id: Annotated[str, Path(description="発言の番号", examples=["b0002"], max_length=20)],
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    return edited(editing.leave_out(engine, principal, meeting_id, block_id, if_match=version), response)


@router.post(
    "/speakers",
    response_model=EditedOut,
    summary="話者がだれかを決める",
    description="そのラベルのまだ決まっていない発言すべてを、名簿の出席者に結び付けます。" + _EDIT,
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def assign_speaker(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    body: SpeakerIn,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    saved = editing.assign_speaker(engine, principal, meeting_id, body.label, body.attendee_id, if_match=version)
    return edited(saved, response)


@router.get(
    "/exports/{edition}.{format}",
    response_class=Response,
    summary="ファイルとして取り出す",
    description="`edition` は `public`（公開版。非公開の内容を含まない）か `full`（保存版）。承認済みなら承認した版、"
    "そうでなければ最新の素案で、ファイル名に「素案」が付きます。取り出しは監査記録に残ります。",
    responses={
        200: {
            "description": "ファイル",
            "headers": {"Content-Disposition": {"description": "日本語のファイル名", "schema": {"type": "string"}}},
            "content": {
                media: {"schema": {"type": "string", "format": "binary"}}
                for media in (
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    "application/pdf",
                    "text/plain",
                    "text/html",
                    "application/json",
                )
            },
        },
        **problems(403, 404, 409, 422),
    },
)
def export_file(
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    edition: Annotated[Edition, Path(description="版")],
    format: Annotated[Format, Path(description="形式")],
) -> Response:
    made = take(engine, principal, meeting_id, format, edition)
    return Response(
        made.content, media_type=made.media_type, headers={"Content-Disposition": disposition(made.filename)}
    )


def disposition(filename: str) -> str:
    """RFC 6266 with the RFC 5987 form; the plain form is a fallback for old clients and holds ASCII only."""
    suffix = filename.rpartition(".")[2]
    return f"attachment; filename=\"minutes.{suffix}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _as_json(principal: Principal, row: MeetingRow, saved: DraftVersion, document: MinutesDocument) -> Response:
    # As stored for whoever may see all of it: its bytes are what ``sha256`` and the approval speak of.
    whole = sees_closed(principal, row)
    text = saved.document if whole else shown_document(principal, row, document).model_dump_json()
    return Response(text, media_type="application/json", headers={"ETag": etag(saved.version)})


def _current(session: Session, row: MeetingRow) -> tuple[DraftVersion, MinutesDocument]:
    draft = current_draft(session, row)
    if draft is None:
        raise NotFound(
            "素案がまだありません。", where="draft", remedy="作成が終わるのを待ってください（/events で分かります）。"
        )
    return draft


def edited(saved: DraftVersion, response: Response) -> EditedOut:
    """The answer to an edit, with the new entity tag."""
    document = MinutesDocument.model_validate_json(saved.document)
    response.headers["ETag"] = etag(saved.version)
    return EditedOut(**VersionOut.of(saved, saved.change).model_dump(), findings=findings_out(document))
