"""The sheet (docx) on which a speaker outside the network confirms their own statements, written and read back.

The number of the request and of each statement stand in the document, so that a sheet of another meeting, or a row that
somebody took out, is noticed.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from unicodedata import normalize

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from minutes.confirmation import OwnStatement
from minutes.errors import InputError
from minutes.transcript.office import damaged, open_office
from minutes.value import Value

_HEAD = ("番号", "議題", "発言", "確認欄（このままでよければ○）", "修正案欄", "備考")
_WIDTHS = (16, 40, 95, 26, 65, 25)
_KEY = re.compile(r"照会番号：([0-9a-f-]{36})　第(\d{1,9})版")
_YES = frozenset("○〇◯✓✔レ了可") | {"OK", "ok", "はい", "了承", "確認", "確認済"}


class SheetRow(Value):
    """What stands in one row: ``accepted`` by a mark, or ``proposed`` words, or neither."""

    block_id: str
    statement: str
    accepted: bool
    proposed: str | None
    remark: str | None


class Sheet(Value):
    request_id: str
    version: int
    rows: tuple[SheetRow, ...]


def write_sheet(
    statements: Sequence[OwnStatement], *, title: str, speaker: str, due: str, request_id: str, version: int
) -> bytes:
    """``request_id`` is 36 characters, as the program makes them; ``due`` is a day for people, or empty."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "ＭＳ 明朝", Pt(10)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "ＭＳ 明朝")
    document.core_properties.author = ""
    document.core_properties.title = f"{title} 発言内容の確認"
    document.add_heading(f"{title}　発言内容の確認について", level=1)
    document.add_paragraph(f"{speaker} 様")
    document.add_paragraph(
        "議事要旨に載せる、ご自身の発言の要旨です。このままでよい発言は「確認欄」に○を、直したい発言は「修正案欄」に"
        "直した後の文を書いてください。「番号」と「発言」の欄は書き換えないでください。"
    )
    if due:
        document.add_paragraph(f"回答期限：{due}")
    document.add_paragraph(f"照会番号：{request_id}　第{version}版")
    table = document.add_table(rows=1, cols=len(_HEAD))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, _HEAD, strict=True):
        cell.text = text
    for each in statements:
        closed = "（非公開）" if each.closed and "非公開" not in each.heading else ""
        cells = table.add_row().cells
        for cell, text in zip(cells, (each.block_id, each.heading + closed, each.text, "", "", ""), strict=True):
            cell.text = text
        if each.question:
            cells[1].add_paragraph(f"（質問）{each.question}")
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = Mm(width)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read_sheet(data: bytes) -> Sheet:
    """Raises InputError for what is no such sheet, PolicyError for macros and the like."""
    if open_office(data).kind.value != "docx":
        raise _no_sheet()
    try:
        document = Document(BytesIO(data))
    except (KeyError, ValueError) as error:
        raise damaged() from error
    key = next((found for each in document.paragraphs if (found := _KEY.search(each.text))), None)
    table = next(
        (each for each in document.tables if [cell.text.strip() for cell in each.rows[0].cells] == list(_HEAD)), None
    )
    if key is None or table is None:
        raise _no_sheet()
    rows = []
    for row in table.rows[1:]:
        number, _, statement, mark, proposed, remark = (cell.text.strip() for cell in row.cells)
        if number:
            rows.append(
                SheetRow(
                    block_id=number[:40],
                    statement=statement,
                    accepted=normalize("NFKC", mark) in _YES,
                    proposed=proposed or None,
                    remark=remark or None,
                )
            )
    return Sheet(request_id=key[1], version=int(key[2]), rows=tuple(rows))


def _no_sheet() -> InputError:
    return InputError(
        "発言内容の確認票ではありません。",
        where="sheet",
        remedy="この画面から取り出した確認票（docx）に記入し、表の見出しと照会番号を残して保存してください。",
    )
