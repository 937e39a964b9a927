"""D1: every utterance ended in exactly one place, and the places agree with the sentences."""

from collections import Counter
from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.dispositions import cited_by
from minutes.document import Disposition, Finding, Place, Severity
from minutes.unit import LeftOut

_REDO = "下書きを作り直してください。"


def check_accounts(source: Source) -> Iterator[Finding]:
    document = source.document
    times = Counter(each.utterance_id for each in document.dispositions)
    cited = cited_by(document.sections)
    for utterance in document.utterances:
        if times[utterance.id] == 0:
            yield _finding(f"発言「{utterance.id}」の行き先（引用か省略理由）がありません。{_REDO}", utterance.id)
        elif times[utterance.id] > 1:
            yield _finding(f"発言「{utterance.id}」の行き先が{times[utterance.id]}件あります。{_REDO}", utterance.id)
    for each in document.dispositions:
        if each.utterance_id not in source.utterances:
            yield _finding(f"書き起こしにない発言「{each.utterance_id}」の行き先があります。{_REDO}", each.utterance_id)
        elif not _agrees(each, cited.get(each.utterance_id, ())):
            yield _finding(f"発言「{each.utterance_id}」の行き先が文の根拠と一致しません。{_REDO}", each.utterance_id)
        elif each.reason is LeftOut.INAUDIBLE:
            yield _finding(
                f"発言「{each.utterance_id}」に聞き取れない箇所があり、要旨に含めていません。発言者に照会してください。",
                each.utterance_id,
                Severity.WARN,
            )


def _agrees(disposition: Disposition, sentence_ids: tuple[str, ...]) -> bool:
    if disposition.kind == "cited":
        return disposition.reason is None and bool(sentence_ids) and disposition.sentence_ids == sentence_ids
    return disposition.reason is not None and not sentence_ids and not disposition.sentence_ids


def _finding(message: str, utterance_id: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule="D1", severity=severity, message=message, place=Place(utterance_id=utterance_id))
