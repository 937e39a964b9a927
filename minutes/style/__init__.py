"""Spoken Japanese to the written register of 議事要旨."""

from minutes.style.compression import compress
from minutes.style.courtesy import carries_nothing, is_courtesy, is_reference, is_self_introduction, without_courtesy
from minutes.style.plain import plain_form
from minutes.style.sentences import ends_finished, split_sentences
from minutes.style.spoken import clean_spoken
from minutes.style.wording import own_words

__all__ = [
    "carries_nothing",
    "clean_spoken",
    "compress",
    "ends_finished",
    "is_courtesy",
    "is_reference",
    "is_self_introduction",
    "own_words",
    "plain_form",
    "split_sentences",
    "without_courtesy",
]
