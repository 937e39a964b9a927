"""A turn before it has a kind: its words, who spoke them, and in what part of the meeting."""

import re
from dataclasses import dataclass
from functools import cached_property

from minutes.folding import Folded, fold
from minutes.meeting import AgendaItem, AgendaKind, Attendee, Side
from minutes.structure.wording import asks, closing, is_slight, sentences

_MEMBER = re.compile(r"(?:委員|議員|副?委員長|副?議長|委員長代理|部会員|番)(?:代理)?$")


def is_official(attendee: Attendee) -> bool:
    return attendee.side is not Side.GUEST and not _MEMBER.search(attendee.post)


@dataclass(frozen=True)
class Said:
    """One turn. ``text`` leaves out slight utterances wherever something else was said as well."""

    text: str
    attendee: Attendee | None
    label: str | None
    chair: bool
    item: AgendaItem | None
    closed: bool
    among_officials: bool = False
    """Everybody known under this label is an official: whoever is not yet identified there is taken for one."""

    @property
    def agenda_no(self) -> int | None:
        return self.item.no if self.item else None

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def sentences(self) -> list[str]:
        return sentences(self.text)

    @cached_property
    def closing(self) -> list[str]:
        """The last two sentences that are more than courtesy."""
        return closing(self.text)

    @cached_property
    def asks(self) -> bool:
        return asks(self.text)

    @cached_property
    def slight(self) -> bool:
        return is_slight(self.text)

    @cached_property
    def answers_for_body(self) -> bool:
        """An official of the body or of its co-host: who is asked. Members of a council ask, whatever their side."""
        return self.among_officials if self.attendee is None else is_official(self.attendee)

    @cached_property
    def presents(self) -> bool:
        if self.attendee is None or self.item is None:
            return False
        return self.attendee.id in self.item.presenter_ids or any(
            self.attendee.id in s.presenter_ids for s in self.item.subitems
        )

    @property
    def greets(self) -> bool:
        return self.item is not None and self.item.kind is AgendaKind.GREETING

    @property
    def in_report(self) -> bool:
        return self.item is not None and self.item.kind is AgendaKind.REPORT

    def same_speaker(self, other: "Said") -> bool:
        if self.attendee and other.attendee:
            return self.attendee.id == other.attendee.id
        return self.attendee is other.attendee and self.label == other.label and self.label is not None
