"""From claims to an account: found by issuer and subject alone, with the roles that its groups hold today.

Neither e-mail address nor login links a person to an account: either may be given to somebody else at the provider, or
be chosen by the person. A local account of the same login stays its owner's until an administrator links it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth.accounts import account_id_of, fit_login, fit_name
from service.auth.administration import grants_by_name, held_by, require_whole, visible_account
from service.auth.oidc.id_token import SUBJECT_LIMIT
from service.auth.oidc.refusal import NotAdmitted
from service.auth.oidc.roles import GroupRoles
from service.auth.rights import Principal
from service.auth.secrets import NO_PASSWORD
from service.auth.sessions import end_sessions
from service.db.account_tables import Account, ClaimedGrant, FederatedIdentity
from service.errors import Conflict
from service.settings import Settings


@dataclass(frozen=True)
class Admission:
    """``refusal`` is not raised here: that an account was made or lost its roles must be kept in that case too."""

    account: Account | None
    refusal: NotAdmitted | None = None


def admit(
    session: Session, *, issuer: str, claims: Mapping[str, Any], settings: Settings, roles: GroupRoles
) -> Admission:
    """The account of the person, made at the first sign-in, with roles set anew from the claims."""
    subject: str = claims["sub"]
    identity = session.get(FederatedIdentity, (issuer, subject))
    if identity is None:
        account = _new_account(session, issuer, subject, _text(claims, settings.oidc_login_claim))
        if isinstance(account, NotAdmitted):
            return Admission(None, account)
    else:
        account = session.get_one(Account, identity.account_id)
    groups, overflow = _groups(claims, settings.oidc_groups_claim)
    name = fit_name(_text(claims, settings.oidc_name_claim))
    if name:
        account.display_name = name
    _set_claimed(session, account, frozenset() if overflow else roles.of(groups))
    if not account.active:
        return Admission(
            account,
            NotAdmitted("inactive", "このアカウントの利用は停止されています。", "必要なら、管理者に尋ねてください。"),
        )
    if overflow:
        return Admission(
            account,
            NotAdmitted(
                "groups left out",
                "所属グループが多すぎるため、組織のアカウントから届きませんでした。",
                "管理者に、このサービスに関係するグループだけを送る設定にするよう伝えてください。",
            ),
        )
    if not held_by(session, account.id).all:
        return Admission(
            account,
            NotAdmitted(
                "no role",
                "サインインは確かめられましたが、このサービスでの役割がありません。",
                "管理者に、役割が必要なことと、次のログイン名を伝えてください。",
                subject=account.login,
            ),
        )
    return Admission(account)


def link(session: Session, principal: Principal, account_id: str, *, issuer: str, subject: str) -> None:
    """An administrator says that a local account and a person at the provider are the same.

    Its password is gone then: one person has one way in. Conflict where either of the two is linked already.
    """
    account, held = visible_account(session, principal, account_id)
    require_whole(principal, held)
    clean = subject.strip()
    if not clean or len(clean) > SUBJECT_LIMIT or not clean.isprintable():
        raise InputError("識別子が空か、正しくありません。", where="subject", remedy="本人の画面から写してください。")
    taken = session.get(FederatedIdentity, (issuer, clean))
    own = session.scalar(select(FederatedIdentity.subject).where(FederatedIdentity.account_id == account.id))
    if taken is not None or own is not None:
        raise Conflict(
            "この識別子又はアカウントは、すでに結び付いています。",
            where="subject",
            remedy="利用者の一覧で、組織のアカウントでサインインする人を確かめてください。",
        )
    session.add(FederatedIdentity(issuer=issuer, subject=clean, account_id=account.id))
    account.password_hash, account.must_change_password = NO_PASSWORD, False
    end_sessions(session, account.id, actor=principal.login)
    record(
        session,
        actor=principal.login,
        event=AuditEventName.ACCOUNT_LINKED,
        subject=f"account:{account.id}",
        detail={"login": account.login, "before": "password", "after": {"issuer": issuer, "subject": clean}},
    )


def _new_account(session: Session, issuer: str, subject: str, wanted: str) -> Account | NotAdmitted:
    try:
        login = fit_login(wanted)
    except InputError:
        return NotAdmitted(
            "no login",
            "組織のアカウントから、使えるログイン名が届きませんでした。",
            "管理者に、ログイン名の項目（GIJIYOSHI_OIDC_LOGIN_CLAIM）の設定を確かめるよう伝えてください。",
        )
    if account_id_of(session, login) is not None:
        return NotAdmitted(
            "login taken",
            f"ログイン名 {login} は、このサービスの別のアカウントが使っています。",
            "あなたのアカウントであれば、結び付けるよう管理者に依頼し、次の識別子を伝えてください。",
            subject=subject,
        )
    account = Account(login=login, display_name=login, password_hash=NO_PASSWORD, must_change_password=False)
    session.add(account)
    session.flush()
    session.add(FederatedIdentity(issuer=issuer, subject=subject, account_id=account.id))
    record(
        session,
        actor="system",
        event=AuditEventName.ACCOUNT_FROM_PROVIDER,
        subject=f"account:{account.id}",
        detail={"login": login, "issuer": issuer, "subject": subject},
    )
    return account


def _set_claimed(session: Session, account: Account, wanted: frozenset[Any]) -> None:
    before = held_by(session, account.id).claimed
    if wanted == before:
        return
    session.execute(delete(ClaimedGrant).where(ClaimedGrant.account_id == account.id))
    session.add_all(ClaimedGrant(account_id=account.id, department_id=d, role=str(r)) for d, r in sorted(wanted))
    record(
        session,
        actor="system",
        event=AuditEventName.ROLES_CLAIMED,
        subject=f"account:{account.id}",
        detail={
            "login": account.login,
            "before": ["：".join(each) for each in grants_by_name(session, before)],
            "after": ["：".join(each) for each in grants_by_name(session, wanted)],
        },
    )


def _value(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a path such as ``realm_access.roles``; claims like URLs have dots themselves."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = _value(claims, name)
    return value if isinstance(value, str) else ""


def _groups(claims: Mapping[str, Any], name: str) -> tuple[list[str], bool]:
    """The groups, and whether there were too many for the token: then some providers only say where to ask."""
    value = _value(claims, name)
    if value is None:
        elsewhere = claims.get("_claim_names")
        return [], isinstance(elsewhere, Mapping) and name in elsewhere
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)], False
