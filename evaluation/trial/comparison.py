"""What the drafts of a model keep of each collection of meetings, beside the extractive drafts and the baselines."""

from collections.abc import Iterable, Iterator, Sequence

from evaluation.baselines import BASELINES
from evaluation.report import Section, Target, at_least, none_of, table
from evaluation.trial.figures import DraftFigures
from evaluation.trial.interval import mean
from evaluation.trial.material import COLLECTIONS
from evaluation.trial.running import AS_LONG, Outcome


def compared(outcomes: Sequence[Outcome]) -> Iterator[Section]:
    """One section for each collection that has a meeting among the outcomes."""
    for name in COLLECTIONS:
        own = [each for each in outcomes if each.material.part == name]
        if own and own[0].material.gold is not None:
            yield _with_gold(name, own)
        elif own and own[0].others:
            yield _with_references(name, own)
        elif own:
            yield Section(name, _title(name, own), (), _plainly(own))


def _with_gold(name: str, own: Sequence[Outcome]) -> Section:
    facts, lost = sum(each.figures.facts for each in own), sum(len(each.figures.missing) for each in own)
    plain = sum(each.plain_figures.facts for each in own)
    total = facts + lost
    missing = [
        f"- `{each.material.name}` 足りない：{_listed(each.figures.missing)}。あってはならない：{_listed(each.figures.forbidden)}。"
        for each in own
        if each.figures.missing or each.figures.forbidden
    ]
    return Section(
        name,
        _title(name, own),
        (
            at_least(f"必要な事実の再現率（抽出型 {plain / total:.3f}）", facts / total, 0.90),
            none_of("あってはならない語", sum(len(each.figures.forbidden) for each in own)),
            none_of("公開版に漏れた非公開の発言（文の数）", sum(each.figures.leaked for each in own)),
        ),
        "\n\n".join(
            (
                "事実、あってはならない語及び漏れは、公開版の本文で数える。かっこの中は抽出型。",
                table(
                    ("会議", *_COLUMNS, "事実", "あってはならない語", "漏れ"),
                    (
                        (
                            each.material.name,
                            *_row(each),
                            f"{each.figures.facts}/{each.figures.facts + len(each.figures.missing)}"
                            f"（{each.plain_figures.facts}）",
                            f"{len(each.figures.forbidden)}（{len(each.plain_figures.forbidden)}）",
                            f"{each.figures.leaked}（{each.plain_figures.leaked}）",
                        )
                        for each in own
                    ),
                ),
                "\n".join(missing) or "足りない事実、あってはならない語はない。",
            )
        ),
    )


def _with_references(name: str, own: Sequence[Outcome]) -> Section:
    collection = COLLECTIONS[name]
    ours = [_recall(each.figures) for each in own]
    gain = mean([value - each.others[AS_LONG] for value, each in zip(ours, own, strict=True)])
    systems = [
        ("モデル", ours, [each.figures.length for each in own]),
        ("抽出型（標準の長さ）", [_recall(each.plain_figures) for each in own], [e.plain_figures.length for e in own]),
        *((system, [each.others[system] for each in own], None) for system in (AS_LONG, *BASELINES)),
    ]
    return Section(
        name,
        _title(name, own),
        (
            Target(
                f"{collection.title}：{collection.scored}の、同じ長さの抽出型との差",
                "0 を下回らない（区間の上端）",
                f"{gain.value:+.3f}" if gain.low is None else f"{gain.value:+.3f}（{gain.low:+.3f}〜{gain.high:+.3f}）",
                (gain.value if gain.high is None else gain.high) >= 0,
            ),
        ),
        "\n\n".join(
            (
                f"{collection.scored}。比較対象は、モデルの素案と同じ長さまで原文の文を選ぶ。"
                "長さは、議長を除く発言に対する割合（空白を除く字数）。",
                table(
                    ("方式", "長さ", "再現率の平均"),
                    (
                        (
                            system,
                            f"{mean([n / each.source for n, each in zip(sizes, own, strict=True)]).value:.1%}"
                            if sizes is not None
                            else "モデルと同じ",
                            mean(values).shown(".3f"),
                        )
                        for system, values, sizes in systems
                    ),
                ),
                table(
                    ("会議", *_COLUMNS, "再現率"),
                    (
                        (each.material.name, *_row(each), f"{value:.3f}（{each.others[AS_LONG]:.3f}）")
                        for value, each in zip(ours, own, strict=True)
                    ),
                ),
                "再現率のかっこの中は、同じ長さまでの抽出型。そのほかのかっこの中は、標準の長さの抽出型。",
            )
        ),
    )


_COLUMNS = ("長さ", "文", "注意のある文", "承認を止める指摘", "差し替え")


def _row(each: Outcome) -> tuple[str, ...]:
    ours, plain, work = each.figures, each.plain_figures, each.work
    return (
        f"{ours.length / each.source:.1%}（{plain.length / each.source:.1%}）",
        f"{ours.sentences}（{plain.sentences}）",
        f"{ours.flagged}（{plain.flagged}）",
        f"{ours.errors}（{plain.errors}）",
        f"{len(work.replaced)}/{work.units}",
    )


def _plainly(own: Sequence[Outcome]) -> str:
    rows = ((each.material.name, *_row(each)) for each in own)
    return "人の要約がないため、再現率は測らない。かっこの中は抽出型。\n\n" + table(("会議", *_COLUMNS), rows)


def _title(name: str, own: Sequence[Outcome]) -> str:
    return f"{COLLECTIONS[name].title} {len(own)} 件"


def _listed(words: Iterable[str]) -> str:
    return "、".join(f"「{each}」" for each in words) or "なし"


def _recall(figures: DraftFigures) -> float:
    assert figures.recall is not None
    return figures.recall
