"""The Word file: opened by python-docx for its styles and by LibreOffice for what it looks like."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from meeting_builder import canonical

from minutes.profiles import load_profile
from minutes.render import render

OFFICE = shutil.which("soffice")


def made(mark: str = "") -> bytes:
    return render(canonical().document(), load_profile(), "docx", mark=mark)


def test_each_kind_of_paragraph_has_a_style_of_its_own() -> None:
    document = Document(BytesIO(made()))
    styles = {each.text: each.style.name for each in document.paragraphs}
    assert styles["1 挨拶"] == "議事要旨 議事"
    assert styles["・デジタルサービス局長 高野 克己"] == "議事要旨 議事の内訳"
    assert styles["（狛江市 CIO 平林 浩一 様）"] == "議事要旨 発言者"
    assert styles["東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。"] == "議事要旨 本文"
    assert styles["日時：令和8年2月9日（月） 10時00分から11時30分まで"] == "議事要旨 記載事項"


def test_a_label_and_what_introduces_it_stay_with_what_follows() -> None:
    paragraphs = {each.text: each.paragraph_format for each in Document(BytesIO(made())).paragraphs}
    assert paragraphs["・質疑応答"].keep_with_next
    assert paragraphs["（狛江市 CIO 平林 浩一 様）"].keep_with_next
    assert not paragraphs["東京アプリの東京ポイントの原資は都と区市町村のどちらがもつのか。"].keep_with_next


def test_head_and_foot_have_mark_title_and_number() -> None:
    (section,) = Document(BytesIO(made("保存版"))).sections
    assert section.first_page_header.paragraphs[0].text == "保存版"
    assert section.header.paragraphs[0].text == "第8回都・区市町村CIO協議会 議事要旨　保存版"
    for footer in (section.first_page_footer, section.footer):
        fields = footer.paragraphs[0]._p.xpath(".//w:fldSimple/@w:instr")
        assert fields == ["PAGE", "NUMPAGES"]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (libreoffice-writer) is not installed")
def test_libreoffice_lays_out_the_same_text(tmp_path: Path) -> None:
    assert OFFICE is not None
    (tmp_path / "a.docx").write_bytes(made("保存版"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = [
        OFFICE,
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(convert, check=True, capture_output=True, timeout=100)
    shown = subprocess.run(["pdftotext", str(tmp_path / "a.pdf"), "-"], check=True, capture_output=True, text=True)
    words = "".join(shown.stdout.split())
    text = render(canonical().document(), load_profile(), "txt").decode()
    assert all("".join(line.split()) in words for line in text.splitlines())
    assert "1/1" in words and "保存版" in words
