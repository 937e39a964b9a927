"""The form with one answer per statement, as a speaker or the office sends it."""

from fastapi import Request

from service.meetings.answering import Said

ACCEPT, CHANGE = "accept", "change"


async def said_in(request: Request) -> tuple[Said, ...]:
    """Statements without a choice are not answered; ``answer-<block>`` is the choice."""
    form = await request.form(max_files=0, max_fields=2000)

    def field(name: str, block_id: str) -> str:
        value = form.get(f"{name}-{block_id}")
        return value if isinstance(value, str) else ""

    said = []
    for key, choice in form.items():
        kind, _, block_id = key.partition("-")
        if kind == "answer" and choice in {ACCEPT, CHANGE}:
            proposed = field("proposed", block_id).strip() if choice == CHANGE else ""
            said.append(Said(block_id, field("seen", block_id), proposed or None, field("remark", block_id).strip()))
    return tuple(said)
