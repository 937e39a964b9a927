"""The section on checks under attack: corrupted drafts that must be caught, untouched ones that must not be blamed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from evaluation.corruptions import Kind, Tally, attack
from evaluation.datasets.committees import read_shinagawa
from evaluation.datasets.kiryu import read_kiryu
from evaluation.drafting import draft, draft_record
from evaluation.fictional import MEETINGS
from evaluation.gold import read_gold_meetings
from evaluation.report import Section, Target, at_least, table
from minutes.dispositions import sentences_of
from minutes.document import Finding, MinutesDocument, Severity
from minutes.profiles import load_profile

COUNT = 1000
SEED = 20260520
_SHOWN = 12
_JAPANESE = {
    Kind.FIGURE: "数字",
    Kind.DATE: "日付",
    Kind.NAME: "名前",
    Kind.SPEAKER: "発言者",
    Kind.NEGATION: "否定",
    Kind.MODALITY: "約束の強さ",
    Kind.UNIT: "単位",
    Kind.CLAUSE: "言っていない節",
    Kind.CLOSED: "非公開の発言",
    Kind.QUESTION: "質問の脱落",
}


def attack_section(data: Path | None) -> Section:
    documents = tuple(_drafts(data))
    tally = attack(documents, load_profile(), count=COUNT, seed=SEED)
    alarms = [(at, each) for at, document in enumerate(documents) for each in false_alarms(document)]
    sentences = sum(len(sentences_of(document.sections)) for document in documents)
    share = len({(at, each.place.sentence_id) for at, each in alarms}) / sentences
    return Section(
        name="attack",
        title=f"検査への攻撃（誤りを1つ入れた素案 {sum(tally.tried.values()):,} 件）",
        targets=(
            at_least("誤りの検出率", tally.share, 0.97),
            Target("誤報（手を加えない素案の文のうち）", "1.0 % 以下", f"{share:.2%}", share <= 0.01),
        ),
        body="\n\n".join(
            (
                f"{'架空の会議、桐生及び品川' if data else '架空の会議'}の素案 {len(documents)} 件（{sentences:,} 文）に、乱数（種 {SEED}）で誤りを1つずつ入れ、"
                "入れる前になかった誤り又は注意の指摘が出れば検出とする。用字用語の助言は数えない。",
                _by_kind(tally),
                "見逃した例：",
                "\n".join(_missed(tally)) or "なし",
                "誤報の内訳（規則ごとの指摘数）：",
                table(("規則", "指摘"), sorted(Counter(each.rule for _, each in alarms).items())) if alarms else "なし",
            )
        ),
    )


def false_alarms(document: MinutesDocument) -> Iterator[Finding]:
    """What the gates say of sentences that the product itself took from the transcript and nobody changed."""
    for each in document.findings:
        if each.rule[0] in "GD" and each.severity is not Severity.INFO and each.place.sentence_id is not None:
            yield each


def _drafts(data: Path | None) -> Iterator[MinutesDocument]:
    for each in read_gold_meetings(MEETINGS):
        yield draft(each.transcript, each.filename, each.meeting)
    if data is not None:
        yield from (draft_record(each) for read in (read_kiryu, read_shinagawa) for each in read(data))


def _by_kind(tally: Tally) -> str:
    return table(
        ("誤り", "件数", "検出", "承認を止める", "検出率"),
        (
            (
                _JAPANESE[kind],
                tally.tried[kind],
                tally.caught[kind],
                tally.blocked[kind],
                f"{tally.caught[kind] / max(1, tally.tried[kind]):.3f}",
            )
            for kind in Kind
        ),
    )


def _missed(tally: Tally) -> Iterator[str]:
    for each in tally.missed[:_SHOWN]:
        yield f"- {_JAPANESE[each.kind]}：{_short(each.before)} → {_short(each.after)}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:18]}…{text[-20:]}"
