"""Amazon Transcribe: ``results`` with words, and with speakers' segments where diarisation was on."""

from bisect import bisect_right
from typing import Any

from minutes.transcript.fragment import Findings, Fragment, Reading
from minutes.transcript.json_fields import add_element, at_path, name, objects, time, words
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.word_join import Word, join_words, stretches


def fits(document: Any) -> bool:
    results = at_path(document, "results")
    return isinstance(results, dict) and isinstance(results.get("transcripts"), list)


def read(document: Any) -> Reading:
    """Audio segments as the service cut them; else its speakers' segments; else sentences of its words."""
    found = Findings()
    results = document["results"]
    if segments := objects(results, "audio_segments"):
        for number, segment in enumerate(segments, start=1):
            add_element(
                found,
                number,
                segment,
                text="transcript",
                label="speaker_label",
                start="start_time",
                end="end_time",
            )
    elif items := _words(results, found):
        cuts = _segments(results, found)
        for number, stretch in enumerate(_by_segment(items, cuts) if cuts else stretches(items), start=1):
            _add(found, number, stretch)
    else:
        for number, whole in enumerate(objects(results, "transcripts"), start=1):
            add_element(found, number, whole, text="transcript")
    return found.reading(TranscriptFormat.AMAZON_TRANSCRIBE)


def _words(results: dict[str, Any], found: Findings) -> list[Word]:
    """Words in order; punctuation has no time and belongs to the word before it."""
    spoken: list[Word] = []
    for number, item in enumerate(objects(results, "items"), start=1):
        content = at_path(item, "alternatives", 0, "content")
        if not isinstance(content, str):
            found.notice(number, "語の内容がないため、読めませんでした。", "書き出し元の JSON を確かめてください。")
            continue
        content = words(content, number, found)
        if item.get("type") == "punctuation" and spoken:
            last = spoken[-1]
            spoken[-1] = Word(last.text + content, last.label, last.start, last.end)
        else:
            spoken.append(
                Word(
                    content,
                    name(item.get("speaker_label"), "speaker_label", number, found),
                    time(item.get("start_time"), "start_time", number, found),
                    time(item.get("end_time"), "end_time", number, found),
                )
            )
    return spoken


def _segments(results: dict[str, Any], found: Findings) -> list[tuple[float, str | None]]:
    """Start and speaker of each of the speakers' segments."""
    cuts = [
        (start, name(segment.get("speaker_label"), "speaker_label", number, found))
        for number, segment in enumerate(objects(results.get("speaker_labels"), "segments"), start=1)
        if (start := time(segment.get("start_time"), "start_time", number, found)) is not None
    ]
    return sorted(cuts, key=lambda cut: cut[0])


def _by_segment(items: list[Word], cuts: list[tuple[float, str | None]]) -> list[list[Word]]:
    starts = [start for start, _ in cuts]
    groups: dict[int, list[Word]] = {}
    at = 0
    for word in items:
        if word.start is not None:
            at = max(bisect_right(starts, word.start) - 1, 0)
        label = cuts[at][1] if word.label is None else word.label
        groups.setdefault(at, []).append(Word(word.text, label, word.start, word.end))
    return [groups[n] for n in sorted(groups)]


def _add(found: Findings, number: int, stretch: list[Word]) -> None:
    start = next((word.start for word in stretch if word.start is not None), None)
    end = next((word.end for word in reversed(stretch) if word.end is not None), None)
    text = join_words(word.text for word in stretch)
    found.fragments.append(Fragment(stretch[0].label, text, number, start, end))
