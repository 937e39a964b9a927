"""AssemblyAI: ``utterances`` where speakers were told apart, else words; times in thousandths of a second."""

from typing import Any

from minutes.transcript.fragment import Findings, Fragment, Reading
from minutes.transcript.json_fields import add_element, name, objects, time, words
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.word_join import Word, join_words, stretches

_OWN = ("audio_url", "audio_duration", "acoustic_model", "language_model", "speech_model", "speaker_labels", "status")


def fits(document: Any) -> bool:
    """Its own fields beside the text tell it from a plain object with ``utterances`` or ``words``."""
    if not isinstance(document, dict) or "segments" in document:
        return False
    spoken = isinstance(document.get("utterances"), list) or isinstance(document.get("words"), list)
    return (spoken or isinstance(document.get("text"), str)) and any(key in document for key in _OWN)


def read(document: Any) -> Reading:
    """One fragment for each utterance, or for each sentence of the words."""
    found = Findings()
    if isinstance(document.get("utterances"), list) and document["utterances"]:
        for number, utterance in enumerate(document["utterances"], start=1):
            add_element(found, number, utterance, per_second=1000)
    elif spoken := _words(document, found):
        for number, stretch in enumerate(stretches(spoken), start=1):
            text = join_words(word.text for word in stretch)
            found.fragments.append(Fragment(stretch[0].label, text, number, stretch[0].start, stretch[-1].end))
    else:
        add_element(found, 1, document)
    return found.reading(TranscriptFormat.ASSEMBLYAI)


def _words(document: dict[str, Any], found: Findings) -> list[Word]:
    return [
        Word(
            words(word["text"], number, found),
            name(word.get("speaker"), "speaker", number, found),
            time(word.get("start"), "start", number, found, 1000),
            time(word.get("end"), "end", number, found, 1000),
        )
        for number, word in enumerate(objects(document, "words"), start=1)
        if isinstance(word.get("text"), str)
    ]
