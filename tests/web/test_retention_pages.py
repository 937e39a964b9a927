"""原データの保存 as an administrator sees it: nothing goes without a second look, and what went can be shown."""

import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from conftest import PASSWORD

from service.auth import Role
from service.auth.accounts import create_account
from service.db.base import now
from service.db.engine import writing
from service.db.tables import Body, MeetingRow


@pytest.fixture
def administrator(site):
    """His browser, and one approved meeting whose days have passed."""
    with writing(site.engine) as session:
        body = Body(department_id=site.department_id, name="連絡会", profile="tokyo_cio", keep_days=30)
        session.add(body)
        session.flush()
        create_account(
            session,
            login="kanri",
            display_name="管理 花子",
            password=PASSWORD,
            grants=[(site.department_id, Role.ADMINISTRATOR)],
            actor="system",
            must_change_password=False,
        )
        row = session.get_one(MeetingRow, site.meeting_id)
        row.body_id, row.state = body.id, "承認済"
        row.approved_version, row.approved_at = 1, now() - timedelta(days=40)
    site.logins["kanri"] = PASSWORD
    return site.client("kanri")


def test_it_takes_a_choice_and_a_second_look(site, administrator):
    page = administrator.get("/admin/retention").text
    assert "北原県・市町情報化連絡会" in page and "廃棄できるもの" in page
    for sent, what in (({}, "選ばれていません"), ({"meeting": site.meeting_id}, "確認の印がありません")):
        refused = administrator.post("/admin/retention/dispose", data=sent)
        assert refused.status_code == 422 and what in refused.text
    assert re.search(f'value="{site.meeting_id}" form="dispose"[^>]* checked>', refused.text)
    done = administrator.post("/admin/retention/dispose", data={"meeting": site.meeting_id, "sure": "1"})
    assert done.status_code == 303
    told = administrator.get(f"/meetings/{site.meeting_id}/disposal").text
    assert "30日" in told and "kaigi.vtt" in told and "第1版" in told
    reader = site.client("suzuki")
    review = reader.get(f"/meetings/{site.meeting_id}").text
    assert "文字起こしは廃棄されました" in review and "契約先からの見積りは" not in review
    assert "令和8年度は県が全額を負担し" in review


def test_a_hold_needs_a_reason_and_is_shown(site, administrator):
    address = f"/admin/retention/{site.meeting_id}"
    assert administrator.post(f"{address}/hold", data={"reason": " "}).status_code == 422
    assert administrator.post(f"{address}/hold", data={"reason": "<b>開示請求</b>"}).status_code == 303
    page = administrator.get("/admin/retention").text
    assert "&lt;b&gt;開示請求&lt;/b&gt;" in page and "<b>開示" not in page
    refused = administrator.post("/admin/retention/dispose", data={"meeting": site.meeting_id, "sure": "1"})
    assert refused.status_code == 409 and "保留されています" in refused.text
    assert administrator.post(f"{address}/release").status_code == 303


def test_a_body_form_keeps_what_was_refused(site, administrator):
    sent = {"name": "新しい会", "profile": "tokyo_cio", "chain": "council", "keep_days": "-1"}
    refused = administrator.post("/bodies", data=sent)
    assert refused.status_code == 422 and 'value="新しい会"' in refused.text and 'value="-1"' in refused.text
    unknown = administrator.post("/bodies", data={**sent, "keep_days": "", "chain": "nothing"})
    assert unknown.status_code == 422 and "承認の流れ「nothing」はありません" in unknown.text
    assert administrator.post("/bodies", data={**sent, "keep_days": "365"}).status_code == 303
    page = administrator.get("/bodies").text
    assert "原データ 365日" in page


@pytest.mark.parametrize("login", ["tanaka", "suzuki", "kato", "ito"])
def test_others_do_not_see_the_page(site, login):
    client = site.client(login)
    assert client.get("/admin/retention").status_code == 403
    assert "原データの保存" not in client.get("/").text
