"""docx: real heading and paragraph styles and East Asian font names, so that Word shows and edits it as a Japanese
document, and a body changes its looks in one place."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from minutes.render.dated_zip import dated
from minutes.render.page import Paragraph, ParagraphKind, kept_with_next

_MINCHO = "ＭＳ 明朝"
_GOTHIC = "ＭＳ ゴシック"
_SIZE = 10.5


class _Look(NamedTuple):
    """A style of our own: its name in Word's list, its indents in characters."""

    name: str
    indent: float = 0
    hanging: float = 0
    alignment: WD_ALIGN_PARAGRAPH | None = None


_BUILT_IN = {ParagraphKind.TITLE: "Heading 1", ParagraphKind.HEADING: "Heading 2"}
_OWN: Mapping[ParagraphKind, _Look] = {
    ParagraphKind.FIELD: _Look("議事要旨 記載事項", hanging=1),
    ParagraphKind.AGENDA_ITEM: _Look("議事要旨 議事", hanging=1),
    ParagraphKind.LIST_ITEM: _Look("議事要旨 議事の内訳", indent=1, hanging=1),
    ParagraphKind.BULLET: _Look("議事要旨 箇条", hanging=1),
    ParagraphKind.LABEL: _Look("議事要旨 発言者"),
    ParagraphKind.BODY: _Look("議事要旨 本文"),
    ParagraphKind.CLOSING: _Look("議事要旨 結び", alignment=WD_ALIGN_PARAGRAPH.RIGHT),
}


def to_docx(page: Sequence[Paragraph], *, written_at: datetime, mark: str = "") -> bytes:
    """``written_at`` goes into the properties, so that the same document gives the same bytes.

    ``mark``: words at the head of every sheet, e.g. 素案.
    """
    document = Document()
    _sheet(document)
    _styles(document)
    title = next((each.text for each in page if each.kind is ParagraphKind.TITLE), "")
    _running_lines(document, title, mark)
    properties = document.core_properties
    properties.author = ""
    properties.comments = ""
    properties.language = "ja-JP"
    properties.title = title[:255]
    properties.created = properties.modified = written_at.astimezone(UTC).replace(tzinfo=None)
    for each, kept in zip(page, kept_with_next(page), strict=True):
        style = _BUILT_IN.get(each.kind) or _OWN[each.kind].name
        form = document.add_paragraph(each.text, style=style).paragraph_format
        if each.apart and each.kind not in _BUILT_IN:
            form.space_before = Pt(12)
        if kept and each.kind not in _BUILT_IN:
            form.keep_with_next = True
    buffer = BytesIO()
    document.save(buffer)
    return dated(buffer.getvalue(), written_at)


def _sheet(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(28), Mm(25)
    section.header_distance = section.footer_distance = Mm(14)
    section.different_first_page_header_footer = True


def _styles(document: WordDocument) -> None:
    for name, font, size in (("Normal", _MINCHO, _SIZE), ("Heading 1", _GOTHIC, 14), ("Heading 2", _GOTHIC, 11.5)):
        style = document.styles[name]
        if isinstance(style, ParagraphStyle):
            _font(style, font, size)
            style.paragraph_format.space_after = Pt(0)
    heading, section = document.styles["Heading 1"], document.styles["Heading 2"]
    if isinstance(heading, ParagraphStyle) and isinstance(section, ParagraphStyle):
        heading.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(0), Pt(10)
        section.paragraph_format.space_before, section.paragraph_format.space_after = Pt(14), Pt(4)
    for look in _OWN.values():
        style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        if not isinstance(style, ParagraphStyle):
            raise TypeError("Word gave another kind of style")
        style.base_style = document.styles["Normal"]
        style.quick_style = True
        form = style.paragraph_format
        form.left_indent, form.first_line_indent = Pt((look.indent + look.hanging) * _SIZE), Pt(-look.hanging * _SIZE)
        form.alignment = look.alignment
    languages = document.styles.element.find(f".//{qn('w:lang')}")
    if languages is not None:
        languages.set(qn("w:val"), "ja-JP")
        languages.set(qn("w:eastAsia"), "ja-JP")


def _running_lines(document: WordDocument, title: str, mark: str) -> None:
    """At the head the mark, and from the second sheet on the title; at the foot the sheet's number of how many."""
    section = document.sections[0]
    _line(section.first_page_header, mark, WD_ALIGN_PARAGRAPH.RIGHT)
    _line(section.header, f"{title}　{mark}".strip("　"), WD_ALIGN_PARAGRAPH.RIGHT)
    for footer in (section.first_page_footer, section.footer):
        line = _line(footer, "", WD_ALIGN_PARAGRAPH.CENTER)
        _counted(line, "PAGE")
        line.add_run(" / ")
        _counted(line, "NUMPAGES")


def _line(place: _Header | _Footer, text: str, alignment: WD_ALIGN_PARAGRAPH) -> WordParagraph:
    line: WordParagraph = place.paragraphs[0]
    line.text = text
    line.alignment = alignment
    for run in line.runs:
        run.font.size = Pt(9)
    return line


def _counted(line: WordParagraph, field: str) -> None:
    """A number that Word computes when it lays the sheets out."""
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), field)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    line._p.append(element)


def _font(style: ParagraphStyle, name: str, size: float) -> None:
    style.font.name = name
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.bold = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)
    # The default template names theme fonts, which win over names.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
