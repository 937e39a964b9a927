"""Word and Excel files as they arrive from anywhere: opened only where they are small enough, plain and without macros."""

import lzma
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from minutes.errors import InputError, PolicyError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES = "[Content_Types].xml"

UNREADABLE = (BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What zipfile raises for a damaged part."""

MOST_PARTS = 5_000
MOST_XML = 50_000_000
"""Bytes of all XML parts together once expanded: a full day's meeting takes under 20 million."""
_MOST_TYPES = 2_000_000


class OfficeKind(StrEnum):
    DOCX = "docx"
    XLSX = "xlsx"


_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": OfficeKind.DOCX,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": OfficeKind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": OfficeKind.XLSX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml": OfficeKind.XLSX,
}


@dataclass(frozen=True)
class OfficeFile:
    kind: OfficeKind
    main: str
    """Name of the part with the text."""
    package: ZipFile


def is_office(data: bytes) -> bool:
    """A zip or one of the old containers, by their first bytes."""
    return data.startswith((_ZIP, _OLE, b"PK\x05\x06"))


def open_office(data: bytes) -> OfficeFile:
    """Raises InputError for what is no Word or Excel file, or damaged; PolicyError for macros, passwords and bombs."""
    if data.startswith(_OLE):
        raise _old_or_encrypted(data)
    try:
        package = ZipFile(BytesIO(data))
        parts = package.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise damaged() from error
    _refuse_unsafe(parts)
    overrides = _content_types(package)
    if any("macroenabled" in kind.lower() for kind in overrides.values()):
        raise _macros()
    for part, content_type in overrides.items():
        if (kind := _MAIN.get(content_type)) and part in package.NameToInfo:
            return OfficeFile(kind, part, package)
    raise InputError(
        "Word（.docx）でも Excel（.xlsx）でもない zip ファイルです。",
        where="ファイル全体",
        remedy="中の文字起こしを取り出し、Word、Excel、テキスト、WebVTT のどれかで選んでください。",
    )


def damaged() -> InputError:
    """The error for a file whose zip or XML cannot be read."""
    return InputError(
        "Word または Excel のファイルが壊れているため読めません。",
        where="ファイル全体",
        remedy="Word または Excel で開いて保存し直すか、テキストで書き出してください。",
    )


def entities() -> PolicyError:
    """The error for XML with a document type or entities, which no office program writes."""
    return PolicyError(
        "ファイルの XML に、外部の参照や実体の宣言が含まれています。",
        where="ファイル全体",
        remedy="安全のため受け付けません。Word または Excel で新しく保存し直してください。",
    )


def _refuse_unsafe(parts: list[ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise _password()
    if any(part.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for part in parts):
        raise _macros()
    # zipfile never expands a part beyond the size that its entry declares, so the declared sizes are a true limit.
    expanded = sum(part.file_size for part in parts if part.filename.lower().endswith((".xml", ".rels")))
    if len(parts) > MOST_PARTS or expanded > MOST_XML:
        raise PolicyError(
            f"展開すると大きすぎます（{len(parts):,}個、文字の部分 {expanded:,} バイト）。",
            where="ファイル全体",
            remedy=f"上限は {MOST_PARTS:,} 個、{MOST_XML:,} バイトです。会議ごとに分けるか、テキストで書き出してください。",
        )


def _content_types(package: ZipFile) -> dict[str, str]:
    """Part names without their first slash, and their types."""
    try:
        if package.getinfo(_TYPES).file_size > _MOST_TYPES:
            raise damaged()
        root = fromstring(package.read(_TYPES), forbid_dtd=True)
    except KeyError:
        return {}
    except DefusedXmlException as error:
        raise entities() from error
    except (ParseError, *UNREADABLE) as error:
        raise damaged() from error
    return {
        entry.get("PartName", "").removeprefix("/"): entry.get("ContentType", "")
        for entry in root
        if entry.get("PartName")
    }


def _old_or_encrypted(data: bytes) -> InputError | PolicyError:
    if _ENCRYPTED in data:
        return _password()
    return InputError(
        "旧形式の文書（.doc、.xls など）です。",
        where="ファイル全体",
        remedy="Word または Excel で開き、.docx または .xlsx で保存し直してください。",
    )


def _password() -> PolicyError:
    return PolicyError(
        "パスワードで保護されています。",
        where="ファイル全体",
        remedy="パスワードを外して保存したファイルを選んでください。",
    )


def _macros() -> PolicyError:
    return PolicyError(
        "マクロを含むファイルです。",
        where="ファイル全体",
        remedy="マクロなしの形式（.docx、.xlsx）で保存し直してください。",
    )
