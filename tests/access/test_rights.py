"""The permission matrix, written out once more by hand: what is allowed and what is refused, side by side."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rights_table import COLUMNS, SCOPES, TABLE

from service.auth import Action, Principal, Role, require
from service.auth.rights import ROLE_ACTIONS
from service.errors import Forbidden, NotFound

CELLS = [
    (role, action, cell == "o")
    for role, row in TABLE.items()
    for action, cell in zip(COLUMNS, row.split(), strict=True)
]


def person(*roles: str, scopes: frozenset[str] | None = None) -> Principal:
    return Principal("a1", "taro", "太郎", frozenset(("d1", Role(role)) for role in roles), scopes)


def test_closed_talk_is_read_by_whoever_changes_decides_or_takes_all_of_it() -> None:
    needing = {Action.edit, Action.approve, Action.return_, Action.export_full}
    for role, actions in ROLE_ACTIONS.items():
        assert (Action.read_closed in actions) is bool(needing & actions), role


def test_the_table_covers_every_role() -> None:
    assert set(TABLE) == {role.value for role in Role}


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS)
def test_matrix(role: str, action: Action, allowed: bool) -> None:
    who = person(role)
    assert who.may(action, "d1") is allowed
    assert who.departments(action) == (frozenset({"d1"}) if allowed else frozenset())
    if allowed:
        require(who, action, "d1")
    else:
        with pytest.raises(Forbidden):
            require(who, action, "d1")


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS)
def test_roles_end_at_the_department(role: str, action: Action, allowed: bool) -> None:
    who = person(role)
    assert not who.may(action, "d2")
    with pytest.raises(NotFound):
        require(who, action, "d2")


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_does_what_both_its_account_and_its_scopes_allow(scope: str) -> None:
    cells = dict(zip(COLUMNS, SCOPES[scope].split(), strict=True))
    everything = person(*TABLE, scopes=frozenset({scope}))
    for role, action, allowed in CELLS:
        assert everything.may(action, "d1") is (cells[action] == "o")
        assert person(role, scopes=frozenset({scope})).may(action, "d1") is (allowed and cells[action] == "o")


def test_no_scope_administers_and_no_scopes_mean_nothing() -> None:
    assert not person("管理者", scopes=frozenset({"read", "write", "approve"})).may(Action.administer, "d1")
    assert not any(person(*TABLE, scopes=frozenset()).may(action, "d1") for action in Action)


def test_the_refusal_of_a_token_names_its_scope() -> None:
    with pytest.raises(Forbidden, match="トークンの範囲"):
        require(person("承認者", scopes=frozenset({"read", "write"})), Action.approve, "d1")
