"""The text of one WebVTT cue: tags off, character references resolved, voices found.

After the W3C WebVTT cue text tokenizer, with one difference: a ``<`` that opens no tag of the standard
(「<100円」, 「<別紙>」) stays in the text, because losing spoken words is worse than keeping a bracket.
"""

import html
import re
from dataclasses import dataclass

_TAG = re.compile(r"<([^<>]*)(>?)")
_KNOWN = re.compile(
    r"/?(?:c|i|b|u|ruby|rt|v|lang)(?:[.\s].*)?$"  # an opening or closing tag
    r"|/\s*\w*$|\s*$|[.\s].*$"  # what is left of one
    r"|\d+:[\d:.]+$",  # a time within the cue
    re.DOTALL,
)
_VOICE = re.compile(r"v(?:\.[^\s]*)?(?:\s+(.*))?$", re.DOTALL)


@dataclass(frozen=True)
class CueText:
    voices: tuple[str, ...]
    """Distinct voice names in order of appearance."""
    text: str
    """Lines still apart."""
    spoken: tuple[tuple[str | None, str], ...]
    """Stretches of text with the voice that speaks each."""


def read_cue_text(raw: str) -> CueText:
    stretches: list[tuple[str | None, str]] = []
    voices: dict[str, None] = {}
    voice: str | None = None
    at = 0
    while at < len(raw):
        opening = raw.find("<", at)
        if opening < 0:
            stretches.append((voice, _unescape(raw[at:])))
            break
        if opening > at:
            stretches.append((voice, _unescape(raw[at:opening])))
        match = _TAG.match(raw, opening)
        assert match is not None
        at = match.end()
        body = match[1]
        if not _is_tag(body, closed=bool(match[2])):
            stretches.append((voice, _unescape(match[0])))
        elif body == "/v":
            voice = None
        elif opened := _VOICE.match(body):
            voice = " ".join(_unescape(opened[1] or "").split()) or None
            if voice:
                voices[voice] = None
    return CueText(tuple(voices), "".join(text for _, text in stretches), tuple(stretches))


def _is_tag(body: str, *, closed: bool) -> bool:
    if _KNOWN.match(body):
        return True
    # Markup of other formats (<font color=red>) is markup too, but only where it is closed.
    return closed and bool(re.match(r"/?[A-Za-z][\w-]*(?:[\s.][^<>]*)?$", body))


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a numeric reference longer than Python converts: no character, so it stays as written
        return text
