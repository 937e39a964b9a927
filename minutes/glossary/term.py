"""Term: a word that meetings of local governments use, with the reading a recogniser may have written otherwise."""

import re

from pydantic import field_validator, model_validator

from minutes.value import Value

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")


class Term(Value):
    word: str
    reading: str
    """In kana."""
    near: tuple[str, ...] = ()
    """Words that stand in the same sentence where this one is meant. Without them an everyday word of the same sound
    (司祭 for 市債) is never doubted."""
    never_meant: tuple[str, ...] = ()
    """Words of the same sound that such meetings do not speak of (司祭 beside 市債, but not 記載 beside 起債): with a
    word of ``near`` in the sentence it is sure that this term was meant."""

    @field_validator("word")
    @classmethod
    def _two_letters(cls, word: str) -> str:
        if len(word) < 2 or word != "".join(word.split()):
            raise ValueError("2文字以上で、空白を入れずに書いてください")
        return word

    @model_validator(mode="after")
    def _never_meant_beside(self) -> "Term":
        if self.never_meant and not self.near:
            raise ValueError("never_meant には near（同じ文にある手掛かりの語）も書いてください")
        return self

    @field_validator("reading")
    @classmethod
    def _in_kana(cls, reading: str) -> str:
        if not _KANA.fullmatch(reading):
            raise ValueError("読みはかなだけで書いてください")
        return reading
