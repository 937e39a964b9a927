"""The way of one unit: ask, read, hold against the checks, ask once more, else choose from what was said."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from minutes.unit import LeftOut, ModelCall, SummarySentence, Unit, UnitSummary
from models.extractive import Chosen
from models.grounded.asking import Asked, Asking, TooLittleRoom
from models.grounded.backend import Reply, Request, Unanswered
from models.grounded.coverage import missed
from models.grounded.judging import Judge
from models.grounded.portions import spoken
from models.grounded.reply import read


@dataclass(frozen=True)
class Answer:
    said: Reply | Unanswered
    seconds: float | None
    """None where the request was not made."""


Work = Generator[Request, Answer, UnitSummary]
"""Yields requests, is sent what came of each, returns the summary. It asks no one itself, so it needs no threads."""

_KEPT = 20_000
"""Characters of a reply that are kept for auditors."""
_TOLD = 2
"""Faults that the reviewer is told of; all of them stand with the call."""


class LostSpeech(Exception):
    """Something said was in no prompt: a fault of the program."""


@dataclass
class _Unusable(Exception):
    reason: str


@dataclass(frozen=True)
class UnitWork:
    asking: Asking
    judge: Judge
    choose: Callable[[Unit], Chosen]
    """The extractive result."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Units that must not be shown to a model, by id, and why."""

    def condense(self, unit: Unit) -> Work:
        calls: list[ModelCall] = []
        own = self.choose(unit)
        chosen = own.summary
        if unit.id in self.withheld:
            return _replaced(chosen, self.withheld[unit.id], calls)
        try:
            asked = self.asking.requests(unit)
            prove_shown(unit, asked)
            sentences: list[SummarySentence] = []
            for each in asked:
                portion = yield from _Portion(self, unit, own, calls).summary(each)
                sentences.extend(portion)
        except TooLittleRoom:
            return _replaced(chosen, "発言がモデルの文脈長に収まらない", calls)
        except LostSpeech:
            return _replaced(chosen, "発言の全てをモデルに示せなかった", calls)
        except _Unusable as unusable:
            return _replaced(chosen, unusable.reason, calls)
        written = _merged(sentences)
        if not written and chosen.sentences:
            return _replaced(chosen, "モデルが文を返さなかった", calls)
        return UnitSummary(
            unit_id=unit.id, sentences=written, left_out=_left_out(unit, written, chosen), calls=tuple(calls)
        )


@dataclass(frozen=True)
class _Attempt:
    sentences: tuple[SummarySentence, ...]
    faults: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    def better_than(self, other: "_Attempt") -> bool:
        return (len(self.faults) > 0, len(self.doubts)) < (len(other.faults) > 0, len(other.doubts))


@dataclass
class _Portion:
    work: UnitWork
    unit: Unit
    own: Chosen
    calls: list[ModelCall]

    def summary(self, asked: Asked) -> Generator[Request, Answer, tuple[SummarySentence, ...]]:
        first, reply = yield from self._ask(asked)
        if not first.faults and not first.doubts:
            return first.sentences
        try:
            again = self.work.asking.again(asked, reply, (*first.faults, *first.doubts))
            second, _ = yield from self._ask(again)
        except (TooLittleRoom, _Unusable):
            if first.faults:
                raise _failed(first) from None
            return first.sentences
        kept = first if first.better_than(second) else second
        if kept.faults:
            raise _failed(kept)
        return kept.sentences

    def _ask(self, asked: Asked) -> Generator[Request, Answer, tuple[_Attempt, str]]:
        answer = yield asked.request
        said = answer.said
        if isinstance(said, Unanswered):
            self.calls.append(_call(asked, None, (said.reason,), answer.seconds))
            raise _Unusable(said.reason)
        attempt = self._judged(said, asked)
        self.calls.append(_call(asked, said, (*attempt.faults, *attempt.doubts), answer.seconds))
        return attempt, said.text

    def _judged(self, reply: Reply, asked: Asked) -> _Attempt:
        sentences, faults = read(reply, asked)
        if faults:
            return _Attempt((), faults)
        missing = tuple(missed(self.own.essentials, asked.ids, sentences))
        if not sentences:
            cited = {each for s in self.own.summary.sentences for each in s.evidence}
            empty = ("要約の文が一つもない。",) if cited.intersection(asked.ids) else ()
            return _Attempt((), empty or missing)
        judged = self.work.judge.judged(self.unit, sentences)
        return _Attempt(judged.sentences, (*judged.faults, *missing), judged.doubts)


def _failed(attempt: _Attempt) -> _Unusable:
    return _Unusable("生成した文が点検を通らない。" + "".join(map(_what, attempt.faults[:_TOLD])).rstrip("。"))


def _what(fault: str) -> str:
    """Without what the model was told to do about it: the reviewer has nothing to mend."""
    quote, mark, message = fault.rpartition("」: ")
    return f"{quote}{mark}{message.partition('。')[0]}。" if mark else fault


def prove_shown(unit: Unit, asked: tuple[Asked, ...]) -> None:
    """Raises LostSpeech unless the prompts together show all that was said, each piece under its own number."""
    shown: dict[str, str] = {}
    for each in asked:
        prompt = each.request.messages[-1].content
        for piece in each.said:
            if f"[{piece.id}] {piece.text}\n" not in prompt:
                raise LostSpeech(piece.id)
            shown[piece.id] = shown.get(piece.id, "") + piece.text
    for utterance in unit.utterances:
        if shown.get(utterance.id) != spoken(utterance.text):
            raise LostSpeech(utterance.id)


def _merged(sentences: list[SummarySentence]) -> tuple[SummarySentence, ...]:
    """Two portions of one unit may come to the same sentence; it is printed once, with the evidence of both."""
    found: dict[str, tuple[str, ...]] = {}
    for each in sentences:
        found[each.text] = tuple(dict.fromkeys((*found.get(each.text, ()), *each.evidence)))
    return tuple(SummarySentence(text=text, evidence=evidence) for text, evidence in found.items())


def _left_out(
    unit: Unit, sentences: tuple[SummarySentence, ...], chosen: UnitSummary
) -> tuple[tuple[str, LeftOut], ...]:
    cited = {each for sentence in sentences for each in sentence.evidence}
    reasons = dict(chosen.left_out)
    return tuple((u.id, reasons.get(u.id, LeftOut.CONDENSED)) for u in unit.utterances if u.id not in cited)


def _replaced(chosen: UnitSummary, reason: str, calls: list[ModelCall]) -> UnitSummary:
    return chosen.model_copy(update={"replaced": reason, "calls": tuple(calls)})


def _call(asked: Asked, reply: Reply | None, faults: tuple[str, ...], seconds: float | None) -> ModelCall:
    ref = asked.prompt.ref()
    return ModelCall(
        prompt_id=ref.id,
        prompt_sha256=ref.sha256,
        model=reply.model if reply else "",
        finish=reply.finish if reply else "",
        prompt_tokens=reply.prompt_tokens if reply else None,
        completion_tokens=reply.completion_tokens if reply else None,
        seconds=seconds if seconds is None else round(seconds, 3),
        reply=reply.text[:_KEPT] if reply else "",
        faults=faults,
    )
