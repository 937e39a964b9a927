"""Every picture that a page of the documents shows is there, says in words what it shows, and none lies unused."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
MOST_BYTES = 4_000_000


def test_pictures_and_pages_are_in_step() -> None:
    shown = [
        (page, words, (page.parent / target).resolve())
        for page in PAGES
        for words, target in SHOWN.findall(page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert [str(picture) for _, _, picture in shown if not picture.is_file()] == []
    assert [page.name for page, words, _ in shown if not words.strip()] == []
    assert set((ROOT / "docs/images").glob("*.png")) == {picture for _, _, picture in shown}


def test_pictures_stay_small() -> None:
    assert sum(picture.stat().st_size for picture in (ROOT / "docs/images").glob("*.png")) < MOST_BYTES
