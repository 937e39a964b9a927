"""The documents of one version: the same content in the forms that people sign, edit, read aloud and search."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from minutes.document import MinutesDocument
from minutes.profile import Profile
from minutes.public import public_view
from minutes.render import MEDIA_TYPES, Format, render
from records.cp932 import to_cp932
from records.package.names import FileKind, Naming, file_name


class Edition(StrEnum):
    PUBLIC = "公開版"
    FULL = "保存版"


class Encoding(StrEnum):
    """Of plain text and CSV."""

    UTF8 = "utf-8"
    CP932 = "cp932"


class File(NamedTuple):
    kind: FileKind
    description: str
    media_type: str
    content: bytes


_FORMS: dict[Edition, tuple[tuple[FileKind, Format, str], ...]] = {
    Edition.PUBLIC: (
        (FileKind.PUBLIC_PDF, "pdf", "議事要旨（公開版）。長期保存用 PDF/A-2b"),
        (FileKind.PUBLIC_DOCX, "docx", "議事要旨（公開版）。Word 文書"),
        (FileKind.PUBLIC_HTML, "html", "議事要旨（公開版）。ウェブページ"),
        (FileKind.PUBLIC_TXT, "txt", "議事要旨（公開版）。テキスト"),
    ),
    Edition.FULL: (
        (FileKind.FULL_PDF, "pdf", "議事要旨（保存版）。長期保存用 PDF/A-2b"),
        (FileKind.FULL_DOCX, "docx", "議事要旨（保存版）。Word 文書"),
    ),
}


def shown_in(editions: Sequence[Edition], document: MinutesDocument) -> MinutesDocument:
    """What of the document a package of these editions may hold in any of its files."""
    return document if Edition.FULL in editions else public_view(document)


def documents(
    editions: Sequence[Edition], document: MinutesDocument, profile: Profile, *, encoding: Encoding, naming: Naming
) -> Iterator[File]:
    """Raises InputError for characters that the encoding lacks."""
    public = public_view(document)
    for edition in Edition:
        if edition not in editions:
            continue
        shown, mark = (public, "") if edition is Edition.PUBLIC else (document, edition.value)
        for kind, form, description in _FORMS[edition]:
            content = render(shown, profile, form, mark=mark)
            media_type = MEDIA_TYPES[form]
            if form == "txt" and encoding is Encoding.CP932:
                content = to_cp932(content.decode(), name=file_name(kind, naming))
                media_type = "text/plain; charset=windows-31j"
            yield File(kind, description, media_type, content)
