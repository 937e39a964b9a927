"""引渡しの状況: what went where and when on the page, and the buttons on it."""

import re

import pytest
from administrator import add_administrator
from sent_out import sent_out
from sqlalchemy import func, select, update

from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.record_tables import Destination, RecordPackage


@pytest.fixture
def busy(site):
    with writing(site.engine) as session:
        add_administrator(session, site)
    site.sent = sent_out(site, site.client("kanri"), site.meeting_id)
    return site


def state_of(busy, **where):
    with reading(busy.engine) as session:
        return session.scalars(select(Delivery).filter_by(**where)).one()


def test_each_delivery_with_its_state_its_tries_and_its_places(busy):
    page = busy.client("suzuki").get("/deliveries").text
    for words in ("待機中", "一時停止中", "引渡し済み", "失敗", "取消し", "途中で切れました", "次は "):
        assert words in page, words
    assert "/srv/hikiwatashi/" in page and "写しは作っていません。" in page and "もう一度送る" in page
    assert page.count("<tr id=") == 6 and "承認</th>" not in page
    everything = busy.client("suzuki").get("/deliveries?way=all").text
    assert everything.count("<tr id=") > 6
    hooks = busy.client("ito").get("/deliveries?way=webhook&state=delivered").text
    assert (
        hooks.count("<tr id=") == 1
        and "もう一度送る" in hooks
        and "もう一度送る" not in busy.client("suzuki").get("/deliveries?way=webhook&state=delivered").text
    )


def test_filters_stand_in_the_address(busy):
    client = busy.client("suzuki")
    failed = client.get("/deliveries?state=failed").text
    assert failed.count("<tr id=") == 1 and busy.sent["delivery_id"] in failed
    assert client.get(f"/deliveries?destination={busy.sent['destination_id']}").text.count("<tr id=") == 6
    of_meeting = client.get(f"/deliveries?meeting={busy.meeting_id}&state=failed").text
    assert of_meeting.count("<tr id=") == 1 and 'href="/deliveries?state=failed"' in of_meeting
    none = client.get("/deliveries?meeting=none").text
    assert "当てはまる引渡しはありません" in none and "見つからない会議" in none
    assert client.get("/deliveries?state=lost").status_code == 422
    assert busy.client("kato").get("/deliveries").status_code == 403
    assert "引渡しの状況" not in busy.client("kato").get("/").text


def test_buttons_do_what_they_say_and_lead_back(busy):
    client, failed = busy.client("suzuki"), busy.sent["delivery_id"]
    back = "/deliveries?state=failed"
    again = client.post(f"/deliveries/{failed}/replay", data={"back": back})
    assert (again.status_code, again.headers["location"]) == (303, back)
    row = state_of(busy, id=failed)
    assert row.failed_at is None and row.queued_at is None
    assert client.post(f"/deliveries/{failed}/pause").headers["location"] == "/deliveries"
    late = client.post(f"/deliveries/{failed}/pause")
    assert late.status_code == 409 and "一時停止中" in late.text and "引渡しの状況" in late.text
    assert client.post(f"/deliveries/{failed}/resume").status_code == 303
    assert client.post(f"/deliveries/{failed}/cancel").status_code == 303
    assert client.post(f"/deliveries/{failed}/burn").status_code == 422
    for evil in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.post(f"/deliveries/{failed}/replay", data={"back": evil})
        assert answer.headers.get("location", "/") == "/"
        client.post(f"/deliveries/{failed}/cancel")
    assert busy.client("kanri").post(f"/deliveries/{failed}/replay").status_code == 403
    assert busy.client("ito").post(f"/deliveries/{failed}/replay").status_code == 403


def test_a_package_is_sent_from_the_page_of_its_meeting(busy):
    with writing(busy.engine) as session:
        session.execute(update(Delivery).values(package_id=None, destination_id=None))
        package = session.scalars(select(RecordPackage.id).order_by(RecordPackage.id)).first()
    client = busy.client("suzuki")
    address = f"/meetings/{busy.meeting_id}/deliveries"
    given = {"package": package, "destination": busy.sent["destination_id"]}
    for _ in range(2):
        asked = client.post(address, data=given)
        assert asked.status_code == 303
        assert asked.headers["location"].startswith(f"/meetings/{busy.meeting_id}/record#delivery-")
    with reading(busy.engine) as session:
        count = select(func.count()).select_from(Delivery).where(Delivery.package_id == package)
        assert session.scalar(count) == 1
        ended = session.scalars(select(Destination.id).where(Destination.active.is_(False))).one()
    refused = client.post(address, data=given | {"destination": ended})
    assert refused.status_code == 409 and "使用を終了" in refused.text
    assert client.post(address, data=given | {"package": "none"}).status_code == 404


def test_the_page_of_a_record_shows_where_its_packages_went(busy):
    shown = {
        login: busy.client(login).get(f"/meetings/{busy.meeting_id}/record").text
        for login in ("suzuki", "kanri", "ito")
    }
    assert shown["suzuki"].count('<tr id="delivery-') == 6 and "引き渡す</button>" in shown["suzuki"]
    assert shown["kanri"].count('<tr id="delivery-') == 6 and "引き渡す</button>" not in shown["kanri"]
    assert shown["ito"].count('<tr id="delivery-') == 6 and "引き渡す</button>" not in shown["ito"]
    (offered,) = re.findall(r'<select id="destination".*?</select>', shown["suzuki"])
    assert "共有フォルダー（一括取込）" in offered and "旧 文書管理システム" not in offered
