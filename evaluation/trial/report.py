"""The report on one model: a Markdown page of its own, in the words of the page on quality."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.report import HEAD, RULE, Section, Target, none_of, table
from evaluation.trial.comparison import compared
from evaluation.trial.interval import mean
from evaluation.trial.running import Outcome
from minutes.document import Provenance
from minutes.profile import Profile

_SHOWN = 12
_QUOTED = re.compile("「[^」]*」|『[^』]*』")
_NUMBER = re.compile(r"[0-9０-９][0-9０-９,.]*")


@dataclass(frozen=True)
class Prices:
    """Yen per million tokens."""

    prompt: float
    completion: float


@dataclass(frozen=True)
class Conditions:
    profile: Profile
    asked: int
    """Meetings that were to be drafted."""
    limit: int | None
    prices: Prices | None


def report(outcomes: Sequence[Outcome], conditions: Conditions) -> str:
    """The whole page. ``outcomes`` has at least one meeting."""
    provenance = outcomes[0].document.provenance
    sections = [*compared(outcomes), _findings(outcomes), _replacements(outcomes), _effort(outcomes, conditions)]
    targets = [each.line() for section in sections for each in section.targets]
    head = "\n\n".join((_introduction(provenance), *_gone(outcomes, conditions), _conditions(provenance, conditions)))
    parts = [
        head + "\n",
        "\n".join(["## 一覧", "", HEAD, RULE, *targets, ""]),
        *(each.text().rstrip() + "\n" for each in sections),
    ]
    return "\n".join(parts)


def _introduction(provenance: Provenance) -> str:
    model = provenance.model
    return (
        f"# 要約モデルの測定：{model.name}（{model.revision}）\n\n"
        f"この頁は `gijiyoshi evaluate --model {model.name}` が書いたものです。数字を手で直してはいけません。"
        "列の意味と判断のしかたは、製品の `docs/evaluation.md` にあります。\n\n"
        "かっこの中の範囲は、会議を単位とするブートストラップの95 %区間です（5件以上のときだけ）。"
        "抽出型は、同じ版の製品が、言語モデルを使わずに、標準の長さで作った素案です。"
    )


def _gone(outcomes: Sequence[Outcome], conditions: Conditions) -> Iterator[str]:
    silent = sum(each.work.unanswered for each in outcomes)
    if not silent:
        return
    left = conditions.asked - len(outcomes)
    stopped = f"1件の会議を通して1回も答えなかったため、残る{left}件の会議は測っていません。" if left else ""
    yield (
        f"**この頁ではモデルの良し悪しを判断できません。** モデルのサーバーが{silent}回の問い合わせに答えませんでした。{stopped}"
        "答えのなかった発言は抽出型の文に替わり、下の数字に入っています。"
        "サーバーを直して同じ命令をもう一度実行すると、答えのなかったところだけを問い合わせます。"
    )


def _conditions(provenance: Provenance, conditions: Conditions) -> str:
    model = provenance.model
    prices = conditions.prices
    rows = [
        ("モデル", f"{model.name}（{model.revision}）"),
        ("モデルの設定", "、".join(f"{k}={v}" for k, v in model.parameters.items()) or "なし"),
        ("プロンプト", "、".join(f"{each.id} {each.version}" for each in provenance.prompts) or "使わない"),
        ("書式", conditions.profile.id),
        ("製品の版", provenance.program_version),
        ("会議", f"集まりごとに先頭から{conditions.limit}件まで" if conditions.limit else "全件"),
        (
            "価格（100万トークン当たり）",
            f"入力 {prices.prompt:g} 円、出力 {prices.completion:g} 円" if prices else "指定なし",
        ),
    ]
    return "## 条件\n\n" + table(("項目", "値"), rows)


def _findings(outcomes: Sequence[Outcome]) -> Section:
    ours = sum((each.figures.rules for each in outcomes), Counter[str]())
    plain = sum((each.plain_figures.rules for each in outcomes), Counter[str]())
    errors = sum(each.figures.errors for each in outcomes)
    before = sum(each.plain_figures.errors for each in outcomes)
    return Section(
        "findings",
        "指摘（誤りと注意）",
        (Target("承認を止める指摘", f"抽出型（{before}）以下", str(errors), errors <= before),),
        "規則の意味は、製品の `docs/checks.md` にある。M1 は、モデルの文を使わなかったことの知らせ。\n\n"
        + (
            table(("規則", "抽出型", "モデル"), ((rule, plain[rule], ours[rule]) for rule in sorted({*ours, *plain})))
            if ours or plain
            else "なし"
        ),
    )


def _replacements(outcomes: Sequence[Outcome]) -> Section:
    work = [each.work for each in outcomes]
    reasons = Counter(each.split("。")[0] for one in work for each in one.replaced)
    faults = Counter(_kind(each) for one in work for each in one.faults)
    share = mean([len(each.replaced) / each.units for each in work if each.units])
    replaced, units = sum(len(each.replaced) for each in work), sum(each.units for each in work)
    return Section(
        "replaced",
        "差し替えと書き直し",
        (
            Target("差し替えた発言のまとまり（会議ごとの割合の平均）", "—", share.shown(".1%"), None),
            Target("書き直しを求めた回数", "—", str(sum(each.repairs for each in work)), None),
        ),
        "\n\n".join(
            (
                f"発言のまとまり {units} のうち {replaced} を、抽出型の文に替えた。",
                "替えた理由：",
                table(("理由", "件数"), reasons.most_common()) if reasons else "なし",
                f"返答の誤り（書き直しで直ったものを含む。「」の中と数字を除き、多い順に{_SHOWN}まで）：",
                table(("誤り", "件数"), faults.most_common(_SHOWN)) if faults else "なし",
            )
        ),
    )


def _effort(outcomes: Sequence[Outcome], conditions: Conditions) -> Section:
    work = [each.work for each in outcomes]
    uncounted = sum(each.uncounted for each in work)
    prices = conditions.prices
    costs = [each.cost(prices.prompt, prices.completion) for each in work] if prices else []
    cost = ("円",) if prices else ()
    rows = [
        (
            f"{each.material.part} {each.material.name}",
            f"{each.source:,}",
            w.requests,
            w.repairs,
            w.unanswered,
            f"{w.prompt_tokens:,}",
            f"{w.completion_tokens:,}",
            f"{w.seconds:.1f}",
            *((f"{w.cost(prices.prompt, prices.completion):.2f}",) if prices else ()),
        )
        for each, w in zip(outcomes, work, strict=True)
    ]
    total = (
        "計",
        f"{sum(each.source for each in outcomes):,}",
        sum(w.requests for w in work),
        sum(w.repairs for w in work),
        sum(w.unanswered for w in work),
        f"{sum(w.prompt_tokens for w in work):,}",
        f"{sum(w.completion_tokens for w in work):,}",
        f"{sum(w.seconds for w in work):.1f}",
        *((f"{sum(costs):.2f}",) if prices else ()),
    )
    return Section(
        "effort",
        "手間と費用",
        (
            none_of("サーバーが答えなかった問い合わせ", sum(w.unanswered for w in work)),
            Target("1会議の入力トークン", "—", mean([w.prompt_tokens for w in work]).shown(",.0f"), None),
            Target("1会議の出力トークン", "—", mean([w.completion_tokens for w in work]).shown(",.0f"), None),
            Target("1会議の秒", "—", mean([w.seconds for w in work]).shown(",.1f"), None),
            *((Target("1会議の費用（円）", "—", mean(costs).shown(",.2f"), None),) if prices else ()),
        ),
        "\n\n".join(
            (
                "秒は、要約を求め始めてから最後の文を受け取るまで（読取り及び点検を除く）。途中で止めた時間は含まない。"
                + (f"トークンの数を知らせなかった返答が {uncounted} 回あり、その分は含まない。" if uncounted else ""),
                table(
                    (
                        "会議",
                        "発言の字数",
                        "問い合わせ",
                        "書き直し",
                        "答えなし",
                        "入力トークン",
                        "出力トークン",
                        "秒",
                        *cost,
                    ),
                    (*rows, total),
                ),
            )
        ),
    )


def _kind(fault: str) -> str:
    """A fault without what it quotes: nothing that was said stands in the report, and equal faults are counted as one."""
    return _NUMBER.sub("…", _QUOTED.sub("「…」", fault)).removeprefix("文「…」: ")
