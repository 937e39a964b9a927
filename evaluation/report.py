"""The report: sections with targets, each measured on its own and set into one Markdown page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

COMMAND = "gijiyoshi evaluate --data DIR -o docs/quality.md"

HEAD = "| 項目 | 目標 | 測定値 | 判定 |"
RULE = "|---|---|---|---|"
_SECTION = re.compile(r"<!-- section: (?P<name>[a-z]+) -->\n(?P<text>.*?)<!-- end: (?P=name) -->\n", re.DOTALL)
_INTRODUCTION = f"""# 品質の測定

この頁は次の命令が書いたものです（1文ずつ読んだ結果の節だけは `evaluation/reading.md` の写し）。数字を手で直してはいけません。

```sh
{COMMAND}
```

`DIR` は公開された会議録と人の要約を置いたフォルダーで、この製品には含まれません。`--only NAME` を付けるとその節だけを測り直します。
速度の節を除き、同じ版と同じデータからは同じ頁ができます。架空の会議の節は試験がそのつど確かめます。
"""


@dataclass(frozen=True)
class Target:
    name: str
    wanted: str
    measured: str
    met: bool | None
    """None where there is no target: the figure is for information."""

    def line(self) -> str:
        verdict = {True: "達成", False: "**未達**", None: "（参考）"}[self.met]
        return f"| {self.name} | {self.wanted} | {self.measured} | {verdict} |"


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    targets: tuple[Target, ...]
    body: str

    def text(self) -> str:
        lines = [f"## {self.title}", ""]
        if self.targets:
            lines += [HEAD, RULE, *(each.line() for each in self.targets), ""]
        return "\n".join([*lines, self.body.strip(), "", ""])


def at_least(name: str, value: float, target: float, digits: int = 3) -> Target:
    return Target(name, f"{target:.2f} 以上", f"{value:.{digits}f}", value >= target)


def none_of(name: str, count: int) -> Target:
    return Target(name, "0", str(count), count == 0)


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell).replace("|", "｜") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def sections_of(page: str) -> dict[str, str]:
    """The sections of an earlier report by name."""
    return {match["name"]: match["text"] for match in _SECTION.finditer(page)}


def page(sections: Iterable[Section], order: Sequence[str], earlier: str = "") -> str:
    """The whole page: new sections in place of earlier ones of the same name, the others kept as they were."""
    texts = sections_of(earlier) | {each.name: each.text() for each in sections}
    known = [name for name in order if name in texts]
    targets = [line for name in known for line in _target_lines(texts[name])]
    parts = [_INTRODUCTION, "\n".join(["## 一覧", "", HEAD, RULE, *targets, ""])]
    parts += [f"<!-- section: {name} -->\n{texts[name]}<!-- end: {name} -->\n" for name in known]
    return "\n".join(parts)


def _target_lines(text: str) -> list[str]:
    lines = text.split("\n")
    if HEAD not in lines:
        return []
    start = lines.index(HEAD) + 2
    return lines[start : lines.index("", start)]
