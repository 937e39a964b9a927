"""People at their browsers, and pictures of what they see."""

import io
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as TookTooLong

DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
PASSWORD = "Yama-no-ue-no-hon-31"  # noqa: S105 - of a service that lives for a minute
COLOURS = 128
"""Flat areas and grey text edges: no eye tells it from the true colours, and a file takes a third."""


@dataclass
class Studio:
    """Signs people in once each and writes PNGs into ``folder``."""

    browser: Browser
    url: str
    folder: Path
    one_time: dict[str, str]
    """Login → the password its first sign-in must change."""
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def stranger(self, size: dict[str, int] = DESK) -> Page:
        """Someone without an account."""
        return self._context(size).new_page()

    def page(self, login: str, size: dict[str, int] = DESK) -> Page:
        """A fresh page of this person."""
        if login not in self.contexts:
            self.contexts[login] = self._context(DESK)
            self._sign_in(login)
        page = self.contexts[login].new_page()
        page.set_viewport_size(size)
        return page

    def shoot(self, page: Page, name: str, *, whole: bool = False, at: Locator | None = None) -> None:
        """``whole``: the page from head to foot; ``at``: this part a little below the window's upper edge."""
        if at is not None:
            at.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top + window.scrollY - 16)")
        with suppress(TookTooLong):  # a page that polls is never idle
            page.wait_for_load_state("networkidle", timeout=3_000)
        page.mouse.move(0, 0)
        taken = page.screenshot(full_page=whole, animations="disabled", caret="hide")
        picture = Image.open(io.BytesIO(taken)).convert("RGB")
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(self.folder / f"{name}.png", optimize=True)
        page.close()

    def _context(self, size: dict[str, int]) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.url,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            viewport=size,
            device_scale_factor=1,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        return context

    def _sign_in(self, login: str) -> None:
        page = self.contexts[login].new_page()
        page.goto("/login")
        page.get_by_label("ログイン名").fill(login)
        page.get_by_label("パスワード").fill(self.one_time[login])
        page.get_by_role("button", name="サインイン").click()
        page.get_by_label("今のパスワード").fill(self.one_time[login])
        page.get_by_label("新しいパスワード", exact=True).fill(PASSWORD)
        page.get_by_label("新しいパスワード（もう一度）").fill(PASSWORD)
        page.get_by_role("button", name="変更する").click()
        page.get_by_role("heading", name="会議の一覧").wait_for()
        page.close()
