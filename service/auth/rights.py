"""Who may do what: the permission matrix as data, and the principal it is asked about."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service.errors import Forbidden, NotFound


class Role(StrEnum):
    """A role is held in one department; an account may hold several."""

    REGISTRAR = "登録者"
    CHECKER = "確認者"
    APPROVER = "承認者"
    AUDITOR = "監査者"
    ADMINISTRATOR = "管理者"


class Action(StrEnum):
    read = "read"
    read_closed = "read_closed"
    """Read closed talk too. Whoever edits, decides or takes the 保存版 has it; see docs/decisions/0011."""
    upload = "upload"
    comment = "comment"
    """Talk about a draft that one may read; by token only with ``write``."""
    edit = "edit"
    submit = "submit"
    approve = "approve"
    return_ = "return"
    cancel = "cancel"
    export_public = "export_public"
    export_full = "export_full"
    hand_over = "hand_over"
    """Describe the record, send packages out, note what the 文書管理 system gave back."""
    audit = "audit"
    administer = "administer"


class Scope(StrEnum):
    """What an API token may be used for; never more than its account may do."""

    READ = "read"
    WRITE = "write"
    APPROVE = "approve"


_READ_ALL = frozenset({Action.read, Action.read_closed, Action.comment})

ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = {
    Role.REGISTRAR: _READ_ALL
    | {Action.upload, Action.edit, Action.submit, Action.cancel, Action.export_public, Action.hand_over},
    Role.CHECKER: _READ_ALL
    | {Action.edit, Action.submit, Action.return_, Action.export_public, Action.export_full, Action.hand_over},
    Role.APPROVER: _READ_ALL | {Action.approve, Action.return_, Action.export_public, Action.export_full},
    Role.AUDITOR: _READ_ALL | {Action.audit, Action.export_full},
    Role.ADMINISTRATOR: frozenset({Action.administer, Action.read, Action.comment, Action.cancel}),
}

# Accounts are never administered by token: a leaked token must not be able to make itself more rights.
SCOPE_ACTIONS: Mapping[Scope, frozenset[Action]] = {
    Scope.READ: frozenset({Action.read, Action.read_closed, Action.export_public, Action.export_full, Action.audit}),
    Scope.WRITE: frozenset(
        {Action.upload, Action.comment, Action.edit, Action.submit, Action.cancel, Action.return_, Action.hand_over}
    ),
    Scope.APPROVE: frozenset({Action.approve, Action.return_}),
}

ACTION_NAMES: Mapping[Action, str] = {
    Action.read: "閲覧",
    Action.read_closed: "非公開の内容の閲覧",
    Action.upload: "登録",
    Action.comment: "コメント",
    Action.edit: "修正",
    Action.submit: "承認依頼",
    Action.approve: "承認",
    Action.return_: "差戻し",
    Action.cancel: "取消",
    Action.export_public: "公開版の出力",
    Action.export_full: "保存版の出力",
    Action.hand_over: "引渡し",
    Action.audit: "監査記録の閲覧",
    Action.administer: "管理",
}


@dataclass(frozen=True)
class Principal:
    """Who is asking. ``grants``: (department id, role). ``scopes``: None for a person's session, else the token's."""

    account_id: str
    login: str
    display_name: str
    grants: frozenset[tuple[str, Role]] = field(default_factory=frozenset)
    scopes: frozenset[str] | None = None
    must_change_password: bool = False

    def may(self, action: Action, department_id: str) -> bool:
        """Whether a role in that department allows it, and the token's scopes too if there are any."""
        return self.in_scope(action) and any(
            department == department_id and action in ROLE_ACTIONS[role] for department, role in self.grants
        )

    def departments(self, action: Action) -> frozenset[str]:
        """The departments in which this is allowed."""
        return frozenset(department for department, _ in self.grants if self.may(action, department))

    def roles(self, department_id: str) -> frozenset[Role]:
        """The roles held in one department."""
        return frozenset(role for department, role in self.grants if department == department_id)

    def may_as(self, roles: Iterable[Role], action: Action, department_id: str) -> bool:
        """Whether one of these roles is held in that department; for a token, whether its scopes allow the action."""
        return self.in_scope(action) and not self.roles(department_id).isdisjoint(roles)

    def in_scope(self, action: Action) -> bool:
        """Always for a person's session; for a token, whether one of its scopes allows the action."""
        if self.scopes is None:
            return True
        return any(action in SCOPE_ACTIONS[scope] for scope in Scope if scope.value in self.scopes)


def require(principal: Principal, action: Action, department_id: str) -> None:
    """Raise unless allowed: NotFound outside one's departments (their things are not even named), else Forbidden."""
    if principal.may(action, department_id):
        return
    if not principal.roles(department_id):
        raise NotFound("見つかりません。", remedy="アドレスと所属を確かめてください。")
    name = ACTION_NAMES[action]
    if principal.scopes is not None and not principal.in_scope(action):
        raise Forbidden(
            f"この API トークンの範囲では「{name}」はできません。", remedy="必要な範囲を持つトークンを使ってください。"
        )
    raise Forbidden(f"「{name}」の権限がありません。", remedy="必要なら管理者に役割を確かめてください。")


def require_role(
    principal: Principal, roles: Collection[Role], action: Action, department_id: str, *, step: str
) -> None:
    """As ``require``, for a step that names the roles which may do it."""
    if principal.may_as(roles, action, department_id):
        return
    if not principal.roles(department_id) or not principal.in_scope(action):
        require(principal, action, department_id)
    raise Forbidden(
        f"「{step}」は{'・'.join(role for role in Role if role in roles)}が行う段階です。",
        remedy="必要なら管理者に役割を確かめてください。",
    )
