"""Another profile for a draft, or a newer revision of its own: a person's choice, and a new version like any edit.

Until somebody makes it, a draft is printed with the profile it was made with, whatever becomes of that profile.
"""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.redressed import redressed
from service.audit import AuditEventName
from service.auth import Action, Principal, require
from service.db.engine import reading
from service.db.tables import DraftVersion, MeetingRow
from service.errors import Conflict
from service.meetings.new_version import require_editable, save_edit
from service.meetings.queries import get_meeting
from service.profiles.offered import OfferedProfile, chosen_profile, offered_profiles
from service.profiles.revisions import profile_named


def choices_for(session: Session, principal: Principal, row: MeetingRow) -> tuple[OfferedProfile, ...]:
    """What the draft may be set out in instead. Raises Forbidden, and Conflict when the draft may not change now."""
    require(principal, Action.edit, row.department_id)
    require_editable(row)
    return tuple(each for each in offered_profiles(session, [row.department_id]) if each.reference != row.profile)


def restyle(engine: Engine, principal: Principal, meeting_id: str, wanted: str, *, if_match: int) -> DraftVersion:
    """Set the draft out in another profile: headings, labels and lines of the form anew, every sentence as it stands.

    Raises InputError for a profile that is not offered, PreconditionFailed when the draft moved on, Conflict when it may
    not change now or has this profile already.
    """
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, row.department_id)
        reference = chosen_profile(session, wanted, row.department_id)
        profile = profile_named(session, reference)
        if reference == row.profile and row.current_version == if_match:
            raise Conflict("素案は、すでにこの書式です。", where="profile", remedy="別の書式を選んでください。")
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: redressed(document, profile),
        if_match=if_match,
        change=f"書式の変更（{reference}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"profile": reference},
    )
