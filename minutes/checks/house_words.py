"""K30: words that the department's own dictionary writes otherwise. Looked for in all sentences on every edit, because
the dictionary grows while drafts are being read."""

from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.document import Finding, Severity
from minutes.house_words import places_of


def check_house_words(source: Source) -> Iterator[Finding]:
    for word in source.profile.house_words:
        for written in source.written:
            for at in places_of(word, written.sentence.text):
                yield written.finding(
                    "K30",
                    Severity.WARN,
                    f"「{word.wrong}」は「{word.right}」と書きます（所属の辞書）。",
                    written.fix(at, at + len(word.wrong), word.right),
                )
