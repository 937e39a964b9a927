"""The section on fictional meetings with gold: what was understood, and what the draft must and must not say."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from evaluation.counting import Counts, by_class, macro_f1
from evaluation.drafting import draft
from evaluation.gold import GoldMeeting, read_gold_meetings
from evaluation.report import Section, at_least, none_of, table
from evaluation.understanding import Understanding, understanding

MEETINGS = Path(__file__).parent / "meetings"
_SHOWN = 12


def fictional_section(folder: Path = MEETINGS) -> Section:
    meetings = read_gold_meetings(folder)
    found = [
        understanding(draft(each.transcript, each.filename, each.meeting), each.gold, each.name) for each in meetings
    ]
    pairs = [pair for each in found for pair in each.kinds]
    speakers, exchanges = _sum(each.speakers for each in found), _sum(each.exchanges for each in found)
    agenda, included = _sum(each.agenda for each in found), _sum(each.included for each in found)
    return Section(
        name="fictional",
        title=f"架空の会議（正解つき {len(meetings)} 件）",
        targets=(
            at_least("話者の適合率", speakers.precision, 1.0),
            at_least("話者の再現率（特定できる発言）", speakers.recall, 0.95),
            at_least("発言の種類のマクロF1", macro_f1(by_class(pairs)), 0.90),
            at_least("質疑の対応のF1", exchanges.f1, 0.90),
            at_least("議題の正解率", agenda.recall, 0.98),
            at_least("必要な事実の再現率", included.recall, 0.90),
            none_of("あってはならない語", sum(len(each.forbidden) for each in found)),
            none_of("注意のない疑わしい語", sum(len(each.unwarned) for each in found)),
            none_of("公開と取り違えた非公開の発言", sum(each.leaked for each in found)),
        ),
        body="\n\n".join(
            (
                "話者、種類及び議題は発言ごと、質疑の対応は質問の発言群と回答の発言群の組ごとに数える。",
                _by_meeting(meetings, found),
                "種類ごとの結果：",
                table(
                    ("種類", "適合率", "再現率", "F1", "正解の発言数"),
                    (
                        (name, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}", c.right + c.missed)
                        for name, c in by_class(pairs).items()
                    ),
                ),
                f"取り違えの多い種類（多い順に{_SHOWN}まで）：",
                _confusions(pairs),
                _facts(meetings, found),
            )
        ),
    )


def _sum(counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for each in counts:
        total += each
    return total


def _by_meeting(meetings: Sequence[GoldMeeting], found: Sequence[Understanding]) -> str:
    return table(
        ("会議", "発言数", "話者 適合率/再現率", "種類 F1", "質疑 F1", "議題", "事実", "禁句"),
        (
            (
                m.name,
                len(u.kinds),
                f"{u.speakers.precision:.3f} / {u.speakers.recall:.3f}",
                f"{macro_f1(by_class(u.kinds)):.3f}",
                f"{u.exchanges.f1:.3f}",
                f"{u.agenda.recall:.3f}",
                f"{u.included.right}/{u.included.right + u.included.missed}",
                len(u.forbidden),
            )
            for m, u in zip(meetings, found, strict=True)
        ),
    )


def _confusions(pairs: Sequence[tuple[str, str]]) -> str:
    wrong = Counter((gold, given) for gold, given in pairs if gold != given)
    ordered = sorted(wrong.items(), key=lambda each: (-each[1], each[0]))[:_SHOWN]
    return table(("正解", "判定", "発言数"), ((gold, given, n) for (gold, given), n in ordered))


def _facts(meetings: Sequence[GoldMeeting], found: Sequence[Understanding]) -> str:
    lines = ["足りない事実、あってはならない語、注意のない疑わしい語："]
    for meeting, each in zip(meetings, found, strict=True):
        missing = "、".join(f"「{fact}」" for fact in each.missing) or "なし"
        forbidden = "、".join(f"「{word}」" for word in each.forbidden) or "なし"
        unwarned = "、".join(f"「{word}」" for word in each.unwarned) or "なし"
        lines.append(f"- `{meeting.name}` 足りない：{missing}。あってはならない：{forbidden}。注意がない：{unwarned}。")
    return lines[0] + "\n\n" + "\n".join(lines[1:])
