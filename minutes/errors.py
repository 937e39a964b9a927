"""The one family of errors that people are meant to read.

Every error says what is wrong, where it is and what to do about it, in Japanese, because a clerk reads it.
Anything that is not a ``GijiyoshiError`` is a fault of ours: its text never reaches a user.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Problem:
    """One thing wrong with what the user gave: ``what`` is wrong, ``where`` (field, line), ``remedy``."""

    what: str
    where: str
    remedy: str


class GijiyoshiError(Exception):
    """Base of all public errors. ``status`` is the HTTP status, ``category`` the stable machine name."""

    status: ClassVar[int] = 500
    category: ClassVar[str] = "internal"

    def __init__(self, what: str, *, where: str = "", remedy: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy
        self.problems = tuple(problems) or (Problem(what, where, remedy),)

    def __str__(self) -> str:
        """One line for a terminal: 何が（どこで）。どうするか。"""
        return " / ".join(f"{p.where}: {p.what}{p.remedy}" if p.where else f"{p.what}{p.remedy}" for p in self.problems)


class InputError(GijiyoshiError):
    """What was uploaded cannot be used as it is; the user can mend it."""

    status = 422
    category = "input"


class PolicyError(GijiyoshiError):
    """Allowed in form, refused by a limit or a rule (size, kind of file, separation of duties)."""

    status = 403
    category = "policy"
