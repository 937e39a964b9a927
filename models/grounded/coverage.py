"""What a summary must not miss: a question put, an answer to it, a reservation, a decision."""

from collections.abc import Iterator, Mapping, Sequence

from minutes.unit import SummarySentence, UnitSummary
from models.extractive import Essential
from models.extractive.cues import content_words

_SHARE = 0.25
"""Of the words of what was said: a sentence in other words keeps about a half, one on another matter hardly any."""
_LEAST = 0.2
"""Of the letters that the extractive summary has: less is a scrap, not a summary."""
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


def unfounded(said: Mapping[str, str], sentences: Sequence[SummarySentence]) -> Iterator[str]:
    """In Japanese, for each sentence that has no word of the utterances it cites: letters, not a summary of them.

    ``said``: the words of each utterance shown, by its number.
    """
    for each in sentences:
        spoken = content_words("\n".join(said.get(cited, "") for cited in each.evidence))
        if spoken and not spoken & content_words(each.text):
            yield f"文「{each.text[:_QUOTE]}」に、根拠の発言の語が一つもない。発言されたことを書く。"


def scanty(chosen: UnitSummary, shown: Sequence[str], sentences: Sequence[SummarySentence]) -> Iterator[str]:
    """In Japanese, where hardly anything is left of what the extractive summary keeps of these utterances."""
    known = set(shown)
    kept = sum(len(each.text) for each in chosen.sentences if known.issuperset(each.evidence))
    if sum(len(each.text) for each in sentences) < _LEAST * kept:
        yield "要約が短すぎて、発言の要点が残っていない。"
