"""Which buttons the review page offers, and why one that people look for is not there."""

from collections.abc import Collection
from dataclasses import dataclass

from minutes.document import MinutesDocument
from service.auth import Action, Principal
from service.db.tables import MeetingRow
from service.meetings.chain import Step as ChainStep
from service.meetings.signing import Line, barred_from
from service.meetings.states import BY_NAME, EDITABLE, TransitionName
from service.meetings.transitions import blocking
from service.web import wording


@dataclass(frozen=True)
class Step:
    name: str
    label: str
    primary: bool
    needs_reason: bool


_ORDER = ("return", "cancel", "withdraw", "check_speakers", "run_again", "submit", "approve")
_PRIMARY = frozenset({"submit", "approve", "run_again"})


def steps_of(allowed: Collection[str]) -> tuple[Step, ...]:
    """Buttons for the allowed actions, the main one last."""
    return tuple(
        Step(name, wording.ACTION[name], name in _PRIMARY, BY_NAME[TransitionName(name)].needs_reason)
        for name in _ORDER
        if name in allowed
    )


def reasons_why_not(
    principal: Principal,
    row: MeetingRow,
    document: MinutesDocument | None,
    allowed: Collection[str],
    line: Line,
) -> tuple[str, ...]:
    """Sentences for the person, empty where nothing that they look for is missing."""
    faults = len(blocking(document)) if document is not None else 0
    step = line.step
    if row.state == "承認待ち" and "approve" not in allowed and step is not None:
        if not principal.may_as(step.roles, Action.approve, row.department_id):
            return (f"{_who(step)}の{'承認' if step.name == '承認' else f'「{step.name}」'}を待っています。",)
        reasons = []
        if principal.account_id in (barred := barred_from(row, line, step)):
            reasons.append(
                "登録した人、最後に修正した人、承認を依頼した人は承認できません。ほかの承認者が承認してください。"
                if barred[principal.account_id] in _MAKERS
                else f"{barred[principal.account_id]}は、この段階を承認できません。ほかの承認者が承認してください。"
            )
        if faults:
            reasons.append(f"解決していない誤りが{faults}件あるため承認できません。差し戻して直してください。")
        return tuple(reasons)
    if row.state in EDITABLE and "submit" not in allowed and step is not None:
        if not principal.may(Action.submit, row.department_id):
            return ("登録者又は確認者の確認を待っています。",)
        if faults:
            return (f"解決していない誤りが{faults}件あるため、承認を依頼できません。直すと依頼できます。",)
        if not principal.may_as(step.roles, Action.submit, row.department_id):
            return (f"{_who(step)}の「{step.name}」を待っています。",)
        if principal.account_id in (barred := barred_from(row, line, step)):
            return (f"{barred[principal.account_id]}は「{step.name}」を行えません。ほかの人が確かめて進めてください。",)
        return ("先に「発言者に確認する」を行ってください。",)
    if row.state == "失敗" and "run_again" not in allowed:
        return ("もう一度作成できるのは登録者です。",)
    return ()


_MAKERS = frozenset({"会議を登録した本人", "最後に修正した本人", "承認を依頼した本人"})


def _who(step: ChainStep) -> str:
    return "又は".join(step.roles)
