"""A profile written in a real browser: the preview follows the keys, and a button does it without scripts."""

import pytest
from browser import expect

from service.auth import Role
from service.auth.accounts import create_account, find_or_create_department
from service.db.engine import reading, writing
from service.db.profile_tables import ProfileRevision

pytestmark = pytest.mark.browser


@pytest.fixture
def office(site):
    with writing(site.engine) as session:
        create_account(
            session,
            login="kanri",
            display_name="管理 太郎",
            password="Mikan-no-ki-27-hon",
            grants=[(find_or_create_department(session, "情報政策課").id, Role.ADMINISTRATOR)],
            actor="test",
            must_change_password=False,
        )
        site.logins["kanri"] = "Mikan-no-ki-27-hon"
    return site


def saved(site):
    with reading(site.engine) as session:
        return session.query(ProfileRevision).count()


def test_the_preview_follows_what_is_typed_and_nothing_is_saved(office, open_page):
    page = open_page("kanri")
    page.goto("/admin/profiles/new")
    title = page.locator(".sheet-title")
    expect(title).to_have_text("第3回青嶺県・市町村デジタル推進協議会 議事要旨")
    page.get_by_label("題名", exact=True).fill("")
    page.get_by_label("題名", exact=True).press_sequentially("{series}{title} 会議録")
    expect(title).to_have_text("第3回青嶺県・市町村デジタル推進協議会 会議録")
    expect(title).to_have_class("sheet-title is-changed")
    page.get_by_text("団体だけ（主催者は役職）").click()
    expect(page.locator(".sheet")).to_contain_text("（狛山市 様）")
    page.get_by_label("見本にする会議").select_option("第3回 北原県・市町情報化連絡会")
    expect(title).to_have_text("第3回北原県・市町情報化連絡会 会議録")
    # With a fault the last good preview stays, and Enter saves nothing.
    page.get_by_label("題名", exact=True).fill("{title")
    expect(page.locator("[data-preview-status]")).to_contain_text("入力に誤りが1件")
    expect(title).to_have_text("第3回北原県・市町情報化連絡会 会議録")
    page.get_by_label("題名", exact=True).fill("{title}")
    page.keyboard.press("Enter")
    expect(title).to_have_text("北原県・市町情報化連絡会")
    assert page.url.endswith("/admin/profiles/new") and saved(office) == 0
    assert page.get_by_label("題名", exact=True).input_value() == "{title}"


def test_a_profile_is_made_and_changed_with_the_keyboard_and_without_scripts(office, open_page):
    page = open_page("kanri", scripts=False)
    page.goto("/admin/profiles")
    page.get_by_role("link", name="書式を作る").click()
    page.get_by_label("書式の名前").fill("庁内会議")
    page.get_by_label("識別名").fill("chonai")
    page.get_by_label("質疑の前の行").fill("意見交換")
    page.get_by_role("button", name="見本を更新").click()
    expect(page.locator(".sheet")).to_contain_text("・意見交換")
    assert page.get_by_label("識別名").input_value() == "chonai" and saved(office) == 0
    page.get_by_label("識別名").press("Enter")
    expect(page.locator(".sheet")).to_contain_text("・意見交換")
    assert saved(office) == 0
    page.get_by_role("button", name="保存する").focus()
    page.keyboard.press("Enter")
    page.get_by_text("第1改訂を保存しました").wait_for()
    page.locator("summary", has_text="用語").click()
    page.get_by_label("1行目の語").fill("市債")
    page.get_by_label("1行目の読み").fill("しさい")
    page.get_by_role("button", name="行を増やす").click()
    expect(page.get_by_label("4行目の読み")).to_be_visible()
    page.get_by_label("変更の理由").fill("財政の用語を加えるため")
    page.get_by_role("button", name="保存する").click()
    page.get_by_text("第2改訂を保存しました").wait_for()
    page.get_by_role("link", name="改訂の履歴と違い").click()
    page.get_by_text("用語「市債」").wait_for()
    assert saved(office) == 2


@pytest.mark.parametrize("path", ["/admin/profiles", "/admin/profiles/new"])
def test_no_page_is_wider_than_a_telephone(office, open_page, path):
    page = open_page("kanri")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    for group in page.locator("details.group").all():
        group.evaluate("group => group.open = true")
    widest = page.locator("body").evaluate(
        "body => Math.max(...[...body.querySelectorAll('*')].map(e => e.getBoundingClientRect().right))"
    )
    assert widest <= 390
