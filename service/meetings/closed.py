"""What a person may see of a meeting: closed talk only with the right to it, 「（非公開）」 in its place without.

Every way out of the service that shows something of a draft to whoever may merely read the meeting goes through here.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from minutes.document import DraftUtterance, MinutesDocument
from minutes.meeting import Meeting
from minutes.transcript import Transcript
from minutes.transcript.model import Notice, Utterance
from minutes.withheld import WITHHELD, withheld_meeting, withheld_text, withheld_view
from service.auth import Action, Principal
from service.db.tables import DraftVersion, Job, MeetingRow
from service.jobs.requests import JobKind
from service.meetings.editing import SPEAKER_DECIDED
from service.meetings.queries import current_draft

_FIXED_SENTENCES = frozenset({"internal", "resource", "unavailable"})
"""Categories of failures whose sentence is the same for every meeting."""


def sees_closed(principal: Principal, row: MeetingRow) -> bool:
    return principal.may(Action.read_closed, row.department_id)


def shown_document(principal: Principal, row: MeetingRow, document: MinutesDocument) -> MinutesDocument:
    """The draft as this person may see it."""
    return document if sees_closed(principal, row) else withheld_view(document)


def sees_proposals(session: Session, principal: Principal, row: MeetingRow) -> bool:
    """Whether the sentences that models propose may be shown: nobody has read them through yet, so where anything of the
    draft is withheld, they are."""
    if sees_closed(principal, row):
        return True
    draft = current_draft(session, row)
    return draft is not None and shown_document(principal, row, draft[1]) is draft[1]


def shown_meeting(principal: Principal, row: MeetingRow, document: MinutesDocument | None) -> Mapping[str, Any]:
    """The meeting's header as JSON. ``document`` is the newest draft, if there is one."""
    meeting = Meeting.model_validate_json(row.meeting_json)
    if not sees_closed(principal, row):
        meeting = withheld_view(document).meeting if document is not None else withheld_meeting(meeting)
    shown: dict[str, Any] = meeting.model_dump(mode="json")
    return shown


def shown_transcript(
    principal: Principal, row: MeetingRow, transcript: Transcript, document: MinutesDocument | None
) -> Transcript:
    """What was uploaded. Before the first draft nothing says which part of it is closed, so all of it is withheld."""
    if sees_closed(principal, row):
        return transcript
    shown = {each.id: each for each in withheld_view(document).utterances} if document is not None else {}
    return transcript.model_copy(
        update={
            "utterances": tuple(_as_shown(each, shown.get(each.id)) for each in transcript.utterances),
            "notices": tuple(Notice(line=each.line, what=WITHHELD, remedy="") for each in transcript.notices),
        }
    )


def _as_shown(utterance: Utterance, shown: DraftUtterance | None) -> Utterance:
    if shown is not None and shown.text == utterance.text:
        return utterance
    return utterance.model_copy(update={"label": None, "text": WITHHELD, "start": None, "end": None})


def shown_words(
    principal: Principal, row: MeetingRow, document: MinutesDocument | None, text: str | None
) -> str | None:
    """What a person wrote about the draft, e.g. on signing or returning it: it may quote closed talk."""
    if sees_closed(principal, row) or document is None:
        return text
    return withheld_text(document, text)


def shown_reason(principal: Principal, row: MeetingRow, document: MinutesDocument | None) -> str | None:
    """Why the draft was returned."""
    return shown_words(principal, row, document, row.return_reason)


def shown_change(principal: Principal, row: MeetingRow, version: DraftVersion) -> str:
    """What a version changed. It may name the raw label of somebody who spoke in closed talk only."""
    if sees_closed(principal, row) or not version.change.startswith(SPEAKER_DECIDED):
        return version.change
    return SPEAKER_DECIDED + WITHHELD


def shown_failure(principal: Principal, row: MeetingRow, job: Job) -> str | None:
    """Why drafting failed. Sentences about input may quote a line of it, and no draft says which lines are closed."""
    if job.error_public is None:
        return None
    if job.error_category in _FIXED_SENTENCES or sees_closed(principal, row):
        return job.error_public
    what = "案を作れませんでした。" if job.kind == JobKind.REGENERATE else "素案を作成できませんでした。"
    return f"{what}理由{WITHHELD}"
