"""G1: what is printed of title, date, place and agenda is what the clerk gave."""

from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.document import Finding, Place, Severity
from minutes.era import format_date, series_label, weekday
from minutes.headings import disclosed_title, section_heading
from minutes.render.page import ParagraphKind, page_header

_REDO = "会議情報を確認し、下書きを作り直してください。"


def check_header(source: Source) -> Iterator[Finding]:
    meeting, layout = source.document.meeting, source.profile.layout
    if meeting.weekday is not None and meeting.weekday != weekday(meeting.starts_at):
        yield _error(
            f"曜日「{meeting.weekday}」が開催日 {format_date(meeting.starts_at)} と合いません。"
            "日付か曜日を直してください。",
            "weekday",
        )
    if meeting.ends_at <= meeting.starts_at:
        yield _error("終了時刻が開始時刻より後になっていません。会議情報の日時を直してください。", "ends_at")
    printed = page_header(meeting, source.profile)
    title = next(each.text for each in printed if each.kind is ParagraphKind.TITLE)
    if meeting.title not in title or series_label(meeting) not in title:
        yield _error(f"表題「{title}」に会議名か回次がありません。書式の表題を直してください。", "title")
    fields = "\n".join(each.text for each in printed if each.kind is ParagraphKind.FIELD)
    if "date" in layout.header and format_date(meeting.starts_at) not in fields:
        yield _error("日時が会議情報と一致しません。" + _REDO, "starts_at")
    if "venue" in layout.header and (meeting.venue not in fields or meeting.format not in fields):
        yield _error("場所が会議情報と一致しません。" + _REDO, "venue")
    items = {each.text for each in printed if each.kind is ParagraphKind.AGENDA_ITEM}
    for item in meeting.agenda:
        if "agenda" in layout.header and not any(line.endswith(disclosed_title(item)) for line in items):
            yield _error(f"議題「{item.title}」が議事の一覧と一致しません。" + _REDO, "agenda", item.no)
    wanted = [(item.no, section_heading(item, meeting, source.profile), item.disclosure) for item in meeting.agenda]
    found = [(each.agenda_no, each.heading, each.disclosure) for each in source.document.sections]
    for no, heading, disclosure in wanted:
        if (no, heading, disclosure) not in found:
            yield _error(f"見出し「{heading}」が本文にありません。" + _REDO, "agenda", no)
    for no, heading, disclosure in found:
        if (no, heading, disclosure) not in wanted:
            yield _error(f"本文の見出し「{heading}」は議事にありません。" + _REDO, "agenda", no)
    if [no for no, _, _ in found] != [no for no, _, _ in wanted]:
        yield _error("本文の順序が議事の順序と異なります。" + _REDO, "agenda")


def _error(message: str, field: str, agenda_no: int | None = None) -> Finding:
    return Finding(rule="G1", severity=Severity.ERROR, message=message, place=Place(field=field, agenda_no=agenda_no))
