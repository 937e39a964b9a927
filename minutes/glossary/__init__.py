"""Terms of municipal and digital administration as package data: one YAML file per field."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import yaml
from pydantic import ValidationError

from minutes.errors import InputError, Problem
from minutes.glossary.term import Term

__all__ = ["Term", "load_glossary", "parse_glossary"]

_SUFFIX = ".yaml"
_REMEDY = "用語: よみ の形で書いてください。"


@cache
def load_glossary() -> tuple[Term, ...]:
    """The terms that come with the program, without those of a profile."""
    found = sorted(entry.name for entry in files(__name__).iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(
        term for name in found for term in parse_glossary((files(__name__) / name).read_text("utf-8"), where=name)
    )


def parse_glossary(text: str, *, where: str = "glossary") -> tuple[Term, ...]:
    """Terms from YAML text. Raises InputError with one Problem per faulty term; ``where`` names the file."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{where} の{mark.line + 1}行目" if mark else where
        raise InputError(
            "用語集をYAMLとして読めません。", where=line, remedy="字下げとコロンを確認してください。"
        ) from None
    listed = data.get("terms") if isinstance(data, dict) else None
    if not isinstance(listed, dict):
        raise InputError("用語集に terms の一覧がありません。", where=where, remedy=f"terms: の下に {_REMEDY}")
    terms: list[Term] = []
    problems: list[Problem] = []
    for word, told in listed.items():
        try:
            fields = told if isinstance(told, dict) else {"reading": told}
            terms.append(Term.model_validate({"word": word, **fields}))
        except ValidationError as error:
            problems.extend(Problem(f"{reason}。", f"{where}: {word}", _REMEDY) for reason in _reasons(error))
    if problems:
        raise InputError("用語集に誤りがあります。", where=where, problems=problems)
    return tuple(terms)


def _reasons(error: ValidationError) -> Iterator[str]:
    known = {
        "missing": "読みがありません",
        "extra_forbidden": "知らない項目です",
        "string_type": "文字列で書いてください",
    }
    for detail in error.errors(include_url=False):
        yield known.get(detail["type"], detail["msg"].removeprefix("Value error, "))
