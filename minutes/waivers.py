"""Which findings a person has let stand. They stay recorded; one comes back when its sentence reads otherwise."""

from minutes.dispositions import sentences_of
from minutes.document import Finding, MinutesDocument, Severity, Waiver


def waived(document: MinutesDocument) -> tuple[tuple[Finding, Waiver], ...]:
    """The findings that were let stand, with who and why."""
    return tuple((finding, waiver) for finding, waiver in _judged(document) if waiver is not None)


def open_findings(document: MinutesDocument) -> tuple[Finding, ...]:
    """The findings that somebody still has to decide on."""
    return tuple(finding for finding, waiver in _judged(document) if waiver is None)


def _judged(document: MinutesDocument) -> list[tuple[Finding, Waiver | None]]:
    waivers = {(each.rule, each.message, each.place): each for each in document.waivers}
    texts = {each.id: each.text for each in sentences_of(document.sections)} if waivers else {}

    def holds(finding: Finding) -> Waiver | None:
        waiver = waivers.get((finding.rule, finding.message, finding.place))
        place = finding.place.sentence_id
        if waiver is None or finding.severity is Severity.ERROR:
            return None
        return waiver if waiver.text == (texts.get(place) if place else None) else None

    return [(each, holds(each)) for each in document.findings]
