"""H1, H2: what the recogniser misheard or made up, shown to whoever can listen to the recording."""

from collections import defaultdict
from collections.abc import Iterator

from minutes.checks.source import Source, Written
from minutes.document import Finding, Place, Severity
from minutes.mishearing import Mishearing
from minutes.unit import LeftOut


def check_mishearings(source: Source) -> Iterator[Finding]:
    """One finding per sentence that has the word; for a word that no sentence has, one for all its places.

    Every place stands in ``mishearings`` of the document."""
    citing: dict[str, list[Written]] = defaultdict(list)
    for written in source.written:
        for utterance_id in written.sentence.evidence:
            citing[utterance_id].append(written)
    told: set[tuple[str, str, str]] = set()
    unseen: dict[tuple[str, str, bool], list[Mishearing]] = defaultdict(list)
    for each in source.document.mishearings:
        shown = each.meant if each.applied else each.heard
        sentences = [written for written in citing[each.utterance_id] if shown in written.sentence.text]
        if not sentences:
            unseen[each.heard, each.meant, each.applied].append(each)
        for written in sentences:
            key = (written.sentence.id, each.heard, each.meant)
            if key not in told:
                told.add(key)
                yield written.finding("H1", Severity.INFO if each.applied else Severity.WARN, _message(each))
    seen = {(heard, meant) for _, heard, meant in told}
    for (heard, meant, _), places in unseen.items():
        first = places[0]
        if (heard, meant) in seen:
            continue
        where = f"要旨に出ていない発言{len(places)}か所にあります。"
        yield Finding(
            rule="H1",
            severity=Severity.INFO,
            message=_message(first) + where,
            place=Place(utterance_id=first.utterance_id),
        )


def check_invented(source: Source) -> Iterator[Finding]:
    """One finding per made-up line, however often the recogniser wrote it."""
    lines: dict[str, list[str]] = defaultdict(list)
    for each in source.document.dispositions:
        if each.reason is LeftOut.MISHEARD and each.utterance_id in source.utterances:
            lines[source.utterances[each.utterance_id].text.strip()].append(each.utterance_id)
    for text, ids in lines.items():
        shown = text if len(text) <= 30 else text[:30] + "…"
        yield Finding(
            rule="H2",
            severity=Severity.INFO,
            message=f"「{shown}」（{len(ids)}件）は音声認識が作り出した行とみて、要旨に含めていません。"
            "実際の発言であれば要旨に加えてください。",
            place=Place(utterance_id=ids[0]),
        )


def _message(each: Mishearing) -> str:
    if each.applied:
        return f"文字起こしの「{each.heard}」を「{each.meant}」と読みました。{each.reason}録音で確かめてください。"
    return f"「{each.heard}」は「{each.meant}」の聞き違いかもしれません。{each.reason}録音で確かめ、違っていれば直してください。"
