"""Agenda lines and body headings: the same words wherever an item of the agenda is named."""

from minutes.labels import presenters_label
from minutes.meeting import AgendaItem, AgendaKind, Disclosure, Meeting
from minutes.profile import Profile

_MARKS = {Disclosure.PUBLIC: "", Disclosure.CLOSED: "（非公開）", Disclosure.PARTIAL: "（一部非公開）"}


def disclosed_title(item: AgendaItem) -> str:
    """The title with its disclosure mark. The title of a closed item is itself public."""
    return f"{item.title}{_MARKS[item.disclosure]}"


def heading_presenter_id(item: AgendaItem) -> str | None:
    """The one person folded into the heading. Closed items name nobody; report items name people item by item."""
    if item.disclosure is Disclosure.CLOSED or len(item.presenter_ids) != 1:
        return None
    if item.kind is AgendaKind.REPORT and item.subitems:
        return None
    return item.presenter_ids[0]


def section_heading(item: AgendaItem, meeting: Meeting, profile: Profile) -> str:
    presenter_id = heading_presenter_id(item)
    presenter = f"（{presenters_label([presenter_id], meeting, profile)}）" if presenter_id else ""
    return profile.layout.heading.format(no=item.no, title=disclosed_title(item), presenter=presenter)
