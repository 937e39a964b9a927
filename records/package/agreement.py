"""What people wrote of a record must not contradict what the minutes themselves say."""

from collections.abc import Iterator
from datetime import datetime

from minutes.document import MinutesDocument
from minutes.era import JST, format_day
from minutes.errors import Problem
from minutes.meeting import Disclosure
from minutes.public import closed_ids
from records.metadata.description import Description
from records.metadata.fiscal_year import fiscal_year_of, label
from records.metadata.item import Openness


def disagreements(document: MinutesDocument, approved_at: datetime, description: Description) -> Iterator[Problem]:
    """One Problem for each; ``where`` is the field of the description."""
    closed = bool(closed_ids(document)) or any(
        each.disclosure is not Disclosure.PUBLIC for each in document.meeting.agenda
    )
    if closed and description.item.openness is Openness.OPEN:
        yield Problem(
            "公開区分が「公開」ですが、議事要旨には非公開の部分があります。",
            "item.openness",
            "部分公開か非公開にして、理由を書いてください。",
        )
    made = approved_at.astimezone(JST).date()
    if description.file.fiscal_year > fiscal_year_of(made):
        yield Problem(
            f"作成・取得年度が{label(description.file.fiscal_year)}ですが、承認は{format_day(made)}です。",
            "file.fiscal_year",
            f"{label(fiscal_year_of(made))}か、簿冊の最も早い文書の年度にしてください。",
        )
