"""Two people talk about a sentence in a real browser: one names the other, who finds the notice, answers and resolves."""

import pytest
from browser import expect, open_meeting

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("scripts", [True, False])
def test_one_names_another_who_answers_and_resolves(open_page, site, scripts):
    asking = open_page("kato", scripts=scripts)
    # It waits for nothing of an approver yet, so it is not among their own work.
    asking.goto("/meetings")
    open_meeting(asking, scripts=scripts)
    asking.get_by_label("s0003にコメントする").click()
    form = asking.locator("#new-s0003")
    form.get_by_label("s0003へのコメント").fill("年度は発言と合っていますか。")
    form.get_by_text("知らせる人を選ぶ").click()
    form.get_by_label("suzuki 様").check()
    form.get_by_role("button", name="コメントを残す").click()
    expect(asking.locator("#s0003 .comment-count")).to_have_text("コメント1件")
    expect(form).to_have_count(0)
    expect(asking.locator("#comments")).to_contain_text("知らせた人：suzuki 様")

    answering = open_page("suzuki", scripts=scripts)
    answering.set_viewport_size(PHONE)
    answering.goto("/notices")
    expect(answering.get_by_text("コメントで、あなたの名前が挙がりました")).to_be_visible()
    answering.get_by_role("listitem").filter(has_text="コメントで").get_by_role("button").click()
    thread = answering.locator("[data-thread]")
    expect(thread).to_contain_text("年度は発言と合っていますか。")
    thread.get_by_text("返信する…").click()
    if scripts:
        assert fits(answering)
    thread.get_by_label("返信", exact=True).fill("録音で確かめました。合っています。")
    thread.get_by_role("button", name="返信する", exact=True).click()
    expect(thread.locator(".remark")).to_have_count(2)
    thread.get_by_label("このコメントを解決する").click()
    expect(answering.locator("#comments > summary")).to_contain_text("未解決 0件・解決済み 1件")
    expect(answering.locator("#s0003 .comment-count")).to_have_count(0)

    asking.goto("/notices")
    expect(asking.get_by_text("あなたのコメントに返信がありました")).to_be_visible()
    asking.get_by_role("listitem").filter(has_text="返信が").get_by_role("button").click()
    asking.get_by_text("解決したコメント（1件）").click()
    expect(asking.locator("[data-thread]")).to_contain_text("suzuki 様が解決済みにしました")


def test_by_keyboard_beside_the_other_work(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("#s0002 .sentence-text").focus()
    page.keyboard.press("c")
    field = page.get_by_label("s0002へのコメント")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(page.locator("#s0002 .sentence-text")).to_be_focused()
    page.keyboard.press("c")
    expect(field).to_be_focused()
    page.keyboard.type("この問いは要りますか。cmj")
    # Typed words outlive an accident, and a sentence that is saved meanwhile.
    page.keyboard.press("Escape")
    expect(field).to_have_value("この問いは要りますか。cmj")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-saved]")).to_have_text("コメントを保存しました。")
    expect(page.locator("#s0002 .sentence-text")).to_be_focused()
    site.client("kato").post(
        f"/meetings/{site.meeting_id}/comments", data={"text": "録音では別の年度です。", "place": "u0004"}
    )
    page.reload()
    page.locator(".bench.scripted").wait_for()
    page.keyboard.press("m")
    expect(page.locator(".thread.is-chosen")).to_contain_text("この問いは")
    expect(page.locator("#s0002.is-current")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator(".thread.is-chosen")).to_contain_text("録音では別の年度です。")
    expect(page.locator("#u0004.is-current")).to_be_visible()
    page.keyboard.press("M")
    expect(page.locator(".thread.is-chosen")).to_contain_text("この問いは")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("選んだ文・発言にコメントする")
    page.keyboard.press("Escape")
    # The desk goes on beside it: a sentence saved while it is typed keeps its mark.
    page.locator("#s0002 .sentence-text").focus()
    page.keyboard.press("e")
    page.locator("#s0002 textarea").fill("費用はどちらが持つのか。")
    expect(page.locator("[data-saved]")).to_have_text("第2版に保存しました。")
    expect(page.locator("#s0002 .comment-count")).to_have_text("コメント1件")


def test_a_refusal_leaves_what_was_typed(open_page, site):
    page = open_page("tanaka")
    open_meeting(page)
    page.get_by_label("u0005にコメントする").click()
    field = page.get_by_label("u0005へのコメント")
    field.evaluate("field => { field.removeAttribute('maxlength'); field.value = 'あ'.repeat(2001); }")
    page.locator("#new-u0005").get_by_role("button", name="コメントを残す").click()
    expect(page.locator("#new-u0005 [data-comment-status]")).to_contain_text("コメントが長すぎます")
    assert len(field.input_value()) == 2001
    field.fill("短くしました。")
    page.locator("#new-u0005").get_by_role("button", name="コメントを残す").click()
    expect(page.locator("#u0005 .comment-count")).to_have_text("コメント1件")
