"""Words of the house dictionary in what was said: a person has told once how they are meant."""

from collections.abc import Iterator, Sequence

from minutes.house_words import places_of
from minutes.mishearing import MeantFrom, Mishearing
from minutes.profile import HouseWord
from minutes.transcript.model import Utterance


def misspelt_words(utterances: Sequence[Utterance], words: Sequence[HouseWord]) -> Iterator[Mishearing]:
    """All their places, in order of the transcript; of two at one place the longer."""
    for utterance in utterances:
        taken: list[tuple[int, int]] = []
        for word in sorted(words, key=lambda each: -len(each.wrong)):
            for at in places_of(word, utterance.text):
                end = at + len(word.wrong)
                if any(at < other_end and other_at < end for other_at, other_end in taken):
                    continue
                taken.append((at, end))
                yield Mishearing(
                    utterance_id=utterance.id,
                    start=at,
                    end=end,
                    heard=word.wrong,
                    meant=word.right,
                    source=MeantFrom.DICTIONARY,
                    confidence=1.0,
                    reason=f"{MeantFrom.DICTIONARY.value}に「{word.right}」とあります。",
                    name=word.name,
                    certain=True,
                )
