"""A draft in the forms people read and systems take."""

from typing import Literal

from minutes.document import MinutesDocument
from minutes.profile import Profile

Format = Literal["txt", "html", "docx", "pdf", "json"]

MEDIA_TYPES: dict[Format, str] = {
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "json": "application/json",
}


def render(
    document: MinutesDocument, profile: Profile, format: Format, *, notice: str | None = None, mark: str = ""
) -> bytes:
    """The document in one format. For the 公開版 give it ``minutes.public.public_view`` of the document.

    ``notice`` stands under the title of all forms but JSON, which is the record itself. ``mark``: words at the head of
    every printed sheet (docx, pdf), e.g. 素案. The same document and profile give the same bytes. Properties carry the
    time the meeting ended.
    """
    if format == "json":
        return (document.model_dump_json(indent=2) + "\n").encode()
    # Imported where used: the checks need the page, but neither Word nor PDF.
    from minutes.render.page import Paragraph, ParagraphKind, page_of

    page = page_of(document, profile)
    if notice is not None:
        page.insert(1, Paragraph(ParagraphKind.FIELD, notice, False))
    match format:
        case "txt":
            from minutes.render.text import to_text

            return to_text(page).encode()
        case "html":
            from minutes.render.html import to_html

            return to_html(page).encode()
        case "docx":
            from minutes.render.docx import to_docx

            return to_docx(page, written_at=document.meeting.ends_at, mark=mark)
        case "pdf":
            from minutes.render.pdf import to_pdf

            return to_pdf(page, written_at=document.meeting.ends_at, mark=mark)
