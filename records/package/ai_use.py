"""ai_use.json: what a model had a part in, what was checked, and which person decided what.

飯山市 and others want the use of AI stated to whoever decides on a document; this is that statement, for one version.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from minutes.document import Finding, MinutesDocument, ModelCard, PromptRef, Rewritten, Severity
from minutes.era import JST, format_day
from minutes.value import Value
from minutes.waivers import open_findings, waived
from records.approved import Approval, AuditEntry

_CHECKS = (
    ("G1", "表題・日時・場所・議事・見出し"),
    ("G2", "発言者の表示"),
    ("G3", "根拠"),
    ("G4", "数値・日付・時"),
    ("G5", "名前"),
    ("G6", "肯定・否定と約束の強さ"),
    ("G7", "非公開"),
    ("G8", "質問の漏れ"),
    ("G9", "残りもの"),
    ("D1", "発言の行き先"),
    ("H", "音声認識の誤り"),
    ("M1", "要約モデルの文を使わなかった発言"),
    ("K", "表記"),
)
"""As docs/checks.md names them; a rule belongs to the entry that its id begins with."""

DECISIONS = {
    "user:draft:edited": "本文の修正",
    "user:draft:speaker-assigned": "発言者の確定",
    "user:proposal:taken": "要約モデルの文の案の採用",
    "user:proposal:discarded": "要約モデルの文の案の破棄",
    "user:meeting:speaker-check": "発言者への確認の開始",
    "speaker:speaker-check:answered": "発言者の回答",
    "user:speaker-check:answer-entered": "発言者の回答の入力",
    "user:speaker-check:proposal-decided": "発言者の修正案の採否",
    "user:meeting:submitted": "承認の依頼",
    "user:meeting:withdrawn": "取下げ",
    "user:meeting:returned": "差戻し",
    "user:meeting:correction-started": "正誤の開始",
    "user:meeting:step-signed": "承認（途中の段階）",
    "user:meeting:approved": "承認",
}
"""Events of the audit log by which a person decided something of the text."""


class CheckDone(Value):
    rule: str
    name: str
    errors: int
    warnings: int
    notes: int
    let_stand: int
    """Of these, how many a person let stand, with a reason."""


class LetStand(Value):
    rule: str
    message: str
    reason: str
    by: str
    at: AwareDatetime


class Decision(Value):
    at: AwareDatetime
    by: str
    """Login."""
    what: str


class AiUse(Value):
    schema_version: Literal["1.0"] = "1.0"
    statement: Annotated[str, Field(title="AI利用の表示")]
    model: Annotated[ModelCard, Field(title="要約に使ったモデル")]
    prompts: Annotated[tuple[PromptRef, ...], Field(title="プロンプト")]
    rewritten: Annotated[tuple[Rewritten, ...], Field(title="別の実行の文を採用した発言")]
    program_version: str
    transcript_sha256: Annotated[str, Field(title="文字起こしのハッシュ")]
    replaced_turns: Annotated[int, Field(title="モデルの文を使わなかった発言の数")]
    checks: Annotated[tuple[CheckDone, ...], Field(title="行った点検")]
    let_stand: Annotated[tuple[LetStand, ...], Field(title="理由を記して見送った指摘")]
    decisions: Annotated[tuple[Decision, ...], Field(title="人の判断")]


def ai_use_of(document: MinutesDocument, approval: Approval, entries: tuple[AuditEntry, ...]) -> AiUse:
    """For a package of the 公開版 alone give it ``public_view`` of the document: messages may quote closed talk."""
    provenance = document.provenance
    stood = waived(document)
    return AiUse(
        statement=statement(document, approval),
        model=provenance.model,
        prompts=provenance.prompts,
        rewritten=provenance.rewritten,
        program_version=provenance.program_version,
        transcript_sha256=provenance.input_sha256,
        replaced_turns=len(document.replacements),
        checks=tuple(_checks(open_findings(document), tuple(finding for finding, _ in stood))),
        let_stand=tuple(
            LetStand(rule=finding.rule, message=finding.message, reason=waiver.reason, by=waiver.by, at=waiver.at)
            for finding, waiver in stood
        ),
        decisions=tuple(
            Decision(at=entry.at, by=entry.actor, what=DECISIONS[entry.event])
            for entry in entries
            if entry.event in DECISIONS
        ),
    )


def statement(document: MinutesDocument, approval: Approval) -> str:
    """The sentence for the 起案: which model, and that a person decided."""
    model = document.provenance.model
    others = sorted({each.model.name for each in document.provenance.rewritten} - {model.name})
    also = f"（ほかに{'、'.join(others)}）" if others else ""
    day = format_day(approval.approved_at.astimezone(JST).date())
    return (
        f"素案の要約に{model.name}{also}を使用（{model.note.rstrip('。')}）。"
        f"職員が発言と照らして確認及び修正し、{day}に{approval.approved_by}が承認した。"
    )


def _checks(open_ones: tuple[Finding, ...], stood: tuple[Finding, ...]) -> Iterator[CheckDone]:
    for rule, name in _CHECKS:
        found = [each.severity for each in (*open_ones, *stood) if each.rule.startswith(rule)]
        yield CheckDone(
            rule=rule,
            name=name,
            errors=found.count(Severity.ERROR),
            warnings=found.count(Severity.WARN),
            notes=found.count(Severity.INFO),
            let_stand=sum(each.rule.startswith(rule) for each in stood),
        )
