"""Meeting: the structured input that a clerk gives beside the transcript.

Header, agenda, disclosure and roster come from here and never from a model.
"""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from minutes.value import Value


class AgendaKind(StrEnum):
    GREETING = "greeting"
    REPORT = "report"
    DISCUSSION = "discussion"
    OTHER = "other"


class Disclosure(StrEnum):
    PUBLIC = "public"
    CLOSED = "closed"
    PARTIAL = "partial"


class Side(StrEnum):
    """Own side and co-host are printed without 様, guests with it."""

    OWN = "own"
    COHOST = "cohost"
    GUEST = "guest"


class SubItem(Value):
    title: str
    presenter_ids: tuple[str, ...] = ()


class AgendaItem(Value):
    no: int
    title: str
    kind: AgendaKind = AgendaKind.OTHER
    presenter_ids: tuple[str, ...] = ()
    subitems: tuple[SubItem, ...] = ()
    disclosure: Disclosure = Disclosure.PUBLIC
    reason: str | None = None


class Attendee(Value):
    id: str
    name: str
    """``姓 名`` separated by one space."""
    kana: str | None = None
    org: str = ""
    post: str = ""
    side: Side = Side.GUEST
    proxy_for: str | None = None
    """The post that this person stands in for, e.g. ``CIO``."""
    aliases: tuple[str, ...] = ()

    @property
    def surname(self) -> str:
        return self.name.split(" ", 1)[0]


class Meeting(Value):
    title: str
    series_no: int | None = None
    series_label: str | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    weekday: str | None = None
    """Optional check digit of the clerk's: one of 月火水木金土日; an error when it contradicts ``starts_at``."""
    venue: str = ""
    format: str = ""
    """How the meeting was held, e.g. オンライン併用開催."""
    materials: tuple[str, ...] = ()
    observers: int | None = Field(default=None, ge=0)
    """Number of 傍聴者."""
    agenda: tuple[AgendaItem, ...]
    roster: tuple[Attendee, ...]

    def attendee(self, attendee_id: str) -> Attendee:
        return next(a for a in self.roster if a.id == attendee_id)

    def item(self, no: int) -> AgendaItem:
        return next(i for i in self.agenda if i.no == no)
