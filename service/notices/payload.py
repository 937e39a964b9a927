"""The body of a webhook, as docs/schema/webhook.schema.json has it. A change that receivers could trip over raises the
version."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from minutes.value import Value

WebhookType = Literal[
    "meeting.speaker_check",
    "meeting.submitted",
    "meeting.step_signed",
    "meeting.approved",
    "meeting.returned",
    "meeting.withdrawn",
    "meeting.mentioned",
    "meeting.registered",
]


class WebhookData(Value):
    meeting_id: str
    title: str = Field(description="会議名。文字起こしや議事要旨の文は含まない")
    state: str = Field(description="いまの状態。例：承認待ち")
    step: str | None = Field(description="次に行う段階の id。null はない（承認済）")
    step_name: str | None = Field(description="その名前。例：課長承認")
    due_at: datetime | None = Field(description="その期限")
    sha256: str | None = Field(description="承認された文の SHA-256。承認済のときだけ")
    url: str | None = Field(description="画面のアドレス。GIJIYOSHI_PUBLIC_URL がなければ null")


class WebhookPayload(Value):
    """Standard Webhooks: the id is the header ``webhook-id`` and stays the same when a delivery is tried again."""

    version: Literal["1"] = "1"
    type: WebhookType
    timestamp: datetime = Field(description="出来事の時刻")
    data: WebhookData
