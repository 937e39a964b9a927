"""Retention by the secondary types that CMIS 1.1 defines (2.1.16), where a repository has them.

They bind: until the day is over nobody can delete the document through the repository.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal

from minutes.era import format_day
from records.connectors.cmis.form import PropertyValues
from records.connectors.cmis.objects import TypeDefinition
from records.connectors.cmis.properties import SECONDARY, milliseconds
from records.metadata.file import Disposal, FileMetadata

KEPT, DESTROYED, HOLD = "cmis:rm_clientMgtRetention", "cmis:rm_destructionRetention", "cmis:rm_hold"
TYPES = (KEPT, DESTROYED, HOLD)
START, END, DESTRUCTION = "cmis:rm_startOfRetention", "cmis:rm_expirationDate", "cmis:rm_destructionDate"

Retain = Literal["付けない", "満了日", "満了日と廃棄日"]
"""What is attached where it is offered; the day of destruction only to files whose measure is 廃棄."""


@dataclass(frozen=True)
class Retention:
    """``note``: what is not attached and why, for people; empty where all is as the configuration says."""

    types: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def retention_of(file: FileMetadata, wanted: Retain, offered: Mapping[str, TypeDefinition]) -> Retention:
    """What to attach to each document of the package."""
    if wanted == "付けない":
        return Retention()
    if file.retention_end is None:
        return Retention(
            note=f"保存期間が「{file.retention_period}」で満了日がないため、保存期間の種別は付けていません。"
        )
    destroyed = wanted == "満了日と廃棄日" and file.disposal is Disposal.DESTROY
    if destroyed and DESTROYED in offered:
        kind, note = DESTROYED, ""
    elif KEPT in offered:
        kind = KEPT
        note = f"リポジトリに廃棄日の種別（{DESTROYED}）がないため、満了日だけを付けました。" if destroyed else ""
    else:
        day = format_day(file.retention_end)
        return Retention(
            note=f"リポジトリに保存期間の種別（{KEPT}）がないため、満了日（{day}）は付けていません。"
            "満了日までの保存は、リポジトリの側で設定してください。"
        )
    values = {END: milliseconds(file.retention_end, time(23, 59, 59))}
    if file.retention_start is not None:
        values[START] = milliseconds(file.retention_start)
    if kind == DESTROYED:
        values[DESTRUCTION] = milliseconds(file.retention_end + timedelta(days=1))
    known = offered[kind].properties
    return Retention((kind,), {key: value for key, value in values.items() if key in known or key == END}, note)


def with_retention(properties: PropertyValues, retention: Retention) -> PropertyValues:
    """In the request that makes the document: there is no moment in which it lies there unprotected."""
    if not retention.types:
        return properties
    before = properties.get(SECONDARY, ())
    return {**properties, SECONDARY: (*before, *retention.types), **retention.properties}
