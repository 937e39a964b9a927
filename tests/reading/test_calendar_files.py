"""Calendar files as Outlook, Google and groupware write them, and as they arrive when something went wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.agenda_text import read_agenda
from minutes.calendar_file import CALENDAR_MAX_BYTES, read_calendar
from minutes.errors import GijiyoshiError, InputError
from minutes.meeting import AgendaKind, Disclosure

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//JP\n"


def ics(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"{HEAD}{head}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


OUTLOOK = ics(
    """UID:040000008200E00074C5B7101A82E008
SUMMARY;LANGUAGE=ja:第3回 青嶺県・市町村デジタル推進協議会
DTSTART;TZID="Tokyo Standard Time":20260520T133000
DTEND;TZID="Tokyo Standard Time":20260520T150000
LOCATION:青嶺県庁舎 4階 第1会議室\\; Microsoft Teams 会議 https://teams.example/l/abc?x=1
X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example/l/abc
ORGANIZER;CN=早乙女 遥:mailto:saotome@aomine.example
ATTENDEE;CN="髙峰　玲子";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:takamine@aomine.example
ATTENDEE;CN=早乙女 遥:mailto:saotome@aomine.example
ATTENDEE;CN=第1会議室;CUTYPE=RESOURCE:mailto:room1@aomine.example
ATTENDEE;CN=市町村連絡網;CUTYPE=GROUP:mailto:all@aomine.example
ATTENDEE;CN=usami@kirihara.example:mailto:usami@kirihara.example
ATTENDEE;CN=根本 徹;PARTSTAT=DECLINED:mailto:nemoto@aomine.example
DESCRIPTION:お世話になっております。\\n\\n次第\\n１　挨拶\\n２　報告事項\\n　(1) 窓口予約につ
 いて\\n　(2) 教室について https://docs.example/2\\n３　共同調達（非公開）\\n\\n会議 ID: 123 456\\nパスコード: geheim""",
    head="""BEGIN:VTIMEZONE
TZID:Tokyo Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
""",
)


def test_an_invitation_becomes_a_draft_that_holds_no_address() -> None:
    found = read_calendar(OUTLOOK).draft()
    draft = found.draft
    assert (draft.title, draft.series_no) == ("青嶺県・市町村デジタル推進協議会", 3)
    assert draft.as_meeting_file()["starts_at"] == "2026-05-20T13:30:00+09:00"
    assert draft.as_meeting_file()["ends_at"] == "2026-05-20T15:00:00+09:00"
    assert draft.venue == "青嶺県庁舎 4階 第1会議室; Microsoft Teams 会議"
    assert draft.format == ""  # that there is a link says nothing about who sat in the room
    assert [each.name for each in draft.roster] == ["早乙女 遥", "髙峰 玲子"]
    assert [(each.no, each.title, each.kind) for each in draft.agenda] == [
        (1, "挨拶", AgendaKind.GREETING),
        (2, "報告事項", AgendaKind.REPORT),
        (3, "共同調達", AgendaKind.OTHER),
    ]
    assert [each.title for each in draft.agenda[1].subitems] == ["窓口予約について", "教室について"]
    assert (draft.agenda[2].disclosure, draft.agenda[2].reason) == (Disclosure.CLOSED, None)
    everything = draft.model_dump_json() + str(found.notes)
    assert not [word for word in ("@", "https", "geheim", "第1会議室」", "room1") if word in everything]
    said = "".join(note.what for note in found.notes)
    for word in ("アドレスがあります", "1人は氏名がなく", "根本 徹", "市町村連絡網", "理由は予定表にありません"):
        assert word in said, word


@pytest.mark.parametrize(
    ("lines", "starts", "ends"),
    [
        ("DTSTART:20260520T043000Z\nDTEND:20260520T060000Z", "13:30", "15:00"),
        ("DTSTART;TZID=Asia/Tokyo:20260520T133000\nDURATION:PT90M", "13:30", "15:00"),
        ("DTSTART:20260520T133000\nDTEND:20260520T150000", "13:30", "15:00"),
        ("DTSTART;TZID=America/New_York:20260520T003000\nDTEND;TZID=Asia/Tokyo:20260520T150000", "13:30", "15:00"),
    ],
    ids=["UTC", "a zone and a length", "floating is Japan", "two zones"],
)
def test_times_are_those_of_japan(lines: str, starts: str, ends: str) -> None:
    draft = read_calendar(ics(f"SUMMARY:会議\n{lines}")).draft().draft
    assert f"{draft.starts_at:%Y-%m-%d %H:%M}" == f"2026-05-20 {starts}" and f"{draft.ends_at:%H:%M}" == ends


def zone(name: str, offset: str) -> str:
    standard = f"BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\n"
    return f"BEGIN:VTIMEZONE\nTZID:{name}\n{standard}END:VTIMEZONE\n"


@pytest.mark.parametrize("name", ["(UTC+09:00) 大阪、札幌、東京", "Customized Time Zone"])
def test_a_zone_is_what_this_very_file_describes(name: str) -> None:
    """The library would keep the first description for all files that come after it."""
    event = f'SUMMARY:会議\nDTSTART;TZID="{name}":20260520T133000'
    for offset, hour in (("+0100", 21), ("+0900", 13)):
        start = read_calendar(ics(event, head=zone(name, offset))).events[0].starts_at
        assert start is not None and start.hour == hour
    assert "時間帯" in read_calendar(ics(event)).events[0].unusable


def test_a_name_that_all_the_world_knows_keeps_its_meaning() -> None:
    for name in ("Asia/Tokyo", "Tokyo Standard Time"):
        event = f"SUMMARY:会議\nDTSTART;TZID={name}:20260520T133000"
        start = read_calendar(ics(event, head=zone(name, "+0100"))).events[0].starts_at
        assert start is not None and start.hour == 13


@pytest.mark.parametrize("end", ["", "DTEND:20260520T133000", "DTEND:20260520T120000", "DURATION:-PT1H"])
def test_an_end_that_is_none_is_left_open(end: str) -> None:
    found = read_calendar(ics(f"SUMMARY:会議\nDTSTART:20260520T133000\n{end}")).draft()
    assert found.draft.ends_at is None and any("終了日時" in note.what for note in found.notes)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("DTSTART;VALUE=DATE:20260520\nDTEND;VALUE=DATE:20260521", "終日"),
        ("DTSTART;TZID=Nowhere/Else:20260520T133000", "時間帯「Nowhere/Else」"),
        ("DTSTART:20260520T133000\nSTATUS:CANCELLED", "取り消された"),
        ("DTSTART:unreadable", "読めません"),
        ("SUMMARY:いつか", "開始日時がありません"),
        ("DTSTART:99991231T235959Z", "日時ではありません|直せません"),
        ("DTSTART:20260520T133000\nDTSTART:20260521T133000", "2つ"),
    ],
)
def test_what_has_no_time_of_day_is_refused(event: str, what: str) -> None:
    calendar = read_calendar(ics(event))
    with pytest.raises(InputError, match=what) as caught:
        calendar.draft()
    assert caught.value.remedy and "1番目の予定" in caught.value.where


SERIES = ics(
    """UID:s
SUMMARY:定例会
DTSTART;TZID=Asia/Tokyo:20260401T100000
DTEND;TZID=Asia/Tokyo:20260401T110000
RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20260630T145959Z
EXDATE;TZID=Asia/Tokyo:20260429T100000
RDATE;TZID=Asia/Tokyo:20260703T100000""",
    """UID:s
RECURRENCE-ID;TZID=Asia/Tokyo:20260520T100000
SUMMARY:定例会（日程変更）
DTSTART;TZID=Asia/Tokyo:20260522T130000
DTEND;TZID=Asia/Tokyo:20260522T143000""",
)


@pytest.mark.parametrize(
    ("day", "title", "time"),
    [
        (date(2026, 4, 1), "定例会", "10:00-11:00"),
        (date(2026, 6, 24), "定例会", "10:00-11:00"),
        (date(2026, 7, 3), "定例会", "10:00-11:00"),
        (date(2026, 5, 22), "定例会（日程変更）", "13:00-14:30"),
    ],
    ids=["first", "by the rule", "added", "moved"],
)
def test_one_instance_of_a_series_is_told_by_its_day(day: date, title: str, time: str) -> None:
    draft = read_calendar(SERIES).draft(day=day).draft
    assert draft.starts_at is not None and draft.starts_at.date() == day
    assert (draft.title, f"{draft.starts_at:%H:%M}-{draft.ends_at:%H:%M}") == (title, time)


@pytest.mark.parametrize(
    "day",
    [date(2026, 5, 20), date(2026, 4, 29), date(2026, 7, 1), date(2026, 4, 2)],
    ids=["moved away", "left out", "after the end", "another weekday"],
)
def test_a_day_without_an_instance_is_refused(day: date) -> None:
    with pytest.raises(InputError, match="予定がありません"):
        read_calendar(SERIES).draft(day=day)


def test_a_day_is_one_of_japan_though_the_rule_counts_elsewhere() -> None:
    early = read_calendar(ics("SUMMARY:朝会\nDTSTART:20260401T233000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;BYDAY=WE"))
    found = early.draft(day=date(2026, 4, 9)).draft
    assert found.starts_at is not None and f"{found.starts_at:%a %H:%M}" == "Thu 08:30"


def test_the_instance_is_asked_for_and_never_guessed() -> None:
    calendar = read_calendar(SERIES)
    assert [each.no for each in calendar.choices(None, None)] == [1]
    assert calendar.choices(None, date(2026, 4, 1)) == ()
    with pytest.raises(InputError, match="繰り返しの予定"):
        calendar.draft()


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=SECONDLY;COUNT=5",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=WEEKLY;BYEASTER=1",
        "FREQ=NEVER",
        "COUNT=3",
        "FREQ=WEEKLY\nRRULE:FREQ=DAILY",
    ],
)
def test_a_rule_that_no_meeting_has_is_refused(rule: str) -> None:
    calendar = read_calendar(ics(f"SUMMARY:会議\nDTSTART:20260401T100000\nRRULE:{rule}"))
    with pytest.raises(InputError, match=r"繰り返し|日時"):
        calendar.draft(day=date(2026, 4, 2))


def test_between_several_events_a_person_chooses() -> None:
    two = read_calendar(
        ics(
            "SUMMARY:甲協議会\nDTSTART:20260520T100000\nDURATION:PT1H",
            "SUMMARY:乙協議会\nDTSTART:20260521T100000\nDURATION:PT1H",
            "SUMMARY:祝日\nDTSTART;VALUE=DATE:20260521",
        )
    )
    assert [(each.no, each.title) for each in two.choices(None, None)] == [
        (1, "甲協議会"),
        (2, "乙協議会"),
        (3, "祝日"),
    ]
    assert two.draft(2).draft.title == "乙協議会"
    assert two.draft(day=date(2026, 5, 20)).draft.title == "甲協議会"
    with pytest.raises(InputError, match=r"予定が3件あります.*甲協議会.*終日"):
        two.draft()
    with pytest.raises(InputError, match="4番目"):
        two.draft(4)


@pytest.mark.parametrize(
    "data",
    [
        OUTLOOK.decode().encode("utf-8-sig"),
        OUTLOOK.decode().encode("utf-16"),
        # A fold between the bytes of one letter, as some groupware writes it.
        OUTLOOK.replace("デジタル".encode(), "デジ".encode() + b"\xe3\x82\r\n \xbf" + "ル".encode()),
        ics("SUMMARY:第3回 青嶺県・市町村デジタル推進協議会\nDTSTART:20260520T133000").decode().encode("cp932"),
    ],
    ids=["BOM", "UTF-16", "folded in a letter", "CP932"],
)
def test_encodings(data: bytes) -> None:
    assert read_calendar(data).draft().draft.title == "青嶺県・市町村デジタル推進協議会"


def test_the_way_is_told_by_a_line_of_the_body_and_not_by_a_word_in_it() -> None:
    def held(body: str) -> str:
        event = f"SUMMARY:会議\nDTSTART:20260520T133000\nDESCRIPTION:{body}"
        return read_calendar(ics(event)).draft().draft.format

    assert held("開催方法：対面・オンライン併用 https://x.example/1") == "対面・オンライン併用"
    assert held("今回はオンライン開催ではありません。") == ""


@pytest.mark.parametrize(
    ("location", "venue", "held"),
    [
        ("オンライン", "", "オンライン"),
        ("オンライン開催 https://zoom.example/j/1", "", "オンライン開催"),
        ("第1会議室（オンライン併用）", "第1会議室（オンライン併用）", "オンライン併用"),
        ("https://zoom.example/j/1?pwd=x", "", ""),
        ("第2会議室（<https://zoom.example/j/1>）", "第2会議室", ""),
        ("本庁舎 パスコード：abc", "本庁舎", ""),
    ],
)
def test_place_and_way_are_what_the_words_say(location: str, venue: str, held: str) -> None:
    draft = read_calendar(ics(f"SUMMARY:会議\nDTSTART:20260520T133000\nLOCATION:{location}")).draft().draft
    assert (draft.venue, draft.format) == (venue, held)


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        ("1. 開会\\n2. 議事\\n3. 閉会", ["開会", "議事", "閉会"]),
        ("議題：\\n① 予算について", ["予算について"]),
        ("議題1　予算\\n議題2　決算", ["予算", "決算"]),
        ("【議題】\\n1 ㈱青嶺の提案\\n2 その他", ["㈱青嶺の提案", "その他"]),
        ("1. 予算", []),
        ("1. 開会\\n3. 閉会", []),
        ("1. 開会\\n2. 閉会\\n参加方法\\n1. 開く\\n2. 押す", []),
        ("1 時間前に集合してください。\\n2 名まで", []),
        ("10. 開会\\n11. 閉会", []),
        ("会議の案内です。", []),
        ("<p>次第</p>1. 開会<br>2. 予算 &amp; 決算<br>3. <b>閉会</b>", ["開会", "予算 & 決算", "閉会"]),
        ("<ol><li>開会</li><li>閉会</li></ol>", []),
        ("1. 開会\\n2. https://docs.example/2\\n3. 閉会", []),
    ],
)
def test_an_agenda_is_one_unbroken_numbering_or_none(body: str, titles: list[str]) -> None:
    found = read_calendar(ics(f"SUMMARY:会議\nDTSTART:20260520T133000\nDESCRIPTION:{body}")).draft()
    assert [each.title for each in found.draft.agenda] == titles
    assert bool(titles) != any("議題を読み取れません" in note.what for note in found.notes)


@pytest.mark.parametrize(
    ("title", "rest", "number"),
    [
        ("第１２回防災会議", "防災会議", 12),
        ("防災会議（第4回）", "防災会議", 4),
        ("令和8年度第1回防災会議", "令和8年度第1回防災会議", None),
        ("第1回・第2回合同会議", "第1回・第2回合同会議", None),
        ("第3回", "第3回", None),
    ],
)
def test_the_number_of_a_meeting(title: str, rest: str, number: int | None) -> None:
    draft = read_calendar(ics(f"SUMMARY:{title}\nDTSTART:20260520T133000")).draft().draft
    assert (draft.title, draft.series_no) == (rest, number)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "ではありません"),
        (b"PK\x03\x04", "ではありません"),
        ("会議の案内".encode(), "ではありません"),
        (OUTLOOK[:-40], "途中で切れています"),
        (b"BEGIN:VCALENDAR\r\nfoo\r\nEND:VCALENDAR\r\n", "壊れている"),
        (HEAD.encode() + b"END:VCALENDAR\r\n", "1つもありません"),
        (ics("DTSTART:20260520T133000", head="METHOD:REPLY\n"), "返信"),
        (ics("DTSTART:20260520T133000").replace(b"VERSION:2.0", b"VERSION:1.0"), "vCalendar"),
        (ics(*["DTSTART:20260520T133000"] * 1001), "多すぎます"),
        (b"BEGIN:VCALENDAR" + b" " * CALENDAR_MAX_BYTES, "大きすぎます"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        read_calendar(data)
    assert caught.value.where and caught.value.remedy


@pytest.mark.parametrize("filling", ["a", "\\n", "<", "(", " ", "1. ", "次第()", "@", "https://", "第1回"])
def test_a_very_long_body_is_read(filling: str) -> None:
    """Hung, this would end by the suite's time limit: a pattern must not go back over what it has read."""
    long = (filling * 400_000)[:400_000]
    event = f"SUMMARY:会議{long[:50_000]}\nDTSTART:20260520T133000\nDESCRIPTION:x{long}x\nLOCATION:x{long[:50_000]}"
    assert read_calendar(ics(event)).draft().draft.agenda == ()


def test_a_broken_line_is_told_by_its_number() -> None:
    text = HEAD + zone("X", "+0900") + "VERSION:2.0\nここから予定\nEND:VCALENDAR\n"
    with pytest.raises(InputError, match="壊れている") as caught:
        read_calendar(text.encode())
    assert caught.value.where.startswith(f"{text.splitlines().index('ここから予定') + 1}行目")


_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [line for line in (OUTLOOK + SERIES).decode().split("\r\n") if line]
            + ["DTSTART:20260520T133000", "RRULE:FREQ=DAILY;COUNT=2;COUNT=3", "EXDATE:x", "RDATE;VALUE=PERIOD:x/y"]
        ),
        st.text(max_size=30),
    ),
    max_size=40,
)


@given(_LINES, st.sampled_from(["utf-8", "cp932", "utf-16"]), st.sampled_from([None, date(2026, 5, 20)]))
def test_any_lines_are_read_or_refused(lines: list[str], encoding: str, day: date | None) -> None:
    text = HEAD + "BEGIN:VEVENT\n" + "\n".join(lines) + "\nEND:VEVENT\nEND:VCALENDAR\n"
    try:
        calendar = read_calendar(text.encode(encoding, "replace"))
        found = calendar.draft(day=day)
    except GijiyoshiError as error:
        assert all(problem.what and problem.remedy for problem in error.problems)
    else:
        assert found.draft.starts_at is not None and "@" not in "".join(each.name for each in found.draft.roster)


_AGENDA = st.lists(
    st.sampled_from(
        ["次第", "1. 開会", "２　報告", "(1) 費用", "(2) 期限", "3、閉会（非公開）", "・細目", "", "① あ", "本文です。"]
    ),
    max_size=12,
).map("\n".join)


@given(_AGENDA)
def test_an_agenda_says_what_the_lines_say_in_their_order(text: str) -> None:
    items = read_agenda(text)
    assert [item.no for item in items] == list(range(1, len(items) + 1))
    at = 0
    for words in (each for item in items for each in (item.title, *(below.title for below in item.subitems))):
        at = text.index(words, at) + len(words)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(GijiyoshiError):
        read_calendar(data)
