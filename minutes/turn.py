"""Attribution, Turn and Exchange: what was understood of a transcript before anything is condensed."""

from enum import StrEnum

from minutes.value import Value


class TurnKind(StrEnum):
    QUESTION = "質問"
    ANSWER = "回答"
    SUPPLEMENT = "補足回答"
    OPINION = "意見"
    REQUEST = "要望"
    REPORT = "報告"
    GREETING = "挨拶"
    CHAIRING = "進行"
    DECISION = "決定"
    BACKCHANNEL = "相づち"
    SMALL_TALK = "雑談"


class Attribution(Value):
    """Who spoke one utterance. ``attendee_id`` None means 発言者確認中: never a guess."""

    utterance_id: str
    attendee_id: str | None
    confidence: float
    """0.0 to 1.0."""
    reason: str
    """In Japanese, for the reviewer: which cue decided, e.g. 自己紹介「狛江市の平林です」."""
    evidence: tuple[str, ...] = ()
    """Utterance ids that the reason rests on."""


class Turn(Value):
    """What one speaker says in one go, within one agenda item and one disclosure.

    Mostly consecutive utterances; a slight word of somebody else in between (はい) does not end it. Turns are in order
    of their first utterance.
    """

    id: str
    """``t0001`` …"""
    utterance_ids: tuple[str, ...]
    attendee_id: str | None
    label: str | None
    """The raw label, shown as 発言者確認中：label while ``attendee_id`` is None."""
    kind: TurnKind
    agenda_no: int | None
    closed: bool
    """Spoken in a closed item or closed stretch: must never reach a public export."""


class Exchange(Value):
    """Questions and the answers to them, many to many."""

    question_turn_ids: tuple[str, ...]
    answer_turn_ids: tuple[str, ...]
    confidence: float


class AgendaSpan(Value):
    """Where one agenda item was talked about: the first to the last utterance, both included."""

    agenda_no: int
    first: str
    last: str
    located: bool
    """False where no word of the chair marked the start and the span was inferred by order only."""


class Piece(Value):
    """A stretch of the text of one utterance: characters ``start`` up to but not including ``end``."""

    utterance_id: str
    start: int
    end: int


class Point(Value):
    """One of several things that a turn asks or answers."""

    id: str
    """``t0005.2``: the second point of turn t0005."""
    turn_id: str
    pieces: tuple[Piece, ...]
    """In the order spoken; greetings and announcements (「2点伺います」) are in no point."""


class PointAnswer(Value):
    """One point of an answer meets one point of a question. Many to many, like exchanges."""

    question_point_id: str
    answer_point_id: str
    confidence: float


class FollowUp(Value):
    """A question that its asker puts after an answer, on the matter asked before (再質問)."""

    turn_id: str
    earlier_turn_id: str


class Deferral(Value):
    """An answer that is put off: 「確認して後ほどお答えします」「持ち帰って検討します」."""

    turn_id: str
    question_turn_ids: tuple[str, ...]
    answered_by: str | None
    """The turn that brings it later in the meeting; None while the answer is owed."""


class Correction(Value):
    """A slip and the words that put it right; ``corrected`` is what the minutes may say."""

    slip: Piece
    corrected: Piece
    statement: tuple[Piece, ...]
    """Everything said only to correct: 「失礼しました、12団体ではなく」."""


class Structure(Value):
    spans: tuple[AgendaSpan, ...]
    turns: tuple[Turn, ...]
    exchanges: tuple[Exchange, ...]
    points: tuple[Point, ...] = ()
    """Only of turns in exchanges where a question or its answers have more than one point."""
    answers: tuple[PointAnswer, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    deferrals: tuple[Deferral, ...] = ()
    corrections: tuple[Correction, ...] = ()
