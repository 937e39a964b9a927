"""How long a file is kept: the period as the body's rules word it, and the dates that follow from it."""

import re
import unicodedata
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from records.metadata.fiscal_year import first_day, last_day

STANDING = "常用"
PERMANENT = "永年"
WITHIN_A_YEAR = "1年未満"
USUAL = (STANDING, PERMANENT, "30年", "10年", "5年", "3年", "1年", WITHIN_A_YEAR)

_PATTERN = r"^(常用|永年|1年未満|[1-9][0-9]?年)$"


def read_period(text: str) -> str:
    """The period in its one form (``５年`` becomes ``5年``). Raises ValueError with a sentence; nothing is guessed."""
    written = "".join(unicodedata.normalize("NFKC", text).split())
    if not re.fullmatch(_PATTERN, written):
        raise ValueError(f"「{text}」を保存期間として読めません。{'、'.join(USUAL)} のように書いてください。")
    return written


Period = Annotated[str, AfterValidator(read_period), Field(json_schema_extra={"pattern": _PATTERN})]
"""常用, 永年, 1年未満, or whole years: 30年, 10年, 5年, 3年, 1年 and others that a body's own rules have."""


def years_of(period: str) -> int | None:
    """Years of a period that is counted in years; None for 常用, 永年 and 1年未満."""
    return None if period in {STANDING, PERMANENT, WITHIN_A_YEAR} else int(period.removesuffix("年"))


def counted_from(period: str, fiscal_year: int) -> date | None:
    """起算日: 1 April after the fiscal year of making. None where no date follows from the year: a 常用 file is counted
    from when it falls out of use, one kept 1年未満 from a day that its office sets."""
    return None if period in {STANDING, WITHIN_A_YEAR} else first_day(fiscal_year + 1)


def expires_on(period: str, fiscal_year: int) -> date | None:
    """満了日: the last day of the period; None for 常用, 永年 and 1年未満."""
    years = years_of(period)
    return None if years is None else last_day(fiscal_year + years)
