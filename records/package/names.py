"""Names of the files in a package: such that every Windows share, SMB server and archive keeps them as they are."""

import re
import unicodedata
from enum import StrEnum

from minutes.errors import InputError

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(10))})
MOST_CHARACTERS = 100
MOST_BYTES = 255
"""Of one name in UTF-8, on Linux; Windows counts 260 characters of the whole path."""


class Naming(StrEnum):
    JAPANESE = "ja"
    ASCII = "ascii"
    """For systems that take no Japanese names."""


class FileKind(StrEnum):
    """The files there can be, by their ASCII name."""

    PUBLIC_PDF = "minutes_public.pdf"
    PUBLIC_DOCX = "minutes_public.docx"
    PUBLIC_HTML = "minutes_public.html"
    PUBLIC_TXT = "minutes_public.txt"
    FULL_PDF = "minutes_full.pdf"
    FULL_DOCX = "minutes_full.docx"
    OWN_FORM = "form.docx"
    DOCUMENT = "minutes.json"
    METADATA = "metadata.json"
    METADATA_CSV = "metadata.csv"
    AUDIT = "audit.jsonl"
    AI_USE = "ai_use.json"
    INDEX = "index.csv"


_JAPANESE = {
    FileKind.PUBLIC_PDF: "議事要旨_公開版.pdf",
    FileKind.PUBLIC_DOCX: "議事要旨_公開版.docx",
    FileKind.PUBLIC_HTML: "議事要旨_公開版.html",
    FileKind.PUBLIC_TXT: "議事要旨_公開版.txt",
    FileKind.FULL_PDF: "議事要旨_保存版.pdf",
    FileKind.FULL_DOCX: "議事要旨_保存版.docx",
    FileKind.OWN_FORM: "様式.docx",
}


def file_name(kind: FileKind, naming: Naming) -> str:
    return _JAPANESE.get(kind, kind.value) if naming is Naming.JAPANESE else kind.value


def kind_of(name: str) -> FileKind | None:
    """Which file of a package has that name, in either naming; None for none."""
    return next((kind for kind in FileKind if name in (kind.value, _JAPANESE.get(kind))), None)


def unsafe(name: str) -> str | None:
    """Why a share would not keep this name, for people; None where it would."""
    if not name or name in {".", ".."}:
        return "名前がありません"
    if _FORBIDDEN.search(name):
        return '使えない文字（\\ / : * ? " < > | 又は制御符号）があります'
    if name != name.strip(" ") or name.endswith("."):
        return "名前の初めか終わりに空白が、又は終わりに点があります"
    if unicodedata.normalize("NFC", name) != name:
        return "濁点などが分かれた文字があります（NFC でない）"
    if name.partition(".")[0].upper().rstrip() in _DEVICES:
        return "Windows の装置の名前です"
    if len(name) > MOST_CHARACTERS or len(name.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return f"名前が{MOST_CHARACTERS}文字を超えています"
    return None


def safe(name: str) -> str:
    """The name itself. Raises InputError with the reason."""
    reason = unsafe(name)
    if reason is not None:
        raise InputError(f"ファイル名に使えません（{reason}）。", where=name[:120], remedy="名前を直してください。")
    return name
