"""`make pictures`: the pictures of the documents, taken anew from a service that lives as long as this takes.

The people and the way of the meetings are in ``scenes.py``. Needs the development environment, Chromium with its Japanese
words (in Debian the package chromium-l10n) and Japanese fonts.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/e2e")]

SECOND_APPROVER = ("kaicho", "総務課 会長", "承認者")
SHARE = "hikiwatashi"
"""Below the folder of the service: where it may lay down packages."""
ONE_TIME = re.compile(r"ログイン名 (\S+)\s+パスワード (\S+)")


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return _refuse("Chromium が見つかりません。Debian や Ubuntu では chromium を導入してください。")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return _refuse("開発用の環境がありません。make pictures で実行してください。")
    from camera import Studio
    from live_service import BIN, started
    from scenes import take_all

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: everything started here is stopped
    gijiyoshi = str(BIN / "gijiyoshi")
    with (
        tempfile.TemporaryDirectory(prefix="gijiyoshi-pictures-") as folder,
        started(Path(folder), [gijiyoshi, "up"], signal.SIGTERM, _settings(Path(folder))) as service,
    ):
        one_time = dict(ONE_TIME.findall(service.said()))
        login, name, role = SECOND_APPROVER
        made = service.run(gijiyoshi, "user", "add", login, "--name", name, "--role", role)
        one_time[login] = made.stdout.splitlines()[0].rsplit(" ", 1)[-1]
        with sync_playwright() as running:
            browser = running.chromium.launch(
                executable_path=chromium,
                args=["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
                env=dict(os.environ) | {"LANGUAGE": "ja"},  # for "choose a file" and the fields of dates
            )
            try:
                take_all(Studio(browser, service.url, HERE, one_time), ROOT, Path(folder) / SHARE)
            finally:
                browser.close()
    return 0


def _settings(folder: Path) -> dict[str, str]:
    return {"GIJIYOSHI_CHAIN": "council", "GIJIYOSHI_DELIVERY_FOLDERS": str(folder / SHARE)}


def _refuse(why: str) -> int:
    sys.stderr.write(f"画像を撮れません。{why}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
