"""The table of the rules on wording. docs/checks.md lists the same rows; a test keeps both in step."""

from typing import NamedTuple

from minutes.document import Severity


class Rule(NamedTuple):
    id: str
    title: str
    severity: Severity
    fixes: bool
    """True where at least some of its findings carry a fix."""


_W, _I, _E = Severity.WARN, Severity.INFO, Severity.ERROR

RULES = (
    Rule("K01", "句読点は「、」「。」を使う", _W, True),
    Rule("K02", "和文の括弧は全角にする", _W, True),
    Rule("K03", "数字は算用数字とし、全角・半角をそろえる", _W, True),
    Rule("K04", "4桁以上の数は3桁ごとにコンマで区切る", _W, True),
    Rule("K05", "兆・億・万は漢字、千・百は数字で書く", _W, True),
    Rule("K06", "概数と慣用の数は漢字で書く", _I, True),
    Rule("K07", "「か所」「か月」は平仮名の「か」で書く", _W, True),
    Rule("K08", "「及び」「並びに」「又は」「若しくは」は漢字で書く", _W, True),
    Rule("K09", "「並びに」は「及び」と、「若しくは」は「又は」と使う", _W, True),
    Rule("K10", "そのほかの接続詞は平仮名で書く", _W, True),
    Rule("K11", "形式名詞は平仮名で書く", _W, True),
    Rule("K12", "補助動詞は平仮名で書く", _W, True),
    Rule("K13", "「できる」「ない」「ように」などは平仮名で書く", _W, True),
    Rule("K14", "送り仮名の誤りを正す", _W, True),
    Rule("K15", "名詞の送り仮名を省く語と、動詞の送り仮名", _W, True),
    Rule("K16", "常用漢字表にない漢字と読みを避ける", _W, True),
    Rule("K17", "起点は「から」、比較は「より」", _W, True),
    Rule("K18", "「だ」「だった」「だろう」を避け、である体にする", _W, True),
    Rule("K19", "文末を常体にそろえる", _W, True),
    Rule("K20", "「？」「！」を使わない", _W, True),
    Rule("K21", "文が長すぎない", _I, False),
    Rule("K22", "二重否定、「等」の重なり、同じ文末の連続を避ける", _I, False),
    Rule("K23", "見出しの記号を順に用いる（第1、1、(1)、ア）", _I, False),
    Rule("K24", "文には句点を付け、名詞で終わる箇条には付けない", _W, True),
    Rule("K25", "接頭辞「ご」「御」をそろえる", _W, True),
    Rule("K26", "和暦と西暦、曜日と日付が合う", _E, False),
    Rule("K27", "長音符号を付ける（サーバー、ユーザー）", _I, True),
    Rule("K28", "和文と英数字の間に空白を入れない", _W, True),
    Rule("K29", "機種依存文字を使わない", _W, True),
    Rule("K30", "所属の辞書のとおりに書く", _W, True),
)

BY_ID = {rule.id: rule for rule in RULES}
HARD = frozenset(rule.id for rule in RULES if rule.severity is Severity.ERROR)
"""These block approval and cannot be switched off."""
