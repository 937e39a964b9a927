"""Packages of approved minutes, for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field
from sqlalchemy.orm import Session

from minutes.value import Value
from records.package import Edition
from records.package.editions import Encoding
from records.package.names import Naming
from service.api.drafts import disposition
from service.api.meetings import MeetingId
from service.api.problems import problems
from service.api.schemas import ID_EXAMPLE, Sent
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.record_tables import RecordPackage
from service.meetings.queries import get_meeting
from service.recordkeeping.packages import (
    MEDIA_TYPE,
    Wanted,
    contents_of,
    get_package,
    make,
    packages_of,
    take_package,
)
from service.recordkeeping.shown import names_of

router = APIRouter(tags=["records"])

EditionName = Literal["public", "full"]
_EDITIONS: dict[EditionName, Edition] = {"public": Edition.PUBLIC, "full": Edition.FULL}
_NAMES = {edition: name for name, edition in _EDITIONS.items()}


class PackageIn(Sent):
    editions: tuple[EditionName, ...] = Field(
        description="public（公開版）、full（保存版。保存版の出力の権限が要る）", min_length=1, examples=[["public"]]
    )
    encoding: Encoding = Field(Encoding.UTF8, description="テキスト及び CSV の文字コード")
    names: Naming = Field(Naming.JAPANESE, description="ファイル名。ja（日本語）、ascii（英数字）")
    own_form: bool = Field(False, description="会議体の所定の様式（Word）も入れる")


class PackageOut(Value):
    """A package as it was made; the same request later brings the same bytes."""

    id: str = Field(examples=[ID_EXAMPLE])
    meeting_id: str
    version: int = Field(description="承認された版")
    editions: tuple[EditionName, ...]
    encoding: Encoding
    names: Naming
    name: str = Field(description="ファイル名", examples=["0199a0c2-7b1e-7c3a-9f00-5d2f1c3b4a5e_v3.zip"])
    size: int = Field(description="バイト")
    sha256: str
    fingerprint: str = Field(description="指紋。起案に控えておくと、作り直しも見破れる")
    made_by: str = Field(description="作った人の氏名")
    made_at: datetime
    available: bool = Field(description="false は、原データとともに廃棄された")


class ContentOut(Value):
    path: str = Field(examples=["data/議事要旨_公開版.pdf"])
    size: int = Field(description="バイト")


class PackageMadeOut(PackageOut):
    new: bool = Field(description="false は、同じ中身のパッケージがすでにあった")


class PackageWithContentsOut(PackageOut):
    contents: tuple[ContentOut, ...] = Field(description="中のファイル。廃棄されたものは空")


PackageId = Annotated[str, Path(description="パッケージの番号", max_length=36)]


def _fields(session: Session, found: Sequence[RecordPackage]) -> list[dict[str, object]]:
    names = names_of(session, [each.made_by for each in found])
    return [
        {
            "id": each.id,
            "meeting_id": each.meeting_id,
            "version": each.version,
            "editions": tuple(_NAMES[Edition(edition)] for edition in each.editions),
            "encoding": Encoding(each.encoding),
            "names": Naming(each.naming),
            "name": each.name,
            "size": each.size,
            "sha256": each.sha256,
            "fingerprint": each.fingerprint,
            "made_by": names[each.made_by],
            "made_at": each.made_at,
            "available": each.available,
        }
        for each in found
    ]


@router.post(
    "/meetings/{meeting_id}/packages",
    status_code=201,
    response_model=PackageMadeOut,
    summary="保存用パッケージを作る",
    description="承認された版と保存した記載事項から作り、残します。同じ中身のものがあれば、それを返します（`new` は false）。"
    "記載事項に不足があれば 422 で、`problems` に項目が並びます。",
    responses=problems(403, 404, 409, 422),
)
def make_package(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, body: PackageIn, response: Response
) -> PackageMadeOut:
    wanted = Wanted(tuple(_EDITIONS[each] for each in body.editions), body.encoding, body.names, body.own_form)
    made = make(engine, principal, meeting_id, wanted)
    response.headers["Location"] = f"/api/v1/packages/{made.id}"
    with reading(engine) as session:
        kept, _ = get_package(session, principal, made.id)
        (fields,) = _fields(session, [kept])
    return PackageMadeOut.model_validate({**fields, "new": made.new})


@router.get(
    "/meetings/{meeting_id}/packages",
    response_model=tuple[PackageOut, ...],
    summary="保存用パッケージの一覧",
    description="新しい順。保存版を含むものは、保存版の出力の権限がある人だけに見えます。",
    responses=problems(404, 422),
)
def read_packages(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> tuple[PackageOut, ...]:
    with reading(engine) as session:
        found = packages_of(session, principal, get_meeting(session, principal, meeting_id))
        return tuple(PackageOut.model_validate(each) for each in _fields(session, found))


@router.get(
    "/packages/{package_id}",
    response_model=PackageWithContentsOut,
    summary="保存用パッケージ",
    description="いつ、だれが、どの版から作ったか、指紋、中のファイルを返します。",
    responses=problems(403, 404, 422),
)
def read_package(engine: EngineDep, principal: PrincipalDep, package_id: PackageId) -> PackageWithContentsOut:
    with reading(engine) as session:
        kept, _ = get_package(session, principal, package_id)
        (fields,) = _fields(session, [kept])
        contents = tuple(ContentOut(path=each.path, size=each.size) for each in contents_of(session, kept))
    return PackageWithContentsOut.model_validate({**fields, "contents": contents})


@router.get(
    "/packages/{package_id}/content",
    response_class=Response,
    summary="保存用パッケージを取り出す",
    description="ZIP ファイル。取り出しは、含まれる版とともに監査記録に残ります。",
    responses={
        200: {
            "description": "ZIP ファイル",
            "headers": {"Content-Disposition": {"description": "ファイル名", "schema": {"type": "string"}}},
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(403, 404, 410, 422),
    },
)
def read_content(engine: EngineDep, principal: PrincipalDep, package_id: PackageId) -> Response:
    taken = take_package(engine, principal, package_id)
    return Response(taken.content, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition(taken.name)})
