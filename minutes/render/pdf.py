"""pdf: PDF/A-2b (kept for long) and PDF/UA-1 (read aloud) by typst.

The fonts come as a package, so that no machine needs a font of its own.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files

import pylopdf_fonts_jp
import typst

from minutes.render.glyphs import drawable
from minutes.render.page import Paragraph, ParagraphKind, kept_with_next

_VOICED = re.compile("[\u3041-\u30ff][\u3099\u309a]")

MISSING = "〓"
"""Printed for a character that the font lacks: the printers' sign for a missing type. The text formats keep it."""


def to_pdf(page: Sequence[Paragraph], *, written_at: datetime, mark: str = "") -> bytes:
    """``written_at`` goes into the properties, so that the same document gives the same bytes.

    ``mark``: words at the head of every sheet, e.g. 素案.
    """
    serif, sans = pylopdf_fonts_jp.serif_path(), pylopdf_fonts_jp.sans_path()
    known = drawable(serif) | drawable(sans)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=sorted({serif.parent, sans.parent}))
    lines = [
        {"kind": each.kind, "apart": each.apart, "kept": kept, "text": _typeset(each.text, known)}
        for each, kept in zip(page, kept_with_next(page), strict=True)
    ]
    title = next((line["text"] for line in lines if line["kind"] == ParagraphKind.TITLE), "")
    compiler = typst.Compiler(
        (files(__package__) / "page.typ").read_bytes(),
        font_paths=fonts,
        ignore_system_fonts=True,
    )
    made = compiler.compile(
        format="pdf",
        pdf_standards=["a-2b", "ua-1"],
        sys_inputs={"page": json.dumps({"title": title, "mark": mark, "lines": lines}, ensure_ascii=False)},
        timestamp=written_at,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    return made


def _typeset(text: str, known: frozenset[int]) -> str:
    # A variant of a character that the font lacks is printed in its base form (辻 + U+E0100 as 辻), not as a hole.
    # Only voicing marks are composed: NFC of the whole would replace the characters of names (U+FA19 神).
    composed = _VOICED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    composed = "".join(each for each in composed if not _selects_variant(ord(each)))
    return "".join(each if ord(each) in known else MISSING for each in composed)


def _selects_variant(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code in {0x200B, 0x200D, 0xFEFF}
