"""The section on register: every sentence of every draft, judged by its morphemes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from evaluation.datasets.committees import read_diet, read_shinagawa
from evaluation.datasets.kiryu import read_kiryu
from evaluation.datasets.kodaira import read_kodaira
from evaluation.datasets.record import Record
from evaluation.drafting import draft, draft_record
from evaluation.fictional import MEETINGS
from evaluation.gold import read_gold_meetings
from evaluation.register import Fault, Found, found_in
from evaluation.report import Section, none_of, table
from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument

DATA_SETS: dict[str, Callable[[Path], tuple[Record, ...]]] = {
    "桐生": read_kiryu,
    "小平": read_kodaira,
    "品川": read_shinagawa,
    "国会": read_diet,
}
_SHOWN = 5


def register_section(data: Path | None) -> Section:
    judged = {"架空の会議": _judged(_fictional())}
    if data is not None:
        for name, read in DATA_SETS.items():
            judged[name] = _judged(draft_record(each) for each in read(data))
    every = [each for _, found in judged.values() for each in found]
    total = sum(count for count, _ in judged.values())
    made = [each for each in every if each.flaw.fault is not Fault.INFLECTION or not each.as_spoken]
    counts = Counter(each.flaw.fault for each in made)
    return Section(
        name="register",
        title=f"文体（全 {total:,} 文）",
        targets=tuple(none_of(f"文体：{fault.value}", counts[fault]) for fault in Fault),
        body="\n\n".join(
            (
                "形態素（SudachiPy）だけで判定し、文を作る側の規則は使わない。「」の中と、感謝・おわびの決まり文句は除く。"
                "あり得ない活用のうち、原文にその字のまま現れるもの（固有名詞の切れ目の誤り、原文の誤記）は数えない。",
                table(
                    ("データ", "文の数", *(fault.value for fault in Fault), "うち原文どおり"),
                    (
                        (
                            name,
                            f"{count:,}",
                            *(sum(each.flaw.fault is fault for each in found) for fault in Fault),
                            sum(each.as_spoken for each in found),
                        )
                        for name, (count, found) in judged.items()
                    ),
                ),
                f"例（種類ごとに{_SHOWN}まで）：",
                "\n".join(_examples(made)) or "なし",
            )
        ),
    )


def _fictional() -> Iterator[MinutesDocument]:
    for each in read_gold_meetings(MEETINGS):
        yield draft(each.transcript, each.filename, each.meeting)


def _judged(documents: Iterable[MinutesDocument]) -> tuple[int, list[Found]]:
    """How many sentences there are, and the flaws found in them."""
    count = 0
    found: list[Found] = []
    for document in documents:
        texts = {each.id: each.text for each in document.utterances}
        for sentence in sentences_of(document.sections):
            count += 1
            found.extend(found_in(sentence.text, "".join(texts[each] for each in sentence.evidence)))
    return count, found


def _examples(made: Iterable[Found]) -> Iterator[str]:
    for fault in Fault:
        for each in [each for each in made if each.flaw.fault is fault][:_SHOWN]:
            tail = each.sentence if len(each.sentence) <= 48 else "…" + each.sentence[-46:]
            at = each.sentence.find(each.flaw.at) if each.flaw.at else -1
            shown = tail if at < 0 else each.sentence[max(0, at - 20) : at + 24]
            yield f"- {fault.value} {each.flaw.words}：{shown}"
