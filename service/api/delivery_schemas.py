"""What the REST API says of deliveries and destinations. No field holds a secret."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from minutes.value import Value
from service.db.record_tables import Destination
from service.deliveries.listing import Shown, Tried
from service.deliveries.states import DeliveryState

_ID = "0199a0c2-6f3a-7c1e-9d52-1f8f3b1c2d4e"


class AttemptOut(Value):
    number: int = Field(description="この引渡しの何回目か")
    started_at: datetime
    ended_at: datetime | None
    outcome: Literal["delivered", "already", "failed", "cut_off"] | None = Field(
        description="delivered 引き渡した、already 前の回に全て渡っていた、failed 失敗、cut_off 途中で切れた。null は送信中"
    )
    said: str | None = Field(description="人が読む説明")

    @staticmethod
    def of(tried: Tried) -> "AttemptOut":
        return AttemptOut.model_validate(tried, from_attributes=True)


class DeliveryOut(Value):
    id: str = Field(examples=[_ID], description="受け取る側に見える番号。やり直しても同じ（Webhook では webhook-id）")
    way: Literal["package", "webhook", "mail"]
    state: DeliveryState = Field(
        description="waiting 待機中、sending 送信中、paused 一時停止中、delivered 引渡し済み、failed 失敗、cancelled 取消し"
    )
    meeting_id: str
    title: str = Field(description="会議名")
    what: str = Field(description="パッケージのファイル名、Webhook の出来事の種類、お知らせの種類")
    sha256: str | None = Field(description="パッケージの SHA-256")
    version: int | None = Field(description="パッケージの、議事要旨の版")
    editions: tuple[str, ...] = Field(description="パッケージに含まれる版。公開版、保存版")
    destination_id: str | None
    destination: str = Field(description="引渡し先の名前。Webhook とメールでは空")
    destination_paused: bool
    created_at: datetime
    delivered_at: datetime | None
    places: tuple[str, ...] = Field(description="引渡し先での場所。ファイルごとのパス、アドレス、番号など")
    notes: tuple[str, ...] = Field(description="引渡し先ができなかったことなど")
    attempts: tuple[AttemptOut, ...]
    next_try_at: datetime | None = Field(description="次に試みる時刻。待機中のときだけ")
    allowed_actions: tuple[str, ...] = Field(description="いまできる操作。pause、resume、cancel、replay")

    @staticmethod
    def of(shown: Shown) -> "DeliveryOut":
        same = {name: getattr(shown, name) for name in DeliveryOut.model_fields if hasattr(shown, name)}
        return DeliveryOut(
            **same, attempts=tuple(AttemptOut.of(each) for each in shown.tried), allowed_actions=shown.actions
        )


class DeliveryPage(Value):
    """Newest first. ``next_cursor`` is null on the last page."""

    items: tuple[DeliveryOut, ...]
    next_cursor: str | None


class DeliveryIn(Value):
    package_id: str = Field(max_length=36, examples=[_ID])
    destination_id: str = Field(max_length=36, examples=[_ID])


class DestinationOut(Value):
    id: str = Field(examples=[_ID])
    department_id: str
    name: str
    kind: str = Field(description="引渡し先の種類", examples=["sftp"])
    config: dict[str, Any] = Field(description="接続の設定。秘密の値（パスワードなど）は含まない")
    has_secret: bool
    editions: tuple[str, ...] = Field(description="引き渡してよい版", examples=[["公開版"]])
    encoding: str = Field(examples=["utf-8"])
    naming: str = Field(description="ファイル名。ja 日本語、ascii 英数字", examples=["ja"])
    contents: str = Field(description="zip 一つのファイル、files 中のファイルごと", examples=["zip"])
    automatic: bool = Field(description="パッケージを作ると自動で引き渡す")
    active: bool
    paused_at: datetime | None

    @staticmethod
    def of(row: Destination) -> "DestinationOut":
        same = {
            name: getattr(row, name) for name in DestinationOut.model_fields if name not in {"has_secret", "editions"}
        }
        return DestinationOut(**same, has_secret=row.secret is not None, editions=tuple(row.editions))
