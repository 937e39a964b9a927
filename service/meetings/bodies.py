"""会議体: what the meetings of one body have in common, kept by 管理者 and audited."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.tables import Body
from service.errors import Conflict, NotFound
from service.meetings.chains import load_chains
from service.profiles.offered import offered_profiles
from service.settings import Settings

NAME_LIMIT = 200
DAYS_LIMIT = 3650


@dataclass(frozen=True)
class BodyFields:
    """What a person may set. Days are calendar days from the end of a meeting; None: no such deadline."""

    name: str
    profile: str
    model: str | None = None
    """None: the model of the settings."""
    draft_days: int | None = None
    publication_days: int | None = None
    chain: str | None = None
    """Id of its chain of approval; None: the chain of the settings."""
    keep_days: int | None = None
    """Days from approval that transcript and intermediate data are kept; None: no rule, they stay."""
    active: bool = True


@dataclass(frozen=True)
class Offered:
    """What this deployment has to choose from."""

    models: Sequence[str]
    chains: Sequence[str]

    @classmethod
    def by(cls, settings: Settings) -> "Offered":
        return cls(settings.models(), tuple(load_chains(settings.chains_dir)))


def add_body(session: Session, department_id: str, fields: BodyFields, *, offered: Offered, actor: str) -> Body:
    """A new body of a department. InputError for a field, Conflict for a name the department already has.

    The caller has asked for the right to do this.
    """
    chosen = _checked(fields, offered, _profiles(session, department_id))
    _refuse_taken(session, department_id, chosen.name, but=None)
    body = Body(department_id=department_id, **asdict(chosen))
    session.add(body)
    session.flush()
    detail = {"department": department_id, **asdict(chosen)}
    record(session, actor=actor, event=AuditEventName.BODY_ADDED, subject=f"body:{body.id}", detail=detail)
    return body


def change_body(session: Session, principal: Principal, body_id: str, fields: BodyFields, *, offered: Offered) -> Body:
    """A meeting that is there keeps its dates and its chain; how long its transcript is kept follows the rule of today.
    Errors as for ``add_body``, and NotFound."""
    body = session.get(Body, body_id.replace("\x00", ""))
    if body is None:
        raise _missing()
    require(principal, Action.administer, body.department_id)
    # What it has already may stay, though it can be chosen no longer.
    chosen = _checked(
        fields,
        Offered(
            (*offered.models, *([body.model] if body.model else [])),
            (*offered.chains, *([body.chain] if body.chain else [])),
        ),
        (*_profiles(session, body.department_id), body.profile),
    )
    _refuse_taken(session, body.department_id, chosen.name, but=body.id)
    changed: dict[str, Any] = {
        name: [getattr(body, name), value] for name, value in asdict(chosen).items() if getattr(body, name) != value
    }
    if changed:
        for name, (_, value) in changed.items():
            setattr(body, name, value)
        record(
            session,
            actor=principal.login,
            event=AuditEventName.BODY_CHANGED,
            subject=f"body:{body.id}",
            detail=changed,
        )
    return body


def bodies_of(session: Session, departments: Collection[str]) -> tuple[Body, ...]:
    """The bodies of these departments by name, those that are no longer in use too."""
    query = select(Body).where(Body.department_id.in_(departments)).order_by(Body.name, Body.id)
    return tuple(session.scalars(query))


def choose_body(session: Session, principal: Principal, given: str, department_id: str | None) -> Body:
    """The active body with this id or name among those for which the person may register meetings.

    Raises InputError where there is none, or where departments have one of the same name and none was named.
    """
    own = principal.departments(Action.upload)
    departments = own & {department_id} if department_id else own
    wanted = unicodedata.normalize("NFKC", given.replace("\x00", "")).strip()
    found = [
        body
        for body in bodies_of(session, departments)
        if body.active and wanted in {body.id, unicodedata.normalize("NFKC", body.name)}
    ]
    if not found:
        raise InputError(
            f"会議体「{given[:50]}」は選べません。",
            where="body",
            remedy="所属の会議体の番号か名前を確かめてください。使用を終えた会議体は選べません。",
        )
    if len(found) > 1:
        raise InputError(
            f"会議体「{given[:50]}」は複数の所属にあります。", where="body", remedy="所属も指定してください。"
        )
    return found[0]


def _profiles(session: Session, department_id: str) -> list[str]:
    return [each.id for each in offered_profiles(session, [department_id])]


def _checked(fields: BodyFields, offered: Offered, profiles: Sequence[str]) -> BodyFields:
    name = unicodedata.normalize("NFC", fields.name).strip()
    if not 1 <= len(name) <= NAME_LIMIT or any(unicodedata.category(c) in {"Cc", "Cs"} for c in name):
        raise InputError(
            "会議体の名前が空か、長すぎるか、使えない文字があります。",
            where="name",
            remedy=f"1〜{NAME_LIMIT} 文字で、改行を含めずに書いてください。",
        )
    _one_of(fields.profile, profiles, "profile", "書式")
    if fields.model is not None:
        _one_of(fields.model, offered.models, "model", "要約モデル")
    if fields.chain is not None:
        _one_of(fields.chain, offered.chains, "chain", "承認の流れ")
    for where in ("draft_days", "publication_days", "keep_days"):
        days = getattr(fields, where)
        if days is not None and not 0 <= days <= DAYS_LIMIT:
            raise InputError("日数が正しくありません。", where=where, remedy=f"0〜{DAYS_LIMIT} の数にしてください。")
    both = fields.draft_days is not None and fields.publication_days is not None
    if both and (fields.draft_days or 0) > (fields.publication_days or 0):
        raise InputError(
            "素案期限が公表期限より後になっています。",
            where="draft_days",
            remedy="素案までの日数を、公表までの日数以下にしてください。",
        )
    return replace(fields, name=name)


def _one_of(value: str, known: Sequence[str], where: str, name: str) -> None:
    if value not in known:
        raise InputError(
            f"{name}「{value[:50]}」はありません。", where=where, remedy=f"次から選んでください：{'、'.join(known)}。"
        )


def _refuse_taken(session: Session, department_id: str, name: str, *, but: str | None) -> None:
    same = select(Body.id).where(Body.department_id == department_id, Body.name == name)
    taken = session.scalar(same)
    if taken is not None and taken != but:
        raise Conflict(f"会議体「{name}」はすでにあります。", where="name", remedy="別の名前にしてください。")


def _missing() -> NotFound:
    return NotFound("会議体が見つかりません。", where="body", remedy="一覧を読み込み直してください。")
