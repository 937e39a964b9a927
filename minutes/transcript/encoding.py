"""Bytes to text. The encoding is found by content, because tools label it wrongly or not at all."""

import codecs
import re
from dataclasses import dataclass

from minutes.errors import InputError

_REMEDY = "文字コードを UTF-8（または CP932、EUC-JP）にして保存し直してください。"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "Word、Excel などの文書または zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "Word、Excel などの文書（旧形式）"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"{\\rtf", "リッチテキスト"),
    (b"\x89PNG", "画像"),
    (b"GIF8", "画像"),
    (b"\xff\xd8\xff", "画像"),
    (b"RIFF", "音声または動画"),
    (b"OggS", "音声または動画"),
    (b"ID3", "音声"),
    (b"fLaC", "音声"),
    (b"\x1aE\xdf\xa3", "動画"),
    (b"\x7fELF", "実行ファイル"),
    (b"MZ\x90", "実行ファイル"),
)

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_KANA = re.compile("[ぁ-ゖァ-ヺー、。「」（）　]")
_KANJI = re.compile("[一-鿿々]")
_IMPROBABLE = re.compile("[\uff61-\uff9f\ue000-\uf8ff\x80-\x9f]")
_NO_TEXT = re.compile("[\ue000-\uf8ff\x80-\x9f]")
_EUC_PAIRS = re.compile(rb"[\xa1-\xfe]{2}|[\x00-\x7f]")


@dataclass(frozen=True)
class Decoded:
    text: str
    """Without a byte order mark; line endings as in the file."""
    encoding: str
    """``utf-8``, ``utf-8-sig``, ``cp932`` or ``euc_jp``."""


def decode(data: bytes) -> Decoded:
    """Text of an uploaded file.

    Raises InputError for an empty file, for anything that is no text file, and where a byte fits none of the encodings.
    """
    if not data.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise InputError("ファイルが空です。", where="1行目", remedy="発言の入った文字起こしファイルを選んでください。")
    _refuse_binary(data)
    if data.startswith(codecs.BOM_UTF8):
        return Decoded(_strict(data, "utf-8-sig"), "utf-8-sig")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, error)


def position(data: bytes, offset: int) -> str:
    """Where a byte is, for a person: line (CRLF, LF or CR ends a line) and 1-based byte from the start of the file."""
    before = data[:offset]
    line = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
    return f"{line}行目（先頭から{offset + 1}バイト目）"


def _refuse_binary(data: bytes) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise InputError(
                f"文字起こしの文字ファイルではありません（{kind}のようです）。",
                where=position(data, 0),
                remedy="WebVTT、テキスト、JSON のいずれかで書き出したファイルを選んでください。",
            )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("文字コードが UTF-16 のため読めません。", where=position(data, 0), remedy=_REMEDY)
    escape = data.find(b"\x1b$")
    if escape >= 0:
        what = "文字コードが JIS（ISO-2022-JP）のため読めません。"
        raise InputError(what, where=position(data, escape), remedy=_REMEDY)
    # The WebVTT standard gives NUL a meaning (U+FFFD); nowhere else does a text file hold control codes.
    webvtt = data.removeprefix(codecs.BOM_UTF8).startswith(b"WEBVTT")
    found = None if webvtt else _CONTROL.search(data)
    if found:
        raise InputError(
            "文字のファイルではないか、壊れています（制御コードが含まれています）。",
            where=position(data, found.start()),
            remedy="WebVTT、テキスト、JSON のいずれかで書き出し直したファイルを選んでください。",
        )


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(data, error) from error


def _legacy(data: bytes, utf8_error: UnicodeDecodeError) -> Decoded:
    readings: list[tuple[float, Decoded]] = []
    errors = [utf8_error]
    for encoding in ("cp932", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            errors.append(error)
        else:
            readings.append((_plausibility(text), Decoded(text, encoding)))
    plausible = [reading for reading in readings if reading[0] > 0]
    if plausible:
        return max(plausible, key=lambda reading: reading[0])[1]
    looks_euc = sum(map(len, _EUC_PAIRS.findall(data))) > 0.95 * len(data)
    if len(readings) == 1 and not looks_euc and not _NO_TEXT.search(readings[0][1].text):
        return readings[0][1]  # CP932 with much half-width katakana
    likely = [e for e in errors if e.encoding == "euc_jp"] if looks_euc else []
    raise _undecodable(data, (likely or sorted(errors, key=lambda e: e.start))[-1])


def _plausibility(text: str) -> float:
    """Above zero for a text that reads as Japanese.

    EUC-JP read as CP932 turns kana into half-width katakana; CP932 half-width katakana read as EUC-JP turns into rare
    kanji without any kana.
    """
    good = len(_KANA.findall(text)) + 0.25 * len(_KANJI.findall(text))
    return good - len(_IMPROBABLE.findall(text))


def _undecodable(data: bytes, error: UnicodeDecodeError) -> InputError:
    return InputError(
        "文字として読めない部分があります（UTF-8、CP932、EUC-JP のいずれとしても読めません）。",
        where=position(data, error.start),
        remedy=_REMEDY,
    )
