"""G4: every number of a sentence, with what it counts, was said in the turns it cites."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from minutes.checks.quantity import Quantity, quantities
from minutes.checks.source import Source
from minutes.document import Finding, Severity

_YEARS = {"年", "年度"}


def check_numbers(source: Source) -> Iterator[Finding]:
    for written in source.written:
        wanted = quantities(written.sentence.text)
        if not wanted or not written.sentence.evidence:
            continue
        said = [each for turn in source.cited_turns(written.sentence) for each in quantities(turn.text)]
        for each in wanted:
            if not _said(each, said):
                yield written.finding(
                    "G4",
                    Severity.ERROR,
                    f"数値「{each.text}」が根拠の発言にありません。発言のとおりに直すか、根拠を確認してください。",
                )


def _said(wanted: Quantity, said: Iterable[Quantity]) -> bool:
    return any(_same_value(wanted, each) and _same_unit(wanted, each) for each in said)


def _same_value(wanted: Quantity, said: Quantity) -> bool:
    if wanted.value == said.value:
        return True
    # 令和8年度 written out for a spoken 8年度: the same year.
    return (
        wanted.unit in _YEARS
        and said.unit == wanted.unit
        and wanted.value - said.value in {Fraction(2018), Fraction(1988)}
    )


def _same_unit(wanted: Quantity, said: Quantity) -> bool:
    return wanted.unit == said.unit or not wanted.unit or not said.unit
