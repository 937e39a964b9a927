"""Deepgram: ``results`` with utterances, else paragraphs, else the words of its channels."""

from typing import Any

from minutes.transcript.fragment import Findings, Fragment, Reading
from minutes.transcript.json_fields import add_element, at_path, name, objects, time, words
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.word_join import Word, join_words, stretches


def fits(document: Any) -> bool:
    return isinstance(at_path(document, "results", "channels"), list)


def read(document: Any) -> Reading:
    """Utterances where they were asked for; else one fragment for a paragraph, a sentence of words, a channel."""
    found = Findings()
    results = document["results"]
    alternatives = [at_path(channel, "alternatives", 0) for channel in objects(results, "channels")]
    if utterances := objects(results, "utterances"):
        for number, utterance in enumerate(utterances, start=1):
            add_element(found, number, utterance, text="transcript")
    elif paragraphs := [p for a in alternatives for p in objects(at_path(a, "paragraphs"), "paragraphs")]:
        for number, paragraph in enumerate(paragraphs, start=1):
            said = [s["text"] for s in objects(paragraph, "sentences") if isinstance(s.get("text"), str)]
            add_element(found, number, {**paragraph, "text": join_words(said)})
    elif spoken := [word for alternative in alternatives for word in _words(alternative, found)]:
        for number, stretch in enumerate(stretches(spoken), start=1):
            text = join_words(word.text for word in stretch)
            found.fragments.append(Fragment(stretch[0].label, text, number, stretch[0].start, stretch[-1].end))
    else:
        for number, alternative in enumerate(alternatives, start=1):
            add_element(found, number, alternative, text="transcript")
    return found.reading(TranscriptFormat.DEEPGRAM)


def _words(alternative: Any, found: Findings) -> list[Word]:
    spoken: list[Word] = []
    for number, word in enumerate(objects(alternative, "words"), start=1):
        content = word.get("punctuated_word", word.get("word"))
        if isinstance(content, str):
            spoken.append(
                Word(
                    words(content, number, found),
                    name(word.get("speaker"), "speaker", number, found),
                    time(word.get("start"), "start", number, found),
                    time(word.get("end"), "end", number, found),
                )
            )
        else:
            found.notice(number, "語の内容がないため、読めませんでした。", "書き出し元の JSON を確かめてください。")
    return spoken
