"""What is wrong with a profile, in words for whoever wrote it: field by field, each with what to do."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError


class Fault(NamedTuple):
    """``path``: field names and positions, e.g. ``("budgets", "質問", "least")``."""

    path: tuple[str | int, ...]
    what: str
    remedy: str


_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("必須の項目がありません", "値を書いてください。"),
    "extra_forbidden": ("知らない項目です", "綴りを確かめるか、取り除いてください。"),
    "enum": ("選べない値です", "選べる値から選んでください。"),
    "literal_error": ("選べない値です", "選べる値から選んでください。"),
    "bool_type": ("はいか、いいえで答える項目です", "true か false にしてください。"),
    "bool_parsing": ("はいか、いいえで答える項目です", "true か false にしてください。"),
    "string_type": ("文字で書く項目です", "文字で書いてください。"),
    "string_too_short": ("入力がありません", "{min_length}文字以上で書いてください。"),
    "int_type": ("整数で書く項目です", "数字だけを書いてください。"),
    "int_parsing": ("整数で書く項目です", "数字だけを書いてください。"),
    "int_from_float": ("整数で書く項目です", "小数を使わずに書いてください。"),
    "int_parsing_size": ("数が大きすぎます", "小さな数にしてください。"),
    "float_type": ("数で書く項目です", "数字で書いてください。"),
    "float_parsing": ("数で書く項目です", "数字で書いてください。"),
    "finite_number": ("数で書く項目です", "数字で書いてください。"),
    "greater_than": ("小さすぎます", "{gt:g}より大きい数にしてください。"),
    "greater_than_equal": ("小さすぎます", "{ge:g}以上にしてください。"),
    "less_than_equal": ("大きすぎます", "{le:g}以下にしてください。"),
    "dict_type": ("項目の一覧を書く所です", "項目名: 値 の形で書いてください。"),
    "model_type": ("項目の一覧を書く所です", "項目名: 値 の形で書いてください。"),
    "tuple_type": ("並びを書く所です", "[ ] の中に並べて書いてください。"),
}


def faults_of(error: ValidationError) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        what, remedy = _words(detail["type"], detail["msg"], detail.get("ctx", {}))
        yield Fault(detail["loc"], f"{what}。", remedy)


def _words(type: str, message: str, context: dict[str, Any]) -> tuple[str, str]:
    if type == "value_error":
        return message.removeprefix("Value error, "), "書き方を直してください。"
    what, remedy = _WORDS.get(type, ("この値は使えません", "書き方を直してください。"))
    return what, remedy.format(**context)
