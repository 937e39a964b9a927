"""K01 to K29 on the sentences of a draft, never on labels: names and posts are printed as the roster has them."""

import re
from collections.abc import Iterator

from minutes.checks.source import Source, Written
from minutes.document import BlockType, Finding
from minutes.lint import lint_sentence
from minutes.lint.remark import Remark
from minutes.lint.table import BY_ID


def check_wording(source: Source, written: Written) -> Iterator[Finding]:
    text = written.sentence.text
    if not text.strip():
        return
    names: list[tuple[int, int]] | None = None
    for remark in lint_sentence(text, source.profile.wording, written.block.type is BlockType.BULLET):
        if names is None:
            names = [match.span() for name in source.own_names for match in re.finditer(re.escape(name), text)]
        if not any(start <= remark.start and remark.end <= end for start, end in names):
            yield remark_finding(written, remark)


def remark_finding(written: Written, remark: Remark) -> Finding:
    fix = None
    if remark.replacement is not None:
        changed = written.sentence.text[: remark.start] + remark.replacement + written.sentence.text[remark.end :]
        # A sentence cannot become empty by a fix: leaving it out is a decision of its own.
        fix = written.fix(remark.start, remark.end, remark.replacement) if changed.strip() else None
    return written.finding(remark.rule, BY_ID[remark.rule].severity, remark.message, fix)
