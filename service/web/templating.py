"""The one Jinja2 environment: everything is escaped, and a name that does not exist is an error."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from minutes.era import JST, format_date, format_day
from service.web import wording

FOLDER = Path(__file__).parent


def japan_time(value: datetime) -> str:
    """``2026/02/09 10:05`` in Japan time."""
    return value.astimezone(JST).strftime("%Y/%m/%d %H:%M")


def japan_day(value: datetime) -> str:
    """``2026/02/09`` in Japan."""
    return value.astimezone(JST).strftime("%Y/%m/%d")


def day(value: date) -> str:
    """``2026/02/09``."""
    return value.strftime("%Y/%m/%d")


def megabytes(size: int) -> str:
    """``0.5 MB``."""
    return f"{max(size, 100_000) / 1_000_000:.1f} MB"


def in_rows(fields: Iterable[Any], by: str) -> list[list[Any]]:
    """Neighbours with the same value of ``by``, together."""
    return [list(group) for _, group in groupby(fields, key=lambda each: getattr(each, by))]


def clock(seconds: float | None) -> str:
    """``1:02:03``; empty where the file gave no time."""
    if seconds is None:
        return ""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plain(value: Any) -> str:
    """A JSON value for reading: text as it is, lists and objects as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        japan_time=japan_time,
        japan_day=japan_day,
        japan_date=format_date,
        wareki=format_day,
        day=day,
        clock=clock,
        megabytes=megabytes,
        in_rows=in_rows,
        plain=plain,
    )
    environment.globals.update(wording=wording)
    return environment


_ENVIRONMENT = _environment()


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page. Drafts are not public, so no cache may keep one."""
    text = _ENVIRONMENT.get_template(template).render(**values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def fragment(template: str, **values: Any) -> str:
    """A rendered part of a page."""
    return _ENVIRONMENT.get_template(template).render(**values)
