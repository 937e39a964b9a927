"""Changes of statements as wholes, and utterances pulled in."""

from typing import Literal

from pydantic import Field

from minutes import edits
from minutes.document import MinutesDocument
from service.meetings.desk.command import (
    Command,
    Occasion,
    block_ids,
    block_in,
    first_new,
    order_of_blocks,
    sentence_ids,
)


class SplitStatement(Command):
    """Part a statement before one of its sentences."""

    do: Literal["split_statement"]
    block: str = Field(examples=["b0004"])
    sentence: str = Field(examples=["s0006"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.split_statement(document, self.block, self.sentence)

    def rests_on(self, document: MinutesDocument) -> object:
        found = block_in(document, self.block)
        return found and [each.id for each in found.sentences]

    def change(self) -> str:
        return f"発言の分割（{self.block}、{self.sentence}の前）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return first_new(block_ids, before, after)


class MergeStatement(Command):
    """Join a statement to the one of the same speaker right before it."""

    do: Literal["merge_statement"]
    block: str = Field(examples=["b0005"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.merge_statement(document, self.block)

    def rests_on(self, document: MinutesDocument) -> object:
        return order_of_blocks(document)

    def change(self) -> str:
        return f"発言の結合（{self.block}を前の発言へ）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        ids = block_ids(before)
        return ids[max(0, ids.index(self.block) - 1)]


class MoveStatement(Command):
    """Put a statement behind another block of an agenda item; ``after`` null: at the beginning of the item."""

    do: Literal["move_statement"]
    block: str = Field(examples=["b0004"])
    agenda_no: int = Field(examples=[2])
    after: str | None = Field(None, examples=["b0006"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.move_statement(document, self.block, self.agenda_no, self.after)

    def rests_on(self, document: MinutesDocument) -> object:
        return order_of_blocks(document)

    def change(self) -> str:
        return f"発言の移動（{self.block}、議事{self.agenda_no}へ）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.block


class ShiftStatement(Command):
    """Move a statement one place up or down, over the edge of its agenda item into the next."""

    do: Literal["shift_statement"]
    block: str = Field(examples=["b0004"])
    direction: Literal["up", "down"]

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.shift_statement(document, self.block, self.direction)

    def rests_on(self, document: MinutesDocument) -> object:
        return order_of_blocks(document)

    def change(self) -> str:
        return f"発言の移動（{self.block}を{'上' if self.direction == 'up' else '下'}へ）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.block


class DeleteStatement(Command):
    """Take a statement out together with its place; what only it cited is left out as 省略."""

    do: Literal["delete_statement"]
    block: str = Field(examples=["b0004"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.delete_statement(document, self.block)

    def rests_on(self, document: MinutesDocument) -> object:
        return block_in(document, self.block)

    def change(self) -> str:
        return f"発言の削除（{self.block}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        ids = block_ids(before)
        return ids[max(0, ids.index(self.block) - 1)]


class PullIn(Command):
    """Put an utterance that no sentence cites into the draft, in the written register, where it was said."""

    do: Literal["pull_in"]
    utterance: str = Field(examples=["u0012"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.pull_in(document, occasion.profile, self.utterance)

    def rests_on(self, document: MinutesDocument) -> object:
        # Pulled in by somebody else meanwhile it is refused by name.
        return None

    def change(self) -> str:
        return f"載せていない発言の追加（{self.utterance}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return first_new(sentence_ids, before, after)
