"""Spoken Japanese to the written register of 議事要旨."""

from minutes.style.compression import compress
from minutes.style.courtesy import carries_nothing, is_courtesy, is_reference, is_self_introduction, without_courtesy
from minutes.style.endings import finished, ordered
from minutes.style.frames import tightened
from minutes.style.numerals import figures
from minutes.style.parting import shorter
from minutes.style.plain import plain_form
from minutes.style.sentences import ends_finished, split_sentences
from minutes.style.spoken import clean_spoken
from minutes.style.width import half_width
from minutes.style.wording import own_words
from minutes.style.written import written

__all__ = [
    "carries_nothing",
    "clean_spoken",
    "compress",
    "ends_finished",
    "figures",
    "finished",
    "half_width",
    "is_courtesy",
    "is_reference",
    "is_self_introduction",
    "ordered",
    "own_words",
    "plain_form",
    "shorter",
    "split_sentences",
    "tightened",
    "without_courtesy",
    "written",
]
