"""Reading profiles by name: those of the program by their id, own ones by id and revision (``council@3``)."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from minutes.profile import Profile
from minutes.profiles import load_profile, profile_ids
from service.db.profile_tables import ProfileRevision

_REFERENCE = re.compile(r"(?P<id>[a-z][a-z0-9_]{1,39})(?:@(?P<revision>[1-9][0-9]{0,8}))?")


class Reference(NamedTuple):
    """``revision`` None: the newest, or a profile of the program, which has no revisions."""

    profile_id: str
    revision: int | None

    def __str__(self) -> str:
        return self.profile_id if self.revision is None else f"{self.profile_id}@{self.revision}"


def parse_reference(text: str) -> Reference | None:
    """None for a text that can name no profile."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return None
    return Reference(match["id"], int(match["revision"]) if match["revision"] else None)


def reference_of(row: ProfileRevision) -> str:
    return str(Reference(row.profile_id, row.revision))


def profile_in(row: ProfileRevision) -> Profile:
    """The profile as it was saved; its id is the reference."""
    return Profile.model_validate_json(row.content)


def profile_named(session: Session, reference: str) -> Profile:
    """What a meeting or a draft says it was made with. Raises InputError for what there never was."""
    if reference in profile_ids():
        return load_profile(reference)
    row = revision_named(session, reference)
    if row is None:
        raise InputError(
            f"書式「{reference[:60]}」はありません。",
            where="profile",
            remedy="管理者に、書式の一覧を確かめてください。",
        )
    return profile_in(row)


def name_of(profile: Profile) -> str:
    """For people, with the revision where there are several."""
    _, _, revision = profile.id.partition("@")
    return f"{profile.name}（第{revision}改訂）" if revision else profile.name


def revision_named(session: Session, reference: str) -> ProfileRevision | None:
    """The revision of that name, the newest where the name says none; None where there is none."""
    named = parse_reference(reference)
    if named is None:
        return None
    query = select(ProfileRevision).where(ProfileRevision.profile_id == named.profile_id)
    if named.revision is not None:
        query = query.where(ProfileRevision.revision == named.revision)
    return session.scalar(query.order_by(ProfileRevision.revision.desc()).limit(1))


def history_of(session: Session, profile_id: str) -> Sequence[ProfileRevision]:
    """All revisions, newest first."""
    query = select(ProfileRevision).where(ProfileRevision.profile_id == profile_id)
    return session.scalars(query.order_by(ProfileRevision.revision.desc())).all()


def newest_revisions(session: Session, departments: Collection[str]) -> Sequence[ProfileRevision]:
    """The newest revision of each own profile of these departments or of all departments, by id; withdrawn ones too."""
    last = (
        select(ProfileRevision.profile_id, func.max(ProfileRevision.revision).label("revision"))
        .group_by(ProfileRevision.profile_id)
        .subquery()
    )
    query = (
        select(ProfileRevision)
        .join(
            last,
            and_(ProfileRevision.profile_id == last.c.profile_id, ProfileRevision.revision == last.c.revision),
        )
        .where(or_(ProfileRevision.department_id.is_(None), ProfileRevision.department_id.in_(departments)))
        .order_by(ProfileRevision.profile_id)
    )
    return session.scalars(query).all()
