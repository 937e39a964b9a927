"""Whom a comment names: people of the meeting's department, chosen from a list or written as ``@表示名``."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.auth import Role
from service.auth.accounts import holding
from service.db.account_tables import Account
from service.db.tables import MeetingRow

MOST = 20
"""People named at once; whoever has to tell more of them writes a notice of another kind."""


@dataclass(frozen=True)
class Colleague:
    id: str
    name: str
    login: str


def people_of(session: Session, row: MeetingRow) -> tuple[Colleague, ...]:
    """Active accounts that hold a role in the department, whoever gave it, by name."""
    query = select(Account).where(Account.id.in_(holding(row.department_id, Role)), Account.active)
    found = session.scalars(query.order_by(Account.display_name, Account.login))
    return tuple(Colleague(each.id, each.display_name, each.login) for each in found)


def named(people: Sequence[Colleague], text: str, chosen: Collection[str]) -> tuple[str, ...]:
    """Ids of those chosen and of those whose name the text has behind an @.

    Raises InputError for a choice that is not in the list, for a name that several people have, and for too many.
    """
    known = {each.id for each in people}
    if not known.issuperset(chosen):
        raise InputError(
            "知らせる相手が、この所属の人ではありません。", where="mentions", remedy="一覧から選び直してください。"
        )
    found = list(chosen)
    for name in dict.fromkeys(part for part, is_name in parts(people, text) if is_name):
        same = [each.id for each in people if each.name == name[1:]]
        if len(same) > 1 and not set(same) & set(chosen):
            raise InputError(
                f"「{name[1:]}」は複数います。", where="mentions", remedy="一覧から、知らせる相手を選んでください。"
            )
        found += same if len(same) == 1 else []
    unique = tuple(dict.fromkeys(found))
    if len(unique) > MOST:
        raise InputError(
            f"知らせる相手が{len(unique)}人います。", where="mentions", remedy=f"{MOST}人以内にしてください。"
        )
    return unique


def parts(people: Sequence[Colleague], text: str) -> Iterator[tuple[str, bool]]:
    """The text in stretches; True for ``@表示名`` of one of these people, the longest name first."""
    names = sorted({each.name for each in people}, key=len, reverse=True)
    if not names:
        yield text, False
        return
    done = 0
    for found in re.finditer(f"[@＠](?:{'|'.join(map(re.escape, names))})", text):
        if done < found.start():
            yield text[done : found.start()], False
        yield found.group(), True
        done = found.end()
    if done < len(text):
        yield text[done:], False
