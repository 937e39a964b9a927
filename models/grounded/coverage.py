"""What a summary must not miss: a question put, an answer to it, a reservation, a decision."""

from collections.abc import Iterator, Sequence

from minutes.unit import SummarySentence
from models.extractive import Essential
from models.extractive.cues import content_words

_SHARE = 0.25
"""Of the words of what was said: a sentence in other words keeps about a half, one on another matter hardly any."""
_QUOTE = 40


def missed(
    essentials: Sequence[Essential], shown: Sequence[str], sentences: Sequence[SummarySentence]
) -> Iterator[str]:
    """In Japanese, for each essential of the utterances ``shown`` that no sentence takes up.

    It is taken up where a sentence cites one of its utterances and the sentences that do so hold a share of its words:
    one utterance may put two questions, and to cite it for the first says nothing of the second.
    """
    known = set(shown)
    for each in essentials:
        if not known.issuperset(each.evidence):
            continue  # Cut by the border of a portion: it is not all in front of the model.
        citing = [s.text for s in sentences if set(each.evidence).intersection(s.evidence)]
        wanted = content_words(each.text)
        found = wanted & content_words("".join(citing)) if citing else frozenset[str]()
        if not citing or len(found) < _SHARE * len(wanted):
            text = each.text.rstrip("。")
            quote = text if len(text) <= _QUOTE else text[:_QUOTE] + "…"
            yield f"発言 {'、'.join(each.evidence)} の「{quote}」に当たる文がない。落とさずに書く。"
