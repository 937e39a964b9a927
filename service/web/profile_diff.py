"""What changed from one profile to another, field by field in the words of the form."""

from collections.abc import Iterator
from dataclasses import dataclass

from minutes.profile import BUDGET_KINDS, Profile
from service.web.profile_fields import BUDGET_NAMES, FIELDS, HEADER_NAMES
from service.web.profile_form import SWITCHES, Form, form_of, rows_of, shown


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    """Empty: there was nothing."""
    after: str


def differences(before: Profile, after: Profile) -> tuple[Difference, ...]:
    """In the order of the form; empty where both mean the same."""
    old, new = dict(_lines(form_of(before))), dict(_lines(form_of(after)))
    return tuple(
        Difference(label, old.get(label, ""), new.get(label, ""))
        for label in dict.fromkeys([*old, *new])
        if old.get(label, "") != new.get(label, "")
    )


def _lines(form: Form) -> Iterator[tuple[str, str]]:
    """Label and value in words. Rows of the tables have the word itself in their label, so that a moved row is none."""
    for field in FIELDS:
        yield field.label, shown(field.name, form[field.name][0])
    parts = [
        (int(form[f"header.{part}"][0]), names[0]) for part, names in HEADER_NAMES.items() if form[f"header.{part}"][0]
    ]
    yield "頭書きの項目と順番", "、".join(name for _, name in sorted(parts))
    for kind in BUDGET_KINDS:
        percent, least, most = (form[f"budgets.{kind}.{column}"][0] for column in ("percent", "least", "most"))
        yield f"長さの目安（{BUDGET_NAMES[kind]}）", f"{percent}%、{least}〜{most}字" if percent else ""
    for rule in SWITCHES:
        yield f"規則 {rule.id} {rule.title}", "従う" if rule.id in form["rules"] else "従わない"
    for word, reading, near, never_meant in rows_of(form, "term"):
        extra = [f"{name}：{value}" for name, value in (("手掛かり", near), ("必ず直す", never_meant)) if value]
        yield f"用語「{word}」", "　".join((reading, *extra))
    for wrong, right, kind in rows_of(form, "word"):
        yield f"書き換える語「{wrong}」", f"{right}（{kind}）" if kind else right
