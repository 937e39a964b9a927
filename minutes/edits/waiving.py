"""Letting findings stand. The reason is recorded; errors cannot be let stand."""

from collections.abc import Sequence
from datetime import datetime

from minutes.dispositions import sentences_of
from minutes.document import Finding, MinutesDocument, Place, Severity, Waiver
from minutes.edits.accounting import RELOAD, one_line
from minutes.errors import InputError
from minutes.waivers import open_findings


def waive(
    document: MinutesDocument, rule: str, message: str, place: Place, *, reason: str, by: str, at: datetime
) -> MinutesDocument:
    """Let one finding of this document stand. Raises InputError where it is not open, for an error and without a
    reason. The document keeps its findings."""
    found = [
        each for each in open_findings(document) if (each.rule, each.message, each.place) == (rule, message, place)
    ]
    if not found:
        raise InputError("この指摘は、今の点検結果にありません。", where="finding", remedy=RELOAD)
    return _waived(document, found[:1], reason, by, at)


def waive_rule(document: MinutesDocument, rule: str, *, reason: str, by: str, at: datetime) -> MinutesDocument:
    """Let all open findings of one rule stand, but for errors. Raises InputError where there is none."""
    found = [each for each in open_findings(document) if each.rule == rule and each.severity is not Severity.ERROR]
    if not found:
        raise InputError(f"規則「{rule}」の、見送れる指摘はありません。", where="rule", remedy=RELOAD)
    return _waived(document, found, reason, by, at)


def _waived(
    document: MinutesDocument, findings: Sequence[Finding], reason: str, by: str, at: datetime
) -> MinutesDocument:
    if any(each.severity is Severity.ERROR for each in findings):
        raise InputError("誤りは見送れません。", where="finding", remedy="文か発言者を直してください。")
    why = one_line(reason, where="reason", empty="見送る理由がありません。", remedy="理由を入力してください。")
    texts = {each.id: each.text for each in sentences_of(document.sections)}
    new = {
        (each.rule, each.message, each.place): Waiver(
            rule=each.rule,
            message=each.message,
            place=each.place,
            text=texts.get(each.place.sentence_id) if each.place.sentence_id else None,
            reason=why,
            by=by,
            at=at,
        )
        for each in findings
    }
    kept = [each for each in document.waivers if (each.rule, each.message, each.place) not in new]
    return document.model_copy(update={"waivers": (*kept, *new.values())})
