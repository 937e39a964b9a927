"""Bringing one package to one destination: what was stored, whole, by the connector of the destination's kind."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.orm import undefer

from records.connectors.parcel import Contents, parcel_of
from records.connectors.protocol import Connector, Receipt, Refused
from records.connectors.registry import Kind
from records.package.editions import Encoding
from service.db.delivery_tables import Delivery
from service.db.engine import reading
from service.db.record_tables import Destination, RecordPackage
from service.sealing import sealer_to_open
from service.settings import Settings


@dataclass(frozen=True)
class HandingOver:
    """``kinds``: the ways that there are."""

    kinds: Mapping[str, Kind]

    def __call__(self, engine: Engine, settings: Settings, delivery: Delivery) -> Receipt:
        """Raises Unreachable, Refused and Sealed."""
        with reading(engine) as session:
            destination = session.get_one(Destination, delivery.destination_id)
            package = session.get_one(RecordPackage, delivery.package_id, options=[undefer(RecordPackage.content)])
        if not destination.active:
            raise Refused(
                f"引渡し先「{destination.name}」は、使用を終了しています。",
                where="destination",
                remedy="ほかの引渡し先を選ぶか、管理者に使用の再開を依頼してください。",
            )
        contents: Contents = "files" if destination.contents == "files" else "zip"
        parcel = parcel_of(_content(package), id=delivery.id, contents=contents, encoding=Encoding(package.encoding))
        return open_connector(self.kinds, settings, destination).deliver(parcel)


def open_connector(kinds: Mapping[str, Kind], settings: Settings, destination: Destination) -> Connector:
    """Raises Refused for a kind or a configuration that this program does not know, Sealed for its secret."""
    kind = kinds.get(destination.kind)
    if kind is None:
        raise Refused(
            f"引渡し先「{destination.name}」の種類「{destination.kind}」を、このプログラムは扱えません。",
            where="kind",
            remedy="サーバーの運用担当に、ワーカーの版を確かめるよう依頼してください。",
        )
    try:
        config = kind.config.model_validate(destination.config)
    except ValidationError:
        raise Refused(
            f"引渡し先「{destination.name}」の設定を、このプログラムは読めません。",
            where="config",
            remedy="引渡し先の画面で設定を確かめ、保存し直してください。",
        ) from None
    secret = sealer_to_open(settings).open(destination.secret) if destination.secret is not None else None
    return kind.open(config, secret, settings.reach())


def _content(package: RecordPackage) -> bytes:
    if package.content is None:
        raise Refused(
            f"パッケージ「{package.name}」の中身は、廃棄されています。",
            where="package",
            remedy="必要なら、残す版だけのパッケージを作り直してください。",
        )
    if hashlib.sha256(package.content).hexdigest() != package.sha256:
        raise Refused(
            f"保存されているパッケージ「{package.name}」が、作成したときのものと違います。引き渡していません。",
            where="package",
            remedy="サーバーの運用担当に、データベースの状態を確かめるよう依頼してください。",
        )
    return package.content
