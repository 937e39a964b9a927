"""The form with one answer per statement, as a speaker or the office sends it.

What contradicts itself (a rewritten text under このままでよい, an unchanged one under 直したい) is told and never guessed.
"""

from dataclasses import dataclass

from fastapi import Request

from minutes.confirmation import text_sha256
from minutes.errors import InputError, Problem
from service.meetings.answering import Said

ACCEPT, CHANGE = "accept", "change"


@dataclass(frozen=True)
class Answers:
    said: tuple[Said, ...]
    fault: InputError | None
    """Why nothing of it can be kept; ``said`` is then what the page shows again."""

    @property
    def typed(self) -> dict[str, Said]:
        return {each.block_id: each for each in self.said}


async def answers_in(request: Request) -> Answers:
    """Statements without a choice and without a change are not answered; ``seen-<block>`` names each statement."""
    form = await request.form(max_files=0, max_fields=2000)
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    said: list[Said] = []
    problems: list[Problem] = []
    for key, seen in fields.items():
        kind, _, block_id = key.partition("-")
        if kind != "seen":
            continue
        choice = fields.get(f"answer-{block_id}")
        text = "".join(fields.get(f"proposed-{block_id}", "").splitlines()).strip()
        changed = f"proposed-{block_id}" in fields and text_sha256(text) != seen
        what = _contradiction(choice, text, changed=changed)
        if what is not None:
            problems.append(Problem(what[0], "", what[1]))
        if choice in {ACCEPT, CHANGE} or changed:
            remark = fields.get(f"remark-{block_id}", "").strip()
            kept = text if choice == CHANGE or changed else None
            said.append(Said(block_id, seen, kept, remark or None))
    fault = InputError(problems[0].what, where="answers", problems=problems) if problems else None
    return Answers(tuple(said), fault)


def _contradiction(choice: str | None, text: str, *, changed: bool) -> tuple[str, str] | None:
    if choice == ACCEPT and changed:
        return (
            "「このままでよい」を選びましたが、文が書き換えられています。",
            "直すときは「直したい」を選んでください。",
        )
    if choice == CHANGE and not text:
        return "直した後の文が空です。", "文を書くか、載せたくない理由を「理由や連絡」に書いて、文は残してください。"
    if choice == CHANGE and not changed:
        return "「直したい」を選びましたが、文が元のままです。", "直した後の文を書いてください。"
    if choice is None and changed:
        return "文が書き換えられていますが、回答が選ばれていません。", "「直したい」を選んでください。"
    return None
