"""The way to approval in a real browser: four people and a return, a speaker on a phone, an approver without scripts."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import PATIENCE, expect

from service.db.engine import writing
from service.db.tables import MeetingRow
from service.meetings.chains import find_chain

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def council(site):
    """The meeting goes through the chain of a council, and nothing blocks it; edited last by its maker."""
    with writing(site.engine) as session:
        row = session.get_one(MeetingRow, site.meeting_id)
        row.chain, row.chain_json = "council", find_chain("council").model_dump_json()
    maker = site.client("tanaka")
    base = f"/meetings/{site.meeting_id}"
    maker.post(f"{base}/speakers", data={"version": 1, "label": "話者3", "attendee_id": "a3"})
    text = "小さな町では職員が2人しかいないので、研修をお願いしたい。"
    assert maker.post(f"{base}/sentences/s0004", data={"version": 2, "text": text}).status_code == 303
    return site


@pytest.fixture
def open_page(chromium, served, council):
    """A page for one person, or for nobody; any complaint of the console fails the test."""
    contexts, complaints = [], []

    def open_as(login=None, *, scripts=True, viewport=DESK):
        context = chromium.new_context(base_url=served, java_script_enabled=scripts, locale="ja-JP", viewport=viewport)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if login is not None:
            page.goto("/")
            page.get_by_label("ログイン名").fill(login)
            page.get_by_label("パスワード").fill(council.logins[login])
            page.get_by_role("button", name="サインイン").click()
            page.get_by_role("heading", name="会議の一覧").wait_for()
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def fits(page) -> bool:
    """Nothing makes the page wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_clerk_checker_and_two_approvers_with_a_return(open_page, council):
    address = f"/meetings/{council.meeting_id}"
    maker, checker, head, chair = (open_page(each) for each in ("tanaka", "suzuki", "kato", "futari"))
    maker.goto(address)
    expect(maker.get_by_text("確認者の「事務局内確認」を待っています。")).to_be_visible()
    checker.goto(address)
    expect(checker.locator(".chain-line [aria-current=step]")).to_contain_text("事務局内確認")
    checker.get_by_role("button", name="承認を依頼する").click()
    expect(checker.locator(".chain-line [aria-current=step]")).to_contain_text("課長承認")

    head.goto("/notices")
    head.get_by_role("button", name=re.compile("を開く")).first.click()
    head.get_by_role("button", name="承認する").click()
    expect(head.locator(".chain-line [aria-current=step]")).to_contain_text("会長承認")
    expect(head.get_by_text("「課長承認」を行った本人は、この段階を承認できません。")).to_be_visible()

    chair.goto(address)
    chair.get_by_text("差し戻す…").click()
    chair.get_by_label("戻す段階").select_option(label="課長承認（文は直せません）")
    chair.get_by_label("理由").fill("年度を課長が確かめてください。")
    chair.get_by_role("button", name="差し戻す", exact=True).click()
    expect(chair.locator(".chain-line [aria-current=step]")).to_contain_text("課長承認")

    head.goto(address)
    expect(head.get_by_text("年度を課長が確かめてください。").first).to_be_visible()
    head.get_by_role("button", name="承認する").click()
    chair.goto(address)
    chair.get_by_role("button", name="承認する").click()
    expect(chair.locator(".facts .chip")).to_have_text("承認済")
    chair.get_by_text("これまでの経過").click()
    expect(chair.locator(".chain-history li")).to_have_count(6)
    checker.goto("/notices")
    expect(checker.get_by_text("承認されました（会長承認）")).to_be_visible()

    auditor = open_page("ito")
    auditor.goto(f"{address}/audit")
    expect(auditor.get_by_text("記録、承認、承認された文に矛盾はありません")).to_be_visible()

    maker.goto(address)
    maker.get_by_text("正誤を作る…").click()
    maker.get_by_label("正誤の理由").fill("年度の誤り")
    maker.get_by_role("button", name="正誤を作る").click()
    expect(maker.get_by_text("正誤です")).to_be_visible()
    expect(maker.get_by_role("link", name="もとの議事要旨")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_speaker_proposes_a_correction_on_a_phone(open_page, council, scripts):
    clerk = open_page("suzuki", scripts=scripts)
    clerk.goto(f"/meetings/{council.meeting_id}")
    clerk.get_by_role("button", name="発言者に確認する").click()
    clerk.get_by_role("link", name="発言者への照会と回答").click()
    clerk.get_by_role("link", name="森下 春香").click()
    clerk.get_by_role("button", name="リンクで照会する").click()
    link = clerk.get_by_label("リンク", exact=True).input_value()

    phone = open_page(scripts=scripts, viewport=PHONE)
    phone.goto(link)
    expect(phone.get_by_text("森下 春香")).to_be_visible()
    assert fits(phone)
    phone.get_by_label("直したい", exact=True).check()
    phone.get_by_label(re.compile("直した後の文")).fill("窓口予約の費用は、県と市のどちらが持つことになるのか。")
    phone.get_by_label(re.compile("理由や連絡")).fill("言い方を改めました")
    phone.get_by_role("button", name="回答を送る").click()
    expect(phone.get_by_text("回答を受け付けました")).to_be_visible()

    clerk.goto(f"/meetings/{council.meeting_id}/confirmations/a2")
    expect(clerk.locator("ins").first).to_be_visible()
    clerk.get_by_role("button", name="提案のとおり採用").click()
    expect(clerk.locator("#b0003 .own-text")).to_contain_text("県と市のどちらが持つことになるのか")
    expect(clerk.locator("#b0003")).to_contain_text("採用")


def test_approving_on_a_phone_without_scripts(open_page, council):
    council.client("suzuki").post(f"/meetings/{council.meeting_id}/submit", data={"version": 3})
    page = open_page("kato", scripts=False, viewport=PHONE)
    page.get_by_role("link", name="お知らせ").click()
    page.get_by_role("button", name=re.compile("を開く")).first.click()
    expect(page.locator(".chain-line [aria-current=step]")).to_contain_text("課長承認")
    assert fits(page)
    page.get_by_role("button", name="承認する").click()
    expect(page.locator(".chain-line [aria-current=step]")).to_contain_text("会長承認")


def test_a_deputy_is_named_and_revoked(open_page, council):
    page = open_page("kato")
    page.get_by_role("link", name="代理").click()
    page.get_by_label("代理する人").select_option(label="ito 様")
    page.get_by_role("button", name="代理を決める").click()
    expect(page.get_by_text("有効")).to_be_visible()
    deputy = open_page("ito")
    council.client("suzuki").post(f"/meetings/{council.meeting_id}/submit", data={"version": 3})
    deputy.goto(f"/meetings/{council.meeting_id}")
    deputy.get_by_role("button", name="承認する").click()
    expect(deputy.locator(".chain-line")).to_contain_text("ito 様（kato 様の代理）")
    page.get_by_role("button", name="ito 様の代理を取り消す").click()
    expect(page.get_by_text("取消済")).to_be_visible()
    assert council.client("tanaka").post("/delegations", data={"whom": "x:y"}).status_code in {404, 422}


def test_mail_is_chosen_by_oneself(open_page, council):
    page = open_page("kato", viewport=PHONE)
    page.goto("/notices")
    page.get_by_label("お知らせをメールでも受け取る").check()
    page.get_by_label("メールアドレス").fill("kacho@example.lg.jp")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_text("メールの設定を保存しました")).to_be_visible()
    assert fits(page)
    wrong = council.client("kato").post("/notices/mail", data={"wanted": "true", "address": "kacho＠例"})
    assert wrong.status_code == 422 and "メールアドレスの形が正しくありません。" in wrong.text
