"""What the tests in a real browser share beside their fixtures."""

import shutil

CHROMIUM = shutil.which("chromium")
PATIENCE = 30_000
"""Milliseconds for what has to happen; a busy machine needs more of them, and no test measures time here."""

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def expect(actual):
    """Assertions that wait until they hold: a click returns before the page has answered it."""
    from playwright.sync_api import expect as waiting

    waiting.set_options(timeout=PATIENCE)
    return waiting(actual)


def expect_marked(page, *identifiers: str) -> None:
    expect(page.locator(".is-current, .is-linked")).to_have_count(len(identifiers))
    for identifier in identifiers:
        expect(page.locator(f"#{identifier}:is(.is-current, .is-linked)")).to_be_visible()


def wait_until_in_view(page, identifier: str) -> None:
    page.wait_for_function(
        """id => { const e = document.getElementById(id), b = e.getBoundingClientRect(),
                        p = e.closest('.pane-body').getBoundingClientRect();
                  return b.top >= p.top - 1 && b.bottom <= p.bottom + 1; }""",
        arg=identifier,
    )


def wait_until_it_listens(page) -> None:
    """The last script sets the class: until then a key is pressed for nothing."""
    page.locator(".bench.scripted").wait_for()


def open_meeting(page, *, scripts: bool = True) -> None:
    page.get_by_role("link", name="第3回").click()
    if scripts:
        wait_until_it_listens(page)
    else:
        page.locator(".bench").wait_for()
