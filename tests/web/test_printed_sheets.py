"""What a browser makes of the draft on paper: A4 pages without a cut line, each of which says what it is."""

import re
import shutil
import subprocess

import pytest

from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument

pytestmark = pytest.mark.browser


@pytest.fixture
def draft(draft: MinutesDocument) -> MinutesDocument:
    """As many sentences as a long meeting has, one of them longer than a page is wide many times over."""
    section = draft.sections[1]
    block = section.blocks[1]
    (first,) = block.sentences
    more = tuple(
        first.model_copy(update={"id": f"s{n:04}", "text": f"{n}番目の文である。" + "窓口の予約を広げる。" * (n % 9)})
        for n in range(100, 190)
    )
    grown = section.model_copy(
        update={
            "blocks": (section.blocks[0], block.model_copy(update={"sentences": (first, *more)}), *section.blocks[2:])
        }
    )
    return draft.model_copy(update={"sections": (draft.sections[0], grown, draft.sections[2])})


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize("of", ["print", "print?evidence=1&findings=1", ""])
def test_every_sentence_is_on_an_a4_page_that_says_what_it_is(open_page, site, draft, tmp_path, of):
    page = open_page("suzuki")
    page.goto(f"/meetings/{site.meeting_id}/{of}")
    made = tmp_path / "sheet.pdf"
    page.pdf(path=made, prefer_css_page_size=True)
    assert "(A4)" in subprocess.run(["pdfinfo", made], capture_output=True, check=True, text=True).stdout
    text = subprocess.run(["pdftotext", "-raw", made, "-"], capture_output=True, check=True, text=True).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) > 3
    for number, each in enumerate(pages, 1):
        assert re.search(rf"{number} ?/ ?{len(pages)}\b", each)
        assert "案（未承認）" in each
    plain = "".join(text.split())
    sentences = sentences_of(draft.sections)
    assert [each.id for each in sentences if each.id not in plain] == []
    # Nothing is cut off at the edge of a page or where it ends.
    repeated = "窓口の予約を広げる。"
    assert plain.count(repeated) == sum(each.text.count(repeated) for each in sentences)
    assert "サインアウト" not in text and "キーの一覧" not in text
