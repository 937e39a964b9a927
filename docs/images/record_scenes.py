"""An approved meeting on its way into the records, and what is kept of it: where pictures are taken."""

from pathlib import Path

from camera import Studio
from playwright.sync_api import Page, expect

SYSTEM, ARCHIVE = "文書管理システム（一括取込）", "公文書館の受入れフォルダー"
FILE = {
    "fiscal_year": "令和8年度",
    "class_large": "総務",
    "class_mid": "会議",
    "file_title": "デジタル推進協議会",
    "retention_period": "5年",
    "creator": "総務部総務課長",
    "manager": "総務部総務課長",
    "location": "文書管理システム",
}
ITEM = {
    "decision": "課長専決",
    "drafter.organisation": "総務部総務課",
    "drafter.post": "主任",
    "drafter.name": "平岡 修",
    "openness_reason": "事務事業情報",
}


def records(studio: Studio, council: str, share: Path) -> None:
    """``share``: a folder in which the service may lay down packages."""
    _destinations(studio, share)
    page = studio.page("kakunin")
    page.goto(f"{council}/record")
    for part, fields in (("file", FILE), ("item", ITEM)):
        for name, words in fields.items():
            page.locator(f"[name='{part}.{name}']").fill(words)
    page.locator("[name='file.disposal']").select_option(label="廃棄")
    page.locator("[name='item.openness']").select_option(label="部分公開")
    page.locator("[name='item.personal_information']").select_option(label="無")
    page.get_by_role("button", name="記載事項を保存する").click()
    page.get_by_role("button", name="パッケージを作る").click()
    page.locator(".packages li").wait_for()
    for name in (SYSTEM, ARCHIVE):
        (choice,) = [each for each in page.locator("#destination option").all_inner_texts() if each.startswith(name)]
        page.locator("#destination").select_option(label=choice)
        page.get_by_role("button", name="引き渡す", exact=True).click()
    _delivered(page)
    studio.shoot(page, "record", whole=True)
    page = studio.page("kakunin")
    page.goto("/deliveries")
    studio.shoot(page, "deliveries")
    page = studio.page("kakunin")
    page.goto(f"{council}/preview/public")
    studio.shoot(page, "edition")
    page = studio.page("kanri")
    page.goto("/admin/retention")
    studio.shoot(page, "retention")


def _destinations(studio: Studio, share: Path) -> None:
    for name, below in ((SYSTEM, "torikomi"), (ARCHIVE, "ukeire")):
        (share / below).mkdir(parents=True)
        page = studio.page("kanri")
        page.goto("/admin/destinations/new?kind=folder")
        page.locator("[name=name]").fill(name)
        page.locator("[name='config.folder']").fill(str(share / below))
        for each in page.locator("[name=editions]").all():
            each.check()
        page.get_by_role("button", name="登録する").click()
        if name == ARCHIVE:
            page.get_by_role("button", name="引渡しを一時停止する").click()
        page.close()


def _delivered(page: Page) -> None:
    """The worker has brought one package; the other waits for its destination."""
    for _ in range(20):
        page.reload()
        if page.locator("#deliveries .chip.done").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("#deliveries .chip.done")).to_have_count(1)
