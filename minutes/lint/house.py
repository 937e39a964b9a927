"""What a body may choose differently: the switches of the wording rules, part of its profile."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from minutes.lint.table import BY_ID, HARD
from minutes.value import Value


def _known(rule: str) -> str:
    if rule not in BY_ID:
        raise ValueError(f"表記の規則「{rule}」はありません（K01〜K30）")
    if rule in HARD:
        raise ValueError(f"規則「{rule}」は止められません（日付の誤りは必ず直します）")
    return rule


class WordingRules(Value):
    """Every field has the usual value, so that a profile names only what its body does otherwise."""

    without: tuple[Annotated[str, AfterValidator(_known)], ...] = ()
    """Rules that this body does not follow. (Not called off: YAML reads that key as false.)"""
    comma: Literal["、", "，"] = "、"
    digits: Literal["half", "full"] = "half"
    small_counts: Literal["kanji", "digits"] = "kanji"
    """一つ or 1つ."""
    prefix: Literal["uniform", "ご", "御"] = "uniform"
    """ご意見 or 御意見; ``uniform``: whichever the draft uses more."""
    okurigana: Literal["official", "general"] = "official"
    """``official``: 手続, 取組; ``general``: 手続き, 取り組み as texts for the public may write."""
    longest: int = Field(default=100, ge=40)
    """Characters from which a sentence is called long."""
