"""Files that an office has anyway, as the beginning of MEETING.json. Nothing is stored: the caller completes and sends it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import Field

from minutes.calendar_file import CALENDAR_MAX_BYTES, CalendarEvent, read_calendar
from minutes.errors import Problem
from minutes.meeting_draft import FromFile, with_roster
from minutes.roster_file import ROSTER_MAX_BYTES, read_roster
from minutes.value import Value
from service.api.problems import problems
from service.auth.dependencies import PrincipalDep
from service.errors import ProblemItem
from service.meetings.intake import require_upload

router = APIRouter(prefix="/meeting-drafts", tags=["meetings"])

_MEETING: dict[str, Any] = {
    "title": "区市町村ＤＸ推進協議会",
    "series_no": 3,
    "starts_at": "2026-05-20T13:30:00+09:00",
    "ends_at": "2026-05-20T14:30:00+09:00",
    "venue": "第一会議室",
    "agenda": [{"no": 1, "title": "今年度の取組"}],
    "roster": [{"id": "p1", "name": "田中 一郎"}],
}
_NOTES = Field(description="ファイルにあって取り込まなかったもの、そのまま取り込んだが確かめる必要のあるもの")


class CalendarDraftOut(Value):
    """``meeting`` or ``choices``, never both."""

    meeting: dict[str, Any] | None = Field(
        description="MEETING.json のうち分かった項目。足りない項目は補ってから登録する。null は予定を選ぶ必要がある",
        examples=[_MEETING],
    )
    choices: tuple[CalendarEvent, ...] = Field(
        description="選ぶ予定。`event`（no）か `date` を付けて、もう一度送る。繰り返しの予定には `date` が要る"
    )
    notes: tuple[ProblemItem, ...] = _NOTES


class RosterDraftOut(Value):
    roster: tuple[dict[str, Any], ...] = Field(
        description="MEETING.json の roster。欠席の人は含まない",
        examples=[[{"id": "p1", "name": "田中 一郎", "org": "総務局", "post": "課長", "aliases": ["会長"]}]],
    )
    notes: tuple[ProblemItem, ...] = _NOTES


@router.post(
    "/calendar",
    response_model=CalendarDraftOut,
    summary="予定表のファイルを会議情報にする",
    description="iCalendar（.ics）の予定から、会議名、回、日時（日本の時刻）、場所、議題、参加者を取り出します。書いていない項目は補わず、"
    "URL とメールアドレスは取り込みません。`roster` に名簿を付けると、出席者は名簿のものになります。何も保存しません。",
    responses=problems(403, 413, 422),
)
def draft_from_calendar(
    *,
    principal: PrincipalDep,
    calendar: Annotated[UploadFile, File(description="iCalendar（.ics）のファイル。2 MB まで")],
    roster: Annotated[UploadFile | None, File(description="名簿（CSV か Excel の .xlsx）。5 MB まで")] = None,
    event: Annotated[int | None, Form(ge=1, description="予定の番号（`choices` の `no`）")] = None,
    day: Annotated[date | None, Form(alias="date", description="会議のあった日。例：2026-05-20")] = None,
) -> CalendarDraftOut:
    require_upload(principal)
    # One byte more than allowed is enough for the reader to see that it is too much.
    file = read_calendar(calendar.file.read(CALENDAR_MAX_BYTES + 1))
    people = None if roster is None else read_roster(roster.file.read(ROSTER_MAX_BYTES + 1))
    if choices := file.choices(event, day):
        return CalendarDraftOut(meeting=None, choices=choices, notes=())
    found = file.draft(event, day)
    if people is not None:
        found = with_roster(found, people)
    return CalendarDraftOut(meeting=found.draft.as_meeting_file(), choices=(), notes=_notes(found.notes))


@router.post(
    "/roster",
    response_model=RosterDraftOut,
    summary="名簿のファイルを出席者にする",
    description="CSV（UTF-8 か CP932）か Excel（.xlsx）の名簿から、氏名、ふりがな、所属、役職、区分を取り出します。見出しの行は最初の30行から"
    "探し、列の順は問いません。読めない行は補わず、シート・行・列とともに `notes` に示します。何も保存しません。",
    responses=problems(403, 413, 422),
)
def draft_from_roster(
    principal: PrincipalDep,
    roster: Annotated[UploadFile, File(description="名簿（CSV か Excel の .xlsx）。5 MB まで")],
) -> RosterDraftOut:
    require_upload(principal)
    found: FromFile = read_roster(roster.file.read(ROSTER_MAX_BYTES + 1))
    return RosterDraftOut(roster=tuple(found.draft.as_meeting_file().get("roster", ())), notes=_notes(found.notes))


def _notes(notes: tuple[Problem, ...]) -> tuple[ProblemItem, ...]:
    return tuple(ProblemItem(what=note.what, where=note.where, remedy=note.remedy) for note in notes)
