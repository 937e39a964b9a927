"""Findings let stand, and notes to oneself and others: nothing of it changes the text."""

from typing import Literal

from pydantic import Field

from minutes import edits
from minutes.document import MinutesDocument, Place
from service.meetings.desk.command import Command, Occasion


class Waive(Command):
    """Let one finding (注意 or 参考) stand, as the checks word it."""

    do: Literal["waive"]
    rule: str = Field(examples=["K21"])
    message: str = Field(examples=["文が長すぎます（120字）。"])
    sentence: str | None = Field(None, examples=["s0003"])
    block: str | None = None
    utterance: str | None = None
    agenda_no: int | None = None
    field: str | None = None
    reason: str = Field(examples=["発言のとおりのため"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        place = Place(
            sentence_id=self.sentence,
            block_id=self.block,
            utterance_id=self.utterance,
            agenda_no=self.agenda_no,
            field=self.field,
        )
        return edits.waive(document, self.rule, self.message, place, reason=self.reason, by=occasion.by, at=occasion.at)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        where = next((each for each in (self.sentence, self.block, self.utterance) if each), "")
        return f"指摘の見送り（{self.rule}{'、' + where if where else ''}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return "findings"


class WaiveRule(Command):
    """Let all open findings of one rule stand, but for errors."""

    do: Literal["waive_rule"]
    rule: str = Field(examples=["K21"])
    reason: str = Field(examples=["発言のとおりのため"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.waive_rule(document, self.rule, reason=self.reason, by=occasion.by, at=occasion.at)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"指摘の一括見送り（{self.rule}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return "findings"


class AddNote(Command):
    """Attach a remark to a sentence or a statement. It is never printed."""

    do: Literal["add_note"]
    place_id: str = Field(examples=["s0003"])
    text: str = Field(examples=["年度を担当課に確認"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.add_note(document, self.place_id, self.text, by=occasion.by, at=occasion.at)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"メモの追加（{self.place_id}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.place_id


class RemoveNote(Command):
    """Take a remark away."""

    do: Literal["remove_note"]
    note: str = Field(examples=["n0001"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.remove_note(document, self.note)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"メモの削除（{self.note}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        note = next((each for each in before.notes if each.id == self.note), None)
        return (note.sentence_id or note.block_id or "") if note else ""
