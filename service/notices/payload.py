"""The body of a webhook, as docs/schema/webhook.schema.json has it. Receivers must ignore types and fields that they do
not know; a change that they could trip over all the same raises the version."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from minutes.value import Value

WebhookType = Literal[
    "meeting.received",
    "meeting.drafting",
    "meeting.drafted",
    "meeting.failed",
    "meeting.run_again",
    "meeting.cancelled",
    "meeting.speaker_check",
    "meeting.submitted",
    "meeting.step_signed",
    "meeting.approved",
    "meeting.returned",
    "meeting.withdrawn",
    "meeting.correction_started",
    "meeting.superseded",
    "meeting.registered",
    "meeting.mentioned",
    "delivery.delivered",
    "delivery.failed",
]


class WebhookDelivery(Value):
    id: str = Field(description="引渡しの番号。やり直しても同じ")
    destination: str = Field(description="引渡し先の名前")
    package: str = Field(description="パッケージのファイル名")
    sha256: str = Field(description="その SHA-256")


class WebhookData(Value):
    meeting_id: str
    title: str = Field(description="会議名。文字起こしや議事要旨の文は含まない")
    state: str = Field(description="いまの状態。例：承認待ち")
    step: str | None = Field(description="次に行う段階の id。null はない（承認済など）")
    step_name: str | None = Field(description="その名前。例：課長承認")
    due_at: datetime | None = Field(description="その期限")
    sha256: str | None = Field(description="承認された文の SHA-256。承認の後だけ")
    url: str | None = Field(description="画面のアドレス。GIJIYOSHI_PUBLIC_URL がなければ null")
    delivery: WebhookDelivery | None = Field(description="delivery.… のとき、その引渡し")


class WebhookPayload(Value):
    """Standard Webhooks: the id is the header ``webhook-id`` and stays the same when a delivery is tried again."""

    version: Literal["1"] = "1"
    type: WebhookType
    timestamp: datetime = Field(description="出来事の時刻")
    data: WebhookData
