"""The fields of a meeting that an event names: title, place, people, agenda. No address of anything is kept."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any

from minutes.agenda_text import read_agenda
from minutes.calendar_file.broken import part_of
from minutes.errors import Problem
from minutes.folding import fold_key
from minutes.meeting import AgendaItem, Attendee, Disclosure
from minutes.meeting_draft import OF_INVITED, FromFile, MeetingDraft, is_full_name, numbered_people, one_line

MOSTOF_INVITED = 500
_ADDRESS = re.compile(
    r"(?:(?:https?|ftp|tel|sip|mailto|zoommtg)://|\b(?:mailto|tel|sip):|\bwww\.)[!#-;=?-~]+"
    r"|[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)*"
)
_SECRET = re.compile(
    r"(?:(?:ミーティング|会議|ウェビナー|meeting)\s*ID|パスコード|パスワード|passcode|password|PIN)\s*[:：].*",
    re.IGNORECASE,
)
"""What lets somebody into a conference stands where the place stands."""
_LEFT_OVER = re.compile(r"[(（<\[【]\s*[)）>\]】]")
_EDGES = " 　;；,，、/／|｜・:：-‐–<>"
_SERIES = re.compile(
    r"(?:第\s*(\d{1,4})\s*回[\s　]*(?=\S)(?!.*第\s*\d+\s*回))(.+)|(.+?)[\s　]*[(（]?\s*第\s*(\d{1,4})\s*回\s*[)）]?"
)
_HELD = re.compile(
    r"(?:オンライン|ハイブリッド|Web|ウェブ|ＷＥＢ|書面|対面)(?:併用)?(?:開催|会議)|オンライン併用", re.IGNORECASE
)
_TOLD = re.compile(r"^[ \t　・○●■◆]*(?:開催方法|開催形式|実施方法)[ \t　]*[:：][ \t　]*(\S.*)$", re.MULTILINE)
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_LINE_TAGS = {"br", "/p", "/div", "/li", "/tr", "p", "div", "li", "ul", "ol", "tr"}
_CONFERENCES = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
)


def fields_of(event: Any, start: datetime, end: datetime | None) -> FromFile:
    """The draft of one instance. Never raises for what a field says: what cannot be used is a note."""
    notes: list[Problem] = []
    if end is None:
        notes.append(Problem("終了日時がありません。", "予定表の日時", "終了日時を入力してください。"))
    if event.errors:
        what = f"予定の中に読めない行があります（{len(event.errors)}か所）。"
        notes.append(Problem(what, "予定表", "会議の名称、場所、参加者などが欠けていないか確かめてください。"))
    title, series_no = _title(text_of(event, "SUMMARY"), notes)
    venue, held = _place(event, notes)
    agenda = _agenda(event, notes)
    draft = MeetingDraft(
        title=title,
        series_no=series_no,
        starts_at=start,
        ends_at=end,
        venue=venue,
        format=held,
        agenda=agenda,
        roster=numbered_people(list(_people(event, notes))),
    )
    return FromFile(draft, tuple(notes))


def text_of(event: Any, name: str) -> str:
    """The words of a property; of one that is given twice the first."""
    value = event.get(name)
    return str((value[0] if value else "") if isinstance(value, list) else value or "")


def without_addresses(text: str) -> str:
    """One line without addresses of pages, people and telephones, and without what opens a conference."""
    kept = _SECRET.sub("", _ADDRESS.sub("", text))
    if kept == text:
        return one_line(text)
    while (closed := _LEFT_OVER.sub("", kept)) != kept:
        kept = closed
    return one_line(kept).strip(_EDGES)


def _title(summary: str, notes: list[Problem]) -> tuple[str, int | None]:
    title = without_addresses(summary)
    if not title:
        notes.append(Problem("件名がありません。", "予定表の件名", "会議の名称を入力してください。"))
        return "", None
    match = _SERIES.fullmatch(title)
    number = unicodedata.normalize("NFKC", (match[1] or match[4]) if match else "")
    if match is None or not number.isascii() or int(number) < 1:
        return title, None
    return (match[2] or match[3]).strip(), int(number)


def _place(event: Any, notes: list[Problem]) -> tuple[str, str]:
    """Venue and, where the words are there, how it was held."""
    written = text_of(event, "LOCATION")
    venue = without_addresses(written)
    told = _TOLD.search(_plain(text_of(event, "DESCRIPTION")))
    match = _HELD.search(f"{venue}\n{text_of(event, 'SUMMARY')}")
    held = without_addresses(told[1]) if told else match[0] if match else ""
    if venue == "オンライン":
        held = held or venue
    if venue and venue == held:
        venue = ""
    online = bool(_ADDRESS.search(written)) or any(event.get(name) for name in _CONFERENCES)
    if online and not held:
        what = "オンライン会議のアドレスがありますが、開催方法は書かれていません（アドレスは取り込みません）。"
        notes.append(
            Problem(what, "予定表の場所", "開催方法（オンライン開催、オンライン併用開催など）を入力してください。")
        )
    return venue, held


def _agenda(event: Any, notes: list[Problem]) -> tuple[AgendaItem, ...]:
    body = _plain(text_of(event, "DESCRIPTION"))
    # Addresses go line by line: one that stands for a whole title leaves a number without words, which is no item.
    found = read_agenda("\n".join(map(without_addresses, body.splitlines())))
    where = "予定表の本文"
    if not found:
        what = (
            "本文から議題を読み取れません（1から続く番号の付いた行がありません）。"
            if body.strip()
            else "本文がありません。"
        )
        notes.append(Problem(what, where, "議事を入力してください。"))
    for item in found:
        if item.disclosure is not Disclosure.PUBLIC:
            what = f"議題{item.no}「{item.title}」は非公開とありますが、理由は予定表にありません。"
            notes.append(Problem(what, where, "非公開の理由を入力してください。"))
    return found


def _plain(body: str) -> str:
    """The lines of a body that a web calendar wrote with tags."""
    if not _TAG.search(body):
        return body
    return unescape(_TAG.sub(lambda tag: "\n" if tag[1].lower() in _LINE_TAGS else "", body))


def _people(event: Any, notes: list[Problem]) -> Iterator[Attendee]:
    """Who is named, the organiser first. That somebody was invited does not mean that they came."""
    names: dict[str, str] = {}
    declined: list[str] = []
    nameless = 0
    for written in _addresses(event):
        name = _name(written)
        if str(written.params.get("CUTYPE", "INDIVIDUAL")).upper() in {"ROOM", "RESOURCE"}:
            continue
        if not name:
            nameless += 1
        elif str(written.params.get("PARTSTAT", "")).upper() == "DECLINED":
            declined.append(name)
        elif str(written.params.get("CUTYPE", "")).upper() == "GROUP":
            what = f"「{name}」は人ではなくグループです。"
            notes.append(Problem(what, OF_INVITED, "出席した人を入力してください。"))
        else:
            names.setdefault(fold_key(name), name)
    if nameless:
        what = f"{nameless}人は氏名がなく、メールアドレスだけです（アドレスは取り込みません）。"
        notes.append(Problem(what, OF_INVITED, "氏名を入力してください。"))
    if declined:
        what = f"欠席と答えた人は入れていません（{_listed(declined)}）。"
        notes.append(Problem(what, OF_INVITED, "出席していれば加えてください。"))
    kept = [name for key, name in names.items() if key not in set(map(fold_key, declined))]
    if len(kept) > MOSTOF_INVITED:
        what = f"参加者が多すぎます（{len(kept)}人。上限{MOSTOF_INVITED}人）。"
        notes.append(Problem(what, OF_INVITED, "名簿のファイルを使うか、出席者を入力してください。"))
        return
    if kept:
        what = "参加者は予定表の表示名のままです。所属、役職、区分は書かれていません。"
        notes.append(Problem(what, OF_INVITED, "実際に出席した人と、氏名、所属、役職、区分を確かめてください。"))
    run_together = [name for name in kept if not is_full_name(name)]
    if run_together:
        what = f"姓と名の区切りが分からない表示名があります（{_listed(run_together)}）。"
        notes.append(Problem(what, OF_INVITED, "「平岡 修」のように、姓と名の間に空白を1つ入れてください。"))
    yield from (Attendee(id="p", name=name) for name in kept)


def _addresses(event: Any) -> Iterator[Any]:
    for name in ("ORGANIZER", "ATTENDEE"):
        value = event.get(name)
        yield from (
            each for each in (value if isinstance(value, list) else [value]) if part_of(each, "params") is not None
        )


def _name(written: Any) -> str:
    given = written.params.get("CN", "")
    name = str(given[0] if isinstance(given, list) and given else given or "")
    return without_addresses(name).strip("'\"’”“‘ ")


def _listed(names: list[str]) -> str:
    return "、".join(names[:5]) + ("など" if len(names) > 5 else "")
