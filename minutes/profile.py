"""Profile: the house style of one body, as data (YAML under ``minutes/profiles/``)."""

import unicodedata
from enum import StrEnum
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from minutes.glossary.term import Term
from minutes.lint.house import WordingRules
from minutes.turn import TurnKind
from minutes.value import Value

DEFAULT_BUDGET = "default"
BUDGET_KINDS = (*(kind.value for kind in TurnKind), DEFAULT_BUDGET)

HEADER_PARTS = ("date", "venue", "attendees", "observers", "materials", "agenda")

LINE_LIMIT = 200
"""Characters of one line of the form: more than any title, few enough for a heading."""


def _one_line(text: str) -> str:
    if len(text) > LINE_LIMIT:
        raise ValueError(f"長すぎます（{LINE_LIMIT}文字まで）")
    # A line break would print as two lines, a control character makes Word files unreadable.
    if any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in text):
        raise ValueError("改行や制御文字は使えません")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""Text that the form prints as it stands."""


def _template(*fields: str) -> AfterValidator:
    """Refuse a template that names a field nobody fills: it would fail only when a clerk exports."""

    def known(text: str) -> str:
        try:
            parts = [part for part in Formatter().parse(text) if part[1] is not None]
        except ValueError:
            raise ValueError("波かっこ { } の対応が正しくありません") from None
        named = [name for _, name, _, _ in parts]
        if any(spec or conversion for _, _, spec, conversion in parts):
            # A width such as {title:>999999999} would fill the memory.
            raise ValueError("波かっこ { } の中は項目の名前だけにしてください")
        unknown = sorted({name or "{}" for name in named if name not in fields})
        if unknown:
            allowed = "、".join("{" + name + "}" for name in fields)
            raise ValueError(f"使えない項目 {'、'.join(unknown)} があります（使えるのは {allowed}）")
        if "title" not in named:
            raise ValueError("{title} が必要です")
        return text

    return AfterValidator(known)


class AttributionPolicy(StrEnum):
    FULL = "full"
    """Organisation, post and name."""
    ROLE = "role"
    """Organisation and post."""
    ORG = "org"
    """Organisation only; own side by post."""


class ApplyMishearings(StrEnum):
    """Which proposals for misheard words the draft is made from. The others only stand in the findings."""

    NONE = "none"
    NAMES = "names"
    """Names of the roster, where title or speaker agree."""
    CERTAIN = "certain"
    """These, and terms in whose place stands no word that could have been meant."""


class Budget(Value):
    """Target length per kind of turn: ``ratio`` of the source, bounded by ``least`` and ``most`` characters."""

    ratio: float = Field(gt=0, le=1)
    least: int = Field(ge=1)
    most: int = Field(ge=1)

    @model_validator(mode="after")
    def _bounds_in_order(self) -> "Budget":
        if self.least > self.most:
            raise ValueError("最短（least）が最長（most）を超えています")
        return self

    def target(self, said: int) -> int:
        """Characters that a turn of ``said`` characters is condensed to."""
        return max(self.least, min(self.most, round(said * self.ratio)))

    def scaled(self, factor: float) -> "Budget":
        """The same budget for a record ``factor`` times as long."""
        return Budget(
            ratio=min(1.0, self.ratio * factor),
            least=max(1, round(self.least * factor)),
            most=max(1, round(self.most * factor)),
        )


class Layout(Value):
    """How the text is laid out. Every switch here is read by the renderers; none of them knows a profile by name."""

    title: Annotated[Line, _template("series", "title")]
    """Template of the first line, e.g. ``{series}{title} 議事要旨``."""
    header: tuple[Literal["date", "venue", "attendees", "observers", "materials", "agenda"], ...]
    agenda_marks: Literal["number", "dot"]
    agenda_children: bool
    heading: Annotated[Line, _template("no", "title", "presenter")]
    """Template of a body heading, e.g. ``{no}. {title}{presenter}``."""
    greeting: Literal["bullets", "paragraph"]
    label: Literal["line", "inline"]
    """``line``: （label） alone on its line; ``inline``: （label） runs into the paragraph."""
    qa_heading: Line
    """The line above questions and answers, e.g. 質疑応答; empty for none."""
    minutes_when_zero: bool
    """True: 10時00分; False: 10時."""
    closing: Line = ""
    """A last line, e.g. 以上; empty for none."""
    closed_bodies: bool = False
    """What text forms of the 保存版 show of closed items. False: the agenda line only, as in the 公開版; the closed
    record stays in the JSON form. True: their bodies too."""

    @field_validator("header")
    @classmethod
    def _each_once(cls, header: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(header)) < len(header):
            raise ValueError("同じ項目が2回あります")
        return header


class HouseWord(Value):
    """A word of a body's own dictionary: ``wrong`` as it is found, ``right`` as the body writes it."""

    wrong: str = Field(min_length=1)
    right: str = Field(min_length=1)
    name: bool = False
    """A person's name: profiles may be read with names put right and nothing else."""


class Profile(Value):
    id: str
    """Of a profile of the program ``tokyo_cio``; of one kept in the database with its revision, ``council@3``."""
    name: Line = Field(min_length=1)
    """In Japanese, shown where a clerk chooses."""
    layout: Layout
    attribution: AttributionPolicy
    guest_honorific: Line
    """Added to guests' labels, e.g. 様; empty for none."""
    summarise_reports: bool
    """False: a report item is its title and presenter, the explanation is left out as 資料説明."""
    keep_chair_opinions: bool
    speaker_sees_question: bool = False
    """True: a speaker who is asked to confirm an answer also sees the question in the words of the draft."""
    own_side_word: Line
    """How the own side names itself in the text, e.g. 都."""
    budgets: dict[str, Budget]
    """By kind of turn (質問, 回答 …); the key ``default`` is required."""
    wording: WordingRules = WordingRules()
    """Where this body differs from the usual rules on wording (K01 to K29)."""
    apply_mishearings: ApplyMishearings = ApplyMishearings.NONE
    """A profile that says nothing leaves every word as the recogniser wrote it."""
    glossary: tuple[Term, ...] = ()
    """Terms of this body, beside the glossary of the program: local names, systems, schemes."""
    house_words: tuple[HouseWord, ...] = ()
    """Its dictionary, as people add to it while they correct drafts (K30)."""

    @field_validator("budgets")
    @classmethod
    def _default_budget(cls, budgets: dict[str, Budget]) -> dict[str, Budget]:
        if DEFAULT_BUDGET not in budgets:
            raise ValueError("「そのほか」（default）の長さが必要です")
        unknown = [kind for kind in budgets if kind not in BUDGET_KINDS]
        if unknown:
            raise ValueError(f"発言の種類「{unknown[0][:20]}」はありません（{'、'.join(BUDGET_KINDS)}）")
        return budgets

    def budget(self, kind: str) -> Budget:
        """For a kind of turn."""
        return self.budgets.get(kind, self.budgets[DEFAULT_BUDGET])

    def scaled(self, factor: float) -> "Profile":
        """The same house style with every budget ``factor`` times as long: a shorter or a fuller record of all kinds."""
        return self.model_copy(update={"budgets": {kind: each.scaled(factor) for kind, each in self.budgets.items()}})
