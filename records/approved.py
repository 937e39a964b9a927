"""One approved version of the minutes, as the service froze it, and the way it came to be approved."""

import hashlib
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, JsonValue

from minutes.document import MinutesDocument
from minutes.errors import InputError
from minutes.value import Value

_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class Approval(Value):
    """Who approved which text. ``sha256`` is over the UTF-8 text of the document as it was stored."""

    meeting_id: Annotated[str, Field(pattern=_UUID)]
    version_id: Annotated[str, Field(pattern=_UUID)]
    version: Annotated[int, Field(ge=1)]
    department: str
    approved_by: str
    """Display name."""
    approved_at: AwareDatetime
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    corrects: Annotated[str | None, Field(pattern=_UUID)] = None
    """正誤: the meeting whose approved minutes these take the place of."""


class AuditEntry(Value):
    """One row of the service's audit log."""

    seq: int
    at: AwareDatetime
    actor: str
    """Login, or ``system``."""
    event: str
    subject: str
    detail: dict[str, JsonValue]
    previous_hash: str
    hash: str


class ApprovedVersion(Value):
    approval: Approval
    text: str
    """The document's JSON exactly as it was stored."""
    entries: tuple[AuditEntry, ...]
    """Of this meeting, in order, up to its approval: so that a later package of the same version is the same."""

    def model_post_init(self, context: Any) -> None:
        if hashlib.sha256(self.text.encode()).hexdigest() != self.approval.sha256:
            raise InputError(
                "承認された本文のハッシュが、承認の記録と一致しません。",
                where=f"第{self.approval.version}版",
                remedy="データベースが書き換えられていないか、gijiyoshi audit verify と控えで確かめてください。",
            )

    @cached_property
    def document(self) -> MinutesDocument:
        return MinutesDocument.model_validate_json(self.text)

    @property
    def approved_at(self) -> datetime:
        return self.approval.approved_at
