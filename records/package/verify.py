"""Verification of a package, offline and without the service: is it what was approved and handed over?

It reads only what lies in the package and depends on no layout of this program, so that a later program verifies what
an earlier one made.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from minutes.document import MinutesDocument
from minutes.errors import InputError
from minutes.headings import disclosed_title
from minutes.meeting import Disclosure
from minutes.os_errors import reason
from minutes.public import ClosedWords
from minutes.render.page import one_line
from records.package.ai_use import AiUse
from records.package.audit_chain import AuditLine, breaks, read_jsonl
from records.package.bag import PAYLOAD, faults, fingerprint, info_value
from records.package.editions import Edition
from records.package.metadata_file import PackageMetadata
from records.package.names import FileKind, kind_of, unsafe
from records.package.read import read_folder, read_zip
from records.package.report import Check, Report

Read = TypeVar("Read", bound=BaseModel)

_APPROVED = "user:meeting:approved"
_MARKS = 4
"""Characters before an item's title: its number, a point or bracket, a space."""


def verify_package(path: Path, *, fingerprint_noted: str | None = None) -> Report:
    """The report on a package (zip) or on the folder that it was unpacked to.

    ``fingerprint_noted``: what was noted when the package was made. Without it a package that somebody made anew as a
    whole is not told from the first. Raises InputError for what is no package at all.
    """
    contents = read_folder(path) if path.is_dir() else read_zip(_bytes(path))
    files = contents.files
    metadata = _read(files, FileKind.METADATA, PackageMetadata)
    document = _read(files, FileKind.DOCUMENT, MinutesDocument)
    ai_use = _read(files, FileKind.AI_USE, AiUse)
    lines, line_faults = _lines(files)
    found = fingerprint(files)
    noted = (fingerprint_noted or "").strip().lower()
    checks = [
        Check("梱包が作成時のまま", contents.faults),
        Check("ファイルの過不足及び改変がない（BagIt 1.0、SHA-256、SHA-512）", tuple(faults(files))),
        Check("ファイル名が共有フォルダーで使える", tuple(_names(files))),
        Check("各ファイルが決められた形である", tuple(_forms(metadata, document, ai_use))),
        Check("作成から承認までの経緯が途切れていない", (*line_faults, *breaks(lines))),
        *_compared(files, metadata, document, lines),
        Check("控えた指紋と一致する", () if found == noted else (f"控えは {noted} です。",))
        if noted
        else Check("控えた指紋と一致する", skipped="--fingerprint で控えを渡すと確かめます"),
    ]
    title = metadata.item.title if isinstance(metadata, PackageMetadata) else ""
    return Report(title, tuple(checks), found)


def _compared(
    files: Mapping[str, bytes],
    metadata: PackageMetadata | str,
    document: MinutesDocument | str,
    lines: tuple[AuditLine, ...],
) -> Iterator[Check]:
    """The parts of the package against each other; not asked where one cannot be read."""
    asked: list[tuple[str, Callable[[PackageMetadata, MinutesDocument], Iterator[str]]]] = [
        ("承認された版である", lambda data, _: _approval(files, data, lines)),
        ("文書の記載事項とファイルが一致する", lambda data, _: _attachments(files, data)),
        ("公開版に非公開の内容がない", lambda data, text: _leaks(files, data, text)),
    ]
    for question, answer in asked:
        if isinstance(metadata, str) or isinstance(document, str):
            yield Check(question, skipped="読めないファイルがあるため確かめていません")
        else:
            yield Check(question, tuple(answer(metadata, document)))


def _read(files: Mapping[str, bytes], kind: FileKind, model: type[Read]) -> Read | str:
    """The file as a value, or why there is none."""
    data = files.get(PAYLOAD + kind)
    if data is None:
        return f"{kind} がありません。"
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        place = ".".join(str(each) for each in error.errors()[0]["loc"])
        return f"{kind} が決められた形ではありません{f'（{place}）' if place else ''}。"


def _lines(files: Mapping[str, bytes]) -> tuple[tuple[AuditLine, ...], tuple[str, ...]]:
    data = files.get(PAYLOAD + FileKind.AUDIT)
    if data is None:
        return (), (f"{FileKind.AUDIT} がありません。",)
    try:
        return read_jsonl(data), ()
    except UnicodeDecodeError:
        return (), (f"{FileKind.AUDIT} が UTF-8 ではありません。",)
    except ValueError as error:
        return (), (f"{FileKind.AUDIT} の{error}",)


def _names(files: Mapping[str, bytes]) -> Iterator[str]:
    for path in sorted(files):
        for part in path.split("/"):
            if why := unsafe(part):
                yield f"{path}：{why}。"
    folded = [path.casefold() for path in files]
    if len(set(folded)) < len(folded):
        yield "大文字と小文字だけが違う名前があります。"


def _forms(*parts: BaseModel | str) -> Iterator[str]:
    yield from (part for part in parts if isinstance(part, str))


def _approval(files: Mapping[str, bytes], metadata: PackageMetadata, lines: tuple[AuditLine, ...]) -> Iterator[str]:
    approval = metadata.approval
    last = lines[-1].entry if lines else None
    if last is None or last.event != _APPROVED or last.subject != f"meeting:{approval.meeting_id}":
        yield "経緯の最後が、この会議の承認ではありません。"
    elif last.detail.get("sha256") != approval.sha256 or last.detail.get("version") != approval.version:
        yield "経緯にある承認の版及びハッシュが、記載事項のものと違います。"
    if Edition.FULL in metadata.editions:
        text = files.get(PAYLOAD + FileKind.DOCUMENT, b"")
        if hashlib.sha256(text).hexdigest() != approval.sha256:
            yield f"{FileKind.DOCUMENT} が承認された本文ではありません。"
    if info_value(files, "External-Identifier") != metadata.identifier:
        yield "bag-info.txt の識別子が、記載事項のものと違います。"
    if metadata.identifier != f"urn:uuid:{approval.version_id}":
        yield "識別子が、承認された版のものではありません。"


def _attachments(files: Mapping[str, bytes], metadata: PackageMetadata) -> Iterator[str]:
    listed = {each.name: each for each in metadata.item.attachments}
    notes = {FileKind.METADATA, FileKind.METADATA_CSV, FileKind.INDEX}
    for path in sorted(path.removeprefix(PAYLOAD) for path in files if path.startswith(PAYLOAD)):
        if path not in listed and path not in notes:
            yield f"{path} が記載事項の添付にありません。"
    for name, each in listed.items():
        content = files.get(PAYLOAD + name)
        if content is None or (len(content), hashlib.sha256(content).hexdigest()) != (each.size, each.sha256):
            yield f"{name} が、記載事項にある添付と違います。"
    if metadata.item.file_title != metadata.file.file_title:
        yield "文書の簿冊名が、簿冊の名称と違います。"
    index = files.get(PAYLOAD + FileKind.INDEX, b"")
    if _indexed(index) != [(name, each.sha256) for name, each in listed.items()]:
        yield f"{FileKind.INDEX} が、記載事項にある添付と違います。"


def _indexed(data: bytes) -> list[tuple[str | None, str | None]]:
    try:
        rows = list(csv.DictReader(io.StringIO(_csv_text(data), newline="")))
    except csv.Error:
        return []
    return [(row.get("ファイル名"), row.get("SHA-256")) for row in rows]


def _csv_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _leaks(files: Mapping[str, bytes], metadata: PackageMetadata, document: MinutesDocument) -> Iterator[str]:
    """The text form stands for all: the attachments' hashes bind the others to it."""
    if Edition.FULL not in metadata.editions:
        return  # nothing of closed talk is in the package, so there is nothing to hold the text against
    words = ClosedWords(document)
    for path, content in files.items():
        if kind_of(path.removeprefix(PAYLOAD)) is FileKind.PUBLIC_TXT:
            for number, line in _body(_csv_text(content).splitlines(), document):
                if words.found_in(line) is not None:
                    yield f"{path} の{number}行目に非公開の発言の語句があります。"


def _body(lines: Sequence[str], document: MinutesDocument) -> Iterator[tuple[int, str]]:
    """The lines with what was said. Header, agenda and headings come from the clerk's input, and closed talk may well
    name the same date or the number and title of its item."""
    headings = {one_line(each.heading) for each in document.sections if each.disclosure is not Disclosure.CLOSED}
    titles = tuple(one_line(disclosed_title(item)) for item in document.meeting.agenda)
    first = next((number for number, line in enumerate(lines, 1) if line in headings), 0 if headings else len(lines))
    for number, line in enumerate(lines, 1):
        # A number and a mark before the title of an item: the agenda, where a profile heads sections as it lists them.
        listed = any(line.endswith(title) and len(line) - len(title) <= _MARKS for title in titles)
        if number > first and line not in headings and not listed:
            yield number, line


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"ファイルを読めません（{reason(error)}）。", where=str(path), remedy="名前と場所を確かめてください。"
        ) from error
