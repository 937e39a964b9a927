"""A package about to be delivered, small."""

import hashlib
from datetime import UTC, date, datetime

from records.approved import Approval
from records.connectors.protocol import Parcel, ParcelFile
from records.metadata.file import Disposal, FileMetadata
from records.metadata.item import Attachment, ItemMetadata, Officer, Openness
from records.metadata.retention import counted_from, expires_on
from records.package.editions import Edition
from records.package.metadata_file import PackageMetadata

NAME = "01990000-0000-7000-8000-000000000001_v3"
PDF = b"%PDF-1.7\r\n\x00\xff\r\n--\r\n" + bytes(range(256))
FILES = {
    f"{NAME}/議事要旨_公開版.pdf": (PDF, "application/pdf"),
    f"{NAME}/metadata.json": ('{"件名": "第2回"}'.encode(), "application/json"),
    "index_0199.csv": ("識別子,文書番号\r\n".encode("utf-8-sig"), "text/csv"),
}


def metadata(
    period: str = "5年", disposal: Disposal = Disposal.DESTROY, number: str | None = "7デ戦戦第130号"
) -> PackageMetadata:
    return PackageMetadata(
        identifier="urn:uuid:01990000-0000-7000-8000-000000000002",
        meeting="東京都CIO会議",
        held_on=date(2026, 2, 9),
        editions=(Edition.PUBLIC,),
        approval=Approval(
            meeting_id="01990000-0000-7000-8000-000000000001",
            version_id="01990000-0000-7000-8000-000000000002",
            version=3,
            department="デジタルサービス局",
            approved_by="山本 課長",
            approved_at=datetime(2026, 2, 24, 1, 30, tzinfo=UTC),
            sha256="0" * 64,
        ),
        file=FileMetadata(
            fiscal_year=2025,
            class_large="会議",
            class_mid="審議会等",
            file_title="東京都CIO会議",
            creator="戦略課長",
            retention_start=counted_from(period, 2025),
            retention_period=period,
            retention_end=expires_on(period, 2025),
            location="文書管理システム",
            manager="戦略課長",
            disposal=disposal,
        ),
        item=ItemMetadata(
            title="第2回東京都CIO会議 議事要旨",
            number=number,
            decided_on=date(2026, 2, 24),
            drafter=Officer(organisation="戦略課", name="佐藤 花子"),
            decision="課長専決",
            openness=Openness.OPEN,
            personal_information=True,
            file_title="東京都CIO会議",
            attachments=(
                Attachment(
                    name="議事要旨_公開版.pdf",
                    description="議事要旨（公開版）",
                    media_type="application/pdf",
                    size=len(PDF),
                    sha256=hashlib.sha256(PDF).hexdigest(),
                ),
            ),
            ai_use="要約に利用",
        ),
    )


def parcel(of: PackageMetadata | None = None, *, files: dict[str, tuple[bytes, str]] = FILES) -> Parcel:
    made = tuple(ParcelFile(path, content, media_type) for path, (content, media_type) in files.items())
    return Parcel(id="p-1", name=NAME, files=made, metadata=of or metadata())
