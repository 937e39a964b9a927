"""Changes of single sentences: wording, evidence, fixes of a whole rule."""

from typing import Literal

from pydantic import Field

from minutes import edits
from minutes.document import Fix, MinutesDocument
from minutes.edits.accounting import block_of_sentence
from minutes.errors import InputError
from minutes.waivers import open_findings
from service.meetings.desk.command import Command, Occasion, sentence_in


class EditSentence(Command):
    """Replace the text of one sentence; its evidence stays."""

    do: Literal["edit_sentence"]
    sentence: str = Field(examples=["s0003"])
    text: str = Field(examples=["都は、来年度に研修を拡充する。"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        return edits.edit_sentence(document, self.sentence, self.text)

    def rests_on(self, document: MinutesDocument) -> object:
        found = sentence_in(document, self.sentence)
        return found and found.text

    def change(self) -> str:
        return f"文の修正（{self.sentence}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.sentence


class AddEvidence(Command):
    """Let a sentence cite one more utterance."""

    do: Literal["add_evidence"]
    sentence: str = Field(examples=["s0003"])
    utterance: str = Field(examples=["u0012"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        found = sentence_in(document, self.sentence)
        return edits.cite(document, self.sentence, (*(found.evidence if found else ()), self.utterance))

    def rests_on(self, document: MinutesDocument) -> object:
        return sentence_in(document, self.sentence) is not None

    def change(self) -> str:
        return f"根拠の追加（{self.sentence}に{self.utterance}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.sentence


class RemoveEvidence(Command):
    """Let a sentence no longer cite an utterance."""

    do: Literal["remove_evidence"]
    sentence: str = Field(examples=["s0003"])
    utterance: str = Field(examples=["u0012"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        found = sentence_in(document, self.sentence)
        if found is not None and self.utterance not in found.evidence:
            raise InputError(
                f"文「{self.sentence}」は発言「{self.utterance}」を引用していません。",
                where="utterance",
                remedy="画面を読み込み直してください。",
            )
        kept = [each for each in (found.evidence if found else ()) if each != self.utterance]
        return edits.cite(document, self.sentence, kept)

    def rests_on(self, document: MinutesDocument) -> object:
        return sentence_in(document, self.sentence)

    def change(self) -> str:
        return f"根拠の取外し（{self.sentence}から{self.utterance}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return self.sentence


class DeleteSentence(Command):
    """Take one sentence out; what only it cited is left out as 要約."""

    do: Literal["delete_sentence"]
    sentence: str = Field(examples=["s0003"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        block = block_of_sentence(document, self.sentence)
        kept = [edits.SentenceEdit(id=s.id, text=s.text) for s in block.sentences if s.id != self.sentence]
        return edits.edit_block(document, block.id, kept)

    def rests_on(self, document: MinutesDocument) -> object:
        return sentence_in(document, self.sentence)

    def change(self) -> str:
        return f"文の削除（{self.sentence}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return block_of_sentence(before, self.sentence).id


class FixRule(Command):
    """Accept all fixes that one rule offers. Where two overlap, the later one stays open."""

    do: Literal["fix_rule"]
    rule: str = Field(examples=["K12"])

    def apply(self, document: MinutesDocument, occasion: Occasion) -> MinutesDocument:
        chosen: list[Fix] = []
        for finding in open_findings(document):
            fix = finding.fix
            if finding.rule == self.rule and fix is not None and not any(_overlap(fix, each) for each in chosen):
                chosen.append(fix)
        if not chosen:
            raise InputError(
                f"規則「{self.rule}」の修正案はありません。", where="rule", remedy="画面を読み込み直してください。"
            )
        return edits.apply_fixes(document, chosen)

    def rests_on(self, document: MinutesDocument) -> object:
        return None

    def change(self) -> str:
        return f"修正案の一括採用（{self.rule}）"

    def place(self, before: MinutesDocument, after: MinutesDocument) -> str:
        return "findings"


def _overlap(one: Fix, other: Fix) -> bool:
    if one.sentence_id != other.sentence_id:
        return False
    # An insertion and a change at the same place leave no order between them.
    return one.start <= other.start + len(other.replaced) and other.start <= one.start + len(one.replaced)
