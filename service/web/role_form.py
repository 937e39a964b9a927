"""Roles in a form: one checkbox per department that the administrator looks after and role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.auth import Role
from service.auth.administration import Grant
from service.db.account_tables import Department


@dataclass(frozen=True)
class RoleChoice:
    value: str
    """What the form sends: department id and role."""
    role: str
    meaning: str
    ticked: bool
    claimed: bool
    """The identity provider gives it anyhow."""


@dataclass(frozen=True)
class DepartmentRoles:
    name: str
    choices: tuple[RoleChoice, ...]


MEANING = {
    Role.REGISTRAR: "文字起こしの登録、修正、承認の依頼",
    Role.CHECKER: "修正、承認の依頼、差戻し",
    Role.APPROVER: "承認、差戻し",
    Role.AUDITOR: "監査記録と保存版の閲覧",
    Role.ADMINISTRATOR: "利用者と所属の管理。非公開の内容は見られない",
}


def role_form(
    departments: Sequence[Department], ticked: Iterable[Grant], claimed: Iterable[Grant] = ()
) -> tuple[DepartmentRoles, ...]:
    held, given = set(ticked), set(claimed)
    return tuple(
        DepartmentRoles(
            each.name,
            tuple(
                RoleChoice(
                    f"{each.id}:{role}", str(role), MEANING[role], (each.id, role) in held, (each.id, role) in given
                )
                for role in Role
            ),
        )
        for each in departments
    )


def ticked_roles(values: Iterable[str]) -> frozenset[Grant]:
    """What was sent; values that no form of ours has are dropped, departments are judged where they are used."""
    found = set()
    for value in values:
        department, _, role = value.replace("\x00", "").partition(":")
        if department and role in set(Role):
            found.add((department, Role(role)))
    return frozenset(found)
