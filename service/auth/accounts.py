"""Accounts and their roles: making them, checking passwords, changing them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Engine, func, select, text, union
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import secrets
from service.auth.rights import Principal, Role
from service.db.account_tables import Account, ClaimedGrant, Department, RoleGrant, SignIn
from service.db.base import now
from service.db.engine import reading, writing
from service.errors import Conflict, NotFound, Unauthenticated

FIRST_DEPARTMENT = "総務課"
FIRST_ACCOUNTS: tuple[tuple[Role, str], ...] = (
    (Role.REGISTRAR, "toroku"),
    (Role.CHECKER, "kakunin"),
    (Role.APPROVER, "shonin"),
    (Role.AUDITOR, "kansa"),
    (Role.ADMINISTRATOR, "kanri"),
)

# With @, because identity providers name people like user@example.lg.jp.
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{0,99}")
_FIRST_START_LOCK = 0x67696A69_02


@dataclass(frozen=True)
class FirstAccount:
    """What the first start prints once: the role, its login and a one-time password."""

    role: Role
    login: str
    password: str


def normal_login(login: str) -> str:
    """The form in which logins are stored and compared: NFKC, lower case, no surrounding blanks."""
    return secrets.normalise(login).strip().lower()


def create_account(
    session: Session,
    *,
    login: str,
    display_name: str,
    password: str,
    grants: Iterable[tuple[str, Role]],
    actor: str,
    must_change_password: bool = True,
) -> Account:
    """Add an account with (department id, role) grants. InputError for a bad login, Conflict for a taken one."""
    name = fit_login(login)
    if session.scalar(select(Account.id).where(Account.login == name)):
        raise Conflict(f"ログイン名 {name} はすでに使われています。", where="login", remedy="別の名前にしてください。")
    account = Account(
        login=name,
        display_name=fit_name(display_name) or name,
        password_hash=secrets.hash_password(password),
        must_change_password=must_change_password,
    )
    session.add(account)
    session.flush()
    held = sorted(set(grants))
    session.add_all(RoleGrant(account_id=account.id, department_id=d, role=str(r)) for d, r in held)
    record(
        session,
        actor=actor,
        event=AuditEventName.ACCOUNT_CREATED,
        subject=f"account:{account.id}",
        detail={"login": name, "grants": [[d, str(r)] for d, r in held]},
    )
    return account


def fit_login(login: str) -> str:
    """The login as it is stored; InputError where it has characters that it may not have."""
    name = normal_login(login)
    if not _LOGIN.fullmatch(name):
        raise InputError(
            "ログイン名に使えない文字があります。",
            where="login",
            remedy="半角の英小文字と数字、. _ - @ で、先頭は英数字にしてください（100 文字まで）。",
        )
    return name


def fit_name(display_name: str) -> str:
    """The display name as it is stored: one line, up to 200 characters; empty where nothing is left."""
    return "".join(each for each in " ".join(display_name.split()) if each.isprintable())[:200].strip()


def account_id_of(session: Session, login: str) -> str | None:
    """The account with this login, whatever was typed."""
    name = normal_login(login)
    return session.scalar(select(Account.id).where(Account.login == name)) if _LOGIN.fullmatch(name) else None


def find_or_create_department(session: Session, name: str, *, actor: str = "system") -> Department:
    """The department of that name, made (and audited) if there is none."""
    clean = name.strip()
    if not 1 <= len(clean) <= 200:
        raise InputError(
            "所属の名前が空か長すぎます。", where="department", remedy="1 文字から 200 文字で書いてください。"
        )
    found = session.scalar(select(Department).where(Department.name == clean))
    if found is None:
        found = Department(name=clean)
        session.add(found)
        session.flush()
        record(
            session,
            actor=actor,
            event=AuditEventName.DEPARTMENT_CREATED,
            subject=f"department:{found.id}",
            detail={"before": None, "after": clean},
        )
    return found


def find_account(session: Session, login: str) -> Account:
    """The account with this login; NotFound if there is none."""
    name = normal_login(login)
    account = session.scalar(select(Account).where(Account.login == name)) if _LOGIN.fullmatch(name) else None
    if account is None:
        raise NotFound("その名前のアカウントはありません。", where="login", remedy="ログイン名を確かめてください。")
    return account


def holding(department_id: str, roles: Iterable[Role]) -> CompoundSelect[tuple[str]]:
    """Ids of the accounts, active or not, that hold one of the roles there, from people or from an identity provider."""
    names = [str(role) for role in roles]
    return union(
        *(
            select(table.account_id).where(table.department_id == department_id, table.role.in_(names))
            for table in (RoleGrant, ClaimedGrant)
        )
    )


def members(departments: Collection[str]) -> CompoundSelect[tuple[str]]:
    """Ids of the accounts, active or not, that hold any role in one of these departments."""
    return union(
        *(select(table.account_id).where(table.department_id.in_(departments)) for table in (RoleGrant, ClaimedGrant))
    )


def principal_of(session: Session, account: Account, *, scopes: Iterable[str] | None = None) -> Principal:
    """The account as the one who asks. Grants are read now, so a withdrawn role ends at once."""
    rows = [
        row
        for table in (RoleGrant, ClaimedGrant)
        for row in session.execute(select(table.department_id, table.role).where(table.account_id == account.id))
    ]
    return Principal(
        account_id=account.id,
        login=account.login,
        display_name=account.display_name,
        grants=frozenset((department, Role(role)) for department, role in rows),
        scopes=None if scopes is None else frozenset(scopes),
        must_change_password=account.must_change_password,
    )


def authenticate(engine: Engine, login: str, password: str, *, only: str | None = None) -> Account:
    """The account, or Unauthenticated with one sentence for every reason. ``only``: no other login may come in.

    The hash is computed outside any write transaction: on SQLite it would hold up every other writer. An unknown
    login costs the same time as a wrong password.
    """
    name = normal_login(login)
    account = None
    if _LOGIN.fullmatch(name):  # other characters may be ones that no database takes
        with reading(engine) as session:
            account = session.scalar(select(Account).where(Account.login == name))
    if account is None or account.password_hash == secrets.NO_PASSWORD:
        secrets.spend_as_much(password)
    fits = account is not None and secrets.password_fits(account.password_hash, password)
    shut = only is not None and name != normal_login(only)
    if account is None or not fits or not account.active or shut:
        with writing(engine) as session:
            # An unknown name is not recorded: people type their password into the wrong field.
            record(
                session,
                actor=account.login if account else "anonymous",
                event=AuditEventName.SIGN_IN_FAILED,
                subject=f"account:{account.id}" if account else "account:unknown",
            )
        raise Unauthenticated(
            "ログイン名かパスワードが違います。",
            remedy="入力を確かめてください。わからないときは管理者に尋ねてください。",
        )
    if secrets.needs_rehash(account.password_hash):
        fresh = secrets.hash_password(password)
        with writing(engine) as session:
            stored = session.get_one(Account, account.id)
            if stored.password_hash == account.password_hash:
                stored.password_hash = fresh
    return account


def change_password(engine: Engine, account_id: str, *, current: str, new: str) -> None:
    """A person changes their own password; every session ends, so the caller starts a new one.

    InputError for an unfit new password, Unauthenticated for a wrong current one.
    """
    with reading(engine) as session:
        account = session.get_one(Account, account_id)
    if not secrets.password_fits(account.password_hash, current):
        raise Unauthenticated(
            "いまのパスワードが違います。", where="current_password", remedy="入力を確かめてください。"
        )
    secrets.check_new_password(new, login=account.login)
    if secrets.password_fits(account.password_hash, new):
        raise InputError(
            "新しいパスワードがいまのものと同じです。", where="new_password", remedy="別のパスワードにしてください。"
        )
    fresh = secrets.hash_password(new)
    with writing(engine) as session:
        stored = session.get_one(Account, account_id)
        if stored.password_hash != account.password_hash:
            raise Conflict("パスワードがほかの画面で変更されました。", remedy="サインインし直してください。")
        _store_password(session, stored, fresh, must_change=False)
        record(session, actor=stored.login, event=AuditEventName.PASSWORD_CHANGED, subject=f"account:{account_id}")


def reset_password(session: Session, login: str, *, actor: str) -> str:
    """Give an account a one-time password, returned once; every session of it ends."""
    account = find_account(session, login)
    if account.password_hash == secrets.NO_PASSWORD:
        raise Conflict(
            "組織のアカウントでサインインする利用者には、パスワードがありません。",
            where="login",
            remedy="パスワードは、組織のアカウントの管理者に尋ねてください。",
        )
    password = secrets.one_time_password()
    _store_password(session, account, secrets.hash_password(password), must_change=True)
    record(session, actor=actor, event=AuditEventName.ACCOUNT_PASSWORD_RESET, subject=f"account:{account.id}")
    return password


def first_start(engine: Engine) -> list[FirstAccount]:
    """On a database without accounts: one department and one account per role, each with a one-time password.

    Empty on any later start, also when two processes start at once.
    """
    with reading(engine) as session:
        if session.scalar(select(func.count()).select_from(Account)):
            return []
    with writing(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FIRST_START_LOCK})
        if session.scalar(select(func.count()).select_from(Account)):
            return []
        department = find_or_create_department(session, FIRST_DEPARTMENT)
        record(
            session,
            actor="system",
            event=AuditEventName.FIRST_START,
            subject=f"department:{department.id}",
            detail={"accounts": [login for _, login in FIRST_ACCOUNTS]},
        )
        made = []
        for role, login in FIRST_ACCOUNTS:
            password = secrets.one_time_password()
            create_account(
                session,
                login=login,
                display_name=f"{FIRST_DEPARTMENT} {role}",
                password=password,
                grants=[(department.id, role)],
                actor="system",
            )
            made.append(FirstAccount(role, login, password))
    return made


def _store_password(session: Session, account: Account, password_hash: str, *, must_change: bool) -> None:
    account.password_hash = password_hash
    account.must_change_password = must_change
    open_sessions = select(SignIn).where(SignIn.account_id == account.id, SignIn.revoked_at.is_(None))
    for row in session.scalars(open_sessions):
        row.revoked_at = now()
