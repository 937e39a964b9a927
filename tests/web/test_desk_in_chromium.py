"""A clerk at the review desk, in a real browser: by keyboard alone, two at once, and without JavaScript.

The counts of keys and clicks here are what docs/usability.md says; a change that needs more of them fails.
"""

import re

import pytest
from browser import expect, open_meeting

from minutes import edits
from minutes.document import MinutesDocument
from minutes.draft import with_findings
from minutes.profiles import load_profile

pytestmark = pytest.mark.browser

FLAWED = [
    (
        "s0001",
        "今年度は、窓口の予約を県と市町が一緒に進めて頂く。又、電話でも受け付けて頂く。尚、３ヶ月後に見直すと言う事である。",
    ),
    ("s0002", "窓口予約の費用(手数料)は県と市のどちらが持つのか、教えて下さい。"),
    ("s0003", "令和8年度は県が全額(上限なし)を負担し、9年度からは半分ずつとする事が出来るので、確認して下さい。"),
]


@pytest.fixture
def draft(draft: MinutesDocument) -> MinutesDocument:
    """With more to mend than anybody wants to do by hand."""
    for sentence_id, text in FLAWED:
        draft = edits.edit_sentence(draft, sentence_id, text)
    return with_findings(draft, load_profile(draft.profile))


class Hands:
    """Counts what a person does."""

    def __init__(self, page):
        self.page, self.keys, self.clicks = page, 0, 0

    def press(self, *keys: str):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def click(self, locator):
        locator.click()
        self.clicks += 1


def saved(page, version: int) -> None:
    """The page itself says when it is done."""
    expect(page.locator("[data-saved]")).to_have_text(f"第{version}版に保存しました。")


def speakers(site) -> dict[str, str | None]:
    return {each.id: each.attendee_id for each in site.draft_now().utterances}


def order(site) -> list[str]:
    return [block.id for section in site.draft_now().sections for block in section.blocks]


def text_of(site, sentence_id: str) -> str:
    blocks = (block for section in site.draft_now().sections for block in section.blocks)
    return next(s.text for block in blocks for s in block.sentences if s.id == sentence_id)


def test_a_speaker_is_put_right_everywhere_with_two_keys(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    hands = Hands(page)
    page.locator("#s0004 .sentence-text").focus()
    hands.press("s")
    expect(page.locator("#u0005 .tools")).to_be_visible()
    hands.press("3")
    saved(page, 2)
    assert speakers(site)["u0005"] == "a3" and hands.keys == 2
    expect(page.locator("#b0005 .block-label")).to_contain_text("南浜町 総務課長 大槻 健 様")
    clicks = Hands(page)
    clicks.click(page.get_by_label("発言 u0002 の発言者などを変える"))
    clicks.click(page.locator("#u0002 .people").get_by_role("button", name="森下 春香"))
    saved(page, 3)
    assert speakers(site) | {"u0003": None} == {
        "u0001": "a2", "u0002": "a2", "u0003": None, "u0004": "a2", "u0005": "a3", "u0006": "a2", "u0007": "a3",
    }  # fmt: skip
    assert clicks.clicks == 2


def test_ten_findings_are_worked_off_with_one_key_each(open_page, site, draft):
    fixable = [each for each in draft.findings if each.fix is not None]
    assert len(fixable) >= 10
    page = open_page("suzuki")
    open_meeting(page)
    hands = Hands(page)
    version = 1
    # The gravest come first; those that no rule can mend are passed by.
    hands.press("n")
    for _ in range(40):
        chosen = page.locator("[data-finding].is-chosen")
        chosen.wait_for()
        if chosen.locator("[data-fix]").count():
            before = page.locator("[data-finding]").all_inner_texts()
            hands.press("f")
            version += 1
            saved(page, version)
            # A fix may bring another remark up; the list as it was is gone.
            expect(page.locator("[data-finding]")).not_to_have_text(before)
        elif page.locator("[data-finding] [data-fix]").count():
            hands.press("n")
        else:
            break
    fixed = version - 1
    assert fixed >= 10 and not [e for e in site.draft_now().findings if e.fix is not None]
    left = len(site.draft_now().findings)
    assert hands.keys - fixed <= 1 + left, "one key to begin, and one for each finding that only a person can mend"
    page.keyboard.press("p")
    hands = Hands(page)
    waivable = page.locator("[data-finding].is-chosen .waive")
    while not waivable.count():
        hands.press("n")
    at = hands.keys
    hands.press("w", "Enter")
    saved(page, version + 1)
    assert hands.keys - at == 2
    expect(page.locator(".waived > summary")).to_contain_text("1件")
    (waiver,) = site.draft_now().waivers
    assert (waiver.by, waiver.reason) == ("suzuki 様", "発言のとおりのため")


def test_all_findings_of_a_rule_are_mended_with_one_key(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("[data-finding]", has=page.locator(".rule", has_text="K12")).first.locator("[data-fix-rule]").click()
    saved(page, 2)
    assert not [each for each in site.draft_now().findings if each.rule == "K12" and each.fix]
    expect(page.locator("#s0002 .sentence-text")).to_contain_text("教えてください。")


def test_a_statement_moves_with_one_key_and_back_with_another(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    hands = Hands(page)
    page.locator("#s0003 .sentence-text").focus()
    hands.press("Alt+ArrowUp")
    saved(page, 2)
    assert order(site).index("b0004") < order(site).index("b0003") and hands.keys == 1
    # The moved statement stays in hand: the same key goes on with it.
    hands.press("Alt+ArrowDown")
    saved(page, 3)
    assert order(site).index("b0003") < order(site).index("b0004")
    hands.press("Control+z")
    saved(page, 4)
    assert order(site).index("b0004") < order(site).index("b0003")
    hands.press("Control+y")
    saved(page, 5)
    assert order(site).index("b0003") < order(site).index("b0004")


def test_a_left_out_utterance_is_pulled_in_with_two_keys(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    hands = Hands(page)
    hands.press("o", "i")
    saved(page, 2)
    assert hands.keys == 2
    draft = site.draft_now()
    (place,) = [each for each in draft.dispositions if each.utterance_id == "u0001"]
    assert place.kind == "cited" and len(place.sentence_ids) == 1
    expect(page.locator(f"#{place.sentence_ids[0]}.is-current")).to_be_visible()


def test_a_sentence_is_saved_while_it_is_typed(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("#s0002 .sentence-text").focus()
    page.keyboard.press("e")
    field = page.locator("#s0002 textarea")
    expect(field).to_be_focused()
    field.fill("費用は県と市のどちらが持つのか。")
    saved(page, 2)
    expect(page.locator("#s0002 .sentence-text")).to_have_text("費用は県と市のどちらが持つのか。")
    expect(field).to_be_focused()
    expect(page.locator("[data-finding][data-sentence-id=s0002]", has_text="下さい")).to_have_count(0)
    field.press("Escape")
    expect(field).to_have_count(0)
    assert text_of(site, "s0002") == "費用は県と市のどちらが持つのか。"


def test_a_replaced_word_goes_into_the_dictionary_from_where_it_was_replaced(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.locator("#s0004 .sentence-text").focus()
    page.keyboard.press("e")
    field = page.locator("#s0004 textarea")
    field.fill(text_of(site, "s0004").replace("職員", "吏員"))
    # The bench is there before the word is sent as well as after: only the answer says that it was taken.
    with page.expect_response(lambda answer: answer.url.endswith("/dictionary")) as answer:
        page.get_by_role("button", name="この置換えを辞書に加える").click()
    assert answer.value.status == 303
    page.wait_for_load_state()
    page.goto(f"/departments/{site.department_id}/dictionary")
    expect(page.locator("tbody tr")).to_contain_text("職員")
    expect(page.locator("tbody tr")).to_contain_text("吏員")


def test_two_people_at_once_keep_both_edits_or_see_both_texts(open_page, site):
    one, other = open_page("suzuki"), open_page("tanaka")
    open_meeting(one)
    open_meeting(other)
    for version, page, sentence, text in (
        (2, one, "s0002", "一人目の文である。"),
        (3, other, "s0003", "二人目の文である。"),
    ):
        page.locator(f"#{sentence} .sentence-text").focus()
        page.keyboard.press("e")
        page.locator(f"#{sentence} textarea").fill(text)
        page.locator(f"#{sentence}").get_by_role("button", name="保存").click()
        expect(page.locator(f"#{sentence} textarea")).to_have_count(0)
        # The second page is read anew for the first one's edit, and says so only once it listens again.
        saved(page, version)
    assert (text_of(site, "s0002"), text_of(site, "s0003")) == ("一人目の文である。", "二人目の文である。")
    # Both have the same sentence in hand; one is saved first.
    for page in (one, other):
        page.locator("#s0003 .sentence-text").focus()
        page.keyboard.press("e")
        page.locator("#s0003 textarea").wait_for()
    other.locator("#s0003 textarea").fill("二人目がもう一度直した文である。")
    other.locator("#s0003").get_by_role("button", name="保存").click()
    expect(other.locator("#s0003 textarea")).to_have_count(0)
    one.locator("#s0003 textarea").fill("令和8年度は県が負担する。")
    one.get_by_role("heading", name="ほかの人が先に修正しました").wait_for()
    expect(one.locator(".compare")).to_contain_text("二人目がもう一度直した文である。")
    one.get_by_role("button", name="あなたの文にする").click()
    one.locator("[data-bench]").wait_for()
    assert text_of(site, "s0003") == "令和8年度は県が負担する。"


def test_everything_works_without_javascript(open_page, site):
    page = open_page("suzuki", scripts=False)
    open_meeting(page, scripts=False)
    page.get_by_label("発言 u0001 を要旨に載せる").click()
    page.get_by_text("載せていない発言の追加（u0001）").wait_for()
    page.get_by_label("発言 u0005 の発言者などを変える").click()
    page.locator("#u0005 .people").get_by_role("button", name="大槻 健").click()
    page.get_by_text("発言者の変更（u0005と同じラベルのすべて）").wait_for()
    page.get_by_label("b0003の発言の操作").click()
    page.locator("#b0003").get_by_role("button", name="下へ移す").click()
    page.get_by_text("発言の移動（b0003を下へ）").wait_for()
    page.locator(".waive > summary").first.click()
    page.locator(".waive[open]").get_by_role("button", name="見送る").click()
    page.get_by_text(re.compile("指摘の見送り")).first.wait_for()
    page.get_by_role("button", name="元に戻す").click()
    page.get_by_text(re.compile("元に戻す（第4版の内容）")).first.wait_for()
    page.get_by_text("絞り込む").first.click()
    page.get_by_label("引用", exact=True).select_option("left_out")
    page.get_by_role("button", name="絞り込む").click()
    expect(page.locator("[data-utterance]")).to_have_count(1)
    page.get_by_label("議事2を非公開にする").click()
    page.get_by_label("この議事を非公開にする理由").fill("契約前のため")
    page.get_by_role("button", name="非公開にする").first.click()
    page.get_by_role("button", name="c0001の非公開の指定を取り消す").click()
    page.get_by_text("非公開の指定の取消（c0001）").wait_for()


def test_the_keys_are_listed_and_can_be_switched_off(open_page, site):
    page = open_page("suzuki")
    open_meeting(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="キーの一覧")
    expect(dialog).to_contain_text("修正案のとおりに直す")
    dialog.get_by_label("1文字のキー操作を使わない").check()
    dialog.get_by_role("button", name="閉じる").click()
    page.keyboard.press("j")
    expect(page.locator(".is-current")).to_have_count(0)
