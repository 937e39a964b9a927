"""A slow network and a quick hand: nothing that is pressed is lost, and nothing is saved twice."""

import pytest
from browser import expect, open_meeting, wait_until_it_listens

pytestmark = pytest.mark.browser

FIRST_SCRIPT_HAS_RUN = """() => {
    const text = document.querySelector("#s0004 .sentence-text");
    if (!text) return false;
    text.blur();
    text.focus();
    return document.querySelector("#s0004.is-current") !== null;
}"""


def test_the_page_says_that_it_listens_only_once_the_keys_are_bound(open_page):
    page = open_page("suzuki")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/static/desk.js", hold)
    # Without waiting for the page: it is not loaded while its script is held back.
    page.get_by_role("link", name="第3回").click()
    page.wait_for_function(FIRST_SCRIPT_HAS_RUN)
    assert page.locator(".bench.scripted").count() == 0
    held[0].continue_()
    wait_until_it_listens(page)
    page.locator("#s0004 .sentence-text").focus()
    page.keyboard.press("s")
    page.locator("#u0005 .tools").wait_for()


def test_what_is_saved_by_the_button_is_not_saved_once_more_by_the_pause(open_page, site):
    page = open_page("suzuki")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    open_meeting(page)
    page.get_by_label("s0002の文を直す").click()
    page.locator("#s0002 textarea").fill("費用はどちらが持つのか。")
    page.locator("#s0002").get_by_role("button", name="保存").click()
    expect(page.locator("#s0002 textarea")).to_have_count(0)
    # A later action shares the line of requests: a second save would come before it.
    page.locator("#s0003 .sentence-text").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-saved]")).to_have_text("第3版に保存しました。")
    assert [url.rsplit("/", 1)[-1] for url in sent] == ["s0002", "changes"]
