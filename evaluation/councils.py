"""The sections on Kiryu and Kodaira: what of people's own questions and summaries a draft keeps."""

from pathlib import Path

from evaluation.baselines import BASELINES
from evaluation.datasets.kiryu import read_kiryu
from evaluation.datasets.kodaira import read_kodaira
from evaluation.report import Section, Target, table
from evaluation.salience import WHOLE, Standing, points_f1, points_recall, standings, sub_question_recall

SHARE = 0.25
"""The most that a draft may have of the debate's characters."""


def kiryu_section(data: Path) -> Section:
    records = read_kiryu(data)
    found = standings(records, SHARE, (sub_question_recall,))
    ours, best = found[0], _best_baseline(found)
    gain = ours.scores[0] - best.scores[0]
    return Section(
        name="kiryu",
        title=f"桐生市議会（一問一答 {len(records)} 件）",
        targets=(
            _within(ours, len(records)),
            Target(
                "桐生：通告項目のバイグラム再現率の平均",
                f"最良の比較対象（{best.system} {best.scores[0]:.3f}）+0.10",
                f"{ours.scores[0]:.3f}（{gain:+.3f}）",
                gain >= 0.10,
            ),
        ),
        body="\n\n".join(
            (
                "議長の発言を除く質問と答弁を「討論」とし、空白を除く文字数で長さを測る。通告項目（細目。細目がなければ件名）ごとに、"
                "文字バイグラムのうち要旨に現れる割合を求め、全件で平均する。比較対象は同じ長さまで原文の文を選ぶ。"
                "TextRank 及び LexRank は sumy によるもの（内容語、SudachiPy）。",
                _table(found, ("再現率",)),
            )
        ),
    )


def kodaira_section(data: Path) -> Section:
    records = read_kodaira(data)
    found = standings(records, SHARE, (points_recall, points_f1))
    ours, best = found[0], _best_baseline(found)
    ratio = ours.scores[0] / best.scores[0] - 1
    return Section(
        name="kodaira",
        title=f"小平市議会（議員による要約つき {len(records)} 件）",
        targets=(
            _within(ours, len(records)),
            Target(
                "小平：内容語 ROUGE-1（再現率）",
                f"最良の比較対象（{best.system} {best.scores[0]:.3f}）+15 %",
                f"{ours.scores[0]:.3f}（{ratio:+.1%}）",
                ratio >= 0.15,
            ),
        ),
        body="\n\n".join(
            (
                "箇条書きの要約（`summary_points`）を正解とする。長さの測り方と比較対象は桐生と同じ。"
                "もとの発言は議員がすでに常体に縮めたものである。",
                _table(found, ("再現率", "F1")),
            )
        ),
    )


def _best_baseline(found: tuple[Standing, ...]) -> Standing:
    return max((each for each in found if each.system in BASELINES), key=lambda each: each.scores[0])


def _within(ours: Standing, records: int) -> Target:
    return Target(
        f"長さが討論の {SHARE:.0%} 以内",
        f"{records} 件",
        f"{records - ours.over} 件（平均 {ours.share:.1%}）",
        ours.over == 0,
    )


def _table(found: tuple[Standing, ...], names: tuple[str, ...]) -> str:
    return table(
        ("方式", "長さ（討論比）", "上限を超えた件数", *names),
        (
            (
                each.system,
                f"{each.share:.1%}",
                each.over if each.system != WHOLE else "—",
                *(f"{s:.3f}" for s in each.scores),
            )
            for each in found
        ),
    )
