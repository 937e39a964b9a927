"""One process of the service each: `gijiyoshi api`, `worker`, `dispatch`, and whether they are alive."""

import logging
import signal
import socket
import threading
from datetime import timedelta

from cli.address import status_of
from cli.settings import settings
from minutes.errors import InputError
from service.db.base import now
from service.db.engine import make_engine
from service.settings import Settings

GRACEFUL_SECONDS = 3
"""An open progress stream would hold up uvicorn's shutdown for ever."""

NO_BROKER = (
    "通知に使う Redis のアドレスが設定されていません。",
    "GIJIYOSHI_BROKER_URL",
    "redis://ホスト:6379/0 の形で設定するか、gijiyoshi up でまとめて起動してください。",
)


def serve_api(*, host: str | None, port: int | None, fd: int | None) -> None:
    import uvicorn

    from service.app import create_app

    values = settings()
    config = uvicorn.Config(
        create_app(values),
        host=host or values.host,
        port=port or values.port,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        log_level="info",
    )
    server = uvicorn.Server(config)
    server.run(sockets=None if fd is None else [socket.socket(fileno=fd)])


def serve_worker(queues: str) -> None:
    from models.extra_body import parse_extra_body
    from prompts import load_prompts
    from workers.celery_app import run_worker

    _log_to_stderr()
    values = _with_broker()
    load_prompts(values.prompts_dir)
    parse_extra_body(values.openai_extra_body)
    run_worker(values, queues=queues)


def serve_dispatcher() -> None:
    from workers.celery_app import make_app
    from workers.dispatcher import publisher, run_dispatcher
    from workers.works import works

    _log_to_stderr()
    values = _with_broker()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    engine = make_engine(values.database())
    run_dispatcher(engine, values, publisher(make_app(values)), works(), stop)


def serve_inbox() -> None:
    """Raises InputError where no folder is set."""
    from workers.inbox import run_inbox

    _log_to_stderr()
    values = settings()
    if values.inbox_dir is None:
        raise InputError(
            "取込みフォルダーが設定されていません。",
            where="GIJIYOSHI_INBOX_DIR",
            remedy="フォルダーと、GIJIYOSHI_INBOX_LOGIN に登録する利用者のログイン名を設定してください。",
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_inbox(make_engine(values.database()), values, stop)


def was_seen(role: str) -> tuple[bool, str]:
    """Whether a process of this role on this host does its work, and a sentence about it.

    The API is asked whether it is ready; the others write their presence to the database.
    """
    from workers.presence import last_seen

    values = settings()
    if role == "api":
        status = status_of(values, "/readyz", seconds=5.0)
        if status is None:
            return False, "api から応答がありません。"
        return status == 200, "api は動いています。" if status == 200 else f"api は準備ができていません（{status}）。"
    if role not in {"dispatcher", "worker", "inbox"}:
        raise InputError(
            f"役割「{role}」はありません。", remedy="api、dispatcher、worker、inbox のどれかを指定してください。"
        )
    moment = last_seen(make_engine(values.database()), role)
    if moment is None:
        return False, f"{role} はまだ一度も動いていません。"
    age = now() - moment
    limit = timedelta(seconds=3 * max(values.heartbeat_seconds, values.dispatch_seconds, values.inbox_seconds, 5.0))
    if age > limit:
        return False, f"{role} は {age.total_seconds():.0f} 秒前から応答がありません。"
    return True, f"{role} は動いています（{age.total_seconds():.0f} 秒前）。"


def _with_broker() -> Settings:
    values = settings()
    if values.broker_url is None:
        what, where, remedy = NO_BROKER
        raise InputError(what, where=where, remedy=remedy)
    return values


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
