"""The house style a meeting is checked with: its profile, with the dictionary of its department."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.profile import HouseWord, Profile
from minutes.profiles import load_profile
from service.db import tables
from service.db.tables import MeetingRow

NAME = "名前"
"""The kind of entry that is a person's name."""


def profile_of(session: Session, row: MeetingRow) -> Profile:
    """The profile of the meeting as its department writes."""
    words = session.execute(
        select(tables.HouseWord.wrong, tables.HouseWord.right, tables.HouseWord.kind)
        .where(tables.HouseWord.department_id == row.department_id)
        .order_by(tables.HouseWord.wrong)
    )
    listed = tuple(HouseWord(wrong=wrong, right=right, name=kind == NAME) for wrong, right, kind in words)
    profile = load_profile(row.profile)
    return profile.model_copy(update={"house_words": listed}) if listed else profile
