"""What a turn is for: question, answer, opinion … decided on the whole turn and what went before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.speakers.segments import is_backchannel
from minutes.structure.chairing import chair_kind, invites_to_present, settles_trouble
from minutes.structure.echo import repeats
from minutes.structure.said import Said
from minutes.structure.sequels import puts_off
from minutes.structure.wording import (
    ASKS_PLAINLY,
    COURTESY,
    HOLDS,
    LATER,
    LOOSE,
    MICROPHONE_RULES,
    NO_QUESTION,
    OPENS_OR_HANDS_OVER,
    REACTION,
    REPORTING,
    REQUEST,
    RHETORICAL,
    SOUND_IS_FINE,
    STANCE,
    SUPPLEMENT,
    TIGHT,
    VIEW,
    YES_OR_NO,
    asks_for_floor,
    is_acclaim,
    is_small_talk,
    is_stage_direction,
    only_introduces,
)
from minutes.turn import TurnKind

REACH = 24
"""Open questions of an item that are kept in view: enough for a late answer, and time stays linear."""

BEFORE_OPENING = 12
"""Turns among which the opening is looked for."""
CHAT = 60
"""Characters of a turn before the opening up to which it is chat; longer ones are announcements."""

_SLIGHT = (TurnKind.BACKCHANNEL, TurnKind.SMALL_TALK, TurnKind.CHAIRING)
_ASKED = (TurnKind.QUESTION, TurnKind.OPINION, TurnKind.REQUEST)
_BY_LABEL = {
    "問": TurnKind.QUESTION,
    "質問": TurnKind.QUESTION,
    "質疑": TurnKind.QUESTION,
    "答": TurnKind.ANSWER,
    "回答": TurnKind.ANSWER,
    "答弁": TurnKind.ANSWER,
    "要望": TurnKind.REQUEST,
    "意見": TurnKind.OPINION,
}
"""Labels of records that type each turn (◆問 ◎答 ◆要望)."""


def kinds_of(turns: Sequence[Said]) -> tuple[TurnKind, ...]:
    """One kind per turn, in order; a turn with parts of several kinds gets the weightiest."""
    found: list[TurnKind] = []
    raised: list[int] = []
    left_behind: list[int] = []
    agenda: int | None = None
    opening = _opening(turns)
    for number, turn in enumerate(turns):
        if number < opening:
            found.append(TurnKind.SMALL_TALK if len(turn.folded.raw) <= CHAT else TurnKind.CHAIRING)
            continue
        if turn.agenda_no != agenda or invites_to_present(turn):
            agenda, left_behind, raised = turn.agenda_no, [*left_behind, *raised][-REACH:], []
        kind = _Scene(turns, number, found, raised, left_behind).kind()
        # What a guest or a member holds or requests is answered by the own side just as a question is.
        if kind is TurnKind.QUESTION or (
            kind in (TurnKind.REQUEST, TurnKind.OPINION) and not turn.answers_for_body and not turn.chair
        ):
            raised = [*raised, number][-REACH:]
        found.append(kind)
    return tuple(found)


def _opening(turns: Sequence[Said]) -> int:
    """The turn that opens the meeting where people chat before it; 0 where nothing shows an opening."""
    first = (n for n, t in enumerate(turns[:BEFORE_OPENING]) if OPENS_OR_HANDS_OVER.search(t.folded.raw))
    return next(first, 0)


@dataclass(frozen=True)
class _Scene:
    """One turn with all that went before.

    ``before`` holds the kinds so far, ``raised`` what was asked since the item or its last explanation began,
    ``left_behind`` what was asked before that.
    """

    turns: Sequence[Said]
    number: int
    before: Sequence[TurnKind]
    raised: Sequence[int]
    left_behind: Sequence[int]

    @property
    def turn(self) -> Said:
        return self.turns[self.number]

    def kind(self) -> TurnKind:
        turn, raw = self.turn, self.turn.folded.raw
        if turn.label in _BY_LABEL and raw:
            return _BY_LABEL[turn.label]
        if is_stage_direction(turn.text):
            return TurnKind.BACKCHANNEL if is_acclaim(turn.text) else TurnKind.CHAIRING
        slight = self._slight(raw)
        if slight is not None:
            return slight
        if turn.chair:
            return chair_kind(turn)
        return self._of_substance(raw)

    def _slight(self, raw: str) -> TurnKind | None:
        turn = self.turn
        if not turn.chair and self._settles_question(raw):
            return TurnKind.ANSWER
        after_trouble = self.number and self.before[-1] is TurnKind.SMALL_TALK
        after_trouble = after_trouble and is_small_talk(self.turns[self.number - 1].text)
        if after_trouble and not turn.chair and SOUND_IS_FINE.search(raw) and is_backchannel(turn.folded.key):
            return TurnKind.SMALL_TALK
        if not raw or is_backchannel(turn.folded.key) or (not turn.chair and (_reacts(turn) or self._repeats())):
            return TurnKind.BACKCHANNEL
        # 「ご発言の時以外はマイクをオフに」 is the chair's business, the room temperature is nobody's.
        if is_small_talk(turn.text) and not (turn.chair and MICROPHONE_RULES.search(raw)):
            return TurnKind.SMALL_TALK
        if not turn.chair and (asks_for_floor(turn.text) or (len(raw) <= 240 and OPENS_OR_HANDS_OVER.search(raw))):
            return TurnKind.CHAIRING
        if after_trouble:
            return TurnKind.SMALL_TALK if settles_trouble(turn) else None
        return None

    def _of_substance(self, raw: str) -> TurnKind:
        turn = self.turn
        pending = [q for q in self.raised if not self.turns[q].same_speaker(turn)]
        if turn.greets and (turn.presents or (not self.raised and not turn.asks)):
            return TurnKind.GREETING
        if only_introduces(turn.text) and not pending:
            return TurnKind.GREETING
        if LATER.search(raw[:90]) and not turn.asks:
            pending = pending or [q for q in self.left_behind if not self.turns[q].same_speaker(turn)]
        if self._reports(raw, bool(pending)):
            return TurnKind.REPORT
        if self._goes_on_asking():
            return TurnKind.QUESTION
        if pending and self._answers(raw, pending):
            return TurnKind.SUPPLEMENT if self._supplements(raw) else TurnKind.ANSWER
        return self._asks_or_holds(raw)

    def _goes_on_asking(self) -> bool:
        """Somebody not identified goes on under the label of the asker, with nobody in between."""
        if self.turn.attendee is not None or not self.number or self.turn.label is None:
            return False
        return self.turns[self.number - 1].label == self.turn.label and self.before[-1] is TurnKind.QUESTION

    def _settles_question(self, raw: str) -> bool:
        """「はい、そのとおりです。」 right after a question, with no fuller answer behind it."""
        if not self.number or self.before[-1] is not TurnKind.QUESTION or not YES_OR_NO.match(raw):
            return False
        asker, follower = self.turns[self.number - 1], self._next()
        if asker.same_speaker(self.turn):
            return False
        return follower is None or follower.same_speaker(asker) or not follower.answers_for_body or follower.asks

    def _repeats(self) -> bool:
        last = self._last()
        if last is None or self.before[last] not in (TurnKind.ANSWER, TurnKind.SUPPLEMENT, TurnKind.REPORT):
            return False
        if self.turns[last].same_speaker(self.turn) or not repeats(self.turn.text, self.turns[last].text):
            return False
        # Where the one before speaks again at once, the words were a question to make sure.
        follower = self.turns[self.number + 1] if self.number + 1 < len(self.turns) else None
        return follower is None or not follower.same_speaker(self.turns[last])

    def _reports(self, raw: str, pending: bool) -> bool:
        """An explanation: the presenter's own, or by someone of the own side before anything was asked."""
        turn, last = self.turn, self._last()
        reporting = bool(REPORTING.search(raw[:200]) or REPORTING.search(raw[-60:]))
        if pending:
            # After a discussion only a new explanation at the chair's word, never a reply.
            answering = re.search(r"お答え|ご質問|お尋ね", raw[:60])
            asked = last is not None and self.before[last] in _ASKED
            by_chair = self.number > 0 and self.turns[self.number - 1].chair
            return turn.presents and reporting and by_chair and not asked and not answering and len(raw) >= 80
        if turn.asks and not reporting:
            return False
        if turn.presents and (len(raw) >= 60 or reporting):
            return True
        if last is not None and self.before[last] is TurnKind.REPORT and self.turns[last].same_speaker(turn):
            return True
        if reporting:
            return turn.answers_for_body or (turn.attendee is None and turn.in_report)
        return turn.answers_for_body and len(raw) >= 20 and not any(HOLDS.search(s) for s in turn.closing)

    def _answers(self, raw: str, pending: Sequence[int]) -> bool:
        turn, last = self.turn, self._last()
        if turn.answers_for_body:
            if turn.asks and len(raw) <= 60 and (last is None or self.before[last] is not TurnKind.QUESTION):
                return False
            return any(not self.turns[q].answers_for_body for q in pending) or last in pending
        if last is None or last not in pending or self.before[last] is not TurnKind.QUESTION:
            return False
        # After a question: an outside presenter, whoever is asked by the own side or the chair, or somebody not
        # yet identified.
        asker = self.turns[last]
        if turn.presents and not turn.asks:
            return True
        if turn.attendee is None or asker.answers_for_body or asker.chair:
            return not turn.asks
        return bool(re.search(r"お答え|ご質問(?:の|に|あり)", raw[:60])) or (
            not turn.asks and self._called_to_answer(last)
        )

    def _called_to_answer(self, asked: int) -> bool:
        """The question or the chair after it names this speaker: 「大庭様はいかがでしょうか」."""
        attendee = self.turn.attendee
        if attendee is None:
            return False
        words = [self.turns[asked].closing, *(t.closing for t in self.turns[asked + 1 : self.number] if t.chair)]
        said = "".join(s for sentences in words for s in sentences)
        names = [n for n in (attendee.surname, attendee.org) if len(n) >= 2]
        return any(re.search(rf"{re.escape(n)}[^。]{{0,20}}(?:いかが|お答え|回答|伺|お聞き|教え)", said) for n in names)

    def _supplements(self, raw: str) -> bool:
        head = raw[:120]
        if re.search(r"補足|付け加え|つけ加え|追加(?:で|して)", head):
            return True
        # Coming back to an earlier question is a supplement where something has been answered already, not where this
        # speaker owes the answer.
        return bool(SUPPLEMENT.search(head)) and TurnKind.ANSWER in self.before[-12:] and not self._owes()

    def _owes(self) -> bool:
        for index in range(self.number - 1, max(-1, self.number - REACH), -1):
            if self.before[index] is TurnKind.ANSWER and self.turns[index].same_speaker(self.turn):
                return puts_off(self.turns[index])
        return False

    def _asks_or_holds(self, raw: str) -> TurnKind:
        turn, last_words = self.turn, self.turn.closing
        asked_last = turn.asks and bool(last_words and re.search(r"か[。?]?$", last_words[-1]))
        if not asked_last and any(
            re.search(r"要望(?:です|でござ|します|いたし|と(?:して|いた|さ|し)|に(?:なり|とどめ))", s)
            for s in last_words
        ):
            return TurnKind.REQUEST
        plain_question = any(re.search(r"か[。?]?$", s) for s in last_words)
        if turn.asks and (plain_question or not VIEW.search(raw)) and not self._only_in_form():
            return TurnKind.QUESTION
        if self._asked_before_its_end():
            return TurnKind.QUESTION
        if STANCE.search(raw) or (VIEW.search(raw) and not plain_question):
            return TurnKind.OPINION
        if any(REQUEST.search(s) for s in last_words):
            return TurnKind.REQUEST
        if not turn.answers_for_body and any(LOOSE.search(s.rstrip("。")) for s in last_words):
            follower = self._next()
            if follower is not None and follower.answers_for_body:
                return TurnKind.QUESTION
            return TurnKind.REQUEST if any(re.search(r"お願い|求め", s) for s in last_words) else TurnKind.OPINION
        return TurnKind.OPINION

    def _asked_before_its_end(self) -> bool:
        """A member asks, goes on talking, and an official answers."""
        follower = self._next()
        if self.turn.answers_for_body or follower is None or not follower.answers_for_body:
            return False
        return any(
            ASKS_PLAINLY.search(s) and not RHETORICAL.search(s) and not NO_QUESTION.search(s.rstrip("。"))
            for s in self.turn.sentences
        )

    def _only_in_form(self) -> bool:
        """「徹底すべきではないでしょうか」 with no official answering is a view."""
        asking = [s for s in self.turn.closing if TIGHT.search(s.rstrip("。"))]
        follower = self._next()
        if not all(RHETORICAL.search(s) for s in asking):
            return False
        held = any(STANCE.search(s) and s not in asking for s in self.turn.closing)
        return held or follower is None or not follower.answers_for_body

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
        return next((t for t in following if not t.chair and not is_backchannel(t.folded.key)), None)


def _reacts(turn: Said) -> bool:
    """「それは大変助かります。ありがとうございます。」: thanks and understanding, nothing to record."""
    if len(turn.folded.raw) > 40:
        return False
    return all(REACTION.match(s) or COURTESY.match(s) or is_backchannel(s) for s in turn.sentences)
