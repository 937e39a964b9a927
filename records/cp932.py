"""Text for systems that take only CP932 (Windows' Shift JIS): what it lacks is listed with its place, never replaced."""

import unicodedata

from minutes.errors import InputError, Problem

MOST_TOLD = 50

# JIS has one character, Unicode two for it; which of them comes back is the reader's choice, the printed sign is one.
_TWO_READINGS = frozenset("〜−‖¢£¬")


def to_cp932(text: str, *, name: str) -> bytes:
    """``text`` with CR LF line ends. ``name``: of the file, for the message.

    Raises InputError with one Problem per character that CP932 lacks, with its line and position.
    """
    problems = [
        Problem(
            f"「{character}」（U+{ord(character):04X} {unicodedata.name(character, '名前なし')}）は CP932 にありません。",
            f"{name} {line}行目{position}文字目",
            "UTF-8 で書き出すか、文書管理の担当と代わりの字を決めて本文を直してください。",
        )
        for line, written in enumerate(text.split("\n"), 1)
        for position, character in enumerate(written, 1)
        if not _has(character)
    ]
    if problems:
        raise InputError(
            f"CP932 で書けない文字が{len(problems)}字あります。", where=name, problems=problems[:MOST_TOLD]
        )
    return text.replace("\n", "\r\n").encode("cp932")


def _has(character: str) -> bool:
    try:
        return character.encode("cp932").decode("cp932") == character or character in _TWO_READINGS
    except UnicodeEncodeError:
        return False
