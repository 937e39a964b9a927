"""Notices that leave the service by e-mail, and who is told: a real SMTP server, and what may go wrong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from message_office import SECRET, SPOKEN, Office, Post, free_port, mail_server, mailing, new_office, receiving, run_all
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, select

from service.db.account_tables import Account
from service.db.approval_tables import Notice
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.meetings.comments import comment, reply
from service.notices.outbox import queue_messages, remind
from service.notices.reading import choose_mail, notices, open_notice, read_all, unread
from service.settings import Settings
from workers.runner import Outcome


@pytest.fixture
def office(engine: Engine) -> Office:
    return new_office(engine)


@pytest.fixture(autouse=True)
def no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """These meetings have hardly a draft; what blocks a submission is tested elsewhere."""
    monkeypatch.setattr("service.meetings.transitions.check", lambda *_: ())


@pytest.fixture
def post() -> Iterator[Post]:
    with mail_server() as server:
        yield server


def test_who_is_told(office: Office) -> None:
    assert office.kinds("maker") == office.kinds("checker") == ["turn"] and office.kinds("approver") == []
    office.decide("checker", "submit")
    assert office.kinds("approver") == office.kinds("second") == ["turn"]
    office.decide("approver", "return", reason="理由")
    assert office.kinds("checker") == ["returned", "turn"] and office.kinds("maker") == ["returned", "turn"]
    office.decide("checker", "submit")
    office.decide("second", "approve")
    assert office.kinds("maker")[0] == office.kinds("checker")[0] == "approved"
    with reading(office.engine) as session:
        assert unread(session, office.people["checker"]) == 3
        own = notices(session, office.people["checker"])[0][0].id
        foreign = notices(session, office.people["maker"])[0][0].id
    assert open_notice(office.engine, office.people["checker"], own).meeting_id == office.meeting_id
    with pytest.raises(Exception, match="お知らせはありません"):
        open_notice(office.engine, office.people["checker"], foreign)
    read_all(office.engine, office.people["checker"])
    with reading(office.engine) as session:
        assert unread(session, office.people["checker"]) == 0
        assert unread(session, office.people["maker"]) == 3


def test_before_a_due_date_once(office: Office) -> None:
    office.decide("checker", "submit")
    assert remind(office.engine) == 0
    with writing(office.engine) as session:
        session.get_one(MeetingRow, office.meeting_id).step_due_at = now() + timedelta(days=1)
    for _ in range(3):
        remind(office.engine)
    assert office.kinds("approver") == ["due", "turn"] and office.kinds("checker") == ["turn"]


def test_mail_goes_to_those_who_want_it_and_holds_no_text(office: Office, post: Post) -> None:
    settings = mailing(post.port)
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    choose_mail(office.engine, office.people["second"], address="bucho@example.lg.jp", wanted=False)
    office.decide("checker", "submit")
    assert queue_messages(office.engine, settings) == 1
    assert queue_messages(office.engine, settings) == 0
    assert run_all(office, settings) == [Outcome.SUCCEEDED]
    (message,) = post.got
    assert message["To"] == "kacho@example.lg.jp" and "「承認」をお願いします" in message["Subject"]
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    assert f"https://gijiyoshi.example.lg.jp/meetings/{office.meeting_id}" in text
    assert SPOKEN not in str(message)


def test_without_a_server_nothing_is_queued_and_nothing_kept_for_later(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    assert queue_messages(office.engine, Settings()) == 0
    assert office.deliveries() == []
    assert queue_messages(office.engine, mailing(post.port)) == 0
    assert office.kinds("approver") == ["turn"]


def test_mail_is_tried_again_and_given_up_where_the_server_refuses_for_good(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    down = mailing(free_port())
    queue_messages(office.engine, down)
    assert run_all(office, down) == [Outcome.RETRY]
    assert office.jobs()[0].not_before > now() - timedelta(seconds=1)
    post.answers[:] = ["451 later", "554 no"]
    assert run_all(office, mailing(post.port)) == [Outcome.RETRY]
    assert run_all(office, mailing(post.port)) == [Outcome.FAILED]
    assert office.jobs()[0].error_category == "refused" and office.deliveries()[0].failed_at is not None
    assert post.got == []


def test_no_mail_goes_in_clear_where_encryption_is_asked_for(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    settings = mailing(post.port).model_copy(update={"smtp_security": "starttls"})
    queue_messages(office.engine, settings)
    assert run_all(office, settings) == [Outcome.RETRY]
    assert post.got == []


def test_a_mention_goes_out_by_mail_and_webhook_without_a_word_of_it(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    talk = comment(office.engine, office.people["checker"], office.meeting_id, text=f"@approver {SPOKEN}でよいですか。")
    reply(office.engine, office.people["approver"], office.meeting_id, talk, text=f"{SPOKEN}でよいです。")
    assert (office.kinds("approver")[0], office.kinds("checker")[0]) == ("mentioned", "replied")
    with receiving() as receiver:
        settings = mailing(post.port).model_copy(
            update={"webhook_url": receiver.url, "webhook_secret": SecretStr(SECRET)}
        )
        assert queue_messages(office.engine, settings) == 2
        assert run_all(office, settings) == [Outcome.SUCCEEDED] * 2
    (mail,) = post.got
    assert "コメントで、あなたの名前が挙がりました" in str(mail["Subject"]) and office.meeting_id in mail.get_content()
    ((_, hook),) = receiver.verified
    assert (hook["type"], hook["data"]["meeting_id"]) == ("meeting.mentioned", office.meeting_id)
    assert SPOKEN not in mail.get_content() + json.dumps(hook, ensure_ascii=False)


def test_an_inactive_account_gets_no_mail(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    with writing(office.engine) as session:
        session.get_one(Account, office.people["approver"].account_id).active = False
    assert queue_messages(office.engine, mailing(post.port)) == 0
    with reading(office.engine) as session:
        assert all(each.queued_at is not None for each in session.scalars(select(Notice)))


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"smtp_host": "mail"}, "SMTP_FROM"),
        ({"webhook_url": "ftp://x"}, "WEBHOOK_URL"),
        ({"webhook_url": "https://x/y"}, "WEBHOOK_SECRET"),
        ({"webhook_url": "https://x/y", "webhook_secret": "whsec_short"}, "WEBHOOK_SECRET"),
    ],
)
def test_half_set_up_does_not_start(values: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Settings(**values)
