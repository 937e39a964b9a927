"""What a form of the body's own may show of an approved 議事要旨, under Japanese names: see docs/records.md."""

from collections.abc import Iterator
from typing import Any

from minutes.document import BlockType, MinutesDocument, Section
from minutes.era import format_day, series_label
from minutes.headings import disclosed_title, heading_presenter_id
from minutes.labels import attendee_label, full_name
from minutes.meeting import AgendaItem, Disclosure
from minutes.profile import Profile
from minutes.render.page import block_text, one_line, page_title, printed, when_held
from records.metadata.description import Description
from records.metadata.fiscal_year import label

_KINDS = {
    BlockType.BULLET: "挨拶",
    BlockType.STATEMENT: "発言",
    BlockType.REPORT: "報告",
    BlockType.NOTE: "見出し",
}


def form_values(document: MinutesDocument, profile: Profile, description: Description) -> dict[str, Any]:
    """Texts, lists and groups of these: nothing that a form could do anything with but print it.

    For the 公開版 give it ``minutes.public.public_view`` of the document.
    """
    shown = printed(document, profile)
    meeting = shown.meeting
    return {
        "表題": page_title(meeting, profile),
        "会議名": one_line(meeting.title),
        "回": series_label(meeting),
        "日時": when_held(meeting, profile),
        "場所": one_line(meeting.venue),
        "開催方法": one_line(meeting.format),
        "出席者": [one_line(full_name(each)) for each in meeting.roster],
        "傍聴者": "" if meeting.observers is None else f"{meeting.observers}名",
        "配布資料": [one_line(each) for each in meeting.materials],
        "議事": [_agenda(item, document, profile) for item in meeting.agenda],
        "本文": [
            {"見出し": one_line(section.heading), "発言": list(_blocks(section, meeting.item(section.agenda_no)))}
            for section in shown.sections
        ],
        "文書": _item(description),
        "簿冊": _file(description),
    }


def _agenda(item: AgendaItem, document: MinutesDocument, profile: Profile) -> dict[str, Any]:
    closed = item.disclosure is Disclosure.CLOSED
    presenters = [attendee_label(document.meeting.attendee(each), profile) for each in item.presenter_ids]
    children = [] if closed else [each.title for each in item.subitems] or presenters
    return {
        "番号": str(item.no),
        "題": one_line(disclosed_title(item)),
        "内訳": [one_line(each) for each in children],
    }


def _blocks(section: Section, item: AgendaItem) -> Iterator[dict[str, str]]:
    """As on the page, a greeter is named once: not again with each topic, nor where the heading has the name."""
    greeter = heading_presenter_id(item)
    for block in section.blocks:
        again = block.type is BlockType.BULLET and block.attendee_id is not None and block.attendee_id == greeter
        greeter = block.attendee_id if block.type is BlockType.BULLET else None
        yield {
            "種類": _KINDS[block.type],
            "件名": one_line(block.title or ""),
            "発言者": "" if again else one_line(block.label or ""),
            "文": block_text(block),
        }


def _item(description: Description) -> dict[str, str]:
    item = description.item
    return {
        "番号": item.number or "",
        "起案日": format_day(item.drafted_on) if item.drafted_on else "",
        "決裁日": format_day(item.decided_on) if item.decided_on else "",
        "施行日": format_day(item.enforced_on) if item.enforced_on else "",
        "起案者": str(item.drafter),
        "決裁区分": item.decision,
        "公開区分": item.openness.value,
        "非公開の理由": item.openness_reason or "",
        "備考": item.remarks,
    }


def _file(description: Description) -> dict[str, str]:
    file = description.file
    return {
        "年度": label(file.fiscal_year),
        "分類記号": file.class_code,
        "大分類": file.class_large,
        "中分類": file.class_mid,
        "名称": file.file_title,
        "保存期間": file.retention_period,
        "起算日": format_day(file.retention_start) if file.retention_start else "",
        "満了日": format_day(file.retention_end) if file.retention_end else "",
        "満了時の措置": file.disposal.value,
    }
