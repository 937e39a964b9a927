"""The work of ``mail`` and ``webhook`` jobs: send one message, then record that it went.

A crash between the two sends it again: at least once, with the same id, which receivers can tell apart.
"""

import json
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import httpx2
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from minutes.errors import GijiyoshiError
from service.db.approval_tables import Notice
from service.db.delivery_tables import Delivery
from service.db.engine import reading
from service.db.tables import MeetingRow, now
from service.jobs.leases import Claim
from service.settings import Settings

TIMEOUT_SECONDS = 15.0

_SUBJECTS: Mapping[str, str] = {
    "turn": "「{step}」をお願いします",
    "returned": "差し戻されました（{step}）",
    "approved": "承認されました",
    "due": "「{step}」の期限が近づいています",
    "mentioned": "コメントで、あなたの名前が挙がりました",
    "replied": "あなたのコメントに返信がありました",
}


class Unreachable(GijiyoshiError):
    """The other side did not take it now; later it may."""

    status = 503
    category = "unavailable"


class Refused(GijiyoshiError):
    """The other side will never take it."""

    status = 502
    category = "refused"


@dataclass(frozen=True)
class Delivering:
    """``send`` does one way; everything else is the same for both."""

    send: Callable[[Settings, Delivery, "Told | None"], None]

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """Raises Unreachable (tried again) and Refused (final)."""
        with reading(engine) as session:
            delivery = session.get_one(Delivery, claim.subject_id)
            told = _told(session, delivery)
        if delivery.delivered_at is None:
            self.send(settings, delivery, told)

        def write(session: Session) -> None:
            session.get_one(Delivery, claim.subject_id).delivered_at = now()

        return write

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        session.get_one(Delivery, subject_id).failed_at = now()

    def cancelled(self, session: Session, subject_id: str) -> None:
        session.get_one(Delivery, subject_id).failed_at = now()


@dataclass(frozen=True)
class Told:
    kind: str
    step: str
    title: str
    meeting_id: str


def _told(session: Session, delivery: Delivery) -> Told | None:
    if delivery.way != "mail":
        return None
    notice = session.get_one(Notice, delivery.payload["notice"])
    title = session.get_one(MeetingRow, notice.meeting_id).title
    return Told(notice.kind, notice.step_name, title, notice.meeting_id)


def send_webhook(settings: Settings, delivery: Delivery, _told: Told | None) -> None:
    """POST with a Standard Webhooks signature; any answer but 2xx is a failure, 410 the end."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        raise Refused("送り先の設定がなくなりました。", where="GIJIYOSHI_WEBHOOK_URL")
    body = _with_address(delivery.payload, settings)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    moment = now()
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(settings.webhook_secret.get_secret_value()).sign(delivery.id, moment, text),
    }
    try:
        answer = httpx2.post(
            settings.webhook_url,
            content=text.encode(),
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
    except httpx2.HTTPError:
        raise Unreachable("Webhook の送り先が答えません。", where="webhook") from None
    if answer.status_code == 410:
        raise Refused("Webhook の送り先が、もう受け取らないと答えました（410）。", where="webhook")
    if not answer.is_success:
        raise Unreachable(f"Webhook の送り先が {answer.status_code} を返しました。", where="webhook")


def send_mail(settings: Settings, delivery: Delivery, told: Told | None) -> None:
    """One e-mail to one person, with title, step and address only."""
    assert told is not None
    if settings.smtp_host is None or settings.smtp_from is None:
        raise Refused("メールの設定がなくなりました。", where="GIJIYOSHI_SMTP_HOST")
    message = _message(settings, delivery, told)
    try:
        if settings.smtp_security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.smtp_host,
                settings.smtp_port,
                timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            client = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
        with client:
            if settings.smtp_security == "starttls":
                client.starttls(context=ssl.create_default_context())
            if settings.smtp_user is not None and settings.smtp_password is not None:
                client.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            client.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = error.smtp_code if isinstance(error, smtplib.SMTPDataError) else next(iter(error.recipients.values()))[0]
        if 500 <= code < 600:
            raise Refused(f"メールサーバーが受け取りを断りました（{code}）。", where="smtp") from None
        raise Unreachable(f"メールサーバーが {code} を返しました。", where="smtp") from None
    except smtplib.SMTPResponseException as error:
        # Of the account or the sender: a matter of the settings, which somebody will mend.
        raise Unreachable(f"メールサーバーが {error.smtp_code} を返しました。", where="smtp") from None
    except OSError:  # smtplib's other errors are of this family too
        raise Unreachable("メールサーバーが答えません。", where="smtp") from None


def _message(settings: Settings, delivery: Delivery, told: Told) -> EmailMessage:
    message = EmailMessage()
    about = _SUBJECTS[told.kind].format(step=told.step)
    message["Subject"] = f"【Gijiyoshi】{about}：{told.title}"
    message["From"] = settings.smtp_from
    message["To"] = delivery.payload["to"]
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = f"<{delivery.id}@gijiyoshi>"
    message["Auto-Submitted"] = "auto-generated"
    base = (settings.public_url or "").rstrip("/")
    message.set_content(
        f"{about}\n\n会議：{told.title}\n段階：{told.step}\n{base}/meetings/{told.meeting_id}\n\n"
        f"議事要旨の内容は、このメールには含まれません。\nこのメールを止めるには：{base}/notices\n"
    )
    return message


def _with_address(payload: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    base = settings.public_url
    data = dict(payload["data"])
    data["url"] = f"{base.rstrip('/')}/meetings/{data['meeting_id']}" if base else None
    return {**payload, "data": data}
