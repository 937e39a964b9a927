"""Who spoke: for one utterance, a stretch, a statement, or all of one raw label; and people missing in the roster."""

from typing import Literal

from pydantic import Field

from minutes import edits
from minutes.document import MinutesDocument
from minutes.meeting import Side
from service.audit import AuditEventName
from service.meetings.desk.command import Command, Occasion


class ChangeSpeaker(Command):
    """Say who spoke an utterance: it alone, its turn, everything up to ``until``, or all under the same raw label, also
    what was resolved otherwise before. ``attendee`` null: not known after all."""

    do: Literal["change_speaker"]
    utterance: str = Field(examples=["u0012"])
    attendee: str | None = Field(None, examples=["tanaka"])
    scope: Literal["one", "turn", "until", "label"] = "label"
    until: str | None = Field(None, examples=["u0015"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.change_speaker(document, occasion.profile, self._ids(document), self.attendee or None)

    def rests_on(self, document: MinutesDocument) -> object:
        ids = set(self._ids(document))
        return [(each.id, each.attendee_id) for each in document.utterances if each.id in ids]

    def change(self) -> str:
        where = {
            "one": self.utterance,
            "turn": f"{self.utterance}を含む発言",
            "until": f"{self.utterance}〜{self.until or self.utterance}",
            "label": f"{self.utterance}と同じラベルのすべて",
        }
        return f"発言者の変更（{where[self.scope]}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.utterance

    def event(self) -> AuditEventName:
        return AuditEventName.SPEAKER_ASSIGNED

    def _ids(self, document: MinutesDocument) -> tuple[str, ...]:
        match self.scope:
            case "one":
                return (self.utterance,)
            case "turn":
                own = (each.utterance_ids for each in document.turns if self.utterance in each.utterance_ids)
                return next(own, (self.utterance,))
            case "until":
                return edits.stretch(document, self.utterance, self.until or self.utterance)
            case "label":
                return edits.labelled(document, self.utterance)


class AddAttendee(Command):
    """Add a person who was there to the roster of the meeting."""

    do: Literal["add_attendee"]
    name: str = Field(examples=["新田 一"])
    org: str = Field("", examples=["青梅市"])
    post: str = Field("", examples=["企画課長"])
    side: Side = Side.GUEST

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.add_attendee(document, name=self.name, org=self.org, post=self.post, side=self.side)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"出席者の追加（{self.name.strip()[:60]}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return "people"
