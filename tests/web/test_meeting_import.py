"""A calendar file and a roster read into the form of a new meeting, with and without scripts."""

import html
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import expect
from test_accessible_pages import AXE, CHECK, SIZES, UNFOLD

from minutes.meeting_input import parse_meeting
from service.auth import Role
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.meetings.inbox import inbox_principal, note_refused
from service.settings import Settings

ICS = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:第4回 北原県・市町情報化連絡会
DTSTART;TZID=Asia/Tokyo:20260520T133000
DTEND;TZID=Asia/Tokyo:20260520T143000
LOCATION:第二会議室 https://meet.example/abc
DESCRIPTION:1. 挨拶\\n2. 窓口の予約\\n (1) 費用\\n3. 契約の状況（非公開）
ATTENDEE;CN=沢井 修:mailto:sawai@example.jp
END:VEVENT
END:VCALENDAR
"""
SECOND = "BEGIN:VEVENT\nSUMMARY:定例会\nDTSTART:20260401T010000Z\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR\n"
TWO = ICS.replace("END:VCALENDAR\n", SECOND)
ROSTER = "氏名,所属,役職,区分,ふりがな\n沢井 修,北原県,情報政策課長,会長,さわい おさむ\n森下春香,青葉市,課長,事務局,\n"
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v \xe6\xb2\xa2\xe4\xba\x95 \xe4\xbf\xae>\xe5\xa7\x8b\xe3\x82\x81\xe3\x81\xbe\xe3\x81\x99\xe3\x80\x82\n"


def read(site, *, ics: str = "", people: str = "", **typed: str):
    files = {}
    if ics:
        files["calendar"] = ("予定.ics", ics.encode())
    if people:
        files["roster_file"] = ("名簿.csv", people.encode("cp932"))
    return site.client("tanaka").post("/meetings/new/read", data=typed, files=files or None)


def value(page: str, name: str) -> str:
    area = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    found = area or re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def test_files_fill_what_is_empty_and_keep_what_was_typed(site) -> None:
    answer = read(site, ics=ICS, people=ROSTER, title="別の名前", venue="")
    page = answer.text
    assert answer.status_code == 200
    assert value(page, "title") == "別の名前" and "ファイルでは「北原県・市町情報化連絡会」" in page
    assert (value(page, "series_no"), value(page, "starts_at"), value(page, "ends_at")) == (
        "4",
        "2026-05-20T13:30",
        "2026-05-20T14:30",
    )
    assert value(page, "venue") == "第二会議室"
    assert value(page, "agenda").split("\n") == [
        "挨拶｜挨拶",
        "窓口の予約",
        "・費用",
        "契約の状況｜その他｜｜非公開",
    ]
    assert value(page, "roster").split("\n") == [
        "沢井 修｜北原県｜情報政策課長｜外部｜さわい おさむ｜｜会長",
        "森下春香｜青葉市｜課長｜主催",
    ]
    for told in (
        "予定表から</span>",
        "名簿から</span>",
        "3行目「氏名」（1列目）",
        "理由は予定表にありません",
        "まだ登録していません",
    ):
        assert told in page, told
    assert "https://meet" not in page and "@example" not in page
    with reading(site.engine) as session:
        assert session.query(MeetingRow).count() == 1


def test_a_typed_roster_stays_and_is_added_to(site) -> None:
    page = read(site, people=ROSTER, roster="沢井　修｜よその県").text
    assert value(page, "roster").split("\n") == ["沢井　修｜よその県", "森下春香｜青葉市｜課長｜主催"]


def test_what_was_read_is_registered_after_it_was_completed(site) -> None:
    page = read(site, ics=ICS, people=ROSTER.replace("森下春香", "森下 春香")).text
    names = ("title", "series_no", "starts_at", "ends_at", "venue", "format", "observers", "agenda", "roster")
    typed = {name: value(page, name) for name in names}
    client = site.client("tanaka")
    files = {"transcript": ("kaigi.vtt", VTT)}
    refused = client.post("/meetings/new", data=typed, files=files)
    assert refused.status_code == 422 and "非公開の理由がありません" in refused.text
    typed["agenda"] += "｜個別の契約に関する情報のため"
    made = client.post("/meetings/new", data=typed, files=files)
    assert made.status_code == 303, made.text
    with reading(site.engine) as session:
        row = session.get_one(MeetingRow, made.headers["location"].rpartition("/")[2])
        meeting = parse_meeting(row.meeting_json)
    assert meeting.roster[0].aliases == ("会長",) and meeting.agenda[1].subitems[0].title == "費用"


def test_several_events_are_offered(site) -> None:
    page = read(site, ics=TWO, title="打った題").text
    assert "どの予定の会議ですか" in page and "定例会" in page and value(page, "title") == "打った題"
    assert value(read(site, ics=TWO, event="1").text, "venue") == "第二会議室"
    assert value(read(site, ics=TWO, held_on="2026-05-20").text, "held_on") == "2026-05-20"
    weekly = read(site, ics=TWO, event="2").text
    assert "繰り返し" in weekly and value(weekly, "title") == ""
    assert value(read(site, ics=TWO, event="2", held_on="2026-05-27").text, "starts_at") == "2026-05-27T10:00"


@pytest.mark.parametrize(
    ("sent", "field", "what"),
    [
        ({}, "#calendar", "ファイルが選ばれていません"),
        ({"ics": "会議"}, "#calendar", "予定表のファイル ファイル全体"),
        ({"people": "a,b"}, "#roster_file", "見出しの行が見つかりません"),
        ({"ics": ICS, "held_on": "2026-05-21"}, "#held_on", "予定がありません"),
        ({"ics": ICS, "held_on": "きのう"}, "#held_on", "日付ではありません"),
        ({"ics": ICS, "event": "x"}, "#calendar", "予定の番号ではありません"),
    ],
)
def test_what_cannot_be_read_leaves_the_form_as_it_was(site, sent: dict[str, str], field: str, what: str) -> None:
    answer = read(site, **sent, title="打った題")
    assert answer.status_code == 422 and what in answer.text and f'href="{field}"' in answer.text
    assert value(answer.text, "title") == "打った題"


def test_refused_files_of_the_inbox_are_told_to_who_registers_there(site, tmp_path) -> None:
    with writing(site.engine) as session:
        elsewhere = find_or_create_department(session, "水道課")
        for login, department in (("torikomi", site.department_id), ("yoso2", elsewhere.id)):
            create_account(
                session,
                login=login,
                display_name=login,
                password=site.logins["tanaka"],
                grants=[(department, Role.REGISTRAR)],
                actor="system",
                must_change_password=False,
            )
    settings = Settings(data_dir=tmp_path, inbox_dir=tmp_path / "inbox", inbox_login="torikomi")
    principal = inbox_principal(site.engine, settings)
    assert principal is not None
    for _ in range(2):
        note_refused(site.engine, principal, name="第3回<b>", group_id="0123")
    assert "受け付けられなかった" not in site.client("tanaka").get("/").text  # no inbox is set
    site.app.state.settings = settings
    shown = site.client("tanaka").get("/").text
    assert shown.count("第3回&lt;b&gt;") == 1 and "取込不可" in shown
    site.logins = {**site.logins, "yoso2": site.logins["tanaka"]}
    for other in ("kato", "yoso2"):
        assert "受け付けられなかった" not in site.client(other).get("/").text


@pytest.mark.browser
def test_with_scripts_the_transcript_stays_chosen(open_page, site, tmp_path) -> None:
    files = {"calendar": ("予定.ics", TWO.encode()), "roster_file": ("名簿.csv", ROSTER.encode("cp932"))}
    page = open_page("tanaka")
    page.goto("/meetings/new")
    page.get_by_label("文字起こしのファイル").set_input_files({"name": "k.vtt", "mimeType": "text/vtt", "buffer": VTT})
    for field, (name, data) in files.items():
        page.locator(f"#{field}").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    read_button = page.get_by_role("button", name="読み込む")
    read_button.click()
    page.get_by_label("北原県・市町情報化連絡会").check()
    read_button.click()
    expect(page.get_by_role("heading", name="読み込みました")).to_be_visible()
    expect(page.get_by_label("会議の名称")).to_have_value("北原県・市町情報化連絡会")
    expect(page.locator("#imported")).to_be_focused()
    assert page.evaluate("document.getElementById('transcript').files[0].name") == "k.vtt"
    page.evaluate(AXE)
    page.evaluate(UNFOLD)
    for size in SIZES:
        page.set_viewport_size(size)
        assert page.evaluate(CHECK, size is SIZES[0]) == []
    roster = page.get_by_label("出席者")
    roster.fill(roster.input_value().replace("森下春香", "森下 春香"))
    agenda = page.get_by_label("議事", exact=False).last
    agenda.fill(agenda.input_value() + "｜契約前のため")
    # Enter in a field makes the draft, as before there was another button.
    page.get_by_label("会議の名称").press("Enter")
    page.wait_for_url(re.compile(r"/meetings/(?!new)"))
    with reading(site.engine) as session:
        assert (
            session.query(MeetingRow).filter_by(title="北原県・市町情報化連絡会", transcript_name="k.vtt").count() == 1
        )


@pytest.mark.browser
def test_without_scripts_the_page_comes_back_filled(open_page) -> None:
    page = open_page("tanaka", scripts=False)
    page.goto("/meetings/new")
    page.locator("#calendar").set_input_files({"name": "予定.ics", "mimeType": "text/plain", "buffer": ICS.encode()})
    page.get_by_role("button", name="読み込む").click()
    expect(page.get_by_role("heading", name="読み込みました")).to_be_in_viewport()
    expect(page.get_by_label("会議の名称")).to_have_value("北原県・市町情報化連絡会")
    expect(page.get_by_text("もう一度選んでください")).to_be_visible()
