"""One e-mail for one notice, with title, step and address only."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import Engine

from records.connectors.protocol import Receipt, Refused, Unreachable
from service.db.approval_tables import Notice
from service.db.delivery_tables import Delivery
from service.db.engine import reading
from service.db.tables import MeetingRow
from service.notices.telling import NoticeKind
from service.settings import Settings

TIMEOUT_SECONDS = 15.0

_SUBJECTS: Mapping[str, str] = {
    "turn": "「{step}」をお願いします",
    "returned": "差し戻されました（{step}）",
    "approved": "承認されました",
    "due": "「{step}」の期限が近づいています",
    "mentioned": "コメントで、あなたの名前が挙がりました",
    "replied": "あなたのコメントに返信がありました",
    "delivery_failed": "「{step}」への引渡しに失敗しました",
}


@dataclass(frozen=True)
class Told:
    kind: str
    step: str
    title: str
    path: str
    """Of the page that it leads to."""


def send_mail(engine: Engine, settings: Settings, delivery: Delivery) -> Receipt:
    """To one person. Raises Unreachable and Refused."""
    if settings.smtp_host is None or settings.smtp_from is None:
        raise Refused("メールの設定がなくなりました。", where="GIJIYOSHI_SMTP_HOST")
    message = _message(settings, delivery, _told(engine, delivery))
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
    return Receipt(places=())


def _told(engine: Engine, delivery: Delivery) -> Told:
    with reading(engine) as session:
        notice = session.get_one(Notice, delivery.payload["notice"])
        title = session.get_one(MeetingRow, notice.meeting_id).title
        failed = notice.kind == NoticeKind.DELIVERY_FAILED
        path = f"/deliveries?meeting={notice.meeting_id}" if failed else f"/meetings/{notice.meeting_id}"
        return Told(notice.kind, notice.step_name, title, path)


def _message(settings: Settings, delivery: Delivery, told: Told) -> EmailMessage:
    message = EmailMessage()
    about = _SUBJECTS[told.kind].format(step=told.step)
    message["Subject"] = f"【Gijiyoshi】{about}：{told.title}"
    message["From"] = settings.smtp_from
    message["To"] = delivery.payload["to"]
    message["Date"] = format_datetime(delivery.created_at)
    message["Message-ID"] = f"<{delivery.id}@gijiyoshi>"
    message["Auto-Submitted"] = "auto-generated"
    what = "引渡し先" if told.kind == NoticeKind.DELIVERY_FAILED else "段階"
    base = (settings.public_url or "").rstrip("/")
    message.set_content(
        f"{about}\n\n会議：{told.title}\n{what}：{told.step}\n{base}{told.path}\n\n"
        f"議事要旨の内容は、このメールには含まれません。\nこのメールを止めるには：{base}/notices\n"
    )
    return message
