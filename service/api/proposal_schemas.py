"""What the API answers and takes about proposals and about the runs of models."""

from datetime import datetime

from pydantic import Field

from minutes.document import Finding, ModelCard, PromptRef
from minutes.proposal import Proposal
from minutes.unit import ModelCall, SummarySentence
from minutes.value import Value
from service.api.schemas import ID_EXAMPLE, JobOut, Sent
from service.db.tables import ProposalRow
from service.meetings.proposals import ProposalState
from service.meetings.provenance import UnitRun


class RegenerateIn(Sent):
    model: str | None = Field(
        None, max_length=100, description="要約モデル。省略すると設定の値", examples=["extractive"]
    )


class ProposalOut(Value):
    """Sentences that a model proposes for one turn; the draft has them only once they are taken."""

    id: str = Field(examples=[ID_EXAMPLE])
    meeting_id: str = Field(examples=[ID_EXAMPLE])
    turn_id: str = Field(examples=["t0004"])
    model: str = Field(examples=["openai"])
    base_version: int = Field(description="頼んだときの最新の版")
    state: ProposalState
    asked_by: str
    asked_at: datetime
    job: JobOut = Field(description="案を作るジョブ。失敗したときは error に理由")
    attendee_id: str | None = Field(description="だれの発言として書いたか。できるまで null")
    card: ModelCard | None = Field(description="書いたモデル。できるまで null")
    sentences: tuple[SummarySentence, ...] = Field(description="案の文と根拠の発言")
    replaced: str = Field(
        description="生成型のモデルに頼んだのに、発言から選んだ文だけになった理由。空なら、モデルの文"
    )
    findings: tuple[Finding, ...] = Field(description="採用したときの点検の結果")
    decided_by: str | None
    decided_at: datetime | None
    taken_version: int | None = Field(description="採用してできた版")

    @classmethod
    def of(cls, row: ProposalRow, job: JobOut, content: Proposal | None) -> "ProposalOut":
        """``job`` and ``content`` as the person who asks may see them."""
        return cls(
            id=row.id,
            meeting_id=row.meeting_id,
            turn_id=row.turn_id,
            model=row.model,
            base_version=row.base_version,
            state=ProposalState(row.state),
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            job=job,
            attendee_id=content.attendee_id if content else None,
            card=content.card if content else None,
            sentences=content.sentences if content else (),
            replaced=content.replaced if content else "",
            findings=content.findings if content else (),
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            taken_version=row.taken_version,
        )


class UnitRunOut(Value):
    """One run of a model over one turn, complete: also runs whose sentences were never used."""

    id: str = Field(examples=[ID_EXAMPLE])
    turn_id: str = Field(examples=["t0004"])
    job_id: str = Field(examples=[ID_EXAMPLE])
    attempt: int = Field(description="ジョブの何回目の実行か")
    made_at: datetime
    seconds: float = Field(description="前の結果を保存してからの秒数。呼出しごとの秒数は calls にある")
    card: ModelCard
    prompts: tuple[PromptRef, ...]
    program_version: str
    sentences: tuple[SummarySentence, ...]
    replaced: str = Field(description="モデルの文を使わなかった理由。空なら使った、または抽出型")
    calls: tuple[ModelCall, ...] = Field(description="生成型のモデルへの要求ごとの記録。reply は返答のまま")
    proposal_id: str | None = Field(description="作り直しの案。null は最初の作成")
    proposal_state: ProposalState | None
    version: int | None = Field(description="この文が初めて入った版。null はどの版にもない")

    @classmethod
    def of(cls, run: UnitRun) -> "UnitRunOut":
        summary = run.record.summary
        return cls(
            id=run.result.id,
            turn_id=run.result.part,
            job_id=run.result.job_id,
            attempt=run.result.attempt,
            made_at=run.result.created_at,
            seconds=run.result.seconds,
            card=run.record.card,
            prompts=run.record.prompts,
            program_version=run.record.program_version,
            sentences=summary.sentences,
            replaced=summary.replaced,
            calls=summary.calls,
            proposal_id=run.proposal.id if run.proposal else None,
            proposal_state=ProposalState(run.proposal.state) if run.proposal else None,
            version=run.version,
        )


class UnitRunPage(Value):
    """In the order of the turns; ``next_cursor`` is null on the last page."""

    items: tuple[UnitRunOut, ...]
    next_cursor: str | None
