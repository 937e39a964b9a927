"""A calendar file and a roster read into the form of a new meeting. Nothing is stored; the form can be corrected."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from minutes.calendar_file import CALENDAR_MAX_BYTES, CalendarFile, read_calendar
from minutes.errors import GijiyoshiError, InputError, Problem
from minutes.meeting_draft import FromFile, with_roster
from minutes.roster_file import ROSTER_MAX_BYTES, read_roster
from service.auth.dependencies import WebPrincipalDep
from service.web.header_form import FIELDS
from service.web.new_form import ChoicesDep, HeaderDep, form_page, may_upload
from service.web.prefill import Imported, fill

router = APIRouter()


@router.post("/meetings/new/read")
def read_files(
    request: Request,
    *,
    principal: WebPrincipalDep,
    form: HeaderDep,
    chosen: ChoicesDep,
    calendar: Annotated[UploadFile | None, File()] = None,
    roster_file: Annotated[UploadFile | None, File()] = None,
    held_on: Annotated[str, Form()] = "",
    event: Annotated[str, Form()] = "",
) -> Response:
    may_upload(principal)
    problems: list[Problem] = []
    dates = people = None
    try:
        dates = _calendar(calendar)
    except GijiyoshiError as error:
        problems += _of_file(error, "calendar")
    try:
        people = _roster(roster_file)
    except GijiyoshiError as error:
        problems += _of_file(error, "roster_file")
    if not problems and dates is None and people is None:
        remedy = "予定表か名簿のファイルを選んでから、「読み込む」を押してください。"
        problems.append(Problem("ファイルが選ばれていません。", FIELDS["calendar"], remedy))
    found = people
    if not problems and dates is not None:
        try:
            no, day = _number(event), _day(held_on)
            if choices := dates.choices(no, day):
                return form_page(request, principal, form, chosen, imported=Imported(choices=choices, held_on=held_on))
            found = dates.draft(no, day)
        except GijiyoshiError as error:
            problems += _of_file(error, "calendar")
        else:
            found = found if people is None else with_roster(found, people)
    if problems or found is None:
        return form_page(
            request, principal, form, chosen, status=422, imported=Imported(problems=tuple(problems), held_on=held_on)
        )
    filled, imported = fill(
        form, found.draft, by_calendar="予定表から", by_roster="予定表から" if people is None else "名簿から"
    )
    shown = Imported(origins=imported.origins, kept=imported.kept, notes=found.notes, held_on=held_on)
    return form_page(request, principal, filled, chosen, imported=shown)


def _calendar(file: UploadFile | None) -> CalendarFile | None:
    # One byte more than allowed is enough for the reader to see that it is too much.
    return read_calendar(file.file.read(CALENDAR_MAX_BYTES + 1)) if file is not None and file.filename else None


def _roster(file: UploadFile | None) -> FromFile | None:
    return read_roster(file.file.read(ROSTER_MAX_BYTES + 1)) if file is not None and file.filename else None


def _of_file(error: GijiyoshiError, field: str) -> list[Problem]:
    """With the file before the place, unless the place is a field of the page itself."""
    return [
        Problem(
            each.what,
            each.where if each.where in FIELDS.values() else f"{FIELDS[field]} {each.where}".strip(),
            each.remedy,
        )
        for each in error.problems
    ]


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise InputError("予定の番号ではありません。", remedy="一覧から予定を選んでください。")
    return int(text)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("日付ではありません。", where=FIELDS["held_on"], remedy="年月日を選んでください。") from None
