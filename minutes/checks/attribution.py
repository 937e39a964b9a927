"""G2: every printed label is a person of the roster with the honorific of that side. G3: its own speaker."""

from collections.abc import Iterator

from minutes.checks.source import Source, Written
from minutes.document import Block, BlockType, Finding, Place, Section, Severity
from minutes.labels import NO_LABEL, attendee_label, presenters_label


def check_labels(source: Source) -> Iterator[Finding]:
    """G2."""
    for section in source.document.sections:
        for block in section.blocks:
            if block.type is not BlockType.NOTE:
                yield from _label(source, section, block)


def _label(source: Source, section: Section, block: Block) -> Iterator[Finding]:
    def error(message: str) -> Finding:
        place = Place(block_id=block.id, agenda_no=section.agenda_no)
        return Finding(rule="G2", severity=Severity.ERROR, message=message, place=place)

    if block.attendee_id is None:
        if block.title is not None:
            # A report of several presenters, or of none: its label comes from the agenda.
            presenters = [
                presenters_label(subitem.presenter_ids, source.document.meeting, source.profile)
                for item in source.document.meeting.agenda
                if item.no == section.agenda_no
                for subitem in item.subitems
                if subitem.title == block.title
            ]
            if (block.label or "") not in presenters:
                yield error(f"報告「{block.title}」の報告者が会議情報と一致しません。会議情報を確認してください。")
            return
        raw = (block.label or "").partition("：")[2] or NO_LABEL
        yield error(f"発言者「{raw}」が誰か決まっていません。名簿から発言者を割り当ててください。")
        return
    attendee = source.roster.get(block.attendee_id)
    if attendee is None:
        yield error(f"発言者「{block.attendee_id}」は名簿にありません。名簿から発言者を割り当て直してください。")
        return
    wanted = attendee_label(attendee, source.profile)
    if block.label != wanted:
        yield error(
            f"発言者の表示「{block.label or ''}」が名簿による表示「{wanted}」と異なります（団体・役職・氏名・敬称）。"
            "発言者を割り当て直してください。"
        )


def check_evidence(source: Source, written: Written) -> Iterator[Finding]:
    """G3."""
    block, sentence = written.block, written.sentence
    if not sentence.evidence:
        yield written.finding(
            "G3", Severity.ERROR, "この文には根拠の発言がありません。根拠にした発言を指定するか、文を削除してください。"
        )
        return
    for each in sentence.evidence:
        utterance = source.utterances.get(each)
        if utterance is None:
            yield written.finding(
                "G3", Severity.ERROR, f"根拠の発言「{each}」が書き起こしにありません。根拠を指定し直してください。"
            )
        elif utterance.attendee_id != block.attendee_id or (
            block.attendee_id is None and not (block.label or "").endswith(f"：{utterance.label or NO_LABEL}")
        ):
            yield written.finding(
                "G3",
                Severity.ERROR,
                f"根拠の発言「{each}」は、この発言者「{block.label or ''}」の発言ではありません。"
                "発言者か根拠を直してください。",
            )
