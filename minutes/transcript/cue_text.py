"""The text of one WebVTT cue: tags off, character references resolved, voices found.

``tokens`` is the W3C cue text tokenizer. ``read_cue_text`` differs from it in one thing: a tag that the standard does
not know (「<100円」, 「<別紙>」) stays in the text, because losing spoken words is worse than keeping a bracket.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_TAG = re.compile(r"<([^>]*)>?")
_TAG_WITHIN = re.compile(r"<([^<>]*)>?")
_START = re.compile(r"([^\s.]*)((?:\.[^\s.]*)*)(?:\s([^>]*))?", re.DOTALL)
_KNOWN = frozenset(("c", "i", "b", "u", "ruby", "rt", "v", "lang"))
_TIME = re.compile(r"[\d:.]+", re.ASCII)
# Markup of other formats (<font color=red>) is markup too, but only where it is closed.
_FOREIGN = re.compile(r"/?[A-Za-z][\w-]*(?:[\s.][^<>]*)?", re.ASCII)


class TokenKind(StrEnum):
    TEXT = "text"
    START = "start"
    END = "end"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Token:
    kind: TokenKind
    value: str
    """Text, name of the tag, or time as written."""
    classes: tuple[str, ...] = ()
    annotation: str = ""
    raw: str = ""
    """As in the file."""


@dataclass(frozen=True, slots=True)
class CueText:
    voices: tuple[str, ...]
    """Distinct voice names in order of appearance."""
    text: str
    """Lines still apart."""
    spoken: tuple[tuple[str | None, str], ...]
    """Stretches of text with the voice that speaks each."""


def tokens(raw: str, tag: re.Pattern[str] = _TAG) -> Iterator[Token]:
    """The tokens of the cue as the standard reads them."""
    at = 0
    while at < len(raw):
        match = tag.match(raw, at)
        if match is None:
            end = raw.find("<", at)
            end = len(raw) if end < 0 else end
            yield Token(TokenKind.TEXT, _unescape(raw[at:end]), raw=raw[at:end])
        else:
            end = match.end()
            yield _tag(match[1], match[0])
        at = end


def read_cue_text(raw: str) -> CueText:
    """Text and voices of a cue, losing no word that only looks like a tag."""
    stretches: list[tuple[str | None, str]] = []
    voices: dict[str, None] = {}
    voice: str | None = None
    for token in tokens(raw, _TAG_WITHIN):
        if token.kind is TokenKind.TEXT:
            stretches.append((voice, token.value))
        elif not _is_markup(token):
            stretches.append((voice, _unescape(token.raw)))
        elif token.value == "v":
            voice = token.annotation or None if token.kind is TokenKind.START else None
            if voice:
                voices[voice] = None
    return CueText(tuple(voices), "".join(text for _, text in stretches), tuple(stretches))


def _tag(body: str, raw: str) -> Token:
    if body.startswith("/"):
        return Token(TokenKind.END, body[1:], raw=raw)
    if body[:1].isdigit() and body.isascii():
        return Token(TokenKind.TIME, body, raw=raw)
    match = _START.match(body)
    assert match is not None  # every part may be empty
    classes = tuple(name for name in match[2].split(".") if name)
    return Token(TokenKind.START, match[1], classes, " ".join(_unescape(match[3] or "").split()), raw)


def _is_markup(token: Token) -> bool:
    body = token.raw[1:].removesuffix(">")
    if token.kind is TokenKind.TIME:
        return bool(_TIME.fullmatch(body)) and token.raw.endswith(">") and ":" in body
    if token.value.strip() in _KNOWN or not body.strip("/ \t\n."):
        return True
    return token.raw.endswith(">") and bool(_FOREIGN.fullmatch(body))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a numeric reference longer than Python converts: no character, so it stays as written
        return text
