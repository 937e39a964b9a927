"""G7: nothing of closed talk in what will be public, and the closed parts are known with certainty."""

from collections.abc import Iterator
from itertools import pairwise

from minutes.checks.source import Source
from minutes.document import Finding, Place, Section, Severity
from minutes.meeting import Disclosure
from minutes.public import ClosedWords, closed_ids

_SPLIT = (
    "公開と非公開の議題に分けて登録し直すか、書き起こしに非公開の始まりと終わりを告げる発言を補って作り直してください。"
)


def check_leak(source: Source) -> Iterator[Finding]:
    closed = closed_ids(source.document)
    if closed:
        yield from _sentences(source, closed)
    yield from _boundaries(source)
    for section in source.document.sections:
        yield from _unknown(source, section, closed)


def _sentences(source: Source, closed: frozenset[str]) -> Iterator[Finding]:
    words = ClosedWords(source.document)
    turns = {turn.id: turn for turn in source.document.turns}
    for written in source.written:
        block, sentence = written.block, written.sentence
        said_closed = any(not closed.isdisjoint(turns[each].utterance_ids) for each in block.turn_ids if each in turns)
        if written.section.disclosure is Disclosure.CLOSED or said_closed:
            continue
        if not closed.isdisjoint(sentence.evidence):
            yield written.finding(
                "G7",
                Severity.ERROR,
                "公開される文が非公開の発言を根拠にしています。公開版からは除かれます。根拠を直すか、文を削除してください。",
            )
        elif run := words.found_in(sentence.text):
            yield written.finding(
                "G7",
                Severity.ERROR,
                f"非公開の発言にだけある語句「{run}」が公開される文に含まれています。公開版からはこの文が除かれます。"
                "語句を直すか、文を削除してください。",
            )


def _boundaries(source: Source) -> Iterator[Finding]:
    """Where closed and open talk meet, the place of the cut must have been said, not guessed."""
    spoken = {each.agenda_no for each in source.document.utterances}
    sections = [each for each in source.document.sections if each.agenda_no in spoken]
    for before, after in pairwise(sections):
        one_closed = (before.disclosure is Disclosure.CLOSED) != (after.disclosure is Disclosure.CLOSED)
        if one_closed and not after.located:
            yield _error(
                f"議題「{before.heading}」と「{after.heading}」の境目を議長の発言から特定できず、順序から推定しました。"
                "非公開の発言が公開部分に入るおそれがあります。議題の始まりを告げる発言を書き起こしに補って作り直してください。",
                after,
            )


def _unknown(source: Source, section: Section, closed: frozenset[str]) -> Iterator[Finding]:
    own = [each.id for each in source.document.utterances if each.agenda_no == section.agenda_no]
    if section.disclosure is Disclosure.CLOSED and not own:
        yield Finding(
            rule="G7",
            severity=Severity.WARN,
            message=f"非公開の議題「{section.heading}」の発言が書き起こしに見つかりません。"
            "録音していない場合は問題ありません。録音がある場合は、公開部分に混ざっていないか確認してください。",
            place=Place(agenda_no=section.agenda_no),
        )
    elif section.disclosure is Disclosure.PARTIAL and own and closed.isdisjoint(own):
        yield _error(
            f"議題「{section.heading}」は一部非公開ですが、非公開の箇所を特定できていません。{_SPLIT}", section
        )


def _error(message: str, section: Section) -> Finding:
    return Finding(rule="G7", severity=Severity.ERROR, message=message, place=Place(agenda_no=section.agenda_no))
