"""A body's own Word form, filled in: 起案用紙 or a council's own sheet, with placeholders in double braces.

The form is data of an administrator, not a program: its expressions run in a sandbox without any function of ours, and
what a meeting said is put in as text, never as markup or as another placeholder.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from minutes.errors import InputError, Problem
from minutes.render.dated_zip import dated
from minutes.transcript.office import OfficeKind, open_office
from records.metadata.table_csv import refuse

_FORM = "様式"
_NAME = re.compile(r"attribute '(?P<of>[^']+)'|'(?P<name>[^']+)' is undefined")


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # 'あ' * 1000000000 would take all the memory; a form has nothing to multiply.
        raise SecurityError(operator)


def fill_form(form: bytes, values: Mapping[str, Any], *, written_at: datetime) -> bytes:
    """The form (docx) with ``values`` in its placeholders; the same form and values give the same bytes.

    Raises InputError that names each placeholder the form may not use, PolicyError for macros and passwords.
    """
    # Imported where used: docxtpl is only wanted by a body that has a form of its own.
    from docxtpl import DocxTemplate

    if open_office(form).kind is not OfficeKind.DOCX:
        raise InputError(
            "様式が Word（.docx）ではありません。", where=_FORM, remedy="Word の文書として保存し直してください。"
        )
    environment = _Sandbox(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    try:
        template = DocxTemplate(BytesIO(form))
        template.render(dict(values), environment, autoescape=True)
        # Also those that these values did not come by: the form must hold for the next meeting too.
        _refuse_unknown(template.get_undeclared_template_variables(environment, dict(values)), values)
        buffer = BytesIO()
        template.save(buffer)
    except TemplateSyntaxError as error:
        raise InputError(
            "様式の差込みの書き方が正しくありません。",
            where=_place(error),
            remedy="{{ }} と {% %} の対応、for と endfor、if と endif の対応を確かめてください。",
        ) from error
    except UndefinedError as error:
        _refuse_unknown(template.get_undeclared_template_variables(environment, dict(values)), values)
        match = _NAME.search(error.message or "")
        _refuse_unknown({(match["of"] or match["name"]) if match else "不明"}, values)
    except SecurityError as error:
        raise InputError(
            "様式の差込みに使えない書き方があります。",
            where=_place(error),
            remedy="値の名前と for、if だけを使ってください。",
        ) from error
    except (TemplateError, TypeError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(
            "様式に値を差し込めませんでした。", where=_place(error), remedy="docs/records.md の例に合わせてください。"
        ) from error
    return dated(buffer.getvalue(), written_at)


def _refuse_unknown(names: Iterable[str], values: Mapping[str, Any]) -> None:
    """Raises InputError with one Problem for each name that no value has."""
    known = sorted(_names(values))
    problems = []
    for name in sorted(names):
        near = get_close_matches(name, known, n=3, cutoff=0.4)
        remedy = f"近い名前：{'、'.join(near)}。" if near else f"使える名前：{'、'.join(known)}。"
        problems.append(Problem(f"差込み「{name}」という値はありません。", _FORM, remedy))
    refuse(problems)


def _names(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value).union(*(_names(each) for each in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_names(each) for each in value))
    return set()


def _place(error: Exception) -> str:
    """The words of the form around the mistake, as Word shows them."""
    lines = [line.strip() for line in getattr(error, "docx_context", ())]
    # The library gives the three lines before the mistake and the three after it.
    marked = next((line for line in (*lines[3:], *lines[:3]) if "{" in line), "")
    return f"{_FORM}「{marked[:60]}」" if marked else _FORM
