"""GroundedModel: a generating backend made safe to use for minutes. It can only make a draft better, never blank."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import Event

from minutes.document import ModelCard, PromptRef
from minutes.errors import GijiyoshiError
from minutes.stopping import Stopped
from minutes.unit import Unit, UnitSummary
from models.base import Background, ModelUnready, SummaryModel, Warmable
from models.extractive import choose
from models.grounded.asking import Asking
from models.grounded.backend import Backend, Reply, Request, Unanswered
from models.grounded.judging import Judge
from models.grounded.unit_work import Answer, UnitWork, Work
from models.grounded.withheld import Withheld
from prompts import Message, Prompts

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
_AHEAD = 4
"""Units begun per slot before the oldest is done: what a killed worker may have to do again."""
_GIVE_UP_AFTER = 3
"""Requests in a row that found no server: the rest of the meeting is not kept waiting for it."""
_FEW_WORDS = Request(
    (Message("user", "準備ができたら「はい」と答えてください。"),),
    {
        "type": "object",
        "properties": {"reply": {"type": "string"}},
        "required": ["reply"],
        "additionalProperties": False,
    },
    max_tokens=16,
)


@dataclass(frozen=True)
class GroundedModel:
    """Meets ``SummaryModel`` once it is ``within`` a meeting."""

    backend: Backend
    templates: Prompts
    background: Background | None = None
    withheld: Withheld | None = None
    """What the backend is never shown; None where it may see everything."""

    def describe(self) -> ModelCard:
        card = self.backend.card
        if self.withheld is None:
            return card
        return card.model_copy(update={"parameters": {**card.parameters, "withheld": self.withheld.name}})

    def prompts(self) -> tuple[PromptRef, ...]:
        return self.templates.refs()

    def within(self, background: Background) -> SummaryModel:
        return replace(self, background=background)

    def warm(self) -> None:
        """As the backend warms itself, else by one short reply. Raises ModelUnready, and what the backend raises."""
        try:
            if isinstance(self.backend, Warmable):
                self.backend.warm()
            else:
                self.backend.generate(_FEW_WORDS, halted=lambda: False)
        except Unanswered as unanswered:
            raise ModelUnready(
                f"要約モデルが使えません（{unanswered.reason}）。",
                remedy="モデルの設定とサーバーの状態を確かめてください。",
            ) from unanswered

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        if self.background is None:
            raise ValueError("a generating model needs to know the meeting: call within() first")
        asking = Asking(self.templates, self.background.profile, self.backend)
        withheld = self.withheld.reasons(self.background, units) if self.withheld else {}
        work = UnitWork(asking, Judge(self.background), choose, withheld)
        yield from _Round(self.backend, work, units, cancelled).summaries()


@dataclass
class _Round:
    """Keeps the backend's slots filled. Requests wait in threads; everything else happens in the caller's."""

    backend: Backend
    work: UnitWork
    units: Sequence[Unit]
    cancelled: Callable[[], bool]
    halt: Event = field(default_factory=Event)
    waiting: dict[Future[Answer], tuple[int, Work]] = field(default_factory=dict)
    done: dict[int, UnitSummary] = field(default_factory=dict)
    unreachable: int = 0

    def summaries(self) -> Iterator[UnitSummary]:
        begun = given = 0
        with ThreadPoolExecutor(self.backend.slots, thread_name_prefix="model") as pool:
            try:
                while given < len(self.units):
                    if self.cancelled():
                        return
                    if given in self.done:
                        yield self.done.pop(given)
                        given += 1
                    elif begun < len(self.units) and self._room(begun - given):
                        self._advance(pool, begun, self.work.condense(self.units[begun]), None)
                        begun += 1
                    else:
                        finished, _ = wait(self.waiting, timeout=_POLL_SECONDS, return_when=FIRST_COMPLETED)
                        for future in finished:
                            at, work = self.waiting.pop(future)
                            self._advance(pool, at, work, self._answer(future))
            except Stopped:
                return
            finally:
                self.halt.set()
                for future in self.waiting:
                    future.cancel()

    def _room(self, ahead: int) -> bool:
        # One unit more than there are slots, so that none waits while a reply is being checked.
        return len(self.waiting) <= self.backend.slots and ahead < self.backend.slots * _AHEAD

    def _advance(self, pool: ThreadPoolExecutor, at: int, work: Work, answer: Answer | None) -> None:
        """Take a unit to its next request, or to its end."""
        try:
            request = next(work) if answer is None else work.send(answer)
            while self.unreachable >= _GIVE_UP_AFTER:
                given_up = Unanswered("モデルが続けて応答しないため、問い合わせを打ち切った")
                request = work.send(Answer(given_up, None))
        except StopIteration as ended:
            self.done[at] = ended.value
            return
        self.waiting[pool.submit(self._generate, request)] = (at, work)

    def _generate(self, request: Request) -> Answer:
        began = time.perf_counter()
        said: Reply | Unanswered
        try:
            said = self.backend.generate(request, halted=self.halt.is_set)
        except Unanswered as unanswered:
            said = unanswered
        except (Stopped, GijiyoshiError):
            # What is wrong with an installation must be told, not covered by the extractive result.
            raise
        except Exception as error:
            # Its text may quote the reply, and the reply the meeting.
            _log.error("backend failed: %s", type(error).__name__)
            said = Unanswered("モデルとのやり取りで予期しない誤りが起きた")
        return Answer(said, time.perf_counter() - began)

    def _answer(self, future: Future[Answer]) -> Answer:
        """Raises Stopped."""
        answer = future.result()
        lost = isinstance(answer.said, Unanswered) and answer.said.unreachable
        self.unreachable = self.unreachable + 1 if lost else 0
        return answer
