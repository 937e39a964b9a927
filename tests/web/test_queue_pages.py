"""The two lists, planning from them, search and the bodies: plain HTTP, as it is without JavaScript."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import event, select, update

from service.auth import Role
from service.auth.accounts import create_account, find_account
from service.db.account_tables import Account
from service.db.engine import reading, writing
from service.db.tables import AuditEvent, Body, Job, MeetingRow
from service.meetings.bodies import BodyFields, Offered, add_body
from service.meetings.queue import today_in_japan
from service.web.queue_view import due_view

OFFERED = Offered(["extractive"], ["standard", "council"])
TODAY = today_in_japan()


def add(site, title, state="確認待ち", **values):
    with writing(site.engine) as session:
        row = MeetingRow(
            department_id=site.department_id,
            title=title,
            starts_at=datetime(2026, 5, 1, 1, tzinfo=UTC),
            meeting_json="{}",
            profile="tokyo_cio",
            model="extractive",
            state=state,
            transcript_name="k",
            transcript_sha256="0" * 64,
            transcript=b"",
            current_version=1,
            created_by=find_account(session, "tanaka").id,
        )
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.flush()
        session.add(
            Job(kind="draft", subject_id=row.id, max_attempts=5, state="failed", error_public="ファイルを読めません。")
        )
        return row.id


def row_of(site, meeting_id):
    with reading(site.engine) as session:
        return session.get_one(MeetingRow, meeting_id)


def account(site, login):
    with reading(site.engine) as session:
        return session.scalars(select(Account.id).where(Account.login == login)).one()


def titles(html):
    return re.findall(r'<th scope="row"><a href="/meetings/[^"]+">([^<]*)</a>', html)


def links(html):
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', html)]


def administrator(site):
    with writing(site.engine) as session:
        create_account(
            session,
            login="kanri",
            display_name="管理",
            password=site.logins["tanaka"],
            grants=[(site.department_id, Role.ADMINISTRATOR)],
            actor="test",
            must_change_password=False,
        )
    site.logins["kanri"] = site.logins["tanaka"]
    return site.client("kanri")


def test_my_work_comes_by_deadline_and_says_what_is_late(site):
    add(site, "遠い会議", draft_due=TODAY + timedelta(days=30))
    add(site, "遅れた会議", draft_due=TODAY - timedelta(days=3))
    add(site, "今日の会議", draft_due=TODAY)
    add(site, "差し戻された会議", draft_due=TODAY + timedelta(days=2), return_reason="費用の年度を直してください。")
    add(site, "失敗した会議", "失敗", draft_due=TODAY + timedelta(days=1))
    add(site, "済んだ会議", "承認済", draft_due=TODAY)
    html = site.client("tanaka").get("/").text
    assert titles(html) == [
        "遅れた会議",
        "今日の会議",
        "失敗した会議",
        "差し戻された会議",
        "遠い会議",
        "第3回 北原県・市町情報化連絡会",
    ]
    for words in (
        "期限超過 3日",
        "今日まで",
        "あと2日",
        "差戻し",
        "費用の年度を直してください。",
        "ファイルを読めません。",
    ):
        assert words in html
    checker = titles(site.client("suzuki").get("/").text)
    assert "失敗した会議" not in checker and "遅れた会議" in checker
    assert titles(site.client("kato").get("/").text) == []


def test_the_deadline_that_counts_follows_the_state(site):
    for state, draft_in, publication_in, words in (
        ("確認待ち", -1, 30, ("素案", "期限超過 1日")),
        ("確認待ち", None, 3, ("公表", "あと3日")),
        ("承認待ち", -9, 8, ("公表", "")),
        ("承認待ち", -9, None, None),
        ("承認済", -9, -1, None),
    ):
        days = [None if n is None else TODAY + timedelta(days=n) for n in (draft_in, publication_in)]
        found = due_view(row_of(site, add(site, "期限", state, draft_due=days[0], publication_due=days[1])), TODAY)
        assert (found and (found.kind, found.words)) == words, state


def test_filters_combine_are_counted_and_taken_off_one_by_one(site):
    with writing(site.engine) as session:
        body = add_body(session, site.department_id, BodyFields("防災会議", "tokyo_cio"), offered=OFFERED, actor="x")
    me = account(site, "tanaka")
    add(site, "防災 一", draft_due=TODAY - timedelta(days=1), body_id=body.id, assignee_id=me)
    add(site, "防災 二", draft_due=TODAY + timedelta(days=1), body_id=body.id)
    add(site, "防災 三", "失敗", draft_due=TODAY - timedelta(days=1), body_id=body.id)
    add(site, "予算 四", draft_due=TODAY - timedelta(days=1))
    client = site.client("tanaka")
    given = {"q": "防災", "state": "確認待ち", "due": "overdue", "body": body.id, "assignee": "me"}
    html = client.get("/meetings", params=given).text
    assert titles(html) == ["防災 一"]
    chosen = html[html.index('<div class="chosen">') : html.index('class="shown"')]
    for words in ("件名：防災", "状態：確認待ち", "期限：期限超過", "会議体：防災会議", "担当：自分"):
        assert words in chosen
    for name in given:
        (off,) = [each for each in links(chosen) if set(parse_qs(urlsplit(each).query)) == set(given) - {name}]
        without = client.get("/meetings", params={key: value for key, value in given.items() if key != name})
        assert titles(client.get(off).text) == titles(without.text)
    wide = client.get("/meetings", params={"q": "防災", "due": "overdue"}).text
    counts = dict(re.findall(r'(?:aria-current="true")?>([^<>]+) <span class="count">(\d+)<', wide))
    assert (
        counts["確認待ち"] == "1" and counts["失敗"] == "1" and counts["期限超過"] == "2" and counts["7日以内"] == "1"
    )
    assert '<strong class="numeric">2</strong>件' in wide


def test_columns_sort_both_ways_and_say_so(site):
    for n in (2, 1, 3):
        add(site, f"会議{n}", starts_at=datetime(2026, 6, n, 1, tzinfo=UTC), draft_due=TODAY + timedelta(days=9 - n))
    client = site.client("tanaka")

    def order(sort):
        html = client.get("/meetings", params={"sort": sort, "q": "会議"}).text
        return titles(html), re.findall(r'aria-sort="(\w+)"', html)

    assert order("held") == (["会議1", "会議2", "会議3"], ["ascending"])
    assert order("-held") == (["会議3", "会議2", "会議1"], ["descending"])
    assert order("due") == (["会議3", "会議2", "会議1"], ["ascending"])
    assert order("-due") == (["会議1", "会議2", "会議3"], ["descending"])
    html = client.get("/meetings").text
    assert {"/meetings?sort=due", "/meetings?sort=-held", "/meetings?sort=updated"} <= set(links(html))


def test_pages_follow_each_other(site):
    for n in range(60):
        add(site, f"会議{n:02}")
    client = site.client("tanaka")
    for path in ("/", "/meetings?q=会議&sort=held"):
        first = client.get(path).text
        (onward,) = [each for each in links(first) if "cursor=" in each]
        second = client.get(onward).text
        assert len(titles(first)) == 50 and not set(titles(first)) & set(titles(second))
        assert {f"会議{n:02}" for n in range(60)} <= set(titles(first)) | set(titles(second))
        assert path.split("?")[0] in {urlsplit(each).path for each in links(second)}


def test_more_rows_ask_no_more_questions(site):
    client = site.client("tanaka")
    asked = []

    @event.listens_for(site.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    def questions(path):
        asked.clear()
        assert client.get(path).status_code == 200
        return len(asked)

    few = {path: questions(path) for path in ("/", "/meetings")}
    for n in range(40):
        add(site, f"会議{n}", "失敗" if n % 2 else "確認待ち")
    assert {path: questions(path) for path in few} == few


def test_many_get_somebody_in_charge_at_once(site):
    ids = [add(site, f"会議{n}") for n in range(3)]
    suzuki = account(site, "suzuki")
    client = site.client("tanaka")
    html = client.get("/meetings").text
    assert all(f'name="meeting" value="{each}" form="bulk"' in html for each in ids)
    sent = {"meeting": ids[:2], "assignee": suzuki, "back_to": "/meetings?q=会議&sort=held"}
    answer = client.post("/meetings/assign", data=sent)
    assert answer.status_code == 303
    back = client.get(answer.headers["location"])
    assert "2件の担当を決めました" in back.text and len(titles(back.text)) == 3
    assert [row_of(site, each).assignee_id for each in ids] == [suzuki, suzuki, None]
    again = client.post("/meetings/assign", data=sent | {"back_to": answer.headers["location"], "assignee": "none"})
    assert again.headers["location"].count("assigned=") == 1
    assert row_of(site, ids[0]).assignee_id is None


def test_what_cannot_be_assigned_is_named_and_the_rest_is_done(site):
    good, settled = add(site, "進められる会議"), add(site, "済んだ会議", "承認済")
    sent = {"meeting": [good, settled, "0" * 36], "assignee": "me", "back_to": "/meetings"}
    answer = site.client("tanaka").post("/meetings/assign", data=sent)
    assert answer.status_code == 409 and "1件の担当を決めました" in answer.text
    assert "済んだ会議" in answer.text and "「承認済」の会議の担当は変えられません" in answer.text
    assert "次の2件は変えていません" in answer.text
    assert row_of(site, good).assignee_id == account(site, "tanaka")
    nothing = site.client("tanaka").post("/meetings/assign", data={"assignee": "me"})
    assert nothing.status_code == 422 and "選ばれていない" in nothing.text
    other = site.client("tanaka").post("/meetings/assign", data={"meeting": good, "assignee": account(site, "yoso")})
    assert other.status_code == 409 and "役割がない" in other.text


def test_one_click_takes_charge(site):
    meeting_id = add(site, "会議")
    client = site.client("suzuki")
    assert f'action="/meetings/{meeting_id}/take"' in client.get("/").text
    assert client.post(f"/meetings/{meeting_id}/take", data={"back_to": "/"}).status_code == 303
    assert row_of(site, meeting_id).assignee_id == account(site, "suzuki")
    html = client.get("/").text
    assert f'action="/meetings/{meeting_id}/take"' not in html and "会議" in titles(html)
    assert "会議" not in titles(site.client("tanaka").get("/").text)
    auditor = site.client("ito")
    assert "/take" not in auditor.get("/meetings").text and 'id="bulk"' not in auditor.get("/meetings").text
    assert auditor.post(f"/meetings/{meeting_id}/take").status_code == 403


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com", "/\\example.com"])
def test_a_form_never_leads_to_another_site(site, target):
    answer = site.client("tanaka").post(f"/meetings/{add(site, '会議')}/take", data={"back_to": target})
    assert answer.headers["location"].startswith("/?")


def test_a_failed_draft_is_made_again_in_place(site):
    meeting_id = add(site, "失敗した会議", "失敗", current_version=0)
    client = site.client("tanaka")
    assert f'action="/meetings/{meeting_id}/rerun"' in client.get("/").text
    answer = client.post(f"/meetings/{meeting_id}/rerun", data={"back_to": "/meetings?state=失敗"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/meetings?state=")
    html = client.get("/").text
    assert row_of(site, meeting_id).state == "受付" and "作成の順番を待っています" in html
    assert "失敗した会議" in html[html.index("作成中</h2>") :]
    assert client.post(f"/meetings/{meeting_id}/rerun").status_code == 409
    assert site.client("suzuki").post(f"/meetings/{meeting_id}/rerun").status_code == 403


def test_deadlines_and_charge_are_set_on_the_page_of_the_meeting(site):
    address = f"/meetings/{site.meeting_id}"
    client = site.client("suzuki")
    sent = {"assignee": account(site, "tanaka"), "draft_due": "2026-06-03", "publication_due": "2026-07-04"}
    assert client.post(f"{address}/plan", data=sent).headers["location"] == f"{address}#plan"
    html = client.get(address).text
    assert "令和8年6月3日（水）" in html and "令和8年7月4日（土）" in html and "tanaka 様" in html
    row = row_of(site, site.meeting_id)
    assert (row.draft_due, row.publication_due) == (date(2026, 6, 3), date(2026, 7, 4))
    wrong = client.post(f"{address}/plan", data=sent | {"draft_due": "2026-08-01"})
    assert wrong.status_code == 422 and "公表期限より後" in wrong.text
    assert client.post(f"{address}/plan", data=sent | {"draft_due": "6月"}).status_code == 422
    assert client.post(f"{address}/plan", data={"assignee": "none"}).status_code == 303
    assert row_of(site, site.meeting_id).draft_due is None
    assert site.client("ito").post(f"{address}/plan", data=sent).status_code == 403
    assert f'action="{address}/plan"' not in site.client("ito").get(address).text
    with reading(site.engine) as session:
        events = list(session.scalars(select(AuditEvent.event).where(AuditEvent.event.like("user:meeting:%"))))
    assert events == ["user:meeting:assigned", "user:meeting:dues-changed"] * 2


def test_search_shows_where_and_leads_there(site):
    client = site.client("tanaka")
    html = client.get("/search", params={"q": "ﾏﾄﾞｸﾞﾁ"}).text
    assert "見つかりませんでした" in html
    html = client.get("/search", params={"q": "窓口 費用"}).text
    assert f'href="/meetings/{site.meeting_id}#s0002"' in html and f'href="/meetings/{site.meeting_id}#u0003"' in html
    assert "<mark>窓口</mark>" in html and "青葉市 デジタル推進課長 森下 春香" in html
    review = client.get(f"/meetings/{site.meeting_id}").text
    for place in re.findall(r'#([a-z]+-?\d+)"', html[html.index('class="results"') :]):
        assert f'id="{place}"' in review


def test_search_keeps_closed_talk_and_hostile_text(site):
    maker = site.client("tanaka")
    assert "見つかりませんでした" in administrator(site).get("/search", params={"q": "見積り"}).text
    found = maker.get("/search", params={"q": "見積り"}).text
    assert "<mark>見積り</mark>" in found and '<span class="chip closed">非公開</span>' in found
    assert "北原県" not in site.client("yoso").get("/search", params={"q": "窓口"}).text
    hostile = maker.get("/search", params={"q": "<script>"}).text
    assert "<mark>&lt;script&gt;</mark>alert(1)" in hostile and "<script>" not in hostile
    assert maker.get("/search", params={"q": "あ" * 300}).status_code == 422
    assert maker.get("/search").status_code == 200


def test_bodies_are_managed_by_the_administrator(site):
    client = administrator(site)
    fields = {"name": "連絡会", "profile": "ward_forum", "model": "", "draft_days": "14", "publication_days": "45"}
    assert client.post("/bodies", data=fields).status_code == 303
    with reading(site.engine) as session:
        body = session.scalars(select(Body)).one()
    assert (body.department_id, body.profile, body.model, body.draft_days) == (
        site.department_id,
        "ward_forum",
        None,
        14,
    )
    page = client.get("/bodies").text
    assert "連絡会" in page and "素案 14日・公表 45日" in page
    taken = client.post("/bodies", data=fields | {"draft_days": "7"})
    assert taken.status_code == 409 and 'value="7"' in taken.text
    assert client.post("/bodies", data=fields | {"name": "別", "draft_days": "七"}).status_code == 422
    assert client.post(f"/bodies/{body.id}", data=fields | {"draft_days": ""}).status_code == 303
    with reading(site.engine) as session:
        changed = session.get_one(Body, body.id)
    assert (changed.draft_days, changed.active) == (None, False)
    assert "使用を終了" in client.get("/bodies").text
    assert client.post(f"/bodies/{'0' * 36}", data=fields).status_code == 404
    other = site.client("tanaka")
    assert other.get("/bodies").status_code == other.post("/bodies", data=fields).status_code == 403
    assert other.post(f"/bodies/{body.id}", data=fields).status_code == 403
    assert 'href="/bodies"' in page and 'href="/bodies"' not in other.get("/").text


VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n<v 沢井>それでは始めます。\n".encode()


def test_a_meeting_is_registered_for_its_body(site):
    with writing(site.engine) as session:
        fields = BodyFields("連絡会", "ward_forum", None, 14, 45)
        body = add_body(session, site.department_id, fields, offered=OFFERED, actor="x")
        add_body(
            session, site.department_id, BodyFields("昔の会", "tokyo_cio", active=False), offered=OFFERED, actor="x"
        )
    client = site.client("tanaka")
    form = client.get("/meetings/new").text
    assert f'<option value="{body.id}">連絡会' in form and "昔の会" not in form
    typed = {
        "title": "第4回 連絡会",
        "starts_at": "2026-05-20T10:00",
        "ends_at": "2026-05-20T11:30",
        "roster": "沢井 修｜北原県｜課長｜主催",
        "agenda": "意見交換｜協議",
        "body": body.id,
        "profile": "",
        "department": site.department_id,
    }
    made = client.post("/meetings/new", data=typed, files={"transcript": ("k.vtt", VTT)})
    assert made.status_code == 303, made.text
    row = row_of(site, made.headers["location"].rpartition("/")[2])
    assert (row.body_id, row.profile, row.draft_due, row.publication_due) == (
        body.id,
        "ward_forum",
        date(2026, 6, 3),
        date(2026, 7, 4),
    )
    assert "連絡会" in client.get(made.headers["location"]).text
    with writing(site.engine) as session:
        session.execute(update(Body).values(active=False))
    late = client.post("/meetings/new", data=typed, files={"transcript": ("k.vtt", VTT)})
    assert late.status_code == 422 and 'href="#body"' in late.text
