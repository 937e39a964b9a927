"""What people do about deliveries on their way: hold one back, let it go, call it off, send it again. All audited.

None of it waits for a worker, and none of it stops a try that is under way: what is sent cannot be called back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.audit import AuditEventName, record
from service.auth import Action, Principal, Role, require, require_role
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import writing
from service.db.record_tables import Destination
from service.db.tables import MeetingRow
from service.deliveries.queueing import call_back, call_back_all
from service.deliveries.requesting import emptied
from service.deliveries.states import OPEN, OPEN_STATES, DeliveryState, state_of
from service.errors import Conflict, Forbidden, Gone, NotFound
from service.meetings.drafting import subject
from service.meetings.queries import plain

SEEING = (Action.hand_over, Action.audit, Action.administer)
"""Whoever may do one of these sees what went where and when."""

_SERVING = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""They see to e-mails and webhooks, which concern the connection and no record."""

_REPEATABLE = frozenset({DeliveryState.FAILED, DeliveryState.CANCELLED})

STATE_NAMES = {
    DeliveryState.WAITING: "待機中",
    DeliveryState.SENDING: "送信中",
    DeliveryState.PAUSED: "一時停止中",
    DeliveryState.DELIVERED: "引渡し済み",
    DeliveryState.FAILED: "失敗",
    DeliveryState.CANCELLED: "取消し",
}


@dataclass(frozen=True)
class _Step:
    """Something a person does to a delivery in one of ``states``."""

    label: str
    event: AuditEventName
    change: Callable[[Delivery], None]
    states: frozenset[DeliveryState] = OPEN_STATES


def pause(engine: Engine, principal: Principal, delivery_id: str) -> None:
    """It is not sent until it is resumed. Raises NotFound, Forbidden; Conflict where it has ended or is paused."""

    def hold(delivery: Delivery) -> None:
        if delivery.paused_at is not None:
            raise _not_now(DeliveryState.PAUSED, "一時停止")
        delivery.paused_at = now()

    _steer(engine, principal, delivery_id, _Step("一時停止", AuditEventName.DELIVERY_PAUSED, hold))


def resume(engine: Engine, principal: Principal, delivery_id: str) -> None:
    """It is tried at once, unless its destination is paused. Raises NotFound, Forbidden; Conflict unless it is paused."""

    def let_go(delivery: Delivery) -> None:
        if delivery.paused_at is None:
            raise Conflict(
                "この引渡しそのものは、一時停止していません。",
                where="state",
                remedy="引渡し先が一時停止しているときは、管理者に引渡し先の再開を依頼してください。",
            )
        delivery.paused_at = None

    _steer(engine, principal, delivery_id, _Step("再開", AuditEventName.DELIVERY_RESUMED, let_go))


def cancel(engine: Engine, principal: Principal, delivery_id: str) -> None:
    """It is not sent. One that a worker is sending may come through and is then 引渡し済み. Errors as for ``pause``."""

    def call_off(delivery: Delivery) -> None:
        delivery.cancelled_at = now()

    _steer(engine, principal, delivery_id, _Step("取消し", AuditEventName.DELIVERY_CANCELLED, call_off))


def send_again(engine: Engine, principal: Principal, delivery_id: str) -> None:
    """With all its tries, under the same id: what failed or was called off, and a webhook that was delivered too.

    Raises NotFound, Forbidden; Conflict in other states and for a destination no longer in use; Gone for a package
    whose content has been disposed of.
    """

    def again(delivery: Delivery) -> None:
        delivery.delivered_at = delivery.failed_at = delivery.cancelled_at = delivery.paused_at = None
        delivery.receipt = None

    with writing(engine) as session:
        found = _found(session, principal, delivery_id)
        _sendable(session, found)
        ended = _REPEATABLE | {DeliveryState.DELIVERED} if found.way == "webhook" else _REPEATABLE
        _change(session, principal, found, _Step("やり直し", AuditEventName.DELIVERY_REPEATED, again, ended))


def wake(session: Session, destination: Destination) -> None:
    """What is open for this destination is tried at once; for those that wait out a pause between two tries."""
    query = select(Delivery.id).where(OPEN, Delivery.destination_id == destination.id).order_by(Delivery.id)
    call_back_all(session, session.scalars(query).all())


def may_see(principal: Principal) -> frozenset[str]:
    """The departments whose deliveries the person sees. Raises Forbidden where there are none."""
    places = frozenset(place for action in SEEING for place in principal.departments(action))
    if not places:
        raise Forbidden("引渡しの状況を見る権限がありません。", remedy="必要なら管理者に役割を確かめてください。")
    return places


def may_steer(principal: Principal, way: str, department_id: str) -> bool:
    if way == "package":
        return principal.may(Action.hand_over, department_id)
    return principal.may_as(_SERVING, Action.hand_over, department_id)


def _steer(engine: Engine, principal: Principal, delivery_id: str, step: _Step) -> None:
    with writing(engine) as session:
        _change(session, principal, _found(session, principal, delivery_id), step)


def _found(session: Session, principal: Principal, delivery_id: str) -> Delivery:
    """Raises NotFound outside the departments that the person sees, Forbidden without the right."""
    places = may_see(principal)
    delivery = session.get(Delivery, plain(delivery_id))
    row = session.get(MeetingRow, delivery.meeting_id) if delivery is not None and delivery.meeting_id else None
    if delivery is None or row is None or row.department_id not in places:
        raise NotFound("引渡しが見つかりません。", where="delivery_id", remedy="番号を確かめてください。")
    if delivery.way == "package":
        require(principal, Action.hand_over, row.department_id)
    else:
        require_role(principal, _SERVING, Action.hand_over, row.department_id, step="メール及び Webhook の操作")
    return delivery


def _change(session: Session, principal: Principal, found: Delivery, step: _Step) -> None:
    delivery = call_back(session, found.id)
    state = state_of(session, delivery.id)
    if state not in step.states:
        raise _not_now(state, step.label)
    step.change(delivery)
    assert delivery.meeting_id is not None
    detail = {"delivery": delivery.id, "way": delivery.way}
    if delivery.destination_id is not None:
        detail |= {"destination": delivery.destination_id}
    record(session, actor=principal.login, event=step.event, subject=subject(delivery.meeting_id), detail=detail)


def _not_now(state: DeliveryState, what: str) -> Conflict:
    return Conflict(
        f"「{STATE_NAMES[state]}」の引渡しには、「{what}」はできません。",
        where="state",
        remedy="引渡しの状況を読み込み直してください。",
    )


def _sendable(session: Session, delivery: Delivery) -> None:
    if delivery.package_id is None or delivery.destination_id is None:
        return
    if emptied(session, delivery.package_id):
        raise Gone("このパッケージの中身は、廃棄されています。", where="package_id", remedy="")
    destination = session.get_one(Destination, delivery.destination_id)
    if not destination.active:
        raise Conflict(
            f"引渡し先「{destination.name}」は、使用を終了しています。",
            where="destination",
            remedy="ほかの引渡し先を選ぶか、管理者に使用の再開を依頼してください。",
        )
