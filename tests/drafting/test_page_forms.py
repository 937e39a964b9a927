"""The printed page in every format, from the canonical meeting."""

import re
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from meeting_builder import Said, canonical, meeting, stages

from minutes.document import MinutesDocument
from minutes.edits import edit_sentence
from minutes.profiles import load_profile
from minutes.public import public_view
from minutes.render import MEDIA_TYPES, render
from minutes.turn import TurnKind

CANONICAL = """第8回都・区市町村CIO協議会 議事要旨

日時：令和8年2月9日（月） 10時00分から11時30分まで

場所：新宿NSビル24階東側 East01会議室（オンライン併用開催）

議事：
1 挨拶
・デジタルサービス局長 高野 克己
2 報告事項
・都からの情報提供（東京アプリについて）
3 事例紹介（非公開）

1. 挨拶（デジタルサービス局長 高野 克己）
・令和8年度予算を始め、区市町村協働事業の取組などについて説明する。

2. 報告事項
・都からの情報提供（東京アプリについて）
（デジタルサービス局 デジタル事業担当部長 澤村 航）

・質疑応答

（狛江市 CIO 平林 浩一 様）
東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。

（デジタルサービス局 デジタル事業担当部長 澤村 航）
各事業と東京アプリを連携して、21の自治体と事業を進めていきたい。
"""

WARD = """第8回都・区市町村CIO協議会 議事概要

日時：令和8年2月9日（月） 10時から11時30分まで

場所：新宿NSビル24階東側 East01会議室（オンライン併用開催）

出席者（敬称略）：
・デジタルサービス局長 高野 克己
・デジタルサービス局 デジタル事業担当部長 澤村 航
・狛江市 CIO 平林 浩一
・武蔵村山市 CIO 代理 企画財政部長 雨宮 則和
・GovTech東京 業務執行理事 畑中 洋亮

傍聴者：3名

配布資料：
・資料1 東京アプリ

議事：
・挨拶
・報告事項
・事例紹介（非公開）

【挨拶】
令和8年度予算を始め、区市町村協働事業の取組などについて説明する。

【報告事項】
・都からの情報提供（東京アプリについて）
（デジタル事業担当部長）

（狛江市）東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。

（デジタル事業担当部長）各事業と東京アプリを連携して、21の自治体と事業を進めていきたい。

以上
"""


def text_of(document: MinutesDocument, profile_id: str = "tokyo_cio") -> str:
    return render(document, load_profile(profile_id), "txt").decode()


def test_tokyo_cio_is_printed_exactly_in_its_canonical_form() -> None:
    document = canonical().document()
    assert text_of(document) == CANONICAL
    assert text_of(public_view(document)) == CANONICAL


def test_the_second_profile_lays_the_same_meeting_out_differently() -> None:
    ward = load_profile("ward_forum")
    built = canonical(ward)
    built.meeting = meeting(observers=3, materials=["資料1 東京アプリ"])
    document = built.document()
    assert text_of(public_view(document), "ward_forum") == WARD
    kept = text_of(document, "ward_forum")
    assert "【事例紹介（非公開）】" in kept
    assert "7億2,600万円" in kept


def test_a_proxy_a_cohost_and_a_second_greeter_are_labelled() -> None:
    document = stages(
        [
            Said("takano", ["挨拶一"], [("挨拶一。", [0])], TurnKind.GREETING, 1),
            Said("hatanaka", ["挨拶二", "挨拶三"], [("挨拶二。", [0]), ("挨拶三。", [1])], TurnKind.GREETING, 1),
            Said("amemiya", ["どうですか"], [("どうか。", [0])], TurnKind.QUESTION),
        ]
    ).document()
    text = text_of(document)
    assert "・挨拶一。\n\n（GovTech東京 業務執行理事 畑中 洋亮）\n・挨拶二。\n・挨拶三。\n" in text
    assert "（武蔵村山市 CIO 代理 企画財政部長 雨宮 則和 様）\nどうか。" in text


def test_a_meeting_past_midnight_and_one_given_in_utc_print_japanese_time() -> None:
    late = canonical()
    late.meeting = meeting(starts_at="2026-02-09T13:05:00Z", ends_at="2026-02-09T16:00:00Z")
    assert "日時：令和8年2月9日（月） 22時05分から令和8年2月10日（火） 1時00分まで" in text_of(late.document())


HOSTILE = "髙橋・山﨑・𠮷田 <script>alert(1)</script> & #raw($x$) *b* _i_ @a \\ \x00\x0b\x1b\ufffe 〓 😀 C:\\"


def hostile() -> MinutesDocument:
    return edit_sentence(canonical().document(), "s0002", HOSTILE)


def test_docx_opens_with_heading_styles_east_asian_fonts_and_all_text() -> None:
    made = render(hostile(), load_profile(), "docx")
    document = Document(BytesIO(made))
    paragraphs = {each.text: each.style.name for each in document.paragraphs if each.style}
    assert paragraphs["第8回都・区市町村CIO協議会 議事要旨"] == "Heading 1"
    assert paragraphs["2. 報告事項"] == "Heading 2"
    assert any("髙橋・山﨑・𠮷田 <script>" in text for text in paragraphs)
    assert [each.text for each in document.paragraphs] == [
        line for line in render(hostile(), load_profile(), "txt").decode().splitlines() if line
    ]
    with zipfile.ZipFile(BytesIO(made)) as package:
        assert 'w:eastAsia="ＭＳ 明朝"' in package.read("word/styles.xml").decode()
    assert document.core_properties.author == ""


def test_html_is_standalone_and_escaped() -> None:
    page = render(hostile(), load_profile(), "html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page
    assert 'lang="ja"' in page
    assert page.count("<h1>") == 1
    assert not re.search(r"https?://|<link|src=|style=", page)
    assert "\x00" not in page and "\x0b" not in page


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_pdf_text_is_the_page_with_variants_in_base_form(tmp_path: Path) -> None:
    document = edit_sentence(
        canonical().document(), "s0002", "髙橋・山﨑・𠮷田・辻\U000e0100・か\u3099・\ufa19・😀 #raw(1) *b*"
    )
    made = tmp_path / "minutes.pdf"
    made.write_bytes(render(document, load_profile(), "pdf"))
    read = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, check=True, text=True).stdout
    words = "".join(read.split())
    assert "髙橋・山﨑・𠮷田・辻・が・\ufa19・〓#raw(1)*b*" in words
    shown = render(document, load_profile(), "txt").decode().splitlines()
    assert all("".join(line.split()) in words for line in shown if "髙橋" not in line)


def test_pdf_is_archival_and_holds_rare_names() -> None:
    made = render(hostile(), load_profile(), "pdf")
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>2</pdfaid:part>" in made and b"<pdfaid:conformance>B" in made


@pytest.mark.parametrize("format", list(MEDIA_TYPES))
def test_the_same_document_gives_the_same_bytes(format: str) -> None:
    document = canonical().document()
    assert render(document, load_profile(), format) == render(document, load_profile(), format)  # type: ignore[arg-type]


def test_json_reads_back_as_the_same_document() -> None:
    document = canonical().document()
    assert MinutesDocument.model_validate_json(render(document, load_profile(), "json")) == document
