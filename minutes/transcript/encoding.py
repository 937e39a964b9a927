"""Bytes to text. The encoding is found by content, because tools label it wrongly or not at all."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from minutes.errors import InputError
from minutes.transcript.jis import decode_euc_jp, decode_iso_2022_jp, is_iso_2022_jp

_REMEDY = "文字コードを UTF-8 にして保存し直してください。"

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "Word、Excel などの旧形式の文書"),
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

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80\uf8f0-\uf8f3]")
"""Control codes that no text file holds, and what Python makes of bytes that CP932 does not use."""

MOST_CONTROL = 0.1
"""Above this share of control codes a file is no text that lost a byte or two."""

_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_KANA = re.compile("[ぁ-ゖァ-ヺー、。「」（）　]")
_KANJI = re.compile("[一-鿿々]")
_IMPROBABLE = re.compile("[\uff61-\uff9f\ue000-\uf8ff\x80-\x9f]")
_NO_TEXT = re.compile("[\ue000-\uf8ff\x80-\x9f]")
_EUC_PAIRS = re.compile(rb"[\xa1-\xfe]{2}|[\x00-\x7f]")
_BOMS: tuple[tuple[bytes, str], ...] = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY: tuple[tuple[str, Callable[[bytes], str]], ...] = (
    ("cp932", lambda data: data.decode("cp932")),
    ("euc_jp", decode_euc_jp),
)


@dataclass(frozen=True)
class Decoded:
    text: str
    """Without a byte order mark; line endings as in the file."""
    encoding: str
    """``utf-8``, ``utf-8-sig``, ``utf-16`` (``-le`` or ``-be`` where unmarked), ``utf-32``, ``cp932``, ``euc_jp`` or ``iso2022_jp``."""


class Undecodable(InputError):
    """No encoding fits all of the bytes."""


def decode(data: bytes) -> Decoded:
    """Text of an uploaded file, every byte of it.

    Raises InputError for an empty file and for anything that is no text file, Undecodable where a byte fits none of
    the encodings.
    """
    refuse_binary(data)
    decoded = _decoded(data)
    if not decoded.text.strip("\ufeff \t\r\n\f\u3000"):
        raise _empty()
    return decoded


def refuse_binary(data: bytes) -> None:
    """Raises InputError for an empty file and for the beginnings of well-known files without text."""
    if not data:
        raise _empty()
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise InputError(
                f"文字起こしの文字ファイルではありません（{kind}のようです）。",
                where=position(data, 0),
                remedy="会議システムから WebVTT、テキスト、CSV、Word などで書き出したファイルを選んでください。",
            )


def refuse_control(decoded: Decoded) -> None:
    """Raises InputError where the text holds a control code."""
    if found := CONTROL.search(decoded.text):
        raise InputError(
            "文字のファイルではないか、壊れています（制御コードが含まれています）。",
            where=f"{line_of(decoded.text, found.start())}行目",
            remedy="書き出し直したファイルを選んでください。",
        )


def bom_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark tells."""
    return next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)


def line_of(text: str, offset: int) -> int:
    """1-based line of a character; CRLF, LF or CR ends a line."""
    before = text[:offset]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def position(data: bytes, offset: int) -> str:
    """Where a byte is, for a person: its line and its 1-based place from the start of the file."""
    encoding = bom_encoding(data) or "latin-1"
    line = line_of(data[:offset].decode(encoding, "replace"), offset)
    return f"{line}行目（先頭から{offset + 1}バイト目）"


def _decoded(data: bytes) -> Decoded:
    if encoding := bom_encoding(data):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError as error:
            raise _undecodable(data, error) from error
    if is_iso_2022_jp(data):
        try:
            return Decoded(decode_iso_2022_jp(data), "iso2022_jp")
        except UnicodeDecodeError as error:
            raise _undecodable(data, error) from error
    if b"\0" in data and (unmarked := _utf_16_without_mark(data)):
        return unmarked
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _legacy(data, error)


def _utf_16_without_mark(data: bytes) -> Decoded | None:
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        latin = sum(character < "\x80" for character in text)
        # ASCII read as UTF-16 gives kanji without kana, which counts a quarter each.
        if not CONTROL.search(text) and (plausibility(text) > 0.3 * (len(text) - latin) or latin > 0.9 * len(text)):
            return Decoded(text, encoding)
    return None


def _legacy(data: bytes, utf8_error: UnicodeDecodeError) -> Decoded:
    readings: list[tuple[float, Decoded]] = []
    errors = [utf8_error]
    for encoding, read in _LEGACY:
        try:
            text = read(data)
        except UnicodeDecodeError as error:
            errors.append(error)
        else:
            readings.append((plausibility(text), Decoded(text, encoding)))
    plausible = [reading for reading in readings if reading[0] > 0]
    if plausible:
        return max(plausible, key=lambda reading: reading[0])[1]
    looks_euc = sum(map(len, _EUC_PAIRS.findall(data))) > 0.95 * len(data)
    if len(readings) == 1 and not looks_euc and not _NO_TEXT.search(readings[0][1].text):
        return readings[0][1]  # CP932 with much half-width katakana
    likely = [e for e in errors if e.encoding == "euc_jp"] if looks_euc else []
    raise _undecodable(data, (likely or sorted(errors, key=lambda e: e.start))[-1])


def plausibility(text: str) -> float:
    """Above zero for a text that reads as Japanese.

    EUC-JP read as CP932 turns kana into half-width katakana; CP932 half-width katakana read as EUC-JP turns into rare
    kanji without any kana.
    """
    good = len(_KANA.findall(text)) + 0.25 * len(_KANJI.findall(text))
    return good - len(_IMPROBABLE.findall(text))


def _empty() -> InputError:
    return InputError("ファイルが空です。", where="1行目", remedy="発言の入った文字起こしファイルを選んでください。")


def _undecodable(data: bytes, error: UnicodeDecodeError) -> Undecodable:
    if len(_CONTROL_BYTES.findall(data)) > MOST_CONTROL * len(data):
        return Undecodable(
            "文字のファイルではないか、壊れています（制御コードが含まれています）。",
            where=position(data, error.start),
            remedy="書き出し直したファイルを選んでください。",
        )
    return Undecodable(
        "文字として読めない部分があります（UTF-8、UTF-16、CP932、EUC-JP、JIS のいずれとしても読めません）。",
        where=position(data, error.start),
        remedy=_REMEDY,
    )
