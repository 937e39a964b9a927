"""One webhook: a POST with a Standard Webhooks signature, to the address in the settings and nowhere else."""

import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2
from sqlalchemy import Engine
from standardwebhooks import Webhook

from records.connectors.guarded_transport import Deadline, GuardedTransport
from records.connectors.protocol import Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.settings import Settings

TIMEOUT_SECONDS = 15.0
"""For the whole request: a receiver takes the event down and works on it afterwards."""


def send_webhook(engine: Engine, settings: Settings, delivery: Delivery) -> Receipt:
    """Any answer but 2xx is a failure, 410 the end; a redirect is an answer, and what an answer says is not read.

    Raises Unreachable and Refused.
    """
    if settings.webhook_url is None or settings.webhook_secret is None:
        raise Refused("送り先の設定がなくなりました。", where="GIJIYOSHI_WEBHOOK_URL")
    text = json.dumps(_with_address(delivery.payload, settings), ensure_ascii=False, separators=(",", ":"))
    moment = now()
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(settings.webhook_secret.get_secret_value()).sign(delivery.id, moment, text),
    }
    status = _post(settings.webhook_url, text.encode(), headers)
    if status == 410:
        raise Refused("Webhook の送り先が、もう受け取らないと答えました（410）。", where="webhook")
    if not 200 <= status < 300:
        raise Unreachable(f"Webhook の送り先が {status} を返しました。", where="webhook")
    return Receipt(places=())


def _post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer."""
    deadline = Deadline()
    deadline.set(TIMEOUT_SECONDS)
    transport = GuardedTransport(_reach(address), ssl.create_default_context(), deadline)
    try:
        with (
            httpx2.Client(transport=transport, timeout=TIMEOUT_SECONDS, trust_env=False) as client,
            client.stream("POST", address, content=body, headers=headers) as answer,
        ):
            return answer.status_code
    except (httpx2.HTTPError, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException):
        raise Unreachable("Webhook の送り先が答えません。", where="webhook") from None


def _reach(address: str) -> Reach:
    """The address is the operator's own word; that its name must not lead to this machine itself or to a cloud's
    metadata holds all the same."""
    server = urlsplit(address)
    host = f"[{server.hostname}]" if ":" in (server.hostname or "") else server.hostname
    port = server.port or {"http": 80, "https": 443}[server.scheme]
    return Reach(hosts=(f"{host}:{port}",), timeout_seconds=TIMEOUT_SECONDS)


def _with_address(payload: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    base = settings.public_url
    data = dict(payload["data"])
    data["url"] = f"{base.rstrip('/')}/meetings/{data['meeting_id']}" if base else None
    return {**payload, "data": data}
