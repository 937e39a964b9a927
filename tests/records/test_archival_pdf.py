"""The PDF as an archive takes it: read by pikepdf, which had no part in writing it."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from meeting_builder import canonical
from pdfa_clauses import broken_clauses

from minutes.profiles import load_profile
from minutes.render import render

TITLE = "第8回都・区市町村CIO協議会 議事要旨"


@pytest.fixture(scope="module")
def made() -> bytes:
    return render(canonical().document(), load_profile(), "pdf", mark="保存版")


def test_no_clause_of_the_archival_form_that_a_page_can_break_is_broken(made: bytes) -> None:
    assert broken_clauses(made) == []


def test_a_file_that_is_no_archival_pdf_is_found_out(made: bytes) -> None:
    """Otherwise the test above could not fail."""
    with pikepdf.open(BytesIO(made)) as pdf:
        del pdf.Root.OutputIntents
        xmp = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata.write(
            xmp.replace(b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/", b"<pdfaSchema:namespaceURI>x")
        )
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        font = next(iter(pdf.pages[0].Resources.Font.values()))
        del font.DescendantFonts[0].FontDescriptor.FontFile3
        out = BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    told = " ".join(broken_clauses(out.getvalue()))
    assert all(clause in told for clause in ("6.1.3", "6.2.3", "6.2.11.4", "6.5", "6.6.2.3.1"))


def test_bookmarks_title_and_language_are_those_of_the_minutes(made: bytes) -> None:
    with pikepdf.open(BytesIO(made)) as pdf:
        with pdf.open_outline() as outline:
            (root,) = outline.root
            assert root.title == TITLE
            assert [each.title for each in root.children] == [
                "1. 挨拶（デジタルサービス局長 高野 克己）",
                "2. 報告事項",
            ]
        assert pdf.docinfo.Title == TITLE
        assert str(pdf.Root.Lang).startswith("ja")
        assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf.Root.Metadata.read_bytes()
        kinds = {str(each.S) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each}
        assert {"/H1", "/H2", "/P"} <= kinds


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
def test_every_sheet_has_its_number_its_mark_and_from_the_second_on_the_title(tmp_path: Path) -> None:
    built = canonical()
    built.meeting = built.meeting.model_copy(update={"materials": tuple(f"資料{n}" for n in range(1, 60))})
    ward = load_profile("ward_forum")
    file = tmp_path / "a.pdf"
    file.write_bytes(render(built.document(), ward, "pdf", mark="素案"))
    with pikepdf.open(file) as pdf:
        sheets = len(pdf.pages)
    assert sheets > 1
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True).stdout
    pages = text.split("\f")[:sheets]
    for number, page in enumerate(pages, 1):
        assert f"{number}/{sheets}" in "".join(page.split())
        assert page.lstrip().splitlines()[0].rstrip().endswith("素案")
        assert ("CIO協議会 議事概要" in page.lstrip().splitlines()[0]) == (number > 1)
