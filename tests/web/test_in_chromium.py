"""The review in a real browser: with JavaScript for comfort, without it for everything that must work."""

import re
import sys
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import expect, expect_marked, open_meeting, wait_until_in_view, wait_until_it_listens
from drafted_meeting import drafted_meeting

from service.db.engine import writing
from service.db.tables import MeetingRow
from service.meetings.queue import today_in_japan

pytestmark = pytest.mark.browser


def test_from_sign_in_to_the_approved_file(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.set_viewport_size({"width": 1440, "height": 520})
    page.locator("#s0005 .sentence-text").click()
    expect_marked(page, "s0005", "u0007")
    wait_until_in_view(page, "u0007")
    page.locator("#u0003 .utterance-text").click()
    expect_marked(page, "s0002", "u0003")
    page.set_viewport_size({"width": 1440, "height": 960})

    page.get_by_label("s0002の文を直す").click()
    text = page.locator("#s0002 textarea")
    expect(text).to_be_focused()
    text.fill("窓口予約の費用は、県と市のどちらが持つのか。")
    page.locator("#s0002").get_by_role("button", name="保存").click()
    page.get_by_text("文の修正（s0002）").wait_for()
    expect(page.locator("#s0002 .sentence-text")).to_have_text("窓口予約の費用は、県と市のどちらが持つのか。")

    page.get_by_label("この発言者は").select_option(label="南浜町 総務課長 大槻 健")
    page.get_by_role("button", name="決める").click()
    page.locator("#speakers").wait_for(state="detached")
    page.get_by_role("button", name="承認を依頼する").click()
    page.get_by_text("承認者の承認を待っています").wait_for()

    other = open_page("kato")
    open_meeting(other)
    other.get_by_role("button", name="承認する").click()
    other.locator(".chip.done", has_text="承認済").wait_for()
    page.reload()
    page.locator(".chip.done", has_text="承認済").wait_for()
    expect(page.get_by_text("直す", exact=True)).to_have_count(0)
    with other.expect_download() as download:
        other.get_by_role("link", name="Word（docx）").first.click()
    content = Path(download.value.path()).read_bytes()
    body = zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()
    assert "窓口予約の費用は、県と市のどちらが持つのか。" in body and "見積り" not in body


def test_the_keyboard_alone_shows_the_evidence(open_page):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("#s0002 .sentence-text").focus()
    expect_marked(page, "s0002", "u0003")
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#s0003') !== null"):
            break
    expect_marked(page, "s0003", "u0004")


def test_hostile_text_does_not_run(open_page):
    page = open_page("suzuki")
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    open_meeting(page)
    expect(page.locator("#u0005 .utterance-text")).to_contain_text("<script>alert(1)</script>")
    assert dialogs == []


def test_reading_editing_and_approving_without_javascript(open_page, site):
    page = open_page("suzuki", scripts=False)
    open_meeting(page, scripts=False)
    page.locator("#s0003 .sentence-text").click()
    expect(page).to_have_url(re.compile("#u0004$"))
    plain = page.locator("#u0003").evaluate("e => getComputedStyle(e).backgroundColor")
    expect(page.locator("#u0004")).not_to_have_css("background-color", plain)
    page.get_by_label("s0002の文を直す").click()
    page.locator("#s0002 textarea").fill("費用の負担はどうなるのか。")
    page.locator("#s0002").get_by_role("button", name="保存").click()
    page.get_by_text("文の修正（s0002）").wait_for()
    page.get_by_label("この発言者は").select_option("a3")
    page.get_by_role("button", name="決める").click()
    page.locator("#speakers").wait_for(state="detached")
    page.get_by_role("button", name="承認を依頼する").click()
    page.get_by_text("承認者の承認を待っています").wait_for()
    other = open_page("kato", scripts=False)
    open_meeting(other, scripts=False)
    other.get_by_role("button", name="承認する").click()
    other.locator(".chip.done", has_text="承認済").wait_for()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sentence_is_added_and_taken_out_again(open_page, site, scripts):
    page = open_page("suzuki", scripts=scripts)
    open_meeting(page, scripts=scripts)
    page.get_by_label("b0004の発言の操作").click()
    page.locator("#b0004 .add > summary").click()
    page.locator("#b0004").get_by_label("加える文").fill("財源は国の交付金である。")
    page.locator("#b0004 .add").get_by_label("u0004").check()
    page.locator("#b0004 .add").get_by_role("button", name="加える").click()
    added = page.locator("#s0006")
    added.locator(".sentence-text", has_text="財源は国の交付金である。").wait_for()
    expect(page).to_have_url(re.compile("#s0006$"))
    if scripts:
        wait_until_it_listens(page)
    added.get_by_text("直す", exact=True).click()
    added.get_by_text("この文を削除…").click()
    added.get_by_role("button", name="削除する").click()
    page.get_by_text("文の削除（s0006）").wait_for()
    expect(added).to_have_count(0)


def test_the_queue_follows_a_draft_until_it_is_there(open_page, site, draft):
    page = open_page("tanaka")
    page.goto("/meetings/new")
    page.locator("#transcript").set_input_files(
        {"name": "k.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>abc\n"}
    )
    page.get_by_text("会議の情報を入力する").click()
    page.get_by_label("会議の名称").fill("進捗を見る会")
    page.get_by_label("開始日時").fill("2026-05-20T10:00")
    page.get_by_label("終了日時").fill("2026-05-20T11:00")
    page.locator("#roster").fill("沢井 修｜北原県｜課長｜主催")
    page.locator("#agenda").fill("意見交換｜協議")
    page.get_by_role("button", name="素案を作成する").click()
    page.get_by_text("作成の順番を待っています").wait_for()
    meeting_id = page.url.rsplit("/", 1)[-1]
    page.goto("/")
    row = page.locator("tbody tr", has_text="進捗を見る会")
    row.locator(".chip", has_text="受付").wait_for()
    site.finish(meeting_id, draft)
    row.locator(".chip", has_text="確認待ち").wait_for()
    row.locator("[data-progress]").wait_for(state="detached")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_statement_is_written_again_compared_and_taken(open_page, site, scripts):
    with drafted_meeting(site) as meeting:
        page = open_page("suzuki", scripts=scripts)
        page.goto(meeting.address)
        if scripts:
            wait_until_it_listens(page)
        page.get_by_label("b0012の発言の操作").focus()
        page.keyboard.press("Enter")
        page.get_by_label("b0012の文をモデルで作り直す").focus()
        page.keyboard.press("Enter")
        page.locator("#b0012 .again select").select_option("openai")
        page.locator("#b0012 .again").get_by_role("button", name="案を作る").press("Enter")
        box = page.locator("#proposal-t0015")
        box.get_by_text("順番を待っています").wait_for()
        if scripts:
            # What is being typed elsewhere on the page outlives the news that the proposal is there.
            page.get_by_label("s0007の文を直す").click()
            page.locator("#s0007 textarea").fill("書きかけの文")
            # Only then are the numbers of the versions below certain.
            expect(page.locator("[data-saved]")).to_have_text("第2版に保存しました。")
        meeting.run()
        if scripts:
            box.get_by_text("案ができました").wait_for()
            expect(page.locator("#s0007 textarea")).to_have_value("書きかけの文")
            box.get_by_role("link", name="表示する").click()
        else:
            box.get_by_role("link", name="読み込み直してください").click()
        expect(page).to_have_url(re.compile("#proposal-t0015$"))
        expect(box.locator("del").first).to_be_visible()
        expect(box.locator("ins").first).to_be_visible()
        expect(box.get_by_text("指摘なし")).to_be_visible()
        box.get_by_role("button", name="案を採用する").press("Enter")
        page.get_by_text("モデルの案の採用（t0015、openai）").wait_for()
        expect(page.locator("#s0009 .sentence-text")).to_contain_text("運用の費用は、2年目以降は")
        expect(box).to_have_count(0)
        auditor = open_page("ito", scripts=scripts)
        auditor.goto(meeting.address)
        auditor.get_by_role("link", name="生成の記録").click()
        run = auditor.locator("section", has=auditor.locator("#turn-t0015")).locator(".run").last
        expect(run.locator(".chip").first).to_have_text(f"第{3 if scripts else 2}版で使用")
        run.locator("summary", has_text="要求 1").click()
        expect(run.locator(".reply")).to_contain_text("運用の費用は、2年目以降は")


def test_from_the_draft_to_the_approval_it_takes_one_click_each(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("#s0004 .sentence-text").focus()
    page.keyboard.press("s")
    page.locator("#u0005 .tools").wait_for()
    page.keyboard.press("3")
    expect(page.locator("[data-saved]")).to_have_text("第2版に保存しました。")
    page.get_by_role("button", name="承認を依頼する").click()
    page.get_by_text("承認者の承認を待っています").wait_for()
    other = open_page("kato")
    open_meeting(other)
    other.get_by_role("button", name="承認する").click()
    other.locator(".chip.done", has_text="承認済").wait_for()


def another_meeting(site, title, **values):
    with writing(site.engine) as session:
        row = session.get_one(MeetingRow, site.meeting_id)
        kept = ("department_id", "starts_at", "meeting_json", "profile", "model", "state", "created_by")
        copied = {name: getattr(row, name) for name in (*kept, "transcript_name", "transcript_sha256", "transcript")}
        session.add(MeetingRow(title=title, current_version=1, **(copied | values)))


def tab_to(page, name):
    """Presses Tab until the control of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || document.activeElement.id"
        )
        if focused.replace("\n", "").strip().startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by Tab")


def test_the_keyboard_alone_goes_through_the_queue(open_page, site):
    another_meeting(site, "防災会議", draft_due=today_in_japan() - timedelta(days=1))
    another_meeting(site, "予算会議")
    page = open_page("suzuki")
    tab_to(page, "すべての会議")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/meetings$"))
    tab_to(page, "期限超過")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("期限超過 1日")
    tab_to(page, "期限：期限超過")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(3)
    tab_to(page, "防災会議を選ぶ")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    tab_to(page, "予算会議を選ぶ")
    page.keyboard.press("Space")
    page.locator("#bulk-assignee").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("2件の担当を決めました。")
    for title in ("防災会議", "予算会議"):
        expect(page.locator("tbody tr", has_text=title)).to_contain_text("suzuki 様")
    tab_to(page, "第3回 北原県・市町情報化連絡会を自分が担当する")
    page.keyboard.press("Enter")
    expect(page.get_by_text("自分が担当する")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_many_meetings_are_put_in_one_persons_charge(open_page, site, scripts):
    for n in range(3):
        another_meeting(site, f"会議{n}")
    page = open_page("tanaka", scripts=scripts)
    expect(page.get_by_label("すべて選ぶ")).to_be_visible(visible=scripts)
    if scripts:
        page.get_by_label("すべて選ぶ").check()
    else:
        for box in page.get_by_role("checkbox").all():
            box.check()
    page.get_by_label("会議1を選ぶ").uncheck()
    page.get_by_label("選んだ会議の担当").select_option(label="suzuki 様")
    page.get_by_role("button", name="担当を決める").click()
    expect(page.get_by_role("status")).to_have_text("3件の担当を決めました。")
    # They are the other person's work now.
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("会議1")


def test_the_queue_fits_a_narrow_screen(open_page, site):
    another_meeting(site, "とても長い名前を持つ会議体の分科会及び作業部会の合同会議（拡大）" * 2)
    page = open_page("tanaka")
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/meetings?state=確認待ち", "/search?q=窓口", "/meetings/new"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_result_leads_to_its_place(open_page):
    page = open_page("suzuki")
    page.get_by_label("件名、議事要旨、文字起こしから探す").fill("全額")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="文字起こし u0004").click()
    page.locator(".bench.scripted").wait_for()
    expect(page.locator("#u0004:is(.is-current, .is-linked)")).to_be_visible()
    wait_until_in_view(page, "u0004")
