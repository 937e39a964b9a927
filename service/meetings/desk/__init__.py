"""The review desk: every change that a person makes to a draft, as one value and one way to make it."""

import unicodedata
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import Field
from sqlalchemy import Engine

from minutes.document import MinutesDocument
from minutes.errors import InputError
from service.auth import Principal
from service.db.base import now
from service.db.engine import reading
from service.db.tables import DraftVersion
from service.meetings.desk.command import Occasion
from service.meetings.desk.disclosure import CloseItem, CloseTalk, Reopen
from service.meetings.desk.remarks import AddNote, RemoveNote, Waive, WaiveRule
from service.meetings.desk.sentences import AddEvidence, DeleteSentence, EditSentence, FixRule, RemoveEvidence
from service.meetings.desk.speakers import AddAttendee, ChangeSpeaker
from service.meetings.desk.statements import (
    DeleteStatement,
    MergeStatement,
    MoveStatement,
    PullIn,
    ShiftStatement,
    SplitStatement,
)
from service.meetings.house_style import profile_of
from service.meetings.new_version import save_edit
from service.meetings.queries import get_meeting

AnyChange: TypeAlias = Annotated[
    EditSentence
    | AddEvidence
    | RemoveEvidence
    | DeleteSentence
    | FixRule
    | SplitStatement
    | MergeStatement
    | MoveStatement
    | ShiftStatement
    | DeleteStatement
    | PullIn
    | ChangeSpeaker
    | AddAttendee
    | CloseItem
    | CloseTalk
    | Reopen
    | Waive
    | WaiveRule
    | AddNote
    | RemoveNote,
    Field(discriminator="do"),
]

TEXT_LIMIT = 4000
"""Characters of one field of a change; far above any sentence."""


@dataclass(frozen=True)
class Changed:
    """A change that was saved. ``place``: the id on the review page where the person looks next."""

    saved: DraftVersion
    before: MinutesDocument
    after: MinutesDocument
    place: str


def make_change(engine: Engine, principal: Principal, meeting_id: str, change: AnyChange, *, if_match: int) -> Changed:
    """Make one change. ``if_match`` is the version the person saw; what others changed elsewhere since is kept.

    Raises PreconditionFailed when what the change rests on moved on, Conflict when the draft may not change now,
    InputError for what does not fit.
    """
    _require_printable(change)
    with reading(engine) as session:
        profile = profile_of(session, get_meeting(session, principal, meeting_id))
    occasion = Occasion(profile, principal.display_name, now())
    seen: list[MinutesDocument] = []

    def edit(document: MinutesDocument) -> MinutesDocument:
        edited = change.apply(document, occasion)
        seen[:] = [document, edited]
        return edited

    saved = save_edit(
        engine,
        principal,
        meeting_id,
        edit,
        if_match=if_match,
        change=change.change()[:300],
        event=change.event(),
        detail={"change": change.do},
        rests_on=change.rests_on,
    )
    before, after = seen
    return Changed(saved, before, after, change.place(before, after))


def _require_printable(change: AnyChange) -> None:
    for name, value in change:
        if not isinstance(value, str):
            continue
        if len(value) > TEXT_LIMIT:
            raise InputError("文が長すぎます。", where=name, remedy=f"{TEXT_LIMIT} 文字以内にしてください。")
        # A control character would make the DOCX unreadable.
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\r\n" for c in value):
            raise InputError(
                "使えない文字（制御文字）があります。", where=name, remedy="その文字を取り除いてください。"
            )


__all__ = ["TEXT_LIMIT", "AnyChange", "Changed", "make_change"]
