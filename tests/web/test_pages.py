import json
import re
import sqlite3
from html.parser import HTMLParser

import pytest
from sqlalchemy import select

from service.db.engine import reading
from service.db.tables import AuditEvent, MeetingRow
from service.meetings import exports
from service.web.header_form import HeaderForm, meeting_from_form

SAMPLE = {
    "title": "情報化連絡会",
    "series_no": "4",
    "starts_at": "2026-05-20T10:00",
    "ends_at": "2026-05-20T11:30",
    "venue": "第二会議室",
    "roster": "沢井 修｜北原県｜情報政策課長｜主催\n森下 春香｜青葉市｜課長",
    "agenda": "挨拶｜挨拶｜沢井 修\n意見交換｜協議",
}
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n<v 沢井>それでは始めます。\n".encode()


class Inline(HTMLParser):
    """Collects whatever the content security policy would block, and the text that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = dict(attrs)
        if tag == "style" or (tag == "script" and not (names.get("src") or "").startswith("/static/")):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        for value in (names.get("src"), names.get("href"), names.get("action")):
            if value and re.match(r"(?i)\s*(javascript:|data:|https?:|//)", value):
                self.found.append(value)


def inline(html: str) -> Inline:
    parser = Inline()
    parser.feed(html)
    return parser


def test_a_stranger_is_sent_to_sign_in_and_comes_back(site):
    client = site.client()
    answer = client.get(f"/meetings/{site.meeting_id}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next=/meetings/{site.meeting_id}"
    back = client.post(
        "/login",
        data={"login": "tanaka", "password": site.logins["tanaka"], "next": f"/meetings/{site.meeting_id}"},
    )
    assert back.headers["location"] == f"/meetings/{site.meeting_id}"


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com"])
def test_signing_in_never_leads_to_another_site(site, target):
    data = {"login": "tanaka", "password": site.logins["tanaka"], "next": target}
    assert site.client().post("/login", data=data).headers["location"] == "/"


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(site):
    client = site.client()
    wrong = client.post("/login", data={"login": "tanaka", "password": "x"})
    unknown = client.post("/login", data={"login": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("tanaka", "") == unknown.text.replace("nobody", "")


def test_a_one_time_password_must_be_changed_before_anything_else(site):
    client = site.client("shinjin")
    assert client.get("/").headers["location"] == "/password"
    form = client.get("/password")
    assert form.status_code == 200 and "一回限り" in form.text
    differing = client.post(
        "/password", data={"current": site.logins["shinjin"], "new": "Sakura-no-shita-9", "again": "Sakura"}
    )
    assert differing.status_code == 422 and "二つの入力が違います" in differing.text
    changed = client.post(
        "/password",
        data={"current": site.logins["shinjin"], "new": "Sakura-no-shita-9", "again": "Sakura-no-shita-9"},
    )
    assert changed.headers["location"] == "/"
    assert client.get("/").status_code == 200


def test_signing_out_ends_the_session(site):
    client = site.client("tanaka")
    kept = client.cookies["gijiyoshi"]
    client.post("/logout")
    client.cookies.set("gijiyoshi", kept)
    assert client.get("/").status_code == 303


def test_the_queue_counts_and_filters_by_state(site):
    client = site.client("tanaka")
    text = client.get("/").text
    assert "第3回 北原県・市町情報化連絡会" in text and "情報政策課：登録者" in text
    assert "第3回" in client.get("/meetings", params={"state": "確認待ち"}).text
    assert "第3回" not in client.get("/meetings", params={"state": "承認済"}).text
    assert "第3回" not in client.get("/meetings", params={"q": "防災"}).text
    unknown = client.get("/meetings", params={"state": "未定"})
    assert unknown.status_code == 422 and "未定" in unknown.text and unknown.text.startswith("<!doctype html>")


def test_another_department_sees_neither_the_meeting_nor_that_it_exists(site):
    client = site.client("yoso")
    assert "北原県" not in client.get("/").text and "北原県" not in client.get("/meetings").text
    there, nowhere = client.get(f"/meetings/{site.meeting_id}"), client.get(f"/meetings/{'0' * 36}")
    assert there.status_code == nowhere.status_code == 404
    assert "北原県" not in there.text and "見つかりません" in there.text
    assert there.text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/meetings",
        "/search?q=予約",
        "/bodies",
        "/meetings/new",
        "/meetings/{id}",
        "/login",
        "/password",
        "/nowhere",
    ],
)
def test_no_page_holds_inline_code_or_anything_from_elsewhere(site, path):
    answer = site.client("tanaka").get(path.format(id=site.meeting_id))
    assert inline(answer.text).found == []
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert 'lang="ja"' in answer.text


def test_hostile_transcript_text_stays_text(site):
    answer = site.client("tanaka").get(f"/meetings/{site.meeting_id}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    page = inline(answer.text)
    assert page.found == [] and "img" not in page.tags


def test_a_page_posted_from_another_site_changes_nothing(site):
    client = site.client("tanaka")
    before = site.draft_now()
    answer = client.post(
        f"/meetings/{site.meeting_id}/sentences/s0002",
        data={"version": "1", "text": "別のサイトからの文である。"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert site.draft_now() == before


def test_an_edit_makes_a_version_and_comes_back_to_the_sentence(site):
    client = site.client("suzuki")
    answer = client.post(
        f"/meetings/{site.meeting_id}/sentences/s0002",
        data={"version": "1", "text": "窓口予約の費用の負担はどうなるのか。"},
    )
    assert answer.headers["location"] == f"/meetings/{site.meeting_id}#s0002"
    text = client.get(f"/meetings/{site.meeting_id}").text
    assert "窓口予約の費用の負担はどうなるのか。" in text
    assert "第2版" in text and "suzuki 様" in text


def test_a_conflict_shows_both_texts_and_saves_neither_twice(site):
    address = f"/meetings/{site.meeting_id}/sentences/s0002"
    site.client("tanaka").post(address, data={"version": "1", "text": "先に保存した文である。"})
    client = site.client("suzuki")
    answer = client.post(address, data={"version": "1", "text": "後から来た文である。"})
    assert answer.status_code == 412
    shown = re.sub(r"</?(?:del|ins)>", "", answer.text)
    assert "先に保存した文である。" in shown and "後から来た文である。" in shown
    assert 'name="version" value="2"' in answer.text
    assert "先に保存した文である。" in site.draft_now().model_dump_json()
    assert client.post(address, data={"version": "2", "text": "後から来た文である。"}).status_code == 303


def test_an_unknown_speaker_is_chosen_from_the_roster(site):
    client = site.client("suzuki")
    answer = client.post(
        f"/meetings/{site.meeting_id}/speakers", data={"version": "1", "label": "話者3", "attendee_id": "a3"}
    )
    assert answer.status_code == 303
    assert "発言者の確認" not in client.get(f"/meetings/{site.meeting_id}").text


def test_the_way_to_approval_says_who_may_not_and_why(site):
    address = f"/meetings/{site.meeting_id}"
    checker = site.client("suzuki")
    checker.post(f"{address}/speakers", data={"version": "1", "label": "話者3", "attendee_id": "a3"})
    assert checker.post(f"{address}/submit").status_code == 303
    waiting = checker.get(address).text
    assert "承認者の承認を待っています" in waiting and f"{address}/approve" not in waiting
    refused = checker.post(f"{address}/approve")
    assert refused.status_code == 403 and refused.text.startswith("<!doctype html>")
    approver = site.client("kato")
    empty = approver.post(f"{address}/return", data={"reason": " "})
    assert empty.status_code == 422 and "理由" in empty.text
    assert approver.post(f"{address}/return", data={"reason": "費用の年度を確かめること"}).status_code == 303
    assert "費用の年度を確かめること" in checker.get(address).text


def test_errors_keep_the_submit_button_away_and_say_so(site):
    address = f"/meetings/{site.meeting_id}"
    client = site.client("suzuki")
    page = client.get(address).text
    assert f"{address}/submit" not in page and "承認を依頼できません" in page
    refused = client.post(f"{address}/submit")
    assert refused.status_code == 409 and "操作できませんでした" in refused.text


def test_nobody_approves_what_they_submitted(site):
    address = f"/meetings/{site.meeting_id}"
    site.client("suzuki").post(f"{address}/speakers", data={"version": "1", "label": "話者3", "attendee_id": "a3"})
    both = site.client("futari")
    assert both.post(f"{address}/submit").status_code == 303
    assert "ほかの承認者が承認してください" in both.get(address).text
    assert both.post(f"{address}/approve").status_code == 403
    assert site.client("kato").post(f"{address}/approve", data={"version": "2"}).status_code == 303


def test_an_approver_approves_only_the_version_they_saw(site):
    address = f"/meetings/{site.meeting_id}"
    client = site.client("suzuki")
    client.post(f"{address}/speakers", data={"version": "1", "label": "話者3", "attendee_id": "a3"})
    client.post(f"{address}/submit", data={"version": "2"})
    stale = site.client("kato").post(f"{address}/approve", data={"version": "1"})
    assert stale.status_code == 412 and "承認待ち" in stale.text


def test_closed_items_are_marked(site):
    text = site.client("tanaka").get(f"/meetings/{site.meeting_id}").text
    section = text[text.index('id="agenda-3"') :]
    assert "公開版には件名だけが載り" in section and '<span class="chip closed">非公開</span>' in section


def test_the_public_edition_is_downloaded_without_closed_content(site):
    client = site.client("tanaka")
    answer = client.get(f"/meetings/{site.meeting_id}/download/public/txt")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    assert "契約の状況" in text and "見積り" not in text
    assert client.get(f"/meetings/{site.meeting_id}/download/full/txt").status_code == 403


def test_a_file_is_made_while_others_may_write_and_is_audited_before_it_is_given(site, monkeypatch):
    seen = []

    def render(document, profile, kind, **more):
        other = sqlite3.connect(site.engine.url.database, timeout=0.2)
        other.execute("BEGIN IMMEDIATE")  # raises while anyone else holds the write lock
        other.close()
        seen.append((kind, more["mark"]))
        return exports_render(document, profile, kind, **more)

    exports_render = exports.render
    monkeypatch.setattr(exports, "render", render)
    answer = site.client("tanaka").get(f"/meetings/{site.meeting_id}/download/public/pdf")
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF") and seen == [("pdf", "素案")]
    with reading(site.engine) as session:
        newest = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (newest.event, newest.actor, newest.subject) == (
        "user:export:public",
        "tanaka",
        f"meeting:{site.meeting_id}",
    )
    assert newest.detail["format"] == "pdf" and newest.detail["version"] == 1


def test_a_meeting_typed_by_hand_is_accepted(site):
    client = site.client("tanaka")
    answer = client.post("/meetings/new", data=SAMPLE, files={"transcript": ("kaigi.vtt", VTT)})
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"])
    assert page.status_code == 200 and "作成の順番を待っています" in page.text
    fragment = client.get(answer.headers["location"] + "/progress").text
    assert "<html" not in fragment and "data-final" not in fragment


def test_faults_are_listed_with_their_field_and_the_input_is_kept(site):
    client = site.client("tanaka")
    wrong = SAMPLE | {"ends_at": "2026-05-20T09:00", "venue": "残る場所"}
    answer = client.post("/meetings/new", data=wrong, files={"transcript": ("kaigi.vtt", VTT)})
    assert answer.status_code == 422
    assert 'href="#ends_at"' in answer.text and 'value="残る場所"' in answer.text
    assert "沢井 修｜北原県" in answer.text
    nothing = client.post("/meetings/new", data=SAMPLE)
    assert nothing.status_code == 422 and "ファイルが選ばれていません" in nothing.text
    assert "第4回" not in client.get("/").text


def test_a_missing_file_does_not_hide_the_other_faults(site):
    client = site.client("tanaka")
    wrong = SAMPLE | {"ends_at": "", "agenda": "挨拶｜祝辞"}
    answer = client.post("/meetings/new", data=wrong)
    assert answer.status_code == 422
    for words in ("ファイルが選ばれていません", 'href="#ends_at"', "種別「祝辞」は使えません"):
        assert words in answer.text
    empty = client.post("/meetings/new").text
    assert "ファイルが選ばれていません" in empty and "会議の情報がありません" in empty


def test_faults_of_a_meeting_file_lead_to_that_file(site):
    files = {"transcript": ("kaigi.vtt", VTT), "meeting": ("m.json", b'{"title": "x", "agenda": []}')}
    answer = site.client("tanaka").post("/meetings/new", files=files)
    assert answer.status_code == 422
    assert 'href="#meeting"' in answer.text and "会議情報のファイルの開始日時" in answer.text
    assert 'href="#starts_at"' not in answer.text


def test_only_registrars_are_offered_the_form(site):
    client = site.client("kato")
    assert "/meetings/new" not in client.get("/").text
    assert client.get("/meetings/new").status_code == 403


def test_a_person_is_offered_only_the_editions_they_may_take(site):
    address = f"/meetings/{site.meeting_id}"
    registrar, auditor = site.client("tanaka").get(address).text, site.client("ito").get(address).text
    assert "download/public/docx" in registrar and "download/full" not in registrar
    assert "download/full/json" in auditor and "download/public" not in auditor


TABLE = "だれ,なに\n沢井,それでは始めます。\n森下,よろしくお願いします。\n".encode("cp932")


def test_a_table_is_read_by_the_columns_of_the_form(site):
    client = site.client("tanaka")
    files = {"transcript": ("k.csv", TABLE)}
    unknown = client.post("/meetings/new", data=SAMPLE, files=files)
    assert unknown.status_code == 422 and "列を指定" in unknown.text
    answer = client.post("/meetings/new", data=SAMPLE | {"columns": "話者=だれ,発言=なに"}, files=files)
    assert answer.status_code == 303, answer.text
    meeting_id = answer.headers["location"].rpartition("/")[2]
    with reading(site.engine) as session:
        assert session.get_one(MeetingRow, meeting_id).transcript_columns == "話者=だれ,発言=なに"


@pytest.mark.parametrize(
    ("columns", "words"),
    [("だれ", "列の指定「だれ」が分かりません"), ("話者=だれ,発言=ことば", "表の見出しにありません")],
)
def test_bad_columns_lead_to_their_field_with_what_was_typed(site, columns, words):
    # Also where the meeting itself came as a file: the columns are not a part of it.
    header = json.dumps(meeting_from_form(HeaderForm(**(SAMPLE | {"format": "", "observers": ""}))), ensure_ascii=False)
    for data, meeting in ((SAMPLE, {}), ({}, {"meeting": ("m.json", header.encode())})):
        files = {"transcript": ("k.csv", TABLE)} | meeting
        answer = site.client("tanaka").post("/meetings/new", data=data | {"columns": columns}, files=files)
        assert answer.status_code == 422 and words in answer.text
        assert '<a href="#columns">表の列</a>' in answer.text
        assert f'value="{columns}"' in answer.text and '<details class="field" open>' in answer.text
