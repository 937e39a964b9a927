"""One utterance in the written register, without choosing among its sentences: a first wording for a person."""

from minutes.style.compression import compress
from minutes.style.courtesy import without_courtesy
from minutes.style.endings import finished, ordered
from minutes.style.frames import tightened
from minutes.style.numerals import figures
from minutes.style.parting import shorter
from minutes.style.plain import plain_form
from minutes.style.sentences import split_sentences
from minutes.style.spoken import clean_spoken
from minutes.style.width import half_width

_CLOSED = ("。", "」", "』", "）")


def written(text: str) -> tuple[str, ...]:
    """The sentences, at least one; where only courtesies were said they stand as they were said."""
    found: list[str] = []
    for piece in split_sentences(text):
        kept = compress(without_courtesy(clean_spoken(piece.strip()))).strip()
        if kept.strip("、。"):
            found += shorter(figures(half_width(_closed(finished(ordered(tightened(plain_form(kept))))))))
    return tuple(each for each in found if each.strip()) or (_closed(" ".join(text.split()) or "（聴取不能）"),)


def _closed(text: str) -> str:
    return text if text.endswith(_CLOSED) else text.rstrip("、") + "。"
