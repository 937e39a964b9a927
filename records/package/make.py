"""A package made of one approved version: the same version, description and program give the same bytes."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from minutes.document import MinutesDocument
from minutes.era import JST
from minutes.errors import PolicyError
from minutes.profile import Profile
from minutes.public import public_view
from minutes.render import render
from minutes.render.page import one_line, page_title
from records.approved import ApprovedVersion
from records.form_values import form_values
from records.metadata.description import Description
from records.metadata.item import Attachment, ItemMetadata
from records.metadata.table_csv import refuse
from records.own_form import fill_form
from records.package.agreement import disagreements
from records.package.ai_use import ai_use_of, statement
from records.package.audit_chain import chained, to_jsonl
from records.package.bag import bag, fingerprint
from records.package.editions import Edition, Encoding, File, documents, shown_in
from records.package.metadata_file import PackageMetadata, index_rows, metadata_row, to_csv
from records.package.names import FileKind, Naming, file_name, safe
from records.package.stored_zip import write_zip

LIMIT = 30_000_000
"""Bytes. Above it offices decide on paper, because their system takes no larger attachments to one case."""

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Package:
    name: str
    """File name, e.g. ``0199…_v3.zip``: the meeting and its version."""
    content: bytes
    fingerprint: str
    """Noted in the 起案, it later proves that not even the whole package was made anew."""


def make_package(
    approved: ApprovedVersion,
    profile: Profile,
    description: Description,
    *,
    editions: Sequence[Edition] = (Edition.PUBLIC, Edition.FULL),
    encoding: Encoding = Encoding.UTF8,
    naming: Naming = Naming.JAPANESE,
    form: bytes | None = None,
) -> Package:
    """``form``: a Word form of the body's own, which is filled in from the 公開版.

    Raises InputError for a description that contradicts the text, for what the encoding lacks and for mistakes in the
    form; PolicyError above the limit.
    """
    document = approved.document
    refuse(disagreements(document, approved.approved_at, description))
    shown = shown_in(editions, document)
    files = list(documents(editions, document, profile, encoding=encoding, naming=naming))
    if form is not None:
        values = form_values(public_view(document), profile, description)
        content = fill_form(form, values, written_at=approved.approved_at)
        files.append(File(FileKind.OWN_FORM, "議事要旨（公開版）。所定の様式", _DOCX, content))
    files += _provenance(approved, shown, profile, editions)
    metadata = _metadata(approved, shown, profile, description, editions=editions, files=files, naming=naming)
    payload = {file_name(each.kind, naming): each.content for each in files}
    payload[FileKind.METADATA] = to_json(metadata)
    payload[FileKind.METADATA_CSV] = to_csv([metadata_row(metadata)], encoding, name=FileKind.METADATA_CSV)
    payload[FileKind.INDEX] = to_csv(index_rows(metadata), encoding, name=FileKind.INDEX)
    return _packed(approved, metadata, {safe(name): content for name, content in payload.items()})


def to_json(value: BaseModel) -> bytes:
    return (value.model_dump_json(indent=2) + "\n").encode()


def _provenance(
    approved: ApprovedVersion, shown: MinutesDocument, profile: Profile, editions: Sequence[Edition]
) -> Iterator[File]:
    # The stored text itself, so that its hash is the one that was approved; a public view has none.
    whole = Edition.FULL in editions
    content = approved.text.encode() if whole else render(shown, profile, "json")
    said = "保存版の構造化データ。承認された本文そのもの" if whole else "公開版の構造化データ"
    yield File(FileKind.DOCUMENT, said, "application/json", content)
    yield File(FileKind.AUDIT, "作成から承認までの経緯", "application/jsonl", to_jsonl(chained(approved.entries)))
    ai_use = ai_use_of(shown, approved.approval, approved.entries)
    yield File(FileKind.AI_USE, "AI利用の記録", "application/json", to_json(ai_use))


def _metadata(
    approved: ApprovedVersion,
    shown: MinutesDocument,
    profile: Profile,
    description: Description,
    *,
    editions: Sequence[Edition],
    files: Sequence[File],
    naming: Naming,
) -> PackageMetadata:
    given = description.item.model_dump(exclude={"title"})
    return PackageMetadata(
        identifier=f"urn:uuid:{approved.approval.version_id}",
        meeting=shown.meeting.title,
        held_on=shown.meeting.starts_at.astimezone(JST).date(),
        editions=tuple(each for each in Edition if each in editions),
        approval=approved.approval,
        file=description.file,
        item=ItemMetadata(
            **given,
            title=description.item.title or page_title(shown.meeting, profile),
            file_title=description.file.file_title,
            attachments=tuple(_attachment(each, naming) for each in files),
            ai_use=statement(shown, approved.approval),
        ),
    )


def _attachment(file: File, naming: Naming) -> Attachment:
    return Attachment(
        name=file_name(file.kind, naming),
        description=file.description,
        media_type=file.media_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
    )


def _packed(approved: ApprovedVersion, metadata: PackageMetadata, payload: dict[str, bytes]) -> Package:
    approval = approved.approval
    at = approval.approved_at.astimezone(JST)
    info = [
        ("Source-Organization", one_line(approval.department)),
        ("Bagging-Date", at.date().isoformat()),
        ("External-Description", one_line(metadata.item.title)),
        ("External-Identifier", metadata.identifier),
        ("Bag-Group-Identifier", f"urn:uuid:{approval.meeting_id}"),
    ]
    name = safe(f"{approval.meeting_id}_v{approval.version}")
    files = bag(payload, info)
    content = write_zip({f"{name}/{path}": data for path, data in files.items()}, at)
    if len(content) > LIMIT:
        raise PolicyError(
            f"パッケージが {LIMIT // 1_000_000} MB を超えます（{len(content) / 1_000_000:.1f} MB）。",
            where=name,
            remedy="保存版と公開版を別のパッケージにしてください。",
        )
    return Package(f"{name}.zip", content, fingerprint(files))
