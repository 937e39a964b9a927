"""The last touch on a chosen sentence: plain style, the side's own words, no dangling connective, a full stop."""

import re

from minutes.style import figures, half_width, own_words, plain_form, shorter
from minutes.unit import Unit

_CONNECTIVE = re.compile(r"^(?:また|そして|それから|それと|あと|さらに|で|なお|ちなみに|加えて|ただし?)、")
_CLOSED = ("。", "」", "』", "）")


def printed(text: str, unit: Unit) -> tuple[str, ...]:
    """The sentences that one spoken sentence becomes: plain, in one width of figures, an overlong one parted in two."""
    return shorter(figures(half_width(plain(text, unit))))


def plain(text: str, unit: Unit) -> str:
    """A spoken sentence in the plain style and the side's own words, closed by a full stop."""
    done = plain_form(own_words(text, unit.own_words))
    return done if done.endswith(_CLOSED) else done.rstrip("、") + "。"


def opening(text: str) -> str:
    """``text`` as the first sentence of its block or bullet: また and its like have nothing to join on to."""
    return _CONNECTIVE.sub("", text) or text
