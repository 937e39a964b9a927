"""Unit: what a model condenses in one call, and UnitSummary: what it gives back."""

from enum import StrEnum

from minutes.transcript.model import Utterance
from minutes.turn import TurnKind
from minutes.value import Value

KEPT_BACK = "非公開の発言をモデルのサーバーへ送らない設定のため"
"""``replaced`` of a unit that the model was not shown on purpose: no fault of the model."""


class LeftOut(StrEnum):
    """Why an utterance is in no sentence of the draft. A reviewer sees the reason."""

    CHAIRING = "進行"
    BACKCHANNEL = "相づち"
    SMALL_TALK = "雑談"
    DUPLICATE = "重複"
    CONDENSED = "要約"
    CLOSED = "非公開"
    INAUDIBLE = "聴取不能"
    OMITTED = "省略"
    """A person left it out, knowing that the draft had it or should have it."""
    MISHEARD = "誤認識"
    """A line that the recogniser made up: ご視聴ありがとうございました where nobody speaks."""
    REPORT_AS_TITLE = "資料説明"
    """A presenter's explanation: the profile prints title and presenter only (BoJ 議事録作成要領)."""


class Unit(Value):
    """One turn to condense, with the context a model may read but not cite."""

    id: str
    """Equal to the id of its turn."""
    kind: TurnKind
    attendee_id: str | None
    agenda_no: int | None
    closed: bool
    utterances: tuple[Utterance, ...]
    context: tuple[str, ...] = ()
    """Text of the questions this turn answers, nearest first."""
    budget: int
    """Target length of the summary in characters; a bound for selection, not for single sentences."""
    bullets: bool = False
    """True for greetings: one topic per sentence, each becomes its own bullet."""
    own_words: tuple[tuple[str, str], ...] = ()
    """Replacements the profile asks for by side, e.g. ("本区", "当区"), ("弊市", "当市")."""


class SummarySentence(Value):
    text: str
    evidence: tuple[str, ...]
    """Ids of utterances of this unit."""


class ModelCall(Value):
    """One request to a generating model, kept with the unit it was made for: what an auditor asks to see."""

    prompt_id: str
    prompt_sha256: str
    model: str
    """As the model server names itself in its reply; empty where it did not answer."""
    finish: str
    """Why the model stopped, in its own word; empty where it did not answer."""
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float | None = None
    """From the request to the end of its reply, with the backend's own repetitions; None where it was not made."""
    reply: str
    """As it came, cut where it is overlong."""
    faults: tuple[str, ...]
    """In Japanese: what was wrong with the reply, or why there is none. Empty where it was accepted."""


class UnitSummary(Value):
    unit_id: str
    sentences: tuple[SummarySentence, ...]
    left_out: tuple[tuple[str, LeftOut], ...]
    """Every utterance of the unit that no sentence cites, with the reason."""
    replaced: str = ""
    """Why these are sentences chosen from what was said, although a generating model was asked; in Japanese."""
    calls: tuple[ModelCall, ...] = ()
