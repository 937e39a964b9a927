"""Making and changing own profiles: every save is a new revision, by whoever administers all that use it."""

import hashlib
import re

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from minutes.errors import InputError
from minutes.profile import Profile
from minutes.profiles import profile_ids
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.account_tables import Department
from service.db.profile_tables import ProfileRevision
from service.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from service.profiles.revisions import Reference, history_of, profile_in

REASON_LIMIT = 300
FIRST_REASON = "新規作成"

_PAGES = frozenset({"new", "preview", "read"})
"""Addresses beside those of the profiles."""

_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


def may_change(session: Session, principal: Principal, department_id: str | None) -> bool:
    """Whether this person makes profiles for the department; None: for all of them, which takes the right in each."""
    if department_id is not None:
        return principal.may(Action.administer, department_id)
    everywhere = set(session.scalars(select(Department.id)))
    return bool(everywhere) and everywhere <= principal.departments(Action.administer)


def require_administrator(principal: Principal) -> frozenset[str]:
    """The departments that this person administers; Forbidden for whoever administers none."""
    mine = principal.departments(Action.administer)
    if not mine:
        raise Forbidden("書式を管理する権限がありません。", remedy="管理者に依頼してください。")
    return mine


def administered_profile(session: Session, principal: Principal, profile_id: str) -> ProfileRevision:
    """The newest revision, for an administrator who may look at it. NotFound for what is another department's."""
    newest = next(iter(history_of(session, profile_id.replace("\x00", ""))), None)
    if newest is None:
        require_administrator(principal)
        raise NotFound("その書式は見つかりません。", remedy="書式の一覧から選んでください。")
    if newest.department_id is None:
        require_administrator(principal)
    else:
        require(principal, Action.administer, newest.department_id)
    return newest


def make_profile(
    session: Session, principal: Principal, profile_id: str, profile: Profile, *, department_id: str | None
) -> ProfileRevision:
    """A new own profile, revision 1. Raises InputError for an id that cannot be or is taken."""
    _require_change(session, principal, department_id)
    if not _ID.fullmatch(profile_id):
        raise InputError(
            "識別名に使えない文字があるか、長さが合いません。",
            where="id",
            remedy="半角の英小文字で始め、英小文字・数字・_ で2文字から40文字にしてください（例：soumu_kaigi）。",
        )
    if profile_id in {*profile_ids(), *_PAGES} or history_of(session, profile_id):
        raise InputError(
            f"識別名「{profile_id}」は、すでに使われています。", where="id", remedy="別の識別名にしてください。"
        )
    return _add(session, principal, profile_id, 1, profile, department_id=department_id, reason=FIRST_REASON)


def save_profile(
    session: Session, principal: Principal, profile_id: str, profile: Profile, *, based_on: int, reason: str
) -> ProfileRevision:
    """The next revision. ``based_on``: the revision the person saw. PreconditionFailed when there is a newer one."""
    newest = _to_be_changed(session, principal, profile_id, based_on)
    before = profile_in(newest)
    if newest.offered and profile.model_copy(update={"id": before.id}) == before:
        raise InputError("変えた所がありません。", where="reason", remedy="変えないときは「やめる」を選んでください。")
    return _add(
        session,
        principal,
        profile_id,
        newest.revision + 1,
        profile,
        department_id=newest.department_id,
        reason=_reason(reason),
    )


def withdraw_profile(
    session: Session, principal: Principal, profile_id: str, *, based_on: int, reason: str
) -> ProfileRevision:
    """Not offered any more. Meetings that use it keep it. Errors as for ``save_profile``."""
    newest = _to_be_changed(session, principal, profile_id, based_on)
    if not newest.offered:
        raise Conflict("この書式は、すでに取り下げられています。", remedy="画面を読み込み直してください。")
    return _add(
        session,
        principal,
        profile_id,
        newest.revision + 1,
        profile_in(newest),
        department_id=newest.department_id,
        reason=_reason(reason),
        offered=False,
    )


def _to_be_changed(session: Session, principal: Principal, profile_id: str, based_on: int) -> ProfileRevision:
    newest = administered_profile(session, principal, profile_id)
    _require_change(session, principal, newest.department_id)
    if newest.revision != based_on:
        raise _overtaken(newest.revision)
    return newest


def _overtaken(revision: int) -> PreconditionFailed:
    return PreconditionFailed(
        f"ほかの人が第{revision}改訂を保存しました。",
        where="reason",
        remedy="改訂の履歴で違いを確かめてから、もう一度保存してください。入力は残っています。",
    )


def _require_change(session: Session, principal: Principal, department_id: str | None) -> None:
    if department_id is not None:
        require(principal, Action.administer, department_id)
    elif not may_change(session, principal, None):
        require_administrator(principal)
        raise Forbidden(
            "すべての所属で使う書式は、すべての所属の管理者を兼ねる人だけが変えられます。",
            remedy="写して、自分の所属の書式を作ってください。",
        )


def _reason(text: str) -> str:
    given = " ".join(text.split())
    if not given:
        raise InputError("変更の理由がありません。", where="reason", remedy="何のために変えたかを書いてください。")
    if len(given) > REASON_LIMIT:
        raise InputError("変更の理由が長すぎます。", where="reason", remedy=f"{REASON_LIMIT}文字以内にしてください。")
    return given


def _add(
    session: Session,
    principal: Principal,
    profile_id: str,
    revision: int,
    profile: Profile,
    *,
    department_id: str | None,
    reason: str,
    offered: bool = True,
) -> ProfileRevision:
    content = profile.model_copy(update={"id": str(Reference(profile_id, revision))}).model_dump_json()
    row = ProfileRevision(
        profile_id=profile_id,
        revision=revision,
        department_id=department_id,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        offered=offered,
        reason=reason,
        created_by=principal.account_id,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        # Two people saved the same number at once; the other one was first.
        raise _overtaken(revision) from None
    record(
        session,
        actor=principal.login,
        event=AuditEventName.PROFILE_SAVED if offered else AuditEventName.PROFILE_WITHDRAWN,
        subject=f"profile:{profile_id}",
        detail={"revision": revision, "department": department_id, "sha256": row.sha256},
    )
    return row
