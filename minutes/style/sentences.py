"""Where one sentence of a spoken transcript ends and the next begins."""

import re

_OPEN = dict(zip("「『（(【〔［[〈《", "」』）)】〕］]〉》", strict=True))
_END = "。！？!?"
_CLOSERS = frozenset(_OPEN.values())
# Recognisers often write no full stop but leave a blank after a finished sentence.
_FINISHED = re.compile(r"(?:です|ます|ました|ません|でした|でしょう|ください)(?:か|ね|よ|よね|かね)?$")


def ends_finished(text: str) -> bool:
    """True where ``text`` ends a sentence, by its mark or by a polite closing form without a mark."""
    stripped = text.rstrip()
    return (
        stripped.endswith(tuple(_END))
        or (stripped[-1:] in _CLOSERS and ends_finished(stripped[:-1]))
        or bool(_FINISHED.search(stripped))
    )


def _closing(text: str) -> dict[int, int]:
    """Position of each opening bracket that is closed, with the position that closes it."""
    stack: list[tuple[int, str]] = []
    pairs: dict[int, int] = {}
    for at, char in enumerate(text):
        if char in _OPEN:
            stack.append((at, _OPEN[char]))
        elif char in _CLOSERS:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][1] == char:
                    pairs[stack[depth][0]] = at
                    del stack[depth:]
                    break
    return pairs


def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences of ``text`` in order. Nothing is lost: the pieces joined give ``text`` back.

    A full stop inside closed brackets ends nothing; a bracket that never closes is ignored.
    """
    pairs = _closing(text)
    pieces: list[str] = []
    start = at = 0
    length = len(text)
    while at < length:
        if at in pairs:
            at = pairs[at] + 1
            continue
        char = text[at]
        at += 1
        if char in _END:
            while at < length and text[at] in _END:
                at += 1
        elif not (char == "\n" or (char.isspace() and _FINISHED.search(text, start, at - 1))):
            continue
        while at < length and text[at].isspace():
            at += 1
        if text[start:at].strip():
            pieces.append(text[start:at])
            start = at
    if start < length:
        rest = text[start:]
        if not rest.strip() and pieces:
            pieces[-1] += rest
        else:
            pieces.append(rest)
    return tuple(pieces)
