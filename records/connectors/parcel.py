"""A package made ready for a store of files: what is laid down, under which names, and the CSV index that comes last."""

import hashlib
import mimetypes
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from minutes.errors import InputError
from records.connectors.protocol import Parcel, ParcelFile
from records.metadata.item import Attachment
from records.package.bag import PAYLOAD, fingerprint
from records.package.editions import Encoding
from records.package.metadata_file import MetadataRow, PackageMetadata, metadata_row, to_csv
from records.package.names import FileKind, safe
from records.package.read import read_zip

Contents = Literal["zip", "files"]
"""The package as one file, or each file of its payload by itself."""

_NOTES = {
    FileKind.METADATA: "簿冊、文書及び承認の記載事項",
    FileKind.METADATA_CSV: "簿冊及び文書の記載事項（表）",
    FileKind.INDEX: "パッケージの中のファイルの一覧",
}


class DeliveredRow(MetadataRow):
    """One line of the index: one file that was laid down, after what is said of its document."""

    path: Annotated[str, Field(alias="ファイル名")]
    """From the folder in which the index lies, parted by ``/``."""
    description: Annotated[str, Field(alias="内容")]
    media_type: Annotated[str, Field(alias="形式")]
    size: Annotated[str, Field(alias="大きさ", pattern="^[0-9]+$")]
    sha256: Annotated[str, Field(alias="SHA-256", pattern="^[0-9a-f]{64}$")]


def parcel_of(package: bytes, *, id: str, contents: Contents, encoding: Encoding) -> Parcel:
    """``package``: the zip of records.package.make_package. ``encoding``: of the index.

    Raises InputError for what is no whole package and for what the encoding lacks.
    """
    read = read_zip(package)
    metadata = _metadata(read.files.get(PAYLOAD + FileKind.METADATA, b""))
    if read.faults:
        raise InputError(read.faults[0], where="パッケージ", remedy="パッケージを作り直してください。")
    name = safe(_name(metadata, fingerprint(read.files)))
    files = (
        [(f"{name}.zip", "議事要旨の保存用パッケージ", "application/zip", package)]
        if contents == "zip"
        else list(_payload(name, read.files, metadata))
    )
    rows = [_row(metadata, *file) for file in files]
    index = ParcelFile(f"{name}.csv", to_csv(rows, encoding, name=f"{name}.csv"), "text/csv")
    laid = tuple(ParcelFile(path, content, media_type) for path, _, media_type, content in files)
    return Parcel(id, name, (*laid, index), metadata)


def _name(metadata: PackageMetadata, noted: str) -> str:
    """Meeting, version, and how the fingerprint begins: a package made anew, with its 文書番号 or for the public, is
    another one, and must find room beside the first."""
    return f"{metadata.approval.meeting_id}_v{metadata.approval.version}_{noted[:8]}"


def _payload(name: str, files: Mapping[str, bytes], metadata: PackageMetadata) -> Iterator[tuple[str, str, str, bytes]]:
    listed = {each.name: each for each in metadata.item.attachments}
    for path in sorted(files):
        if path.startswith(PAYLOAD):
            own = safe(path.removeprefix(PAYLOAD))
            yield f"{name}/{own}", *_said(own, listed.get(own)), files[path]


def _said(name: str, attachment: Attachment | None) -> tuple[str, str]:
    if attachment is not None:
        return attachment.description, attachment.media_type
    return next((said for kind, said in _NOTES.items() if kind == name), ""), (
        mimetypes.guess_type(name)[0] or "application/octet-stream"
    )


def _metadata(data: bytes) -> PackageMetadata:
    try:
        return PackageMetadata.model_validate_json(data)
    except ValidationError:
        raise InputError(
            f"{FileKind.METADATA} がないか、決められた形ではありません。",
            where="パッケージ",
            remedy="パッケージを作り直してください。",
        ) from None


def _row(metadata: PackageMetadata, path: str, description: str, media_type: str, content: bytes) -> DeliveredRow:
    return DeliveredRow(
        **metadata_row(metadata).model_dump(by_alias=False),
        path=path,
        description=description,
        media_type=media_type,
        size=str(len(content)),
        sha256=hashlib.sha256(content).hexdigest(),
    )
