"""The filters of the queue as they stand in the address, in the form and on the chips."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from service.meetings.queue import MYSELF, NOBODY, Due, Filters, Order

PATH = "/meetings"
DEFAULT_ORDER = Order.UPDATED_LAST

DUE_WORDS: Mapping[str | None, str] = {None: "すべて", Due.OVERDUE: "期限超過", Due.SOON: "7日以内"}


@dataclass(frozen=True)
class View:
    """What the person has chosen; every link of the page is this with something changed."""

    q: str = ""
    department: str = ""
    state: str = ""
    body: str = ""
    due: str = ""
    assignee: str = ""
    sort: Order = DEFAULT_ORDER

    def filters(self) -> Filters:
        return Filters(
            state=self.state or None,
            department_id=self.department or None,
            body=self.body or None,
            assignee=self.assignee or None,
            due=self.due or None,
            q=self.q or None,
        )

    def address(self, *, cursor: str | None = None, **changed: Any) -> str:
        """The address of the page with something else chosen; from its beginning unless ``cursor`` is given."""
        chosen = replace(self, **changed)
        kept = {each.name: str(getattr(chosen, each.name)) for each in fields(chosen) if getattr(chosen, each.name)}
        if chosen.sort is DEFAULT_ORDER:
            del kept["sort"]
        if cursor:
            kept["cursor"] = cursor
        return f"{PATH}?{urlencode(kept)}" if kept else PATH

    @property
    def is_filtered(self) -> bool:
        return self != View(sort=self.sort)


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the address without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True)
class Choices:
    """Names by id of what can be chosen in the form."""

    departments: Mapping[str, str]
    bodies: Mapping[str, str]
    people: Mapping[str, str]


def chips(view: View, choices: Choices) -> tuple[Chip, ...]:
    people = {MYSELF: "自分", NOBODY: "なし", **choices.people}
    bodies = {NOBODY: "なし", **choices.bodies}
    named = (
        ("q", "件名", view.q),
        ("department", "所属", choices.departments.get(view.department, "不明")),
        ("state", "状態", view.state),
        ("body", "会議体", bodies.get(view.body, "不明")),
        ("due", "期限", DUE_WORDS.get(view.due or None, view.due)),
        ("assignee", "担当", people.get(view.assignee, "不明")),
    )
    return tuple(Chip(label, value, view.address(**{name: ""})) for name, label, value in named if getattr(view, name))


@dataclass(frozen=True)
class SortLink:
    """The head of a column: where it leads and how the column is sorted now (``aria-sort``)."""

    href: str
    sorted: str


def sort_links(view: View) -> Mapping[str, SortLink]:
    """For the columns 期限, 開催日 and 更新. Deadlines start with the nearest, the others with the newest."""
    made = {}
    for name, first, second in (
        ("due", Order.DUE, Order.DUE_LAST),
        ("held", Order.HELD_LAST, Order.HELD),
        ("updated", Order.UPDATED_LAST, Order.UPDATED),
    ):
        target = second if view.sort is first else first
        now = {str(name): "ascending", f"-{name}": "descending"}.get(view.sort, "none")
        made[name] = SortLink(view.address(sort=target), now)
    return made
