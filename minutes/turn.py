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
    """Consecutive utterances of one speaker within one agenda item and one disclosure."""

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


class Structure(Value):
    spans: tuple[AgendaSpan, ...]
    turns: tuple[Turn, ...]
    exchanges: tuple[Exchange, ...]
