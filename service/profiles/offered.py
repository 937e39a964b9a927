"""Which profiles may be chosen: the one answer for the upload, the REST API and every form that offers a choice."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from minutes.errors import InputError
from minutes.profiles import load_profile, profile_ids
from service.db.profile_tables import ProfileRevision
from service.profiles.revisions import (
    newest_revisions,
    parse_reference,
    profile_in,
    reference_of,
    revision_named,
)


@dataclass(frozen=True)
class OfferedProfile:
    id: str
    """What a form or a request names; a meeting then keeps ``reference``."""
    name: str
    reference: str
    department_id: str | None
    """Whose it is; None: everybody's."""
    revision: int | None = None
    """None: a profile of the program."""


def offered_profiles(session: Session, departments: Collection[str]) -> tuple[OfferedProfile, ...]:
    """What meetings of these departments may be made with from now on: those of the program first, then own ones.

    What is offered for one department is offered for ``[department_id]``; a page on which the department is still to be
    chosen asks for all that come into question, and ``chosen_profile`` holds the choice against the department.
    """
    shipped = (OfferedProfile(each, load_profile(each).name, each, None) for each in profile_ids())
    own = (_offer(each) for each in newest_revisions(session, departments) if each.offered)
    return (*shipped, *own)


def chosen_profile(session: Session, wanted: str, department_id: str) -> str:
    """The reference that a meeting of this department keeps. ``wanted``: an id, or an own profile's id@revision.

    Raises InputError with all that are available.
    """
    offered = {each.id: each for each in offered_profiles(session, [department_id])}
    named = parse_reference(wanted)
    found = offered.get(named.profile_id) if named is not None else None
    if found is not None and named is not None and named.revision is None:
        return found.reference
    if found is not None and found.revision is not None and revision_named(session, wanted) is not None:
        return wanted
    listed = "、".join(f"{each.id}（{each.name}）" for each in offered.values())
    raise InputError(
        f"書式「{wanted[:50]}」は選べません。", where="profile", remedy=f"次から選んでください：{listed}。"
    )


def _offer(row: ProfileRevision) -> OfferedProfile:
    return OfferedProfile(row.profile_id, profile_in(row).name, reference_of(row), row.department_id, row.revision)
