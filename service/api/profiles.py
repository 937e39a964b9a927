"""Profiles that meetings can be made with: those of the program and those that people made."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from minutes.profile import Profile
from minutes.profiles import load_profile, profile_ids, profile_yaml
from minutes.value import Value
from service.api.problems import problems
from service.api.schemas import ID_EXAMPLE
from service.auth import Action, Principal, require
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.profile_tables import ProfileRevision
from service.errors import NotFound
from service.profiles.offered import OfferedProfile, offered_profiles
from service.profiles.revisions import profile_in, reference_of, revision_named

router = APIRouter(prefix="/profiles", tags=["profiles"])


class ProfileSummary(Value):
    """A profile that may be chosen for a new meeting."""

    id: str = Field(description="会議の登録で指定する値", examples=["soumu_kaigi"])
    name: str = Field(examples=["庁内会議（議事要旨・役職まで）"])
    reference: str = Field(description="いま選ぶと会議に残る値", examples=["soumu_kaigi@3"])
    department_id: str | None = Field(description="使う所属。null はすべて", examples=[ID_EXAMPLE])
    revision: int | None = Field(description="最新の改訂。null は付属の書式")

    @classmethod
    def of(cls, offered: OfferedProfile) -> "ProfileSummary":
        return cls(**{name: getattr(offered, name) for name in cls.model_fields})


class ProfileOut(Value):
    """One revision of a profile, with all it says."""

    reference: str = Field(examples=["soumu_kaigi@3"])
    offered: bool = Field(description="false は取り下げられた書式")
    sha256: str | None = Field(description="改訂の内容の SHA-256。null は付属の書式")
    reason: str | None = Field(description="改訂の理由")
    created_at: datetime | None
    profile: Profile


@router.get(
    "",
    response_model=tuple[ProfileSummary, ...],
    summary="書式の一覧",
    description="会議の登録で選べる書式です。付属の書式の後に、閲覧できる所属の書式が識別名の順に並びます。",
    responses=problems(422),
)
def read_profiles(engine: EngineDep, principal: PrincipalDep) -> tuple[ProfileSummary, ...]:
    with reading(engine) as session:
        return tuple(map(ProfileSummary.of, offered_profiles(session, principal.departments(Action.read))))


@router.get(
    "/{reference}",
    response_model=ProfileOut,
    summary="書式",
    description="識別名なら最新の改訂を、`識別名@改訂` ならその改訂を返します。取り下げられたものも、会議が使っているので読めます。"
    "`format=yaml` は、画面で読み込める YAML です。",
    responses={
        200: {"content": {"application/yaml": {"schema": {"type": "string"}}}},
        **problems(403, 404, 422),
    },
)
def read_profile(
    engine: EngineDep,
    principal: PrincipalDep,
    reference: Annotated[str, Path(description="識別名、または 識別名@改訂", max_length=60)],
    format: Annotated[Literal["json", "yaml"], Query(description="json か yaml")] = "json",
) -> ProfileOut | Response:
    with reading(engine) as session:
        found = _found(session, principal, reference)
    if format == "yaml":
        plain = found.profile.model_copy(update={"id": found.reference.partition("@")[0]})
        return Response(profile_yaml(plain), media_type="application/yaml")
    return found


def _found(session: Session, principal: Principal, reference: str) -> ProfileOut:
    if reference in profile_ids():
        return ProfileOut(
            reference=reference,
            offered=True,
            sha256=None,
            reason=None,
            created_at=None,
            profile=load_profile(reference),
        )
    row: ProfileRevision | None = revision_named(session, reference)
    if row is None:
        raise NotFound("書式が見つかりません。", where="reference", remedy="書式の一覧（profiles）で確かめてください。")
    if row.department_id is not None:
        require(principal, Action.read, row.department_id)
    newest = revision_named(session, row.profile_id)
    return ProfileOut(
        reference=reference_of(row),
        offered=newest is not None and newest.offered,
        sha256=row.sha256,
        reason=row.reason,
        created_at=row.created_at,
        profile=profile_in(row),
    )
