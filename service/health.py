"""``/livez`` and ``/readyz``: for supervisors and load balancers, without sign-in and without any content."""

from datetime import datetime, timedelta
from typing import Literal

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from minutes.value import Value
from service.auth.dependencies import EngineDep, SettingsDep
from service.broker import BrokerProbe
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading
from service.db.migrate import is_at_head
from service.db.tables import Job, WorkerSeen
from service.deliveries.states import GIVEN_UP, OPEN
from service.jobs.warming import ModelReadiness, model_readiness
from service.settings import Settings

router = APIRouter(tags=["health"])
_log = structlog.get_logger(__name__)

DISPATCHER_GRACE_SECONDS = 30.0
"""A dispatcher on a busy machine may miss rounds; after this it counts as gone."""

STALE_QUEUE_SECONDS = 300.0
"""A due job this old while workers are idle means that nobody hears the queue."""


INBOX_GRACE_SECONDS = 60.0
"""One large meeting from a slow share, and some rounds in which a file is locked, are no fault."""

InboxState = Literal["ok", "failing", "silent"]


class Alive(Value):
    status: Literal["ok"] = "ok"


class Readiness(Value):
    """``status``: ``ok``; ``degraded``: requests are served, work may be stuck; ``unready``: send no requests."""

    status: Literal["ok", "degraded", "unready"]
    database: bool = Field(description="データベースに届く")
    schema_at_head: bool = Field(description="表の形がこの版のとおり")
    dispatcher: bool = Field(description="ジョブの配り手が動いている")
    broker: bool | None = Field(description="ブローカー（Redis）が応答する。null はこのプロセスに設定がない")
    workers: int = Field(description="最近動いたワーカーの数")
    oldest_due_seconds: float | None = Field(description="待っているジョブのうち最も古いものの待ち秒数")
    inbox: InboxState | None = Field(
        description="取込みフォルダー。ok、failing 読み書きできないものがある、silent 応答がない。null は設定がない"
    )
    deliveries_waiting: int = Field(
        description="引き渡していないパッケージ、Webhook、メールの数。一時停止中のものを含む"
    )
    deliveries_failed: int = Field(description="あきらめた引渡しで、やり直しても取り消してもいないものの数")
    model: ModelReadiness | None = Field(description="要約モデルの準備。null は準備の要らないモデル")


@router.get(
    "/livez",
    response_model=Alive,
    summary="動いているか",
    description="プロセスが応答できれば 200。ほかには何も触れません。",
)
def livez() -> Alive:
    return Alive()


@router.get(
    "/readyz",
    response_model=Readiness,
    summary="要求を受けられるか",
    description="データベース、表の形、ジョブの配り手を確かめます。一つでも欠ければ 503。"
    "ブローカーの応答、待ち行列の古さ、ワーカーの数、引渡しの数、取込みフォルダー、要約モデルの準備は知らせるだけで、失敗にはしません（登録はそのままでき、あとで処理されます）。"
    "ブローカーが応答しないか、待ち行列が古いか、取込みフォルダーを扱えないときは status が degraded です。",
    responses={503: {"model": Readiness, "description": "まだ要求を受けられない"}},
)
def readyz(request: Request, engine: EngineDep, settings: SettingsDep, response: Response) -> Readiness:
    probe: BrokerProbe | None = request.app.state.broker_probe
    found = readiness(engine, settings, now(), broker=None if probe is None else probe.answers())
    if found.status == "unready":
        response.status_code = 503
    return found


def readiness(engine: Engine, settings: Settings, at: datetime, *, broker: bool | None) -> Readiness:
    """Never raises for an unreachable database: that is one of the answers."""
    try:
        at_head = is_at_head(engine)
        dispatcher, workers, oldest = _queue(engine, settings, at) if at_head else (False, 0, None)
        inbox = _inbox(engine, settings, at) if at_head else None
        waiting, failed = _deliveries(engine) if at_head else (0, 0)
        model = _model(engine, settings) if at_head else None
    except (SQLAlchemyError, OSError) as error:
        _log.warning("readiness_database_unreachable", kind=type(error).__name__)
        return Readiness(
            status="unready",
            database=False,
            schema_at_head=False,
            dispatcher=False,
            broker=broker,
            workers=0,
            oldest_due_seconds=None,
            inbox=None,
            deliveries_waiting=0,
            deliveries_failed=0,
            model=None,
        )
    stuck = broker is False or (oldest is not None and oldest > STALE_QUEUE_SECONDS) or inbox in ("failing", "silent")
    status: Literal["ok", "degraded", "unready"] = "degraded" if stuck else "ok"
    return Readiness(
        status=status if at_head and dispatcher else "unready",
        database=True,
        schema_at_head=at_head,
        dispatcher=dispatcher,
        broker=broker,
        workers=workers,
        oldest_due_seconds=oldest,
        inbox=inbox,
        deliveries_waiting=waiting,
        deliveries_failed=failed,
        model=model,
    )


def _queue(engine: Engine, settings: Settings, at: datetime) -> tuple[bool, int, float | None]:
    grace = max(DISPATCHER_GRACE_SECONDS, settings.dispatch_seconds * 5)
    recently = at - timedelta(seconds=grace)
    busy = at - timedelta(seconds=max(grace, settings.heartbeat_seconds * 3))
    count = select(func.count()).select_from(WorkerSeen)
    with reading(engine) as session:
        dispatchers = session.scalar(count.where(WorkerSeen.role == "dispatcher", WorkerSeen.seen_at >= recently))
        workers = session.scalar(count.where(WorkerSeen.role == "worker", WorkerSeen.seen_at >= busy))
        oldest = session.scalar(
            select(Job.not_before).where(Job.state == "queued", Job.not_before <= at).order_by(Job.not_before).limit(1)
        )
    return bool(dispatchers), workers or 0, None if oldest is None else round((at - oldest).total_seconds(), 1)


def _inbox(engine: Engine, settings: Settings, at: datetime) -> InboxState | None:
    if settings.inbox_dir is None:
        return None
    recently = at - timedelta(seconds=INBOX_GRACE_SECONDS + 3 * settings.inbox_seconds)
    roles = select(WorkerSeen.role).where(
        WorkerSeen.role.in_(("inbox", "inbox-folder")), WorkerSeen.seen_at >= recently
    )
    with reading(engine) as session:
        seen = set(session.scalars(roles))
    return "silent" if "inbox" not in seen else "failing" if "inbox-folder" not in seen else "ok"


def _deliveries(engine: Engine) -> tuple[int, int]:
    count = select(func.count()).select_from(Delivery)
    with reading(engine) as session:
        return session.scalar(count.where(OPEN)) or 0, session.scalar(count.where(GIVEN_UP)) or 0


def _model(engine: Engine, settings: Settings) -> ModelReadiness | None:
    with reading(engine) as session:
        return model_readiness(session, settings.model)
