"""docx: real heading styles and East Asian font names, so that Word shows and edits it as a Japanese document."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from minutes.render.page import Paragraph, ParagraphKind

_MINCHO = "ＭＳ 明朝"
_GOTHIC = "ＭＳ ゴシック"
_STYLES = {
    ParagraphKind.TITLE: "Heading 1",
    ParagraphKind.HEADING: "Heading 2",
}
_HANGING = {ParagraphKind.BULLET, ParagraphKind.LIST_ITEM}


def to_docx(page: Sequence[Paragraph], *, written_at: datetime) -> bytes:
    """``written_at`` goes into the properties, so that the same document gives the same bytes."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    for name, font, size in (("Normal", _MINCHO, 10.5), ("Heading 1", _GOTHIC, 14), ("Heading 2", _GOTHIC, 12)):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            _font(style, font, size)
    properties = document.core_properties
    properties.author = ""
    properties.comments = ""
    properties.language = "ja-JP"
    properties.title = next((each.text for each in page if each.kind is ParagraphKind.TITLE), "")[:255]
    properties.created = properties.modified = written_at.astimezone(UTC).replace(tzinfo=None)
    for each in page:
        paragraph = document.add_paragraph(each.text, style=_STYLES.get(each.kind, "Normal"))
        form = paragraph.paragraph_format
        form.space_after = Pt(0)
        form.space_before = Pt(12 if each.apart else 0)
        form.keep_with_next = each.kind in {ParagraphKind.LABEL, ParagraphKind.HEADING}
        if each.kind in _HANGING:
            form.left_indent, form.first_line_indent = Pt(10.5), Pt(-10.5)
        if each.kind is ParagraphKind.TITLE:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if each.kind is ParagraphKind.CLOSING:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    buffer = BytesIO()
    document.save(buffer)
    return _dated(buffer.getvalue(), written_at)


def _dated(package: bytes, at: datetime) -> bytes:
    """The package with ``at`` as the time of every member: the library writes the clock's."""
    buffer = BytesIO()
    with ZipFile(BytesIO(package)) as before, ZipFile(buffer, "w") as after:
        for each in before.infolist():
            member = ZipInfo(each.filename, at.timetuple()[:6])
            member.compress_type = ZIP_DEFLATED
            after.writestr(member, before.read(each))
    return buffer.getvalue()


def _font(style: ParagraphStyle, name: str, size: float) -> None:
    style.font.name = name
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)
    # The default template names theme fonts, which win over names.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
