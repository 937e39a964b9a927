"""Comments on the review page with plain forms, as a browser without JavaScript sends them."""

import re

import pytest

from minutes.withheld import WITHHELD
from service.auth import Role
from service.auth.accounts import create_account
from service.db.engine import writing

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}' onclick=\"alert(3)"


@pytest.fixture
def address(site):
    return f"/meetings/{site.meeting_id}"


def write(client, address, text, **more):
    answer = client.post(f"{address}/comments", data={"text": text, **more})
    assert answer.status_code == 303, answer.text
    return re.fullmatch(rf"{address}#comment-([0-9a-f-]{{36}})", answer.headers["location"])[1]


def panel(page: str) -> str:
    return re.search(
        r'<details class="panel comments".*?</details>\n<details|<details class="panel comments".*', page, re.DOTALL
    )[0]


def test_the_form_opens_in_place_with_and_without_script(site, address):
    client = site.client("kato")
    page = client.get(address).text
    for place in ("s0002", "b0003", "u0005"):
        part = client.get(f"{address}/comments/new/{place}")
        assert part.status_code == 200 and f'id="new-{place}"' in part.text
        assert f'href="?comment={place}#new-{place}"' in page
        assert f'id="new-{place}"' in client.get(f"{address}?comment={place}").text
    assert 'id="new-s0002"' not in page and 'id="new-meeting"' in page
    for wrong in ("s9999", "agenda-1", "x"):
        assert client.get(f"{address}/comments/new/{wrong}").status_code == 404


def test_a_question_is_asked_answered_and_settled(site, address):
    asking, answering = site.client("kato"), site.client("suzuki")
    comment_id = write(asking, address, "@suzuki 様　年度を確かめてください。", place="s0003")
    page = answering.get(address).text
    assert 'aria-label="s0003の未解決のコメント1件"' in page and f'href="#comment-{comment_id}"' in page
    assert '<strong class="remark-name">@suzuki 様</strong>' in page and "未解決 1件" in page
    notices = answering.get("/notices").text
    assert "コメントで、あなたの名前が挙がりました（事務局内確認）" in notices and "年度を確かめて" not in notices
    notice_id = re.search(r"/notices/([^/]+)/open", notices)[1]
    assert answering.post(f"/notices/{notice_id}/open").headers["location"] == f"{address}#comments"
    answered = answering.post(f"{address}/comments/{comment_id}/replies", data={"text": "発言のとおりです。"})
    assert answered.status_code == 303
    assert "あなたのコメントに返信がありました" in asking.get("/notices").text
    assert "発言のとおりです。" in panel(asking.get(address).text)
    assert asking.post(f"{address}/comments/{comment_id}/resolve").status_code == 303
    settled = answering.get(address).text
    assert "未解決 0件・解決済み 1件" in settled and "kato 様が解決済みにしました" in settled
    assert "s0003の未解決のコメント" not in settled
    assert answering.post(f"{address}/comments/{comment_id}/reopen").status_code == 303
    assert "未解決 1件" in answering.get(address).text


def test_people_are_chosen_from_a_list(site, address):
    client = site.client("tanaka")
    people = re.findall(r'name="mention" value="([^"]+)"[^>]*><span>([^<]+)</span>', client.get(address).text)
    names = [name for _, name in people]
    assert names == ["futari 様", "ito 様", "kato 様", "suzuki 様", "新人"], "not oneself, and nobody from elsewhere"
    ito = {name: key for key, name in people}["ito 様"]
    write(client, address, "お願いします。", mention=ito)
    assert "知らせた人：ito 様" in client.get(address).text
    assert "コメントで、あなたの名前" in site.client("ito").get("/notices").text


def test_one_deletes_only_ones_own(site, address):
    mine, other = site.client("tanaka"), site.client("suzuki")
    comment_id = write(mine, address, "書き間違えました。", place="s0001")
    assert f"{comment_id}/delete" in mine.get(address).text and f"{comment_id}/delete" not in other.get(address).text
    assert other.post(f"{address}/comments/{comment_id}/delete").status_code == 403
    assert mine.post(f"{address}/comments/{comment_id}/delete").status_code == 303
    page = other.get(address).text
    assert "書き間違えました。" not in page and "削除されました" in page and "未解決 0件" in page


def test_hostile_words_are_inert(site, address):
    with writing(site.engine) as session:
        create_account(
            session,
            login="warui",
            display_name="<b>悪い人</b>",
            password="Mikan-no-ki-27-hon",
            grants=[(site.department_id, Role.CHECKER)],
            actor="system",
        )
    client = site.client("tanaka")
    write(client, address, f"@<b>悪い人</b> {HOSTILE}", place="s0004")
    page = client.get(address).text
    assert (
        "<script>alert" not in page and "<img src=x" not in page and "<b>悪い人" not in page and 'onclick="' not in page
    )
    assert "&lt;b&gt;悪い人&lt;/b&gt;</strong> &lt;script&gt;alert(1)" in page and "{{ 7 * 7 }}" in page
    refused = client.post(f"{address}/comments", data={"text": f"{HOSTILE}\x07", "place": "s0004"})
    assert refused.status_code == 422 and "制御文字" in refused.text and "<script>alert" not in refused.text


@pytest.mark.parametrize("place", ["", "s0002", "u0003", "b0003"])
def test_what_was_typed_is_there_again_when_it_is_refused(site, address, place):
    client = site.client("tanaka")
    typed = "あ" * 2001
    refused = client.post(f"{address}/comments", data={"text": typed, "place": place})
    assert (
        refused.status_code == 422 and "コメントが長すぎます" in refused.text and f">{typed}</textarea>" in refused.text
    )
    assert f'id="new-{place or "meeting"}"' in refused.text
    comment_id = write(client, address, "短い。", place=place)
    again = client.post(f"{address}/comments/{comment_id}/replies", data={"text": typed})
    assert again.status_code == 422 and f">{typed}</textarea>" in again.text


def test_what_was_typed_outlives_what_it_was_about(site, address):
    mine, other = site.client("tanaka"), site.client("suzuki")
    comment_id = write(mine, address, "要りますか。", place="s0001")
    other.post(f"{address}/comments/{comment_id}/resolve")
    late = mine.post(f"{address}/comments/{comment_id}/replies", data={"text": "まだ書いていました。"})
    assert late.status_code == 409 and "解決済みです" in late.text and ">まだ書いていました。</textarea>" in late.text
    other.post(f"{address}/sentences/s0002/delete", data={"version": 1, "block": "b0003"})
    gone = mine.post(f"{address}/comments", data={"text": "この文は、", "place": "s0002"})
    assert gone.status_code == 404 and "ありません" in gone.text and ">この文は、</textarea>" in gone.text


def test_the_approver_is_told_how_many_are_open(site, address):
    maker, checker = site.client("tanaka"), site.client("suzuki")
    maker.post(f"{address}/speakers", data={"version": 1, "label": "話者3", "attendee_id": "a3"})
    write(maker, address, "まだ気になります。", place="s0001")
    write(maker, address, "こちらも。")
    told = r'<a href="#comments">未解決のコメントが2件</a>あります（承認はできます）。'
    assert told in checker.get(address).text
    assert checker.post(f"{address}/submit", data={"version": 2}).status_code == 303
    approver = site.client("kato")
    assert told in approver.get(address).text
    assert approver.post(f"{address}/approve", data={"version": 2}).status_code == 303
    page = approver.get(address).text
    assert "まだ気になります。" in page and "承認済" in page
    assert "コメントを残す" not in page and "にコメントする" not in page and "返信する" not in page
    late = maker.post(f"{address}/comments", data={"text": "遅れて"})
    assert late.status_code == 409 and "コメントできません" in late.text


def test_a_sentence_that_is_gone_is_shown_with_its_words(site, address):
    client = site.client("suzuki")
    words = "窓口予約の費用は県と市のどちらが持つのか。"
    write(client, address, "要りますか。", place="s0002")
    assert client.post(f"{address}/sentences/s0002/delete", data={"version": 1, "block": "b0003"}).status_code == 303
    listed = panel(client.get(address).text)
    assert f'<q class="thread-quote">{words}</q>' in listed and "いまの版にはない" in listed
    assert 'href="#s0002"' not in listed


def test_a_script_is_told_only_what_changed(site, address):
    client = site.client("suzuki")
    json = {"Accept": "application/json"}
    answer = client.post(f"{address}/comments", data={"text": "どうですか。", "place": "s0002"}, headers=json).json()
    assert "どうですか。" in answer["comments"] and list(answer["marks"]) == ["s0002"]
    assert "コメント1件" in answer["marks"]["s0002"] and "未解決のコメント" not in answer["decide"]
    refused = client.post(f"{address}/comments", data={"text": ""}, headers=json)
    assert refused.status_code == 422 and refused.json()["detail"].startswith("コメントが空です。")
    # A sentence that is saved meanwhile keeps its mark.
    edited = client.post(
        f"{address}/sentences/s0002", data={"version": 1, "text": "費用はどうか。"}, headers=json
    ).json()
    assert "コメント1件" in next(each["html"] for each in edited["sentences"] if each["id"] == "s0002")


def test_who_may_not_read_closed_talk_sees_that_there_is_a_comment(site, address):
    with writing(site.engine) as session:
        create_account(
            session,
            login="kanri",
            display_name="管理 様",
            password="Mikan-no-ki-27-hon",
            grants=[(site.department_id, Role.ADMINISTRATOR)],
            actor="system",
            must_change_password=False,
        )
    write(site.client("suzuki"), address, "額は伏せてください。", place="s0005")
    client = type(site)(
        site.app, site.engine, site.meeting_id, site.department_id, {"kanri": "Mikan-no-ki-27-hon"}
    ).client("kanri")
    page = client.get(address).text
    assert "額は伏せて" not in page and "公表していない" not in page
    assert f'<p class="remark-text">{WITHHELD}</p>' in panel(page) and "非公開の発言" in panel(page)
    assert client.get(f"{address}/comments/new/s0005").status_code == 404
