"""Which group of the identity provider holds which role in which department: a file, read and checked at start."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from minutes.errors import InputError, Problem
from service.auth.administration import Grant
from service.auth.rights import Role
from service.db.account_tables import Department
from service.db.engine import reading

WHERE = "GIJIYOSHI_OIDC_ROLES_FILE"
_FIELDS = ("group", "department", "role")


@dataclass(frozen=True)
class GroupRoles:
    """Grants by group. Departments by id, so that renaming one changes nothing until the next start."""

    grants: Mapping[str, frozenset[Grant]]

    def of(self, groups: Iterable[str]) -> frozenset[Grant]:
        return frozenset(grant for group in groups for grant in self.grants.get(group, ()))

    def departments(self) -> frozenset[str]:
        """Departments that the file names."""
        return frozenset(department for grants in self.grants.values() for department, _ in grants)


def read_group_roles(path: Path, engine: Engine) -> GroupRoles:
    """InputError with every fault of the file at once; unknown roles and departments are named."""
    entries = _entries(path)
    departments = _departments(engine)
    problems: list[Problem] = []
    grants: dict[str, set[Grant]] = {}
    for number, entry in enumerate(entries, 1):
        faults = [*_shape(entry, number)] or [*_names(entry, number, departments)]
        problems += faults
        if not faults:
            grants.setdefault(entry["group"], set()).add((departments[entry["department"]], Role(entry["role"])))
    if problems:
        raise InputError(f"所属グループの対応表に誤りがあります（{path.name}）。", where=WHERE, problems=problems)
    return GroupRoles({group: frozenset(held) for group, held in grants.items()})


def _entries(path: Path) -> Sequence[Any]:
    try:
        value = yaml.safe_load(path.read_text("utf-8-sig"))
    except OSError:
        raise InputError(
            f"所属グループの対応表を読めません（{path.name}）。",
            where=WHERE,
            remedy="ファイルの場所と読取りの権限を確かめてください。",
        ) from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            f"所属グループの対応表が YAML 又は JSON として読めません（{path.name}）。",
            where=f"{mark.line + 1}行目" if mark is not None else WHERE,
            remedy="UTF-8 で、字下げと引用符を確かめて書いてください。",
        ) from None
    if not isinstance(value, list) or not value:
        raise InputError(
            f"所属グループの対応表が空か、並びになっていません（{path.name}）。",
            where=WHERE,
            remedy="group、department、role を持つ項目を並べてください。",
        )
    return value


def _departments(engine: Engine) -> Mapping[str, str]:
    try:
        with reading(engine) as session:
            return {row.name: row.id for row in session.execute(select(Department.name, Department.id))}
    except SQLAlchemyError:
        raise InputError(
            "所属グループの対応表の所属を確かめられません。",
            where=WHERE,
            remedy="データベースの接続を確かめ、先に gijiyoshi migrate を実行してください。",
        ) from None


def _shape(entry: Any, number: int) -> Iterable[Problem]:
    where = f"{number}番目の項目"
    if not isinstance(entry, dict):
        yield Problem("項目の形になっていません。", where, "group、department、role を書いてください。")
        return
    for name in _FIELDS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            yield Problem(f"{name} がないか、文字列ではありません。", where, "引用符で囲んだ文字列を書いてください。")
    for name in entry.keys() - set(_FIELDS):
        yield Problem(f"知らない項目「{name}」があります。", where, "つづりを確かめるか、取り除いてください。")


def _names(entry: Mapping[str, str], number: int, departments: Mapping[str, str]) -> Iterable[Problem]:
    where = f"{number}番目の項目"
    if entry["role"] not in set(Role):
        yield Problem(f"役割「{entry['role']}」はありません。", where, f"{'・'.join(Role)}のいずれかにしてください。")
    if entry["department"] not in departments:
        yield Problem(
            f"所属「{entry['department']}」は登録されていません。",
            where,
            "登録済みの名称と同じに書くか、先に gijiyoshi department add で登録してください。",
        )
