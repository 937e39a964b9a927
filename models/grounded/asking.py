"""From a portion of a unit to the messages that ask for its summary."""

import secrets
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from minutes.glossary import load_glossary
from minutes.profile import Profile
from minutes.turn import TurnKind
from minutes.unit import Unit
from models.grounded.backend import Backend, Request
from models.grounded.portions import Said, portions, spoken
from prompts import Message, Prompt, Prompts

_PROMPT_OF = {
    TurnKind.QUESTION: "question",
    TurnKind.ANSWER: "answer",
    TurnKind.SUPPLEMENT: "answer",
    TurnKind.GREETING: "greeting",
    TurnKind.REPORT: "report",
    TurnKind.DECISION: "decision",
}
_OTHER = "opinion"
_REGISTER = "常体（である調）"
_TERMS = 20
_LEAST_ROOM = 200
"""Tokens of speech below which a prompt is all rules; the context of the model is too small for this unit."""
_LEAST_BUDGET = 40
_CONTEXT_SHARE = 4
"""The questions answered may fill a quarter of what the rules leave."""
_MOST_NAMED = 500
"""Ids that a schema lists: servers refuse lists beyond about a thousand."""


class TooLittleRoom(Exception):
    """The context of the model has no room for this unit beside the rules."""


@dataclass(frozen=True)
class Asked:
    """A request and what its reply is held against."""

    prompt: Prompt
    request: Request
    said: tuple[Said, ...]
    mark: str
    budget: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.id for each in self.said))


@dataclass(frozen=True)
class Asking:
    prompts: Prompts
    profile: Profile
    backend: Backend
    new_mark: Callable[[], str] = field(default=lambda: secrets.token_hex(8))

    def requests(self, unit: Unit) -> tuple[Asked, ...]:
        """Together they show every utterance of the unit in full. Raises TooLittleRoom."""
        prompt = self.prompts[_PROMPT_OF.get(unit.kind, _OTHER)]
        reply = self._reply_tokens(unit.budget)
        bare = self._messages(prompt, unit, said=(), context=(), budget=unit.budget, mark="0" * 16)
        room = self.backend.context_tokens - reply - self.backend.prompt_tokens(bare)
        if room < _LEAST_ROOM:
            raise TooLittleRoom
        context = self._context(unit, room // _CONTEXT_SHARE)
        room -= sum(self.backend.tokens(each + "\n") for each in context)
        while room > 0:
            found = self._portions(prompt, unit, context, room)
            over = max((self._over(each.request) for each in found), default=0)
            if over <= 0:
                return found
            # The tokens of some lines do not always add up to those of the whole prompt.
            room -= over
        raise TooLittleRoom

    def _portions(self, prompt: Prompt, unit: Unit, context: Sequence[str], room: int) -> tuple[Asked, ...]:
        parts = portions(unit.utterances, room, self.backend.tokens)
        whole = sum(len(each.text) for part in parts for each in part) or 1
        return tuple(
            self._asked(
                prompt, unit, part, context, max(_LEAST_BUDGET, unit.budget * sum(len(e.text) for e in part) // whole)
            )
            for part in parts
        )

    def _over(self, request: Request) -> int:
        """Tokens by which prompt and reply pass the context."""
        return self.backend.prompt_tokens(request.messages) + request.max_tokens - self.backend.context_tokens

    def again(self, asked: Asked, reply: str, findings: Sequence[str]) -> Asked:
        """The same request, with the reply and what is wrong with it. Raises TooLittleRoom."""
        prompt = self.prompts["repair"]
        wanted = prompt.render({"findings": list(findings), "ids": list(asked.ids), "mark": asked.mark})
        earlier = (Message("assistant", reply),) if reply.strip() else ()
        messages = (*asked.request.messages, *earlier, *wanted)
        request = Request(messages, asked.request.schema, asked.request.max_tokens)
        if self._over(request) > 0:
            request = replace(request, messages=(*asked.request.messages, *wanted))
        if self._over(request) > 0:
            raise TooLittleRoom
        return replace(asked, prompt=prompt, request=request)

    def _asked(self, prompt: Prompt, unit: Unit, said: tuple[Said, ...], context: Sequence[str], budget: int) -> Asked:
        everything = "".join(each.text for each in said) + "".join(context)
        mark = next(mark for mark in iter(self.new_mark, None) if mark not in everything)
        messages = self._messages(prompt, unit, said=said, context=context, budget=budget, mark=mark)
        return Asked(prompt, Request(messages, _schema(prompt, said), self._reply_tokens(budget)), said, mark, budget)

    def _messages(
        self, prompt: Prompt, unit: Unit, *, said: Sequence[Said], context: Sequence[str], budget: int, mark: str
    ) -> tuple[Message, ...]:
        values: dict[str, Any] = {
            "kind": unit.kind.value,
            "register": _REGISTER,
            "house_rules": house_rules(self.profile),
            "budget": budget,
            "own_words": unit.own_words,
            "terms": self._terms(unit),
            "context": list(context),
            "utterances": said,
            "mark": mark,
        }
        return prompt.render(values)

    def _terms(self, unit: Unit) -> list[str]:
        text = "".join(spoken(each.text) for each in unit.utterances)
        known = dict.fromkeys(term.word for term in (*self.profile.glossary, *load_glossary()))
        found = [word for word in known if word in text]
        # A term inside a longer one that is there as well says nothing new.
        return [w for w in found if not any(w != other and w in other for other in found)][:_TERMS]

    def _context(self, unit: Unit, room: int) -> tuple[str, ...]:
        """The questions, nearest first; of a long one its end, where it asks."""
        kept: list[str] = []
        for text in unit.context:
            flat = spoken(text)
            while flat and self.backend.tokens(flat + "\n") > room:
                flat = flat[len(flat) // 4 + 1 :]
            room -= self.backend.tokens(flat + "\n")
            if flat:
                kept.append(flat)
        return tuple(kept)

    def _reply_tokens(self, budget: int) -> int:
        # Twice the length asked for, and the JSON around it. What needs more than a quarter of the context comes in
        # portions, each with a part of the length.
        return min(self.backend.tokens("あ" * budget * 2) + 256, self.backend.context_tokens // 4)


def _schema(prompt: Prompt, said: Sequence[Said]) -> dict[str, Any]:
    """The prompt's own, with the numbers of these utterances as the only evidence there can be: a model whose words
    are held to the schema cannot cite what nobody showed it."""
    schema = deepcopy(prompt.head.schema_)
    ids = list(dict.fromkeys(each.id for each in said))
    if 0 < len(ids) <= _MOST_NAMED:
        schema["properties"]["sentences"]["items"]["properties"]["evidence"]["items"]["enum"] = ids
    return schema


def house_rules(profile: Profile) -> list[str]:
    """What a body writes in its own way, as rules of the prompt."""
    wording = profile.wording
    rules = [
        f"読点は「{wording.comma}」を用いる。",
        "数字は半角とする。" if wording.digits == "half" else "数字は全角とする。",
    ]
    rules.append(
        "「1つ」「2つ」は算用数字で書く。" if wording.small_counts == "digits" else "「一つ」「二つ」は漢字で書く。"
    )
    if wording.prefix != "uniform":
        rules.append(f"接頭辞は「{wording.prefix}」とする（例: {wording.prefix}意見）。")
    if wording.okurigana == "general":
        rules.append("「手続き」「取り組み」のように送り仮名を付ける。")
    rules.append(f"一文は{wording.longest}字以内を目安とし、長いときは分ける。")
    if profile.own_side_word:
        rules.append(f"発言に「{profile.own_side_word}」とあるときは、この語のまま書く。")
    return rules
