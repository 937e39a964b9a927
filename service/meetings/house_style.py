"""The house style a meeting is checked with: its profile, with the dictionary of its department."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.profile import HouseWord, Profile
from service.db import tables
from service.db.tables import MeetingRow
from service.profiles.revisions import profile_named

NAME = "名前"
"""The kind of entry that is a person's name."""


def profile_of(session: Session, row: MeetingRow, document: MinutesDocument | None = None) -> Profile:
    """The profile of the meeting as its department writes; with ``document``, the one that this version of the draft
    was laid out with, which a person may have changed since."""
    profile = profile_named(session, row.profile if document is None else document.profile)
    words = session.execute(
        select(tables.HouseWord.wrong, tables.HouseWord.right, tables.HouseWord.kind)
        .where(tables.HouseWord.department_id == row.department_id)
        .order_by(tables.HouseWord.wrong)
    )
    listed = {each.wrong: HouseWord(wrong=each.wrong, right=each.right, name=each.kind == NAME) for each in words}
    if not listed:
        return profile
    kept = (each for each in profile.house_words if each.wrong not in listed)
    return profile.model_copy(update={"house_words": (*kept, *listed.values())})
