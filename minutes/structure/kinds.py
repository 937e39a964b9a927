"""What a turn is for: question, answer, opinion … decided on the whole turn and what went before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.folding import fold
from minutes.meeting import AgendaItem, AgendaKind, Attendee, Side
from minutes.speakers.segments import is_backchannel
from minutes.structure.wording import (
    CHAIR_ASKS,
    CHAIR_VIEW,
    COURTESY,
    DECIDES,
    LOOSE,
    REACTION,
    REPORTING,
    REQUEST,
    SUMS_UP,
    SUPPLEMENT,
    VIEW,
    asks,
    asks_for_floor,
    closing,
    is_small_talk,
    sentences,
)
from minutes.turn import TurnKind


@dataclass(frozen=True)
class Said:
    """A turn before it has a kind."""

    text: str
    attendee: Attendee | None
    label: str | None
    chair: bool
    item: AgendaItem | None
    agenda_no: int | None
    closed: bool

    @property
    def own_side(self) -> bool:
        return self.attendee is not None and self.attendee.side is not Side.GUEST

    def same_speaker(self, other: "Said") -> bool:
        if self.attendee and other.attendee:
            return self.attendee.id == other.attendee.id
        return self.attendee is other.attendee and self.label == other.label and self.label is not None


_SLIGHT = (TurnKind.BACKCHANNEL, TurnKind.SMALL_TALK, TurnKind.CHAIRING)


def kinds_of(turns: Sequence[Said]) -> tuple[TurnKind, ...]:
    """One kind per turn, in order; a turn with parts of several kinds gets the weightiest."""
    found: list[TurnKind] = []
    raised: list[int] = []
    agenda: int | None = None
    for number, turn in enumerate(turns):
        if turn.agenda_no != agenda:
            agenda, raised = turn.agenda_no, []
        kind = _Scene(turns, number, found, raised).kind()
        # What a guest holds or requests is answered by the own side just as a question is.
        if kind is TurnKind.QUESTION or (
            kind in (TurnKind.REQUEST, TurnKind.OPINION) and not turn.own_side and not turn.chair
        ):
            raised.append(number)
        found.append(kind)
    return tuple(found)


@dataclass(frozen=True)
class _Scene:
    """One turn with all that went before: ``before`` holds the kinds so far, ``raised`` what was asked in this item."""

    turns: Sequence[Said]
    number: int
    before: Sequence[TurnKind]
    raised: Sequence[int]

    @property
    def turn(self) -> Said:
        return self.turns[self.number]

    def kind(self) -> TurnKind:
        turn, raw = self.turn, fold(self.turn.text).raw
        if not raw or is_backchannel(fold(turn.text).key) or (not turn.chair and _reacts(raw)):
            return TurnKind.BACKCHANNEL
        if is_small_talk(turn.text) or (not turn.chair and asks_for_floor(turn.text)):
            return TurnKind.SMALL_TALK
        if turn.chair:
            return _chairs(turn, raw, self._presents())
        pending = [q for q in self.raised if not self.turns[q].same_speaker(turn)]
        greeting = turn.item is not None and turn.item.kind is AgendaKind.GREETING
        if greeting and (self._presents() or (not self.raised and not asks(turn.text))):
            return TurnKind.GREETING
        if self._reports(raw, bool(pending)):
            return TurnKind.REPORT
        if pending and self._answers(raw, pending):
            return TurnKind.SUPPLEMENT if self._supplements(raw) else TurnKind.ANSWER
        return self._asks_or_holds(raw)

    def _reports(self, raw: str, pending: bool) -> bool:
        """An explanation: the presenter's own, or by someone of the own side before anything was asked."""
        turn, last, presents = self.turn, self._last(), self._presents()
        reporting = bool(REPORTING.search(raw[:200]) or REPORTING.search(raw[-60:]))
        if pending:
            # After a discussion only a new explanation at the chair's word, never a reply.
            answering = re.search(r"お答え|ご質問|お尋ね", raw[:60])
            asked = last is not None and self.before[last] in (TurnKind.QUESTION, TurnKind.OPINION, TurnKind.REQUEST)
            by_chair = self.number > 0 and self.turns[self.number - 1].chair
            return presents and reporting and by_chair and not asked and not answering and len(raw) >= 80
        if asks(turn.text) and not reporting:
            return False
        if presents and (len(raw) >= 60 or reporting):
            return True
        if last is not None and self.before[last] is TurnKind.REPORT and self.turns[last].same_speaker(turn):
            return True
        return reporting and (turn.own_side or (turn.attendee is None and self._in_report()))

    def _answers(self, raw: str, pending: Sequence[int]) -> bool:
        turn, last = self.turn, self._last()
        if turn.own_side:
            return any(not self.turns[q].own_side for q in pending) or last in pending
        if last is None or last not in pending or self.before[last] is not TurnKind.QUESTION:
            return False
        # After a question: an outside presenter, whoever is asked by the own side or the chair, or somebody not
        # yet identified.
        asker = self.turns[last]
        if self._presents():
            return True
        if turn.attendee is None or asker.own_side or asker.chair:
            return not asks(turn.text)
        return bool(re.search(r"お答え|ご質問(?:の|に|あり)", raw[:60]))

    def _supplements(self, raw: str) -> bool:
        head = raw[:120]
        if re.search(r"補足|付け加え|つけ加え|追加(?:で|して)", head):
            return True
        # Coming back to an earlier question is a supplement where something has been answered already.
        return bool(SUPPLEMENT.search(head)) and TurnKind.ANSWER in self.before[-12:]

    def _asks_or_holds(self, raw: str) -> TurnKind:
        turn, last_words = self.turn, closing(self.turn.text)
        if any(re.search(r"要望(?:です|でござ|します|いたし|として|と(?:いた|さ)|になり)", s) for s in last_words):
            return TurnKind.REQUEST
        plain_question = any(re.search(r"か[。?]?$", s) for s in last_words)
        if asks(turn.text) and (plain_question or not VIEW.search(raw)):
            return TurnKind.QUESTION
        if any(REQUEST.search(s) for s in last_words):
            return TurnKind.REQUEST
        if not turn.own_side and any(LOOSE.search(s.rstrip("。")) for s in last_words):
            follower = self._next()
            if follower is not None and follower.own_side:
                return TurnKind.QUESTION
            return TurnKind.REQUEST if any(re.search(r"お願い|求め", s) for s in last_words) else TurnKind.OPINION
        return TurnKind.OPINION

    def _last(self) -> int | None:
        """The last turn of substance in the same item."""
        for index in range(self.number - 1, max(-1, self.number - 8), -1):
            if self.turns[index].agenda_no != self.turn.agenda_no:
                return None
            if self.before[index] not in _SLIGHT:
                return index
        return None

    def _next(self) -> Said | None:
        following = self.turns[self.number + 1 : self.number + 5]
        return next((t for t in following if not t.chair and not is_backchannel(fold(t.text).key)), None)

    def _presents(self) -> bool:
        turn = self.turn
        if turn.attendee is None or turn.item is None:
            return False
        subs = (p for s in turn.item.subitems for p in s.presenter_ids)
        return turn.attendee.id in {*turn.item.presenter_ids, *subs}

    def _in_report(self) -> bool:
        return self.turn.item is not None and self.turn.item.kind is AgendaKind.REPORT


def _chairs(turn: Said, raw: str, presents: bool) -> TurnKind:
    if presents and turn.item and turn.item.kind is AgendaKind.GREETING and len(raw) > 80:
        return TurnKind.GREETING
    if DECIDES.search(raw) and not _only_asks_consent(raw):
        return TurnKind.DECISION
    if CHAIR_ASKS.search(raw) and asks(turn.text):
        return TurnKind.QUESTION
    if presents and REPORTING.search(raw[:160]) and len(raw) > 120:
        return TurnKind.REPORT
    if (CHAIR_VIEW.search(raw) or SUMS_UP.search(raw)) and len(raw) > 30:
        return TurnKind.OPINION
    return TurnKind.CHAIRING


def _only_asks_consent(raw: str) -> bool:
    """「決定してよろしいでしょうか」 asks; the decision is what follows the consent."""
    deciding = [s for s in sentences(raw) if DECIDES.search(s)]
    return all(re.search(r"か[。?]?$|たいと(?:思|存)|お諮り|後ほど|予定|いただきたい", s) for s in deciding)


def _reacts(raw: str) -> bool:
    """「それは大変助かります。ありがとうございます。」: thanks and understanding, nothing to record."""
    if len(raw) > 40:
        return False
    return all(REACTION.match(s) or COURTESY.match(s) or is_backchannel(fold(s).key) for s in sentences(raw))
