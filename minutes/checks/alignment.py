"""Which spoken sentences a sentence of the draft comes from."""

import unicodedata
from functools import lru_cache

from minutes.checks.source import Source
from minutes.document import Sentence
from minutes.numerals import KANJI_NUMERALS
from minutes.style.sentences import ends_finished, split_sentences

_NUMERALS = frozenset(KANJI_NUMERALS + "万億兆")
_SHARE = 0.6
"""A spoken sentence counts as well when it shares this much of what the best one shares."""
_LEAST = 0.15


# A full assembly day has some 20,000 sentences; the sentences of one turn are what is asked for again.
@lru_cache(maxsize=2048)
def letter_pairs(text: str) -> frozenset[str]:
    """Every two letters that stand side by side, without marks, blanks and numerals: these are written in many ways."""
    plain = unicodedata.normalize("NFKC", text)
    letters = "".join(each for each in plain if each.isalnum() and not each.isdecimal() and each not in _NUMERALS)
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1))


def spoken_sentences(source: Source, sentence: Sentence) -> tuple[str, ...]:
    """The sentences of the cited utterances; one that runs over several utterances is put together again."""
    text = ""
    for utterance in source.evidence(sentence):
        if text and ends_finished(text):
            text += "\n"
        text += " ".join(utterance.text.split("\n")).strip()
    return _split(text)


@lru_cache(maxsize=2048)
def _split(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in split_sentences(text)) if text else ()


def aligned(source: Source, sentence: Sentence) -> tuple[str, ...]:
    """The spoken sentences that share most pairs of letters with ``sentence``, the best first."""
    mine = letter_pairs(sentence.text)
    if not mine:
        return ()
    scored = [
        (len(mine & letter_pairs(each)) / len(mine), at, each)
        for at, each in enumerate(spoken_sentences(source, sentence))
    ]
    scored.sort(key=lambda each: (-each[0], each[1]))
    return tuple(text for score, _, text in scored if score >= max(_LEAST, scored[0][0] * _SHARE))
