"""Printed speaker labels, by the profile's attribution policy. Rule of form: domain conventions, labels by side."""

from collections.abc import Iterable

from minutes.document import UNRESOLVED
from minutes.meeting import Attendee, Meeting, Side
from minutes.profile import AttributionPolicy, Profile

NO_LABEL = "ラベルなし"


def attendee_label(attendee: Attendee, profile: Profile) -> str:
    """The label without parentheses: 団体 役職 姓 名, and the guests' honorific. Own side and co-host carry none."""
    guest = attendee.side is Side.GUEST
    match profile.attribution:
        case AttributionPolicy.FULL:
            parts = [*_role(attendee), attendee.name]
        case AttributionPolicy.ROLE:
            parts = list(_role(attendee)) or [attendee.name]
        case AttributionPolicy.ORG:
            own = attendee.side is Side.OWN
            parts = [(attendee.post or attendee.org) if own else (attendee.org or attendee.post)]
            parts = [part for part in parts if part] or [attendee.name]
    if guest and profile.guest_honorific:
        parts.append(profile.guest_honorific)
    return " ".join(parts)


def full_name(attendee: Attendee) -> str:
    """団体 役職 姓 名 without honorific, for lists headed 敬称略."""
    return " ".join([*_role(attendee), attendee.name])


def presenters_label(ids: Iterable[str], meeting: Meeting, profile: Profile) -> str:
    """Labels of several people on one line; empty for nobody."""
    return "、".join(attendee_label(meeting.attendee(each), profile) for each in ids)


def unresolved_label(raw: str | None) -> str:
    """What stands in a draft until a person says who spoke."""
    return f"{UNRESOLVED}：{raw or NO_LABEL}"


def speaker_label(attendee_id: str | None, raw: str | None, meeting: Meeting, profile: Profile) -> str:
    return unresolved_label(raw) if attendee_id is None else attendee_label(meeting.attendee(attendee_id), profile)


def _role(attendee: Attendee) -> tuple[str, ...]:
    # デジタルサービス局 デジタルサービス局長 is printed as デジタルサービス局長.
    org = "" if attendee.post.startswith(attendee.org) else attendee.org
    proxy = f"{attendee.proxy_for} 代理" if attendee.proxy_for else ""
    if proxy:
        org = attendee.org
    return tuple(part for part in (org, proxy, attendee.post) if part)
