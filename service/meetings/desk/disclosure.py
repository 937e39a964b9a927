"""Talk marked 非公開 with a reason, and the mark taken back."""

from typing import Literal

from pydantic import Field

from minutes import edits
from minutes.document import MinutesDocument
from service.meetings.desk.command import Command, Occasion

_REASON = "公にすると支障のある法人の情報を含むため"


class CloseItem(Command):
    """Mark an agenda item 非公開."""

    do: Literal["close_item"]
    agenda_no: int = Field(examples=[2])
    reason: str = Field(examples=[_REASON])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.close_item(
            document, occasion.profile, self.agenda_no, reason=self.reason, by=occasion.by, at=occasion.at
        )

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"非公開の指定（議事{self.agenda_no}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return f"agenda-{self.agenda_no}"


class CloseTalk(Command):
    """Mark talk 非公開: one utterance, its turn, or everything up to ``until``."""

    do: Literal["close_talk"]
    utterance: str = Field(examples=["u0012"])
    scope: Literal["one", "turn", "until"] = "turn"
    until: str | None = Field(None, examples=["u0015"])
    reason: str = Field(examples=[_REASON])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.close_utterances(
            document, occasion.profile, self._ids(document), reason=self.reason, by=occasion.by, at=occasion.at
        )

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        until = f"〜{self.until}" if self.scope == "until" and self.until else ""
        return f"非公開の指定（{self.utterance}{until}{'を含む発言' if self.scope == 'turn' else ''}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.utterance

    def _ids(self, document: MinutesDocument) -> tuple[str, ...]:
        if self.scope == "until":
            return edits.stretch(document, self.utterance, self.until or self.utterance)
        own = (each.utterance_ids for each in document.turns if self.utterance in each.utterance_ids)
        return next(own, (self.utterance,)) if self.scope == "turn" else (self.utterance,)


class Reopen(Command):
    """Take a mark back that was set on the review page."""

    do: Literal["reopen"]
    closing: str = Field(examples=["c0001"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.reopen(document, occasion.profile, self.closing)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"非公開の指定の取消（{self.closing}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        closing = next((each for each in before.closings if each.id == self.closing), None)
        if closing is None or not closing.utterance_ids:
            return ""
        return f"agenda-{closing.agenda_no}" if closing.agenda_no is not None else closing.utterance_ids[0]
