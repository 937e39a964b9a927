"""引渡し先, kept by the 管理者 of a department: what a destination is, who may change it, and what the log says of it.

A secret goes in and is never told again: not to a page, not to the API, not to the log.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError, Problem
from minutes.profiles.faults import faults_of
from minutes.value import Value
from records.connectors.registry import Kind
from records.package.editions import Edition, Encoding
from records.package.names import Naming
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import now
from service.db.record_tables import Destination
from service.deliveries.checking import request_check
from service.deliveries.steering import may_see, wake
from service.errors import Conflict, NotFound
from service.meetings.queries import plain
from service.sealing import sealer_to_seal
from service.settings import Settings

NAME_LIMIT = 100
CONTENTS = ("zip", "files")


@dataclass(frozen=True)
class DestinationFields:
    """What a person fills in. ``secret``: None leaves the one there is."""

    name: str
    config: Mapping[str, Any]
    editions: tuple[str, ...]
    encoding: str
    naming: str
    contents: str
    automatic: bool
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Keeping:
    """One administrator's work on destinations, in the caller's transaction. ``kinds``: the ways that there are."""

    session: Session
    settings: Settings
    principal: Principal
    kinds: Mapping[str, Kind]

    def add(self, department_id: str, kind_id: str, fields: DestinationFields) -> Destination:
        """Raises Forbidden or NotFound for the department; InputError with a problem for each fault, ``where`` is the
        field (``config.`` before one of the kind)."""
        require(self.principal, Action.administer, department_id)
        kind = kind_of(self.kinds, kind_id)
        config = self._checked(kind, fields, department_id, None)
        destination = Destination(
            department_id=department_id,
            kind=kind.id,
            created_by=self.principal.account_id,
            **_plain(fields, config),
            secret=self._sealed(fields.secret),
        )
        self.session.add(destination)
        self.session.flush()
        self._audit(AuditEventName.DESTINATION_ADDED, destination, {"kind": kind.id, **_told(destination)})
        return destination

    def change(self, destination_id: str, fields: DestinationFields, *, if_match: int | None = None) -> Destination:
        """What is open for it is tried at once with what holds now. Errors as for ``add``; Conflict where somebody
        else changed it since ``if_match``."""
        destination = self.get(destination_id)
        if if_match is not None and destination.row_version != if_match:
            raise Conflict(
                "ほかの人が、この引渡し先を先に変更しました。",
                where="version",
                remedy="画面を読み込み直し、いまの内容を確かめてから変更してください。",
            )
        kind = kind_of(self.kinds, destination.kind)
        config = self._checked(kind, fields, destination.department_id, destination)
        before = _told(destination)
        for name, value in _plain(fields, config).items():
            setattr(destination, name, value)
        if fields.secret is not None:
            destination.secret = self._sealed(fields.secret)
        after = _told(destination)
        changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        said = {"changed": changed, **({"secret": "changed"} if fields.secret is not None else {})}
        if changed or fields.secret is not None:
            self._touch(destination)
            destination.checked_at = destination.check_ok = destination.check_said = None
            wake(self.session, destination)
            self._audit(AuditEventName.DESTINATION_CHANGED, destination, said)
        return destination

    def check(self, destination_id: str) -> None:
        """Have a worker try the connection. Raises Conflict while one is at it."""
        destination = self.get(destination_id)
        if not request_check(self.session, destination, asked_by=self.principal.account_id):
            raise Conflict(
                "接続を確かめている途中です。", where="state", remedy="少し待って、画面を読み込み直してください。"
            )
        self._audit(AuditEventName.DESTINATION_CHECKED, destination, {})

    def pause(self, destination_id: str) -> None:
        """Nothing goes there until it is resumed; what is asked for meanwhile waits."""

        def hold(destination: Destination) -> None:
            destination.paused_at = now()

        self._switch(destination_id, AuditEventName.DESTINATION_PAUSED, hold, lambda each: each.paused_at is None)

    def resume(self, destination_id: str) -> None:
        def let_go(destination: Destination) -> None:
            destination.paused_at = None

        self._switch(
            destination_id, AuditEventName.DESTINATION_RESUMED, let_go, lambda each: each.paused_at is not None
        )

    def end(self, destination_id: str) -> None:
        """Nothing new goes there, and what is open fails at its next try, seen and told. It stays in the list, because
        deliveries of before name it."""

        def end(destination: Destination) -> None:
            destination.active, destination.paused_at = False, None

        self._switch(destination_id, AuditEventName.DESTINATION_ENDED, end, lambda each: each.active)

    def reopen(self, destination_id: str) -> None:
        def open_again(destination: Destination) -> None:
            destination.active = True

        self._switch(destination_id, AuditEventName.DESTINATION_REOPENED, open_again, lambda each: not each.active)

    def get(self, destination_id: str) -> Destination:
        """Locked for this transaction. Raises NotFound outside the departments that the person administers."""
        destination = destination_administered(self.session, self.principal, destination_id)
        # Not its key: rows that refer to it are written meanwhile by those who hold what is locked after it.
        self.session.refresh(destination, with_for_update={"key_share": True})
        return destination

    def _switch(
        self,
        destination_id: str,
        event: AuditEventName,
        change: Callable[[Destination], None],
        fits: Callable[[Destination], bool],
    ) -> None:
        destination = self.get(destination_id)
        if not fits(destination):
            return  # Somebody was faster, or the page is old: it is as the person wants it.
        change(destination)
        self._touch(destination)
        # Before the log, whose one lock comes last: workers lock their job first and write to the log after it.
        wake(self.session, destination)
        self._audit(event, destination, {})

    def _checked(self, kind: Kind, fields: DestinationFields, department_id: str, mine: Destination | None) -> Value:
        """Its configuration, once nothing is wrong with any field. ``mine``: the destination as it is."""
        problems = list(_form_faults(fields))
        taken = select(Destination.id).where(
            Destination.department_id == department_id,
            Destination.name == fields.name.strip(),
            Destination.id != (mine.id if mine else ""),
        )
        if self.session.scalar(taken.limit(1)) is not None:
            problems.append(Problem("同じ名前の引渡し先があります。", "name", "ほかの名前にしてください。"))
        if kind.secret is None and fields.secret:
            problems.append(Problem("この種類の引渡し先に、秘密の値はありません。", "secret", "空欄にしてください。"))
        config: Value | None = None
        try:
            config = kind.config.model_validate(dict(fields.config))
        except ValidationError as error:
            problems += [
                Problem(each.what, ".".join(("config", *map(str, each.path[:1]))), each.remedy)
                for each in faults_of(error)
            ]
        except GijiyoshiError as error:
            problems += [Problem(each.what, f"config.{each.where}", each.remedy) for each in error.problems]
        if config is not None:
            kept = mine is not None and mine.secret is not None and fields.secret is None
            problems += _moved(mine, config) if kept and mine else self._unopened(kind, config, fields.secret)
        if problems or config is None:
            raise InputError("引渡し先の入力に誤りがあります。", problems=problems)
        return config

    def _unopened(self, kind: Kind, config: Value, secret: str | None) -> list[Problem]:
        """What the kind itself says against it before anything is connected to."""
        try:
            kind.open(config, secret or None, self.settings.reach())
        except GijiyoshiError as error:
            return [Problem(each.what, _field_of(kind, each.where), each.remedy) for each in error.problems]
        return []

    def _sealed(self, secret: str | None) -> str | None:
        if not secret:
            return None
        try:
            return sealer_to_seal(self.settings).seal(secret)
        except InputError as error:
            raise InputError(error.what, where="secret", remedy=error.remedy) from None

    def _touch(self, destination: Destination) -> None:
        destination.row_version += 1

    def _audit(self, event: AuditEventName, destination: Destination, detail: Mapping[str, Any]) -> None:
        said = {"department": destination.department_id, "name": destination.name, **detail}
        record(
            self.session,
            actor=self.principal.login,
            event=event,
            subject=f"destination:{destination.id}",
            detail=said,
        )


def kind_of(kinds: Mapping[str, Kind], kind_id: str) -> Kind:
    kind = kinds.get(kind_id)
    if kind is None:
        raise InputError(
            f"引渡し先の種類「{kind_id[:30]}」はありません。", where="kind", remedy="一覧から選んでください。"
        )
    return kind


def destinations_of(session: Session, departments: Collection[str]) -> tuple[Destination, ...]:
    """By department and name, also those no longer in use."""
    query = select(Destination).where(Destination.department_id.in_(departments))
    return tuple(session.scalars(query.order_by(Destination.department_id, Destination.name)))


def destination_seen(session: Session, principal: Principal, destination_id: str) -> Destination:
    """Raises Forbidden for whoever sees none, NotFound outside the departments that the person sees."""
    places = may_see(principal)
    destination = session.get(Destination, plain(destination_id))
    if destination is None or destination.department_id not in places:
        raise _missing()
    return destination


def destination_administered(session: Session, principal: Principal, destination_id: str) -> Destination:
    """Raises NotFound outside the departments that the person administers."""
    destination = session.get(Destination, plain(destination_id))
    if destination is None or destination.department_id not in principal.departments(Action.administer):
        raise _missing()
    return destination


def _missing() -> NotFound:
    return NotFound("引渡し先が見つかりません。", where="destination_id", remedy="番号を確かめてください。")


def _plain(fields: DestinationFields, config: Value) -> dict[str, Any]:
    return {
        "name": fields.name.strip(),
        "config": config.model_dump(mode="json"),
        "editions": [each for each in Edition if each in fields.editions],
        "encoding": fields.encoding,
        "naming": fields.naming,
        "contents": fields.contents,
        "automatic": fields.automatic,
    }


def _told(destination: Destination) -> dict[str, Any]:
    """What the log says of it: all but the secret."""
    names = ("name", "config", "editions", "encoding", "naming", "contents", "automatic")
    return {name: getattr(destination, name) for name in names}


def _form_faults(fields: DestinationFields) -> list[Problem]:
    problems = []
    name = fields.name.strip()
    if not name or len(name) > NAME_LIMIT or not name.isprintable():
        problems.append(Problem("名前がないか、長すぎます。", "name", f"{NAME_LIMIT}文字以内で書いてください。"))
    if not fields.editions or not set(fields.editions) <= set(Edition):
        problems.append(Problem("引き渡してよい版が選ばれていません。", "editions", "一つ以上選んでください。"))
    for where, value, known in (
        ("encoding", fields.encoding, tuple(Encoding)),
        ("naming", fields.naming, tuple(Naming)),
        ("contents", fields.contents, CONTENTS),
    ):
        if value not in known:
            problems.append(Problem("選べない値です。", where, "一覧から選んでください。"))
    return problems


def _moved(destination: Destination, config: Value) -> list[Problem]:
    """A secret stays only with the configuration it was typed for: else it could be led to another server. What was
    left blank may be filled in, as the key of a server that a first check made known."""
    now_typed = config.model_dump(mode="json")
    if all(now_typed.get(name) == value for name, value in destination.config.items() if value):
        return []
    what = "接続の設定を変えるときは、秘密の値も入力し直してください。"
    return [Problem(what, "secret", "秘密の値が別の相手に渡るのを防ぐためです。")]


def _field_of(kind: Kind, where: str) -> str:
    """The field that an error of the connector is about, where it names one."""
    return f"config.{where}" if where in kind.config.model_fields else "secret" if where == "secret" else "config"
