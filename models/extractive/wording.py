"""The last touch on a chosen sentence: plain style, the side's own words, no dangling connective, a full stop."""

import re

from minutes.style import figures, finished, half_width, ordered, own_words, plain_form, shorter, tightened
from minutes.turn import TurnKind
from minutes.unit import Unit
from models.extractive.cues import names_only

_CONNECTIVE = re.compile(r"^(?:また|そして|それから|それと|あと|さらに|で|なお|ちなみに|加えて|ただし?)、")
# 市債残高は。 asks by its tone, which a record has not.
_NAMED = re.compile(r"と?は[。？?]?$")
# 避難所の鍵について。 PHRについて詳しく。 A question whose verb was left to the tone.
_VERB_LEFT = re.compile(r"(?<=[^。])(について|に関して|(?:について|に関して)?詳しく)[。？?]?$")
_NAMES = re.compile(r"(?<=について|に関して)(?:です|でございます|であります)(?:が|けれども)?[。]?$")
_LOST = re.compile(r"なくて。$")
_MORE = re.compile(r"(?<=[^。])詳しく[。？?]?$")
_CLOSED = ("。", "」", "』", "）")


def printed(text: str, unit: Unit) -> tuple[str, ...]:
    """The sentences that one spoken sentence becomes: plain, in one width of figures, an overlong one parted in two."""
    return shorter(figures(half_width(plain(text, unit))))


def plain(text: str, unit: Unit) -> str:
    """A spoken sentence in the plain style and the side's own words, closed by a full stop."""
    # Who asks by tone alone may be taken for one who holds a view; who names the matter of a view asks nothing.
    by_tone = unit.kind in (TurnKind.QUESTION, TurnKind.OPINION)
    if names_only(text) or (by_tone and _NAMED.search(text)):
        text = _NAMED.sub("について伺う。", text.rstrip())
    elif unit.kind is TurnKind.QUESTION:
        text = _NAMES.sub("伺う。", _VERB_LEFT.sub(r"\1伺う。", text.rstrip()))
    elif by_tone:
        text = _MORE.sub("詳しく伺う。", text.rstrip())
    text = _LOST.sub("ない。", text)
    spoken = own_words(text, unit.own_words)
    done = finished(ordered(tightened(plain_form(spoken))))
    return done if done.endswith(_CLOSED) else done.rstrip("、") + "。"


def opening(text: str) -> str:
    """``text`` as the first sentence of its block or bullet: また and its like have nothing to join on to."""
    return _CONNECTIVE.sub("", text) or text
