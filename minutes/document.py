"""MinutesDocument: the draft with everything that stands behind it. This is ``OUT.json``, a public contract.

The JSON schema of this model is kept in ``docs/schema``; a test fails when they differ. A change that readers
of older files could trip over raises ``SCHEMA_VERSION``.
"""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from minutes.meeting import Disclosure, Meeting
from minutes.mishearing import Mishearing
from minutes.turn import TurnKind
from minutes.unit import LeftOut
from minutes.value import Value

SCHEMA_VERSION: Literal["1.0"] = "1.0"

UNRESOLVED = "発言者確認中"


class ModelCard(Value):
    """What wrote the body sentences: shown on every draft and kept in provenance."""

    name: str
    """``extractive`` …"""
    revision: str
    """Version or weight hash."""
    parameters: dict[str, str | int | float | bool]
    note: str
    """In Japanese, for people: e.g. 抽出型（文章を生成しない）."""


class PromptRef(Value):
    id: str
    version: str
    sha256: str


class Rewritten(Value):
    """A turn whose sentences a person took from another run of a model than the one that made the draft."""

    turn_id: str
    model: ModelCard
    prompts: tuple[PromptRef, ...] = ()


class Provenance(Value):
    model: ModelCard
    prompts: tuple[PromptRef, ...] = ()
    """Empty for a model that uses none."""
    program_version: str
    input_sha256: str
    """Hash of the uploaded transcript bytes."""
    rewritten: tuple[Rewritten, ...] = ()
    """At most one per turn: the newest."""


class ReadingNotice(Value):
    """A part of the transcript file that could not be read although the rest could, or was read with a doubt."""

    place: str
    """As a person finds it in the file: 3行目, 3段落目 …"""
    what: str
    remedy: str
    utterance_id: str | None = None
    """The last utterance that begins there or before; None where it stands before the first."""


class DraftUtterance(Value):
    """An utterance together with what was understood of it."""

    id: str
    label: str | None
    attendee_id: str | None
    confidence: float
    reason: str
    agenda_no: int | None
    kind: TurnKind
    closed: bool
    text: str
    start: float | None
    end: float | None


class Replacement(Value):
    """A turn for which the model's own words could not be used: its sentences were chosen from what was said."""

    turn_id: str
    reason: str
    """In Japanese, for the reviewer."""


class DraftTurn(Value):
    id: str
    utterance_ids: tuple[str, ...]
    attendee_id: str | None
    kind: TurnKind


class DraftExchange(Value):
    question_turn_ids: tuple[str, ...]
    answer_turn_ids: tuple[str, ...]
    confidence: float


class Sentence(Value):
    id: str
    """``s0001`` …, unique in the document and kept through edits."""
    text: str
    evidence: tuple[str, ...]
    """Utterance ids."""


class BlockType(StrEnum):
    BULLET = "bullet"
    """One topic of a greeting."""
    STATEMENT = "statement"
    """A label and a paragraph."""
    REPORT = "report"
    """A report item: title and presenter."""
    NOTE = "note"
    """A line of the form itself, e.g. 質疑応答."""


class Block(Value):
    id: str
    """``b0001`` …"""
    type: BlockType
    label: str | None
    """Printed speaker label without parentheses, e.g. 狛江市 CIO 平林 浩一 様; 発言者確認中：話者3 while unresolved."""
    attendee_id: str | None
    title: str | None = None
    """Title of a report item, or the words of a note; None for bullets and statements."""
    turn_ids: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...] = ()


class Section(Value):
    agenda_no: int
    heading: str
    disclosure: Disclosure
    located: bool = True
    """False where the beginning of this item was inferred by order only, so that what is closed may be cut wrongly."""
    blocks: tuple[Block, ...] = ()


class Disposition(Value):
    """Where one utterance ended: cited by sentences, or left out for a named reason."""

    utterance_id: str
    kind: Literal["cited", "left_out"]
    reason: LeftOut | None = None
    sentence_ids: tuple[str, ...] = ()


class Severity(StrEnum):
    ERROR = "error"
    WARN = "warn"
    INFO = "info"


class Place(Value):
    """What a finding is about; all None means the whole draft."""

    sentence_id: str | None = None
    block_id: str | None = None
    utterance_id: str | None = None
    agenda_no: int | None = None
    field: str | None = None
    """A field of the meeting, e.g. ``starts_at``."""


class Fix(Value):
    """A change that a person may accept with one click: ``replaced`` of one sentence becomes ``replacement``."""

    sentence_id: str
    start: int = Field(ge=0)
    """Position of the first character of ``replaced`` in the text of the sentence."""
    replaced: str
    """What stands there now; a fix for a text that has changed since is refused."""
    replacement: str

    def applied_to(self, text: str) -> str:
        """How the text of the sentence reads with the change."""
        return text[: self.start] + self.replacement + text[self.start + len(self.replaced) :]


class Finding(Value):
    rule: str
    """``G1`` … ``G9``, ``D1`` (one disposition per utterance), ``H1`` (misheard words), ``H2`` (made-up lines),
    ``M1`` (the model's words were not used),
    ``K01`` … ``K29`` (wording); see docs/checks.md."""
    severity: Severity
    message: str
    place: Place = Place()
    fix: Fix | None = None


class MinutesDocument(Value):
    schema_version: Literal["1.0"] = SCHEMA_VERSION
    meeting: Meeting
    profile: str
    provenance: Provenance
    utterances: tuple[DraftUtterance, ...]
    turns: tuple[DraftTurn, ...]
    exchanges: tuple[DraftExchange, ...]
    sections: tuple[Section, ...]
    dispositions: tuple[Disposition, ...]
    notices: tuple[ReadingNotice, ...] = ()
    """What of the transcript file could not be read, in the order of the file."""
    mishearings: tuple[Mishearing, ...] = ()
    """What the recogniser probably misheard, and which of it the draft was made with. Utterances keep their text."""
    replacements: tuple[Replacement, ...] = ()
    findings: tuple[Finding, ...] = ()
