"""Deliveries for programs: what went where, and what is done about it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.api.delivery_schemas import DeliveryIn, DeliveryOut, DeliveryPage
from service.api.problems import problems
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading, writing
from service.deliveries import steering
from service.deliveries.listing import Filters, get_delivery, list_deliveries
from service.deliveries.requesting import package_of, request_delivery

router = APIRouter(tags=["deliveries"])

DeliveryId = Annotated[str, Path(description="引渡しの番号", max_length=36)]
_MAY = "パッケージは「引渡し」の権限、Webhook とメールは監査者か管理者の役割が要ります。トークンでは write の範囲です。"


@router.get(
    "/deliveries",
    response_model=DeliveryPage,
    summary="引渡しの一覧",
    description="「引渡し」「監査記録の閲覧」「管理」のいずれかの権限がある所属の、パッケージ、Webhook、メールを新しい順に返します。",
    responses=problems(403, 422),
)
def read_deliveries(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    destination_id: Annotated[str | None, Query(max_length=36, description="引渡し先で絞る")] = None,
    state: Annotated[str | None, Query(max_length=20, description="状態で絞る", examples=["failed"])] = None,
    meeting_id: Annotated[str | None, Query(max_length=36, description="会議で絞る")] = None,
    way: Annotated[str | None, Query(max_length=20, description="package、webhook、mail のどれか")] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="前の応答の next_cursor")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="一度に返す数")] = 50,
) -> DeliveryPage:
    filters = Filters(destination_id, state, meeting_id, way)
    with reading(engine) as session:
        found = list_deliveries(session, principal, filters, cursor=cursor, limit=limit)
    return DeliveryPage(items=tuple(DeliveryOut.of(each) for each in found.rows), next_cursor=found.next_cursor)


@router.get(
    "/deliveries/{delivery_id}",
    response_model=DeliveryOut,
    summary="引渡し",
    description="状態、試みの一つ一つ、引渡し先での場所、次に試みる時刻を返します。",
    responses=problems(403, 404, 422),
)
def read_delivery(engine: EngineDep, principal: PrincipalDep, delivery_id: DeliveryId) -> DeliveryOut:
    with reading(engine) as session:
        return DeliveryOut.of(get_delivery(session, principal, delivery_id))


@router.post(
    "/meetings/{meeting_id}/deliveries",
    status_code=202,
    response_model=DeliveryOut,
    summary="パッケージの引渡しを頼む",
    description="会議のパッケージを引渡し先へ送ります。送るのはあとで、結果は引渡しの一覧と Webhook で分かります。"
    "同じパッケージを同じ引渡し先へ二度頼んでも、引渡しは一つです。保存版を含むパッケージには「保存版の出力」の権限も要ります。",
    responses=problems(403, 404, 409, 410, 422),
)
def ask_for_delivery(
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: Annotated[str, Path(description="会議の番号", max_length=36)],
    body: DeliveryIn,
) -> DeliveryOut:
    with writing(engine) as session:
        package = package_of(session, principal, meeting_id, body.package_id)
        delivery = request_delivery(session, principal, package.id, body.destination_id)
        return DeliveryOut.of(get_delivery(session, principal, delivery.id))


@router.post(
    "/deliveries/{delivery_id}/pause",
    response_model=DeliveryOut,
    summary="引渡しを一時停止する",
    description=f"再開するまで送りません。送信中のものは、その回だけは最後まで進みます。{_MAY}",
    responses=problems(403, 404, 409, 422),
)
def pause_delivery(engine: EngineDep, principal: PrincipalDep, delivery_id: DeliveryId) -> DeliveryOut:
    steering.pause(engine, principal, delivery_id)
    return read_delivery(engine, principal, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/resume",
    response_model=DeliveryOut,
    summary="引渡しを再開する",
    description=f"すぐに送ります。引渡し先が一時停止していれば、その再開を待ちます。{_MAY}",
    responses=problems(403, 404, 409, 422),
)
def resume_delivery(engine: EngineDep, principal: PrincipalDep, delivery_id: DeliveryId) -> DeliveryOut:
    steering.resume(engine, principal, delivery_id)
    return read_delivery(engine, principal, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/cancel",
    response_model=DeliveryOut,
    summary="引渡しを取り消す",
    description=f"もう送りません。送信中のものが届いたときは、引渡し済みになります。{_MAY}",
    responses=problems(403, 404, 409, 422),
)
def cancel_delivery(engine: EngineDep, principal: PrincipalDep, delivery_id: DeliveryId) -> DeliveryOut:
    steering.cancel(engine, principal, delivery_id)
    return read_delivery(engine, principal, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/replay",
    response_model=DeliveryOut,
    summary="もう一度送る",
    description="失敗したか取り消した引渡しと、届いた Webhook を、同じ番号のまま、はじめから送り直します。"
    f"中身を廃棄したパッケージでは 410 です。{_MAY}",
    responses=problems(403, 404, 409, 410, 422),
)
def replay_delivery(engine: EngineDep, principal: PrincipalDep, delivery_id: DeliveryId) -> DeliveryOut:
    steering.send_again(engine, principal, delivery_id)
    return read_delivery(engine, principal, delivery_id)
